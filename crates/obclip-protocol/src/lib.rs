//! What crosses the line between device and cloud. No tensors, no async, no secrets.
//!
//! The device sends one [`Request`]: a masked template, which axes each person opens, public
//! options and a seed. The cloud renders the members of the class with [`Members`], denoises all
//! of them, and answers with one [`Reply`]: one latent per member in canonical order. Both sides
//! use this crate, so order, length and wording cannot depend on what the user chose.
//!
//! Modules stand in suggested reading order.

mod bundle;
mod capabilities;
mod catalogue;
mod codec;
mod cost;
mod enumeration;
mod error;
mod event;
mod job_key;
mod latent_frame;
mod limits;
mod members;
mod message;
mod redacted;
mod refusal;
mod reply;
mod request;
mod template;
mod vocabulary;

pub use bundle::{AxisSet, Bundle};
pub use capabilities::{Capabilities, Pair};
pub use catalogue::{Axis, Catalogue, CatalogueError, Catalogues, NeutralForm, Policy, Pronouns};
pub use codec::{decode_reply, decode_request, decode_request_with, encode_reply, encode_request};
pub use cost::{Guided, cost_units, plain_rows, request_rows};
pub use enumeration::Enumeration;
pub use error::Error;
pub use event::{Accepted, Event, Frame, Phase, Progress};
pub use job_key::JobKey;
pub use latent_frame::{LatentShape, MAX_RMS, MIN_RMS, check_latent, read_frame, write_frame};
pub use limits::{Limits, MAX_REQUEST_BYTES};
pub use members::{Members, RENDERING_VERSION};
pub use redacted::Redacted;
pub use refusal::Refusal;
pub use reply::Reply;
pub use request::{CatalogueRef, Guidance, Options, PROTOCOL_VERSION, PairId, Request, Seed};
pub use template::{Piece, PronounForm, Template};
pub use vocabulary::{AllowedWords, Vocabulary, is_plain_word};
