//! Machine code on the GPU.
#![allow(unsafe_code, reason = "calls into the driver")]

use std::collections::HashMap;
use std::ffi::CString;
use std::ptr;
use std::sync::Arc;

use cudarc::driver::sys;

use super::{Context, check};
use crate::backend::cuda::error::CudaError;

/// A kernel; its module lives.
#[derive(Clone, Copy)]
pub(in super::super) struct Function(sys::CUfunction);

impl Function {
    pub(super) fn handle(self) -> sys::CUfunction {
        self.0
    }
}

// SAFETY: as for `Context`.
unsafe impl Send for Function {}
// SAFETY: as for `Context`.
unsafe impl Sync for Function {}

/// Machine code on the GPU, and its kernels by name.
pub(in super::super) struct Module {
    context: Arc<Context>,
    handle: sys::CUmodule,
    functions: HashMap<String, Function>,
}

// SAFETY: as for `Context`.
unsafe impl Send for Module {}
// SAFETY: as for `Context`.
unsafe impl Sync for Module {}

impl Module {
    pub(in super::super) fn load<'a>(
        context: &Arc<Context>,
        code: &[u8],
        names: impl Iterator<Item = &'a str>,
    ) -> Result<Self, CudaError> {
        context.bind()?;
        let mut handle = ptr::null_mut();
        // SAFETY: a context is bound; `code` is machine code that NVRTC made for this GPU, which the driver copies.
        let status = unsafe { sys::cuModuleLoadData(&mut handle, code.as_ptr().cast()) };
        check("cuModuleLoadData", status)?;
        let mut module = Self { context: Arc::clone(context), handle, functions: HashMap::new() };
        for name in names {
            let function = module.function(name)?;
            module.functions.insert(name.to_owned(), function);
        }
        Ok(module)
    }

    fn function(&self, name: &str) -> Result<Function, CudaError> {
        let c_name = CString::new(name).unwrap_or_default();
        let mut function = ptr::null_mut();
        // SAFETY: the module lives; the name ends in a zero; the result is written to a variable that lives.
        let status =
            unsafe { sys::cuModuleGetFunction(&mut function, self.handle, c_name.as_ptr()) };
        check("cuModuleGetFunction", status)?;
        Ok(Function(function))
    }

    pub(in super::super) fn get(&self, name: &str) -> Option<Function> {
        self.functions.get(name).copied()
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        if self.context.bind().is_ok() {
            // SAFETY: loaded in `load`; streams were destroyed or drained before their GPU.
            unsafe { sys::cuModuleUnload(self.handle) };
        }
    }
}
