//! Certificates, revocation lists and the chains of statements, read by `x509-parser`.

use crate::{
    ORIGIN,
    attestation::{attested, created, extension_of},
    creation_options,
    reading::{Registration, certificate, issued, public_key_of, verifies},
};
use keylane_authenticator::{
    Attestation, Authenticator, AuthenticatorConfig, EDDSA, ES256, ES384, ES512, RS1, RS256, RS384,
    RS512, TestAuthority, TestKey,
    x509::{Attribute, Extension, Name, der, extension},
};
use serde_json::json;
use x509_parser::prelude::{CertificateRevocationList, FromDer, RevokedCertificate, X509Version};

const NOW_S: u64 = 1_767_225_600;

#[test]
fn authority_is_the_same_for_the_same_instant() {
    let first = TestAuthority::shared(NOW_S).unwrap();
    let second = TestAuthority::shared(NOW_S).unwrap();
    assert_eq!(first.root(), second.root());
    let later = TestAuthority::shared(NOW_S + 1).unwrap();
    assert_eq!(first.root_key().to_spki(), later.root_key().to_spki());
}

#[test]
fn root_and_intermediate_link_and_hold_what_authorities_must() {
    let authority = TestAuthority::shared(NOW_S).unwrap();
    let (root, intermediate) =
        (certificate(authority.root()), certificate(authority.intermediate()));
    assert!(issued(authority.root(), authority.root()));
    assert!(issued(authority.root(), authority.intermediate()));
    for (it, path_length_max) in [(root, None), (intermediate, Some(0))] {
        assert_eq!(it.version(), X509Version::V3);
        let constraints = it.basic_constraints().unwrap().unwrap();
        assert!(constraints.critical && constraints.value.ca);
        assert_eq!(constraints.value.path_len_constraint, path_length_max);
        let usage = it.key_usage().unwrap().unwrap();
        assert!(usage.value.key_cert_sign() && usage.value.crl_sign());
        assert!(!usage.value.digital_signature());
        assert!(it.validity().not_before.timestamp() < i64::try_from(NOW_S).unwrap());
        assert!(it.validity().not_after.timestamp() > i64::try_from(NOW_S).unwrap());
    }
}

#[test]
fn root_in_pem_is_the_root() {
    let authority = TestAuthority::shared(NOW_S).unwrap();
    let (_, pem) = x509_parser::pem::parse_x509_pem(authority.root_pem().as_bytes()).unwrap();
    assert_eq!(pem.contents, authority.root());
}

#[test]
fn authorities_sign_with_every_algorithm_that_has_a_form_in_certificates() {
    for algorithm in [ES256, ES384, ES512, RS1, RS256, RS384, RS512, EDDSA] {
        let it = TestAuthority::generate("Other", algorithm, ES256, NOW_S).unwrap();
        assert!(issued(it.root(), it.intermediate()), "{algorithm}");
        assert_eq!(certificate(it.root()).subject().to_string(), "CN=Other Root CA");
    }
}

#[test]
fn certificates_change_under_their_signature() {
    let authority = TestAuthority::shared(NOW_S).unwrap();
    let key = TestKey::generate(ES256).unwrap();
    let mut parts = authority.issued_by_root(Name::common("leaf"), key.to_spki().unwrap());
    parts.version = 1;
    parts.serial = vec![0, 0x9f];
    parts.subject = Name(vec![vec![
        Attribute::printable(&Name::COUNTRY, "AT"),
        Attribute::utf8(&Name::COMMON_NAME, "both in one"),
    ]]);
    parts.not_before_s = 0;
    parts.not_after_s = 4_102_444_800;
    let issued_der = parts.issue().unwrap();
    let it = certificate(&issued_der);
    assert_eq!(it.version(), X509Version::V1);
    assert_eq!(it.raw_serial(), [0, 0x9f]);
    assert_eq!(it.subject().iter_rdn().count(), 1);
    assert_eq!(it.validity().not_before.timestamp(), 0);
    assert_eq!(it.validity().not_after.timestamp(), 4_102_444_800);
    assert!(it.extensions().is_empty());
    assert!(issued(authority.root(), &issued_der));
}

#[test]
fn certificates_can_be_signed_wrongly() {
    let authority = TestAuthority::shared(NOW_S).unwrap();
    let mut parts = authority.intermediate_parts().unwrap();
    parts.signer = TestKey::generate(ES384).unwrap();
    assert!(!issued(authority.root(), &parts.issue().unwrap()));
    let mut parts = authority.intermediate_parts().unwrap();
    parts.edit_signature(|signature| signature.truncate(8));
    assert!(!issued(authority.root(), &parts.issue().unwrap()));
    let mut parts = authority.intermediate_parts().unwrap();
    parts.edit_to_be_signed(|bytes| bytes.push(0));
    assert!(x509_parser::parse_x509_certificate(&parts.issue().unwrap()).is_err());
}

#[test]
fn extensions_are_set_and_removed() {
    let mut parts = TestAuthority::shared(NOW_S).unwrap().root_parts().unwrap();
    parts.set_extension(Extension::authority(Some(7)));
    parts.set_extension(Extension::dns_name("attest.example"));
    parts.remove_extension(extension::KEY_USAGE);
    let issued_der = parts.issue().unwrap();
    let it = certificate(&issued_der);
    let constraints = it.basic_constraints().unwrap().unwrap();
    assert_eq!(constraints.value.path_len_constraint, Some(7));
    assert!(it.key_usage().unwrap().is_none());
    assert_eq!(it.subject_alternative_name().unwrap().unwrap().value.general_names.len(), 1);
}

#[test]
fn revocation_lists_name_serials_and_times() {
    let authority = TestAuthority::shared(NOW_S).unwrap();
    let mut parts = authority.root_revocation_list();
    parts.revoked_serials = vec![vec![2], vec![0xff, 1]];
    let list = parts.issue().unwrap();
    let (rest, it) = CertificateRevocationList::from_der(&list).unwrap();
    assert!(rest.is_empty());
    assert_eq!(it.version().unwrap().0, 1);
    let serials: Vec<_> =
        it.iter_revoked_certificates().map(RevokedCertificate::raw_serial).collect();
    assert_eq!(serials, [&[2][..], &[0, 0xff, 1]]);
    assert!(it.last_update() < it.next_update().unwrap());
    let signature = it.signature_value.data.clone();
    let key = authority.root_key().to_spki().unwrap();
    assert!(verifies(&key, ES384, it.tbs_cert_list.as_ref(), &signature));
    let mut parts = authority.intermediate_revocation_list();
    parts.next_update_s = None;
    let list = parts.issue().unwrap();
    let (_, it) = CertificateRevocationList::from_der(&list).unwrap();
    assert!(it.next_update().is_none() && it.iter_revoked_certificates().next().is_none());
}

#[test]
fn packed_basic_has_a_leaf_right_below_the_root() {
    let it = attested(Attestation::PackedBasic, |_| {});
    let [leaf] = &it.x5c()[..] else { panic!("one certificate") };
    let authority = TestAuthority::shared(NOW_S).unwrap();
    assert!(issued(authority.root(), leaf));
    let parsed = certificate(leaf);
    assert_eq!(parsed.version(), X509Version::V3);
    assert_eq!(
        parsed.subject().to_string(),
        "C=AT, O=Keylane, OU=Authenticator Attestation, CN=Keylane Test Authenticator"
    );
    assert!(!parsed.basic_constraints().unwrap().unwrap().value.ca);
    let aaguid = extension_of(leaf, extension::FIDO_AAGUID).unwrap();
    assert_eq!(aaguid, der::octet_string(b"KeylaneSoftAuth1"));
    assert!(extension_of(leaf, extension::FIDO_SERIAL_NUMBER).is_none());
    assert!(it.certified_statement_verifies());
}

#[test]
fn packed_attestation_ca_has_an_intermediate() {
    let it = attested(Attestation::PackedAttestationCa, |_| {});
    let [leaf, intermediate] = &it.x5c()[..] else { panic!("two certificates") };
    let authority = TestAuthority::shared(NOW_S).unwrap();
    assert!(issued(intermediate, leaf));
    assert!(issued(authority.root(), intermediate));
    assert!(it.certified_statement_verifies());
}

#[test]
fn packed_enterprise_tells_the_serial_number_only_when_asked() {
    let config = || AuthenticatorConfig {
        attestation: Attestation::PackedEnterprise,
        ..AuthenticatorConfig::default()
    };
    let asked = created(config(), "enterprise", |_| {});
    let serial_number = extension_of(&asked.x5c()[0], extension::FIDO_SERIAL_NUMBER).unwrap();
    assert_eq!(serial_number, der::octet_string(b"KEYLANE-0001"));
    let unasked = created(config(), "direct", |_| {});
    assert!(extension_of(&unasked.x5c()[0], extension::FIDO_SERIAL_NUMBER).is_none());
    assert_eq!(created(config(), "none", |_| {}).fmt, "none");
}

#[test]
fn statements_are_signed_with_the_configured_algorithm() {
    for algorithm in [ES384, ES512, RS256, EDDSA] {
        let config = AuthenticatorConfig {
            attestation: Attestation::PackedBasic,
            attestation_algorithm: Some(algorithm),
            ..AuthenticatorConfig::default()
        };
        let it = created(config, "direct", |_| {});
        assert_eq!(it.statement_algorithm(), algorithm);
        assert!(it.certified_statement_verifies(), "{algorithm}");
    }
}

#[test]
fn fido_u2f_signs_what_a_u2f_authenticator_would() {
    let it = attested(Attestation::FidoU2f, |_| {});
    assert_eq!(it.fmt, "fido-u2f");
    let attested = it.attested();
    assert_eq!(attested.aaguid, [0; 16]);
    let message = [
        &[0],
        &it.auth_data.rp_id_hash[..],
        &crate::reading::sha256(&it.client_data),
        &attested.credential_id,
        &[4],
        attested.key_bytes(-2),
        attested.key_bytes(-3),
    ]
    .concat();
    let [leaf] = &it.x5c()[..] else { panic!("one certificate") };
    assert!(verifies(&public_key_of(leaf), ES256, &message, it.signature()));
    assert!(issued(TestAuthority::shared(NOW_S).unwrap().root(), leaf));
}

#[test]
fn fido_u2f_has_no_keys_but_es256() {
    let mut authenticator = Authenticator::new(AuthenticatorConfig {
        attestation: Attestation::FidoU2f,
        algorithms: vec![EDDSA, ES384],
        ..AuthenticatorConfig::default()
    });
    let refused = authenticator.create(&creation_options().to_string(), ORIGIN);
    assert_eq!(refused.map_err(|err| err.code()), Err("not_supported_error"));
}

#[test]
fn certificates_of_a_statement_change_before_and_after_they_are_issued() {
    let it = attested(Attestation::PackedBasic, |parts| {
        parts.edit_certificates(|path| path[0].set_extension(Extension::authority(None)));
    });
    assert!(certificate(&it.x5c()[0]).is_ca());
    let it = attested(Attestation::PackedAttestationCa, |parts| {
        parts.edit_x5c(|x5c| x5c.reverse());
    });
    assert!(issued(&it.x5c()[0], &it.x5c()[1]));
}

#[test]
fn statements_of_authorities_change() {
    let it = attested(Attestation::PackedBasic, |parts| {
        parts.edit_statement(|statement| {
            statement.remove_member("x5c");
            statement.set_member("ver", keylane_authenticator::Cbor::Int(2));
        });
    });
    let names: Vec<_> = it.att_stmt.iter().map(|(key, _)| key.as_text().unwrap()).collect();
    assert_eq!(names, ["alg", "sig", "ver"]);
    let it = attested(Attestation::PackedBasic, |parts| {
        parts.statement_key = TestKey::generate(ES256).ok();
    });
    assert!(!it.certified_statement_verifies());
    let it = attested(Attestation::PackedBasic, |parts| {
        parts.edit_signed_bytes(|bytes| bytes.push(0));
    });
    assert!(!it.certified_statement_verifies());
}

#[test]
fn authenticator_takes_another_authority() {
    let other = std::sync::Arc::new(TestAuthority::generate("Other", ES256, ES256, NOW_S).unwrap());
    let mut authenticator = Authenticator::new(AuthenticatorConfig {
        attestation: Attestation::PackedBasic,
        ..AuthenticatorConfig::default()
    });
    authenticator.set_authority(std::sync::Arc::clone(&other));
    let mut options = creation_options();
    options["attestation"] = json!("direct");
    let json = authenticator.create(&options.to_string(), ORIGIN).unwrap();
    assert!(issued(other.root(), &Registration::read(&json).x5c()[0]));
}
