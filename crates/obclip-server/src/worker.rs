//! The one thread that computes: job after job, step after step.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

use obclip_protocol::{Phase, Progress};

use crate::denied::Denied;
use crate::front::{Front, Job};
use crate::metrics::Outcome;

/// Starts the thread. It ends when the front is closed and its queue is empty.
pub fn start(front: Arc<Front>) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name("worker".to_owned()).spawn(move || {
        while let Some(job) = front.next_job() {
            work(&front, job);
        }
    })
}

fn work(front: &Front, job: Job) {
    let Job { admitted, max_rows, cost_units, queued, control, progress, done } = job;
    if control.is_stopped() {
        front.metrics.finished(Outcome::Left);
        let _ = done.send(Err(control.denied().refusal));
        return;
    }
    let started = Instant::now();
    front.metrics.started(started - queued);
    let steps = admitted.options().cloud_steps;
    let rows = admitted.n_members();
    progress.send_replace(Progress { phase: Phase::Reading, step: 0, steps });
    let mut last = started;
    let mut on_step = |step: obclip_cloud::Progress| {
        let now = Instant::now();
        front.metrics.stepped(now - last);
        last = now;
        let step = step.step as u32;
        progress.send_replace(Progress { phase: Phase::Denoising, step, steps });
        if control.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    // A bug in one job must not take the others with it. What the panic says stays unsaid: it may quote a text.
    let run = AssertUnwindSafe(|| front.engine.run(admitted, max_rows, &mut on_step));
    let reply = catch_unwind(run).unwrap_or_else(|_| Err(Denied::failed().refusal));
    let took = started.elapsed();
    let outcome = match &reply {
        Ok(_) => Outcome::Done,
        Err(_) if control.is_stopped() => Outcome::Left,
        Err(_) => Outcome::Failed,
    };
    if outcome == Outcome::Done {
        front.worked(cost_units, took);
        front.metrics.computed(cost_units, rows.min(max_rows), took);
    }
    front.metrics.finished(outcome);
    tracing::debug!(
        n_members = rows,
        cost_units,
        queue_ms = (started - queued).as_millis() as u64,
        run_ms = took.as_millis() as u64,
        outcome = outcome.name(),
        "job"
    );
    let reply = reply
        .map_err(|refusal| if control.is_stopped() { control.denied().refusal } else { refusal });
    // Nobody is left to tell when this fails.
    let _ = done.send(reply);
}
