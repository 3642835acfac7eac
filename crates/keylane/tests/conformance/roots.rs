//! The directory of `--roots`: metadata, revocation, and files that are not what they say.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use keylane_authenticator::x509::Name;
use keylane_authenticator::{Attestation, CreateParts, ES256, TestAuthority, TestKey};
use serde_json::{Value, json};

use crate::formats::{authority, register};
use crate::site::{Site, now_ms, security_key};

#[test]
fn metadata_statement_names_the_only_roots_of_its_model() {
    let folder = tempfile::tempdir().unwrap();
    trust(folder.path(), &authority());
    let stranger = TestAuthority::generate("Stranger", ES256, ES256, now_ms() / 1_000).unwrap();
    write_statement(folder.path(), stranger.root());
    let site = Site::with_roots(folder.path());
    register(&site, Attestation::PackedBasic, "direct", |_| ()).refused("attestation_untrusted");
    // Another model goes by the general anchors.
    register(&site, Attestation::FidoU2f, "direct", |_| ()).ok();
}

#[test]
fn metadata_statement_is_enough_to_be_trusted() {
    let folder = tempfile::tempdir().unwrap();
    write_statement(folder.path(), authority().root());
    let site = Site::with_roots(folder.path());
    register(&site, Attestation::PackedBasic, "direct", |_| ()).ok();
    register(&site, Attestation::FidoU2f, "direct", |_| ()).refused("attestation_untrusted");
    register(&site, Attestation::None, "direct", |_| ()).ok();
    register(&site, Attestation::PackedSelf, "direct", |_| ()).ok();
}

#[test]
fn model_that_the_blob_reports_as_revoked_is_refused() {
    for (status, code) in [
        ("REVOKED", "status_revoked"),
        ("ATTESTATION_KEY_COMPROMISE", "status_attestation_key_compromise"),
        ("USER_VERIFICATION_BYPASS", "status_user_verification_bypass"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        write_blob(folder.path(), status, &authority());
        let site = Site::with_roots(folder.path());
        register(&site, Attestation::PackedBasic, "direct", |_| ()).refused(code);
        register(&site, Attestation::PackedBasic, "none", |_| ()).ok();
    }
}

#[test]
fn model_that_the_blob_lists_is_trusted_by_its_roots() {
    let folder = tempfile::tempdir().unwrap();
    write_blob(folder.path(), "FIDO_CERTIFIED_L1", &authority());
    let site = Site::with_roots(folder.path());
    register(&site, Attestation::PackedBasic, "direct", |_| ()).ok();
}

#[test]
fn root_of_the_blob_vouches_for_no_authenticator() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mds-root.pem"), authority().root_pem()).unwrap();
    let site = Site::with_roots(folder.path());
    register(&site, Attestation::PackedBasic, "direct", |_| ()).refused("attestation_untrusted");
}

#[test]
fn blob_that_does_not_verify_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    trust(folder.path(), &authority());
    write_blob(folder.path(), "REVOKED", &authority());
    let stranger = TestAuthority::generate("Stranger", ES256, ES256, now_ms() / 1_000).unwrap();
    fs::write(folder.path().join("mds-root.pem"), stranger.root_pem()).unwrap();
    let site = Site::with_roots(folder.path());
    register(&site, Attestation::PackedBasic, "direct", |_| ()).ok();
    complains(folder.path(), "blob.jwt is passed over");
}

#[test]
fn certificate_in_a_revocation_list_is_refused() {
    for pem in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        trust(folder.path(), &authority());
        let mut list = authority().root_revocation_list();
        list.revoked_serials.push(vec![0x51]);
        let der = list.issue().unwrap();
        if pem {
            let body = STANDARD.encode(der);
            let text = format!("-----BEGIN X509 CRL-----\n{body}\n-----END X509 CRL-----\n");
            fs::write(folder.path().join("root.crl.pem"), text).unwrap();
        } else {
            fs::write(folder.path().join("root.crl"), der).unwrap();
        }
        let site = Site::with_roots(folder.path());
        let with_serial = |number: u8| {
            move |it: &mut CreateParts| {
                it.edit_certificates(move |path| path[0].serial = vec![number]);
            }
        };
        register(&site, Attestation::PackedBasic, "direct", with_serial(0x51))
            .refused("certificate_revoked");
        register(&site, Attestation::PackedBasic, "direct", with_serial(0x52)).ok();
    }
}

#[test]
fn file_that_is_not_what_its_name_says_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    trust(folder.path(), &authority());
    fs::create_dir(folder.path().join("metadata")).unwrap();
    for name in ["broken.pem", "broken.crl", "metadata/broken.json"] {
        fs::write(folder.path().join(name), "-----BEGIN CERTIFICATE-----\nAAAA").unwrap();
        complains(folder.path(), &format!("{name} is passed over"));
    }
    let site = Site::with_roots(folder.path());
    register(&site, Attestation::PackedBasic, "direct", |_| ()).ok();
}

fn trust(folder: &Path, authority: &TestAuthority) {
    fs::write(folder.join("root.pem"), authority.root_pem()).unwrap();
}

fn statement(root: &[u8]) -> Value {
    json!({
        "description": "Test key", "protocolFamily": "fido2", "schema": 3,
        "aaguid": "4b65796c-616e-6553-6f66-744175746831",
        "attestationRootCertificates": [STANDARD.encode(root)],
    })
}

fn write_statement(folder: &Path, root: &[u8]) {
    assert_eq!(security_key().aaguid, *b"KeylaneSoftAuth1");
    fs::create_dir(folder.join("metadata")).unwrap();
    fs::write(folder.join("metadata/test-key.json"), statement(root).to_string()).unwrap();
}

/// A BLOB with one entry, and its own authority beside it.
fn write_blob(folder: &Path, status: &str, roots: &TestAuthority) {
    let publisher = TestAuthority::generate("Metadata", ES256, ES256, now_ms() / 1_000).unwrap();
    let key = TestKey::generate(ES256).unwrap();
    let signer = publisher.issued_by_root(Name::common("Signer"), key.to_spki().unwrap());
    let header = json!({ "alg": "ES256", "x5c": [STANDARD.encode(signer.issue().unwrap())] });
    let payload = json!({
        "no": 1, "nextUpdate": "2099-01-01", "legalHeader": "", "entries": [{
            "aaguid": "4b65796c-616e-6553-6f66-744175746831",
            "metadataStatement": statement(roots.root()),
            "statusReports": [{ "status": status, "effectiveDate": "2025-01-01" }],
        }],
    });
    let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", encode(header), encode(payload));
    let signature = raw_signature(&key.sign(signed.as_bytes()).unwrap());
    // Editors end a file with a line break.
    let blob = format!("{signed}.{}\n", URL_SAFE_NO_PAD.encode(signature));
    fs::write(folder.join("blob.jwt"), blob).unwrap();
    fs::write(folder.join("mds-root.pem"), publisher.root_pem()).unwrap();
}

/// The two numbers of an ECDSA signature in DER, 32 bytes each, as a JWS has them.
fn raw_signature(der: &[u8]) -> Vec<u8> {
    let mut rest = &der[2..];
    let mut raw = Vec::new();
    for _ in 0..2 {
        let length = usize::from(rest[1]);
        let number = &rest[2..2 + length];
        let number = &number[number.len().saturating_sub(32)..];
        raw.extend(std::iter::repeat_n(0, 32 - number.len()));
        raw.extend_from_slice(number);
        rest = &rest[2 + length..];
    }
    raw
}

#[track_caller]
fn complains(folder: &Path, sentence: &str) {
    let arguments = ["--listen", "127.0.0.1:0", "--rp-id", "", "--roots", folder.to_str().unwrap()];
    // The wrong RP ID ends it after the roots have been read.
    let output = crate::site::command(&arguments).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(sentence), "{said}");
}
