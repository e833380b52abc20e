//! CUDA C++ to machine code.
#![allow(unsafe_code, reason = "calls into NVRTC")]

use std::ffi::{CString, c_char};
use std::ptr;

use cudarc::nvrtc::sys;

use super::error::CudaError;

fn check(call: &'static str, status: sys::nvrtcResult) -> Result<(), CudaError> {
    match status {
        sys::nvrtcResult::NVRTC_SUCCESS => Ok(()),
        status => Err(CudaError::Call { call, status: format!("{status:?}") }),
    }
}

struct Program(sys::nvrtcProgram);

/// Machine code for one architecture, such as "sm_90".
pub(super) fn compile(source: &str, options: &[String]) -> Result<Vec<u8>, CudaError> {
    let program = Program::new(source)?;
    let options: Vec<CString> =
        options.iter().filter_map(|option| CString::new(option.as_str()).ok()).collect();
    let pointers: Vec<*const c_char> = options.iter().map(|option| option.as_ptr()).collect();
    // SAFETY: the program lives; the options end in zeros and outlive the call.
    let status =
        unsafe { sys::nvrtcCompileProgram(program.0, pointers.len() as i32, pointers.as_ptr()) };
    match status {
        sys::nvrtcResult::NVRTC_ERROR_COMPILATION => {
            Err(CudaError::Compile { log: program.log()? })
        }
        status => check("nvrtcCompileProgram", status).and_then(|()| program.code()),
    }
}

impl Program {
    fn new(source: &str) -> Result<Self, CudaError> {
        let source = CString::new(source).unwrap_or_default();
        let mut program = ptr::null_mut();
        // SAFETY: the source ends in a zero and is copied; the result is written to a variable that lives.
        let status = unsafe {
            let name = c"obclip.cu".as_ptr();
            sys::nvrtcCreateProgram(
                &mut program,
                source.as_ptr(),
                name,
                0,
                ptr::null(),
                ptr::null(),
            )
        };
        check("nvrtcCreateProgram", status).map(|()| Self(program))
    }

    fn log(&self) -> Result<String, CudaError> {
        let mut len = 0;
        // SAFETY: the program lives; the log is as long as its length says, which is asked for first.
        unsafe {
            check("nvrtcGetProgramLogSize", sys::nvrtcGetProgramLogSize(self.0, &mut len))?;
            let mut log = vec![0_u8; len];
            let status = sys::nvrtcGetProgramLog(self.0, log.as_mut_ptr().cast());
            check("nvrtcGetProgramLog", status)?;
            Ok(String::from_utf8_lossy(&log).trim_end_matches('\0').trim().to_owned())
        }
    }

    fn code(&self) -> Result<Vec<u8>, CudaError> {
        let mut len = 0;
        // SAFETY: as for the log.
        unsafe {
            check("nvrtcGetCUBINSize", sys::nvrtcGetCUBINSize(self.0, &mut len))?;
            let mut code = vec![0_u8; len];
            let status = sys::nvrtcGetCUBIN(self.0, code.as_mut_ptr().cast());
            check("nvrtcGetCUBIN", status).map(|()| code)
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // SAFETY: created in `new`, destroyed once.
        unsafe { sys::nvrtcDestroyProgram(&mut self.0) };
    }
}
