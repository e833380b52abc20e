//! A pool of workers, or none. How work is shared out never shows in the results.

mod workers;

use std::sync::{Arc, Mutex, PoisonError};

use workers::Workers;

/// Workers of one engine.
#[derive(Clone)]
pub(super) struct Threads {
    workers: Option<Arc<Workers>>,
}

impl Threads {
    /// So many, the calling thread among them. Where the system gives none, it does all the work.
    pub(super) fn new(n_threads: usize) -> Self {
        let workers = (n_threads > 1).then(|| Arc::new(Workers::new(n_threads - 1)));
        Self { workers }
    }

    pub(super) fn count(&self) -> usize {
        self.workers.as_ref().map_or(1, |workers| 1 + workers.count())
    }

    /// A pass: many operations, one after another.
    pub(super) fn install<R>(&self, run: impl FnOnce() -> R) -> R {
        match &self.workers {
            Some(workers) => workers.pass(run),
            None => run(),
        }
    }

    /// Calls `work` with each task; whoever is free takes the next one.
    pub(super) fn each<T>(
        &self,
        tasks: impl Iterator<Item = T> + Send,
        work: impl Fn(T) + Send + Sync,
    ) {
        let Some(workers) = &self.workers else {
            return tasks.for_each(work);
        };
        if tasks.size_hint().1.is_some_and(|most| most < 2) {
            return tasks.for_each(work);
        }
        let tasks = Mutex::new(tasks);
        let next = || tasks.lock().unwrap_or_else(PoisonError::into_inner).next();
        workers.help(&|| {
            while let Some(task) = next() {
                work(task);
            }
        });
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
