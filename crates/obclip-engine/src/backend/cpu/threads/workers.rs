//! Persistent threads that help whoever asks with one piece of work after another.
#![allow(unsafe_code, reason = "threads that outlive what they are lent")]

use std::any::Any;
use std::hint::spin_loop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::JoinHandle;

/// Work that several threads do at once; each returns when there is nothing left to do.
type Work<'a> = dyn Fn() + Sync + 'a;

/// Threads beside the one that asks.
pub(super) struct Workers {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
    /// Held by whoever is being helped.
    turn: Mutex<()>,
}

struct Shared {
    state: Mutex<State>,
    /// For workers: there is work, or the end.
    call: Condvar,
    /// For the asker: nobody works any more.
    left: Condvar,
    /// Pieces of work that were ever offered, for spinning on.
    n_offered: AtomicUsize,
    /// Passes that are running: only then workers spin before they sleep.
    n_passes: AtomicUsize,
}

#[derive(Default)]
struct State {
    offered: Option<Lent>,
    n_offered: usize,
    /// Workers at it.
    n_inside: usize,
    n_asleep: usize,
    panicked: Option<Box<dyn Any + Send>>,
    is_over: bool,
}

/// Work that lives until [`Offer`] is dropped.
#[derive(Clone, Copy)]
struct Lent(*const Work<'static>);

// SAFETY: what it points to is `Sync`, and is read while its owner waits, see `Offer`.
unsafe impl Send for Lent {}

/// Turns of waiting before a worker sleeps: some tens of microseconds, about as long as what one thread does alone between two
/// operations, and as long as it takes to wake somebody up.
const SPINS: usize = 4_000;

impl Workers {
    /// So many; fewer where the system gives no more.
    pub(super) fn new(n: usize) -> Self {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            call: Condvar::new(),
            left: Condvar::new(),
            n_offered: AtomicUsize::new(0),
            n_passes: AtomicUsize::new(0),
        });
        let start = |idx: usize| {
            let shared = Arc::clone(&shared);
            let name = format!("obclip-engine-{idx}");
            std::thread::Builder::new().name(name).spawn(move || shared.serve()).ok()
        };
        let threads = (1..=n).map_while(start).collect();
        Self { shared, threads, turn: Mutex::new(()) }
    }

    pub(super) fn count(&self) -> usize {
        self.threads.len()
    }

    /// While it runs, workers wait for work awake.
    pub(super) fn pass<R>(&self, run: impl FnOnce() -> R) -> R {
        let _awake = Awake::new(&self.shared.n_passes);
        run()
    }

    /// Calls `work` in this thread and in every worker that comes before it is done. Where the workers are busy already, with an outer call
    /// or for another thread, in this one alone.
    pub(super) fn help(&self, work: &Work<'_>) {
        let turn = match self.turn.try_lock() {
            Ok(turn) => turn,
            Err(TryLockError::Poisoned(turn)) => turn.into_inner(),
            Err(TryLockError::WouldBlock) => return work(),
        };
        let offer = Offer::new(&self.shared, work);
        work();
        let panicked = offer.take_back();
        drop(turn);
        if let Some(panicked) = panicked {
            resume_unwind(panicked);
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.shared.state().is_over = true;
        self.shared.n_offered.fetch_add(1, Ordering::Release);
        self.shared.call.notify_all();
        for thread in self.threads.drain(..) {
            // Its panics were caught and told.
            let _ = thread.join();
        }
    }
}

/// Work that is on offer. It is taken back before it ends, also by a panic.
struct Offer<'a> {
    shared: &'a Shared,
}

impl<'a> Offer<'a> {
    fn new(shared: &'a Shared, work: &Work<'_>) -> Self {
        // SAFETY: the lifetime alone changes. Workers call it only while `n_inside` counts them, and whoever lent it is in
        // `Workers::help` until `take_back` has seen that nobody is counted and nobody can come.
        let lent =
            Lent(unsafe { std::mem::transmute::<*const Work<'_>, *const Work<'static>>(work) });
        let mut state = shared.state();
        state.offered = Some(lent);
        state.n_offered += 1;
        shared.n_offered.store(state.n_offered, Ordering::Release);
        if state.n_asleep > 0 {
            shared.call.notify_all();
        }
        Self { shared }
    }

    fn take_back(self) -> Option<Box<dyn Any + Send>> {
        self.end();
        let panicked = self.shared.state().panicked.take();
        std::mem::forget(self);
        panicked
    }

    fn end(&self) {
        let mut state = self.shared.state();
        state.offered = None;
        let mut spins = 0;
        while state.n_inside > 0 {
            if spins < SPINS {
                drop(state);
                for _ in 0..32 {
                    spin_loop();
                }
                spins += 32;
                state = self.shared.state();
            } else {
                state = self.shared.left.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
}

impl Drop for Offer<'_> {
    fn drop(&mut self) {
        self.end();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A worker's life.
    fn serve(&self) {
        let mut n_seen = 0;
        loop {
            self.spin(n_seen);
            let mut state = self.state();
            while state.n_offered == n_seen && !state.is_over {
                state.n_asleep += 1;
                state = self.call.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.n_asleep -= 1;
            }
            if state.is_over {
                return;
            }
            n_seen = state.n_offered;
            let Some(Lent(work)) = state.offered else { continue };
            state.n_inside += 1;
            drop(state);
            // SAFETY: this worker is counted, so the work is there, see `Offer`.
            let done = catch_unwind(AssertUnwindSafe(|| unsafe { (*work)() }));
            let mut state = self.state();
            state.n_inside -= 1;
            if let Err(panicked) = done {
                state.panicked = Some(panicked);
            }
            if state.n_inside == 0 {
                self.left.notify_one();
            }
        }
    }

    fn spin(&self, n_seen: usize) {
        for _ in 0..SPINS {
            let is_waiting = self.n_passes.load(Ordering::Relaxed) > 0
                && self.n_offered.load(Ordering::Acquire) == n_seen;
            if !is_waiting {
                return;
            }
            spin_loop();
        }
    }
}

struct Awake<'a>(&'a AtomicUsize);

impl<'a> Awake<'a> {
    fn new(n: &'a AtomicUsize) -> Self {
        n.fetch_add(1, Ordering::Relaxed);
        Self(n)
    }
}

impl Drop for Awake<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;
    use std::time::Duration;

    use super::*;

    /// Takes numbers below `n` until there are none; calls `each` with them.
    fn count_up(workers: &Workers, n: usize, each: impl Fn(usize) + Sync) {
        let next = AtomicUsize::new(0);
        workers.help(&|| {
            while let Some(number) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|&i| i < n) {
                each(number);
            }
        });
    }

    #[test]
    fn every_task_is_done_once_also_by_calls_within_calls_and_from_many_threads() {
        let workers = Workers::new(2);
        assert_eq!(workers.count(), 2);
        let done: Vec<AtomicUsize> = (0..3 * 40 * 5).map(|_| AtomicUsize::new(0)).collect();
        std::thread::scope(|scope| {
            for asker in 0..3 {
                let (workers, done) = (&workers, &done);
                scope.spawn(move || {
                    workers.pass(|| {
                        count_up(workers, 40, |outer| {
                            count_up(workers, 5, |inner| {
                                let task = (asker * 40 + outer) * 5 + inner;
                                done[task].fetch_add(1, Ordering::Relaxed);
                            });
                        });
                    });
                });
            }
        });
        assert!(done.iter().all(|count| count.load(Ordering::Relaxed) == 1));
    }

    #[test]
    fn workers_do_help() {
        let workers = Workers::new(1);
        let (asker, helped) = (std::thread::current().id(), AtomicBool::new(false));
        workers.help(&|| match std::thread::current().id() == asker {
            // Until the other one has come; with a limit, so that a machine without a second core fails and does not hang.
            true => (0..5_000).take_while(|_| !helped.load(Ordering::Relaxed)).for_each(|_| {
                std::thread::sleep(Duration::from_millis(1));
            }),
            false => helped.store(true, Ordering::Relaxed),
        });
        assert!(helped.into_inner());
    }

    #[test]
    fn a_panic_reaches_whoever_asked_and_the_next_call_is_helped() {
        let workers = Workers::new(1);
        let asker = std::thread::current().id();
        for of_asker in [true, false] {
            let came = AtomicBool::new(false);
            let asked = catch_unwind(AssertUnwindSafe(|| {
                workers.help(&|| {
                    let is_asker = std::thread::current().id() == asker;
                    came.fetch_or(!is_asker, Ordering::Relaxed);
                    // The asker stays until the worker has come, or nobody would panic.
                    while is_asker && !of_asker && !came.load(Ordering::Relaxed) {
                        std::thread::yield_now();
                    }
                    assert_ne!(is_asker, of_asker, "on purpose");
                });
            }));
            assert!(asked.is_err());
        }
        let sum = AtomicUsize::new(0);
        count_up(&workers, 100, |number| {
            sum.fetch_add(number, Ordering::Relaxed);
        });
        assert_eq!(sum.into_inner(), 4950);
    }
}
