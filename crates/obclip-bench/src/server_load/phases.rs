//! Three ways of asking: as fast as it goes, faster than that, and giving up. All jobs share the generator's one thread,
//! so that it takes as little as it can from the server beside it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::{JoinHandle, spawn_local};

use super::job::{Ended, Jobs};
use super::memory;

/// What came of many jobs.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) n_done: usize,
    pub(crate) codes: BTreeMap<String, usize>,
    pub(crate) done: Vec<Duration>,
    pub(crate) refused: Vec<Duration>,
    pub(crate) seconds: f64,
}

impl Tally {
    /// Answered jobs a second.
    pub(crate) fn per_second(&self) -> f64 {
        self.n_done as f64 / self.seconds
    }

    fn add(&mut self, ended: Ended) {
        match ended.code.as_str() {
            "ok" => {
                self.n_done += 1;
                self.done.push(ended.took);
            }
            "cancelled" | "unreachable" => {}
            _ => self.refused.push(ended.took),
        }
        *self.codes.entry(ended.code).or_default() += 1;
    }
}

/// `n_clients` that ask again as soon as they are answered.
pub(crate) async fn closed_loop(jobs: &Rc<Jobs>, length: Duration, n_clients: usize) -> Tally {
    let (tally, start) = (Rc::new(RefCell::new(Tally::default())), Instant::now());
    let clients: Vec<_> = (0..n_clients)
        .map(|_| {
            let (jobs, tally) = (Rc::clone(jobs), Rc::clone(&tally));
            spawn_local(async move {
                while start.elapsed() < length {
                    let ended = jobs.run().await;
                    tally.borrow_mut().add(ended);
                }
            })
        })
        .collect();
    closed(clients, tally, start).await
}

/// Jobs that arrive evenly, `rate` a second, whatever happens to those before.
pub(crate) async fn open_loop(jobs: &Rc<Jobs>, length: Duration, rate: f64) -> Tally {
    let (tally, start) = (Rc::new(RefCell::new(Tally::default())), Instant::now());
    let n_jobs = (length.as_secs_f64() * rate) as u32;
    let mut arrivals = Vec::new();
    for idx in 0..n_jobs {
        tokio::time::sleep_until((start + Duration::from_secs_f64(f64::from(idx) / rate)).into())
            .await;
        let (jobs, tally) = (Rc::clone(jobs), Rc::clone(&tally));
        arrivals.push(spawn_local(async move {
            let ended = jobs.run().await;
            tally.borrow_mut().add(ended);
        }));
    }
    closed(arrivals, tally, start).await
}

/// What cancels and errors did, and to the server's memory.
#[derive(Debug, Default)]
pub(crate) struct Churn {
    pub(crate) tally: Tally,
    /// (seconds, KiB), every two seconds.
    pub(crate) rss_kib: Vec<(f64, u64)>,
}

/// Clients that cancel at once, cancel later, are refused, or take their reply, in turn.
pub(crate) async fn churn(jobs: &Rc<Jobs>, length: Duration, pid: u32) -> anyhow::Result<Churn> {
    let (tally, start) = (Rc::new(RefCell::new(Tally::default())), Instant::now());
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (jobs, tally) = (Rc::clone(jobs), Rc::clone(&tally));
            spawn_local(async move {
                for round in client.. {
                    if start.elapsed() >= length {
                        break;
                    }
                    let ended = match round % 4 {
                        0 => jobs.cancel_after(0).await,
                        1 => jobs.cancel_after(1).await,
                        2 => jobs.nonsense().await,
                        _ => jobs.run().await,
                    };
                    tally.borrow_mut().add(ended);
                }
            })
        })
        .collect();
    let mut rss_kib = Vec::new();
    while start.elapsed() < length {
        rss_kib.push((start.elapsed().as_secs_f64(), memory::rss_kib(pid)?));
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    Ok(Churn { tally: closed(clients, tally, start).await, rss_kib })
}

async fn closed(tasks: Vec<JoinHandle<()>>, tally: Rc<RefCell<Tally>>, start: Instant) -> Tally {
    for task in tasks {
        // A task that panicked has counted nothing.
        let _ = task.await;
    }
    let mut tally = tally.take();
    tally.seconds = start.elapsed().as_secs_f64();
    tally
}

const CLIENTS: usize = 4;
