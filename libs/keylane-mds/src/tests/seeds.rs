//! The seeds that `fuzz/corpus/mds_blob` starts from.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use crate::blob::BlobError;
use crate::chain::ChainError;
use crate::sample::{self, Case};
use crate::{Anchors, Icons, MetadataStatement};

#[test]
fn committed_seeds_reach_what_they_are_for() {
    let Some(folder) = folder() else { return };
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let payload: Json = serde_json::from_slice(&read("payload")).unwrap();
    let payload = Case { payload, ..Case::default() }.verify().unwrap();
    assert_eq!((payload.metadata().len(), payload.unreadable().len()), (3, 1));
    assert!(MetadataStatement::from_json(&read("statement"), Icons::Drop).is_ok());
    let signed =
        Case { raw: Some(read("signed")), anchors: Anchors::global_sign(), ..Case::default() };
    assert_eq!(signed.verify().unwrap_err(), BlobError::Chain(ChainError::Untrusted));
}

#[test]
#[ignore = "writes fuzz/corpus, each time with other keys"]
fn write_the_seeds() {
    let folder = folder().unwrap();
    fs::create_dir_all(&folder).unwrap();
    let signed = Case { payload: payload(), ..Case::default() };
    let text = signed.to_bytes();
    assert!(Case { raw: Some(text.clone()), ..Case::default() }.verify().is_ok());
    fs::write(folder.join("signed"), text).unwrap();
    fs::write(folder.join("payload"), payload().to_string()).unwrap();
    fs::write(folder.join("statement"), statement().to_string()).unwrap();
}

/// An entry of each kind, and one that cannot be read.
fn payload() -> Json {
    json!({
        "legalHeader": "For tests only.",
        "no": 7,
        "nextUpdate": "2026-02-01",
        "entries": [
            {
                "aaguid": sample::AAGUID,
                "metadataStatement": statement(),
                "statusReports": [
                    { "status": "FIDO_CERTIFIED_L1", "effectiveDate": "2024-01-01" },
                    { "status": "USER_VERIFICATION_BYPASS", "authenticatorVersion": 4 },
                    { "status": "UPDATE_AVAILABLE", "authenticatorVersion": 5 },
                    { "status": "ATTESTATION_KEY_COMPROMISE", "batchCertificate": "MAA=" },
                ],
            },
            { "aaid": "1234#5678", "statusReports": [{ "status": "REVOKED" }] },
            { "attestationCertificateKeyIdentifiers": ["923881fe2f214ee465484371aeb72e97f5a58e0a"] },
            { "statusReports": [] },
        ],
    })
}

fn statement() -> Json {
    let mut statement = sample::statement();
    statement["attestationRootCertificates"] = json!(["MA\nA="]);
    statement
}

fn folder() -> Option<PathBuf> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    if fuzz.exists() {
        return Some(fuzz.join("corpus/mds_blob"));
    }
    println!("fuzz/ absent: skipped");
    None
}
