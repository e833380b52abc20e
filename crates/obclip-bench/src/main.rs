//! `obclip-bench`: the project's figures, each with one command.

// In suggested reading order.
mod audit_command;
mod cli;
mod compute;
mod cost;
mod engine;
mod plans;
mod server_load;
mod table;
mod teleport;

use clap::Parser;

fn main() -> anyhow::Result<()> {
    let stdout = &mut std::io::stdout().lock();
    match cli::Cli::parse().command {
        cli::Command::Cost(options) => cost::run(&options, stdout),
        cli::Command::Audit(options) => audit_command::run(&options, stdout),
        cli::Command::Engine(options) => engine::run(&options, stdout),
        cli::Command::ServerLoad(args) => server_load::run(&args, stdout),
        cli::Command::Plans(options) => plans::run(&options, stdout),
        cli::Command::Teleport(options) => teleport::run(&options, stdout),
    }
}
