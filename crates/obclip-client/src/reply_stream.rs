//! The events of one try, checked one by one, until all N latents are here.

use obclip_protocol::{Accepted, Event, LatentShape, Phase, Reply};

/// What the device expects, known before the first byte leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) accepted: Accepted,
    pub(crate) cloud_steps: u32,
}

/// The cloud does not follow the protocol. One error for all ways, so that it does not say where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wrong;

/// The latents so far.
#[derive(Debug, Default)]
pub(crate) struct ReplyStream {
    is_accepted: bool,
    n_progress: usize,
    latents: Vec<Vec<u8>>,
}

impl ReplyStream {
    /// Takes the next event; `Some` is a step to show.
    pub(crate) fn take(
        &mut self,
        event: Event,
        expected: &Expected,
    ) -> Result<Option<(usize, usize)>, Wrong> {
        match event {
            Event::Accepted(found) => {
                let first = !std::mem::replace(&mut self.is_accepted, true);
                (first && found == expected.accepted).then_some(None).ok_or(Wrong)
            }
            Event::Progress(progress) => {
                self.n_progress += 1;
                let early = self.is_accepted && self.latents.is_empty();
                let ours = progress.steps == expected.cloud_steps;
                if !early || !ours || self.n_progress > MAX_PROGRESS {
                    return Err(Wrong);
                }
                let shown = progress.phase == Phase::Denoising;
                Ok(shown.then_some((progress.step as usize, progress.steps as usize)))
            }
            Event::Frame(frame) => {
                let accepted = &expected.accepted;
                let in_order = frame.member_idx as usize == self.latents.len();
                let room = self.latents.len() < accepted.n_latents as usize;
                let whole = frame.latent.len() == accepted.shape.n_bytes();
                if !(self.is_accepted && in_order && room && whole) {
                    return Err(Wrong);
                }
                self.latents.push(frame.latent);
                Ok(None)
            }
        }
    }

    /// Whether a latent has arrived: from here on a cancelled job reads to the end.
    pub(crate) fn has_latents(&self) -> bool {
        !self.latents.is_empty()
    }

    /// All N latents, or none.
    pub(crate) fn finish(self, expected: &Expected) -> Result<Reply, Wrong> {
        let shape: LatentShape = expected.accepted.shape;
        match self.latents.len() == expected.accepted.n_latents as usize {
            true => Ok(Reply { shape, latents: self.latents }),
            false => Err(Wrong),
        }
    }
}

/// More reports than any job has steps and queue moves; a stream of them must end.
const MAX_PROGRESS: usize = 10_000;
