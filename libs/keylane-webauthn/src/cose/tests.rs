use super::*;
use crate::sample::{self, Signer, bytes, int, map};

#[test]
fn from_cose_accepts_a_key_of_every_algorithm() {
    for algorithm in CoseAlgorithm::ALL {
        let cose = Signer::new(algorithm).cose();
        let key = PublicKey::from_cose(&cose).unwrap();
        assert_eq!((key.algorithm(), key.as_cose_bytes()), (algorithm, cose.as_slice()));
        assert_eq!(key, key.clone());
        assert!(!format!("{key:?}").contains("cose"));
    }
}

#[test]
fn from_cose_refuses_what_is_not_canonical() {
    let mut cose = Signer::new(CoseAlgorithm::Es256).cose();
    cose.push(0);
    check(&cose, "cbor_trailing_bytes");
    check(&map(&[(int(3), int(-7)), (int(1), int(2))]), "cbor_key_order");
}

#[test]
fn from_cose_refuses_what_is_not_a_key() {
    check(&int(1), "public_key_malformed");
    check(&map(&[]), "public_key_malformed");
    // Without x and y; with an algorithm that is text.
    check(&map(&[(int(1), int(2)), (int(3), int(-7)), (int(-1), int(1))]), "public_key_malformed");
    check(&map(&[(int(1), int(2)), (int(3), sample::text("ES256"))]), "public_key_malformed");
}

#[test]
fn from_cose_refuses_parameters_that_do_not_belong_there() {
    let key = map(&[
        (int(1), int(1)),
        (int(3), int(-8)),
        (int(-1), int(6)),
        (int(-2), bytes(&[9; 32])),
        // The private key.
        (int(-4), bytes(&[9; 32])),
    ]);
    check(&key, "public_key_malformed");
}

#[test]
fn from_cose_refuses_an_algorithm_that_this_build_does_not_verify() {
    for algorithm in [-35, -36, -47, -48, -9, -19, -37, -65535, 0] {
        let key = map(&[(int(1), int(2)), (int(3), int(algorithm))]);
        check(&key, "public_key_algorithm_unsupported");
    }
}

#[test]
fn from_cose_binds_the_type_to_the_algorithm() {
    let swap = |algorithm, key_type: i64| {
        let mut cose = Signer::new(algorithm).cose();
        cose[2] = u8::try_from(key_type).unwrap();
        check(&cose, "public_key_type_mismatch");
    };
    swap(CoseAlgorithm::Es256, 1);
    swap(CoseAlgorithm::EdDsa, 2);
    swap(CoseAlgorithm::Rs256, 2);
}

#[test]
fn from_cose_binds_the_curve_to_the_algorithm() {
    for (algorithm, curves) in
        [(CoseAlgorithm::Es256, [2, 3, 8, 6]), (CoseAlgorithm::EdDsa, [4, 5, 7, 1])]
    {
        for curve in curves {
            let mut cose = Signer::new(algorithm).cose();
            let at = cose.windows(2).position(|pair| pair[0] == 0x20).unwrap() + 1;
            cose[at] = curve;
            check(&cose, "public_key_curve_mismatch");
        }
    }
}

#[test]
fn from_cose_refuses_a_point_that_is_not_written_out() {
    check(&sample::es256_cose(&[1; 31], &[1; 32]), "public_key_point_malformed");
    check(&sample::es256_cose(&[1; 32], &[1; 33]), "public_key_point_malformed");
    check(&sample::es256_cose(&[1; 32], &[]), "public_key_point_malformed");
    let compressed = map(&[
        (int(1), int(2)),
        (int(3), int(-7)),
        (int(-1), int(1)),
        (int(-2), bytes(&[1; 32])),
        (int(-3), vec![0xf5]),
    ]);
    check(&compressed, "public_key_point_malformed");
    check(&sample::ed25519_cose(&[9; 31]), "public_key_point_malformed");
    check(&sample::ed25519_cose(&[0xff; 32]), "public_key_point_malformed");
}

#[test]
fn from_cose_refuses_a_point_that_is_off_the_curve() {
    check(&sample::es256_cose(&[1; 32], &[1; 32]), "public_key_not_on_curve");
    check(&sample::es256_cose(&[0; 32], &[0; 32]), "public_key_not_on_curve");
    // Coordinates that are not below the field's prime.
    check(&sample::es256_cose(&[0xff; 32], &[0xff; 32]), "public_key_not_on_curve");
}

#[test]
fn from_cose_tells_ed25519_points_from_numbers() {
    // Which of these y have an x, by another implementation of the curve's equation.
    const ON_THE_CURVE: [u8; 25] = [
        3, 4, 5, 6, 9, 10, 14, 15, 16, 18, 19, 21, 23, 24, 25, 26, 27, 28, 29, 30, 32, 33, 35, 37,
        39,
    ];
    for y in 2..40 {
        for sign in [0x00, 0x80] {
            let mut point = [0; 32];
            (point[0], point[31]) = (y, sign);
            let outcome = PublicKey::from_cose(&sample::ed25519_cose(&point));
            let expected =
                if ON_THE_CURVE.contains(&y) { Ok(()) } else { Err(KeyError::PointNotOnCurve) };
            assert_eq!(outcome.map(|_| ()), expected, "{y}");
        }
    }
}

#[test]
fn from_cose_accepts_every_ed25519_key_that_signs() {
    for _ in 0..200 {
        assert!(PublicKey::from_cose(&Signer::new(CoseAlgorithm::EdDsa).cose()).is_ok());
    }
}

#[test]
fn from_cose_refuses_every_ed25519_point_of_small_order() {
    let hex = |text: &str| -> [u8; 32] {
        std::array::from_fn(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap())
    };
    for point in [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ] {
        for sign in [0x00, 0x80] {
            let mut point = hex(point);
            point[31] |= sign;
            check(&sample::ed25519_cose(&point), "public_key_small_order");
        }
    }
    // p and p + 1 stand for 0 and 1, and are refused because they are not reduced.
    for first in [0xed, 0xee] {
        let mut point = [0xff; 32];
        (point[0], point[31]) = (first, 0x7f);
        check(&sample::ed25519_cose(&point), "public_key_point_malformed");
    }
}

#[test]
fn from_cose_refuses_an_rsa_modulus_of_the_wrong_size_or_form() {
    let modulus = |bytes: usize, first: u8| {
        let mut n = vec![0xff; bytes];
        n[0] = first;
        n
    };
    let e = [1, 0, 1];
    assert!(PublicKey::from_cose(&sample::rs256_cose(&modulus(256, 0x80), &e)).is_ok());
    assert!(PublicKey::from_cose(&sample::rs256_cose(&modulus(1024, 0xff), &e)).is_ok());
    check(&sample::rs256_cose(&modulus(256, 0x7f), &e), "public_key_rsa_modulus_refused");
    check(&sample::rs256_cose(&modulus(128, 0xff), &e), "public_key_rsa_modulus_refused");
    check(&sample::rs256_cose(&modulus(1025, 0x01), &e), "public_key_rsa_modulus_refused");
    check(&sample::rs256_cose(&modulus(257, 0x00), &e), "public_key_rsa_modulus_refused");
    check(&sample::rs256_cose(&[], &e), "public_key_rsa_modulus_refused");
    let mut even = modulus(256, 0xff);
    even[255] = 0xfe;
    check(&sample::rs256_cose(&even, &e), "public_key_rsa_modulus_refused");
}

#[test]
fn from_cose_refuses_an_rsa_exponent_of_the_wrong_size_or_form() {
    let n = [0xff; 256];
    assert!(PublicKey::from_cose(&sample::rs256_cose(&n, &[3])).is_ok());
    for e in [&[][..], &[1], &[2], &[0, 1, 0, 1], &[1, 0, 0], &[1, 0, 0, 0, 1]] {
        check(&sample::rs256_cose(&n, e), "public_key_rsa_exponent_refused");
    }
}

#[test]
fn algorithms_are_numbers_in_json() {
    assert_eq!(serde_json::to_string(&CoseAlgorithm::ALL).unwrap(), "[-7,-8,-257]");
    assert_eq!(serde_json::from_str::<CoseAlgorithm>("-257").unwrap(), CoseAlgorithm::Rs256);
    assert!(serde_json::from_str::<CoseAlgorithm>("-9").is_err());
}

#[track_caller]
fn check(cose: &[u8], code: &str) {
    assert_eq!(PublicKey::from_cose(cose).map_err(|err| err.code()), Err(code));
}
