//! What a TPM marshals, field by field, and the certificate of its attestation key.

#![allow(dead_code, reason = "the tests of each format use what they need")]

use super::certificate::{
    BASIC_CONSTRAINTS, Builder, EXTENDED_KEY_USAGE, SUBJECT_ALT_NAME, extended_key_usage, name,
};
use super::der::{context, sequence};
use super::{Pair, RSA_KEY, Signer, rsa_components};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::signature::KeyPair as _;

pub(crate) const MANUFACTURER: &str = "2.23.133.2.1";
pub(crate) const MODEL: &str = "2.23.133.2.2";
pub(crate) const VERSION: &str = "2.23.133.2.3";
pub(crate) const AIK_CERTIFICATE: &str = "2.23.133.8.3";

/// A `TPMT_PUBLIC`. Symmetric cipher, scheme and key derivation are the numbers as they stand there.
#[derive(Clone)]
pub(crate) struct PubAreaParts {
    pub(crate) kind: u16,
    pub(crate) name_algorithm: u16,
    pub(crate) attributes: u32,
    pub(crate) auth_policy: Vec<u8>,
    pub(crate) symmetric: Vec<u16>,
    pub(crate) scheme: Vec<u16>,
    pub(crate) key: KeyParts,
    pub(crate) trailing: Vec<u8>,
}

#[derive(Clone)]
pub(crate) enum KeyParts {
    Rsa { bits: u16, exponent: u32, modulus: Vec<u8> },
    Ecc { curve: u16, derivation: Vec<u16>, x: Vec<u8>, y: Vec<u8> },
}

impl PubAreaParts {
    /// The public area of a key, as Windows has them.
    pub(crate) fn of(signer: &Signer) -> Self {
        match &signer.pair {
            Pair::Ecdsa { pair, curve } => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                let curve = u16::try_from(*curve).unwrap() + 2;
                Self::new(KeyParts::Ecc { curve, derivation: vec![0x10], x: x.into(), y: y.into() })
            }
            Pair::Rsa(_) => {
                let (modulus, _) = rsa_components(RSA_KEY.public_key().as_der().unwrap().as_ref());
                Self::new(KeyParts::Rsa { bits: 2048, exponent: 0, modulus })
            }
            _ => panic!("TPMs have no such keys"),
        }
    }

    pub(crate) fn new(key: KeyParts) -> Self {
        Self {
            kind: if let KeyParts::Rsa { .. } = key { 0x0001 } else { 0x0023 },
            name_algorithm: 0x000b,
            attributes: 0x0006_0472,
            auth_policy: vec![0x9d; 32],
            symmetric: vec![0x10],
            scheme: vec![0x10],
            key,
            trailing: Vec::new(),
        }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = [self.kind.to_be_bytes(), self.name_algorithm.to_be_bytes()].concat();
        out.extend(self.attributes.to_be_bytes());
        out.extend(sized(&self.auth_policy));
        out.extend(numbers(&self.symmetric));
        out.extend(numbers(&self.scheme));
        match &self.key {
            KeyParts::Rsa { bits, exponent, modulus } => {
                out.extend(bits.to_be_bytes());
                out.extend(exponent.to_be_bytes());
                out.extend(sized(modulus));
            }
            KeyParts::Ecc { curve, derivation, x, y } => {
                out.extend(curve.to_be_bytes());
                out.extend(numbers(derivation));
                out.extend(sized(x));
                out.extend(sized(y));
            }
        }
        out.extend(&self.trailing);
        out
    }
}

/// A `TPMS_ATTEST` about a certified object.
#[derive(Clone)]
pub(crate) struct CertInfoParts {
    pub(crate) magic: u32,
    pub(crate) kind: u16,
    pub(crate) extra_data: Vec<u8>,
    pub(crate) name: Vec<u8>,
    pub(crate) trailing: Vec<u8>,
}

impl CertInfoParts {
    pub(crate) fn new(extra_data: &[u8], name: &[u8]) -> Self {
        Self {
            magic: 0xff54_4347,
            kind: 0x8017,
            extra_data: extra_data.to_vec(),
            name: name.to_vec(),
            trailing: Vec::new(),
        }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.magic.to_be_bytes().to_vec();
        out.extend(self.kind.to_be_bytes());
        out.extend(sized(&[0x51; 34]));
        out.extend(sized(&self.extra_data));
        // Clock, resets, restarts, safe; firmware version.
        out.extend([0x0c; 17]);
        out.extend([0x0f; 8]);
        out.extend(sized(&self.name));
        out.extend(sized(&[0x52; 34]));
        out.extend(&self.trailing);
        out
    }
}

fn sized(content: &[u8]) -> Vec<u8> {
    [&u16::try_from(content.len()).unwrap().to_be_bytes(), content].concat()
}

fn numbers(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// The certificate of an attestation key, as §8.3.1 wants it.
pub(crate) fn aik_certificate(key: &Signer) -> Builder {
    let tpm = [(MANUFACTURER, "id:49465800"), (MODEL, "SLB9672"), (VERSION, "id:0010")];
    Builder::new(key)
        .extension(SUBJECT_ALT_NAME, true, alternative_name(&name(&tpm)))
        .extension(EXTENDED_KEY_USAGE, false, extended_key_usage(&[AIK_CERTIFICATE]))
        .extension(BASIC_CONSTRAINTS, true, sequence(&[]))
}

/// `SubjectAltName` with one `directoryName`.
pub(crate) fn alternative_name(name: &[u8]) -> Vec<u8> {
    sequence(&[context(4, name)])
}
