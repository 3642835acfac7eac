//! What a credential's key is made of, for attestation statements that show the same key in another
//! encoding.

use super::PublicKey;
use super::parameters::{
    KEY_TYPE_AKP, KEY_TYPE_EC2, KEY_TYPE_OKP, KEY_TYPE_RSA, Parameters, label,
};
use crate::cbor::{self, Form};

/// The numbers of a public key, big-endian, as they stand in the COSE key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyMaterial<'a> {
    /// Both coordinates, padded to the size of the curve.
    Ec2 { x: &'a [u8], y: &'a [u8] },
    /// The encoded point.
    Okp { x: &'a [u8] },
    /// Modulus and exponent without leading zeros.
    Rsa { n: &'a [u8], e: &'a [u8] },
    /// The encoded key of ML-DSA.
    Akp { key: &'a [u8] },
}

impl PublicKey {
    /// The numbers of the key. `None` cannot happen, since the key was validated.
    pub(crate) fn material(&self) -> Option<KeyMaterial<'_>> {
        let value = cbor::decode(self.as_cose_bytes(), Form::Canonical).ok()?;
        let parameters = Parameters(value.as_map()?);
        let bytes = |label| parameters.bytes(label).ok();
        match parameters.integer(label::KEY_TYPE).ok()? {
            KEY_TYPE_EC2 => Some(KeyMaterial::Ec2 { x: bytes(label::X)?, y: bytes(label::Y)? }),
            KEY_TYPE_OKP => Some(KeyMaterial::Okp { x: bytes(label::X)? }),
            KEY_TYPE_RSA => {
                Some(KeyMaterial::Rsa { n: bytes(label::RSA_N)?, e: bytes(label::RSA_E)? })
            }
            KEY_TYPE_AKP => Some(KeyMaterial::Akp { key: bytes(label::AKP_PUB)? }),
            _ => None,
        }
    }
}

impl KeyMaterial<'_> {
    /// The key as it stands in the BIT STRING of a `SubjectPublicKeyInfo`.
    pub(crate) fn spki_bits(&self) -> Vec<u8> {
        match *self {
            // SEC 1, 2.3.3: an uncompressed point.
            Self::Ec2 { x, y } => [&[0x04], x, y].concat(),
            Self::Okp { x } => x.to_vec(),
            // RFC 8017, A.1.1: RSAPublicKey.
            Self::Rsa { n, e } => der_tlv(0x30, &[der_integer(n), der_integer(e)].concat()),
            Self::Akp { key } => key.to_vec(),
        }
    }
}

/// An INTEGER of a positive number; a zero in front keeps the sign.
fn der_integer(number: &[u8]) -> Vec<u8> {
    let sign: &[u8] =
        if number.first().is_some_and(|first| first & 0x80 != 0) { &[0] } else { &[] };
    der_tlv(0x02, &[sign, number].concat())
}

fn der_tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let used = length.iter().position(|byte| *byte != 0).unwrap_or(length.len() - 1);
    let length = &length[used..];
    let mut out = vec![tag];
    match length {
        [short] if *short < 0x80 => out.push(*short),
        long => {
            // At most eight bytes of length.
            out.push(0x80 | u8::try_from(long.len()).unwrap_or(8));
            out.extend(long);
        }
    }
    out.extend(content);
    out
}
