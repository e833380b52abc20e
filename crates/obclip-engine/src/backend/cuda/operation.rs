//! What every operation does around its kernels: the thread's stream, memory for the result, failures that travel on.

use std::sync::Arc;

use super::Cuda;
use super::driver::{Buffer, Stream};
use super::error::CudaError;
use super::gpu::Lane;
use super::tensor::CudaTensor;
use super::values;
use crate::backend::Dims;

impl Cuda {
    /// A new tensor of these sizes, filled by `run`.
    pub(super) fn make(
        &self,
        dims: Dims,
        inputs: &[&CudaTensor],
        run: impl FnOnce(&Lane, &Buffer) -> Result<(), CudaError>,
    ) -> CudaTensor {
        let data = self.with_lane(inputs, |lane| {
            let out = lane.stream.allocate(dims.len() * values::n_bytes(self.gpu.storage))?;
            run(lane, &out)?;
            Ok(Arc::new(out))
        });
        CudaTensor { dims, data }
    }

    /// A tensor of the sizes of `x`, filled by `run` from the first buffer into the second, which is the same one where
    /// nobody else holds `x`.
    pub(super) fn change(
        &self,
        x: CudaTensor,
        others: &[&CudaTensor],
        run: impl FnOnce(&Lane, &Buffer, &Buffer) -> Result<(), CudaError>,
    ) -> CudaTensor {
        let dims = x.dims;
        let inputs: Vec<&CudaTensor> = std::iter::once(&x).chain(others.iter().copied()).collect();
        let data = self.with_lane(&inputs, |lane| {
            let from = x.buffer()?;
            let is_own = from.stream().is_some_and(|stream| Arc::ptr_eq(stream, &lane.stream));
            let out = match is_own && Arc::strong_count(from) == 1 {
                true => Arc::clone(from),
                false => {
                    Arc::new(lane.stream.allocate(dims.len() * values::n_bytes(self.gpu.storage))?)
                }
            };
            run(lane, from, &out)?;
            Ok(out)
        });
        CudaTensor { dims, data }
    }

    /// Runs something on the calling thread's stream, after what other streams still do to its inputs, and before they
    /// free them.
    pub(super) fn with_lane<R>(
        &self,
        inputs: &[&CudaTensor],
        run: impl FnOnce(&Lane) -> Result<R, CudaError>,
    ) -> Result<R, CudaError> {
        let lane = self.gpu.lane()?;
        let mut others: Vec<&Arc<Stream>> = Vec::new();
        for input in inputs {
            let stream = input.buffer()?.stream();
            let is_other = |stream: &&Arc<Stream>| !Arc::ptr_eq(stream, &lane.stream);
            others.extend(stream.filter(is_other));
        }
        for other in &others {
            lane.stream.wait_for(other)?;
        }
        let done = run(lane);
        for other in others {
            other.wait_for(&lane.stream)?;
        }
        done
    }
}
