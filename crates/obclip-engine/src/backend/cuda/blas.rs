//! Matrix products by cuBLASLt, with bias and residual in the same kernel.
#![allow(unsafe_code, reason = "calls into cuBLASLt")]

use std::collections::HashMap;
use std::ffi::c_void;
use std::ptr;
use std::sync::{Arc, Mutex, PoisonError};

use cudarc::cublaslt::sys;

use super::Storage;
use super::driver::{Buffer, Stream};
use super::error::CudaError;

fn check(call: &'static str, status: sys::cublasStatus_t) -> Result<(), CudaError> {
    match status {
        sys::cublasStatus_t::CUBLAS_STATUS_SUCCESS => Ok(()),
        status => Err(CudaError::Call { call, status: format!("{status:?}") }),
    }
}

/// `out = x · weightᵀ + bias + residual`, all row-major: x (rows, n_in), weight (n_out, n_in), bias (n_out).
pub(super) struct Product<'a> {
    pub(super) size: Size,
    pub(super) x: &'a Buffer,
    pub(super) weight: &'a Buffer,
    pub(super) bias: Option<&'a Buffer>,
    pub(super) residual: Option<&'a Buffer>,
    pub(super) out: &'a Buffer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Size {
    pub(super) rows: usize,
    pub(super) n_in: usize,
    pub(super) n_out: usize,
}

/// The library, and the algorithms that it chose.
pub(super) struct Blas {
    handle: sys::cublasLtHandle_t,
    storage: Storage,
    chosen: Mutex<HashMap<(Size, bool, bool), Chosen>>,
}

#[derive(Clone, Copy)]
struct Chosen {
    algorithm: sys::cublasLtMatmulAlgo_t,
    workspace_bytes: usize,
}

// SAFETY: NVIDIA: "the cuBLASLt library context is thread-safe".
unsafe impl Send for Blas {}
// SAFETY: as above.
unsafe impl Sync for Blas {}

/// What an algorithm may take beside its operands: what NVIDIA advises on Hopper.
const MOST_WORKSPACE: u64 = 32 << 20;

impl Blas {
    pub(super) fn new(storage: Storage) -> Result<Self, CudaError> {
        let mut handle = ptr::null_mut();
        // SAFETY: a context is bound by the caller; the result is written to a variable that lives.
        check("cublasLtCreate", unsafe { sys::cublasLtCreate(&mut handle) })?;
        Ok(Self { handle, storage, chosen: Mutex::default() })
    }

    pub(super) fn multiply(
        &self,
        stream: &Arc<Stream>,
        product: &Product<'_>,
    ) -> Result<(), CudaError> {
        let call = Call::new(self.storage, product)?;
        let chosen = self.choose(&call, product)?;
        let workspace = stream.allocate(chosen.workspace_bytes)?;
        let (one, zero) = (1.0_f32, 0.0_f32);
        let beta: *const f32 = if product.residual.is_some() { &one } else { &zero };
        let c = product.residual.unwrap_or(product.out);
        // SAFETY: the layouts describe the operands, whose lengths `layers` has checked; scalars are f32 on the host and
        // are read before the call returns.
        let status = unsafe {
            sys::cublasLtMatmul(
                self.handle,
                call.operation.0,
                (&raw const one).cast(),
                pointer(product.weight),
                call.weight.0,
                pointer(product.x),
                call.x.0,
                beta.cast(),
                pointer(c),
                call.out.0,
                pointer(product.out).cast_mut(),
                call.out.0,
                &chosen.algorithm,
                pointer(&workspace).cast_mut(),
                chosen.workspace_bytes,
                stream.handle().cast(),
            )
        };
        check("cublasLtMatmul", status)
    }

    /// What the library thinks fastest, asked once for each size.
    fn choose(&self, call: &Call, product: &Product<'_>) -> Result<Chosen, CudaError> {
        let key = (product.size, product.bias.is_some(), product.residual.is_some());
        let mut chosen = self.chosen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&known) = chosen.get(&key) {
            return Ok(known);
        }
        let found = self.ask(call)?;
        chosen.insert(key, found);
        Ok(found)
    }

    fn ask(&self, call: &Call) -> Result<Chosen, CudaError> {
        let preference = Preference::new()?;
        let mut result = sys::cublasLtMatmulHeuristicResult_t {
            algo: sys::cublasLtMatmulAlgo_t { data: [0; 8] },
            workspaceSize: 0,
            state: sys::cublasStatus_t::CUBLAS_STATUS_NOT_INITIALIZED,
            wavesCount: 0.0,
            reserved: [0; 4],
        };
        let mut n_found = 0;
        // SAFETY: descriptors live; room for one result is given and asked for.
        let status = unsafe {
            sys::cublasLtMatmulAlgoGetHeuristic(
                self.handle,
                call.operation.0,
                call.weight.0,
                call.x.0,
                call.out.0,
                call.out.0,
                preference.0,
                1,
                &mut result,
                &mut n_found,
            )
        };
        check("cublasLtMatmulAlgoGetHeuristic", status)?;
        if n_found == 0 {
            let status = "no algorithm for this size".to_owned();
            return Err(CudaError::Call { call: "cublasLtMatmulAlgoGetHeuristic", status });
        }
        check("cublasLtMatmulAlgoGetHeuristic", result.state)?;
        Ok(Chosen { algorithm: result.algo, workspace_bytes: result.workspaceSize })
    }
}

impl Drop for Blas {
    fn drop(&mut self) {
        // SAFETY: created in `new`, destroyed once.
        unsafe { sys::cublasLtDestroy(self.handle) };
    }
}

fn pointer(buffer: &Buffer) -> *const c_void {
    ptr::without_provenance(buffer.address() as usize)
}

/// The descriptors of one product. cuBLASLt counts columns first: it sees `outᵀ = weight · xᵀ`.
struct Call {
    operation: Operation,
    weight: Layout,
    x: Layout,
    out: Layout,
}

impl Call {
    fn new(storage: Storage, product: &Product<'_>) -> Result<Self, CudaError> {
        let Size { rows, n_in, n_out } = product.size;
        let operation = Operation::new()?;
        // `CUBLAS_OP_T`, which the bindings to cuBLASLt leave out.
        let transposed: i32 = 1;
        operation
            .set(sys::cublasLtMatmulDescAttributes_t::CUBLASLT_MATMUL_DESC_TRANSA, transposed)?;
        if let Some(bias) = product.bias {
            use sys::cublasLtMatmulDescAttributes_t::{
                CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE as DATA_TYPE,
                CUBLASLT_MATMUL_DESC_BIAS_POINTER as POINTER,
                CUBLASLT_MATMUL_DESC_EPILOGUE as EPILOGUE,
            };
            operation.set(EPILOGUE, sys::cublasLtEpilogue_t::CUBLASLT_EPILOGUE_BIAS)?;
            operation.set(DATA_TYPE, data_type(storage))?;
            operation.set(POINTER, pointer(bias))?;
        }
        let kind = data_type(storage);
        Ok(Self {
            operation,
            weight: Layout::new(kind, n_in, n_out)?,
            x: Layout::new(kind, n_in, rows)?,
            out: Layout::new(kind, n_out, rows)?,
        })
    }
}

fn data_type(storage: Storage) -> sys::cudaDataType {
    match storage {
        Storage::F32 => sys::cudaDataType_t::CUDA_R_32F,
        Storage::F16 => sys::cudaDataType_t::CUDA_R_16F,
        Storage::Bf16 => sys::cudaDataType_t::CUDA_R_16BF,
    }
}

struct Operation(sys::cublasLtMatmulDesc_t);

impl Operation {
    /// Sums in f32, whatever the storage. For f32 itself that is without TensorFloat-32, which must be asked for.
    fn new() -> Result<Self, CudaError> {
        let mut operation = ptr::null_mut();
        let (compute, scale) =
            (sys::cublasComputeType_t::CUBLAS_COMPUTE_32F, sys::cudaDataType_t::CUDA_R_32F);
        // SAFETY: the result is written to a variable that lives.
        let status = unsafe { sys::cublasLtMatmulDescCreate(&mut operation, compute, scale) };
        check("cublasLtMatmulDescCreate", status).map(|()| Self(operation))
    }

    /// The attribute is of `T`'s size: an enumeration of C or a pointer.
    fn set<T>(
        &self,
        attribute: sys::cublasLtMatmulDescAttributes_t,
        value: T,
    ) -> Result<(), CudaError> {
        let value: *const T = &value;
        // SAFETY: the descriptor lives; the value is copied.
        let status = unsafe {
            sys::cublasLtMatmulDescSetAttribute(self.0, attribute, value.cast(), size_of::<T>())
        };
        check("cublasLtMatmulDescSetAttribute", status)
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        // SAFETY: created in `new`, destroyed once.
        unsafe { sys::cublasLtMatmulDescDestroy(self.0) };
    }
}

struct Layout(sys::cublasLtMatrixLayout_t);

impl Layout {
    /// Columns lie one behind the other.
    fn new(kind: sys::cudaDataType, rows: usize, columns: usize) -> Result<Self, CudaError> {
        let mut layout = ptr::null_mut();
        let (rows, columns) = (rows as u64, columns as u64);
        // SAFETY: the result is written to a variable that lives.
        let status = unsafe {
            sys::cublasLtMatrixLayoutCreate(&mut layout, kind, rows, columns, rows as i64)
        };
        check("cublasLtMatrixLayoutCreate", status).map(|()| Self(layout))
    }
}

impl Drop for Layout {
    fn drop(&mut self) {
        // SAFETY: created in `new`, destroyed once.
        unsafe { sys::cublasLtMatrixLayoutDestroy(self.0) };
    }
}

struct Preference(sys::cublasLtMatmulPreference_t);

impl Preference {
    fn new() -> Result<Self, CudaError> {
        use sys::cublasLtMatmulPreferenceAttributes_t::CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES as BYTES;
        let mut preference = ptr::null_mut();
        let most: *const u64 = &MOST_WORKSPACE;
        // SAFETY: the result is written to a variable that lives; the attribute is a u64 and is copied.
        unsafe {
            let status = sys::cublasLtMatmulPreferenceCreate(&mut preference);
            check("cublasLtMatmulPreferenceCreate", status)?;
            let preference = Self(preference);
            let size = size_of::<u64>();
            let status =
                sys::cublasLtMatmulPreferenceSetAttribute(preference.0, BYTES, most.cast(), size);
            check("cublasLtMatmulPreferenceSetAttribute", status).map(|()| preference)
        }
    }
}

impl Drop for Preference {
    fn drop(&mut self) {
        // SAFETY: created in `new`, destroyed once.
        unsafe { sys::cublasLtMatmulPreferenceDestroy(self.0) };
    }
}
