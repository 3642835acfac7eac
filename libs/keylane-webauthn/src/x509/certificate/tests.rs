use proptest::prelude::*;

use super::*;
use crate::CoseAlgorithm;
use crate::sample::Signer;
use crate::sample::certificate::{
    self, BASIC_CONSTRAINTS, Builder, EXTENDED_KEY_USAGE, FIDO_AAGUID, KEY_USAGE, NOW, ca,
    extended_key_usage,
};
use crate::sample::der::{boolean, integer, octet_string, sequence};
use crate::x509::TrustAnchor;
use crate::x509::chain::{self, AnchorExpiry, Rules, Sha1Signatures};
use crate::x509::revocation::Revocation;

#[test]
fn a_certificate_is_read_field_by_field() {
    let key = signer();
    let der = certificate::leaf_for_packed([0xaa; 16], &key).serial(&[0, 0x80]).sign_with(&key);
    let certificate = Certificate::parse(&der).unwrap();
    assert_eq!(certificate.version, 3);
    assert_eq!(certificate.serial, [0, 0x80]);
    assert_eq!(certificate.not_before, UnixMillis(1_735_689_600_000));
    assert_eq!(certificate.not_after, UnixMillis(2_051_222_400_000));
    assert_eq!(certificate.public_key.der, key.spki());
    assert_eq!(certificate.fido_aaguid(), Ok(Some([0xaa; 16])));
    assert_eq!(certificate.key_usage(), Ok(None));
    let names: Vec<_> =
        certificate.subject_attributes().unwrap().iter().map(|it| it.text).collect();
    let expected = ["SE", "Keylane", "Authenticator Attestation", "Keylane Test Authenticator"];
    assert_eq!(names, expected);
    assert!(!certificate.is_self_issued());
}

#[test]
fn versions_1_to_3_are_read_and_only_3_has_extensions() {
    let bare = |version| {
        move |it: Builder| it.version(version).without(BASIC_CONSTRAINTS).without(FIDO_AAGUID)
    };
    for version in 1..=3 {
        check(bare(version), Ok(()));
    }
    check(bare(4), Err("certificate_malformed"));
    for version in 1..=2 {
        check(|it| it.version(version), Err("certificate_malformed"));
    }
}

#[test]
fn fields_that_are_not_what_they_should_be_are_refused() {
    check(|it| it.serial(&[]), Err("certificate_malformed"));
    check(|it| it.issuer(integer(1)), Err("certificate_malformed"));
    check(|it| it.subject(octet_string(&[])), Err("certificate_malformed"));
    check(|it| it.public_key(sequence(&[])), Err("certificate_malformed"));
    for time in
        ["20260101", "20261301000000Z", "20260230000000Z", "20260101240000Z", "260101000060Z"]
    {
        check(|it| it.validity(time, "350101000000Z"), Err("certificate_malformed"));
    }
    check(|it| it.validity("20240229000000Z", "99991231235959Z"), Ok(()));
}

#[test]
fn the_algorithm_outside_is_the_one_inside() {
    let key = signer();
    let der = certificate::root(&key).sign_with(&key);
    // The last one is outside.
    let ecdsa = certificate::algorithm_identifier(&key);
    let outside = der.windows(ecdsa.len()).rposition(|window| window == ecdsa).unwrap();
    let mut other = der.clone();
    other[outside + ecdsa.len() - 1] ^= 1;
    assert_eq!(Certificate::parse(&other).unwrap_err().code(), "certificate_malformed");
}

#[test]
fn an_extension_may_not_come_twice() {
    check(
        |it| it.extension_again(BASIC_CONSTRAINTS, true, sequence(&[])),
        Err("certificate_extensions_refused"),
    );
    let many = |count: u32| {
        move |it: Builder| {
            let add = |it: Builder, number| {
                it.extension_again(&format!("1.2.3.{number}"), false, octet_string(&[]))
            };
            (0..count).fold(it, add)
        }
    };
    check(many(62), Ok(()));
    check(many(63), Err("certificate_extensions_refused"));
}

#[test]
fn extensions_are_read_when_they_are_asked_for() {
    let garbage = octet_string(b"?");
    let asked = |edit: &dyn Fn(Builder) -> Builder, ask: &dyn Fn(&Certificate<'_>) -> bool| {
        let key = signer();
        let der = edit(certificate::leaf_for_packed([0; 16], &key)).sign_with(&key);
        ask(&Certificate::parse(&der).unwrap())
    };
    check(|it| it.extension(BASIC_CONSTRAINTS, false, octet_string(b"?")), Ok(()));
    let refused = Err(CertificateError::ExtensionMalformed);
    assert_eq!(CertificateError::ExtensionMalformed.code(), "certificate_extension_malformed");
    assert!(asked(&|it| it.extension(BASIC_CONSTRAINTS, true, garbage.clone()), &|it| {
        it.basic_constraints() == refused.map(|()| None)
    }));
    assert!(asked(&|it| it.extension(KEY_USAGE, true, garbage.clone()), &|it| {
        it.key_usage() == refused.map(|()| None)
    }));
    assert!(asked(&|it| it.extension(EXTENDED_KEY_USAGE, true, garbage.clone()), &|it| {
        it.extended_key_usage() == refused.map(|()| None)
    }));
    let usages = ["2.23.133.8.3", "1.2.3"];
    assert!(asked(
        &|it| it.extension(EXTENDED_KEY_USAGE, true, extended_key_usage(&usages)),
        &|it| it.extended_key_usage().unwrap().unwrap()[1] == [0x2a, 3],
    ));
}

#[test]
fn an_aaguid_is_sixteen_bytes_and_not_critical() {
    for (critical, value) in [
        (true, octet_string(&[0xaa; 16])),
        (false, octet_string(&[0xaa; 15])),
        (false, vec![0xaa; 16]),
    ] {
        let key = signer();
        let leaf = certificate::leaf_for_packed([0; 16], &key);
        let der = leaf.extension(FIDO_AAGUID, critical, value).sign_with(&key);
        let code = Certificate::parse(&der).unwrap().fido_aaguid().unwrap_err().code();
        assert_eq!(code, "certificate_extension_malformed");
    }
}

#[test]
fn basic_constraints_may_write_out_their_default() {
    let constraints = |value: Vec<u8>| BasicConstraints::parse(&value);
    let leaf = BasicConstraints { ca: false, path_length_max: None };
    assert_eq!(constraints(sequence(&[])), Ok(leaf));
    assert_eq!(constraints(sequence(&[boolean(false)])), Ok(leaf));
    let authority = BasicConstraints { ca: true, path_length_max: Some(2) };
    assert_eq!(constraints(ca(Some(2))), Ok(authority));
    for broken in
        [sequence(&[integer(1 << 40)]), sequence(&[integer(0), integer(0)]), vec![0x30, 1]]
    {
        assert_eq!(constraints(broken), Err(BadDer));
    }
}

#[test]
fn the_certificates_of_a_pem_text_are_read_in_order() {
    let roots = include_str!("../../../roots/google-hardware-attestation.pem");
    assert_eq!(TrustAnchor::all_from_pem(roots).unwrap().len(), 5);
    assert_eq!(TrustAnchor::all_from_pem("no certificate").unwrap(), []);
    for broken in ["", "AAAA\n-----END CERTIFICATE-----", "!\n-----END CERTIFICATE-----"] {
        let text = format!("-----BEGIN CERTIFICATE-----\n{broken}");
        assert_eq!(TrustAnchor::all_from_pem(&text).unwrap_err().code(), "certificate_malformed");
    }
}

/// Bug class: a certificate that is cut off, or too long.
#[test]
fn a_certificate_cut_off_anywhere_or_with_more_behind_it_is_refused() {
    let key = signer();
    let der = certificate::leaf_for_packed([0xaa; 16], &key).sign_with(&key);
    for end in 0..der.len() {
        assert!(Certificate::parse(&der[..end]).is_err(), "cut off at {end}");
    }
    let longer = [der.as_slice(), &[0]].concat();
    assert_eq!(Certificate::parse(&longer).unwrap_err().code(), "certificate_malformed");
}

#[test]
fn no_flipped_bit_leaves_a_certificate_trusted() {
    let (root_key, key) = (Signer::new(CoseAlgorithm::EdDsa), signer());
    let root = TrustAnchor::from_der(&certificate::root(&root_key).sign_with(&root_key)).unwrap();
    let der = certificate::leaf_for_packed([0xaa; 16], &key).sign_with(&root_key);
    assert!(is_trusted(&der, &root));
    for bit in 0..der.len() * 8 {
        let mut flipped = der.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(!is_trusted(&flipped, &root), "bit {bit}");
    }
}

proptest! {
    #[test]
    fn no_input_makes_the_reader_panic(input in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Certificate::parse(&input);
    }

    #[test]
    fn no_change_makes_the_reader_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let key = Signer::from_seed([1; 32]);
        let mut der = certificate::leaf_for_packed([0xaa; 16], &key).sign_with(&key);
        for (index, byte) in changes {
            let index = index.index(der.len());
            der[index] = byte;
        }
        if let Ok(certificate) = Certificate::parse(&der) {
            let _ = (certificate.basic_constraints(), certificate.fido_aaguid());
            let _ = certificate.subject_attributes();
        }
    }
}

fn is_trusted(der: &[u8], root: &TrustAnchor) -> bool {
    let Ok(certificate) = Certificate::parse(der) else { return false };
    let rules = Rules {
        anchors: &[root],
        now: NOW,
        anchor_expiry: AnchorExpiry::Checked,
        sha1: Sha1Signatures::Refused,
        revocation: &Revocation::default(),
    };
    chain::verify(&[certificate], &rules).is_ok()
}

/// Starts from a certificate that can be read, changes one thing, and compares the outcome.
#[track_caller]
fn check(change_one_thing: impl FnOnce(Builder) -> Builder, expected: Result<(), &str>) {
    let key = signer();
    let builder = change_one_thing(certificate::leaf_for_packed([0xaa; 16], &key));
    let der = builder.sign_with(&key);
    let outcome = Certificate::parse(&der).map(|_| ()).map_err(|err| err.code());
    assert_eq!(outcome, expected);
}

fn signer() -> Signer {
    Signer::new(CoseAlgorithm::Es256)
}
