//! `keylane metadata`: what is known of authenticator models, for operators.

mod affected;
mod entry;
mod query;
mod show;
mod update;
mod verify;

use std::process::ExitCode;
use std::sync::Arc;

use keylane_service::{MetadataTrust, VerifiedMetadata};
use keylane_store::Store;
use serde::Serialize;

use crate::cli::{Common, JsonFlag};
use crate::config::Config;
use crate::failure::Failure;
use crate::wiring;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Download metadata or read it from a file, verify it and store it
    #[command(after_help = update::HELP)]
    Update(update::Arguments),
    /// Verify a metadata BLOB in a file, and store nothing
    #[command(after_help = verify::HELP)]
    Verify(verify::Arguments),
    /// Show what is stored: number, age, next update, what it says on the whole
    Show(JsonFlag),
    /// Look models up in what is stored
    #[command(after_help = query::HELP)]
    Query(query::Arguments),
    /// List passkeys whose model is revoked or compromised
    #[command(after_help = affected::HELP)]
    Affected(affected::Arguments),
}

pub(crate) fn run(common: &Common, command: &Command) -> Result<ExitCode, Failure> {
    let config = common.load()?;
    match command {
        Command::Update(arguments) => {
            wiring::block_on(update::run(&config, arguments))?;
        }
        Command::Verify(arguments) => return verify::run(arguments),
        Command::Show(json) => wiring::block_on(show::run(&config, *json))?,
        Command::Query(arguments) => wiring::block_on(query::run(&config, arguments))?,
        Command::Affected(arguments) => wiring::block_on(affected::run(&config, arguments))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The stored metadata, verified again for the moment when it was fetched.
async fn load(config: &Config, store: &dyn Store) -> Result<VerifiedMetadata, Failure> {
    let trust = wiring::metadata_trust(&config.metadata)?;
    load_under(store, &trust).await?.ok_or_else(|| {
        Failure::refused(
            "no metadata is stored: `keylane metadata update` downloads it, and `keylane metadata \
             update --file FILE` reads it from a file.",
        )
    })
}

async fn load_under(
    store: &dyn Store,
    trust: &Arc<MetadataTrust>,
) -> Result<Option<VerifiedMetadata>, Failure> {
    let Some(snapshot) = store.load_metadata().await? else { return Ok(None) };
    VerifiedMetadata::verify(&snapshot, trust, None).map(Some).map_err(|err| {
        Failure::refused(format!(
            "the stored metadata is not believed any more ({err}; {}): put \
             metadata.extra_roots_file and metadata.crl_files right, or update it with `keylane \
             metadata update`.",
            err.code()
        ))
    })
}

/// Something counted under a name.
#[derive(Debug, Serialize)]
struct Counted {
    name: String,
    count: u64,
}
