//! The provider's program: the cloud of `obclip-cloud` behind sockets.
//!
//! It must never be able to name a secret: like `obclip-cloud` it does not link `obclip-device`, and a test asks
//! `cargo tree`. Nothing of a request reaches a log, a metric, an error text or a file.
//!
//! Modules stand in the order of a request's life.

mod config;
mod logs;
mod process;
mod tls;

mod connection;
mod grpc;
mod metadata;
mod routes;
mod tokens;

mod control;
mod delivery;
mod engine;
mod front;
mod queue;
mod weights;
mod worker;

mod denied;
mod metrics;

pub use config::{
    Compute, ComputePrecision, Config, ConfigError, Connections, Jobs, Log, LogFormat, LogLevel,
    Queue, Tls,
};
pub use connection::serve;
pub use denied::Denied;
pub use engine::Engine;
pub use front::Front;
pub use logs::start as start_logs;
pub use process::{asked_to_stop, forbid_core_dumps, silence_panic_messages};
pub use queue::{FairQueue, Full, Place};
pub use tls::{Identity, TlsError, identity};
pub use tokens::{Owner, Scope, Tokens, TokensError, make as make_token};
pub use weights::weights_sha256;
pub use worker::start as start_worker;
