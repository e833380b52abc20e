//! One job on the network, without a network: what came and when goes in, what to do next comes out.

use std::time::Duration;

use obclip_device::CloudError;
use obclip_protocol::{
    Accepted, Catalogues, Event, JobKey, LatentShape, Limits, Refusal, decode_request_with,
    encode_reply,
};

use crate::grpc_frames::{self, GrpcFrames};
use crate::policy::Policy;
use crate::reply_stream::{Expected, ReplyStream, Wrong};

/// One job: tries, pauses, cancellation, and the checks of everything that comes back.
///
/// Time is the time since the job began. After every [`Instruction`] but [`Instruction::Finish`] the caller does what
/// it says and comes back with the next [`Input`].
pub struct Exchange {
    request: Vec<u8>,
    key: JobKey,
    expected: Expected,
    policy: Policy,
    n_tries: usize,
    is_cancelled: bool,
    state: State,
    shown: Option<(usize, usize)>,
}

enum State {
    Trying { until: Duration, frames: GrpcFrames, reply: ReplyStream },
    Pausing { until: Duration, last: CloudError },
    Over,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input<'a> {
    /// Nothing; time has passed.
    Time,
    /// Bytes of the answer's body.
    Data(&'a [u8]),
    /// The answer ended as HTTP says it should.
    Ended(End),
    /// No connection, or it broke.
    Broken,
    /// The user wants no picture any more.
    Cancel,
}

/// How an answer ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The status of gRPC, from trailers or headers; 0 is success.
    pub grpc_status: Option<u32>,
    /// The header `obclip-refusal-bin`, decoded.
    pub refusal: Option<Vec<u8>>,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Instruction {
    /// Close what is open, open a new connection, send [`Exchange::head`] and [`Exchange::body`] on it, then listen.
    Open {
        /// Come back at this time at the latest.
        until: Duration,
    },
    /// Read on.
    Listen {
        /// Come back at this time at the latest.
        until: Duration,
    },
    /// Close what is open and wait.
    Pause {
        /// Come back at this time.
        until: Duration,
    },
    /// Close what is open; this is the end, and nothing may be sent any more.
    Finish(Result<Vec<u8>, CloudError>),
}

/// The head of the HTTP/2 request: the same for every try of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestHead {
    /// The path.
    pub path: &'static str,
    /// Names and values, in this order.
    pub headers: Vec<(&'static str, String)>,
}

impl std::fmt::Debug for Exchange {
    /// The request's template is not for debug prints.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exchange").field("n_tries", &self.n_tries).finish_non_exhaustive()
    }
}

impl Exchange {
    /// Prepares a job. `shape` is the shape of latents that the device's model reads; `limits` and `catalogues` are
    /// the device's own.
    pub fn new(
        request: &[u8],
        shape: LatentShape,
        limits: &Limits,
        catalogues: &Catalogues,
        policy: Policy,
        key: JobKey,
    ) -> Result<Self, obclip_protocol::Error> {
        let decoded = decode_request_with(request, limits, catalogues)?;
        let n_latents = decoded.n_members()? as u32;
        let expected = Expected {
            accepted: Accepted::new(request, n_latents, shape),
            cloud_steps: decoded.options.cloud_steps,
        };
        Ok(Self {
            request: request.to_vec(),
            key,
            expected,
            policy,
            n_tries: 0,
            is_cancelled: false,
            state: State::Over,
            shown: None,
        })
    }

    /// Path and headers of every try. They depend on the policy and the job's random key.
    pub fn head(&self) -> RequestHead {
        let timeout = format!("{}S", self.policy.try_timeout.as_secs());
        RequestHead {
            path: GENERATE_PATH,
            headers: vec![
                ("content-type", "application/grpc".to_owned()),
                ("te", "trailers".to_owned()),
                ("grpc-timeout", timeout),
                ("idempotency-key", self.key.header()),
            ],
        }
    }

    /// The body of every try: the request in one frame.
    pub fn body(&self) -> Vec<u8> {
        grpc_frames::frame(&self.request)
    }

    /// The last step the cloud reported: steps done and steps in all.
    pub fn progress(&self) -> Option<(usize, usize)> {
        self.shown
    }

    /// The first instruction.
    pub fn start(&mut self, now: Duration) -> Instruction {
        self.n_tries += 1;
        let until = now + self.policy.try_timeout;
        let frames = GrpcFrames::new(MAX_OTHER_BYTES + self.expected.accepted.shape.n_bytes());
        self.state = State::Trying { until, frames, reply: ReplyStream::default() };
        Instruction::Open { until }
    }

    /// What happened, and when; what to do now.
    pub fn step(&mut self, now: Duration, input: Input<'_>) -> Instruction {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Trying { until, frames, reply } => {
                self.while_trying(now, input, Trying { until, frames, reply })
            }
            State::Pausing { until, last } => self.while_pausing(now, &input, until, last),
            State::Over => finish(Err(unreachable("nothing: the job is over"))),
        }
    }

    fn while_trying(&mut self, now: Duration, input: Input<'_>, mut trying: Trying) -> Instruction {
        // Bytes and the end of a reply count even at the deadline's own instant; silence does not.
        match input {
            Input::Data(bytes) => {
                trying.frames.push(bytes);
                if let Err(Wrong) = self.read(&mut trying) {
                    return finish(Err(wrong_reply()));
                }
            }
            Input::Ended(end) => return self.ended(now, end, trying),
            Input::Broken => return self.try_again(now, unreachable(BROKEN)),
            Input::Cancel => self.is_cancelled = true,
            Input::Time => {}
        }
        // The fixed points at which a cancelled job stops: before the first latent, or after the last.
        if self.is_cancelled && !trying.reply.has_latents() {
            return finish(Err(CloudError::Cancelled));
        }
        if now >= trying.until {
            return self.try_again(now, unreachable(TOO_LATE));
        }
        let Trying { until, frames, reply } = trying;
        self.state = State::Trying { until, frames, reply };
        Instruction::Listen { until }
    }

    fn read(&mut self, trying: &mut Trying) -> Result<(), Wrong> {
        while let Some(message) = trying.frames.next_message().map_err(|_| Wrong)? {
            let event = Event::decode(&message).map_err(|_| Wrong)?;
            if let Some(shown) = trying.reply.take(event, &self.expected)? {
                self.shown = Some(shown);
            }
        }
        Ok(())
    }

    fn ended(&mut self, now: Duration, end: End, trying: Trying) -> Instruction {
        match end.grpc_status {
            Some(0) if !trying.frames.is_empty() => finish(Err(wrong_reply())),
            Some(0) => match trying.reply.finish(&self.expected) {
                Ok(_) if self.is_cancelled => finish(Err(CloudError::Cancelled)),
                Ok(reply) => finish(Ok(encode_reply(&reply))),
                Err(Wrong) => finish(Err(wrong_reply())),
            },
            Some(_) => match end.refusal.as_deref().map(Refusal::decode) {
                Some(Ok(refusal)) if refusal.is_temporary() => {
                    self.try_again(now, CloudError::Refused(refusal))
                }
                Some(Ok(refusal)) => finish(Err(CloudError::Refused(refusal))),
                // A status without our refusal comes from something in between: a proxy, a dying server.
                _ => self.try_again(now, unreachable(BROKEN)),
            },
            // The stream stopped without a status: it was cut.
            None => self.try_again(now, unreachable(BROKEN)),
        }
    }

    fn try_again(&mut self, now: Duration, last: CloudError) -> Instruction {
        if self.is_cancelled {
            return finish(Err(CloudError::Cancelled));
        }
        let Some(&pause) = self.policy.pauses.get(self.n_tries - 1) else {
            return finish(Err(last));
        };
        let until = now + pause;
        self.state = State::Pausing { until, last };
        Instruction::Pause { until }
    }

    fn while_pausing(
        &mut self,
        now: Duration,
        input: &Input<'_>,
        until: Duration,
        last: CloudError,
    ) -> Instruction {
        if *input == Input::Cancel {
            return finish(Err(CloudError::Cancelled));
        }
        if now >= until {
            return self.start(now);
        }
        self.state = State::Pausing { until, last };
        Instruction::Pause { until }
    }
}

/// A try in flight.
struct Trying {
    until: Duration,
    frames: GrpcFrames,
    reply: ReplyStream,
}

fn finish(outcome: Result<Vec<u8>, CloudError>) -> Instruction {
    Instruction::Finish(outcome)
}

fn wrong_reply() -> CloudError {
    unreachable(WRONG_REPLY)
}

fn unreachable(found: &str) -> CloudError {
    CloudError::Unreachable { found: found.to_owned() }
}

/// The method of the service `obclip.v1.ObClip`.
pub(crate) const GENERATE_PATH: &str = "/obclip.v1.ObClip/Generate";
/// Room for the fields around a latent, and for every event that holds none.
const MAX_OTHER_BYTES: usize = 128;
/// One text for every way a reply can be wrong: it must not say which latent.
const WRONG_REPLY: &str = "one that the protocol does not allow";
const BROKEN: &str = "no connection, or one that broke";
const TOO_LATE: &str = "none within the time of a try";

#[cfg(test)]
mod tests;
