//! `obclip`: the user's program.

mod cli;
mod generate;
mod in_process;
mod models;
mod output;
mod report;
mod screen;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Command::Generate(args) => generate::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => screen::report_error(&error),
    }
}
