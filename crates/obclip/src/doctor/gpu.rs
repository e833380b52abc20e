//! Whether a GPU can be used. Nothing is wrong without one, unless the user means to use it.

use obclip_engine::GpuChoice;

use super::Finding;

#[cfg(not(feature = "cuda"))]
pub(super) fn finding(choice: Option<GpuChoice>) -> Finding {
    let found = "not looked for: this program was built without GPUs";
    match choice {
        None => super::right("gpu", found),
        Some(_) => super::wrong("gpu", found, "build it with --features cuda"),
    }
}

#[cfg(feature = "cuda")]
pub(super) fn finding(choice: Option<GpuChoice>) -> Finding {
    let missing = obclip_engine::Cuda::missing_libraries();
    if !missing.is_empty() {
        let names: Vec<String> = missing.iter().map(ToString::to_string).collect();
        return none(choice, &names.join("; "), mend(&missing[0]));
    }
    match choice {
        None => count(),
        Some(choice) => open(choice),
    }
}

/// Without opening any: that takes memory and seconds.
#[cfg(feature = "cuda")]
fn count() -> Finding {
    match obclip_engine::Cuda::n_gpus() {
        Ok(n) => super::right("gpu", format!("{n}, and all libraries; --gpu NUMBER tries one")),
        Err(error) => none(None, &error.to_string(), mend(&error)),
    }
}

#[cfg(feature = "cuda")]
fn open(choice: GpuChoice) -> Finding {
    use obclip_engine::Cuda;

    let opened = Cuda::open(choice.ordinal, choice.storage);
    match opened.and_then(|gpu| gpu.memory().map(|memory| (gpu, memory))) {
        Ok((gpu, (free, total))) => super::right(
            "gpu",
            format!(
                "{}, {}, {} of {} MiB free",
                gpu.name(),
                gpu.storage().name(),
                free >> 20,
                total >> 20
            ),
        ),
        Err(error) => none(Some(choice), &error.to_string(), mend(&error)),
    }
}

#[cfg(feature = "cuda")]
fn none(choice: Option<GpuChoice>, why: &str, mend: &str) -> Finding {
    match choice {
        None => super::right("gpu", format!("none to use: {why}")),
        Some(_) => super::wrong("gpu", why, mend),
    }
}

#[cfg(feature = "cuda")]
fn mend(error: &obclip_engine::CudaError) -> &'static str {
    use obclip_engine::CudaError;

    match error {
        CudaError::LibraryMissing { library } | CudaError::LibraryTooOld { library, .. } => {
            match library.starts_with("libcuda ") {
                true => "install NVIDIA's driver, 580 or newer",
                false => {
                    "pip install nvidia-cuda-nvrtc nvidia-cublas nvidia-cudnn-cu13, and put their folders (nvidia/*/lib in \
                     site-packages) or those of a CUDA 13 toolkit into LD_LIBRARY_PATH"
                }
            }
        }
        CudaError::NoSuchGpu { .. } => {
            "nvidia-smi -L lists the GPUs; may this user open /dev/nvidia*?"
        }
        CudaError::GpuTooOld { .. } => "take a GPU of the Ampere generation (2020) or newer",
        CudaError::OutOfMemory { .. } => "nvidia-smi shows who has the GPU's memory",
        _ => "does nvidia-smi work? are driver and libraries of the same major version of CUDA?",
    }
}
