//! What the server asks of the cloud: check a request, run a job. The real one, and slow or failing ones in tests.

use std::ops::ControlFlow;

use obclip_cloud::{Admitted, Cloud, Progress};
use obclip_engine::{Backend, JobMemory, ModelSpec};
use obclip_protocol::{Catalogues, Refusal, Reply};

/// A cloud without its sockets.
pub trait Engine: Send + Sync + 'static {
    /// Checks a request against protocol, limits and model.
    fn admit(&self, request: &[u8]) -> Result<Admitted, Refusal>;

    /// What a job will take beside the model.
    fn memory(&self, job: &Admitted) -> JobMemory;

    /// Runs a job with at most `max_rows` U-Net rows at once; `on_step` may stop it.
    fn run(
        &self,
        job: Admitted,
        max_rows: usize,
        on_step: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Reply, Refusal>;

    /// Sizes and fingerprints of the model.
    fn spec(&self) -> &ModelSpec;

    /// The catalogues that a job may name.
    fn catalogues(&self) -> &Catalogues;
}

impl<B: Backend + Send + Sync + 'static> Engine for Cloud<B> {
    fn admit(&self, request: &[u8]) -> Result<Admitted, Refusal> {
        Self::admit(self, request)
    }

    fn memory(&self, job: &Admitted) -> JobMemory {
        Self::memory(self, job)
    }

    fn run(
        &self,
        job: Admitted,
        max_rows: usize,
        on_step: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Reply, Refusal> {
        Self::run(self, job, max_rows, on_step)
    }

    fn spec(&self) -> &ModelSpec {
        Self::spec(self)
    }

    fn catalogues(&self) -> &Catalogues {
        Self::catalogues(self)
    }
}
