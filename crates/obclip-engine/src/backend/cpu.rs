//! The fast backend: f32, all cores, SIMD by run-time dispatch (AVX2, AVX-512, NEON).
//!
//! Activations are kept channels-last, (N, H, W, C): a pixel's channels are contiguous, so linear
//! layers, 1×1 convolutions and 3×3 convolutions are all the same matrix product over rows of
//! pixels, and a sequence needs no transposition. Weights are packed once into panels that the
//! kernel reads in order.
//!
//! Every output element is a sum in an order that depends on the layer alone. So results are
//! bitwise the same for every batch size and every number of threads.

mod attention;
mod conv;
mod elementwise;
mod mathematics;
mod matmul;
mod norm;
mod peak;
mod threads;
pub(crate) mod winograd;

use std::sync::Arc;

use super::{Activation, AttentionSpec, Backend, ConvWeights, Dims, GroupNormSpec, LinearWeights};
use crate::tensor::Tensor;
use matmul::Packed;
use threads::Threads;

/// A number of threads and the instruction set that was found.
#[derive(Clone)]
pub struct Cpu {
    threads: Threads,
    arch: pulp::Arch,
    /// f32 values in one vector register.
    lanes: usize,
}

impl Cpu {
    /// So many worker threads, at least one; 1 works in the calling thread.
    pub fn new(n_threads: usize) -> Self {
        let arch = pulp::Arch::new();
        Self { threads: Threads::new(n_threads), arch, lanes: arch.dispatch(Lanes) }
    }

    /// How many threads it uses.
    pub fn n_threads(&self) -> usize {
        self.threads.count()
    }

    /// The vector instructions that were found.
    pub fn instructions(&self) -> &'static str {
        match self.lanes {
            16 => "AVX-512",
            8 => "AVX2",
            4 => "NEON",
            _ => "none for vectors",
        }
    }

    /// f32 values per vector register: 16 with AVX-512, 8 with AVX2, 4 with NEON.
    pub fn lanes(&self) -> usize {
        self.lanes
    }
}

struct Lanes;

impl pulp::WithSimd for Lanes {
    type Output = usize;
    fn with_simd<S: pulp::Simd>(self, _: S) -> usize {
        S::F32_LANES
    }
}

/// Values in (N, H, W, C) order, shared until someone changes them.
#[derive(Clone, Debug)]
pub struct CpuTensor {
    dims: Dims,
    data: Arc<Vec<f32>>,
}

impl CpuTensor {
    fn new(dims: Dims, data: Vec<f32>) -> Self {
        debug_assert_eq!(dims.len(), data.len());
        Self { dims, data: Arc::new(data) }
    }

    /// The values, for changing; copies them if another tensor shares them.
    fn into_data(self) -> Vec<f32> {
        Arc::unwrap_or_clone(self.data)
    }

    /// Pixels or tokens of all rows.
    fn n_positions(&self) -> usize {
        self.dims.n * self.dims.positions()
    }
}

/// Scale and shift per channel.
pub struct CpuNorm {
    scale: Vec<f32>,
    shift: Vec<f32>,
}

impl Backend for Cpu {
    type Tensor = CpuTensor;
    type Conv = conv::Direct;
    type Linear = Packed;
    type Norm = CpuNorm;

    fn pack_conv(&self, weights: ConvWeights) -> conv::Direct {
        conv::Direct::new(self, weights)
    }

    fn pack_linear(&self, weights: LinearWeights) -> Packed {
        let (c_out, c_in) = (weights.weight.shape()[0], weights.weight.shape()[1]);
        let at = |o: usize, k: usize| weights.weight.data()[o * c_in + k];
        Packed::new(self, [c_in, c_out], at, weights.bias)
    }

    fn pack_norm(&self, scale: Tensor, shift: Tensor) -> CpuNorm {
        CpuNorm { scale: scale.into_data(), shift: shift.into_data() }
    }

    fn scope<R: Send>(&self, run: impl FnOnce() -> R + Send) -> R {
        self.threads.install(run)
    }

    fn n_workers(&self) -> usize {
        self.n_threads()
    }

    fn upload(&self, tensor: &Tensor) -> CpuTensor {
        match *tensor.shape() {
            [n, c, h, w] => {
                let dims = Dims { n, c, h, w };
                CpuTensor::new(dims, swap_inner_axes(tensor.data(), c, h * w))
            }
            [n, t, c] => CpuTensor::new(Dims { n, c, h: 1, w: t }, tensor.data().to_vec()),
            ref other => panic!("upload takes images or token rows, not shape {other:?}"),
        }
    }

    fn download_image(&self, x: &CpuTensor) -> Tensor {
        let Dims { n, c, h, w } = x.dims;
        Tensor::from_parts([n, c, h, w], swap_inner_axes(&x.data, h * w, c))
    }

    fn download_tokens(&self, x: &CpuTensor) -> Tensor {
        Tensor::from_parts([x.dims.n, x.dims.positions(), x.dims.c], x.data.to_vec())
    }

    fn dims(&self, x: &CpuTensor) -> Dims {
        x.dims
    }

    fn conv2d(&self, x: &CpuTensor, conv: &conv::Direct) -> CpuTensor {
        conv::conv2d(self, x, conv)
    }

    fn linear(&self, x: &CpuTensor, linear: &Packed) -> CpuTensor {
        assert_eq!(x.dims.c, linear.n_in(), "input channels");
        let source = matmul::Rows { data: &x.data, stride: x.dims.c };
        let data = matmul::product(self, &source, x.n_positions(), linear);
        CpuTensor::new(Dims { c: linear.n_out(), ..x.dims }, data)
    }

    fn group_norm(&self, x: &CpuTensor, norm: &CpuNorm, spec: GroupNormSpec) -> CpuTensor {
        norm::group_norm(self, x, norm, spec)
    }

    fn layer_norm(&self, x: &CpuTensor, norm: &CpuNorm, eps: f32) -> CpuTensor {
        norm::layer_norm(self, x, norm, eps)
    }

    fn attention(
        &self,
        q: &CpuTensor,
        k: &CpuTensor,
        v: &CpuTensor,
        spec: AttentionSpec<'_>,
    ) -> CpuTensor {
        attention::attention(self, q, k, v, spec)
    }

    fn attention_mapped(
        &self,
        q: &CpuTensor,
        k: &CpuTensor,
        v: &CpuTensor,
        n_heads: usize,
        map_rows: &[usize],
    ) -> CpuTensor {
        attention::attention_mapped(self, q, k, v, n_heads, map_rows)
    }

    fn gather_rows(&self, rows: &[(&CpuTensor, usize)]) -> CpuTensor {
        elementwise::gather_rows(rows)
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
fn swap_inner_axes(data: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(data.len());
    for matrix in data.chunks_exact((rows * columns).max(1)) {
        for column in 0..columns {
            out.extend((0..rows).map(|row| matrix[row * columns + column]));
        }
    }
    out
}
