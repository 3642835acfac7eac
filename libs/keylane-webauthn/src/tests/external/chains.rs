//! Certificate paths of registrations from outside, of every format, with nothing else judged.

use super::*;
use crate::TrustAnchor;
use crate::attestation::AttestationObject;
use crate::cbor::Value;
use crate::x509::Certificate;
use crate::x509::chain::{self, AnchorExpiry, Rules, Sha1Signatures};
use crate::x509::revocation::Revocation;

/// Registrations whose path needs SHA-1 unless the leaf itself is trusted: a test authority of the
/// FIDO Alliance signed it.
const SIGNED_WITH_SHA1: &str = "53db66e116d568f6.pem";

#[test]
fn paths_of_rightful_registrations_lead_to_their_anchors() {
    let Some(folder) = data() else { return };
    let mut count = 0;
    for fixture in read_all(&folder.join("fixtures/registration")) {
        let Some(file) = fixture["trustAnchorFile"].as_str() else { continue };
        if fixture["strictExpected"] != "accept" {
            continue;
        }
        let anchor = anchor(&folder.join(file));
        let now = attestation::instant(fixture["verificationTime"].as_str().unwrap());
        if let Some(outcome) = outcome(&fixture, &anchor, now, Sha1Signatures::Refused) {
            assert_eq!(outcome, Ok(()), "{}", fixture["id"]);
            count += 1;
        }
    }
    println!("{count} paths lead to their anchors");
    assert!(count >= 40);
}

#[test]
fn a_path_signed_with_sha1_is_refused_unless_the_leaf_is_trusted() {
    let Some(folder) = data() else { return };
    let root = anchor(&folder.join("roots").join(SIGNED_WITH_SHA1));
    let name = "pyw-test-verify-attestation-from-fido-conformance-fido-u2f.json";
    let fixture = read(&folder.join("fixtures/registration").join(name));
    let now = attestation::instant(fixture["verificationTime"].as_str().unwrap());
    let outcome = |sha1| outcome(&fixture, &root, now, sha1).unwrap();
    assert_eq!(outcome(Sha1Signatures::Refused), Err("certificate_signed_with_sha1"));
    assert_eq!(outcome(Sha1Signatures::Accepted), Ok(()));
}

fn anchor(path: &Path) -> TrustAnchor {
    TrustAnchor::all_from_pem(&fs::read_to_string(path).unwrap()).unwrap().pop().unwrap()
}

/// `None` when the statement has its certificates somewhere else than in `x5c`.
fn outcome(
    fixture: &Json,
    anchor: &TrustAnchor,
    now: UnixMillis,
    sha1: Sha1Signatures,
) -> Option<Result<(), &'static str>> {
    let object = bytes(&fixture["response"]["attestationObject"]);
    let object = AttestationObject::parse(&object).ok()?;
    let Some(Value::Array(items)) = object.statement.entry("x5c") else { return None };
    let certificate = |item: &Value<'_>| item.as_bytes().unwrap().to_vec();
    let path: Vec<_> = items.iter().map(certificate).collect();
    let path: Vec<_> = path
        .iter()
        .map(|der| Certificate::parse(der))
        .collect::<Result<_, _>>()
        .unwrap_or_else(|err| panic!("{}: {err}", fixture["id"]));
    let rules = Rules {
        anchors: &[anchor],
        now,
        anchor_expiry: AnchorExpiry::Ignored,
        sha1,
        revocation: &Revocation::default(),
    };
    Some(chain::verify(&path, &rules).map(|_| ()).map_err(|err| err.code()))
}

#[test]
fn every_collected_root_can_be_an_anchor() {
    let Some(folder) = data() else { return };
    let mut count = 0;
    for entry in fs::read_dir(folder.join("roots")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|it| it == "pem") {
            let text = fs::read_to_string(&path).unwrap();
            let anchors = TrustAnchor::all_from_pem(&text);
            assert_eq!(anchors.map(|it| it.len()), Ok(1), "{}", path.display());
            count += 1;
        }
    }
    println!("{count} roots");
    assert!(count >= 70);
}
