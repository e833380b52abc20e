//! The untrusted side. It turns the bytes of one request into the bytes of one reply: the first k
//! of T denoising steps for every member of the class, in canonical order.
//!
//! It must never be able to name a secret: this crate does not link `obclip-device`, and a test
//! asks `cargo tree` whether that is still so. Nothing of a request reaches a log or an error text.
//!
//! Modules stand in the order of a request's life.

mod admit;
mod denoise;
mod refuse;
mod reply;

pub use admit::{Admitted, admit};
pub use denoise::Denoised;

use std::ops::ControlFlow;

use obclip_engine::{Backend, JobMemory, Model, ModelSpec, SamplerKind};
use obclip_protocol::{Catalogues, Limits, Refusal, Reply, encode_reply};

/// A cloud model ready to answer.
pub struct Cloud<B: Backend> {
    model: Model<B>,
    limits: Limits,
    catalogues: Catalogues,
    max_rows: usize,
}

/// The plans with names of their own that requests may ask for; those put together from parts are served as well
/// (PROTOCOL.md §3.4).
pub fn plan_names() -> Vec<&'static str> {
    let published = obclip_plan::PUBLISHED.map(|(name, _)| name);
    ["plain", "paper-k5", "paper-k10"].into_iter().chain(published).collect()
}

/// The samplers that requests may ask for.
pub fn sampler_names() -> [&'static str; 3] {
    SamplerKind::NAMES.map(|(name, _)| name)
}

/// How far a request has come: `step` of `steps` cloud steps are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Steps done.
    pub step: usize,
    /// Steps the cloud will do.
    pub steps: usize,
}

impl<B: Backend> Cloud<B> {
    /// `max_rows` bounds how many U-Net rows are computed at once; more are split into batches with the same result.
    pub fn new(model: Model<B>, limits: Limits, max_rows: usize) -> Self {
        Self { model, limits, catalogues: Catalogues::default(), max_rows }
    }

    /// The same cloud with these catalogues; without them it knows the embedded ones.
    #[must_use]
    pub fn with_catalogues(self, catalogues: Catalogues) -> Self {
        Self { catalogues, ..self }
    }

    /// The catalogues it knows.
    pub fn catalogues(&self) -> &Catalogues {
        &self.catalogues
    }

    /// Sizes and fingerprints of the model served.
    pub fn spec(&self) -> &ModelSpec {
        self.model.spec()
    }

    /// Request bytes in, reply bytes out. `on_step` runs after every step; `Break` cancels.
    pub fn answer(
        &self,
        request: &[u8],
        on_step: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Vec<u8>, Refusal> {
        let job = self.admit(request)?;
        self.run(job, self.max_rows, on_step).map(|reply| encode_reply(&reply))
    }

    /// The first half of [`Self::answer`]: everything is checked, nothing is computed.
    pub fn admit(&self, request: &[u8]) -> Result<Admitted, Refusal> {
        admit(request, &self.limits, &self.catalogues, &self.model)
    }

    /// What a job will take beside the model, before it is run.
    pub fn memory(&self, job: &Admitted) -> JobMemory {
        let options = job.options();
        let [_, _, height, width] =
            self.spec().latent_shape(options.width as usize, options.height as usize);
        self.model.job_memory(&job.plan, [height, width])
    }

    /// The second half, with at most `max_rows` U-Net rows at once: the same reply for any number.
    pub fn run(
        &self,
        job: Admitted,
        max_rows: usize,
        on_step: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Reply, Refusal> {
        let latents = denoise::denoise(job, &self.model, max_rows, on_step)?;
        reply::frames(latents).map_err(|error| Refusal::from(&error))
    }
}
