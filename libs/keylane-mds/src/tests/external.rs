//! BLOBs from outside: those that are there are verified at the time that `index.json` suggests.
//!
//! The data is read in place, from `../shared/data` beside the project or from the folder that
//! `KEYLANE_EXTERNAL_VECTORS` names, and is no part of the project.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::*;

/// `index.json` has seven; how many of them are there differs.
const BLOBS: usize = 7;

#[test]
fn verify_accepts_blobs_from_outside() {
    for outside in outside() {
        let Outside { name, blob, anchors, now, row } = &outside;
        let verified = verify(blob, anchors, *now).unwrap_or_else(|err| panic!("{name}: {err}"));
        let (read, unreadable) = (verified.metadata().len(), verified.unreadable().len());
        println!("{name}: number {}, {read} entries, {unreadable} unreadable", verified.number());
        assert_eq!(verified.number(), row["no"].as_u64().unwrap(), "{name}");
        assert_eq!(verified.next_update().to_string(), text(row, "nextUpdate"), "{name}");
        assert_eq!(verified.legal_header(), Some(text(row, "legalHeader")), "{name}");
        assert_eq!((read + unreadable) as u64, row["entries"].as_u64().unwrap(), "{name}");
        // Real entries may be odd; those that were made for tests are not.
        let odd_max = if outside.is_production() { read / 20 } else { 0 };
        assert!(unreadable <= odd_max, "{name}: {:?}", verified.unreadable());
        if unreadable == 0 {
            check_statuses(&verified, row);
        }
        if !outside.is_production() {
            check_entries(&verified);
        }
    }
}

#[test]
fn verify_refuses_blobs_from_outside_under_other_anchors() {
    for Outside { name, blob, now, .. } in outside().into_iter().filter(|it| !it.is_production()) {
        let err = verify(&blob, &Anchors::global_sign(), now).unwrap_err();
        assert_eq!(err.code(), "chain_untrusted", "{name}");
    }
}

#[test]
fn verify_refuses_blobs_from_outside_that_were_damaged() {
    for Outside { name, blob, anchors, now, .. } in outside() {
        let places = (0..40).map(|at| at * (blob.len() - 1) / 39);
        for at in places {
            assert!(verify(&blob[..at], &anchors, now).is_err(), "{name} cut at {at}");
            let mut flipped = blob.clone();
            flipped[at] ^= 1;
            // A line break after the BLOB is no part of it.
            let outcome = verify(&flipped, &anchors, now);
            assert!(outcome.is_err() || blob[at].is_ascii_whitespace(), "{name} flipped at {at}");
        }
    }
}

#[test]
fn verify_refuses_blobs_from_outside_without_their_lists_when_that_is_the_policy() {
    for Outside { name, blob, anchors, now, .. } in outside() {
        let hard = BlobPolicy { revocation: RevocationPolicy::Hard, ..policy(&anchors) };
        let err = MetadataBlob::verify(&blob, &hard, now).unwrap_err();
        assert_eq!(err.code(), "crl_missing", "{name}");
    }
}

#[test]
fn revocation_lists_from_outside_are_read() {
    let Some(folder) = folder() else { return };
    for name in ["root-r3.crl", "gsextendvalsha2g3r3.crl"] {
        let Ok(list) = std::fs::read(folder.join("mds").join(name)) else {
            println!("{name} absent: skipped");
            continue;
        };
        assert!(Crl::parse(&list).is_ok(), "{name}");
    }
}

/// A BLOB that is there, and what `index.json` says of it.
struct Outside {
    name: String,
    blob: Vec<u8>,
    anchors: Anchors,
    now: UnixMillis,
    row: Value,
}

impl Outside {
    fn is_production(&self) -> bool {
        text(&self.row, "kind").starts_with("production")
    }
}

fn outside() -> Vec<Outside> {
    let Some(folder) = folder() else { return Vec::new() };
    let rows = index(&folder.join("mds"));
    assert_eq!(rows.len(), BLOBS);
    let mut found = Vec::new();
    for row in rows {
        let name = text(&row, "file").to_owned();
        let Ok(blob) = std::fs::read(folder.join("mds").join(&name)) else {
            println!("{name} absent: skipped");
            continue;
        };
        let mut anchors = Anchors::from_der([anchor(&folder, text(&row, "anchorSha256"))]).unwrap();
        if text(&row, "kind").starts_with("production") {
            anchors = Anchors::global_sign();
        }
        let now = time(&row);
        found.push(Outside { name, blob, anchors, now, row });
    }
    found
}

/// Everybody is found, and what decides could be read.
fn check_entries(blob: &MetadataBlob) {
    let metadata = blob.metadata();
    for entry in metadata.entries() {
        let found = entry
            .aaguid
            .and_then(|it| metadata.by_aaguid(it))
            .or_else(|| metadata.by_aaid(entry.aaid?))
            .or_else(|| metadata.by_key_identifier(*entry.key_identifiers.first()?));
        assert_eq!(found, Some(entry));
        let statement = entry.statement.as_ref().unwrap();
        assert!(statement.description.is_some() && !statement.attestation_types.is_empty());
        assert_eq!(statement.unreadable_roots, 0, "{:?}", statement.description);
    }
}

/// No report is lost, and none has a status that is not in the vocabulary.
fn check_statuses(blob: &MetadataBlob, row: &Value) {
    let reports = blob.metadata().entries().iter().flat_map(|entry| &entry.status_reports);
    let statuses: Vec<_> = reports.map(|report| report.status.clone()).collect();
    for (name, count) in row["statusHistogram"].as_object().unwrap() {
        let found = statuses.iter().filter(|it| it.as_str() == name).count();
        assert_eq!(found as u64, count.as_u64().unwrap(), "{name}");
    }
    assert!(!statuses.iter().any(|it| matches!(it, AuthenticatorStatus::Other(_))));
}

/// The folder with the data, or `None` after saying so.
#[expect(clippy::disallowed_methods, reason = "a test may look for its data; the crate may not")]
fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var("KEYLANE_EXTERNAL_VECTORS").map_or_else(|_| beside(), PathBuf::from);
    if folder.join("mds/index.json").exists() {
        return Some(folder);
    }
    println!("external vectors absent: skipped");
    None
}

fn verify(blob: &[u8], anchors: &Anchors, now: UnixMillis) -> Result<MetadataBlob, BlobError> {
    MetadataBlob::verify(blob, &policy(anchors), now)
}

fn policy(anchors: &Anchors) -> BlobPolicy<'_> {
    BlobPolicy {
        anchors,
        crls: &[],
        revocation: RevocationPolicy::Soft,
        previous_number: None,
        icons: Icons::Drop,
    }
}

fn anchor(folder: &Path, sha256: &str) -> Vec<u8> {
    let pem = std::fs::read(folder.join("roots").join(format!("{}.pem", &sha256[..16]))).unwrap();
    use rustls_pki_types::pem::PemObject as _;
    rustls_pki_types::CertificateDer::from_pem_slice(&pem).unwrap().to_vec()
}

/// `2021-10-28 07:57:24+00:00`, to the day: the windows are months long.
fn time(row: &Value) -> UnixMillis {
    let day: Date = text(row, "suggestedVerificationTime")[..10].parse().unwrap();
    (0..).map(|days| UnixMillis(days * 86_400_000)).find(|now| now.date() == day).unwrap()
}

fn index(folder: &Path) -> Vec<Value> {
    let json = std::fs::read_to_string(folder.join("index.json")).unwrap();
    serde_json::from_str(&json).unwrap()
}

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name].as_str().unwrap()
}
