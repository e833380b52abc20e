//! Packed layers, and how a tensor goes through them.

use super::bf16::{self, Bf16Conv, Panels};
use super::conv::{self, Direct};
use super::epilogue::Epilogue;
use super::image::Image;
use super::matmul::{self, After, Packed};
use super::{Cpu, CpuTensor, Held};
use crate::backend::{Dims, Reader};

/// Scale and shift per channel.
pub struct CpuNorm {
    pub(super) scale: Vec<f32>,
    pub(super) shift: Vec<f32>,
}

/// A packed convolution.
pub enum CpuConv {
    /// f32, as it stands or by minimal filtering.
    F32(Direct),
    /// Rounded.
    Bf16(Bf16Conv),
}

impl CpuConv {
    /// Sizes of what becomes of an image.
    pub(super) fn out_dims(&self, image: Dims) -> Dims {
        match self {
            Self::F32(conv) => conv.out_dims(image),
            Self::Bf16(conv) => conv.out_dims(image),
        }
    }
}

/// A packed linear layer.
pub enum CpuLinear {
    /// f32.
    F32(Packed),
    /// Rounded.
    Bf16(Panels),
}

impl CpuLinear {
    /// Whether GEGLU can be applied to its outputs while they are made: a function of the layer alone.
    pub(super) fn can_be_gated(&self) -> bool {
        match self {
            Self::F32(linear) => linear.can_be_gated(),
            Self::Bf16(panels) => panels.can_be_gated(),
        }
    }
}

impl Cpu {
    pub(super) fn convolve(
        &self,
        x: &CpuTensor,
        conv: &CpuConv,
        epilogue: Epilogue<'_>,
    ) -> CpuTensor {
        let conv_and_image = (conv, &x.held);
        if let (CpuConv::Bf16(conv), Held::Rounded(rounded)) = conv_and_image
            && conv.padding() == rounded.border()
        {
            epilogue.check(conv.out_dims(x.dims));
            return conv.run_rounded(self, rounded, epilogue);
        }
        self.convolve_image(Image::new(&x.widened(), x.dims), conv, epilogue)
    }

    pub(super) fn convolve_image(
        &self,
        image: Image<'_>,
        conv: &CpuConv,
        epilogue: Epilogue<'_>,
    ) -> CpuTensor {
        epilogue.check(conv.out_dims(image.dims));
        match conv {
            CpuConv::F32(conv) => conv::conv2d(self, image, conv, epilogue),
            CpuConv::Bf16(conv) => conv.run(self, image, epilogue),
        }
    }

    pub(super) fn multiply(
        &self,
        x: &CpuTensor,
        linear: &CpuLinear,
        after: After<'_>,
    ) -> CpuTensor {
        let linear = match linear {
            CpuLinear::F32(linear) => linear,
            CpuLinear::Bf16(panels) => return bf16::linear(self, x, panels, after),
        };
        assert_eq!(x.dims.c, linear.n_in(), "input channels");
        let dims = Dims { c: after.n_out(linear.n_out()), ..x.dims };
        after.check(dims);
        let values = x.widened();
        let source = matmul::Rows { data: &values, stride: x.dims.c };
        CpuTensor::new(dims, matmul::product(self, &source, x.n_positions(), linear, after))
    }

    /// The border that those who read an image want around it, if they want it rounded.
    pub(super) fn border(reader: Reader<'_, Self>) -> Option<usize> {
        match reader {
            Reader::Conv(CpuConv::Bf16(conv)) => Some(conv.padding()),
            Reader::Linear(CpuLinear::Bf16(_)) => Some(0),
            Reader::Conv(CpuConv::F32(_)) | Reader::Linear(CpuLinear::F32(_)) => None,
        }
    }
}
