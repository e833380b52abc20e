//! `obclip-bench plans`: step plans on a model pair, from pictures for the probes to the front.

mod cost;
mod front;
mod models;
mod paint;
mod requests;
mod time;

use std::io::Write;

use clap::{Args, Subcommand};

pub(crate) use models::Pair;
pub(crate) use requests::{Asked, load as load_requests};

/// What to do.
#[derive(Debug, Args)]
pub(crate) struct PlansOptions {
    #[command(subcommand)]
    command: PlansCommand,
}

#[derive(Debug, Subcommand)]
enum PlansCommand {
    /// Paints a list of requests by a plan: OUT.npy (pictures, u8) and OUT.jsonl (what was asked), for
    /// training/judge.py and training/compare_plans.py.
    Run(paint::RunOptions),
    /// The server's work and the device's for a list of plans, as a table or JSON.
    Cost(cost::CostOptions),
    /// Measured seconds of whole classes against a plain picture.
    Time(time::TimeOptions),
    /// Utility of judged runs against cost: the front as SVG and JSON.
    Front(front::FrontOptions),
}

pub(crate) fn run(options: &PlansOptions, out: &mut dyn Write) -> anyhow::Result<()> {
    match &options.command {
        PlansCommand::Run(options) => paint::run(options, out),
        PlansCommand::Cost(options) => cost::run(options, out),
        PlansCommand::Time(options) => time::run(options, out),
        PlansCommand::Front(options) => front::run(options, out),
    }
}
