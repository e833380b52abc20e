//! Convolutions by cuDNN, channels last, with bias and residual in the same kernel.
#![allow(unsafe_code, reason = "calls into cuDNN")]

use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;

use cudarc::cudnn::sys;

use super::Storage;
use super::driver::{Buffer, Stream};
use super::error::CudaError;
use crate::backend::Dims;

fn check(call: &'static str, status: sys::cudnnStatus_t) -> Result<(), CudaError> {
    match status {
        sys::cudnnStatus_t::CUDNN_STATUS_SUCCESS => Ok(()),
        status => Err(CudaError::Call { call, status: format!("{status:?}") }),
    }
}

/// `out = x ∗ weight + bias + residual`: x and out (N, H, W, C), weight (C_out, k, k, C_in), bias (C_out).
pub(super) struct Convolution<'a> {
    pub(super) x_dims: Dims,
    pub(super) out_dims: Dims,
    pub(super) window: Window,
    pub(super) x: &'a Buffer,
    pub(super) weight: &'a Buffer,
    pub(super) bias: &'a Buffer,
    pub(super) residual: Option<&'a Buffer>,
    pub(super) out: &'a Buffer,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) kernel: usize,
    pub(super) stride: usize,
    pub(super) padding: usize,
}

/// The library, bound to one stream. Not for two threads at once.
pub(super) struct Dnn {
    handle: sys::cudnnHandle_t,
    storage: Storage,
    stream: Arc<Stream>,
    /// Whether it adds bias and residual itself; some versions do not for some storages.
    fuses: bool,
}

/// What is still to be done after a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// Nothing.
    Nothing,
    /// Bias and residual are not in it.
    BiasAndResidual,
}

// SAFETY: a handle may move between threads as long as one uses it at a time, which `&mut` and a lock see to.
unsafe impl Send for Dnn {}

/// The one algorithm that takes a bias and an activation that does nothing; on tensor cores for channels last.
const ALGORITHM: sys::cudnnConvolutionFwdAlgo_t =
    sys::cudnnConvolutionFwdAlgo_t::CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM;

impl Dnn {
    pub(super) fn new(stream: &Arc<Stream>, storage: Storage) -> Result<Self, CudaError> {
        let mut handle = ptr::null_mut();
        // SAFETY: a context is bound by the caller; the result is written to a variable that lives.
        check("cudnnCreate", unsafe { sys::cudnnCreate(&mut handle) })?;
        let dnn = Self { handle, storage, stream: Arc::clone(stream), fuses: true };
        // SAFETY: handle and stream live.
        let status = unsafe { sys::cudnnSetStream(dnn.handle, stream.handle().cast()) };
        check("cudnnSetStream", status).map(|()| dnn)
    }

    pub(super) fn convolve(&mut self, convolution: &Convolution<'_>) -> Result<Left, CudaError> {
        let call = Call::new(self.storage, convolution)?;
        let n_bytes = self.workspace_bytes(&call)?;
        let workspace = self.stream.allocate(n_bytes)?;
        let workspace = (&workspace, n_bytes);
        if self.fuses {
            match self.fused(&call, convolution, workspace) {
                sys::cudnnStatus_t::CUDNN_STATUS_NOT_SUPPORTED => self.fuses = false,
                status => {
                    let done = check("cudnnConvolutionBiasActivationForward", status);
                    return done.map(|()| Left::Nothing);
                }
            }
        }
        let status = self.plain(&call, convolution, workspace);
        check("cudnnConvolutionForward", status).map(|()| Left::BiasAndResidual)
    }

    fn fused(
        &self,
        call: &Call,
        convolution: &Convolution<'_>,
        (workspace, n_bytes): (&Buffer, usize),
    ) -> sys::cudnnStatus_t {
        let (one, zero) = (1.0_f32, 0.0_f32);
        let of_residual: *const f32 = if convolution.residual.is_some() { &one } else { &zero };
        let z = convolution.residual.unwrap_or(convolution.out);
        // SAFETY: the descriptors describe the operands, whose lengths `layers` has checked; scalars are f32 on the host
        // and are read before the call returns.
        unsafe {
            sys::cudnnConvolutionBiasActivationForward(
                self.handle,
                (&raw const one).cast(),
                call.x.0,
                pointer(convolution.x),
                call.weight.0,
                pointer(convolution.weight),
                call.window.0,
                ALGORITHM,
                pointer(workspace).cast_mut(),
                n_bytes,
                of_residual.cast(),
                call.out.0,
                pointer(z),
                call.bias.0,
                pointer(convolution.bias),
                call.identity.0,
                call.out.0,
                pointer(convolution.out).cast_mut(),
            )
        }
    }

    fn plain(
        &self,
        call: &Call,
        convolution: &Convolution<'_>,
        (workspace, n_bytes): (&Buffer, usize),
    ) -> sys::cudnnStatus_t {
        let (one, zero) = (1.0_f32, 0.0_f32);
        // SAFETY: as above.
        unsafe {
            sys::cudnnConvolutionForward(
                self.handle,
                (&raw const one).cast(),
                call.x.0,
                pointer(convolution.x),
                call.weight.0,
                pointer(convolution.weight),
                call.window.0,
                ALGORITHM,
                pointer(workspace).cast_mut(),
                n_bytes,
                (&raw const zero).cast(),
                call.out.0,
                pointer(convolution.out).cast_mut(),
            )
        }
    }

    fn workspace_bytes(&self, call: &Call) -> Result<usize, CudaError> {
        let mut n_bytes = 0;
        let Call { x, weight, window, out, .. } = call;
        // SAFETY: the descriptors live; the result is written to a variable that lives.
        let status = unsafe {
            sys::cudnnGetConvolutionForwardWorkspaceSize(
                self.handle,
                x.0,
                weight.0,
                window.0,
                out.0,
                ALGORITHM,
                &mut n_bytes,
            )
        };
        check("cudnnGetConvolutionForwardWorkspaceSize", status).map(|()| n_bytes)
    }
}

impl Drop for Dnn {
    fn drop(&mut self) {
        if self.stream.bind().is_ok() {
            // SAFETY: created in `new`, destroyed once.
            unsafe { sys::cudnnDestroy(self.handle) };
        }
    }
}

fn pointer(buffer: &Buffer) -> *const c_void {
    ptr::without_provenance(buffer.address() as usize)
}

/// The descriptors of one convolution.
struct Call {
    x: Shape,
    weight: Filter,
    bias: Shape,
    window: Sliding,
    out: Shape,
    identity: Identity,
}

impl Call {
    fn new(storage: Storage, convolution: &Convolution<'_>) -> Result<Self, CudaError> {
        let Convolution { x_dims, out_dims, window, .. } = *convolution;
        let kind = data_type(storage);
        Ok(Self {
            x: Shape::new(kind, x_dims)?,
            weight: Filter::new(kind, [out_dims.c, x_dims.c], window.kernel)?,
            bias: Shape::new(kind, Dims { n: 1, c: out_dims.c, h: 1, w: 1 })?,
            window: Sliding::new(storage, window)?,
            out: Shape::new(kind, out_dims)?,
            identity: Identity::new()?,
        })
    }
}

fn data_type(storage: Storage) -> sys::cudnnDataType_t {
    match storage {
        Storage::F32 => sys::cudnnDataType_t::CUDNN_DATA_FLOAT,
        Storage::F16 => sys::cudnnDataType_t::CUDNN_DATA_HALF,
        Storage::Bf16 => sys::cudnnDataType_t::CUDNN_DATA_BFLOAT16,
    }
}

const CHANNELS_LAST: sys::cudnnTensorFormat_t = sys::cudnnTensorFormat_t::CUDNN_TENSOR_NHWC;

/// A C `int`; sizes of tensors that fit into a GPU do, but for a batch that no server admits.
fn int(size: usize) -> Result<i32, CudaError> {
    i32::try_from(size).map_err(|_| CudaError::Unsupported {
        what: "size of a convolution",
        expected: format!("at most {}", i32::MAX),
        found: size.to_string(),
    })
}

struct Shape(sys::cudnnTensorDescriptor_t);

impl Shape {
    fn new(kind: sys::cudnnDataType_t, dims: Dims) -> Result<Self, CudaError> {
        let [n, c, h, w] = [int(dims.n)?, int(dims.c)?, int(dims.h)?, int(dims.w)?];
        let mut shape = ptr::null_mut();
        // SAFETY: the result is written to a variable that lives.
        unsafe {
            let status = sys::cudnnCreateTensorDescriptor(&mut shape);
            check("cudnnCreateTensorDescriptor", status)?;
            let shape = Self(shape);
            let status = sys::cudnnSetTensor4dDescriptor(shape.0, CHANNELS_LAST, kind, n, c, h, w);
            check("cudnnSetTensor4dDescriptor", status).map(|()| shape)
        }
    }
}

impl Drop for Shape {
    fn drop(&mut self) {
        // SAFETY: created in `new`, destroyed once.
        unsafe { sys::cudnnDestroyTensorDescriptor(self.0) };
    }
}

struct Filter(sys::cudnnFilterDescriptor_t);

impl Filter {
    fn new(
        kind: sys::cudnnDataType_t,
        [c_out, c_in]: [usize; 2],
        side: usize,
    ) -> Result<Self, CudaError> {
        let (c_out, c_in, side) = (int(c_out)?, int(c_in)?, int(side)?);
        let mut filter = ptr::null_mut();
        // SAFETY: the result is written to a variable that lives.
        unsafe {
            let status = sys::cudnnCreateFilterDescriptor(&mut filter);
            check("cudnnCreateFilterDescriptor", status)?;
            let filter = Self(filter);
            let status = sys::cudnnSetFilter4dDescriptor(
                filter.0,
                kind,
                CHANNELS_LAST,
                c_out,
                c_in,
                side,
                side,
            );
            check("cudnnSetFilter4dDescriptor", status).map(|()| filter)
        }
    }
}

impl Drop for Filter {
    fn drop(&mut self) {
        // SAFETY: created in `new`, destroyed once.
        unsafe { sys::cudnnDestroyFilterDescriptor(self.0) };
    }
}

struct Sliding(sys::cudnnConvolutionDescriptor_t);

impl Sliding {
    /// Sums in f32. For f32 storage without TensorFloat-32, which is the default there.
    fn new(storage: Storage, window: Window) -> Result<Self, CudaError> {
        let Window { stride, padding, .. } = window;
        let (stride, padding) = (int(stride)?, int(padding)?);
        let (mode, sums) = (
            sys::cudnnConvolutionMode_t::CUDNN_CROSS_CORRELATION,
            sys::cudnnDataType_t::CUDNN_DATA_FLOAT,
        );
        let math = match storage {
            Storage::F32 => sys::cudnnMathType_t::CUDNN_FMA_MATH,
            Storage::F16 | Storage::Bf16 => sys::cudnnMathType_t::CUDNN_TENSOR_OP_MATH,
        };
        let mut sliding = ptr::null_mut();
        // SAFETY: the result is written to a variable that lives.
        unsafe {
            let status = sys::cudnnCreateConvolutionDescriptor(&mut sliding);
            check("cudnnCreateConvolutionDescriptor", status)?;
            let sliding = Self(sliding);
            let status = sys::cudnnSetConvolution2dDescriptor(
                sliding.0, padding, padding, stride, stride, 1, 1, mode, sums,
            );
            check("cudnnSetConvolution2dDescriptor", status)?;
            let status = sys::cudnnSetConvolutionMathType(sliding.0, math);
            check("cudnnSetConvolutionMathType", status).map(|()| sliding)
        }
    }
}

impl Drop for Sliding {
    fn drop(&mut self) {
        // SAFETY: created in `new`, destroyed once.
        unsafe { sys::cudnnDestroyConvolutionDescriptor(self.0) };
    }
}

/// The activation that does nothing.
struct Identity(sys::cudnnActivationDescriptor_t);

impl Identity {
    fn new() -> Result<Self, CudaError> {
        let (mode, nan) = (
            sys::cudnnActivationMode_t::CUDNN_ACTIVATION_IDENTITY,
            sys::cudnnNanPropagation_t::CUDNN_PROPAGATE_NAN,
        );
        let mut identity = ptr::null_mut();
        // SAFETY: the result is written to a variable that lives.
        unsafe {
            let status = sys::cudnnCreateActivationDescriptor(&mut identity);
            check("cudnnCreateActivationDescriptor", status)?;
            let identity = Self(identity);
            let status = sys::cudnnSetActivationDescriptor(identity.0, mode, nan, 0.0);
            check("cudnnSetActivationDescriptor", status).map(|()| identity)
        }
    }
}

impl Drop for Identity {
    fn drop(&mut self) {
        // SAFETY: created in `new`, destroyed once.
        unsafe { sys::cudnnDestroyActivationDescriptor(self.0) };
    }
}
