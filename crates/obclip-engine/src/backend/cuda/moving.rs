//! Values from one place to another: between host and GPU, between rows, between sizes.

use super::Cuda;
use super::driver::Buffer;
use super::error::CudaError;
use super::tensor::CudaTensor;
use super::values;
use crate::backend::Dims;
use crate::tensor::Tensor;

pub(super) fn upload(cuda: &Cuda, tensor: &Tensor) -> CudaTensor {
    let (dims, kernel) = match *tensor.shape() {
        [n, c, h, w] => (Dims { n, c, h, w }, "from_image"),
        [n, t, c] => (Dims { n, c, h: 1, w: t }, "from_tokens"),
        ref other => panic!("upload takes images or token rows, not shape {other:?}"),
    };
    cuda.make(dims, &[], |lane, out| {
        let bytes: Vec<u8> = tensor.data().iter().flat_map(|value| value.to_le_bytes()).collect();
        let staged = lane.stream.allocate(bytes.len())?;
        lane.stream.upload(&staged, &bytes)?;
        let call = cuda.gpu.kernels.call(kernel).memory(&staged).memory(out).u64(dims.len());
        let call = match kernel {
            "from_image" => call.u32(dims.c).u64(dims.positions()),
            _ => call,
        };
        call.over(&lane.stream, dims.len())
    })
}

/// (N, C, H, W)
pub(super) fn fetch_image(cuda: &Cuda, x: &CudaTensor) -> Result<Tensor, CudaError> {
    let Dims { n, c, h, w } = x.dims;
    let values = fetch(cuda, x, |x, out| {
        let call = cuda.gpu.kernels.call("to_image").memory(x).memory(out).u64(n * c * h * w);
        call.u32(c).u64(h * w)
    })?;
    Ok(Tensor::from_parts([n, c, h, w], values))
}

/// (N, T, C)
pub(super) fn fetch_tokens(cuda: &Cuda, x: &CudaTensor) -> Result<Tensor, CudaError> {
    let values = fetch(cuda, x, |from, out| {
        cuda.gpu.kernels.call("to_tokens").memory(from).memory(out).u64(x.dims.len())
    })?;
    Ok(Tensor::from_parts([x.dims.n, x.dims.positions(), x.dims.c], values))
}

fn fetch<'a>(
    cuda: &Cuda,
    x: &CudaTensor,
    call: impl FnOnce(&Buffer, &Buffer) -> super::kernels::Launch<'a>,
) -> Result<Vec<f32>, CudaError> {
    cuda.with_lane(&[x], |lane| {
        let mut bytes = vec![0; x.dims.len() * size_of::<f32>()];
        let staged = lane.stream.allocate(bytes.len())?;
        call(x.buffer()?, &staged).over(&lane.stream, x.dims.len())?;
        lane.stream.download(&staged, &mut bytes)?;
        Ok(bytes.as_chunks().0.iter().map(|&value| f32::from_le_bytes(value)).collect())
    })
}

/// Rows of one launch: `struct Sources`.
const MOST_ROWS: usize = 64;

pub(super) fn gather_rows(cuda: &Cuda, rows: &[(&CudaTensor, usize)]) -> CudaTensor {
    let one = rows.first().map_or(Dims { n: 0, c: 0, h: 0, w: 0 }, |(x, _)| x.dims);
    for (x, row) in rows {
        assert_eq!(x.dims, Dims { n: x.dims.n, ..one }, "sizes of rows");
        assert!(*row < x.dims.n, "row to gather");
    }
    let inputs: Vec<&CudaTensor> = rows.iter().map(|(x, _)| *x).collect();
    let row_len = one.c * one.positions();
    let row_bytes = row_len * values::n_bytes(cuda.gpu.storage);
    cuda.make(Dims { n: rows.len(), ..one }, &inputs, |lane, out| {
        for (part, rows) in rows.chunks(MOST_ROWS).enumerate() {
            let address = |(x, row): &(&CudaTensor, usize)| {
                x.buffer().map(|buffer| buffer.address() + (row * row_bytes) as u64)
            };
            let sources = rows.iter().map(address).collect::<Result<Vec<u64>, CudaError>>()?;
            let call = cuda.gpu.kernels.call("gather").sources(&sources);
            let call = call.memory_at(out, part * MOST_ROWS * row_bytes).u64(row_len);
            call.over_rows(&lane.stream, row_len.div_ceil(4), rows.len())?;
        }
        Ok(())
    })
}

pub(super) fn concat_channels(cuda: &Cuda, a: &CudaTensor, b: &CudaTensor) -> CudaTensor {
    assert_eq!(Dims { c: 0, ..a.dims }, Dims { c: 0, ..b.dims }, "sizes to concatenate");
    let dims = Dims { c: a.dims.c + b.dims.c, ..a.dims };
    cuda.make(dims, &[a, b], |lane, out| {
        let call = cuda.gpu.kernels.call("concat").memory(a.buffer()?).memory(b.buffer()?);
        let call = call.memory(out).u64(dims.len()).u32(a.dims.c).u32(b.dims.c);
        call.over(&lane.stream, dims.len().div_ceil(4))
    })
}

pub(super) fn upsample_nearest(cuda: &Cuda, x: &CudaTensor, h: usize, w: usize) -> CudaTensor {
    let dims = Dims { h, w, ..x.dims };
    cuda.make(dims, &[x], |lane, out| {
        let call = cuda.gpu.kernels.call("upsample").memory(x.buffer()?).memory(out);
        let call = call.u64(dims.len()).u32(dims.c).u64(x.dims.h).u64(x.dims.w).u64(h).u64(w);
        call.over(&lane.stream, dims.len().div_ceil(4))
    })
}
