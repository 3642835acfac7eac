//! `keylane metadata verify`.

use std::path::PathBuf;
use std::process::ExitCode;

use keylane_mds::{Anchors, BlobError, Freshness, MetadataBlob, RevocationCheck, RevocationPolicy};
use keylane_model::{Clock as _, SystemClock, UnixMillis};
use keylane_service::{METADATA_BYTES_MAX, MetadataTrust, verify_metadata};
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::entry::sha256;
use crate::cli::JsonFlag;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::wiring;

pub(super) const HELP: &str = "\
Examples:
  keylane metadata verify blob.jwt
  keylane metadata verify blob.jwt --at 2026-01-01 --crl intermediate.crl --crl root.crl --hard
  keylane metadata verify own.jwt --root own-root.pem

Exit code 0: it is right. 1: it is not, and the answer says why.";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// File with the BLOB
    file: PathBuf,
    /// PEM file with the certificates that it may chain to, instead of the built-in ones
    #[arg(long = "root", value_name = "FILE")]
    roots: Vec<PathBuf>,
    /// Certificate revocation list, DER or PEM; the newest of an issuer first
    #[arg(long = "crl", value_name = "FILE")]
    crls: Vec<PathBuf>,
    /// Refuse it when a revocation list is missing or out of date
    #[arg(long)]
    hard: bool,
    /// Verify it as of this moment instead of now: 2026-01-01 or 2026-01-01T12:00:00Z
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    at: Option<UnixMillis>,
    #[command(flatten)]
    json: JsonFlag,
}

#[derive(Serialize)]
struct Verdict {
    verified: bool,
    /// Why not.
    code: Option<&'static str>,
    error: Option<String>,
    sha256: String,
    number: Option<u64>,
    next_update: Option<String>,
    overdue: Option<bool>,
    entries: Option<usize>,
    unreadable_entries: Option<usize>,
    /// Whether every certificate was found in a revocation list that is current.
    revocation_complete: Option<bool>,
    legal_header: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let blob = wiring::read_at_most(&arguments.file, METADATA_BYTES_MAX).map_err(|err| {
        let file = arguments.file.display();
        Failure::refused(format!("{file} cannot be read ({err}): name a file with a BLOB."))
    })?;
    let trust = trust(arguments)?;
    let at = arguments.at.unwrap_or_else(|| SystemClock.now());
    let verified = match &blob {
        Some(blob) => verify_metadata(blob, &trust, None, at),
        None => Err(BlobError::TooLarge),
    };
    let verdict = Verdict::new(&blob.unwrap_or_default(), &verified, at);
    match arguments.json.format() {
        Format::Json => output::json(&verdict)?,
        Format::Human => verdict.print()?,
    }
    Ok(ExitCode::from(u8::from(verified.is_err())))
}

fn trust(arguments: &Arguments) -> Result<MetadataTrust, Failure> {
    let roots = arguments.roots.iter().map(|file| wiring::read_roots(file, "--root"));
    let mut anchors = roots.collect::<Result<Vec<_>, _>>()?;
    if anchors.is_empty() {
        anchors.push(Anchors::global_sign());
    }
    let crls = arguments.crls.iter().map(|file| wiring::read_crl(file, "--crl"));
    let revocation = if arguments.hard { RevocationPolicy::Hard } else { RevocationPolicy::Soft };
    Ok(MetadataTrust { anchors, crls: crls.collect::<Result<_, _>>()?, revocation })
}

impl Verdict {
    fn new(bytes: &[u8], verified: &Result<MetadataBlob, BlobError>, at: UnixMillis) -> Self {
        let (blob, err) = (verified.as_ref().ok(), verified.as_ref().err());
        let at = keylane_mds::UnixMillis(at.0);
        Self {
            verified: blob.is_some(),
            code: err.map(BlobError::code),
            error: err.map(ToString::to_string),
            sha256: sha256(bytes),
            number: blob.map(MetadataBlob::number),
            next_update: blob.map(|it| it.next_update().to_string()),
            overdue: blob.map(|it| it.freshness(at) == Freshness::Overdue),
            entries: blob.map(|it| it.metadata().len()),
            unreadable_entries: blob.map(|it| it.unreadable().len()),
            revocation_complete: blob.map(|it| it.revocation() == RevocationCheck::Complete),
            legal_header: blob.and_then(|it| it.legal_header()).map(str::to_owned),
        }
    }

    fn print(&self) -> Result<(), Failure> {
        if let (Some(error), Some(code)) = (&self.error, self.code) {
            return output::line(&format!("Refused: {} ({code}).", output::clean(error)));
        }
        output::line(&format!(
            "Verified: number {}, {} models, {} entries that cannot be read.",
            self.number.unwrap_or_default(),
            self.entries.unwrap_or_default(),
            self.unreadable_entries.unwrap_or_default()
        ))?;
        let overdue = if self.overdue == Some(true) { ", which has passed" } else { "" };
        let next_update = self.next_update.as_deref().unwrap_or_default();
        output::line(&format!("Next update: {next_update}{overdue}."))?;
        output::line(match self.revocation_complete {
            Some(true) => "Revocation: every certificate was looked up in a current list.",
            _ => "Revocation: not every certificate could be looked up in a current list.",
        })?;
        output::line(&format!("SHA-256: {}", self.sha256))?;
        match &self.legal_header {
            Some(terms) => output::line(&format!("Terms: {}", output::clean(terms))),
            None => Ok(()),
        }
    }
}

fn parse_time(text: &str) -> Result<UnixMillis, String> {
    let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    let millis = OffsetDateTime::parse(&whole, &Rfc3339)
        .map(|it| it.unix_timestamp_nanos() / 1_000_000)
        .map_err(|_| "it must be a time such as 2026-01-01 or 2026-01-01T12:00:00Z".to_owned())?;
    u64::try_from(millis).map(UnixMillis).map_err(|_| "it is before 1970".to_owned())
}
