use proptest::prelude::*;

use super::*;
use crate::attestation::{AttestationPolicy, TrustAnchors};
use crate::sample::certificate;
use crate::sample::tpm::{CertInfoParts, KeyParts, PubAreaParts};
use crate::sample::{Signer, array, bytes, hex, map, text};
use crate::x509::TrustAnchor;
use case::{Case, Members, check, code};

pub(super) mod case;

#[test]
fn tpm_accepts_a_certified_key() {
    check(|_| {}, Ok(&[]));
}

#[test]
fn tpm_accepts_attestation_keys_of_every_algorithm_with_a_hash() {
    for algorithm in [
        CoseAlgorithm::Es256,
        CoseAlgorithm::Es384,
        CoseAlgorithm::Es512,
        CoseAlgorithm::Es256K,
        CoseAlgorithm::Rs256,
        CoseAlgorithm::Rs384,
        CoseAlgorithm::Rs512,
        CoseAlgorithm::Ps256,
        CoseAlgorithm::Ps384,
        CoseAlgorithm::Ps512,
    ] {
        check(|case| case.set_aik(Signer::new(algorithm)), Ok(&[]));
    }
}

#[test]
fn tpm_says_who_certified_and_where_the_key_lives() {
    let mut case = Case::new();
    let root = certificate::root(&case.root_key).sign_with(&case.root_key);
    let anchors = TrustAnchors::from_iter([TrustAnchor::from_der(&root).unwrap()]);
    case.policy = AttestationPolicy::required(vec![AttestationFormat::Tpm], anchors);
    let verdict = case.judge().unwrap();
    assert_eq!(verdict.kind, AttestationKind::AttCa);
    assert_eq!(verdict.proven_key_storage(), Some(KeyStorage::Tpm));
    assert!(verdict.is_anchored());
    assert_eq!(verdict.trust_path.len(), 1);
}

/// A TPM certifies keys that were imported or may be moved as well.
#[test]
fn tpm_does_not_say_that_it_keeps_a_key_that_may_be_elsewhere() {
    for (attributes, storage) in [
        (0x0006_0472, KeyStorage::Tpm),
        (0x0000_0022, KeyStorage::Tpm),
        (0x0006_0470, KeyStorage::Software),
        (0x0006_0452, KeyStorage::Software),
        (0, KeyStorage::Software),
    ] {
        let mut case = Case::new();
        case.pub_area.attributes = attributes;
        let verdict = case.judge().unwrap();
        assert_eq!(verdict.key_storage, Some(storage), "{attributes:08x}");
        assert!(!verdict.is_anchored() && verdict.proven_key_storage().is_none());
    }
}

#[test]
fn tpm_refuses_a_statement_with_other_members() {
    for member in 0..6 {
        check(
            |case| case.edit = Box::new(move |members| drop(members.remove(member))),
            Err("attestation_statement_malformed"),
        );
        check(
            |case| case.edit = Box::new(move |members| members[member].1 = map(&[])),
            Err("attestation_statement_malformed"),
        );
    }
    let ecdaa = |members: &mut Members| members[2] = (text("ecdaaKeyId"), bytes(&[1]));
    check(|case| case.edit = Box::new(ecdaa), Err("attestation_statement_malformed"));
    let further = |members: &mut Members| members.push((text("ecdaaKeyId"), bytes(&[1])));
    check(|case| case.edit = Box::new(further), Err("attestation_statement_malformed"));
    let empty = |members: &mut Members| members[2].1 = array(&[]);
    check(|case| case.edit = Box::new(empty), Err("attestation_statement_malformed"));
}

#[test]
fn tpm_refuses_another_version() {
    for version in ["1.2", "2", "2.00", ""] {
        check(|case| case.version = version, Err("tpm_version"));
    }
}

#[test]
fn tpm_refuses_algorithms_in_which_no_tpm_signs() {
    for id in [-8, -19, -48, -999, 0] {
        check(|case| case.algorithm = id, Err("tpm_algorithm_refused"));
    }
}

#[test]
fn tpm_refuses_sha1_unless_the_policy_permits_it() {
    check(|case| case.algorithm = COSE_RS1, Err("tpm_rs1_refused"));
    let permitted = |case: &mut Case| {
        case.algorithm = COSE_RS1;
        case.permit(PolicySwitch::TpmRs1);
    };
    // The key is an ECDSA key, and the signature too.
    check(permitted, Err("attestation_signature_invalid"));
}

/// As Windows Hello does. Nothing here signs with SHA-1, so key and signature are recorded.
#[test]
fn tpm_accepts_sha1_of_rsa_keys_when_the_policy_permits_it() {
    let recorded = |case: &mut Case| {
        case.set_fixed_credential();
        case.algorithm = COSE_RS1;
        case.certificate(|it| it.public_key(hex(include_str!("tests/rs1.spki.hex"))));
        case.signature = Some(hex(include_str!("tests/rs1.signature.hex")));
    };
    check(recorded, Err("tpm_rs1_refused"));
    let permitted = |case: &mut Case| {
        recorded(case);
        case.permit(PolicySwitch::TpmRs1);
    };
    check(permitted, Ok(&[PolicySwitch::TpmRs1]));
    let other = |case: &mut Case| {
        permitted(case);
        case.flip_extra_data = 1;
    };
    check(other, Err("tpm_extra_data_mismatch"));
}

#[test]
fn tpm_refuses_certify_information_that_is_none() {
    check(|case| case.cert_info.magic = 0xff54_4348, Err("tpm_magic"));
    // A quote, and a creation.
    for kind in [0x8018, 0x801a] {
        check(|case| case.cert_info.kind = kind, Err("tpm_attestation_type"));
    }
    check(|case| case.cert_info.trailing = vec![0], Err("tpm_cert_info_malformed"));
}

#[test]
fn tpm_refuses_certify_information_for_something_else() {
    check(|case| case.flip_extra_data = 1, Err("tpm_extra_data_mismatch"));
    check(|case| case.flip_name = 1, Err("tpm_name_mismatch"));
    // Signed as if another hash were meant.
    let longer = |case: &mut Case| case.extra_data_hash = Some(&SHA384);
    check(longer, Err("tpm_extra_data_mismatch"));
}

#[test]
fn tpm_refuses_a_signature_by_another_key() {
    check(
        |case| case.aik = Signer::new(CoseAlgorithm::Es256),
        Err("attestation_signature_invalid"),
    );
}

/// Bug class 12.
#[test]
fn tpm_refuses_structures_that_are_cut_anywhere() {
    for algorithm in [CoseAlgorithm::Es256, CoseAlgorithm::Rs256] {
        let mut case = Case::new();
        case.set_credential(&Signer::new(algorithm));
        for length in 0..case.pub_area.to_bytes().len() {
            case.pub_area_length = Some(length);
            assert_eq!(code(case.judge()), Err("tpm_pub_area_malformed"), "{length} bytes");
        }
        case.pub_area_length = None;
        for length in 0..case.cert_info().len() {
            case.cert_info_length = Some(length);
            assert_eq!(code(case.judge()), Err("tpm_cert_info_malformed"), "{length} bytes");
        }
        case.cert_info_length = None;
        assert_eq!(code(case.judge()), Ok(Vec::new()));
    }
}

/// Each signed again, so that it is not the signature that saves us; what §8.3 ignores, and what is
/// only signed, may change.
#[test]
fn tpm_refuses_structures_with_any_bit_flipped() {
    let mut case = Case::new();
    let pub_area = case.pub_area.to_bytes();
    for bit in 0..pub_area.len() * 8 {
        case.flip_pub_area = Some(bit);
        let outcome = code(case.judge());
        assert!(outcome.is_err(), "bit {bit} of the public area");
    }
    case.flip_pub_area = None;
    let (signer, clock) = (6..6 + 36, 76..76 + 25);
    let qualified_name = 76 + 25 + 36..;
    for bit in 0..case.cert_info().len() * 8 {
        case.flip_cert_info = Some(bit);
        let byte = bit / 8;
        // The two bytes in front of each buffer are its size.
        let ignored = signer.contains(&byte) && byte >= signer.start + 2
            || clock.contains(&byte)
            || qualified_name.contains(&byte) && byte >= qualified_name.start + 2;
        assert_eq!(code(case.judge()).is_ok(), ignored, "bit {bit} of the certify information");
    }
}

proptest! {
    #[test]
    fn parsing_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = PubArea::parse(&bytes);
        let _ = CertInfo::parse(&bytes);
    }

    #[test]
    fn parsing_never_panics_behind_a_rightful_beginning(
        kind in prop::sample::select(vec![0x0001_u16, 0x0023]),
        tail in proptest::collection::vec(0_u8..0x30, 0..80),
    ) {
        let bytes = [&kind.to_be_bytes(), &[0, 11, 0, 0, 0, 0, 0, 0][..], &tail].concat();
        let _ = PubArea::parse(&bytes);
        let bytes = [&[0xff, 0x54, 0x43, 0x47, 0x80, 0x17][..], &tail].concat();
        let _ = CertInfo::parse(&bytes);
    }

    #[test]
    fn whatever_a_tpm_marshals_is_read(
        x in proptest::collection::vec(any::<u8>(), 0..70),
        extra_data in proptest::collection::vec(any::<u8>(), 0..70),
        name in proptest::collection::vec(any::<u8>(), 0..70),
    ) {
        let key = KeyParts::Ecc { curve: 3, derivation: vec![0x10], x: x.clone(), y: x };
        prop_assert!(PubArea::parse(&PubAreaParts::new(key).to_bytes()).is_some());
        let bytes = CertInfoParts::new(&extra_data, &name).to_bytes();
        let read = CertInfo::parse(&bytes).unwrap();
        prop_assert_eq!((read.extra_data, read.name), (&extra_data[..], &name[..]));
    }
}
