//! What the cloud says while a job runs: accepted, how far it is, one frame per member.

use prost::Message;
use sha2::{Digest, Sha256};

use crate::codec;
use crate::error::Error;
use crate::latent_frame::LatentShape;
use crate::limits;
use crate::message::{AcceptedMessage, EventMessage, FrameMessage, ProgressMessage};

/// One message of the stream that answers a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The request passed all checks. First, and once.
    Accepted(Accepted),
    /// Where the job is. Any number, before the first frame.
    Progress(Progress),
    /// One latent. One per member, in canonical order, last.
    Frame(Frame),
}

/// What will follow, and for which request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// SHA-256 of the request's bytes, so that an answer to another request is seen as one.
    pub request_sha256: [u8; 32],
    /// How many frames will come.
    pub n_latents: u32,
    /// The shape of each.
    pub shape: LatentShape,
}

/// Where a job is. Depends on the class and on the cloud's load only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What the cloud is doing.
    pub phase: Phase,
    /// Denoising steps done.
    pub step: u32,
    /// Denoising steps the cloud does.
    pub steps: u32,
}

/// What the cloud is doing for a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The job waits for its turn.
    Queued,
    /// The texts of all members go through the text encoder.
    Reading,
    /// The U-Net runs.
    Denoising,
}

/// The latent of one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Which member, from 0.
    pub member_idx: u32,
    /// [`LatentShape::n_bytes`] bytes, see [`crate::write_frame`].
    pub latent: Vec<u8>,
}

impl Accepted {
    /// The announcement for a request of these bytes.
    pub fn new(request: &[u8], n_latents: u32, shape: LatentShape) -> Self {
        Self { request_sha256: Sha256::digest(request).into(), n_latents, shape }
    }
}

impl Event {
    /// The event's bytes.
    pub fn encode(&self) -> Vec<u8> {
        message(self).encode_to_vec()
    }

    /// Parses an event. Refuses all but what [`Self::encode`] writes.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        limits::check("event bytes", bytes.len(), MAX_EVENT_BYTES)?;
        let message = EventMessage::decode(bytes).map_err(|_| Error::Malformed)?;
        let event = match (message.accepted, message.progress, message.frame) {
            (Some(accepted), None, None) => Self::Accepted(parse_accepted(&accepted)?),
            (None, Some(progress), None) => Self::Progress(parse_progress(progress)?),
            (None, None, Some(frame)) => {
                Self::Frame(Frame { member_idx: frame.member_idx, latent: frame.latent })
            }
            _ => return Err(Error::Malformed),
        };
        codec::check_canonical(&event.encode(), bytes)?;
        Ok(event)
    }
}

fn message(event: &Event) -> EventMessage {
    let mut message = EventMessage::default();
    match event {
        Event::Accepted(Accepted { request_sha256, n_latents, shape }) => {
            message.accepted = Some(AcceptedMessage {
                request_sha256: request_sha256.to_vec(),
                n_latents: *n_latents,
                channels: shape.channels,
                height: shape.height,
                width: shape.width,
            });
        }
        Event::Progress(Progress { phase, step, steps }) => {
            let phase = match phase {
                Phase::Queued => 1,
                Phase::Reading => 2,
                Phase::Denoising => 3,
            };
            message.progress = Some(ProgressMessage { phase, step: *step, steps: *steps });
        }
        Event::Frame(Frame { member_idx, latent }) => {
            message.frame = Some(FrameMessage { member_idx: *member_idx, latent: latent.clone() });
        }
    }
    message
}

fn parse_accepted(message: &AcceptedMessage) -> Result<Accepted, Error> {
    Ok(Accepted {
        request_sha256: codec::fixed("request hash", &message.request_sha256)?,
        n_latents: message.n_latents,
        shape: LatentShape::new(message.channels, message.height, message.width)?,
    })
}

fn parse_progress(message: ProgressMessage) -> Result<Progress, Error> {
    let phase = match message.phase {
        1 => Phase::Queued,
        2 => Phase::Reading,
        3 => Phase::Denoising,
        _ => return Err(Error::Malformed),
    };
    limits::check("steps done", message.step as usize, message.steps as usize)?;
    limits::check("steps", message.steps as usize, limits::MAX_STEPS as usize)?;
    Ok(Progress { phase, step: message.step, steps: message.steps })
}

/// The largest latent with room for the fields around it.
pub(crate) const MAX_EVENT_BYTES: usize = 2 * limits::MAX_LATENT_VALUES as usize + 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(event: Event) {
        assert_eq!(Event::decode(&event.encode()), Ok(event));
    }

    #[test]
    fn events_round_trip() {
        let shape = LatentShape { channels: 4, height: 16, width: 16 };
        check(Event::Accepted(Accepted::new(b"request", 30, shape)));
        for phase in [Phase::Queued, Phase::Reading, Phase::Denoising] {
            check(Event::Progress(Progress { phase, step: 0, steps: 5 }));
        }
        check(Event::Frame(Frame { member_idx: 0, latent: vec![7; shape.n_bytes()] }));
        check(Event::Frame(Frame { member_idx: 29, latent: Vec::new() }));
    }

    #[test]
    fn frames_of_equal_latents_have_equal_lengths_below_128_members() {
        let frame = |member_idx| Event::Frame(Frame { member_idx, latent: vec![1; 2048] }).encode();
        assert!((1..128).all(|idx| frame(idx).len() == frame(1).len()));
    }

    #[test]
    fn what_is_no_event_is_refused() {
        let code = |bytes: &[u8]| Event::decode(bytes).map_err(|error| error.code());
        assert_eq!(code(&[]), Err("message-malformed"));
        assert_eq!(code(&[0xff; 9]), Err("message-malformed"));
        let progress = Progress { phase: Phase::Queued, step: 0, steps: 0 };
        let mut two = Event::Progress(progress).encode();
        two.extend(Event::Frame(Frame { member_idx: 1, latent: vec![1] }).encode());
        assert_eq!(code(&two), Err("message-malformed"));
        let overrun = Progress { phase: Phase::Denoising, step: 6, steps: 5 };
        assert_eq!(code(&Event::Progress(overrun).encode()), Err("limit-exceeded"));
        let mut unknown = Event::Progress(progress).encode();
        unknown.extend([0x78, 1]);
        assert_eq!(code(&unknown), Err("message-not-canonical"));
        assert_eq!(code(&[0x12, 0x00]), Err("message-malformed"), "no phase");
    }
}
