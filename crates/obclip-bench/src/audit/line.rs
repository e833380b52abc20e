//! The line as an adversary at its far end sees it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use obclip_protocol::{
    LatentShape, Limits, Refusal, Reply, Request, decode_request, encode_reply, write_frame,
};

/// The way to the cloud that a client under attack gets.
pub trait Line {
    /// One message towards the cloud.
    fn send(&mut self, message: &[u8]);
    /// The next piece of the answer, or `None` at its end.
    fn take(&mut self) -> Option<Piece>;
    /// The client hangs up.
    fn close(&mut self);
}

/// One piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Some bytes of the reply, in order.
    Reply(Vec<u8>),
    /// A refusal.
    Refusal(Refusal),
}

/// What the adversary answers to one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A reply, piece by piece.
    Reply(Vec<Vec<u8>>),
    /// A refusal.
    Refuse(Refusal),
    /// Nothing: the line is cut.
    Nothing,
}

/// One thing that crossed the line, in the adversary's eyes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Crossing {
    /// The client sent these bytes.
    Sent(Vec<u8>),
    /// The client took a piece of so many bytes.
    Took(usize),
    /// The client found the end of the answer.
    End,
    /// The client hung up.
    Closed,
}

/// How the adversary makes its answers: from a message and how many came before it.
pub type Answering<'a> = dyn FnMut(&[u8], usize) -> Answer + 'a;

/// A line that records everything and answers as the adversary likes.
pub struct Tap<'a> {
    answering: &'a mut Answering<'a>,
    pieces: VecDeque<Piece>,
    n_messages: usize,
    start: Instant,
    /// What crossed, in order.
    pub crossings: Vec<Crossing>,
    /// When, since the tap was made: one for each crossing.
    pub times: Vec<Duration>,
}

impl<'a> Tap<'a> {
    /// A fresh line.
    pub fn new(answering: &'a mut Answering<'a>) -> Self {
        Self {
            answering,
            pieces: VecDeque::new(),
            n_messages: 0,
            start: Instant::now(),
            crossings: Vec::new(),
            times: Vec::new(),
        }
    }

    fn record(&mut self, crossing: Crossing) {
        self.crossings.push(crossing);
        self.times.push(self.start.elapsed());
    }
}

impl Line for Tap<'_> {
    fn send(&mut self, message: &[u8]) {
        self.record(Crossing::Sent(message.to_vec()));
        self.pieces = match (self.answering)(message, self.n_messages) {
            Answer::Reply(pieces) => pieces.into_iter().map(Piece::Reply).collect(),
            Answer::Refuse(refusal) => [Piece::Refusal(refusal)].into(),
            Answer::Nothing => VecDeque::new(),
        };
        self.n_messages += 1;
    }

    fn take(&mut self) -> Option<Piece> {
        let piece = self.pieces.pop_front();
        self.record(match &piece {
            Some(Piece::Reply(bytes)) => Crossing::Took(bytes.len()),
            Some(Piece::Refusal(refusal)) => Crossing::Took(refusal.encode().len()),
            None => Crossing::End,
        });
        piece
    }

    fn close(&mut self) {
        self.record(Crossing::Closed);
    }
}

/// An honest cloud without a model: one latent per member, drawn from seed and index, so that no two are equal.
pub fn honest(message: &[u8], _: usize) -> Answer {
    match decode_request(message, &Limits::default()).map(|request| latents(&request)) {
        Ok(latents) => Answer::Reply(pieces(&encode_reply(&latents))),
        Err(error) => Answer::Refuse(Refusal::from(&error)),
    }
}

/// The latents of [`honest`].
pub(crate) fn latents(request: &Request) -> Reply {
    let side = |pixels: u32| pixels / PIXELS_PER_LATENT;
    let (height, width) = (side(request.options.height), side(request.options.width));
    let shape = LatentShape { channels: CHANNELS, height, width };
    let n_members = request.n_members().unwrap_or(0);
    let latents = (0..n_members).map(|member_idx| latent(request, shape, member_idx)).collect();
    Reply { shape, latents }
}

/// Values of about unit scale; they depend on the seed and on the member.
fn latent(request: &Request, shape: LatentShape, member_idx: usize) -> Vec<u8> {
    let seed = request.seed.0.iter().fold(member_idx as u64, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut rng = fastrand::Rng::with_seed(seed);
    let values: Vec<f32> = (0..shape.n_values()).map(|_| 4.0 * rng.f32() - 2.0).collect();
    write_frame(&values, shape).unwrap_or_default()
}

/// A reply cut into pieces of the size of a small frame.
pub(crate) fn pieces(reply: &[u8]) -> Vec<Vec<u8>> {
    reply.chunks(PIECE_BYTES).map(<[u8]>::to_vec).collect()
}

/// The embedded pair's.
const CHANNELS: u32 = 8;
const PIXELS_PER_LATENT: u32 = 8;
const PIECE_BYTES: usize = 1024;
