//! The `config.json` of each part, checked: what this engine does not do is refused by name.

mod accept;
mod autoencoder;
mod gpt2;
mod scheduler;
mod text;
mod unet;

pub(crate) use autoencoder::{AutoencoderConfig, KlConfig, LatentScaling, TinyConfig};
pub(crate) use gpt2::Gpt2Config;
pub use scheduler::PredictionType;
pub(crate) use scheduler::{BetaSchedule, SchedulerConfig, Spacing};
pub(crate) use text::TextConfig;
pub(crate) use unet::{BlockKind, UNetConfig};
