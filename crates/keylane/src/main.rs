//! Keylane: a self-hosted passkey server in one binary.

mod check;
mod cli;
mod command;
mod config;
mod failure;
mod finding;
mod output;
mod telemetry;
mod wiring;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match command::run(cli) {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}
