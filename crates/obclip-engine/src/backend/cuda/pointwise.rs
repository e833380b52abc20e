//! Value by value.

use super::Cuda;
use super::layers::activation_number;
use super::tensor::CudaTensor;
use crate::backend::{Activation, Dims};

/// Values of one thread: two vectors of four, or one of eight.
const PER_THREAD: usize = 8;

pub(super) fn activate(cuda: &Cuda, x: CudaTensor, activation: Activation) -> CudaTensor {
    let len = x.dims.len();
    cuda.change(x, &[], |lane, from, out| {
        let call = cuda.gpu.kernels.call("activate").memory(from).memory(out).u64(len);
        let call = call.u32(activation_number(Some(activation)));
        call.over(&lane.stream, len.div_ceil(PER_THREAD))
    })
}

pub(super) fn add(cuda: &Cuda, x: CudaTensor, y: &CudaTensor) -> CudaTensor {
    assert_eq!(x.dims, y.dims, "sizes to add");
    let len = x.dims.len();
    cuda.change(x, &[y], |lane, from, out| {
        let call = cuda.gpu.kernels.call("add").memory(from).memory(y.buffer()?).memory(out);
        call.u64(len).over(&lane.stream, len.div_ceil(PER_THREAD))
    })
}

pub(super) fn shift(
    cuda: &Cuda,
    x: CudaTensor,
    plus: &CudaTensor,
    minus: &CudaTensor,
) -> CudaTensor {
    assert_eq!((x.dims, x.dims), (plus.dims, minus.dims), "sizes to shift by");
    let len = x.dims.len();
    cuda.change(x, &[plus, minus], |lane, from, out| {
        let call = cuda.gpu.kernels.call("shift").memory(from).memory(plus.buffer()?);
        let call = call.memory(minus.buffer()?).memory(out).u64(len);
        call.over(&lane.stream, len.div_ceil(PER_THREAD))
    })
}

pub(super) fn add_channels(cuda: &Cuda, x: CudaTensor, y: &CudaTensor) -> CudaTensor {
    let (dims, y_dims) = (x.dims, y.dims);
    let is_one_or_each = y_dims.n == 1 || y_dims.n == dims.n;
    assert!(y_dims.c == dims.c && y_dims.positions() == 1 && is_one_or_each, "channels to add");
    cuda.change(x, &[y], |lane, from, out| {
        let call = cuda.gpu.kernels.call("add_channels").memory(from).memory(y.buffer()?);
        let call = call.memory(out).u64(dims.len()).u32(dims.c).u64(dims.positions());
        call.u32(y_dims.n).over(&lane.stream, dims.len().div_ceil(PER_THREAD))
    })
}

pub(super) fn geglu(cuda: &Cuda, x: &CudaTensor) -> CudaTensor {
    let dims = Dims { c: x.dims.c / 2, ..x.dims };
    assert_eq!(dims.c * 2, x.dims.c, "channels to halve");
    cuda.make(dims, &[x], |lane, out| {
        let call = cuda.gpu.kernels.call("geglu").memory(x.buffer()?).memory(out);
        let call = call.u64(dims.len()).u32(dims.c);
        call.over(&lane.stream, dims.len().div_ceil(PER_THREAD))
    })
}
