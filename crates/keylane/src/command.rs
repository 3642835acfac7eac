//! The commands, one file each.

pub(crate) mod audit;
pub(crate) mod authenticator;
pub(crate) mod config;
pub(crate) mod conformance;
pub(crate) mod credential;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod keys;
pub(crate) mod load;
pub(crate) mod serve;
pub(crate) mod user;
pub(crate) mod version;

use std::process::ExitCode;

use crate::cli::{Cli, Command};
use crate::failure::Failure;

/// Runs what the command line asks for.
pub(crate) fn run(cli: Cli) -> Result<ExitCode, Failure> {
    let common = cli.common;
    match cli.command {
        Command::Serve(arguments) => serve::run(&common, arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Doctor(arguments) => doctor::run(&common, &arguments),
        Command::Config(command) => config::run(&common, &command),
        Command::Audit(arguments) => audit::run(&common, &arguments),
        Command::User(command) => user::run(&common, &command),
        Command::Credential(command) => credential::run(&common, &command),
        Command::Keys(command) => keys::run(&common, &command),
        Command::Authenticator(command) => authenticator::run(&command),
        Command::Conformance(arguments) => conformance::run(arguments),
        Command::Load(arguments) => load::run(&arguments),
        Command::Version(arguments) => version::run(&arguments),
    }
}
