//! Registration and assertion belong together, for every kind of credential.

use crate::{ORIGIN, creation_options, reading::Assertion, registered, request_options};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use ciborium::Value as Cbor;
use keylane_authenticator::{
    Attestation, Authenticator, AuthenticatorConfig, Counter, EDDSA, ES256, ES256K, ES384, ES512,
    ESP384, ML_DSA_44, ML_DSA_65, ML_DSA_87, RS256, flags,
};
use serde_json::json;

#[test]
fn assertion_verifies_with_the_registered_key_for_every_algorithm() {
    for algorithm in crate::ALGORITHMS {
        let config =
            AuthenticatorConfig { algorithms: vec![algorithm], ..AuthenticatorConfig::default() };
        let (mut authenticator, registration) = registered(config);
        let assertion = sign_in(&mut authenticator);
        assert_eq!(registration.algorithm(), algorithm);
        assert!(assertion.verifies_with(&registration), "{algorithm}");
        assert_eq!(assertion.json["id"], registration.json["id"]);
    }
}

#[test]
fn cose_key_and_spki_are_the_same_es256_key() {
    let (_, registration) = registered(AuthenticatorConfig::default());
    let attested = registration.attested();
    assert_eq!(labels(&attested.cose_key), [1, 3, -1, -2, -3]);
    assert_eq!(*attested.key_member(1), Cbor::from(2));
    assert_eq!(*attested.key_member(3), Cbor::from(-7));
    assert_eq!(*attested.key_member(-1), Cbor::from(1));
    let point = [&[4], attested.key_bytes(-2), attested.key_bytes(-3)].concat();
    assert_eq!(point.len(), 65);
    assert!(registration.spki().ends_with(&point));
}

#[test]
fn cose_key_and_spki_are_the_same_ed25519_key() {
    let config = AuthenticatorConfig { algorithms: vec![EDDSA], ..AuthenticatorConfig::default() };
    let (_, registration) = registered(config);
    let attested = registration.attested();
    assert_eq!(labels(&attested.cose_key), [1, 3, -1, -2]);
    assert_eq!(*attested.key_member(1), Cbor::from(1));
    assert_eq!(*attested.key_member(3), Cbor::from(-8));
    assert_eq!(*attested.key_member(-1), Cbor::from(6));
    assert_eq!(registration.spki()[12..], *attested.key_bytes(-2));
}

#[test]
fn cose_key_alone_verifies_an_rs256_assertion() {
    let config = AuthenticatorConfig { algorithms: vec![RS256], ..AuthenticatorConfig::default() };
    let (mut authenticator, registration) = registered(config);
    let attested = registration.attested();
    assert_eq!(labels(&attested.cose_key), [1, 3, -1, -2]);
    assert_eq!(*attested.key_member(1), Cbor::from(3));
    assert_eq!(attested.key_bytes(-1).len(), 256);
    assert_eq!(*attested.key_bytes(-2), [1, 0, 1]);

    let assertion = sign_in(&mut authenticator);
    let hash = crate::reading::sha256(&assertion.client_data);
    let message = [&assertion.auth_data.bytes[..], &hash].concat();
    RsaPublicKeyComponents { n: attested.key_bytes(-1), e: attested.key_bytes(-2) }
        .verify(&RSA_PKCS1_2048_8192_SHA256, &message, &assertion.signature)
        .unwrap();
}

#[test]
fn cose_key_of_ml_dsa_is_the_bare_key() {
    for (algorithm, key_bytes, signature_bytes) in
        [(ML_DSA_44, 1312, 2420), (ML_DSA_65, 1952, 3309), (ML_DSA_87, 2592, 4627)]
    {
        let config =
            AuthenticatorConfig { algorithms: vec![algorithm], ..AuthenticatorConfig::default() };
        let (mut authenticator, registration) = registered(config);
        let attested = registration.attested();
        assert_eq!(labels(&attested.cose_key), [1, 3, -1]);
        assert_eq!(*attested.key_member(1), Cbor::from(7));
        assert_eq!(attested.key_bytes(-1).len(), key_bytes);
        assert!(registration.spki().ends_with(attested.key_bytes(-1)));
        assert_eq!(sign_in(&mut authenticator).signature.len(), signature_bytes);
    }
}

#[test]
fn cose_key_of_every_curve_names_it() {
    for (algorithm, curve, length) in
        [(ES256, 1, 32), (ES384, 2, 48), (ES512, 3, 66), (ES256K, 8, 32), (ESP384, 2, 48)]
    {
        let config =
            AuthenticatorConfig { algorithms: vec![algorithm], ..AuthenticatorConfig::default() };
        let (_, registration) = registered(config);
        let attested = registration.attested();
        assert_eq!(*attested.key_member(-1), Cbor::from(curve));
        assert_eq!(attested.key_bytes(-2).len(), length);
        assert_eq!(attested.key_bytes(-3).len(), length);
    }
}

#[test]
fn stored_credential_tells_the_same_public_key() {
    let (authenticator, registration) = registered(AuthenticatorConfig::default());
    let credential = authenticator.credentials().next().unwrap();
    assert_eq!(credential.to_spki().unwrap(), registration.spki());
    assert!(registration.auth_data.bytes.ends_with(&credential.to_cose().unwrap()));
    assert_eq!(credential.id(), registration.attested().credential_id);
}

#[test]
fn default_credential_is_a_synced_passkey() {
    let (mut authenticator, registration) = registered(AuthenticatorConfig::default());
    let backup = flags::UP | flags::UV | flags::BE | flags::BS;
    assert_eq!(registration.auth_data.flags, backup | flags::AT);
    assert_eq!(registration.auth_data.sign_count, 0);
    let assertion = sign_in(&mut authenticator);
    assert_eq!(assertion.auth_data.flags, backup);
    assert_eq!(assertion.auth_data.sign_count, 0);
    assert!(assertion.auth_data.rest.is_empty());
}

#[test]
fn security_key_counts_and_has_no_backup() {
    let (mut authenticator, registration) = registered(AuthenticatorConfig::security_key());
    assert_eq!(registration.auth_data.flags, flags::UP | flags::UV | flags::AT);
    assert_eq!(registration.auth_data.sign_count, 1);
    for count in [2, 3] {
        let assertion = sign_in(&mut authenticator);
        assert_eq!(assertion.auth_data.sign_count, count);
        assert_eq!(assertion.auth_data.flags, flags::UP | flags::UV);
    }
}

#[test]
fn backed_up_without_eligibility_is_not_said() {
    let config = AuthenticatorConfig { backup_eligible: false, ..AuthenticatorConfig::default() };
    let (mut authenticator, registration) = registered(config);
    assert_eq!(registration.auth_data.flags & (flags::BE | flags::BS), 0);
    assert_eq!(sign_in(&mut authenticator).auth_data.flags & (flags::BE | flags::BS), 0);
}

#[test]
fn backup_state_follows_the_authenticator_and_eligibility_the_credential() {
    let config = AuthenticatorConfig { backed_up: false, ..AuthenticatorConfig::default() };
    let (mut authenticator, registration) = registered(config);
    assert_eq!(registration.auth_data.flags & (flags::BE | flags::BS), flags::BE);
    authenticator.config_mut().backed_up = true;
    authenticator.config_mut().backup_eligible = false;
    let assertion = sign_in(&mut authenticator);
    assert_eq!(assertion.auth_data.flags & (flags::BE | flags::BS), flags::BE | flags::BS);
}

#[test]
fn rp_id_hash_is_of_the_rp_id_and_not_of_the_host() {
    let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
    let origin = "https://login.example.org:8443";
    let json = authenticator.create(&creation_options().to_string(), origin).unwrap();
    let registration = crate::reading::Registration::read(&json);
    assert_eq!(registration.auth_data.rp_id_hash, crate::reading::sha256(b"example.org"));
}

#[test]
fn self_attestation_verifies_when_attestation_is_asked_for() {
    for algorithm in crate::ALGORITHMS {
        let config = AuthenticatorConfig {
            algorithms: vec![algorithm],
            attestation: Attestation::PackedSelf,
            ..AuthenticatorConfig::default()
        };
        let mut options = creation_options();
        options["attestation"] = json!("direct");
        let mut authenticator = Authenticator::new(config);
        let json = authenticator.create(&options.to_string(), ORIGIN).unwrap();
        let registration = crate::reading::Registration::read(&json);
        assert_eq!(registration.fmt, "packed");
        assert_eq!(registration.att_stmt[0], (Cbor::from("alg"), Cbor::from(algorithm)));
        assert_eq!(registration.att_stmt.len(), 2);
        assert!(registration.statement_verifies());
    }
}

#[test]
fn self_attestation_passes_unasked_only_without_an_aaguid() {
    let config = AuthenticatorConfig {
        attestation: Attestation::PackedSelf,
        ..AuthenticatorConfig::default()
    };
    let (_, named) = registered(config.clone());
    assert_eq!(named.fmt, "none");
    assert!(named.att_stmt.is_empty());
    let (_, anonymous) = registered(AuthenticatorConfig { aaguid: [0; 16], ..config });
    assert_eq!(anonymous.fmt, "packed");
    assert!(anonymous.statement_verifies());
}

#[test]
fn newest_discoverable_credential_signs_when_none_is_named() {
    let mut authenticator = Authenticator::new(AuthenticatorConfig {
        counter: Counter::Rising,
        ..AuthenticatorConfig::default()
    });
    for user in ["dXNlci0x", "dXNlci0y"] {
        let mut options = creation_options();
        options["user"]["id"] = json!(user);
        authenticator.create(&options.to_string(), ORIGIN).unwrap();
    }
    assert_eq!(sign_in(&mut authenticator).json["response"]["userHandle"], "dXNlci0y");
}

#[test]
fn named_credential_signs_even_if_an_unknown_one_is_named_first() {
    let (mut authenticator, registration) = registered(AuthenticatorConfig::default());
    let mut other = creation_options();
    other["user"]["id"] = json!("dXNlci0y");
    authenticator.create(&other.to_string(), ORIGIN).unwrap();
    let mut options = request_options();
    options["allowCredentials"] = json!([
        { "type": "public-key", "id": "AAAA" },
        { "type": "public-key", "id": registration.json["id"] },
    ]);
    let json = authenticator.get(&options.to_string(), ORIGIN).unwrap();
    let assertion = Assertion::read(&json);
    assert_eq!(assertion.json["id"], registration.json["id"]);
    assert!(assertion.verifies_with(&registration));
}

#[test]
fn discoverable_credential_replaces_the_one_of_the_same_account() {
    let (mut authenticator, first) = registered(AuthenticatorConfig::default());
    authenticator.create(&creation_options().to_string(), ORIGIN).unwrap();
    assert_eq!(authenticator.credentials().count(), 1);
    assert_ne!(sign_in(&mut authenticator).json["id"], first.json["id"]);
}

#[test]
fn taken_credential_no_longer_signs() {
    let (mut authenticator, registration) = registered(AuthenticatorConfig::default());
    let id = registration.attested().credential_id;
    assert!(authenticator.take_credential(&id).is_some());
    assert!(authenticator.take_credential(&id).is_none());
    let outcome = authenticator.get(&request_options().to_string(), ORIGIN);
    assert_eq!(outcome.map_err(|err| err.name()), Err("NotAllowedError"));
}

fn sign_in(authenticator: &mut Authenticator) -> Assertion {
    Assertion::read(&authenticator.get(&request_options().to_string(), ORIGIN).unwrap())
}

fn labels(cose_key: &[(Cbor, Cbor)]) -> Vec<i64> {
    cose_key.iter().map(|(label, _)| i64::try_from(label.as_integer().unwrap()).unwrap()).collect()
}
