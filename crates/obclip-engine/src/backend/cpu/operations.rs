//! The operations, each handed to the file that runs it.

use super::attention::{self, InPanels};
use super::bf16::{self, Bf16Conv, InTiles, Panels};
use super::conv::Direct;
use super::epilogue::Epilogue;
use super::image::Image;
use super::matmul::{After, Kept, Packed};
use super::precision::Tier;
use super::{Cpu, CpuConv, CpuLinear, CpuNorm, CpuTensor, elementwise, norm, winograd};
use crate::backend::{
    Activation, AttentionSpec, Backend, ConvWeights, Dims, GroupNormSpec, LinearWeights, Reader,
};
use crate::tensor::Tensor;

impl Backend for Cpu {
    type Tensor = CpuTensor;
    type Conv = CpuConv;
    type Linear = CpuLinear;
    type Norm = CpuNorm;

    fn pack_conv(&self, weights: ConvWeights) -> CpuConv {
        let (c_out, c_in) = (weights.weight.shape()[0], weights.weight.shape()[1]);
        let shape = [weights.weight.shape()[2], weights.stride, weights.padding];
        match self.tier {
            Tier::Bf16(multiplier)
                if multiplier.leaves_filters()
                    && winograd::applies(self.lanes, [c_in, c_out], shape) =>
            {
                CpuConv::F32(Direct::new(self, Kept::Half, weights))
            }
            Tier::Bf16(_) if bf16::applies(c_in, c_out) && weights.stride <= bf16::MOST_STRIDE => {
                CpuConv::Bf16(Bf16Conv::new(self, weights))
            }
            _ => CpuConv::F32(Direct::new(self, self.kept(c_in, c_out), weights)),
        }
    }

    fn pack_linear(&self, weights: LinearWeights) -> CpuLinear {
        let (c_out, c_in) = (weights.weight.shape()[0], weights.weight.shape()[1]);
        let values = weights.weight.data();
        match self.tier {
            Tier::Bf16(_) if bf16::applies(c_in, c_out) => {
                CpuLinear::Bf16(Panels::of_rows(self, c_in, c_out, values, weights.bias))
            }
            _ => {
                let at = |o: usize, k: usize| values[o * c_in + k];
                let kept = self.kept(c_in, c_out);
                CpuLinear::F32(Packed::new(self, kept, [c_in, c_out], at, weights.bias))
            }
        }
    }

    fn pack_norm(&self, scale: Tensor, shift: Tensor) -> CpuNorm {
        CpuNorm { scale: scale.into_data(), shift: shift.into_data() }
    }

    fn scope<R: Send>(&self, run: impl FnOnce() -> R + Send) -> R {
        self.threads.install(run)
    }

    fn release_memory(&self) {
        self.buffers.release();
    }

    fn n_workers(&self) -> usize {
        self.n_threads()
    }

    fn idle_part(&self) -> u64 {
        // Wide vectors' panels and planes have more sizes.
        if self.lanes > 8 { 3 } else { 8 }
    }

    fn upload(&self, tensor: &Tensor) -> CpuTensor {
        match *tensor.shape() {
            [n, c, h, w] => {
                let dims = Dims { n, c, h, w };
                let mut values = self.buffers.take(dims.len());
                swap_inner_axes(tensor.data(), c, h * w, &mut values);
                CpuTensor::new(dims, values)
            }
            [n, t, c] => {
                let mut values = self.buffers.take(tensor.data().len());
                values.copy_from_slice(tensor.data());
                CpuTensor::new(Dims { n, c, h: 1, w: t }, values)
            }
            ref other => panic!("upload takes images or token rows, not shape {other:?}"),
        }
    }

    fn download_image(&self, x: &CpuTensor) -> Tensor {
        let Dims { n, c, h, w } = x.dims;
        let mut values = vec![0.0; x.dims.len()];
        swap_inner_axes(x.values(), h * w, c, &mut values);
        Tensor::from_parts([n, c, h, w], values)
    }

    fn download_tokens(&self, x: &CpuTensor) -> Tensor {
        Tensor::from_parts([x.dims.n, x.dims.positions(), x.dims.c], x.values().to_vec())
    }

    fn dims(&self, x: &CpuTensor) -> Dims {
        x.dims
    }

    fn conv2d(&self, x: &CpuTensor, conv: &CpuConv) -> CpuTensor {
        self.convolve(x, conv, Epilogue::default())
    }

    fn conv2d_add(&self, x: &CpuTensor, conv: &CpuConv, y: &CpuTensor) -> CpuTensor {
        self.convolve(x, conv, Epilogue::add(y))
    }

    fn conv2d_add_activate(
        &self,
        x: &CpuTensor,
        conv: &CpuConv,
        y: &CpuTensor,
        activation: Activation,
    ) -> CpuTensor {
        self.convolve(x, conv, Epilogue::add(y).and(activation))
    }

    fn conv2d_activate(&self, x: &CpuTensor, conv: &CpuConv, activation: Activation) -> CpuTensor {
        self.convolve(x, conv, Epilogue::activate(activation))
    }

    fn conv2d_add_channels(&self, x: &CpuTensor, conv: &CpuConv, y: &CpuTensor) -> CpuTensor {
        let out = conv.out_dims(x.dims);
        self.convolve(x, conv, Epilogue::add_channels(y, out))
    }

    fn conv2d_enlarged(&self, x: &CpuTensor, h: usize, w: usize, conv: &CpuConv) -> CpuTensor {
        let image = Image::enlarged(x.values(), x.dims, [h, w]);
        self.convolve_image(image, conv, Epilogue::default())
    }

    fn linear(&self, x: &CpuTensor, linear: &CpuLinear) -> CpuTensor {
        self.multiply(x, linear, After::Each(Epilogue::default()))
    }

    fn linear_for_attention(&self, x: &CpuTensor, linear: &CpuLinear) -> CpuTensor {
        match linear {
            CpuLinear::Bf16(panels) => {
                bf16::linear_rounded(self, x, panels, After::Each(Epilogue::default()))
            }
            CpuLinear::F32(_) => self.linear(x, linear),
        }
    }

    fn linear_add(&self, x: &CpuTensor, linear: &CpuLinear, y: &CpuTensor) -> CpuTensor {
        self.multiply(x, linear, After::Each(Epilogue::add(y)))
    }

    fn linear_activate(
        &self,
        x: &CpuTensor,
        linear: &CpuLinear,
        activation: Activation,
    ) -> CpuTensor {
        self.multiply(x, linear, After::Each(Epilogue::activate(activation)))
    }

    fn linear_geglu(&self, x: &CpuTensor, linear: &CpuLinear) -> CpuTensor {
        match linear.can_be_gated() {
            true => self.multiply(x, linear, After::Geglu),
            false => self.geglu(&self.linear(x, linear)),
        }
    }

    fn linear_geglu_for(&self, x: &CpuTensor, linear: &CpuLinear, reader: &CpuLinear) -> CpuTensor {
        match (linear, reader) {
            (CpuLinear::Bf16(panels), CpuLinear::Bf16(_)) if panels.can_be_gated() => {
                bf16::linear_rounded(self, x, panels, After::Geglu)
            }
            _ => self.linear_geglu(x, linear),
        }
    }

    fn group_norm(&self, x: &CpuTensor, norm: &CpuNorm, spec: GroupNormSpec) -> CpuTensor {
        norm::group_norm(self, x, norm, spec)
    }

    fn group_norm_for(
        &self,
        x: &CpuTensor,
        norm: &CpuNorm,
        spec: GroupNormSpec,
        reader: Reader<'_, Self>,
    ) -> CpuTensor {
        match Self::border(reader) {
            Some(border) => norm::group_norm_rounded(self, x, norm, spec, border),
            None => self.group_norm(x, norm, spec),
        }
    }

    fn layer_norm(&self, x: &CpuTensor, norm: &CpuNorm, eps: f32) -> CpuTensor {
        norm::layer_norm(self, x, norm, eps)
    }

    fn layer_norm_for(
        &self,
        x: &CpuTensor,
        norm: &CpuNorm,
        eps: f32,
        reader: &CpuLinear,
    ) -> CpuTensor {
        match reader {
            CpuLinear::Bf16(_) => norm::layer_norm_rounded(self, x, norm, eps),
            CpuLinear::F32(_) => self.layer_norm(x, norm, eps),
        }
    }

    fn attention(
        &self,
        q: &CpuTensor,
        k: &CpuTensor,
        v: &CpuTensor,
        spec: AttentionSpec<'_>,
    ) -> CpuTensor {
        match self.tier {
            Tier::F32 | Tier::Bf16Weights => attention::attention::<InPanels>(self, q, k, v, spec),
            Tier::Bf16(_) => attention::attention::<InTiles>(self, q, k, v, spec),
        }
    }

    fn attention_for(
        &self,
        q: &CpuTensor,
        k: &CpuTensor,
        v: &CpuTensor,
        spec: AttentionSpec<'_>,
        reader: &CpuLinear,
    ) -> CpuTensor {
        match (self.tier, reader) {
            (Tier::Bf16(_), CpuLinear::Bf16(_)) => {
                attention::attention_rounded::<InTiles>(self, q, k, v, spec)
            }
            _ => self.attention(q, k, v, spec),
        }
    }

    fn attention_mapped(
        &self,
        q: &CpuTensor,
        k: &CpuTensor,
        v: &CpuTensor,
        n_heads: usize,
        map_rows: &[usize],
    ) -> CpuTensor {
        match self.tier {
            Tier::F32 | Tier::Bf16Weights => {
                attention::attention_mapped::<InPanels>(self, q, k, v, n_heads, map_rows)
            }
            Tier::Bf16(_) => {
                attention::attention_mapped::<InTiles>(self, q, k, v, n_heads, map_rows)
            }
        }
    }

    fn gather_rows(&self, rows: &[(&CpuTensor, usize)]) -> CpuTensor {
        elementwise::gather_rows(self, rows)
    }

    fn keep_row(&self, x: &CpuTensor, row: usize) -> CpuTensor {
        elementwise::keep_row(self, x, row)
    }

    fn shift(&self, x: CpuTensor, plus: &CpuTensor, minus: &CpuTensor) -> CpuTensor {
        elementwise::shift(self, x, plus, minus)
    }

    fn activate(&self, x: CpuTensor, activation: Activation) -> CpuTensor {
        elementwise::activate(self, x, activation)
    }

    fn geglu(&self, x: &CpuTensor) -> CpuTensor {
        elementwise::geglu(self, x)
    }

    fn add(&self, x: CpuTensor, y: &CpuTensor) -> CpuTensor {
        elementwise::add(self, x, y)
    }

    fn add_channels(&self, x: CpuTensor, y: &CpuTensor) -> CpuTensor {
        elementwise::add_channels(self, x, y)
    }

    fn concat_channels(&self, a: &CpuTensor, b: &CpuTensor) -> CpuTensor {
        elementwise::concat_channels(self, a, b)
    }

    fn upsample_nearest(&self, x: &CpuTensor, h: usize, w: usize) -> CpuTensor {
        elementwise::upsample_nearest(self, x, h, w)
    }
}

/// (…, rows, columns) → (…, columns, rows)
fn swap_inner_axes(data: &[f32], rows: usize, columns: usize, out: &mut [f32]) {
    let len = (rows * columns).max(1);
    for (matrix, out) in data.chunks_exact(len).zip(out.chunks_exact_mut(len)) {
        for (column, out) in out.chunks_exact_mut(rows).enumerate() {
            for (row, out) in out.iter_mut().enumerate() {
                *out = matrix[row * columns + column];
            }
        }
    }
}
