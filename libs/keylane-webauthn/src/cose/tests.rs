use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::signature::{
    KeyPair as _, ML_DSA_44, ML_DSA_44_SIGNING, ParsedPublicKey, PqdsaKeyPair,
};

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
    // RS1; others of the registry, or none.
    for algorithm in [-65535, -5, -46, -307, -256, -260, 0, 7, i64::MIN] {
        let key = map(&[(int(1), int(2)), (int(3), int(algorithm))]);
        check(&key, "public_key_algorithm_unsupported");
    }
}

#[test]
fn from_cose_binds_the_type_to_the_algorithm() {
    for algorithm in CoseAlgorithm::ALL {
        let cose = Signer::new(algorithm).cose();
        for key_type in (0..=8).filter(|key_type| *key_type != cose[2]) {
            let mut cose = cose.clone();
            cose[2] = key_type;
            check(&cose, "public_key_type_mismatch");
        }
    }
}

#[test]
fn from_cose_binds_the_curve_to_the_algorithm() {
    for algorithm in CoseAlgorithm::ALL {
        let cose = Signer::new(algorithm).cose();
        let (1 | 2) = cose[2] else { continue };
        let at = 3 + algorithm_bytes(algorithm) + 1;
        assert_eq!(cose[at - 1], 0x20);
        for curve in (0..=9).filter(|curve| *curve != cose[at]) {
            let mut cose = cose.clone();
            cose[at] = curve;
            check(&cose, "public_key_curve_mismatch");
        }
    }
}

/// Which algorithms may have the same key. All other exchanges of the number are refused.
#[test]
fn from_cose_binds_the_key_to_the_algorithm() {
    use CoseAlgorithm as A;
    let groups: [&[A]; 10] = [
        &[A::Es256, A::Esp256],
        &[A::Es384, A::Esp384],
        &[A::Es512, A::Esp512],
        &[A::Es256K],
        &[A::EdDsa, A::Ed25519],
        &[A::Ed448],
        &[A::Rs256, A::Rs384, A::Rs512, A::Ps256, A::Ps384, A::Ps512],
        &[A::MlDsa44],
        &[A::MlDsa65],
        &[A::MlDsa87],
    ];
    assert_eq!(groups.iter().map(|group| group.len()).sum::<usize>(), A::ALL.len());
    for own in groups {
        let signer = Signer::new(own[0]);
        for other in A::ALL {
            let accepted = PublicKey::from_cose(&signer.cose_as(other.id())).is_ok();
            assert_eq!(accepted, own.contains(&other), "{:?} as {other:?}", own[0]);
        }
    }
}

#[test]
fn from_cose_needs_the_curve_unless_the_algorithm_names_it() {
    let (point, x) = ([5; 32], [9; 32]);
    let ec2 = |algorithm, coordinate: &[u8]| {
        map(&[
            (int(1), int(2)),
            (int(3), int(algorithm)),
            (int(-2), bytes(coordinate)),
            (int(-3), bytes(coordinate)),
        ])
    };
    let okp = |algorithm| map(&[(int(1), int(1)), (int(3), int(algorithm)), (int(-2), bytes(&x))]);
    for algorithm in [-7, -35, -36] {
        check(&ec2(algorithm, &point), "public_key_malformed");
    }
    check(&okp(-8), "public_key_malformed");
    // What is judged next is the point.
    for (algorithm, length) in [(-9, 32), (-51, 48), (-52, 66), (-47, 32)] {
        check(&ec2(algorithm, &vec![5; length]), "public_key_not_on_curve");
    }
    assert!(PublicKey::from_cose(&okp(-19)).is_ok());
}

const EC2: [(i64, i64, usize); 7] = [
    (-7, 1, 32),
    (-35, 2, 48),
    (-36, 3, 66),
    (-47, 8, 32),
    (-9, 1, 32),
    (-51, 2, 48),
    (-52, 3, 66),
];

#[test]
fn from_cose_refuses_a_point_that_is_not_written_out() {
    for (algorithm, curve, length) in EC2 {
        let (right, short, long) = (vec![1; length], vec![1; length - 1], vec![1; length + 1]);
        for (x, y) in [(&short, &right), (&right, &short), (&long, &right), (&right, &long)] {
            check(&sample::ec2_cose(algorithm, curve, x, y), "public_key_point_malformed");
        }
        check(&sample::ec2_cose(algorithm, curve, &right, &[]), "public_key_point_malformed");
        for sign in [0xf4, 0xf5] {
            let compressed = map(&[
                (int(1), int(2)),
                (int(3), int(algorithm)),
                (int(-1), int(curve)),
                (int(-2), bytes(&right)),
                (int(-3), vec![sign]),
            ]);
            check(&compressed, "public_key_point_malformed");
        }
    }
    check(&sample::ed25519_cose(&[9; 31]), "public_key_point_malformed");
    check(&sample::ed25519_cose(&[9; 33]), "public_key_point_malformed");
    check(&sample::ed25519_cose(&[0xff; 32]), "public_key_point_malformed");
}

#[test]
fn from_cose_refuses_a_point_that_is_off_the_curve() {
    for (algorithm, curve, length) in EC2 {
        // 0xff: coordinates that are not below the field's prime.
        for byte in [0, 1, 0xff] {
            let coordinate = vec![byte; length];
            let cose = sample::ec2_cose(algorithm, curve, &coordinate, &coordinate);
            check(&cose, "public_key_not_on_curve");
        }
    }
}

/// Coordinates of P-521 have 7 bits to spare, room for x + p, which is the same number modulo p.
#[test]
fn from_cose_refuses_a_coordinate_that_is_written_with_the_prime_added() {
    let cose = Signer::new(CoseAlgorithm::Es512).cose();
    let x_at = cose.windows(3).position(|it| it == [0x21, 0x58, 66]).unwrap() + 3;
    let mut lifted = cose;
    // p is 2^521 - 1.
    lifted[x_at] |= 0x02;
    for byte in lifted[x_at..x_at + 66].iter_mut().rev() {
        let (less, borrow) = byte.overflowing_sub(1);
        *byte = less;
        if !borrow {
            break;
        }
    }
    check(&lifted, "public_key_not_on_curve");
}

#[test]
fn from_cose_refuses_an_ml_dsa_key_of_another_length() {
    for (algorithm, length) in [(-48, 1312), (-49, 1952), (-50, 2592)] {
        assert!(PublicKey::from_cose(&sample::akp_cose(algorithm, &vec![5; length])).is_ok());
        for wrong in [0, 1, 32, length - 1, length + 1, 1312, 1952, 2592] {
            if wrong != length {
                check(&sample::akp_cose(algorithm, &vec![5; wrong]), "public_key_length");
            }
        }
    }
}

/// aws-lc reads a SubjectPublicKeyInfo where it reads a bare key; COSE has bare keys only.
#[test]
fn from_cose_refuses_an_ml_dsa_key_in_another_wrapping() {
    let pair = PqdsaKeyPair::generate(&ML_DSA_44_SIGNING).unwrap();
    let spki: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    assert!(ParsedPublicKey::new(&ML_DSA_44, spki.as_ref()).is_ok());
    check(&sample::akp_cose(-48, spki.as_ref()), "public_key_length");
}

#[test]
fn from_cose_refuses_an_ml_dsa_key_with_other_parameters() {
    let key = bytes(&[5; 1312]);
    let members = |pair: (Vec<u8>, Vec<u8>)| {
        map(&[(int(1), int(7)), (int(3), int(-48)), (int(-1), key.clone()), pair])
    };
    // The private key.
    check(&members((int(-2), bytes(&[7; 32]))), "public_key_malformed");
    check(&members((int(-3), bytes(&[7; 32]))), "public_key_malformed");
    check(&map(&[(int(1), int(7)), (int(3), int(-48))]), "public_key_malformed");
    let text = map(&[(int(1), int(7)), (int(3), int(-48)), (int(-1), sample::text("key"))]);
    check(&text, "public_key_malformed");
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
fn from_cose_refuses_every_ed448_point_of_small_order() {
    let point = |y: [u8; 56], sign: u8| sample::okp_cose(-53, 7, &[&y[..], &[sign]].concat());
    let mut one = [0; 56];
    one[0] = 1;
    for sign in [0, 0x80] {
        check(&point([0; 56], sign), "public_key_small_order");
        check(&point(one, sign), "public_key_small_order");
        check(&point(ed448_p(-1), sign), "public_key_small_order");
    }
}

#[test]
fn from_cose_refuses_an_ed448_point_in_another_form() {
    let point = |y: &[u8], sign: u8| sample::okp_cose(-53, 7, &[y, &[sign]].concat());
    // p and p + 1 are 0 and 1 again; the last byte holds nothing but the sign.
    for y in [ed448_p(0), ed448_p(1), [0xff; 56]] {
        check(&point(&y, 0), "public_key_point_malformed");
    }
    check(&point(&[3; 56], 0x01), "public_key_point_malformed");
    check(&point(&[3; 55], 0), "public_key_point_malformed");
    check(&point(&[3; 57], 0), "public_key_point_malformed");
    // Some are on the curve, the others are not.
    let outcome = |byte| PublicKey::from_cose(&point(&[byte; 56], 0)).map_err(|err| err.code());
    let refused = (2..100).filter(|byte| outcome(*byte) == Err("public_key_not_on_curve")).count();
    assert!((80..98).contains(&refused), "{refused}");
}

/// p + `more`, little-endian.
fn ed448_p(more: i8) -> [u8; 56] {
    let mut y = [0xff; 56];
    match more {
        // The carry runs through the low half.
        1 => y[..28].fill(0),
        _ => y[28] = 0xfe,
    }
    if more == -1 {
        y[0] = 0xfe;
    }
    y
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
fn from_cose_has_one_set_of_rules_for_all_of_rsa() {
    for algorithm in [-257, -258, -259, -37, -38, -39] {
        let rsa = |n: &[u8], e: &[u8]| sample::rsa_cose(algorithm, n, e);
        assert!(PublicKey::from_cose(&rsa(&[0xff; 256], &[1, 0, 1])).is_ok());
        check(&rsa(&[0xff; 255], &[1, 0, 1]), "public_key_rsa_modulus_refused");
        check(&rsa(&[0xfe; 256], &[1, 0, 1]), "public_key_rsa_modulus_refused");
        check(&rsa(&[0xff; 1025], &[1, 0, 1]), "public_key_rsa_modulus_refused");
        check(&rsa(&[0xff; 256], &[1]), "public_key_rsa_exponent_refused");
        check(&rsa(&[0xff; 256], &[1, 0, 0]), "public_key_rsa_exponent_refused");
    }
}

#[test]
fn algorithms_have_a_number_each() {
    for algorithm in CoseAlgorithm::ALL {
        assert_eq!(CoseAlgorithm::from_id(algorithm.id()), Some(algorithm));
    }
}

#[test]
fn algorithms_are_numbers_in_json() {
    assert_eq!(
        serde_json::to_string(&CoseAlgorithm::ALL).unwrap(),
        "[-7,-8,-257,-35,-36,-48,-49,-50,-37,-38,-39,-258,-259,-47,-9,-51,-52,-19,-53]"
    );
    assert_eq!(serde_json::from_str::<CoseAlgorithm>("-257").unwrap(), CoseAlgorithm::Rs256);
    assert!(serde_json::from_str::<CoseAlgorithm>("-65535").is_err());
}

/// Bytes of `3: algorithm` in a key.
fn algorithm_bytes(algorithm: CoseAlgorithm) -> usize {
    1 + int(algorithm.id()).len()
}

#[track_caller]
fn check(cose: &[u8], code: &str) {
    assert_eq!(PublicKey::from_cose(cose).map_err(|err| err.code()), Err(code));
}
