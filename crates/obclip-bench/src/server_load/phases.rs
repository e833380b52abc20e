//! Three ways of asking: as fast as it goes, faster than that, and giving up.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

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
pub(crate) fn closed_loop(jobs: &Jobs, length: Duration, n_clients: usize) -> Tally {
    let tally = Mutex::new(Tally::default());
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..n_clients {
            scope.spawn(|| {
                while start.elapsed() < length {
                    let ended = jobs.run();
                    add(&tally, ended);
                }
            });
        }
    });
    closed(tally, start)
}

/// Jobs that arrive evenly, `rate` a second, whatever happens to those before.
pub(crate) fn open_loop(jobs: &Jobs, length: Duration, rate: f64) -> Tally {
    let tally = Mutex::new(Tally::default());
    let start = Instant::now();
    let n_jobs = (length.as_secs_f64() * rate) as u32;
    std::thread::scope(|scope| {
        for idx in 0..n_jobs {
            let at = Duration::from_secs_f64(f64::from(idx) / rate);
            std::thread::sleep(at.saturating_sub(start.elapsed()));
            scope.spawn(|| {
                let ended = jobs.run();
                add(&tally, ended);
            });
        }
    });
    closed(tally, start)
}

/// What cancels and errors did, and to the server's memory.
#[derive(Debug, Default)]
pub(crate) struct Churn {
    pub(crate) tally: Tally,
    /// (seconds, KiB), every two seconds.
    pub(crate) rss_kib: Vec<(f64, u64)>,
}

/// Clients that cancel at once, cancel later, are refused, or take their reply, in turn.
pub(crate) fn churn(jobs: &Jobs, length: Duration, pid: u32) -> anyhow::Result<Churn> {
    let tally = Mutex::new(Tally::default());
    let start = Instant::now();
    let mut rss_kib = Vec::new();
    std::thread::scope(|scope| -> anyhow::Result<()> {
        for client in 0..CLIENTS {
            let tally = &tally;
            scope.spawn(move || {
                for round in client.. {
                    if start.elapsed() >= length {
                        break;
                    }
                    let ended = match round % 4 {
                        0 => jobs.cancel_after(0),
                        1 => jobs.cancel_after(1),
                        2 => jobs.nonsense(),
                        _ => jobs.run(),
                    };
                    add(tally, ended);
                }
            });
        }
        while start.elapsed() < length {
            rss_kib.push((start.elapsed().as_secs_f64(), memory::rss_kib(pid)?));
            std::thread::sleep(Duration::from_secs(2));
        }
        Ok(())
    })?;
    Ok(Churn { tally: closed(tally, start), rss_kib })
}

fn add(tally: &Mutex<Tally>, ended: Ended) {
    tally.lock().unwrap_or_else(std::sync::PoisonError::into_inner).add(ended);
}

fn closed(tally: Mutex<Tally>, start: Instant) -> Tally {
    let mut tally = tally.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    tally.seconds = start.elapsed().as_secs_f64();
    tally
}

const CLIENTS: usize = 4;
