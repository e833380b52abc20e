//! What Prometheus reads. No label comes from a request; codes and outcomes are our own words.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// All figures of a server.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    queue_jobs: Gauge,
    queue_cost: Gauge,
    queue_seconds: Histogram,
    step_seconds: Histogram,
    job_seconds: Histogram,
    batch_rows: Histogram,
    cost_units: Counter,
    jobs: Family<ByOutcome, Counter>,
    refusals: Family<ByCode, Counter>,
    connections: Gauge,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByOutcome {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByCode {
    code: String,
}

/// How a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// With all latents.
    Done,
    /// The client left, cancelled, or its time was over.
    Left,
    /// By a fault of ours.
    Failed,
}

impl Outcome {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Left => "left",
            Self::Failed => "failed",
        }
    }
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let seconds = || Histogram::new(exponential_buckets(0.001, 2.0, 20));
        let mut metrics = Self {
            registry: Registry::with_prefix("obclip"),
            queue_jobs: Gauge::default(),
            queue_cost: Gauge::default(),
            queue_seconds: seconds(),
            step_seconds: seconds(),
            job_seconds: seconds(),
            batch_rows: Histogram::new(exponential_buckets(1.0, 2.0, 8)),
            cost_units: Counter::default(),
            jobs: Family::default(),
            refusals: Family::default(),
            connections: Gauge::default(),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("queue_jobs", "Jobs that wait", self.queue_jobs.clone());
        registry.register("queue_cost_units", "What they cost", self.queue_cost.clone());
        let seconds = Unit::Seconds;
        let (queue, step, job) = (&self.queue_seconds, &self.step_seconds, &self.job_seconds);
        registry.register_with_unit(
            "queue",
            "From acceptance to start",
            seconds.clone(),
            queue.clone(),
        );
        registry.register_with_unit(
            "step",
            "One denoising step of a job",
            seconds.clone(),
            step.clone(),
        );
        registry.register_with_unit("job", "From start to the last step", seconds, job.clone());
        registry.register(
            "batch_rows",
            "Members computed at once, at most",
            self.batch_rows.clone(),
        );
        registry.register("cost_units", "Cost of finished jobs", self.cost_units.clone());
        registry.register("jobs", "Jobs that left the worker", self.jobs.clone());
        registry.register("refusals", "Requests refused, by our code", self.refusals.clone());
        registry.register("connections", "Open connections", self.connections.clone());
    }

    /// The text that Prometheus reads.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    pub(crate) fn queued(&self, n_jobs: usize, cost_units: u64) {
        self.queue_jobs.set(n_jobs as i64);
        self.queue_cost.set(i64::try_from(cost_units).unwrap_or(i64::MAX));
    }

    pub(crate) fn started(&self, waited: Duration) {
        self.queue_seconds.observe(waited.as_secs_f64());
    }

    pub(crate) fn stepped(&self, took: Duration) {
        self.step_seconds.observe(took.as_secs_f64());
    }

    pub(crate) fn computed(&self, cost_units: u64, batch_rows: usize, took: Duration) {
        self.cost_units.inc_by(cost_units);
        self.batch_rows.observe(batch_rows as f64);
        self.job_seconds.observe(took.as_secs_f64());
    }

    pub(crate) fn finished(&self, outcome: Outcome) {
        self.jobs.get_or_create(&ByOutcome { outcome: outcome.name() }).inc();
    }

    pub(crate) fn refused(&self, code: &str) {
        self.refusals.get_or_create(&ByCode { code: code.to_owned() }).inc();
    }

    pub(crate) fn connected(&self) {
        self.connections.inc();
    }

    pub(crate) fn disconnected(&self) {
        self.connections.dec();
    }
}
