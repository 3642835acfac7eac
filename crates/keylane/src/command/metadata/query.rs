//! `keylane metadata query`.

use keylane_mds::{Aaguid, Aaid, KeyIdentifier, MetadataEntry};
use keylane_model::{Clock as _, SystemClock};
use keylane_service::VerifiedMetadata;

use super::entry::ShownEntry;
use super::load;
use crate::cli::JsonFlag;
use crate::config::Config;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::wiring::{self, Access};

pub(super) const HELP: &str = "\
Examples:
  keylane metadata query cb69481e-8ff7-4039-93ec-0a2729a154a8   an AAGUID
  keylane metadata query 4e4e#4005                              an AAID
  keylane metadata query yubikey                                a part of the description";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// AAGUID, AAID, key identifier of an attestation certificate, or a part of the description
    model: String,
    /// At most this many
    #[arg(long, default_value_t = 100)]
    limit: usize,
    #[command(flatten)]
    json: JsonFlag,
}

pub(super) async fn run(config: &Config, arguments: &Arguments) -> Result<(), Failure> {
    let store = wiring::open_existing_store(config, Access::Read).await?;
    let metadata = load(config, &store).await?;
    let today = keylane_mds::UnixMillis(SystemClock.now().0).date();
    let found = find(&metadata, &arguments.model);
    let found: Vec<_> = found
        .into_iter()
        .take(arguments.limit)
        .map(|entry| ShownEntry::new(entry, today))
        .collect();
    match (arguments.json.format(), found.as_slice()) {
        (Format::Json, _) => output::json(&found),
        (Format::Human, []) => Err(Failure::refused(format!(
            "no model matches {}: name an AAGUID, an AAID, a key identifier or a part of the \
             description.",
            arguments.model
        ))),
        (Format::Human, [entry]) => entry.print(),
        (Format::Human, entries) => {
            let rows: Vec<_> = entries.iter().map(ShownEntry::row).collect();
            output::table(&["MODEL", "DESCRIPTION", "CERTIFICATION", "STANDING"], &rows)
        }
    }
}

/// What the words name: by id when they are one, otherwise by description.
fn find<'a>(metadata: &'a VerifiedMetadata, words: &str) -> Vec<&'a MetadataEntry> {
    let models = metadata.blob().metadata();
    if let Ok(aaguid) = words.parse::<Aaguid>() {
        return models.by_aaguid(aaguid).into_iter().collect();
    }
    if let Ok(aaid) = words.parse::<Aaid>() {
        return models.by_aaid(aaid).into_iter().collect();
    }
    if let Ok(key) = words.parse::<KeyIdentifier>() {
        return models.by_key_identifier(key).into_iter().collect();
    }
    let words = words.to_lowercase();
    let matches =
        |it: &&MetadataEntry| it.description().is_some_and(|it| it.to_lowercase().contains(&words));
    models.entries().iter().filter(matches).collect()
}
