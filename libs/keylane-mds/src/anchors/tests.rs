use std::path::Path;

use aws_lc_rs::digest;
use serde_json::Value as Json;

use super::*;
use crate::sample::PKI;

#[test]
fn global_sign_has_both_roots_and_the_domain() {
    let anchors = Anchors::global_sign();
    assert_eq!(anchors.count(), 2);
    assert_eq!(anchors.signer_domain(), Some("fidoalliance.org"));
}

#[test]
fn roots_are_those_that_their_note_names() {
    let note = include_str!("../../roots/README.md");
    for (root, fingerprint) in [
        (GLOBALSIGN_ROOT_R3, "cbb522d7b7f127ad6a0113865bdf1cd4102e7d0759af635a7cf4720dc963c53b"),
        (GLOBALSIGN_ROOT_R46, "4fa3126d8d3a11d1c4855a4f807cbad6cf919d3a5a88b03bea2c6372d93c40c9"),
    ] {
        assert_eq!(sha256(root), fingerprint);
        assert!(note.contains(fingerprint));
    }
}

/// The second opinion on the fingerprints, when it is there.
#[test]
fn roots_are_those_of_the_collection_from_outside() {
    let beside =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/roots/index.json");
    let Ok(json) = std::fs::read_to_string(beside) else {
        println!("external vectors absent: skipped");
        return;
    };
    let rows: Vec<Json> = serde_json::from_str(&json).unwrap();
    for (root, subject) in [
        (GLOBALSIGN_ROOT_R3, "GlobalSign Root CA - R3"),
        (GLOBALSIGN_ROOT_R46, "GlobalSign Root R46"),
    ] {
        let row = rows.iter().find(|row| row["sha256"] == sha256(root)).unwrap();
        assert!(row["subject"].as_str().unwrap().contains(subject), "{row}");
    }
}

#[test]
fn anchors_are_read_from_pem_with_text_around() {
    let pem = [b"# two roots\n", GLOBALSIGN_ROOT_R3, b"\r\n\nand\n", GLOBALSIGN_ROOT_R46].concat();
    check(&pem, Ok(2));
}

#[test]
fn anchors_without_a_certificate_are_refused() {
    check(b"", Err("anchors_empty"));
    check(b"<html>", Err("anchors_empty"));
    check(b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n", Err("anchors_empty"));
}

#[test]
fn anchors_that_cannot_be_read_are_refused() {
    check(
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        Err("anchor_malformed"),
    );
    check(
        b"-----BEGIN CERTIFICATE-----\n****\n-----END CERTIFICATE-----\n",
        Err("anchor_malformed"),
    );
    let half = &GLOBALSIGN_ROOT_R3[..GLOBALSIGN_ROOT_R3.len() / 2];
    check(half, Err("anchor_malformed"));
}

#[test]
fn anchors_are_bounded() {
    check(&GLOBALSIGN_ROOT_R3.repeat(ANCHORS_MAX), Ok(ANCHORS_MAX));
    check(&GLOBALSIGN_ROOT_R3.repeat(ANCHORS_MAX + 1), Err("anchors_too_many"));
}

#[test]
fn debug_of_anchors_says_how_many_there_are() {
    let anchors = Anchors::from_der([&PKI.root.certificate]).unwrap();
    assert_eq!(format!("{anchors:?}"), "Anchors { count: 1, signer_domain: None, .. }");
}

fn sha256(pem: &[u8]) -> String {
    let certificate = CertificateDer::from_pem_slice(pem).unwrap();
    let digest = digest::digest(&digest::SHA256, &certificate);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[track_caller]
fn check(pem: &[u8], expected: Result<usize, &str>) {
    let outcome = Anchors::from_pem(pem);
    assert_eq!(outcome.as_ref().map(Anchors::count).map_err(AnchorError::code), expected);
}
