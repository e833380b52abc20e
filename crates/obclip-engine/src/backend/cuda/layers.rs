//! Layers with weights: linear, convolution, normalisations.

use super::Cuda;
use super::blas::{Product, Size};
use super::dnn::{Convolution, Left};
use super::driver::Buffer;
use super::error::CudaError;
use super::gpu::Lane;
use super::kernels::THREADS;
use super::pack::{CudaConv, CudaLinear, CudaNorm, Kept};
use super::tensor::CudaTensor;
use crate::backend::{Activation, Dims, GroupNormSpec};

fn kept(values: &Kept) -> Result<&Buffer, CudaError> {
    values.as_ref().map_err(Clone::clone)
}

pub(super) fn linear(
    cuda: &Cuda,
    x: &CudaTensor,
    linear: &CudaLinear,
    residual: Option<&CudaTensor>,
) -> CudaTensor {
    assert_eq!(x.dims.c, linear.n_in, "input channels");
    let dims = Dims { c: linear.n_out, ..x.dims };
    assert!(residual.is_none_or(|residual| residual.dims == dims), "sizes to add");
    let inputs: Vec<&CudaTensor> = std::iter::once(x).chain(residual).collect();
    cuda.make(dims, &inputs, |lane, out| {
        let size = Size { rows: x.n_positions(), n_in: linear.n_in, n_out: linear.n_out };
        if size.rows == 0 {
            return Ok(());
        }
        let bias = linear.bias.as_ref().map(kept).transpose()?;
        let residual = residual.map(CudaTensor::buffer).transpose()?;
        let product = Product {
            size,
            x: x.buffer()?,
            weight: kept(&linear.weight)?,
            bias,
            residual: residual.map(|residual| &**residual),
            out,
        };
        cuda.gpu.blas.multiply(&lane.stream, &product)
    })
}

pub(super) fn conv2d(
    cuda: &Cuda,
    x: &CudaTensor,
    conv: &CudaConv,
    residual: Option<&CudaTensor>,
) -> CudaTensor {
    assert_eq!(x.dims.c, conv.n_in, "input channels");
    let window = conv.window;
    let size = |length: usize| (length + 2 * window.padding - window.kernel) / window.stride + 1;
    let dims = Dims { n: x.dims.n, c: conv.n_out, h: size(x.dims.h), w: size(x.dims.w) };
    assert!(residual.is_none_or(|residual| residual.dims == dims), "sizes to add");
    let inputs: Vec<&CudaTensor> = std::iter::once(x).chain(residual).collect();
    cuda.make(dims, &inputs, |lane, out| {
        let residual = residual.map(CudaTensor::buffer).transpose()?;
        let convolution = Convolution {
            x_dims: x.dims,
            out_dims: dims,
            window,
            x: x.buffer()?,
            weight: kept(&conv.weight)?,
            bias: kept(&conv.bias)?,
            residual: residual.map(|residual| &**residual),
            out,
        };
        let left = lane.dnn().convolve(&convolution)?;
        match left {
            Left::Nothing => Ok(()),
            Left::BiasAndResidual => add_bias_and_residual(cuda, lane, &convolution),
        }
    })
}

/// In place, for a library that did not.
fn add_bias_and_residual(
    cuda: &Cuda,
    lane: &Lane,
    convolution: &Convolution<'_>,
) -> Result<(), CudaError> {
    let (out, dims) = (convolution.out, convolution.out_dims);
    let call = cuda.gpu.kernels.call("add_channels");
    let call = call.memory(out).memory(convolution.bias).memory(out).u64(dims.len());
    let call = call.u32(dims.c).u64(dims.positions()).u32(1);
    call.over(&lane.stream, dims.len())?;
    let Some(residual) = convolution.residual else { return Ok(()) };
    let call = cuda.gpu.kernels.call("add").memory(out).memory(residual).memory(out);
    call.u64(dims.len()).over(&lane.stream, dims.len())
}

/// Values that one block adds up, roughly.
const GROUP_PART: usize = 8192;
/// Parts of a group at most.
const MOST_PARTS: usize = 32;
/// `MOST_GROUPS` of the kernel.
const MOST_GROUPS: usize = 1024;

pub(super) fn group_norm(
    cuda: &Cuda,
    x: &CudaTensor,
    norm: &CudaNorm,
    spec: GroupNormSpec,
) -> CudaTensor {
    let Dims { n, c, .. } = x.dims;
    assert_eq!(c, norm.n_channels, "channels of a normalisation");
    let (groups, positions) = (spec.n_groups, x.dims.positions());
    cuda.make(x.dims, &[x], |lane, out| {
        if groups > MOST_GROUPS {
            let (expected, found) = (format!("at most {MOST_GROUPS}"), groups.to_string());
            return Err(CudaError::Unsupported { what: "groups of channels", expected, found });
        }
        // A function of the layer alone, so that a row does not depend on its company.
        let parts = (positions * c / groups).div_ceil(GROUP_PART).clamp(1, MOST_PARTS);
        let sums = lane.stream.allocate(n * groups * parts * 2 * size_of::<f32>())?;
        let call = cuda.gpu.kernels.call("group_sums").memory(x.buffer()?).memory(&sums);
        let call = call.u64(positions).u32(c).u32(groups);
        call.grid(&lane.stream, [parts, groups, n], THREADS)?;
        let call = cuda.gpu.kernels.call("group_apply").memory(x.buffer()?).memory(&sums);
        let call = call.memory(kept(&norm.scale)?).memory(kept(&norm.shift)?).memory(out);
        let call = call.u64(positions).u32(c).u32(groups).u32(parts).f32(spec.eps);
        let call = call.u32(activation_number(spec.activation));
        call.over_rows(&lane.stream, (positions * c).div_ceil(8), n)
    })
}

pub(super) fn layer_norm(cuda: &Cuda, x: &CudaTensor, norm: &CudaNorm, eps: f32) -> CudaTensor {
    assert_eq!(x.dims.c, norm.n_channels, "channels of a normalisation");
    cuda.make(x.dims, &[x], |lane, out| {
        let call = cuda.gpu.kernels.call("layer_norm").memory(x.buffer()?);
        let call = call.memory(kept(&norm.scale)?).memory(kept(&norm.shift)?).memory(out);
        let call = call.u64(x.n_positions()).u32(x.dims.c).f32(eps);
        let warps = THREADS as usize / 32;
        call.grid(&lane.stream, [x.n_positions().div_ceil(warps), 1, 1], THREADS)
    })
}

/// As the kernels count them.
pub(super) fn activation_number(activation: Option<Activation>) -> usize {
    match activation {
        None => 0,
        Some(Activation::Silu) => 1,
        Some(Activation::Gelu) => 2,
        Some(Activation::QuickGelu) => 3,
        Some(Activation::GeluTanh) => 4,
        Some(Activation::Relu) => 5,
    }
}
