//! Structured logs on standard error: our own events only. What the network crates would say at their deeper levels may
//! hold bytes of requests, so it is not asked.

use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};
use tracing_subscriber::{Registry, fmt};

use crate::config::{Log, LogFormat, LogLevel};

/// Starts logging for the whole process.
pub fn start(config: &Log) -> Result<(), TryInitError> {
    let level = match config.level {
        LogLevel::Warn => tracing::Level::WARN,
        LogLevel::Info => tracing::Level::INFO,
        LogLevel::Debug => tracing::Level::DEBUG,
    };
    let ours =
        filter_fn(move |event| event.target().starts_with("obclip") && *event.level() <= level);
    let lines = fmt::layer::<Registry>().with_writer(std::io::stderr);
    let layer = match config.format {
        LogFormat::Text => lines.with_ansi(false).boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    tracing_subscriber::registry().with(layer.with_filter(ours)).try_init()
}
