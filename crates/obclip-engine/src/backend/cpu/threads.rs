//! A pool of workers, or none. How work is shared out never shows in the results.

use std::sync::Arc;

use rayon::ThreadPool;
use rayon::prelude::*;

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

    /// Calls `work` with the index and the content of each chunk.
    pub(super) fn each_chunk<T: Send>(
        &self,
        data: &mut [T],
        chunk_len: usize,
        work: impl Fn(usize, &mut [T]) + Send + Sync,
    ) {
        let chunk_len = chunk_len.max(1);
        match &self.pool {
            Some(pool) if data.len() > chunk_len => pool.install(|| {
                data.par_chunks_mut(chunk_len)
                    .enumerate()
                    .for_each(|(idx, chunk)| work(idx, chunk));
            }),
            _ => data.chunks_mut(chunk_len).enumerate().for_each(|(idx, chunk)| work(idx, chunk)),
        }
    }

    /// One result per task, in order.
    pub(super) fn map<T: Send, R: Send>(
        &self,
        tasks: Vec<T>,
        work: impl Fn(T) -> R + Send + Sync,
    ) -> Vec<R> {
        match &self.pool {
            Some(pool) if tasks.len() > 1 => {
                pool.install(|| tasks.into_par_iter().map(work).collect())
            }
            _ => tasks.into_iter().map(work).collect(),
        }
    }
}
