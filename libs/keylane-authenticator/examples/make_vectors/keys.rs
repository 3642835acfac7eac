//! Scenarios of §7.1 step 20: public keys that are no good, and extension data that no
//! authenticator writes.

use crate::{
    case::{Folder, Result},
    vector::{Title, Vector},
};
use keylane_authenticator::{Attestation, Cbor, EDDSA, ML_DSA_44, RS256, flags};

const SPEC: &str = "§6.5.1.1 and §7.1 step 20";

pub(crate) fn vectors() -> Result<Vec<Vector>> {
    let mut folder = Folder::new("registration/none", Attestation::None, "none", "none");
    rsa(&mut folder)?;
    others(&mut folder)?;
    extension_data(&mut folder)?;
    Ok(folder.vectors)
}

/// A `COSE_Key` of a kind and an algorithm, with its own members.
fn key(kind: i64, algorithm: i64, members: Vec<(i64, Cbor)>) -> Vec<u8> {
    let mut all = vec![(Cbor::Int(1), Cbor::Int(kind)), (Cbor::Int(3), Cbor::Int(algorithm))];
    all.extend(members.into_iter().map(|(label, value)| (Cbor::Int(label), value)));
    Cbor::Map(all).encode()
}

#[rustfmt::skip]
fn rsa(folder: &mut Folder) -> Result<()> {
    let modulus = |bytes: usize| {
        let mut modulus = vec![0xa5; bytes];
        if let Some(last) = modulus.last_mut() { *last |= 1; }
        modulus
    };
    let even = { let mut it = modulus(256); it[255] = 0xa4; it };
    let padded = [&[0], &modulus(256)[..]].concat();
    let usual = [1, 0, 1].to_vec();
    let (m, e) = ("public_key_rsa_modulus_refused", "public_key_rsa_exponent_refused");
    for (name, comment, code, n, exponent) in [
        ("reject-key-rsa-1024", "a modulus of 1024 bits", m, modulus(128), usual.clone()),
        ("reject-key-rsa-2047", "one bit too few", m, { let mut it = modulus(256); it[0] = 0x25; it }, usual.clone()),
        ("reject-key-rsa-16384", "a verification would cost too much", m, modulus(2048), usual.clone()),
        ("reject-key-rsa-modulus-even", "no product of two primes", m, even, usual.clone()),
        ("reject-key-rsa-modulus-with-zero-in-front", "not the shortest form", m, padded, usual.clone()),
        ("reject-key-rsa-modulus-empty", "no bytes at all", m, Vec::new(), usual),
        ("reject-key-rsa-exponent-one", "every message is its own signature", e, modulus(256), vec![1]),
        ("reject-key-rsa-exponent-even", "2, which has no inverse", e, modulus(256), vec![2]),
        ("reject-key-rsa-exponent-with-zero-in-front", "not the shortest form", e, modulus(256), vec![0, 1, 0, 1]),
        ("reject-key-rsa-exponent-too-long", "five bytes", e, modulus(256), vec![1, 0, 0, 0, 1]),
        ("reject-key-rsa-exponent-empty", "no bytes at all", e, modulus(256), Vec::new()),
    ] {
        folder.reject(&Title(name, comment, SPEC), code,
            move |parts| parts.cose_key = key(3, RS256, vec![(-1, Cbor::Bytes(n)), (-2, Cbor::Bytes(exponent))]))?;
    }
    Ok(())
}

#[rustfmt::skip]
fn others(folder: &mut Folder) -> Result<()> {
    let one = { let mut it = vec![0; 32]; it[0] = 1; it };
    // y = p, which stands for zero in other words.
    let unreduced = { let mut it = vec![0xff; 32]; it[0] = 0xed; it[31] = 0x7f; it };
    let ed25519 = |x: Vec<u8>| key(1, EDDSA, vec![(-1, Cbor::Int(6)), (-2, Cbor::Bytes(x))]);
    for (name, comment, code, cose_key) in [
        ("reject-key-ed25519-neutral-element", "everything verifies with it", "public_key_small_order", ed25519(one)),
        ("reject-key-ed25519-of-order-four", "y is zero", "public_key_small_order", ed25519(vec![0; 32])),
        ("reject-key-ed25519-not-reduced", "y is the prime itself", "public_key_point_malformed", ed25519(unreduced)),
        ("reject-key-ed25519-too-short", "31 bytes", "public_key_point_malformed", ed25519(vec![7; 31])),
        ("reject-key-ed25519-on-ed448", "the number of another curve", "public_key_curve_mismatch",
            key(1, EDDSA, vec![(-1, Cbor::Int(7)), (-2, Cbor::bytes([7; 32]))])),
        ("reject-key-ml-dsa-44-too-short", "a byte is missing", "public_key_length", key(7, ML_DSA_44, vec![(-1, Cbor::bytes([7; 1311]))])),
        ("reject-key-with-private-member", "d does not belong into a public key", "public_key_malformed",
            key(1, EDDSA, vec![(-1, Cbor::Int(6)), (-2, Cbor::bytes([7; 32])), (-4, Cbor::bytes([7; 32]))])),
    ] {
        folder.reject(&Title(name, comment, SPEC), code, move |parts| parts.cose_key = cose_key)?;
    }
    Ok(())
}

#[rustfmt::skip]
fn extension_data(folder: &mut Folder) -> Result<()> {
    let member = |value: Cbor| Cbor::Map(vec![(Cbor::text("x"), value)]).encode();
    let nested = (0..6).fold(Cbor::Int(0), |inner, _| Cbor::Array(vec![inner]));
    for (name, comment, code, extensions) in [
        ("reject-extensions-nested-too-deeply", "seven levels", "cbor_too_deep", member(nested)),
        ("reject-extensions-text-not-utf8", "an invalid byte", "cbor_not_utf8", member(Cbor::Raw(vec![0x61, 0xff]))),
        ("reject-extensions-floating-point", "a type that WebAuthn does not use", "cbor_unsupported_type", member(Cbor::Raw(vec![0xf9, 0x3c, 0x00]))),
        ("reject-extensions-tagged", "a tag", "cbor_unsupported_type", member(Cbor::Raw(vec![0xc0, 0x00]))),
        ("reject-extensions-too-many-items", "600 numbers", "cbor_too_many_items", member(Cbor::Array(vec![Cbor::Int(0); 600]))),
        ("reject-extensions-length-beyond-the-data", "an array of four thousand million items", "cbor_truncated", member(Cbor::Raw(vec![0x9a, 0xff, 0xff, 0xff, 0xff]))),
    ] {
        folder.reject(&Title(name, comment, "§6.1"), code, move |parts| {
            parts.flags |= flags::ED;
            parts.extensions = extensions;
        })?;
    }
    Ok(())
}
