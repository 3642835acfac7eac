//! Keylane: a self-hosted passkey server in one binary.

mod background;
mod check;
mod cli;
mod client;
mod command;
mod config;
mod failure;
mod finding;
mod output;
mod server;
mod telemetry;
mod terminal_mailer;
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
