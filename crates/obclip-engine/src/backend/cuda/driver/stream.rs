//! Streams: queues of work on one GPU.
#![allow(unsafe_code, reason = "calls into the driver")]

use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;

use cudarc::driver::sys;

use super::memory::Buffer;
use super::module::Function;
use super::{Context, check};
use crate::backend::cuda::error::CudaError;

/// A queue of work: what is put in runs in order.
pub(in super::super) struct Stream {
    context: Arc<Context>,
    handle: sys::CUstream,
}

// SAFETY: as for `Context`.
unsafe impl Send for Stream {}
// SAFETY: as for `Context`.
unsafe impl Sync for Stream {}

impl Stream {
    pub(in super::super) fn new(context: &Arc<Context>) -> Result<Arc<Self>, CudaError> {
        context.bind()?;
        let mut handle = ptr::null_mut();
        let flags = sys::CUstream_flags::CU_STREAM_NON_BLOCKING as u32;
        // SAFETY: a context is bound; the result is written to a variable that lives.
        check("cuStreamCreate", unsafe { sys::cuStreamCreate(&mut handle, flags) })?;
        Ok(Arc::new(Self { context: Arc::clone(context), handle }))
    }

    /// For the libraries that queue their own work.
    pub(in super::super) fn handle(&self) -> sys::CUstream {
        self.handle
    }

    /// Makes its GPU the calling thread's.
    pub(in super::super) fn bind(&self) -> Result<(), CudaError> {
        self.context.bind()
    }

    pub(in super::super) fn synchronize(&self) -> Result<(), CudaError> {
        // SAFETY: the stream lives.
        check("cuStreamSynchronize", unsafe { sys::cuStreamSynchronize(self.handle) })
    }

    /// From the pool, in the stream's order. If there is no room, once more after everything that the pool holds back has
    /// gone back.
    pub(in super::super) fn allocate(
        self: &Arc<Self>,
        n_bytes: usize,
    ) -> Result<Buffer, CudaError> {
        let n_bytes = n_bytes.max(1);
        let mut address = 0;
        // SAFETY: the stream lives; the result is written to a variable that lives.
        let mut status = unsafe { sys::cuMemAllocAsync(&mut address, n_bytes, self.handle) };
        if status == sys::CUresult::CUDA_ERROR_OUT_OF_MEMORY {
            self.synchronize()?;
            // SAFETY: the pool is the device's own; then as above.
            status = unsafe {
                sys::cuMemPoolTrimTo(self.context.pool, 0);
                sys::cuMemAllocAsync(&mut address, n_bytes, self.handle)
            };
        }
        self.context.allocated("cuMemAllocAsync", status, n_bytes)?;
        Ok(Buffer::of_pool(address, n_bytes, self))
    }

    /// From memory that need not be pinned: it is read before this returns.
    pub(in super::super) fn upload(&self, to: &Buffer, bytes: &[u8]) -> Result<(), CudaError> {
        self.upload_at(to, 0, bytes)
    }

    pub(super) fn upload_at(&self, to: &Buffer, at: usize, bytes: &[u8]) -> Result<(), CudaError> {
        assert!(at + bytes.len() <= to.n_bytes(), "bytes to upload");
        let (address, from) = (to.address() + at as u64, bytes.as_ptr().cast());
        // SAFETY: the range lies inside the buffer; pageable memory is copied before the call returns, on pinned memory
        // `Pinned::upload` waits for the stream.
        let status = unsafe { sys::cuMemcpyHtoDAsync_v2(address, from, bytes.len(), self.handle) };
        check("cuMemcpyHtoDAsync", status)
    }

    /// Waits for everything before it.
    pub(in super::super) fn download(
        &self,
        from: &Buffer,
        bytes: &mut [u8],
    ) -> Result<(), CudaError> {
        assert!(bytes.len() <= from.n_bytes(), "bytes to download");
        let to = bytes.as_mut_ptr().cast();
        // SAFETY: the buffer holds as many bytes; `bytes` is borrowed until the stream has been waited for.
        let status =
            unsafe { sys::cuMemcpyDtoHAsync_v2(to, from.address(), bytes.len(), self.handle) };
        let copied = check("cuMemcpyDtoHAsync", status);
        self.synchronize()?;
        copied
    }

    /// What is queued from now on runs after what `other` holds now.
    pub(in super::super) fn wait_for(&self, other: &Self) -> Result<(), CudaError> {
        let mut event = ptr::null_mut();
        let flags = sys::CUevent_flags::CU_EVENT_DISABLE_TIMING as u32;
        // SAFETY: both streams live; an event may be destroyed as soon as it is waited for.
        unsafe {
            check("cuEventCreate", sys::cuEventCreate(&mut event, flags))?;
            let recorded = check("cuEventRecord", sys::cuEventRecord(event, other.handle));
            let waits = recorded.and_then(|()| {
                check("cuStreamWaitEvent", sys::cuStreamWaitEvent(self.handle, event, 0))
            });
            check("cuEventDestroy", sys::cuEventDestroy_v2(event)).and(waits)
        }
    }

    /// Queues a kernel. The arguments are of the kernel's own types: `kernels::Launch` compares them with its source.
    pub(in super::super) fn launch(
        &self,
        function: Function,
        grid: [u32; 3],
        n_threads: u32,
        arguments: &mut [*mut c_void],
    ) -> Result<(), CudaError> {
        let ([x, y, z], arguments) = (grid, arguments.as_mut_ptr());
        // SAFETY: the function's module lives as long as the GPU; arguments are copied before the call returns.
        let status = unsafe {
            sys::cuLaunchKernel(
                function.handle(),
                x,
                y,
                z,
                n_threads,
                1,
                1,
                0,
                self.handle,
                arguments,
                ptr::null_mut(),
            )
        };
        check("cuLaunchKernel", status)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if self.context.bind().is_ok() {
            // SAFETY: created in `new`; the driver lets queued work finish.
            unsafe { sys::cuStreamDestroy_v2(self.handle) };
        }
    }
}
