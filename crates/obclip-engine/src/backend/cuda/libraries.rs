//! NVIDIA's libraries, opened at run time. Nothing else may be called before [`check`] has found them all: the bindings
//! panic over what is missing.
#![allow(unsafe_code, reason = "opening a library runs its initialisers")]

use cudarc::{cublaslt, cudnn, driver, nvrtc};

use super::error::CudaError;

/// One library and what is called in it.
struct Library {
    name: &'static str,
    is_present: unsafe fn() -> bool,
    has: fn(&str) -> bool,
    symbols: &'static [&'static str],
}

/// Every library and every function that is called in it is there.
pub(super) fn check() -> Result<(), CudaError> {
    LIBRARIES.iter().try_for_each(Library::check)
}

/// What is missing, library by library; empty if nothing is.
pub(super) fn missing() -> Vec<CudaError> {
    LIBRARIES.iter().filter_map(|library| library.check().err()).collect()
}

impl Library {
    fn check(&self) -> Result<(), CudaError> {
        // SAFETY: opens NVIDIA's libraries, whose initialisers ask nothing of the caller.
        if !unsafe { (self.is_present)() } {
            return Err(CudaError::LibraryMissing { library: self.name });
        }
        match self.symbols.iter().find(|symbol| !(self.has)(symbol)) {
            Some(symbol) => Err(CudaError::LibraryTooOld { library: self.name, symbol }),
            None => Ok(()),
        }
    }
}

/// Whether a library that was found has a function.
macro_rules! has {
    ($sys:path) => {{
        use $sys as sys;
        // SAFETY: the library was found before; the symbol is looked up and not called.
        |symbol| unsafe { sys::culib().get::<unsafe extern "C" fn()>(symbol.as_bytes()).is_ok() }
    }};
}

const LIBRARIES: [Library; 4] = [
    Library {
        name: "libcuda (the driver)",
        is_present: driver::sys::is_culib_present,
        has: has!(driver::sys),
        symbols: &[
            "cuInit",
            "cuDeviceGetCount",
            "cuDeviceGet",
            "cuDeviceGetName",
            "cuDeviceGetAttribute",
            "cuDevicePrimaryCtxRetain",
            "cuDevicePrimaryCtxRelease_v2",
            "cuCtxSetCurrent",
            "cuDeviceGetDefaultMemPool",
            "cuMemPoolSetAttribute",
            "cuMemPoolTrimTo",
            "cuMemGetInfo_v2",
            "cuMemAlloc_v2",
            "cuMemFree_v2",
            "cuMemAllocAsync",
            "cuMemFreeAsync",
            "cuMemHostAlloc",
            "cuMemFreeHost",
            "cuMemcpyHtoDAsync_v2",
            "cuMemcpyDtoHAsync_v2",
            "cuStreamCreate",
            "cuStreamDestroy_v2",
            "cuStreamSynchronize",
            "cuStreamWaitEvent",
            "cuEventCreate",
            "cuEventRecord",
            "cuEventDestroy_v2",
            "cuModuleLoadData",
            "cuModuleUnload",
            "cuModuleGetFunction",
            "cuLaunchKernel",
        ],
    },
    Library {
        name: "libnvrtc (the kernel compiler)",
        is_present: nvrtc::sys::is_culib_present,
        has: has!(nvrtc::sys),
        symbols: &[
            "nvrtcCreateProgram",
            "nvrtcCompileProgram",
            "nvrtcDestroyProgram",
            "nvrtcGetProgramLogSize",
            "nvrtcGetProgramLog",
            "nvrtcGetCUBINSize",
            "nvrtcGetCUBIN",
        ],
    },
    Library {
        name: "libcublasLt (matrix products)",
        is_present: cublaslt::sys::is_culib_present,
        has: has!(cublaslt::sys),
        symbols: &[
            "cublasLtCreate",
            "cublasLtDestroy",
            "cublasLtMatmul",
            "cublasLtMatmulAlgoGetHeuristic",
            "cublasLtMatmulDescCreate",
            "cublasLtMatmulDescDestroy",
            "cublasLtMatmulDescSetAttribute",
            "cublasLtMatmulPreferenceCreate",
            "cublasLtMatmulPreferenceDestroy",
            "cublasLtMatmulPreferenceSetAttribute",
            "cublasLtMatrixLayoutCreate",
            "cublasLtMatrixLayoutDestroy",
        ],
    },
    Library {
        name: "libcudnn (convolutions)",
        is_present: cudnn::sys::is_culib_present,
        has: has!(cudnn::sys),
        symbols: &[
            "cudnnCreate",
            "cudnnDestroy",
            "cudnnSetStream",
            "cudnnCreateTensorDescriptor",
            "cudnnSetTensor4dDescriptor",
            "cudnnDestroyTensorDescriptor",
            "cudnnCreateFilterDescriptor",
            "cudnnSetFilter4dDescriptor",
            "cudnnDestroyFilterDescriptor",
            "cudnnCreateConvolutionDescriptor",
            "cudnnSetConvolution2dDescriptor",
            "cudnnSetConvolutionMathType",
            "cudnnDestroyConvolutionDescriptor",
            "cudnnCreateActivationDescriptor",
            "cudnnSetActivationDescriptor",
            "cudnnDestroyActivationDescriptor",
            "cudnnGetConvolutionForwardWorkspaceSize",
            "cudnnConvolutionBiasActivationForward",
            "cudnnConvolutionForward",
        ],
    },
];
