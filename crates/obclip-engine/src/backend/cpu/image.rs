//! What a convolution reads.

use super::CpuTensor;
use crate::backend::Dims;

/// An image as it stands, or enlarged to the nearest pixel: the enlarged one is never written.
#[derive(Clone, Copy)]
pub(super) struct Image<'a> {
    x: &'a CpuTensor,
    /// As it is read.
    pub(super) dims: Dims,
}

impl<'a> Image<'a> {
    pub(super) fn new(x: &'a CpuTensor) -> Self {
        Self { x, dims: x.dims }
    }

    pub(super) fn enlarged(x: &'a CpuTensor, h: usize, w: usize) -> Self {
        Self { x, dims: Dims { h, w, ..x.dims } }
    }

    /// The channels of one pixel.
    #[inline(always)]
    pub(super) fn pixel(&self, row: usize, y: usize, x: usize) -> &'a [f32] {
        let from = self.x.dims;
        let (y, x) = match (from.h, from.w) == (self.dims.h, self.dims.w) {
            true => (y, x),
            false => (y * from.h / self.dims.h, x * from.w / self.dims.w),
        };
        &self.x.data[((row * from.h + y) * from.w + x) * from.c..][..from.c]
    }
}
