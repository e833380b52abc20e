//! Makes the doubles with the host's C++ compiler and opens them under the names that the backend looks for.
#![allow(unsafe_code, reason = "opens and calls libraries of our own")]

use std::ffi::{c_int, c_void};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_NOW};

/// File, and the name it stands for.
pub(super) const LIBRARIES: [(&str, &str); 4] = [
    ("driver.cpp", "libcuda.so"),
    ("nvrtc.cpp", "libnvrtc.so"),
    ("blas.cpp", "libcublasLt.so"),
    ("dnn.cpp", "libcudnn.so"),
];

/// Opens all of them, once.
pub(super) fn open() -> &'static [Library] {
    static OPENED: OnceLock<Vec<Library>> = OnceLock::new();
    OPENED.get_or_init(|| {
        let folder = built();
        let open = |&(_, name): &(&str, &str)| {
            // SAFETY: made of the files beside this one; they have no initialisers but the standard library's.
            unsafe { Library::open(Some(folder.join(name)), RTLD_NOW | RTLD_GLOBAL) }.unwrap()
        };
        LIBRARIES.iter().map(open).collect()
    })
}

/// The folder with the four libraries; kept between runs of the same sources.
pub(super) fn built() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cuda/doubles");
        let mut hash = DefaultHasher::new();
        for file in ["driver.cpp", "nvrtc.cpp", "blas.cpp", "dnn.cpp", "values.h", "device.h"] {
            std::fs::read(sources.join(file)).unwrap().hash(&mut hash);
        }
        let name = format!("cuda-doubles-{:016x}", hash.finish());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        for (file, name) in LIBRARIES {
            if !folder.join(name).exists() {
                compile(&sources, file, name, &folder);
            }
        }
        folder
    })
}

fn compile(sources: &Path, file: &str, name: &str, folder: &Path) {
    let compiler = std::env::var("CXX").unwrap_or_else(|_| "g++".to_owned());
    let quoted = |text: &Path| format!("\"{}\"", text.display());
    let own = folder.join(format!("{name}-{}", std::process::id()));
    let made = Command::new(&compiler)
        .args(["-O2", "-fPIC", "-shared", "-std=c++17", "-U_FORTIFY_SOURCE", "-w", "-pthread"])
        .arg(format!("-DHEADER={}", quoted(&sources.join("device.h"))))
        .arg(format!("-DOUT={}", quoted(folder)))
        .arg(format!("-DCOMPILER=\"{compiler}\""))
        .arg(format!("-Wl,-soname,{name}"))
        .arg(sources.join(file))
        .arg("-o")
        .arg(&own)
        .arg("-ldl")
        .output();
    let made = made.unwrap_or_else(|error| {
        panic!("tests of the feature `cuda` need a C++ compiler: {compiler}: {error}")
    });
    assert!(made.status.success(), "{file}: {}", String::from_utf8_lossy(&made.stderr));
    // Whole or not at all: another process may be at it.
    std::fs::rename(own, folder.join(name)).unwrap();
}

/// From now on the calling thread may have so many bytes of the double's memory.
pub(super) fn limit_memory(n_bytes: usize) {
    // SAFETY: `void double_limit_memory(size_t)` of driver.cpp.
    unsafe {
        open()[0].get::<unsafe extern "C" fn(usize)>(b"double_limit_memory\0").unwrap()(n_bytes)
    }
}

/// What the calling thread has of it.
pub(super) fn used_memory() -> usize {
    // SAFETY: `size_t double_used_memory(void)` of driver.cpp.
    unsafe { open()[0].get::<unsafe extern "C" fn() -> usize>(b"double_used_memory\0").unwrap()() }
}

/// The calling thread's launch after so many more fails.
pub(super) fn fail_launch_after(n: c_int) {
    // SAFETY: `void double_fail_launch_after(int)` of driver.cpp.
    unsafe {
        open()[0].get::<unsafe extern "C" fn(c_int)>(b"double_fail_launch_after\0").unwrap()(n)
    }
}

/// Whether convolutions of the calling thread take a bias.
pub(super) fn refuse_fusing(refuses: bool) {
    // SAFETY: `void double_refuse_fusing(bool)` of dnn.cpp.
    unsafe {
        open()[3].get::<unsafe extern "C" fn(bool)>(b"double_refuse_fusing\0").unwrap()(refuses)
    }
}

const _: () = assert!(size_of::<*const c_void>() == 8, "the doubles are for 64 bits");
