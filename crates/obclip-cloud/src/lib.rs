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

use obclip_engine::{Backend, Model};
use obclip_protocol::{Limits, Refusal};

/// A cloud model ready to answer.
pub struct Cloud<B: Backend> {
    model: Model<B>,
    limits: Limits,
    max_rows: usize,
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
        Self { model, limits, max_rows }
    }

    /// Request bytes in, reply bytes out. `on_step` runs after every step; `Break` cancels.
    pub fn answer(
        &self,
        request: &[u8],
        on_step: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Vec<u8>, Refusal> {
        let job = admit(request, &self.limits, &self.model)?;
        let latents = denoise::denoise(job, &self.model, self.max_rows, on_step)?;
        reply::encode(latents)
    }
}
