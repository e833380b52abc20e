//! From request bytes to a place in the queue, and everything that can keep a job from getting one.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use obclip_cloud::Admitted;
use obclip_protocol::{
    Accepted, Capabilities, CatalogueRef, JobKey, LatentShape, Pair, PairId, Phase, Progress,
    Refusal, Reply, cost_units,
};
use tokio::sync::{oneshot, watch};

use crate::config::Config;
use crate::control::{Control, Stop};
use crate::denied::Denied;
use crate::engine::Engine;
use crate::metrics::Metrics;
use crate::queue::{FairQueue, Place};
use crate::tokens::{Owner, Tokens};

/// The state that all connections and the worker share.
pub struct Front {
    pub(crate) config: Config,
    pub(crate) engine: Box<dyn Engine>,
    pub(crate) tokens: Tokens,
    pub(crate) metrics: Metrics,
    weights_sha256: [u8; 32],
    waiting: Mutex<Waiting>,
    has_work: Condvar,
    keys: Mutex<HashMap<(Owner, JobKey), Arc<Control>>>,
    is_draining: AtomicBool,
    n_open: AtomicUsize,
}

struct Waiting {
    queue: FairQueue<Owner, Job>,
    is_closed: bool,
    /// Cost units a second, as measured; 0 until the first job is done.
    rate: f64,
}

/// A job on its way to the worker.
pub(crate) struct Job {
    pub(crate) admitted: Admitted,
    pub(crate) max_rows: usize,
    pub(crate) cost_units: u64,
    pub(crate) queued: Instant,
    pub(crate) control: Arc<Control>,
    pub(crate) progress: watch::Sender<Progress>,
    pub(crate) done: oneshot::Sender<Result<Reply, Refusal>>,
}

/// A job as the one who waits for it sees it. Dropping it is leaving: the job stops within one step.
pub(crate) struct Ticket {
    pub(crate) accepted: Accepted,
    pub(crate) progress: watch::Receiver<Progress>,
    pub(crate) done: oneshot::Receiver<Result<Reply, Refusal>>,
    pub(crate) deadline: Instant,
    pub(crate) control: Arc<Control>,
    front: Arc<Front>,
    owner: Owner,
    key: Option<JobKey>,
    place: Place,
    cost_units: u64,
}

/// A request with what its transport says about it.
pub(crate) struct Submission<'a> {
    pub(crate) request: &'a [u8],
    pub(crate) owner: Owner,
    pub(crate) key: Option<JobKey>,
    /// How long the client will wait, if it says so.
    pub(crate) patience: Option<Duration>,
}

impl Front {
    /// A front with an empty queue. `weights_sha256` is told to clients.
    pub fn new(
        config: Config,
        engine: Box<dyn Engine>,
        tokens: Tokens,
        weights_sha256: [u8; 32],
    ) -> Self {
        let queue = FairQueue::new(config.queue.jobs, config.queue.jobs_per_token);
        Self {
            config,
            engine,
            tokens,
            metrics: Metrics::new(),
            weights_sha256,
            waiting: Mutex::new(Waiting { queue, is_closed: false, rate: 0.0 }),
            has_work: Condvar::new(),
            keys: Mutex::default(),
            is_draining: AtomicBool::new(false),
            n_open: AtomicUsize::new(0),
        }
    }

    /// Checks a request and gives it a place in the queue.
    pub(crate) fn submit(
        self: &Arc<Self>,
        submission: &Submission<'_>,
        now: Instant,
    ) -> Result<Ticket, Denied> {
        let outcome = self.try_submit(submission, now);
        if let Err(denied) = &outcome {
            self.metrics.refused(&denied.refusal.code);
        }
        outcome
    }

    fn try_submit(
        self: &Arc<Self>,
        submission: &Submission<'_>,
        now: Instant,
    ) -> Result<Ticket, Denied> {
        if self.is_draining() {
            return Err(Denied::draining());
        }
        // Looked at first and again below: under overload most requests end here, before they cost anything.
        self.check_room(submission.owner)?;
        let admitted = self.engine.admit(submission.request)?;
        let n_members = admitted.n_members();
        let options = admitted.options().clone();
        let cost = cost_units(admitted.n_rows(), &options);
        if cost > self.config.jobs.cost_units {
            return Err(Denied::too_costly(self.config.jobs.cost_units, cost));
        }
        let max_rows = self.max_rows(&admitted)?;
        let [_, channels, height, width] =
            self.engine.spec().latent_shape(options.width as usize, options.height as usize);
        let shape = LatentShape::new(channels as u32, height as u32, width as u32)
            .map_err(|error| Refusal::from(&error))?;
        let accepted = Accepted::new(submission.request, n_members as u32, shape);

        let queued = Progress { phase: Phase::Queued, step: 0, steps: options.cloud_steps };
        let (progress, progress_inbox) = watch::channel(queued);
        let (done, done_inbox) = oneshot::channel();
        let control = Arc::new(Control::default());
        let job = Job {
            admitted,
            max_rows,
            cost_units: cost,
            queued: now,
            control: Arc::clone(&control),
            progress,
            done,
        };
        let place = self.enqueue(submission.owner, job, now)?;
        self.replace_key(submission, &control);
        let longest = Duration::from_secs(self.config.jobs.seconds);
        self.n_open.fetch_add(1, Ordering::SeqCst);
        Ok(Ticket {
            accepted,
            progress: progress_inbox,
            done: done_inbox,
            deadline: now + submission.patience.map_or(longest, |patience| patience.min(longest)),
            control,
            front: Arc::clone(self),
            owner: submission.owner,
            key: submission.key,
            place,
            cost_units: cost,
        })
    }

    fn check_room(&self, owner: Owner) -> Result<(), Denied> {
        let waiting = self.waiting();
        match waiting.queue.has_room(owner) {
            true => Ok(()),
            false => Err(Denied::busy(waiting.patience())),
        }
    }

    /// How many rows of a job may be computed at once.
    fn max_rows(&self, job: &Admitted) -> Result<usize, Denied> {
        let (memory, config) = (self.engine.memory(job), &self.config.compute);
        let rows = memory.rows_within(config.memory_mib.saturating_mul(1 << 20), config.max_rows);
        let least_mib = memory.peak_bytes(1).div_ceil(1 << 20);
        rows.ok_or_else(|| Denied::too_large(config.memory_mib, least_mib))
    }

    fn enqueue(&self, owner: Owner, job: Job, now: Instant) -> Result<Place, Denied> {
        let mut waiting = self.waiting();
        // Checked first: a job that is not taken must not be paid for.
        if !waiting.queue.has_room(owner) {
            return Err(Denied::busy(waiting.patience()));
        }
        if waiting.is_closed {
            return Err(Denied::draining());
        }
        let cost = job.cost_units;
        self.tokens.charge(owner, cost, now)?;
        let place = waiting.queue.push(owner, cost, job);
        let place = place.map_err(|_| Denied::busy(waiting.patience()))?;
        self.metrics.queued(waiting.queue.n_jobs(), waiting.queue.cost_units());
        self.has_work.notify_one();
        Ok(place)
    }

    /// A second try of a job that is still here takes its place: the first is stopped.
    fn replace_key(&self, submission: &Submission<'_>, control: &Arc<Control>) {
        let Some(key) = submission.key else { return };
        let earlier = self.keys().insert((submission.owner, key), Arc::clone(control));
        if let Some(earlier) = earlier {
            earlier.stop(Stop::Left);
        }
    }

    /// Stops the job of this key, if `owner` has one.
    pub(crate) fn cancel(&self, owner: Owner, key: JobKey) -> bool {
        let found = self.keys().get(&(owner, key)).cloned();
        found.as_ref().inspect(|control| control.stop(Stop::Left)).is_some()
    }

    /// What is served here.
    pub(crate) fn capabilities(&self) -> Capabilities {
        let spec = self.engine.spec();
        let pair = Pair {
            id: PairId(spec.pairing()),
            weights_sha256: self.weights_sha256,
            default_side: spec.default_side() as u32,
            size_multiple: spec.size_multiple as u32,
        };
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Capabilities {
            pairs: vec![pair],
            catalogues: self.engine.catalogues().iter().map(CatalogueRef::from).collect(),
            limits: self.config.limits(),
            cost_units: self.config.jobs.cost_units,
            samplers: names(&obclip_cloud::sampler_names()),
            plans: names(&obclip_cloud::plan_names()),
            software: concat!("obclip-cloud ", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// The worker's side: waits for a job. `None` when the queue is closed and empty.
    pub(crate) fn next_job(&self) -> Option<Job> {
        let mut waiting = self.waiting();
        loop {
            if let Some(job) = waiting.queue.pop() {
                self.metrics.queued(waiting.queue.n_jobs(), waiting.queue.cost_units());
                return Some(job);
            }
            if waiting.is_closed {
                return None;
            }
            waiting = self.has_work.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The worker tells how fast it was, so that refusals can say when to come back.
    pub(crate) fn worked(&self, cost_units: u64, took: Duration) {
        let rate = cost_units as f64 / took.as_secs_f64().max(1e-3);
        let mut waiting = self.waiting();
        waiting.rate = if waiting.rate == 0.0 { rate } else { 0.8 * waiting.rate + 0.2 * rate };
    }

    /// New jobs are refused from here on; those accepted go on.
    pub fn drain(&self) {
        self.is_draining.store(true, Ordering::SeqCst);
    }

    /// Whether new jobs are refused.
    pub fn is_draining(&self) -> bool {
        self.is_draining.load(Ordering::SeqCst)
    }

    /// Jobs whose clients still wait.
    pub fn n_open(&self) -> usize {
        self.n_open.load(Ordering::SeqCst)
    }

    /// The worker ends when the queue is empty.
    pub fn close(&self) {
        self.waiting().is_closed = true;
        self.has_work.notify_all();
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keys(&self) -> MutexGuard<'_, HashMap<(Owner, JobKey), Arc<Control>>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// When there should be room: the time to work off what waits.
    fn patience(&self) -> Duration {
        let seconds = self.queue.cost_units() as f64 / self.rate.max(1.0);
        Duration::from_secs_f64(seconds.clamp(1.0, 600.0))
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.control.stop(Stop::Left);
        let mut waiting = self.front.waiting();
        if waiting.queue.remove(self.place).is_some() {
            self.front.metrics.queued(waiting.queue.n_jobs(), waiting.queue.cost_units());
            self.front.tokens.refund(self.owner, self.cost_units);
        }
        drop(waiting);
        if let Some(key) = self.key {
            let mut keys = self.front.keys();
            // A later try may have taken the key over.
            if keys.get(&(self.owner, key)).is_some_and(|found| Arc::ptr_eq(found, &self.control)) {
                keys.remove(&(self.owner, key));
            }
        }
        self.front.n_open.fetch_sub(1, Ordering::SeqCst);
    }
}
