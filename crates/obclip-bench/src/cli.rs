//! The command line.

use clap::{Parser, Subcommand};

use crate::audit_command::AuditOptions;
use crate::cost::CostOptions;
use crate::engine::EngineOptions;
use crate::plans::PlansOptions;
use crate::server_load::ServerLoad;
use crate::teleport::TeleportOptions;

/// Figures about ObCLIP, each with one command.
#[derive(Debug, Parser)]
#[command(name = "obclip-bench", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Multiply-accumulates of a request, counted from the model's config.json alone.
    Cost(CostOptions),
    /// What an adversary at the cloud's end of the line can learn: properties, attacks, timing.
    Audit(AuditOptions),
    /// Seconds of forward passes, decoding and single operations, beside the processor's peak.
    Engine(EngineOptions),
    /// A running cloud on this machine under overload, cancels and errors.
    ServerLoad(ServerLoad),
    /// Step plans on a model pair: pictures to judge, cost and seconds, and the front of both.
    Plans(PlansOptions),
    /// A Gaussian in place of the network for the noisiest steps.
    Teleport(TeleportOptions),
}
