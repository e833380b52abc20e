//! The cloud of a simulation: what it answers to a request, and when. Honest, or lying in one way.

use std::time::Duration;

use obclip_client::{End, frame};
use obclip_protocol::{
    Accepted, Event, Frame, Limits, Phase, Progress, Refusal, Request, decode_request,
};
use serde::Serialize;

use crate::audit::attack::Spoiling;
use crate::audit::line::latents;

/// One way of not answering as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Lie {
    /// One latent too few.
    OneMissing,
    /// One latent too many.
    OneMore,
    /// Announces another number of latents and keeps to it.
    OtherCount,
    /// Announces another shape and keeps to it.
    OtherShape,
    /// One latent is spoiled: member, way.
    Spoiled(usize, Spoiling),
    /// Two latents stand under each other's number, out of order.
    OutOfOrder(usize),
    /// One latent comes twice, another not at all.
    Repeated(usize),
    /// The answer to another request: its announcement and all.
    Replayed,
    /// A catalogue of other values, so another class of the same announcement with another size.
    OtherCatalogue,
    /// Reports steps of another schedule.
    OtherSteps,
    /// Latents before the announcement.
    Unannounced,
    /// Success without an answer.
    Empty,
    /// Bytes that are no answer.
    Garbage,
    /// Reports progress for ever.
    EndlessProgress,
    /// A success with half a message at its end.
    CutMessage,
    /// Two latents have changed places: each under the other's number, well formed.
    Swapped(usize),
    /// The latents of another seed, well formed.
    OtherSeed,
}

impl Lie {
    /// Every lie about a class of so many members; where a lie concerns one of them, it is `member_idx`.
    pub fn all(member_idx: usize) -> Vec<Self> {
        let mut all = vec![
            Self::OneMissing,
            Self::OneMore,
            Self::OtherCount,
            Self::OtherShape,
            Self::OutOfOrder(member_idx),
            Self::Repeated(member_idx),
            Self::Replayed,
            Self::OtherCatalogue,
            Self::OtherSteps,
            Self::Unannounced,
            Self::Empty,
            Self::Garbage,
            Self::EndlessProgress,
            Self::CutMessage,
            Self::Swapped(member_idx),
            Self::OtherSeed,
        ];
        all.extend(Spoiling::ALL.map(|spoiling| Self::Spoiled(member_idx, spoiling)));
        all
    }

    pub(super) fn draw(n_members: usize, rng: &mut fastrand::Rng) -> Self {
        let mut all = Self::all(rng.usize(..n_members));
        all.swap_remove(rng.usize(..all.len()))
    }

    /// Whether the device can see it. It cannot if every latent is well formed and announced as asked: only the cloud
    /// can compute what should be in them.
    pub fn is_visible(self) -> bool {
        !matches!(self, Self::Swapped(_) | Self::OtherSeed)
    }
}

/// When each part of the answer's body leaves the cloud, and how it ends.
pub(super) struct Spoken {
    pub(super) parts: Vec<(Duration, Vec<u8>)>,
    pub(super) end: End,
}

pub(super) struct Cloud {
    pub(super) lie: Option<Lie>,
}

impl Cloud {
    /// Answers the body of an HTTP request.
    pub(super) fn answer(&self, body: &[u8]) -> Spoken {
        let request = body.get(FRAME_HEAD..).unwrap_or_default();
        match decode_request(request, &Limits::default()) {
            Ok(decoded) => self.events(request, &decoded),
            Err(error) => {
                let refusal = Refusal::from(&error).encode();
                Spoken {
                    parts: Vec::new(),
                    end: End { grpc_status: Some(3), refusal: Some(refusal) },
                }
            }
        }
    }

    fn events(&self, request: &[u8], decoded: &Request) -> Spoken {
        let reply = latents(decoded);
        let mut accepted = Accepted::new(request, reply.latents.len() as u32, reply.shape);
        let mut frames: Vec<Frame> = (0_u32..)
            .zip(reply.latents)
            .map(|(member_idx, latent)| Frame { member_idx, latent })
            .collect();
        let steps = decoded.options.cloud_steps;
        let progress = |phase, step| Event::Progress(Progress { phase, step, steps });
        let mut running = vec![progress(Phase::Queued, 0), progress(Phase::Reading, 0)];
        running.extend((1..=steps).map(|step| progress(Phase::Denoising, step)));
        if let Some(lie) = self.lie {
            lie.bend(&mut accepted, &mut running, &mut frames, decoded);
        }
        let mut events = vec![Event::Accepted(accepted)];
        events.extend(running);
        events.extend(frames.into_iter().map(Event::Frame));
        self.spoken(&events)
    }

    fn spoken(&self, events: &[Event]) -> Spoken {
        let mut messages: Vec<Vec<u8>> = events.iter().map(|e| frame(&e.encode())).collect();
        match self.lie {
            Some(Lie::Unannounced) => drop(messages.remove(0)),
            Some(Lie::Empty) => messages.clear(),
            Some(Lie::Garbage) => messages = vec![vec![0xff; 64]],
            Some(Lie::CutMessage) => messages.push(vec![0, 0, 0]),
            _ => {}
        }
        let at = |idx: usize| EVENT_TIME * (idx as u32 + 1);
        let parts = messages.into_iter().enumerate().map(|(idx, bytes)| (at(idx), bytes));
        Spoken { parts: parts.collect(), end: End { grpc_status: Some(0), refusal: None } }
    }
}

impl Lie {
    fn bend(
        self,
        accepted: &mut Accepted,
        running: &mut Vec<Event>,
        frames: &mut Vec<Frame>,
        request: &Request,
    ) {
        let n = frames.len();
        match self {
            Self::OneMissing => drop(frames.pop()),
            Self::OneMore => {
                frames.push(Frame { member_idx: n as u32, latent: frames[0].latent.clone() });
            }
            Self::OtherCount => {
                frames.pop();
                accepted.n_latents -= 1;
            }
            Self::OtherShape => accepted.shape.width *= 2,
            Self::Spoiled(member, spoiling) => spoiling.spoil(&mut frames[member].latent),
            Self::OutOfOrder(member) => frames.swap(member, (member + 1) % n),
            Self::Repeated(member) => frames[(member + 1) % n] = frames[member].clone(),
            Self::Replayed => {
                let Accepted { n_latents, shape, .. } = *accepted;
                *accepted = Accepted::new(b"another request", n_latents, shape);
            }
            // The paper's has 10 ethnicities and ages in another number.
            Self::OtherCatalogue => {
                let more =
                    (0..4).map(|more| Frame { member_idx: (n + more) as u32, latent: Vec::new() });
                frames.extend(more);
                accepted.n_latents += 4;
            }
            Self::OtherSteps | Self::EndlessProgress => {
                let steps = request.options.cloud_steps + u32::from(self == Self::OtherSteps);
                let report = Event::Progress(Progress { phase: Phase::Denoising, step: 0, steps });
                let times = if self == Self::EndlessProgress { 20_000 } else { 1 };
                running.extend(std::iter::repeat_n(report, times));
            }
            Self::Swapped(member) => {
                let other = (member + 1) % n;
                let latent = std::mem::take(&mut frames[member].latent);
                let swapped = std::mem::replace(&mut frames[other].latent, latent);
                frames[member].latent = swapped;
            }
            Self::OtherSeed => {
                let mut other = request.clone();
                other.seed.0[0] ^= 1;
                let latents = latents(&other).latents;
                frames.iter_mut().zip(latents).for_each(|(frame, latent)| frame.latent = latent);
            }
            Self::Unannounced | Self::Empty | Self::Garbage | Self::CutMessage => {}
        }
    }
}

/// gRPC's prefix of a message.
const FRAME_HEAD: usize = 5;
/// Between two events of the cloud.
const EVENT_TIME: Duration = Duration::from_millis(40);
