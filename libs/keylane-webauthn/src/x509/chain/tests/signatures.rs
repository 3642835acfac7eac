//! With which algorithms the certificates of a path may be signed.

use super::*;
use crate::sample::certificate::{SHA256, SHA384, pss};

#[test]
fn signatures_of_every_algorithm_verify() {
    for algorithm in CoseAlgorithm::ALL {
        check(|case| case.root_key = Signer::new(algorithm), Ok(()));
    }
}

#[test]
fn another_algorithm_than_the_one_that_signed_is_refused() {
    let named = |id: &str| {
        let identifier = sequence(&[oid(id)]);
        move |case: &mut Case| {
            case.leaf = case.leaf.clone().signature_algorithm(identifier);
        }
    };
    let refused = Err("certificate_signature_invalid");
    // ECDSA with SHA-384, RSA with SHA-256, Ed25519, and one that we do not know.
    for id in ["1.2.840.10045.4.3.3", "1.2.840.113549.1.1.11", "1.3.101.112", "1.2.3"] {
        check(named(id), refused);
    }
    // ECDSA with SHA-1.
    check(named("1.2.840.10045.4.1"), Err("certificate_signed_with_sha1"));
}

#[test]
fn rsa_pss_with_another_mask_or_salt_than_it_says_is_refused() {
    let says = |identifier: Vec<u8>| {
        move |case: &mut Case| {
            case.root_key = Signer::new(CoseAlgorithm::Ps256);
            case.issuer = case.issuer.clone().signature_algorithm(identifier);
        }
    };
    check(says(pss(SHA256, SHA256, 32)), Ok(()));
    for (hash, mask, salt) in
        [(SHA256, SHA384, 32), (SHA256, SHA256, 20), (SHA256, SHA256, 0), (SHA384, SHA256, 32)]
    {
        check(says(pss(hash, mask, salt)), Err("attestation_untrusted"));
    }
}

/// A certificate signed with SHA-1 needs a switch, and says so.
#[test]
fn sha1_is_refused_unless_it_is_accepted() {
    let (root, leaf) = outside(include_str!("sha1.pem"));
    let path = [Certificate::parse(&leaf).unwrap()];
    let outcome = |sha1| {
        let anchors = [&root];
        let rules = Rules { sha1, now: YEAR_2030, ..strict(&anchors) };
        verify(&path, &rules).map(|it| it.sha1_was_used).map_err(|err| err.code())
    };
    assert_eq!(outcome(Sha1Signatures::Refused), Err("certificate_signed_with_sha1"));
    assert_eq!(outcome(Sha1Signatures::Accepted), Ok(true));
}

#[test]
fn rsa_keys_of_1024_bits_verify_nothing() {
    let (root, leaf) = outside(include_str!("rsa-1024.pem"));
    let path = [Certificate::parse(&leaf).unwrap()];
    let anchors = [&root];
    let outcome = verify(&path, &Rules { now: YEAR_2030, ..strict(&anchors) });
    assert_eq!(outcome.unwrap_err().code(), "attestation_untrusted");
}

/// A root and a leaf that aws-lc would not sign; OpenSSL did.
fn outside(pem: &str) -> (TrustAnchor, Vec<u8>) {
    let mut both = TrustAnchor::all_from_pem(pem).unwrap();
    let leaf = both.pop().unwrap().as_der().to_vec();
    (both.pop().unwrap(), leaf)
}
