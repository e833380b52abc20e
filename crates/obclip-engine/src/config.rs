//! The `config.json` of each part, checked: what this engine does not do is refused by name.

mod accept;
mod autoencoder;
mod scheduler;
mod text;
mod unet;

pub(crate) use autoencoder::{AutoencoderConfig, KlConfig, LatentScaling, TinyConfig};
pub use scheduler::PredictionType;
pub(crate) use scheduler::{BetaSchedule, SchedulerConfig, Spacing};
pub(crate) use text::TextConfig;
pub(crate) use unet::{BlockKind, UNetConfig};
