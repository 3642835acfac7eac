//! `keylane keys`: the server's own keys, for the day when the master key is lost.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use keylane_model::{Change, StoredKey, SystemEntropy};
use keylane_store::Store as _;
use serde::Serialize;

use crate::cli::{Common, JsonFlag};
use crate::config::Config;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::wiring::{self, Access};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List the keys that are sealed under the master key
    List(JsonFlag),
    /// Start anew with another master key, when the old one is lost or may be known to others
    #[command(after_help = RESET)]
    Reset(Reset),
}

const RESET: &str = "\
Stop the server first. Everybody has to sign in again, and mails that wait are lost. Accounts,
passkeys and the audit log stay as they are. The old master key file, if there is one, is kept
beside the new one with the ending .old.";

#[derive(Debug, clap::Args)]
pub(crate) struct Reset {
    /// Everybody may be signed out
    #[arg(long)]
    yes: bool,
}

pub(crate) fn run(common: &Common, command: &Command) -> Result<ExitCode, Failure> {
    let config = common.load()?;
    wiring::block_on(async {
        match command {
            Command::List(json) => list(&config, *json).await?,
            Command::Reset(arguments) => reset(&config, arguments).await?,
        }
        Ok(ExitCode::SUCCESS)
    })
}

#[derive(Serialize)]
struct ShownKey {
    id: String,
    purpose: &'static str,
    created_at: String,
}

impl From<&StoredKey> for ShownKey {
    fn from(key: &StoredKey) -> Self {
        Self {
            id: key.id.to_string(),
            purpose: key.purpose.name(),
            created_at: output::time(key.created_at),
        }
    }
}

async fn list(config: &Config, json: JsonFlag) -> Result<(), Failure> {
    let store = wiring::open_existing_store(config, Access::Read).await?;
    let keys: Vec<_> = store.list_keys().await?.iter().map(ShownKey::from).collect();
    match json.format() {
        Format::Json => output::json(&keys),
        Format::Human => {
            let rows: Vec<_> = keys
                .into_iter()
                .map(|key| vec![key.id, key.purpose.to_owned(), key.created_at])
                .collect();
            output::table(&["KEY", "PURPOSE", "CREATED"], &rows)
        }
    }
}

async fn reset(config: &Config, arguments: &Reset) -> Result<(), Failure> {
    if !arguments.yes {
        return Err(Failure::refused(
            "everybody will have to sign in again: add --yes to say that it is all right."
                .to_owned(),
        ));
    }
    let store = wiring::open_existing_store(config, Access::Write).await?;
    let _no_server_meanwhile = wiring::claim_data(&config.store)?;
    // The keys go first: when this is cut short, the next try starts from the same place.
    let keys = store.list_keys().await?;
    for key in &keys {
        wiring::commit_as_operator(&store, Change::RetireKey { key: key.id }).await?;
    }
    let path = &config.store.master_key_file;
    set_aside(path)?;
    wiring::make_master_key(path, &SystemEntropy)?;
    output::line(&format!(
        "{} keys are retired, and {} is new. Keep a copy of it apart from the database.",
        keys.len(),
        path.display()
    ))
}

fn set_aside(path: &Path) -> Result<(), Failure> {
    if !path.exists() {
        return Ok(());
    }
    let mut old = OsString::from(path);
    old.push(".old");
    std::fs::rename(path, PathBuf::from(old))
        .map_err(|err| Failure::refused(format!("{} cannot be set aside: {err}.", path.display())))
}
