use super::super::tests::case::{Case, check};
use crate::cose::CoseAlgorithm;
use crate::sample::tpm::{KeyParts, PubAreaParts};
use crate::sample::{Signer, rsa_cose};

#[test]
fn tpm_accepts_keys_of_every_curve_and_of_rsa() {
    for algorithm in [
        CoseAlgorithm::Es256,
        CoseAlgorithm::Es384,
        CoseAlgorithm::Es512,
        CoseAlgorithm::Esp256,
        CoseAlgorithm::Rs256,
        CoseAlgorithm::Ps512,
    ] {
        check(|case| case.set_credential(&Signer::new(algorithm)), Ok(&[]));
    }
}

#[test]
fn tpm_accepts_names_by_every_hash_of_the_specification() {
    for number in [0x0004, 0x000b, 0x000c, 0x000d] {
        check(|case| case.pub_area.name_algorithm = number, Ok(&[]));
    }
    check(|case| case.pub_area.name_algorithm = 0x0012, Err("tpm_name_mismatch"));
}

/// Bug class 17: OKP keys that were never compared.
#[test]
fn tpm_refuses_keys_of_other_kinds() {
    check(|case| case.cose = Signer::new(CoseAlgorithm::EdDsa).cose(), Err("tpm_key_mismatch"));
    check(|case| case.cose = Signer::new(CoseAlgorithm::Es256K).cose(), Err("tpm_key_mismatch"));
    check(|case| case.cose = Signer::new(CoseAlgorithm::Rs256).cose(), Err("tpm_key_mismatch"));
}

#[test]
fn tpm_refuses_another_key_than_the_credentials() {
    for flipped in [0, 1] {
        let other = |case: &mut Case| {
            let KeyParts::Ecc { x, y, .. } = &mut case.pub_area.key else { unreachable!() };
            [x, y][flipped][31] ^= 1;
        };
        check(other, Err("tpm_key_mismatch"));
    }
    let other = |case: &mut Case| {
        case.set_credential(&Signer::new(CoseAlgorithm::Rs256));
        let KeyParts::Rsa { modulus, .. } = &mut case.pub_area.key else { unreachable!() };
        modulus[255] ^= 2;
    };
    check(other, Err("tpm_key_mismatch"));
}

#[test]
fn tpm_refuses_another_curve_than_the_credentials() {
    for other in [0x0001, 0x0004, 0x0010, 0x0020] {
        let curve = |case: &mut Case| {
            let KeyParts::Ecc { curve, .. } = &mut case.pub_area.key else { unreachable!() };
            *curve = other;
        };
        check(curve, Err("tpm_key_mismatch"));
    }
}

/// Bug class 17: the exponent is big-endian, and 0 stands for 65537.
#[test]
fn tpm_reads_the_exponent_in_big_endian_order() {
    for (exponent, expected) in [
        (0, Ok(&[][..])),
        (0x0001_0001, Ok(&[][..])),
        (0x0100_0100, Err("tpm_key_mismatch")),
        (3, Err("tpm_key_mismatch")),
    ] {
        check(|case| case.set_rsa(2048, exponent), expected);
    }
    // The same bytes in both orders are 65537 only by accident; these are not.
    let cose = |e: &[u8]| {
        let KeyParts::Rsa { modulus, .. } =
            PubAreaParts::of(&Signer::new(CoseAlgorithm::Rs256)).key
        else {
            unreachable!()
        };
        rsa_cose(-257, &modulus, e)
    };
    let swapped = |case: &mut Case| {
        case.set_rsa(2048, 0x0001_0003);
        case.cose = cose(&[3, 0, 1]);
    };
    check(swapped, Err("tpm_key_mismatch"));
    let same = |case: &mut Case| {
        case.set_rsa(2048, 0x0001_0003);
        case.cose = cose(&[1, 0, 3]);
    };
    check(same, Ok(&[]));
}

#[test]
fn tpm_refuses_a_size_that_is_not_the_moduluss() {
    check(|case| case.set_rsa(1024, 0), Err("tpm_key_mismatch"));
}

/// Bug class 17: TPMs cut the zeros in front of a coordinate.
#[test]
fn tpm_accepts_coordinates_without_their_zeros() {
    let signer = std::iter::repeat_with(|| Signer::new(CoseAlgorithm::Es256))
        .find(|signer| {
            let KeyParts::Ecc { x, .. } = PubAreaParts::of(signer).key else { unreachable!() };
            x[0] == 0
        })
        .unwrap();
    check(|case| case.set_credential(&signer), Ok(&[]));
    let cut = |case: &mut Case| {
        case.set_credential(&signer);
        let KeyParts::Ecc { x, .. } = &mut case.pub_area.key else { unreachable!() };
        x.remove(0);
    };
    check(cut, Ok(&[]));
    // A zero at the other end is part of the number.
    let shifted = |case: &mut Case| {
        case.set_credential(&signer);
        let KeyParts::Ecc { x, .. } = &mut case.pub_area.key else { unreachable!() };
        x.remove(0);
        x.push(0);
    };
    check(shifted, Err("tpm_key_mismatch"));
}

#[test]
fn tpm_passes_over_the_details_of_ciphers_and_schemes() {
    for (symmetric, scheme, derivation) in [
        (vec![0x06, 128, 0x43], vec![0x10], vec![0x10]),
        (vec![0x10], vec![0x18, 0x0b], vec![0x10]),
        (vec![0x10], vec![0x1a, 0x0b, 1], vec![0x10]),
        (vec![0x13, 128, 0x43], vec![0x19, 0x0b], vec![0x20, 0x0b]),
    ] {
        let details = |case: &mut Case| {
            case.pub_area.symmetric = symmetric;
            case.pub_area.scheme = scheme;
            let KeyParts::Ecc { derivation: it, .. } = &mut case.pub_area.key else {
                unreachable!()
            };
            *it = derivation;
        };
        check(details, Ok(&[]));
    }
    for scheme in [vec![0x14, 0x0b], vec![0x15], vec![0x16, 0x0b], vec![0x17, 0x0b]] {
        let details = |case: &mut Case| {
            case.set_rsa(2048, 0);
            case.pub_area.scheme = scheme;
        };
        check(details, Ok(&[]));
    }
}

#[test]
fn tpm_refuses_a_public_area_that_is_not_one_of_a_key() {
    // A keyed hash, and what there is not.
    for kind in [0x0008, 0x0025, 0xffff] {
        check(|case| case.pub_area.kind = kind, Err("tpm_pub_area_malformed"));
    }
    check(|case| case.pub_area.symmetric = vec![0x0a], Err("tpm_pub_area_malformed"));
    check(|case| case.pub_area.scheme = vec![0x14, 0x0b], Err("tpm_pub_area_malformed"));
    let rsa = |case: &mut Case| {
        case.set_rsa(2048, 0);
        case.pub_area.scheme = vec![0x18, 0x0b];
    };
    check(rsa, Err("tpm_pub_area_malformed"));
    let derivation = |case: &mut Case| {
        let KeyParts::Ecc { derivation, .. } = &mut case.pub_area.key else { unreachable!() };
        *derivation = vec![0x18, 0x0b];
    };
    check(derivation, Err("tpm_pub_area_malformed"));
    check(|case| case.pub_area.trailing = vec![0], Err("tpm_pub_area_malformed"));
}
