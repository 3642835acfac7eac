//! The inner parsers for `fuzz/`. Not part of the API.

use crate::anchors::Anchors;
use crate::assessment::{KnownAuthenticator, StatusPolicy};
use crate::blob::{BlobPolicy, MetadataBlob};
use crate::chain::{RevocationCheck, RevocationPolicy};
use crate::date::UnixMillis;
use crate::statement::{Icons, MetadataStatement};

/// 2026-01-01.
const NOW: UnixMillis = UnixMillis(1_767_225_600_000);

/// Verifies bytes as a BLOB of the real service, which no fuzzer can sign; then reads them as a
/// payload and as a statement, as if somebody had.
pub fn blob(bytes: &[u8], anchors: &Anchors) {
    let policy = BlobPolicy {
        anchors,
        crls: &[],
        revocation: RevocationPolicy::Soft,
        previous_number: Some(1),
        icons: Icons::Keep,
    };
    assert!(MetadataBlob::verify(bytes, &policy, NOW).is_err(), "nobody has signed this");
    if let Ok(text) = std::str::from_utf8(bytes) {
        payload(text, &policy);
    }
    let _ = MetadataStatement::from_json(bytes, Icons::Drop);
}

fn payload(text: &str, policy: &BlobPolicy<'_>) {
    let Ok(blob) = MetadataBlob::read(text, RevocationCheck::Incomplete, policy) else { return };
    assert!(blob.number() >= 1, "the number does not go back");
    for entry in blob.metadata().entries() {
        let roots: Vec<&[u8]> = entry.attestation_roots().iter().map(|it| &**it).collect();
        let known = KnownAuthenticator { firmware_version: Some(5), trust_path: Some(&roots) };
        let assessment = StatusPolicy::default().assess(entry, NOW.date(), &known);
        assert!(assessment.incidents.len() <= entry.status_reports.len());
        let found = entry.aaguid.is_some_and(|it| blob.metadata().by_aaguid(it).is_some())
            || entry.aaid.is_some_and(|it| blob.metadata().by_aaid(it).is_some())
            || entry
                .key_identifiers
                .iter()
                .any(|it| blob.metadata().by_key_identifier(*it).is_some());
        assert!(found, "every entry is found by one of its ids");
    }
}
