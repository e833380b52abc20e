//! `obclip-bench`: the project's figures, each with one command.

// In suggested reading order.
mod cli;
mod cost;
mod step_plan;
mod table;

use clap::Parser;

fn main() -> anyhow::Result<()> {
    let stdout = &mut std::io::stdout().lock();
    match cli::Cli::parse().command {
        cli::Command::Cost(options) => cost::run(&options, stdout),
    }
}
