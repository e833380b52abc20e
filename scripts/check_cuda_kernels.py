"""Compiles the CUDA backend's kernels with NVIDIA's own compiler, for every storage and architecture. Needs no GPU.

    pip download --no-deps nvidia-cuda-nvrtc==13.0.*  &&  unzip -q nvidia_cuda_nvrtc-*.whl -d nvrtc
    LD_LIBRARY_PATH=nvrtc/nvidia/cu13/lib python3 scripts/check_cuda_kernels.py nvrtc/nvidia/cu13/lib/libnvrtc.so.13
"""

import ctypes
import pathlib
import sys

KERNELS = pathlib.Path(__file__).parent.parent / "crates/obclip-engine/src/backend/cuda/kernels"
# In the order in which `kernels.rs` puts them together.
PARTS = ["storage", "pointwise", "moving", "norm", "attention", "attention_tiles"]
STORAGES = ["f32", "f16", "bf16"]
ARCHITECTURES = ["sm_80", "sm_86", "sm_89", "sm_90"]


def compile_for(nvrtc, source: bytes, storage: int, architecture: str) -> tuple[int, str, int]:
    """Status, log, bytes of machine code."""
    program = ctypes.c_void_p()
    nvrtc.nvrtcCreateProgram(ctypes.byref(program), source, b"obclip.cu", 0, None, None)
    options = [f"--gpu-architecture={architecture}", f"-DOBCLIP_STORAGE={storage}", "--std=c++17", "--ptxas-options=-v"]
    array = (ctypes.c_char_p * len(options))(*[option.encode() for option in options])
    status = nvrtc.nvrtcCompileProgram(program, len(options), array)
    size = ctypes.c_size_t()
    nvrtc.nvrtcGetProgramLogSize(program, ctypes.byref(size))
    log = ctypes.create_string_buffer(size.value)
    nvrtc.nvrtcGetProgramLog(program, log)
    code = ctypes.c_size_t()
    if status == 0:
        nvrtc.nvrtcGetCUBINSize(program, ctypes.byref(code))
    return status, log.value.decode(), code.value


def main() -> None:
    nvrtc = ctypes.CDLL(sys.argv[1])
    major, minor = ctypes.c_int(), ctypes.c_int()
    nvrtc.nvrtcVersion(ctypes.byref(major), ctypes.byref(minor))
    print(f"NVRTC {major.value}.{minor.value}")
    source = "\n".join((KERNELS / f"{part}.cu").read_text() for part in PARTS).encode()
    failed = False
    for architecture in ARCHITECTURES:
        for storage, name in enumerate(STORAGES):
            status, log, code = compile_for(nvrtc, source, storage, architecture)
            spills = [line.strip() for line in log.splitlines() if "spill" in line and " 0 bytes spill" not in line]
            problems = [line for line in log.splitlines() if "error" in line or "warning" in line]
            print(f"{architecture} {name}: status {status}, {code} bytes", *problems, *spills, sep="\n  ")
            if "-v" in sys.argv[2:]:
                print(log)
            failed |= status != 0 or bool(problems)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
