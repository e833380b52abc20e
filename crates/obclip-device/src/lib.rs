//! The private side. The only crate that can name the real prompt.
//!
//! A prompt is read into a value-free [`Masked`] text and a secret; building makes the class from
//! the masked text alone; the request is sealed, the cloud answers for every member, and
//! [`Pending::select`] takes the one that is meant after it has checked them all.
//!
//! Modules stand in the order of the protocol.

mod allow;
mod axis;
mod building;
mod cloud;
mod coins;
mod error;
mod explain;
mod finish;
mod generate;
mod lexicon;
mod lint;
mod masked;
mod prompt;
mod reading;
mod request;
mod rules;
mod secret;
mod select;
mod spelling;
mod tagger;
mod tail;
mod tokens;

pub use allow::{NotAllowed, may_be_allowed};
pub use axis::{Axis, Mentioned};
pub use building::{Class, Cover, DEFAULT_COVER, Warning, build};
pub use cloud::{Cloud, CloudError};
pub use coins::{Coins, fresh_bytes};
pub use error::Error;
pub use explain::{DrawnValue, Explanation, Found, Leaves, Span, Stays, explain};
pub use finish::Picture;
pub use generate::{
    Answered, Event, GenerateError, JobCoins, Sealed, Settings, Wish, generate, prepare,
};
pub use lint::{Problem, lint};
pub use masked::{Masked, MaskedPerson};
pub use prompt::{MAX_PROMPT_BYTES, Prompt};
pub use reading::{Finding, Policy, Reading, ThisRevealsThePrompt, load_lists};
pub use request::{Job, RequestBytes, seal};
pub use rules::{Own, Rules, can_be_kept};
pub use select::{Chosen, Pending};
pub use tagger::{Seen, SeenFate};
pub use tail::{Tail, TailError};
