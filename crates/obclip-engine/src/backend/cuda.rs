//! NVIDIA GPUs: cuBLASLt for matrix products, cuDNN for convolutions, our own kernels for the rest, all opened at run
//! time.
//!
//! Activations are kept channels-last, (N, H, W, C), as the CPU backend does: a linear layer needs no transposition and
//! cuDNN's tensor cores want it so. Values lie in half precision and are computed with in f32. Results are not bitwise
//! those of another GPU: the libraries choose their own order of sums.
//!
//! Nothing here waits for the GPU but downloads: an operation is queued on its thread's stream. What fails, memory above
//! all, travels in the tensor ([`CudaTensor`]) and comes out of [`Backend::fetch_image`] as an error.

mod attention;
mod blas;
mod dnn;
mod driver;
mod error;
mod gpu;
mod kernels;
mod layers;
mod libraries;
mod moving;
mod nvrtc;
mod operation;
mod pack;
mod pointwise;
mod tensor;
mod values;

use std::sync::Arc;

use super::{
    Activation, AttentionSpec, Backend, ConvWeights, Dims, GroupNormSpec, LinearWeights, Storage,
};
use crate::error::Error;
use crate::tensor::Tensor;
use attention::{Heads, Rows};
pub use error::CudaError;
use gpu::Gpu;
pub use pack::{CudaConv, CudaLinear, CudaNorm};
pub use tensor::CudaTensor;

/// One GPU. Clones share it; every thread has a stream of its own on it.
#[derive(Clone)]
pub struct Cuda {
    gpu: Arc<Gpu>,
}

impl Cuda {
    /// Opens NVIDIA's libraries and a GPU, numbered from 0, and compiles the kernels: some seconds.
    pub fn open(ordinal: usize, storage: Storage) -> Result<Self, CudaError> {
        Ok(Self { gpu: Arc::new(Gpu::open(ordinal, storage)?) })
    }

    /// What is missing to use a GPU, library by library; empty if nothing is.
    pub fn missing_libraries() -> Vec<CudaError> {
        libraries::missing()
    }

    /// How many GPUs there are.
    pub fn n_gpus() -> Result<usize, CudaError> {
        libraries::check()?;
        driver::n_gpus()
    }

    /// The GPU's name.
    pub fn name(&self) -> &str {
        &self.gpu.name
    }

    /// How values lie in its memory.
    pub fn storage(&self) -> Storage {
        self.gpu.storage
    }

    /// Bytes of its memory that nobody uses, and all.
    pub fn memory(&self) -> Result<(u64, u64), CudaError> {
        self.gpu.context.memory()
    }

    /// Waits for all that the calling thread has asked for.
    pub fn synchronize(&self) -> Result<(), CudaError> {
        self.gpu.lane()?.stream.synchronize()
    }
}

impl Backend for Cuda {
    type Tensor = CudaTensor;
    type Conv = CudaConv;
    type Linear = CudaLinear;
    type Norm = CudaNorm;

    fn pack_conv(&self, weights: ConvWeights) -> CudaConv {
        pack::conv(self, weights)
    }

    fn pack_linear(&self, weights: LinearWeights) -> CudaLinear {
        pack::linear(self, &weights)
    }

    fn pack_norm(&self, scale: Tensor, shift: Tensor) -> CudaNorm {
        pack::norm(self, &scale, &shift)
    }

    fn check_packed(&self) -> Result<(), Error> {
        self.gpu.take_pack_fault().map_or(Ok(()), |fault| Err(fault.into()))
    }

    fn upload(&self, tensor: &Tensor) -> CudaTensor {
        moving::upload(self, tensor)
    }

    /// # Panics
    /// If the tensor was not computed; [`Self::fetch_image`] says why.
    fn download_image(&self, x: &CudaTensor) -> Tensor {
        moving::fetch_image(self, x).unwrap_or_else(|error| panic!("{error}"))
    }

    /// # Panics
    /// If the tensor was not computed; [`Self::fetch_tokens`] says why.
    fn download_tokens(&self, x: &CudaTensor) -> Tensor {
        moving::fetch_tokens(self, x).unwrap_or_else(|error| panic!("{error}"))
    }

    fn fetch_image(&self, x: &CudaTensor) -> Result<Tensor, Error> {
        Ok(moving::fetch_image(self, x)?)
    }

    fn fetch_tokens(&self, x: &CudaTensor) -> Result<Tensor, Error> {
        Ok(moving::fetch_tokens(self, x)?)
    }

    fn dims(&self, x: &CudaTensor) -> Dims {
        x.dims
    }

    fn conv2d(&self, x: &CudaTensor, conv: &CudaConv) -> CudaTensor {
        layers::conv2d(self, x, conv, None)
    }

    fn conv2d_add(&self, x: &CudaTensor, conv: &CudaConv, y: &CudaTensor) -> CudaTensor {
        layers::conv2d(self, x, conv, Some(y))
    }

    fn linear(&self, x: &CudaTensor, linear: &CudaLinear) -> CudaTensor {
        layers::linear(self, x, linear, None)
    }

    fn linear_add(&self, x: &CudaTensor, linear: &CudaLinear, y: &CudaTensor) -> CudaTensor {
        layers::linear(self, x, linear, Some(y))
    }

    fn group_norm(&self, x: &CudaTensor, norm: &CudaNorm, spec: GroupNormSpec) -> CudaTensor {
        layers::group_norm(self, x, norm, spec)
    }

    fn layer_norm(&self, x: &CudaTensor, norm: &CudaNorm, eps: f32) -> CudaTensor {
        layers::layer_norm(self, x, norm, eps)
    }

    fn attention(
        &self,
        q: &CudaTensor,
        k: &CudaTensor,
        v: &CudaTensor,
        spec: AttentionSpec<'_>,
    ) -> CudaTensor {
        let query: Vec<usize> = (0..q.dims.n).collect();
        let key: Vec<usize> = query.iter().map(|&row| spec.kv_row(row)).collect();
        let rows = Rows { query, value: key.clone(), key };
        let heads = Heads { n: spec.n_heads, causal: spec.causal };
        attention::attention(self, [q, k, v], heads, &rows)
    }

    /// Every row multiplies its map out anew: cheaper here than to keep maps.
    fn attention_mapped(
        &self,
        q: &CudaTensor,
        k: &CudaTensor,
        v: &CudaTensor,
        n_heads: usize,
        map_rows: &[usize],
    ) -> CudaTensor {
        let map = map_rows.to_vec();
        let rows = Rows { query: map.clone(), key: map, value: (0..v.dims.n).collect() };
        assert_eq!(rows.query.len(), v.dims.n, "a map for each row of values");
        attention::attention(self, [q, k, v], Heads { n: n_heads, causal: false }, &rows)
    }

    fn gather_rows(&self, rows: &[(&CudaTensor, usize)]) -> CudaTensor {
        moving::gather_rows(self, rows)
    }

    fn shift(&self, x: CudaTensor, plus: &CudaTensor, minus: &CudaTensor) -> CudaTensor {
        pointwise::shift(self, x, plus, minus)
    }

    fn activate(&self, x: CudaTensor, activation: Activation) -> CudaTensor {
        pointwise::activate(self, x, activation)
    }

    fn geglu(&self, x: &CudaTensor) -> CudaTensor {
        pointwise::geglu(self, x)
    }

    fn add(&self, x: CudaTensor, y: &CudaTensor) -> CudaTensor {
        pointwise::add(self, x, y)
    }

    fn add_channels(&self, x: CudaTensor, y: &CudaTensor) -> CudaTensor {
        pointwise::add_channels(self, x, y)
    }

    fn concat_channels(&self, a: &CudaTensor, b: &CudaTensor) -> CudaTensor {
        moving::concat_channels(self, a, b)
    }

    fn upsample_nearest(&self, x: &CudaTensor, h: usize, w: usize) -> CudaTensor {
        moving::upsample_nearest(self, x, h, w)
    }
}
