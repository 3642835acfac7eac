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
    let Some(folder) = folder() else { return };
    let blobs = index(&folder.join("mds"));
    assert_eq!(blobs.len(), BLOBS);
    for row in &blobs {
        let name = text(row, "file");
        let Ok(blob) = std::fs::read(folder.join("mds").join(name)) else {
            println!("{name} absent: skipped");
            continue;
        };
        let anchors = Anchors::from_der([anchor(&folder, text(row, "anchorSha256"))]).unwrap();
        let verified =
            verify(&blob, &anchors, time(row)).unwrap_or_else(|err| panic!("{name}: {err}"));
        println!("{name}: number {}, {} entries", verified.number(), verified.metadata().len());
        assert_eq!(verified.number(), row["no"].as_u64().unwrap(), "{name}");
        assert_eq!(verified.next_update().to_string(), text(row, "nextUpdate"), "{name}");
        assert_eq!(verified.legal_header(), Some(text(row, "legalHeader")), "{name}");
        let entries = verified.metadata().len() + verified.unreadable().len();
        assert_eq!(entries as u64, row["entries"].as_u64().unwrap(), "{name}");
        assert_eq!(verified.unreadable(), [], "{name}");
        check_statuses(&verified, row);
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
    let policy = BlobPolicy {
        anchors,
        crls: &[],
        revocation: RevocationPolicy::Soft,
        previous_number: None,
        icons: Icons::Drop,
    };
    MetadataBlob::verify(blob, &policy, now)
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
