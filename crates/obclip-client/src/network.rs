//! A cloud behind sockets: does what the exchange says, one connection per try.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use obclip_device::{Cloud, CloudError};
use obclip_protocol::{Catalogues, JobKey, LatentShape, Limits};
use tokio::time::Instant;

use crate::connection::{Arrived, ConnectError, Connection, Target};
use crate::exchange::{Exchange, Input, Instruction};
use crate::policy::Policy;

/// A cloud on the network, as the device sees it.
#[derive(Debug, Clone)]
pub struct NetworkCloud {
    /// How to reach it.
    pub target: Target,
    /// The latents the device's model reads.
    pub shape: LatentShape,
    /// The device's own limits.
    pub limits: Limits,
    /// The catalogues the device may ask by.
    pub catalogues: Catalogues,
    /// Times and tries.
    pub policy: Policy,
    /// Set by the user's wish to stop; looked at ten times a second.
    pub cancelled: Arc<AtomicBool>,
}

impl Cloud for NetworkCloud {
    fn denoise(
        &self,
        request: &[u8],
        on_step: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Vec<u8>, CloudError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| unusable(&error))?;
        runtime.block_on(self.denoise_as(fresh_key()?, request, on_step))
    }
}

/// A name for a job, from the operating system.
pub fn fresh_key() -> Result<JobKey, CloudError> {
    let random = obclip_device::fresh_bytes().map_err(|error| unusable(&error))?;
    Ok(JobKey(std::array::from_fn(|idx| random[idx])))
}

fn unusable(error: &dyn std::error::Error) -> CloudError {
    CloudError::Unreachable { found: error.to_string() }
}

impl NetworkCloud {
    /// One job by this name, for callers with a runtime of their own. A name is for one job: equal names let a cloud link
    /// two.
    pub async fn denoise_as(
        &self,
        key: JobKey,
        request: &[u8],
        on_step: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Vec<u8>, CloudError> {
        let mut exchange = Exchange::new(
            request,
            self.shape,
            &self.limits,
            &self.catalogues,
            self.policy.clone(),
            key,
        )
        .map_err(|error| unusable(&error))?;
        let mut job = Job { cloud: self, start: Instant::now(), connection: None, last: None };
        let mut instruction = exchange.start(Duration::ZERO);
        let mut shown = None;
        let mut is_told = false;
        loop {
            let arrived = match instruction {
                Instruction::Open { until } => job.open(&exchange, until).await,
                Instruction::Listen { until } => job.listen(until).await,
                Instruction::Pause { until } => job.pause(until).await,
                Instruction::Finish(outcome) => {
                    job.close().await;
                    return outcome.map_err(|error| job.explain(error));
                }
            };
            let now = job.start.elapsed();
            let input = match &arrived {
                Arrived::Nothing => Input::Time,
                Arrived::Data(bytes) => Input::Data(bytes),
                Arrived::Ended(end) => Input::Ended(end.clone()),
                Arrived::Broken => Input::Broken,
            };
            instruction = exchange.step(now, input);
            let mut stop = self.cancelled.load(Ordering::Relaxed);
            if exchange.progress() != shown {
                shown = exchange.progress();
                stop |= shown.is_some_and(|(done, steps)| on_step(done, steps).is_break());
            }
            if stop && !is_told && !matches!(instruction, Instruction::Finish(_)) {
                is_told = true;
                instruction = exchange.step(now, Input::Cancel);
            }
        }
    }
}

/// The sockets of one job.
struct Job<'a> {
    cloud: &'a NetworkCloud,
    start: Instant,
    connection: Option<Connection>,
    last: Option<ConnectError>,
}

impl Job<'_> {
    async fn open(&mut self, exchange: &Exchange, until: Duration) -> Arrived {
        self.close().await;
        let (head, body) = (exchange.head(), exchange.body());
        let opening = Connection::open(&self.cloud.target, &head, body);
        let left = until.saturating_sub(self.start.elapsed()).min(CONNECT_TIMEOUT);
        match tokio::time::timeout(left, opening).await {
            Ok(Ok(connection)) => {
                (self.connection, self.last) = (Some(connection), None);
                Arrived::Nothing
            }
            Ok(Err(error)) => {
                self.last = Some(error);
                Arrived::Broken
            }
            Err(_) => Arrived::Broken,
        }
    }

    async fn listen(&mut self, until: Duration) -> Arrived {
        let left = until.saturating_sub(self.start.elapsed()).min(TICK);
        match &mut self.connection {
            Some(connection) => {
                tokio::time::timeout(left, connection.next()).await.unwrap_or(Arrived::Nothing)
            }
            None => Arrived::Broken,
        }
    }

    async fn pause(&mut self, until: Duration) -> Arrived {
        self.close().await;
        tokio::time::sleep(until.saturating_sub(self.start.elapsed()).min(TICK)).await;
        Arrived::Nothing
    }

    async fn close(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.close().await;
        }
    }

    /// Says why no connection came about, where that is known.
    fn explain(&self, error: CloudError) -> CloudError {
        match (&error, &self.last) {
            (CloudError::Unreachable { .. }, Some(last)) => {
                CloudError::Unreachable { found: format!("none: {last}") }
            }
            _ => error,
        }
    }
}

/// A connection that is not there by now will not come; a constant, like all times here.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a wish to stop may go unseen.
const TICK: Duration = Duration::from_millis(100);
