"""Makes the CUDA backend's descriptors with NVIDIA's own cuBLASLt and cuDNN. Needs no GPU, only the libraries of PyTorch's wheels:

    LD_LIBRARY_PATH=$(python3 scripts/cuda_probe.py --libraries) python3 scripts/check_cuda_descriptors.py

What runs a product or a convolution needs a GPU; this shows that attributes, their sizes and their values are the libraries' own.
"""

import ctypes
import sys
from ctypes import byref, c_double, c_int, c_int32, c_int64, c_size_t, c_uint64, c_void_p, sizeof

FAILED = []


def expect(what: str, status: int) -> None:
    print(f"{what}: {status}")
    if status != 0:
        FAILED.append(what)


def cublas_lt() -> None:
    lib, operation, layout, preference = ctypes.CDLL("libcublasLt.so.13"), c_void_p(), c_void_p(), c_void_p()
    # CUBLAS_COMPUTE_32F, CUDA_R_32F
    expect("operation", lib.cublasLtMatmulDescCreate(byref(operation), 68, 0))
    attributes = {"transposed": (3, c_int32(1)), "epilogue bias": (7, c_int32(4)), "bias in f16": (26, c_int32(2)), "bias": (8, c_void_p(4096))}
    for name, (number, value) in attributes.items():
        expect(name, lib.cublasLtMatmulDescSetAttribute(operation, number, byref(value), c_size_t(sizeof(value))))
    for kind, name in [(0, "f32"), (2, "f16"), (14, "bf16")]:
        expect(f"layout in {name}", lib.cublasLtMatrixLayoutCreate(byref(layout), kind, c_uint64(320), c_uint64(4096), c_int64(320)))
    expect("preference", lib.cublasLtMatmulPreferenceCreate(byref(preference)))
    expect("workspace", lib.cublasLtMatmulPreferenceSetAttribute(preference, 1, byref(c_uint64(32 << 20)), c_size_t(8)))


def cudnn() -> None:
    lib = ctypes.CDLL("libcudnn.so.9")
    lib.cudnnGetVersion.restype = c_size_t
    print(f"cuDNN {lib.cudnnGetVersion()}")
    shape, filters, sliding, identity = c_void_p(), c_void_p(), c_void_p(), c_void_p()
    for what, handle in [("Tensor", shape), ("Filter", filters), ("Convolution", sliding), ("Activation", identity)]:
        expect(what, getattr(lib, f"cudnnCreate{what}Descriptor")(byref(handle)))
    for kind, name in [(0, "f32"), (2, "f16"), (9, "bf16")]:
        expect(f"shape in {name}", lib.cudnnSetTensor4dDescriptor(shape, 1, kind, 2, 320, 64, 64))
        expect(f"filter in {name}", lib.cudnnSetFilter4dDescriptor(filters, kind, 1, 640, 320, 3, 3))
    expect("convolution", lib.cudnnSetConvolution2dDescriptor(sliding, 1, 1, 2, 2, 1, 1, 1, 0))
    for math in (1, 3):
        expect(f"math {math}", lib.cudnnSetConvolutionMathType(sliding, math))
    expect("identity", lib.cudnnSetActivationDescriptor(identity, 5, 1, c_double(0)))
    sizes = [c_int() for _ in range(4)]
    expect("size", lib.cudnnGetConvolution2dForwardOutputDim(sliding, shape, filters, *map(byref, sizes)))
    if [size.value for size in sizes] != [2, 640, 32, 32]:
        FAILED.append("size of the output")


cublas_lt()
cudnn()
print("failed:", FAILED or "nothing")
sys.exit(1 if FAILED else 0)
