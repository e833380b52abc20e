//! `obclip`: the user's program.

mod cli;
mod cloud_args;
mod doctor;
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
        Command::Generate(args) => generate::run(&args).map(|()| true),
        Command::Doctor(args) => doctor::run(&args),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => screen::report_error(&error),
    }
}
