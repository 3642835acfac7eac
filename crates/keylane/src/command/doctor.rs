//! `keylane doctor`: what is wrong, and how to put it right.

use std::process::ExitCode;

use keylane_model::{Clock as _, SystemClock};
use keylane_store::StoreError;
use keylane_store_sqlite::SCHEMA_VERSION;

use crate::check;
use crate::cli::{Common, JsonFlag};
use crate::config::Config;
use crate::failure::Failure;
use crate::finding::{Finding, Level, worst};
use crate::output::{self, Format};
use crate::wiring;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit code 0: nothing fails. 1: something does. 2: the configuration cannot be used."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    json: JsonFlag,
}

pub(crate) fn run(common: &Common, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let config = common.load()?;
    let findings = wiring::block_on(async { Ok(examine(&config).await) })?;
    match arguments.json.format() {
        Format::Json => output::json(&findings)?,
        Format::Human => {
            for finding in &findings {
                output::line(&finding.to_string())?;
            }
        }
    }
    Ok(ExitCode::from(u8::from(worst(&findings) == Level::Fail)))
}

async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = check::of_values(config);
    findings.extend(check::look_at_files(&config.store));
    if config.store.database().exists() {
        findings.extend(
            examine_store(config)
                .await
                .unwrap_or_else(|err| vec![Finding::fail("store", check::store_sentence(&err))]),
        );
    }
    findings.extend(check::of_mail_server(config).await);
    findings
}

async fn examine_store(config: &Config) -> Result<Vec<Finding>, StoreError> {
    let version = wiring::open_store_to_read(config).await?.schema_version()?;
    if version < SCHEMA_VERSION {
        // Opened for writing, it would be brought up to date under a server that may still run.
        let sentence = format!(
            "The database has schema version {version}: the next `keylane serve` brings it to \
             {SCHEMA_VERSION}; make a backup before."
        );
        return Ok(vec![Finding::warn("schema", sentence)]);
    }
    let store = wiring::open_store(config).await?;
    let mut findings = check::of_stored(config, &store, &SystemClock).await;
    findings.extend(check::of_metadata(config, &store, &SystemClock).await);
    findings.extend(check::of_authenticators(config));
    findings.push(check::count(&store, SystemClock.now()).await);
    store.close().await;
    Ok(findings)
}
