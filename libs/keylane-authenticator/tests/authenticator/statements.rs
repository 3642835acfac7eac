//! Statements of `tpm`, `android-key`, `android-safetynet`, `apple` and `compound`, read field by
//! field and verified.

use crate::{
    attestation::{attested, created, extension_of},
    reading::{Registration, certificate, issued, public_key_of, sha256, verifies},
};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA384, SHA512, digest};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ciborium::Value as Cbor;
use keylane_authenticator::{
    Attestation, AuthenticatorConfig, ES256, ES384, ES512, PS256, RS1, RS256, TestAuthority,
    statement::{Authorization, KeyDescription, TPM_ALG_SHA1, TPM_ALG_SHA384},
    x509::{Extension, TpmNameLayout, extension},
};
use serde_json::{Value, json};
use x509_parser::{
    asn1_rs::{Any, FromDer},
    prelude::GeneralName,
};

const NOW_S: u64 = 1_767_225_600;

/// Takes fields from the front of a TPM structure.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn bytes(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        taken
    }

    fn u16(&mut self) -> u16 {
        u16::from_be_bytes(self.bytes(2).try_into().unwrap())
    }

    fn u32(&mut self) -> u32 {
        u32::from_be_bytes(self.bytes(4).try_into().unwrap())
    }

    fn sized(&mut self) -> &'a [u8] {
        let count = usize::from(self.u16());
        self.bytes(count)
    }
}

fn bytes_member<'r>(registration: &'r Registration, name: &str) -> &'r [u8] {
    registration.statement_member(name).as_bytes().unwrap()
}

#[test]
fn tpm_certifies_an_ecc_key() {
    let it = attested(Attestation::Tpm, |_| {});
    assert_eq!(it.fmt, "tpm");
    assert_eq!(it.statement_member("ver"), &Cbor::from("2.0"));
    let mut area = Fields(bytes_member(&it, "pubArea"));
    assert_eq!((area.u16(), area.u16(), area.u32()), (0x23, 0x0b, 0x0006_0472));
    assert_eq!(area.sized().len(), 32);
    assert_eq!([area.u16(), area.u16(), area.u16(), area.u16()], [0x10, 0x10, 3, 0x10]);
    let attested = it.attested();
    assert_eq!((area.sized(), area.sized()), (attested.key_bytes(-2), attested.key_bytes(-3)));
    assert!(area.0.is_empty());
    check_certify_info(&it, &sha256(&it.signed_bytes()), &sha256(bytes_member(&it, "pubArea")));
}

#[test]
fn tpm_certifies_an_rsa_key() {
    let config = AuthenticatorConfig {
        attestation: Attestation::Tpm,
        algorithms: vec![RS256],
        attestation_algorithm: Some(RS256),
        ..AuthenticatorConfig::default()
    };
    let it = created(config, "direct", |_| {});
    let mut area = Fields(bytes_member(&it, "pubArea"));
    assert_eq!((area.u16(), area.u16()), (1, 0x0b));
    area.bytes(4 + 34);
    assert_eq!([area.u16(), area.u16(), area.u16()], [0x10, 0x10, 2048]);
    assert_eq!(area.u32(), 0);
    assert_eq!(area.sized(), it.attested().key_bytes(-1));
    assert!(area.0.is_empty());
    check_certify_info(&it, &sha256(&it.signed_bytes()), &sha256(bytes_member(&it, "pubArea")));
}

#[test]
fn tpm_takes_the_hash_of_the_algorithm_and_of_the_name() {
    for (algorithm, hash) in [(ES384, &SHA384), (ES512, &SHA512)] {
        let config = AuthenticatorConfig {
            attestation: Attestation::Tpm,
            attestation_algorithm: Some(algorithm),
            ..AuthenticatorConfig::default()
        };
        let it = created(config, "direct", |parts| {
            parts.edit_tpm(|tpm| tpm.public_area.name_algorithm = TPM_ALG_SHA384);
        });
        let name = digest(&SHA384, bytes_member(&it, "pubArea"));
        check_certify_info(&it, digest(hash, &it.signed_bytes()).as_ref(), name.as_ref());
    }
    let it = attested(Attestation::Tpm, |parts| {
        parts.edit_tpm(|tpm| tpm.public_area.name_algorithm = TPM_ALG_SHA1);
    });
    let name = digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes_member(&it, "pubArea"));
    check_certify_info(&it, &sha256(&it.signed_bytes()), name.as_ref());
    let config = AuthenticatorConfig {
        attestation: Attestation::Tpm,
        attestation_algorithm: Some(PS256),
        ..AuthenticatorConfig::default()
    };
    let it = created(config, "direct", |_| {});
    check_certify_info(&it, &sha256(&it.signed_bytes()), &sha256(bytes_member(&it, "pubArea")));
}

#[test]
fn tpm_signs_with_sha_1_as_those_in_the_field_do() {
    let config = AuthenticatorConfig {
        attestation: Attestation::Tpm,
        attestation_algorithm: Some(RS1),
        ..AuthenticatorConfig::default()
    };
    let it = created(config, "direct", |_| {});
    assert_eq!(it.statement_algorithm(), -65535);
    let extra_data = digest(&SHA1_FOR_LEGACY_USE_ONLY, &it.signed_bytes());
    check_certify_info(&it, extra_data.as_ref(), &sha256(bytes_member(&it, "pubArea")));
}

/// Reads `certInfo` and checks its signature.
#[track_caller]
fn check_certify_info(it: &Registration, extra_data: &[u8], name_hash: &[u8]) {
    let encoded = bytes_member(it, "certInfo");
    let mut info = Fields(encoded);
    assert_eq!((info.u32(), info.u16()), (0xff54_4347, 0x8017));
    assert_eq!(info.sized().len(), 34);
    assert_eq!(info.sized(), extra_data);
    info.bytes(17 + 8);
    let name = info.sized();
    let name_algorithm = &bytes_member(it, "pubArea")[2..4];
    assert_eq!(name, [name_algorithm, name_hash].concat());
    info.sized();
    assert!(info.0.is_empty());
    let key = public_key_of(&it.x5c()[0]);
    assert!(verifies(&key, it.statement_algorithm(), encoded, it.signature()));
}

#[test]
fn tpm_attestation_key_has_the_certificate_of_one() {
    let it = attested(Attestation::Tpm, |_| {});
    let [leaf, intermediate] = &it.x5c()[..] else { panic!("two certificates") };
    assert!(issued(intermediate, leaf));
    assert!(issued(TestAuthority::shared(NOW_S).unwrap().root(), intermediate));
    let parsed = certificate(leaf);
    assert_eq!(parsed.subject().iter().count(), 0);
    assert!(!parsed.is_ca());
    let usage = parsed.extended_key_usage().unwrap().unwrap();
    assert_eq!(usage.value.other[0].to_id_string(), "2.23.133.8.3");
    check_tpm_names(leaf, 1);
    let it = attested(Attestation::Tpm, |parts| {
        parts.edit_certificates(|path| {
            path[0].set_extension(Extension::tpm_device(
                "id:494E5443",
                "Keylane Test TPM",
                "id:13",
                TpmNameLayout::ThreeSets,
            ));
        });
    });
    check_tpm_names(&it.x5c()[0], 3);
}

#[track_caller]
fn check_tpm_names(leaf: &[u8], sets: usize) {
    let parsed = certificate(leaf);
    let names = parsed.subject_alternative_name().unwrap().unwrap();
    assert!(names.critical);
    let [GeneralName::DirectoryName(name)] = &names.value.general_names[..] else {
        panic!("one directory name")
    };
    assert_eq!(name.iter_rdn().count(), sets);
    let mut attributes: Vec<_> = name
        .iter_attributes()
        .map(|it| (it.attr_type().to_id_string(), it.as_str().unwrap().to_owned()))
        .collect();
    attributes.sort();
    let expected = [
        ("2.23.133.2.1", "id:494E5443"),
        ("2.23.133.2.2", "Keylane Test TPM"),
        ("2.23.133.2.3", "id:13"),
    ];
    assert_eq!(attributes, expected.map(|(oid, text)| (oid.to_owned(), text.to_owned())));
}

#[test]
fn tpm_structures_change_under_the_signature() {
    let it = attested(Attestation::Tpm, |parts| {
        parts.edit_tpm(|tpm| {
            tpm.version = "1.2".to_owned();
            tpm.certify_info.magic = 1;
            tpm.extra_data = Some(vec![7; 3]);
            tpm.name = Some(vec![8; 2]);
            tpm.edit_public_area(|bytes| bytes.push(0));
            tpm.edit_certify_info(|bytes| bytes.push(0));
        });
    });
    assert_eq!(it.statement_member("ver"), &Cbor::from("1.2"));
    let mut info = Fields(bytes_member(&it, "certInfo"));
    assert_eq!((info.u32(), info.u16()), (1, 0x8017));
    info.sized();
    assert_eq!(info.sized(), [7; 3]);
    info.bytes(17 + 8);
    assert_eq!(info.sized(), [8; 2]);
    info.sized();
    assert_eq!(info.0, [0]);
    let key = public_key_of(&it.x5c()[0]);
    assert!(verifies(&key, ES256, bytes_member(&it, "certInfo"), it.signature()));
}

#[test]
fn android_key_describes_the_key_that_it_certifies() {
    for algorithm in [ES256, ES384, RS256] {
        let config = AuthenticatorConfig {
            attestation: Attestation::AndroidKey,
            algorithms: vec![algorithm],
            ..AuthenticatorConfig::default()
        };
        let it = created(config, "direct", |_| {});
        assert_eq!(it.fmt, "android-key");
        let [leaf, intermediate, root] = &it.x5c()[..] else { panic!("three certificates") };
        assert_eq!(root, TestAuthority::shared(NOW_S).unwrap().root());
        assert!(issued(root, intermediate));
        assert!(issued(intermediate, leaf));
        assert_eq!(public_key_of(leaf), it.spki());
        assert!(it.statement_verifies() && it.certified_statement_verifies());
        let description = description_of(leaf);
        assert_eq!(
            description[0..4],
            [(2, vec![1, 44]), (10, vec![1]), (2, vec![1, 44]), (10, vec![1])]
        );
        assert_eq!(description[4], (4, sha256(&it.client_data)));
        assert_eq!(description[5], (4, vec![]));
        assert_eq!(tags(&description[6].1), [701]);
        let tee = tags(&description[7].1);
        let expected: &[u32] = if algorithm == RS256 {
            &[1, 2, 3, 5, 503, 702, 704, 705, 706]
        } else {
            &[1, 2, 3, 5, 10, 503, 702, 704, 705, 706]
        };
        assert_eq!(tee, expected);
    }
}

#[test]
fn android_key_description_changes_before_it_is_certified() {
    let it = attested(Attestation::AndroidKey, |parts| {
        parts.edit_key_description(|it| {
            it.attestation_version = 3;
            it.attestation_challenge = vec![1];
            it.security_level_tag = 2;
            it.enforce_in_software();
            it.remove(503);
            KeyDescription::set(&mut it.tee_enforced, Authorization::all_applications());
            KeyDescription::set(&mut it.tee_enforced, Authorization::purposes(&[3, 2]));
        });
    });
    let leaf = &it.x5c()[0];
    let description = description_of(leaf);
    assert_eq!(description[0..2], [(2, vec![3]), (2, vec![0])]);
    assert_eq!(description[4], (4, vec![1]));
    assert_eq!(tags(&description[6].1), [1, 2, 3, 5, 10, 701, 702, 704, 705, 706]);
    assert_eq!(tags(&description[7].1), [1, 600]);
    assert!(description[7].1.starts_with(&[0xa1, 8, 0x31, 6, 2, 1, 2, 2, 1, 3]));
    assert!(it.certified_statement_verifies());
}

/// The tags and contents of the fields of the attestation extension.
fn description_of(leaf: &[u8]) -> Vec<(u32, Vec<u8>)> {
    let value = extension_of(leaf, extension::ANDROID_KEY_DESCRIPTION).unwrap();
    let [(0x10, fields)] = &values(&value)[..] else { panic!("one sequence") };
    values(fields)
}

/// The numbers of the tags in an authorization list.
fn tags(list: &[u8]) -> Vec<u32> {
    values(list).into_iter().map(|(tag, _)| tag).collect()
}

/// The number of the tag and the content of each DER value.
fn values(mut encoded: &[u8]) -> Vec<(u32, Vec<u8>)> {
    let mut values = Vec::new();
    while !encoded.is_empty() {
        let (rest, value) = Any::from_der(encoded).unwrap();
        values.push((value.tag().0, value.data.to_vec()));
        encoded = rest;
    }
    values
}

#[test]
fn apple_certifies_the_key_with_a_nonce() {
    let it = attested(Attestation::Apple, |_| {});
    assert_eq!(it.fmt, "apple");
    assert_eq!(it.att_stmt.len(), 1);
    let [leaf, intermediate] = &it.x5c()[..] else { panic!("two certificates") };
    assert!(issued(intermediate, leaf));
    assert!(issued(TestAuthority::shared(NOW_S).unwrap().root(), intermediate));
    assert_eq!(public_key_of(leaf), it.spki());
    let nonce = sha256(&it.signed_bytes());
    let value = extension_of(leaf, extension::APPLE_NONCE).unwrap();
    assert_eq!(value, [&[0x30, 36, 0xa1, 34, 4, 32], &nonce[..]].concat());
    let it = attested(Attestation::Apple, |parts| parts.edit_signed_bytes(Vec::clear));
    let value = extension_of(&it.x5c()[0], extension::APPLE_NONCE).unwrap();
    assert_eq!(value[6..], sha256(b""));
}

#[test]
fn safetynet_signs_a_statement_about_the_device() {
    let it = attested(Attestation::AndroidSafetyNet, |_| {});
    assert_eq!(it.fmt, "android-safetynet");
    let jws = Jws::read(&it);
    assert_eq!(jws.header["alg"], "RS256");
    assert_eq!(jws.payload["nonce"], STANDARD.encode(sha256(&it.signed_bytes())));
    assert_eq!(jws.payload["ctsProfileMatch"], true);
    assert_eq!(jws.payload["timestampMs"], NOW_S * 1000);
    let leaf = certificate(&jws.x5c[0]);
    assert_eq!(leaf.subject().to_string(), "CN=attest.android.com");
    let names = leaf.subject_alternative_name().unwrap().unwrap();
    assert_eq!(names.value.general_names, [GeneralName::DNSName("attest.android.com")]);
    assert!(issued(&jws.x5c[1], &jws.x5c[0]));
    assert!(verifies(&public_key_of(&jws.x5c[0]), RS256, &jws.signed, &jws.signature));
}

#[test]
fn safetynet_statement_changes_under_the_signature() {
    let it = attested(Attestation::AndroidSafetyNet, |parts| {
        parts.edit_safetynet(|it| {
            it.version = String::new();
            it.header["typ"] = json!("JWT");
            it.payload["ctsProfileMatch"] = json!(false);
        });
    });
    assert_eq!(it.statement_member("ver"), &Cbor::from(""));
    let jws = Jws::read(&it);
    assert_eq!(jws.header["typ"], "JWT");
    assert_eq!(jws.payload["ctsProfileMatch"], false);
    assert!(verifies(&public_key_of(&jws.x5c[0]), RS256, &jws.signed, &jws.signature));
}

struct Jws {
    header: Value,
    payload: Value,
    x5c: Vec<Vec<u8>>,
    signed: Vec<u8>,
    signature: Vec<u8>,
}

impl Jws {
    fn read(registration: &Registration) -> Self {
        let text = std::str::from_utf8(bytes_member(registration, "response")).unwrap();
        let (signed, signature) = text.rsplit_once('.').unwrap();
        let (header, payload) = signed.split_once('.').unwrap();
        let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
        let header: Value = serde_json::from_slice(&bytes(header)).unwrap();
        let certificates = header["x5c"].as_array().unwrap().iter();
        Self {
            payload: serde_json::from_slice(&bytes(payload)).unwrap(),
            x5c: certificates.map(|it| STANDARD.decode(it.as_str().unwrap()).unwrap()).collect(),
            signed: signed.as_bytes().to_vec(),
            signature: bytes(signature),
            header,
        }
    }
}

#[test]
fn compound_holds_statements_about_the_same_credential() {
    let items = compound_items(&[]);
    let [(first, tpm), (second, packed)] = &items[..] else { panic!("two statements") };
    assert_eq!((first.as_str(), second.as_str()), ("tpm", "packed"));
    assert_eq!(tpm.len(), 6);
    assert_eq!(packed.len(), 3);
    let nested = compound_items(&[Attestation::Compound, Attestation::PackedSelf]);
    assert_eq!(nested[0], ("compound".to_owned(), Vec::new()));
    assert_eq!(nested[1].1.len(), 2);
}

/// Format and members of each statement in a compound one.
fn compound_items(formats: &[Attestation]) -> Vec<(String, Vec<(Cbor, Cbor)>)> {
    let formats = formats.to_vec();
    let object = crate::attestation::attestation_object(Attestation::Compound, |parts| {
        if !formats.is_empty() {
            parts.compound = formats;
        }
    });
    let members = object.into_map().unwrap();
    assert_eq!(members[0].1, Cbor::from("compound"));
    let items = members[1].1.as_array().unwrap().iter();
    items
        .map(|item| {
            let [(_, fmt), (_, statement)] = &item.as_map().unwrap()[..] else {
                panic!("fmt and attStmt")
            };
            let members = statement.as_map().cloned().unwrap_or_default();
            (fmt.as_text().unwrap().to_owned(), members)
        })
        .collect()
}
