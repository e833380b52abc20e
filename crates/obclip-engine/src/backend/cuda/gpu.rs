//! One GPU with everything that is opened once: code, libraries, streams.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::Storage;
use super::blas::Blas;
use super::dnn::Dnn;
use super::driver::{Context, Pinned, Stream};
use super::error::CudaError;
use super::kernels::Kernels;
use super::libraries;

/// Streams, so that so many requests are worked on side by side.
const N_LANES: usize = 4;
/// Weights go up in pieces of this many bytes.
const STAGING_BYTES: usize = 8 << 20;

/// One GPU.
pub(super) struct Gpu {
    pub(super) storage: Storage,
    pub(super) kernels: Kernels,
    pub(super) blas: Blas,
    pub(super) name: String,
    /// What a thread works in: threads share one only if there are more of them.
    lanes: [OnceLock<Lane>; N_LANES],
    staging: Mutex<Pinned>,
    /// The first failure of packing since it was last asked for.
    pack_fault: Mutex<Option<CudaError>>,
    pub(super) context: Arc<Context>,
}

/// A stream and what is bound to it.
pub(super) struct Lane {
    pub(super) stream: Arc<Stream>,
    dnn: Mutex<Dnn>,
}

/// The least that the kernels are made of: products of 16×8×16 and bf16.
const LEAST_CAPABILITY: (i32, i32) = (8, 0);

impl Gpu {
    pub(super) fn open(ordinal: usize, storage: Storage) -> Result<Self, CudaError> {
        libraries::check()?;
        let context = Context::open(ordinal)?;
        let capability = context.capability()?;
        if capability < LEAST_CAPABILITY {
            let name = |(major, minor)| format!("{major}.{minor}");
            let (expected, found) =
                (format!("at least {}", name(LEAST_CAPABILITY)), name(capability));
            return Err(CudaError::GpuTooOld { expected, found });
        }
        let kernels = Kernels::compile(&context, storage)?;
        Ok(Self {
            storage,
            kernels,
            blas: Blas::new(storage)?,
            name: context.name()?,
            lanes: std::array::from_fn(|_| OnceLock::new()),
            staging: Mutex::new(Pinned::new(&context, STAGING_BYTES)?),
            pack_fault: Mutex::default(),
            context,
        })
    }

    /// The calling thread's.
    pub(super) fn lane(&self) -> Result<&Lane, CudaError> {
        let place = &self.lanes[thread_number() % N_LANES];
        let lane = match place.get() {
            Some(lane) => lane,
            // A failure is not kept: there may be room later. Of two that are made at once one is dropped.
            None => {
                let made = self.new_lane()?;
                place.get_or_init(|| made)
            }
        };
        lane.stream.bind()?;
        Ok(lane)
    }

    fn new_lane(&self) -> Result<Lane, CudaError> {
        let stream = Stream::new(&self.context)?;
        let dnn = Mutex::new(Dnn::new(&stream, self.storage)?);
        Ok(Lane { stream, dnn })
    }

    pub(super) fn staging(&self) -> MutexGuard<'_, Pinned> {
        // Every upload overwrites what it sends: nothing half-written is ever read.
        self.staging.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn note_pack_fault(&self, fault: &CudaError) {
        let mut first = self.pack_fault.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert_with(|| fault.clone());
    }

    pub(super) fn take_pack_fault(&self) -> Option<CudaError> {
        self.pack_fault.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Lane {
    pub(super) fn dnn(&self) -> MutexGuard<'_, Dnn> {
        // A panic of ours between two calls leaves the handle as it was.
        self.dnn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Threads in the order in which they first asked.
fn thread_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local!(static NUMBER: usize = NEXT.fetch_add(1, Ordering::Relaxed));
    NUMBER.with(|number| *number)
}
