use serde_json::json;

use super::*;
use crate::sample::{self, AAGUID, PKI};
use crate::{Icons, MetadataStatement};

#[test]
fn authenticators_are_found_by_each_of_their_ids() {
    let key = KeyIdentifier::of_certificate(&PKI.signer).unwrap();
    let metadata: Metadata = [
        entry(&json!({ "aaguid": AAGUID, "description": "A" })),
        entry(&json!({ "aaid": "1234#5678", "description": "B" })),
        entry(&json!({ "attestationCertificateKeyIdentifiers": [key.to_string()], "description": "C" })),
    ]
    .into_iter()
    .collect();
    assert_eq!(metadata.len(), 3);
    let name =
        |entry: Option<&MetadataEntry>| entry.and_then(|it| it.description().map(str::to_owned));
    assert_eq!(name(metadata.by_aaguid(AAGUID.parse().unwrap())).as_deref(), Some("A"));
    assert_eq!(name(metadata.by_aaid("1234#5678".parse().unwrap())).as_deref(), Some("B"));
    assert_eq!(name(metadata.by_key_identifier(key)).as_deref(), Some("C"));
    assert_eq!(name(metadata.by_attestation_certificate(&PKI.signer)).as_deref(), Some("C"));
    assert_eq!(name(metadata.by_attestation_certificate(&PKI.root.certificate)), None);
    assert_eq!(name(metadata.by_attestation_certificate(b"junk")), None);
    assert_eq!(name(metadata.by_aaguid(Aaguid([0; 16]))), None);
    assert_eq!(name(metadata.by_aaid(Aaid { vendor: 0, model: 0 })), None);
    assert_eq!(name(metadata.by_key_identifier(KeyIdentifier([0; 20]))), None);
}

#[test]
fn first_of_two_entries_about_the_same_id_is_found() {
    let mut metadata = Metadata::default();
    assert!(metadata.is_empty());
    let first = entry(&json!({ "aaguid": AAGUID, "description": "first" }));
    let second = entry(&json!({ "aaguid": AAGUID, "description": "second" }));
    assert_eq!(metadata.insert(first), Insertion::Inserted);
    assert_eq!(metadata.insert(second), Insertion::Duplicate);
    assert_eq!(metadata.name(AAGUID.parse().unwrap()), Some("first"));
    assert_eq!((metadata.len(), metadata.is_empty()), (1, false));
}

#[test]
fn entry_with_one_new_id_is_found_by_that() {
    let (a, b) = ("aa".repeat(20), "bb".repeat(20));
    let ids = |ids: &[&str], name: &str| {
        entry(&json!({ "attestationCertificateKeyIdentifiers": ids, "description": name }))
    };
    let metadata: Metadata = [ids(&[&a], "first"), ids(&[&a, &b], "second")].into_iter().collect();
    let name = |id: &str| metadata.by_key_identifier(id.parse().unwrap()).unwrap().description();
    assert_eq!((name(&a), name(&b)), (Some("first"), Some("second")));
}

#[test]
fn name_of_an_authenticator_is_its_description_or_the_built_in_one() {
    let google = "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4".parse().unwrap();
    let metadata = Metadata::default();
    assert_eq!(metadata.name(google), Some("Google Password Manager"));
    let described: Metadata =
        [entry(&json!({ "aaguid": google.to_string(), "description": "From metadata" }))]
            .into_iter()
            .collect();
    assert_eq!(described.name(google), Some("From metadata"));
    assert_eq!(metadata.name(Aaguid([9; 16])), None);
}

#[test]
fn sources_are_joined_and_the_first_goes_first() {
    let mut metadata: Metadata = [entry(&sample::statement())].into_iter().collect();
    let other: Metadata = [
        entry(&json!({ "aaguid": AAGUID, "description": "other" })),
        entry(&json!({ "aaid": "1234#5678" })),
    ]
    .into_iter()
    .collect();
    metadata.extend(other.into_entries());
    assert_eq!(metadata.entries().len(), 2);
    assert_eq!(metadata.name(AAGUID.parse().unwrap()), Some("Example Key"));
}

fn entry(statement: &serde_json::Value) -> MetadataEntry {
    let json = statement.to_string();
    MetadataStatement::from_json(json.as_bytes(), Icons::Drop).unwrap().into()
}
