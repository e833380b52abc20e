//! Activations on the GPU.

use std::sync::Arc;

use super::driver::Buffer;
use super::error::CudaError;
use crate::backend::Dims;

/// Values in (N, H, W, C) order, shared until someone changes them; or why there are none. Operations return no result,
/// so a failure travels in what they return: whatever reads it fails the same way, down to the download, which says so.
#[derive(Clone)]
pub struct CudaTensor {
    pub(super) dims: Dims,
    pub(super) data: Result<Arc<Buffer>, CudaError>,
}

impl CudaTensor {
    pub(super) fn buffer(&self) -> Result<&Arc<Buffer>, CudaError> {
        self.data.as_ref().map_err(Clone::clone)
    }

    /// Pixels or tokens of all rows.
    pub(super) fn n_positions(&self) -> usize {
        self.dims.n * self.dims.positions()
    }
}
