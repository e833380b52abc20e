//! The user's program as a library: `main` is [`run`], and what else is public is here for the fuzz targets.

mod allow;
mod catalogue;
mod cli;
mod cloud_args;
mod compute;
mod config;
mod doctor;
mod explain;
mod generate;
mod in_process;
mod job;
mod models;
mod output;
mod own;
mod report;
mod screen;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};
pub use crate::config::Config;

/// The program: reads the command line and the user's configuration, does what they say.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let config = Config::of_user(|name| std::env::var_os(name));
    let outcome = config.and_then(|config| match cli.command {
        Command::Generate(args) => generate::run(&args, &config).map(|()| true),
        Command::Explain(args) => explain::run(&args, &config).map(|()| true),
        Command::Doctor(args) => doctor::run(&args),
        Command::Allow(args) => allow::run(&args).map(|()| true),
        Command::Catalogue(command) => catalogue::run(&command),
    });
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => screen::report_error(&error),
    }
}
