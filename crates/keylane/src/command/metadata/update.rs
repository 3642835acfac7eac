//! `keylane metadata update`.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use keylane_model::{Actor, Clock as _, MetadataHead, SystemClock};
use keylane_service::{
    FetchMetadataError, FetchedMetadata, MetadataSource as _, RefreshMetadataError,
    RefreshedMetadata, VerifiedMetadata, audit_refusal, newly_affected, store_metadata,
};
use keylane_store::Store as _;
use keylane_store_sqlite::SqliteStore;
use serde::Serialize;

use super::entry::ShownEntry;
use super::load_under;
use crate::cli::JsonFlag;
use crate::config::{Config, Source};
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::wiring::{self, Access, FileSource};

pub(super) const HELP: &str = "\
Without --file and --url, it asks as the server would: metadata.file with metadata.source = \"file\",
otherwise metadata.url. To retrieve the metadata of the FIDO Alliance is to accept its terms:
https://fidoalliance.org/metadata/metadata-legal-terms/

A running server puts it in use within a minute, unless metadata.source is \"off\". What was stored
stays when the new one is refused.";

/// How often progress is shown.
const PROGRESS_EVERY: Duration = Duration::from_millis(250);

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Read the BLOB from this file
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    file: Option<PathBuf>,
    /// Download the BLOB from this URL
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    #[command(flatten)]
    json: JsonFlag,
}

/// What the command did.
#[derive(Serialize)]
struct Updated {
    outcome: &'static str,
    number: u64,
    previous_number: Option<u64>,
    entries: usize,
    unreadable_entries: usize,
    next_update: String,
    source: String,
    newly_affected: Vec<ShownEntry>,
}

pub(super) async fn run(config: &Config, arguments: &Arguments) -> Result<(), Failure> {
    let store = wiring::open_existing_store(config, Access::Write).await?;
    let trust = wiring::metadata_trust(&config.metadata)?;
    let known = store.find_metadata().await?;
    // Metadata that is not believed any more is nothing to compare with, and has to be fetched
    // again though the source has nothing newer.
    let before = load_under(&store, &trust).await.ok().flatten();
    let good = known.as_ref().filter(|_| before.is_some());
    let fetched = fetch(config, arguments, good).await.map_err(|err| not_fetched(&err))?;
    let now = SystemClock.now();
    let outcome = match fetched {
        FetchedMetadata::NotModified => Ok(RefreshedMetadata::NotModified),
        FetchedMetadata::New(fetched) => {
            store_metadata(&store, Actor::Operator, now, fetched, &trust).await
        }
    };
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(err) => return Err(refused(&store, &err).await?),
    };
    let verified = match &outcome {
        RefreshedMetadata::Stored(verified) | RefreshedMetadata::Unchanged(verified) => {
            Some(&**verified)
        }
        RefreshedMetadata::NotModified => before.as_ref(),
    };
    let updated =
        verified.map(|it| Updated::new(outcome.code(), known.as_ref(), before.as_ref(), it));
    store.close().await;
    match (arguments.json.format(), &updated) {
        (Format::Json, _) => output::json(&updated),
        (Format::Human, Some(updated)) => updated.print(),
        (Format::Human, None) => output::line("Metadata has not changed."),
    }
}

async fn fetch(
    config: &Config,
    arguments: &Arguments,
    known: Option<&MetadataHead>,
) -> Result<FetchedMetadata, FetchError> {
    let configured = config
        .metadata
        .file
        .as_ref()
        .filter(|_| config.metadata.source == Source::File && arguments.url.is_none());
    if let Some(file) = arguments.file.as_ref().or(configured) {
        return Ok(FileSource::new(file.clone()).fetch(known).await?);
    }
    let url = arguments.url.as_deref().unwrap_or(&config.metadata.url.0);
    let source = wiring::download(url, wiring::millis(config.metadata.timeout))
        .map_err(FetchError::Configuration)?;
    let received = source.received();
    let fetching = source.fetch(known);
    Ok(match arguments.json.format() {
        Format::Human if stderr().is_terminal() => show_progress(fetching, &received).await?,
        _ => fetching.await?,
    })
}

/// Says how much has come, on one line that is gone when it is done.
async fn show_progress<T>(fetching: impl Future<Output = T>, received: &AtomicU64) -> T {
    let mut fetching = std::pin::pin!(fetching);
    let mut ticks = tokio::time::interval(PROGRESS_EVERY);
    loop {
        tokio::select! {
            fetched = &mut fetching => {
                eprint!("\r\x1b[K");
                return fetched;
            }
            _ = ticks.tick() => {
                eprint!("\rDownloading: {} KiB", received.load(Ordering::Relaxed) / 1024);
                // A terminal that is gone sees no progress.
                let _gone = stderr().flush();
            }
        }
    }
}

enum FetchError {
    Configuration(Failure),
    Source(FetchMetadataError),
}

impl From<FetchMetadataError> for FetchError {
    fn from(err: FetchMetadataError) -> Self {
        Self::Source(err)
    }
}

fn not_fetched(err: &FetchError) -> Failure {
    match err {
        FetchError::Configuration(failure) => Failure::cannot_start(failure.sentence()),
        FetchError::Source(err) => {
            let fix = match err {
                FetchMetadataError::Unreadable(_) => "name a file that can be read",
                FetchMetadataError::Tls(_) => {
                    "check the URL, and that this machine's trusted certificates are up to date"
                }
                FetchMetadataError::TooLarge => "check that it is a metadata BLOB",
                _ => {
                    "check the URL and that this machine may reach it, or fetch the BLOB elsewhere \
                     and use --file"
                }
            };
            Failure::refused(format!("no metadata was fetched ({err}; {}): {fix}.", err.code()))
        }
    }
}

/// Puts the refusal on the record, and says what can be done about it.
async fn refused(store: &SqliteStore, err: &RefreshMetadataError) -> Result<Failure, Failure> {
    let code = err.code();
    let fix = match code {
        "chain_untrusted" | "signer_domain_mismatch" => {
            "name the certificate that vouches for it in metadata.extra_roots_file"
        }
        "chain_expired" | "chain_not_yet_valid" => "check this machine's clock",
        "crl_missing" | "crl_stale" | "crl_signature_invalid" => {
            "put newer lists into metadata.crl_files"
        }
        "blob_is_html" => "check the URL or file: it is a web page",
        "blob_number_went_back" | "metadata_went_back" => "newer metadata is stored already",
        _ => "fetch it again",
    };
    if !matches!(err, RefreshMetadataError::Store(_)) {
        audit_refusal(store, Actor::Operator, SystemClock.now(), code).await?;
    }
    store.close().await;
    Ok(Failure::refused(format!("{err} ({code}): {fix}. What was stored is unchanged.")))
}

impl Updated {
    fn new(
        outcome: &'static str,
        known: Option<&MetadataHead>,
        before: Option<&VerifiedMetadata>,
        after: &VerifiedMetadata,
    ) -> Self {
        let today = keylane_mds::UnixMillis(SystemClock.now().0).date();
        let newly = newly_affected(before, after, today);
        Self {
            outcome,
            number: after.head().number,
            previous_number: known.map(|it| it.number),
            entries: after.blob().metadata().len(),
            unreadable_entries: after.blob().unreadable().len(),
            next_update: after.blob().next_update().to_string(),
            source: after.head().source.clone(),
            newly_affected: newly.iter().map(|(it, _)| ShownEntry::new(it, today)).collect(),
        }
    }

    fn print(&self) -> Result<(), Failure> {
        let done = match (self.outcome, self.previous_number) {
            ("stored", Some(previous)) => format!("is stored; it was {previous} before"),
            ("stored", None) => "is stored".to_owned(),
            _ => "was stored already; nothing has changed".to_owned(),
        };
        output::line(&format!("Metadata number {} {done}.", self.number))?;
        output::line(&format!(
            "{} models, next update {}, from {}.",
            self.entries,
            self.next_update,
            output::clean(&self.source)
        ))?;
        if self.unreadable_entries > 0 {
            output::line(&format!("{} entries cannot be read.", self.unreadable_entries))?;
        }
        if self.newly_affected.is_empty() {
            return Ok(());
        }
        output::line("\nRevoked or compromised, and not so in what was stored before:")?;
        let rows: Vec<_> = self.newly_affected.iter().map(ShownEntry::row).collect();
        output::table(&["MODEL", "DESCRIPTION", "CERTIFICATION", "STANDING"], &rows)?;
        output::line("\n`keylane metadata affected` lists the passkeys that people have of them.")
    }
}
