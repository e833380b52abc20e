//! The private side. The only crate that can name the real prompt.
//!
//! A prompt is read into a value-free [`Masked`] text and a secret; building makes the class from
//! the masked text alone; the request is sealed, the cloud answers for every member, and
//! [`Pending::select`] takes the one that is meant after it has checked them all.
//!
//! Modules stand in the order of the protocol.

mod prompt;
mod axis;
mod tokens;
mod lexicon;
mod masked;
mod secret;
mod reading;
mod building;
mod coins;
mod request;
mod cloud;
mod select;
mod error;

pub use axis::{Axis, Mentioned};
pub use building::{Class, Cover, DEFAULT_COVER, Warning, build};
pub use cloud::{Cloud, CloudError};
pub use coins::{Coins, fresh_bytes};
pub use error::Error;
pub use masked::{Masked, MaskedPerson};
pub use prompt::{MAX_PROMPT_BYTES, Prompt};
pub use reading::{Finding, Policy, Reading, ThisRevealsThePrompt};
pub use request::{Job, RequestBytes, seal};
pub use select::{Chosen, Pending};
