//! A pool of workers, or none. How work is shared out never shows in the results.

use std::sync::{Arc, Mutex, PoisonError};

use rayon::ThreadPool;

/// Workers of one engine.
#[derive(Clone)]
pub(super) struct Threads {
    pool: Option<Arc<ThreadPool>>,
}

impl Threads {
    pub(super) fn new(n_threads: usize) -> Self {
        let build = || rayon::ThreadPoolBuilder::new().num_threads(n_threads).build();
        // Where the system gives no threads, the calling one does all the work.
        let pool = if n_threads > 1 { build().ok().map(Arc::new) } else { None };
        Self { pool }
    }

    pub(super) fn count(&self) -> usize {
        self.pool.as_ref().map_or(1, |pool| pool.current_num_threads())
    }

    /// Runs inside the pool, so that the parallel parts within start without a hand-over each.
    pub(super) fn install<R: Send>(&self, run: impl FnOnce() -> R + Send) -> R {
        match &self.pool {
            Some(pool) => pool.install(run),
            None => run(),
        }
    }

    /// Calls `work` with each task; whoever is free takes the next one.
    pub(super) fn each<T>(
        &self,
        tasks: impl Iterator<Item = T> + Send,
        work: impl Fn(T) + Send + Sync,
    ) {
        let Some(pool) = &self.pool else {
            return tasks.for_each(work);
        };
        if tasks.size_hint().1.is_some_and(|most| most < 2) {
            return tasks.for_each(work);
        }
        let tasks = Mutex::new(tasks);
        let next = || tasks.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work_off = || {
            while let Some(task) = next() {
                work(task);
            }
        };
        pool.install(|| fan_out(self.count(), &work_off));
    }

    /// Calls `work` with the index and the content of each chunk.
    pub(super) fn each_chunk<T: Send>(
        &self,
        data: &mut [T],
        chunk_len: usize,
        work: impl Fn(usize, &mut [T]) + Send + Sync,
    ) {
        let chunks = data.chunks_mut(chunk_len.max(1)).enumerate();
        self.each(chunks, |(idx, chunk)| work(idx, chunk));
    }
}

/// Runs `work_off` in so many workers at once.
fn fan_out(n_workers: usize, work_off: &(dyn Fn() + Sync)) {
    match n_workers {
        0 | 1 => work_off(),
        _ => {
            rayon::join(work_off, || fan_out(n_workers - 1, work_off));
        }
    }
}
