//! Weights: to the GPU once, at load.

use super::Cuda;
use super::dnn::Window;
use super::driver::Buffer;
use super::error::CudaError;
use super::values;
use crate::backend::{ConvWeights, LinearWeights};
use crate::tensor::Tensor;

/// Values that stay, or why they did not come.
pub(super) type Kept = Result<Buffer, CudaError>;

/// A packed linear layer.
pub struct CudaLinear {
    pub(super) n_in: usize,
    pub(super) n_out: usize,
    pub(super) weight: Kept,
    pub(super) bias: Option<Kept>,
}

/// A packed convolution.
pub struct CudaConv {
    pub(super) n_in: usize,
    pub(super) n_out: usize,
    pub(super) window: Window,
    /// (C_out, k, k, C_in)
    pub(super) weight: Kept,
    /// Zeros if it has none.
    pub(super) bias: Kept,
}

/// Scale and shift per channel.
pub struct CudaNorm {
    pub(super) n_channels: usize,
    pub(super) scale: Kept,
    pub(super) shift: Kept,
}

pub(super) fn conv(cuda: &Cuda, weights: ConvWeights) -> CudaConv {
    let &[n_out, n_in, kernel, _] = weights.weight.shape() else { panic!("weight is not 4-d") };
    let data = weights.weight.data();
    let area = kernel * kernel;
    // (C_out, C_in, k, k) → (C_out, k, k, C_in)
    let at = |i: usize| {
        let (o, inner) = (i / (area * n_in), i % (area * n_in));
        let (place, c) = (inner / n_in, inner % n_in);
        data[(o * n_in + c) * area + place]
    };
    CudaConv {
        n_in,
        n_out,
        window: Window { kernel, stride: weights.stride, padding: weights.padding },
        weight: keep(cuda, data.len(), at),
        bias: match &weights.bias {
            Some(bias) => keep_tensor(cuda, bias),
            None => keep(cuda, n_out, |_| 0.0),
        },
    }
}

pub(super) fn linear(cuda: &Cuda, weights: &LinearWeights) -> CudaLinear {
    let (n_out, n_in) = (weights.weight.shape()[0], weights.weight.shape()[1]);
    let bias = weights.bias.as_ref().map(|bias| keep_tensor(cuda, bias));
    CudaLinear { n_in, n_out, weight: keep_tensor(cuda, &weights.weight), bias }
}

pub(super) fn norm(cuda: &Cuda, scale: &Tensor, shift: &Tensor) -> CudaNorm {
    let (scale, shift, n_channels) =
        (keep_tensor(cuda, scale), keep_tensor(cuda, shift), scale.data().len());
    CudaNorm { n_channels, scale, shift }
}

fn keep_tensor(cuda: &Cuda, tensor: &Tensor) -> Kept {
    let data = tensor.data();
    keep(cuda, data.len(), |i| data[i])
}

/// Through pinned memory. A failure is also noted, so that loading can say so.
fn keep(cuda: &Cuda, len: usize, at: impl Fn(usize) -> f32) -> Kept {
    let (gpu, size) = (&cuda.gpu, values::n_bytes(cuda.gpu.storage));
    let kept = (|| {
        let lane = gpu.lane()?;
        let buffer = Buffer::resident(&gpu.context, len * size)?;
        gpu.staging().upload(&lane.stream, &buffer, |from, part| {
            let first = from / size;
            values::write(gpu.storage, (first..len).map(&at), part);
        })?;
        Ok(buffer)
    })();
    kept.inspect_err(|fault| gpu.note_pack_fault(fault))
}
