//! Why a GPU cannot be used, or stopped.

use crate::error::Error;

/// Why a GPU cannot be used, or stopped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CudaError {
    /// One of NVIDIA's libraries is not there.
    #[error("{library} was not found")]
    LibraryMissing {
        /// Its file name without version.
        library: &'static str,
    },
    /// A library is there and lacks something that is called.
    #[error("{library} is too old: it has no {symbol}")]
    LibraryTooOld {
        /// Its file name without version.
        library: &'static str,
        /// The function it lacks.
        symbol: &'static str,
    },
    /// The driver lists fewer GPUs.
    #[error("no GPU {asked}: the driver lists {found}")]
    NoSuchGpu {
        /// Which one was asked for, from 0.
        asked: usize,
        /// How many there are.
        found: usize,
    },
    /// The GPU lacks what the kernels are made of.
    #[error("GPU too old: expected compute capability {expected}, found {found}")]
    GpuTooOld {
        /// The least.
        expected: String,
        /// Its own.
        found: String,
    },
    /// No room.
    #[error("out of GPU memory: {asked} bytes asked for, {free} free")]
    OutOfMemory {
        /// Bytes.
        asked: u64,
        /// Bytes, of the whole GPU.
        free: u64,
    },
    /// A call into a library failed.
    #[error("{call} failed: {status}")]
    Call {
        /// The function.
        call: &'static str,
        /// The library's name for what happened.
        status: String,
    },
    /// The kernels do not compile.
    #[error("kernels do not compile: {log}")]
    Compile {
        /// What the compiler says.
        log: String,
    },
    /// A shape that no kernel takes.
    #[error("{what}: expected {expected}, found {found}")]
    Unsupported {
        /// Of what.
        what: &'static str,
        /// What there is a kernel for.
        expected: String,
        /// What came.
        found: String,
    },
}

impl From<CudaError> for Error {
    fn from(error: CudaError) -> Self {
        match error {
            CudaError::OutOfMemory { asked, free } => Self::OutOfMemory { asked, free },
            other => Self::Gpu { reason: other.to_string() },
        }
    }
}
