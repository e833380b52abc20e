//! Memory: of the GPU, and of the host where the GPU reads it by itself.
#![allow(unsafe_code, reason = "calls into the driver")]

use std::ptr;
use std::sync::Arc;

use cudarc::driver::sys;

use super::stream::Stream;
use super::{Context, check};
use crate::backend::cuda::error::CudaError;

/// Memory of the GPU.
pub(in super::super) struct Buffer {
    address: sys::CUdeviceptr,
    n_bytes: usize,
    home: Home,
}

/// Where memory goes back to.
enum Home {
    /// In the order of the stream that made it.
    Pool(Arc<Stream>),
    /// When the whole GPU has stopped: for weights, which every stream reads.
    Resident(Arc<Context>),
}

impl Buffer {
    /// Memory that a stream took from the pool.
    pub(super) fn of_pool(address: u64, n_bytes: usize, stream: &Arc<Stream>) -> Self {
        Self { address, n_bytes, home: Home::Pool(Arc::clone(stream)) }
    }

    /// Memory for weights.
    pub(in super::super) fn resident(
        context: &Arc<Context>,
        n_bytes: usize,
    ) -> Result<Self, CudaError> {
        context.bind()?;
        let mut address = 0;
        // SAFETY: a context is bound; the result is written to a variable that lives.
        let mut status = unsafe { sys::cuMemAlloc_v2(&mut address, n_bytes.max(1)) };
        if status == sys::CUresult::CUDA_ERROR_OUT_OF_MEMORY {
            // SAFETY: the pool is the device's own; then as above.
            status = unsafe {
                sys::cuMemPoolTrimTo(context.pool, 0);
                sys::cuMemAlloc_v2(&mut address, n_bytes.max(1))
            };
        }
        context.allocated("cuMemAlloc", status, n_bytes)?;
        Ok(Self { address, n_bytes, home: Home::Resident(Arc::clone(context)) })
    }

    pub(in super::super) fn address(&self) -> u64 {
        self.address
    }

    pub(super) fn n_bytes(&self) -> usize {
        self.n_bytes
    }

    /// The stream in whose order it was made; none for weights.
    pub(in super::super) fn stream(&self) -> Option<&Arc<Stream>> {
        match &self.home {
            Home::Pool(stream) => Some(stream),
            Home::Resident(_) => None,
        }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: allocated by the matching call; nothing can be done about a failure.
        unsafe {
            match &self.home {
                Home::Pool(stream) if stream.bind().is_ok() => {
                    sys::cuMemFreeAsync(self.address, stream.handle());
                }
                Home::Resident(context) if context.bind().is_ok() => {
                    sys::cuMemFree_v2(self.address);
                }
                _ => {}
            }
        }
    }
}

/// Memory of the host that the GPU reads by itself.
pub(in super::super) struct Pinned {
    context: Arc<Context>,
    start: *mut u8,
    n_bytes: usize,
}

// SAFETY: plain memory with one owner.
unsafe impl Send for Pinned {}

impl Pinned {
    pub(in super::super) fn new(context: &Arc<Context>, n_bytes: usize) -> Result<Self, CudaError> {
        context.bind()?;
        let mut start = ptr::null_mut();
        // SAFETY: a context is bound; the result is written to a variable that lives.
        check("cuMemHostAlloc", unsafe { sys::cuMemHostAlloc(&mut start, n_bytes, 0) })?;
        // SAFETY: that many bytes were just allocated; zeros make them a slice of u8.
        unsafe { ptr::write_bytes(start.cast::<u8>(), 0, n_bytes) };
        Ok(Self { context: Arc::clone(context), start: start.cast(), n_bytes })
    }

    /// Fills `to` part by part: `fill` writes the bytes from an offset on. Returns when all of them have arrived.
    pub(in super::super) fn upload(
        &mut self,
        stream: &Stream,
        to: &Buffer,
        mut fill: impl FnMut(usize, &mut [u8]),
    ) -> Result<(), CudaError> {
        for at in (0..to.n_bytes).step_by(self.n_bytes) {
            let n = self.n_bytes.min(to.n_bytes - at);
            // SAFETY: allocated and written in `new`; the GPU has read the last part (synchronised below).
            let part = unsafe { std::slice::from_raw_parts_mut(self.start, n) };
            fill(at, part);
            stream.upload_at(to, at, part)?;
            stream.synchronize()?;
        }
        Ok(())
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        if self.context.bind().is_ok() {
            // SAFETY: allocated in `new`; no copy is under way.
            unsafe { sys::cuMemFreeHost(self.start.cast()) };
        }
    }
}
