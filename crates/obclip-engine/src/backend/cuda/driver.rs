//! The driver: GPUs here; streams, memory and code below. Calls are asynchronous: what fails on the GPU is reported by
//! a later call.
#![allow(unsafe_code, reason = "calls into the driver, and handles that it lets any thread use")]

mod memory;
mod module;
mod stream;

use std::ffi::{CStr, c_int};
use std::ptr;
use std::sync::Arc;

use cudarc::driver::sys;

use super::error::CudaError;
pub(super) use memory::{Buffer, Pinned};
pub(super) use module::{Function, Module};
pub(super) use stream::Stream;

fn check(call: &'static str, status: sys::CUresult) -> Result<(), CudaError> {
    match status {
        sys::CUresult::CUDA_SUCCESS => Ok(()),
        status => Err(CudaError::Call { call, status: format!("{status:?}") }),
    }
}

/// How many GPUs the driver lists.
pub(super) fn n_gpus() -> Result<usize, CudaError> {
    // SAFETY: plain calls; `count` outlives them.
    unsafe {
        match sys::cuInit(0) {
            sys::CUresult::CUDA_ERROR_NO_DEVICE => return Ok(0),
            status => check("cuInit", status)?,
        }
        let mut count: c_int = 0;
        check("cuDeviceGetCount", sys::cuDeviceGetCount(&mut count))?;
        Ok(usize::try_from(count).unwrap_or(0))
    }
}

/// One GPU.
pub(super) struct Context {
    device: sys::CUdevice,
    handle: sys::CUcontext,
    pool: sys::CUmemoryPool,
}

// SAFETY: the driver's handles may be used from any thread that has bound the context.
unsafe impl Send for Context {}
// SAFETY: as above; the driver locks for itself.
unsafe impl Sync for Context {}

impl Context {
    pub(super) fn open(ordinal: usize) -> Result<Arc<Self>, CudaError> {
        let found = n_gpus()?;
        if ordinal >= found {
            return Err(CudaError::NoSuchGpu { asked: ordinal, found });
        }
        let mut device = 0;
        let (mut handle, mut pool) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the ordinal exists; results are written to variables that live.
        unsafe {
            check("cuDeviceGet", sys::cuDeviceGet(&mut device, ordinal as c_int))?;
            let status = sys::cuDevicePrimaryCtxRetain(&mut handle, device);
            check("cuDevicePrimaryCtxRetain", status)?;
            let status = sys::cuDeviceGetDefaultMemPool(&mut pool, device);
            let context = Self { device, handle, pool };
            check("cuDeviceGetDefaultMemPool", status)?;
            context.keep_memory()?;
            Ok(Arc::new(context))
        }
    }

    /// Freed memory stays in the pool for the next tensor instead of going back at every synchronisation.
    fn keep_memory(&self) -> Result<(), CudaError> {
        let mut threshold = u64::MAX;
        let attribute = sys::CUmemPool_attribute::CU_MEMPOOL_ATTR_RELEASE_THRESHOLD;
        self.bind()?;
        // SAFETY: this attribute is a u64.
        let status = unsafe {
            sys::cuMemPoolSetAttribute(self.pool, attribute, (&raw mut threshold).cast())
        };
        check("cuMemPoolSetAttribute", status)
    }

    /// Makes it the calling thread's.
    pub(super) fn bind(&self) -> Result<(), CudaError> {
        // SAFETY: the context is retained for as long as `self` lives.
        check("cuCtxSetCurrent", unsafe { sys::cuCtxSetCurrent(self.handle) })
    }

    pub(super) fn name(&self) -> Result<String, CudaError> {
        let mut name = [0; 256];
        // SAFETY: the driver writes at most the length it is told, ending in a zero.
        unsafe {
            let status = sys::cuDeviceGetName(name.as_mut_ptr(), name.len() as c_int, self.device);
            check("cuDeviceGetName", status)?;
            Ok(CStr::from_ptr(name.as_ptr()).to_string_lossy().into_owned())
        }
    }

    /// Compute capability, such as (9, 0).
    pub(super) fn capability(&self) -> Result<(i32, i32), CudaError> {
        use sys::CUdevice_attribute::{
            CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR as MAJOR,
            CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR as MINOR,
        };
        let attribute = |which| {
            let mut value: c_int = 0;
            // SAFETY: the device exists; the result is written to a variable that lives.
            let status = unsafe { sys::cuDeviceGetAttribute(&mut value, which, self.device) };
            check("cuDeviceGetAttribute", status).map(|()| value)
        };
        Ok((attribute(MAJOR)?, attribute(MINOR)?))
    }

    /// Bytes of the whole GPU: free, and all.
    pub(super) fn memory(&self) -> Result<(u64, u64), CudaError> {
        self.bind()?;
        let (mut free, mut total) = (0, 0);
        // SAFETY: a context is bound; results are written to variables that live.
        check("cuMemGetInfo", unsafe { sys::cuMemGetInfo_v2(&mut free, &mut total) })?;
        Ok((free as u64, total as u64))
    }

    /// The status of an allocation, with the numbers if there was no room.
    fn allocated(
        &self,
        call: &'static str,
        status: sys::CUresult,
        n: usize,
    ) -> Result<(), CudaError> {
        match status {
            sys::CUresult::CUDA_ERROR_OUT_OF_MEMORY => {
                let free = self.memory().map_or(0, |(free, _)| free);
                Err(CudaError::OutOfMemory { asked: n as u64, free })
            }
            status => check(call, status),
        }
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: retained once in `open`. Nothing can be done about a failure.
        unsafe { sys::cuDevicePrimaryCtxRelease_v2(self.device) };
    }
}
