//! `keylane version`.

use std::process::ExitCode;

use serde::Serialize;

use crate::cli::JsonFlag;
use crate::failure::Failure;
use crate::output::{self, Format};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    json: JsonFlag,
}

#[derive(Serialize)]
struct Version {
    version: &'static str,
    os: &'static str,
    architecture: &'static str,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let version = Version {
        version: env!("CARGO_PKG_VERSION"),
        os: std::env::consts::OS,
        architecture: std::env::consts::ARCH,
    };
    match arguments.json.format() {
        Format::Json => output::json(&version)?,
        Format::Human => output::line(&format!(
            "keylane {} ({}, {})",
            version.version, version.os, version.architecture
        ))?,
    }
    Ok(ExitCode::SUCCESS)
}
