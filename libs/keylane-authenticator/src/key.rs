//! Credential key pairs: making, signing, COSE and SPKI forms, PKCS#8 in and out.
//!
//! [`kind`] has one row for each algorithm. Pairs are kept parsed, so that signing costs the
//! signature and nothing else.

mod ed448;

use crate::{AuthenticatorError, cbor::Cbor};
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256K1_SHA256_ASN1_SIGNING,
        ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING, EcdsaKeyPair,
        EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, ML_DSA_44_SIGNING, ML_DSA_65_SIGNING,
        ML_DSA_87_SIGNING, PqdsaKeyPair, PqdsaSigningAlgorithm, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
        RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaSignatureEncoding,
    },
};
use zeroize::Zeroizing;

/// COSE algorithm identifier of ECDSA on P-256 with SHA-256.
pub const ES256: i64 = -7;
/// COSE algorithm identifier of `EdDSA`; here always on Ed25519.
pub const EDDSA: i64 = -8;
/// COSE algorithm identifier of RSASSA-PKCS1-v1_5 with SHA-256; here always of 2048 bits.
pub const RS256: i64 = -257;
/// COSE algorithm identifier of ECDSA on P-384 with SHA-384.
pub const ES384: i64 = -35;
/// COSE algorithm identifier of ECDSA on P-521 with SHA-512.
pub const ES512: i64 = -36;
/// COSE algorithm identifier of ECDSA on secp256k1 with SHA-256.
pub const ES256K: i64 = -47;
/// COSE algorithm identifier of RSASSA-PKCS1-v1_5 with SHA-384; here always of 2048 bits.
pub const RS384: i64 = -258;
/// COSE algorithm identifier of RSASSA-PKCS1-v1_5 with SHA-512; here always of 2048 bits.
pub const RS512: i64 = -259;
/// COSE algorithm identifier of RSASSA-PKCS1-v1_5 with SHA-1. Only attestation keys have it.
pub const RS1: i64 = -65535;
/// COSE algorithm identifier of RSASSA-PSS with SHA-256; here always of 2048 bits.
pub const PS256: i64 = -37;
/// COSE algorithm identifier of RSASSA-PSS with SHA-384; here always of 2048 bits.
pub const PS384: i64 = -38;
/// COSE algorithm identifier of RSASSA-PSS with SHA-512; here always of 2048 bits.
pub const PS512: i64 = -39;
/// COSE algorithm identifier of ECDSA on P-256 with SHA-256, fully specified.
pub const ESP256: i64 = -9;
/// COSE algorithm identifier of ECDSA on P-384 with SHA-384, fully specified.
pub const ESP384: i64 = -51;
/// COSE algorithm identifier of ECDSA on P-521 with SHA-512, fully specified.
pub const ESP512: i64 = -52;
/// COSE algorithm identifier of `EdDSA` on Ed25519, fully specified.
pub const ED25519: i64 = -19;
/// COSE algorithm identifier of `EdDSA` on Ed448, which has no other one here.
pub const ED448: i64 = -53;
/// COSE algorithm identifier of ML-DSA-44.
pub const ML_DSA_44: i64 = -48;
/// COSE algorithm identifier of ML-DSA-65.
pub const ML_DSA_65: i64 = -49;
/// COSE algorithm identifier of ML-DSA-87.
pub const ML_DSA_87: i64 = -50;

/// What the keys of an algorithm are made of and how they sign.
#[derive(Clone, Copy)]
enum Kind {
    /// With the curve's number in the COSE registry.
    Ecdsa(&'static EcdsaSigningAlgorithm, i64),
    Ed25519,
    Ed448,
    Rsa(&'static RsaSignatureEncoding),
    MlDsa(&'static PqdsaSigningAlgorithm),
}

fn kind(algorithm: i64) -> Option<Kind> {
    Some(match algorithm {
        ES256 | ESP256 => Kind::Ecdsa(&ECDSA_P256_SHA256_ASN1_SIGNING, 1),
        ES384 | ESP384 => Kind::Ecdsa(&ECDSA_P384_SHA384_ASN1_SIGNING, 2),
        ES512 | ESP512 => Kind::Ecdsa(&ECDSA_P521_SHA512_ASN1_SIGNING, 3),
        ES256K => Kind::Ecdsa(&ECDSA_P256K1_SHA256_ASN1_SIGNING, 8),
        EDDSA | ED25519 => Kind::Ed25519,
        ED448 => Kind::Ed448,
        RS256 => Kind::Rsa(&RSA_PKCS1_SHA256),
        RS384 => Kind::Rsa(&RSA_PKCS1_SHA384),
        RS512 => Kind::Rsa(&RSA_PKCS1_SHA512),
        PS256 => Kind::Rsa(&RSA_PSS_SHA256),
        PS384 => Kind::Rsa(&RSA_PSS_SHA384),
        PS512 => Kind::Rsa(&RSA_PSS_SHA512),
        ML_DSA_44 => Kind::MlDsa(&ML_DSA_44_SIGNING),
        ML_DSA_65 => Kind::MlDsa(&ML_DSA_65_SIGNING),
        ML_DSA_87 => Kind::MlDsa(&ML_DSA_87_SIGNING),
        _ => return None,
    })
}

/// A private key as PKCS#8. `Debug` leaves it out; dropping it erases it.
pub(crate) struct Pkcs8(Zeroizing<Vec<u8>>);

impl Pkcs8 {
    pub(crate) fn new(der: Vec<u8>) -> Self {
        Self(Zeroizing::new(der))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for Pkcs8 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pkcs8(redacted)")
    }
}

/// What a public key consists of.
pub(crate) enum PublicComponents {
    /// The curve's number in the COSE registry, and a point on it.
    Ec {
        curve: i64,
        x: Vec<u8>,
        y: Vec<u8>,
    },
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    /// The curve's number in the COSE registry, and an encoded point on it.
    Okp {
        curve: i64,
        x: Vec<u8>,
    },
    MlDsa(Vec<u8>),
}

pub(crate) struct SigningKey {
    algorithm: i64,
    pair: Pair,
}

enum Pair {
    Ecdsa(Box<EcdsaKeyPair>, i64),
    Ed25519(Box<Ed25519KeyPair>),
    Ed448(ed448::Pair),
    Rsa(Box<RsaKeyPair>, &'static RsaSignatureEncoding),
    MlDsa(Box<PqdsaKeyPair>),
}

impl SigningKey {
    /// Whether [`generate`](Self::generate) can make a key for the COSE algorithm.
    pub(crate) fn can_generate(algorithm: i64) -> bool {
        kind(algorithm).is_some()
    }

    pub(crate) fn generate(algorithm: i64) -> Result<Self, AuthenticatorError> {
        let failed = |_| AuthenticatorError::Operation("key generation");
        let pair = match kind(algorithm).ok_or(AuthenticatorError::NotSupported)? {
            Kind::Ecdsa(signing, curve) => {
                Pair::Ecdsa(Box::new(EcdsaKeyPair::generate(signing).map_err(failed)?), curve)
            }
            Kind::Ed25519 => Pair::Ed25519(Box::new(Ed25519KeyPair::generate().map_err(failed)?)),
            Kind::Ed448 => Pair::Ed448(ed448::Pair::generate()?),
            Kind::Rsa(encoding) => Pair::Rsa(
                Box::new(RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?),
                encoding,
            ),
            Kind::MlDsa(signing) => {
                Pair::MlDsa(Box::new(PqdsaKeyPair::generate(signing).map_err(failed)?))
            }
        };
        Ok(Self { algorithm, pair })
    }

    pub(crate) fn from_pkcs8(algorithm: i64, pkcs8: &[u8]) -> Result<Self, AuthenticatorError> {
        let rejected = || AuthenticatorError::Data("a private key was rejected".to_owned());
        let unknown = || AuthenticatorError::Data(format!("unknown algorithm {algorithm}"));
        let pair = match kind(algorithm).ok_or_else(unknown)? {
            Kind::Ecdsa(signing, curve) => Pair::Ecdsa(
                Box::new(EcdsaKeyPair::from_pkcs8(signing, pkcs8).map_err(|_| rejected())?),
                curve,
            ),
            Kind::Ed25519 => Pair::Ed25519(Box::new(
                Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).map_err(|_| rejected())?,
            )),
            Kind::Ed448 => Pair::Ed448(ed448::Pair::from_pkcs8(pkcs8).ok_or_else(rejected)?),
            Kind::Rsa(encoding) => Pair::Rsa(
                Box::new(RsaKeyPair::from_pkcs8(pkcs8).map_err(|_| rejected())?),
                encoding,
            ),
            Kind::MlDsa(signing) => Pair::MlDsa(Box::new(
                PqdsaKeyPair::from_pkcs8(signing, pkcs8).map_err(|_| rejected())?,
            )),
        };
        Ok(Self { algorithm, pair })
    }

    /// The private key as PKCS#8 version 1.
    pub(crate) fn to_pkcs8(&self) -> Result<Pkcs8, AuthenticatorError> {
        let failed = |_| AuthenticatorError::Operation("private key export");
        let der = match &self.pair {
            Pair::Ecdsa(pair, _) => pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec(),
            Pair::Ed448(pair) => pair.to_pkcs8(),
            Pair::Rsa(pair, _) => {
                let der: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
                der.as_ref().to_vec()
            }
            Pair::MlDsa(pair) => pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec(),
        };
        Ok(Pkcs8::new(der))
    }

    pub(crate) fn algorithm(&self) -> i64 {
        self.algorithm
    }

    /// The signature in the form that WebAuthn asks for (§6.5.5): DER for ECDSA, bare otherwise.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, AuthenticatorError> {
        let failed = |_| AuthenticatorError::Operation("signature");
        let random = SystemRandom::new();
        Ok(match &self.pair {
            Pair::Ecdsa(pair, _) => pair.sign(&random, message).map_err(failed)?.as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.try_sign(message).map_err(failed)?.as_ref().to_vec(),
            Pair::Ed448(pair) => pair.sign(message),
            Pair::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*encoding, &random, message, &mut signature).map_err(failed)?;
                signature
            }
            Pair::MlDsa(pair) => {
                let mut signature = vec![0; pair.algorithm().signature_len()];
                pair.sign(message, &mut signature).map_err(failed)?;
                signature
            }
        })
    }

    /// The public key as SubjectPublicKeyInfo, what `getPublicKey()` answers.
    pub(crate) fn to_spki(&self) -> Result<Vec<u8>, AuthenticatorError> {
        let der: Result<PublicKeyX509Der<'_>, _> = match &self.pair {
            Pair::Ecdsa(pair, _) => pair.public_key().as_der(),
            Pair::Ed25519(pair) => pair.public_key().as_der(),
            Pair::Ed448(pair) => return Ok(pair.to_spki()),
            Pair::Rsa(pair, _) => pair.public_key().as_der(),
            Pair::MlDsa(pair) => pair.public_key().as_der(),
        };
        let der = der.map_err(|_| AuthenticatorError::Operation("public key export"))?;
        Ok(der.as_ref().to_vec())
    }

    pub(crate) fn public_components(&self) -> Result<PublicComponents, AuthenticatorError> {
        let failed = AuthenticatorError::Operation("public key export");
        Ok(match &self.pair {
            Pair::Ecdsa(pair, curve) => {
                // SEC 1: 0x04, then x and y of the same length.
                let point = pair.public_key().as_ref().get(1..).ok_or(failed)?;
                let (x, y) = point.split_at(point.len() / 2);
                PublicComponents::Ec { curve: *curve, x: x.to_vec(), y: y.to_vec() }
            }
            Pair::Ed25519(pair) => {
                PublicComponents::Okp { curve: 6, x: pair.public_key().as_ref().to_vec() }
            }
            Pair::Ed448(pair) => PublicComponents::Okp { curve: 7, x: pair.point() },
            Pair::Rsa(pair, _) => {
                let (n, e) = rsa_components(pair.public_key().as_ref()).ok_or(failed)?;
                PublicComponents::Rsa { modulus: n.to_vec(), exponent: e.to_vec() }
            }
            Pair::MlDsa(pair) => PublicComponents::MlDsa(pair.public_key().as_ref().to_vec()),
        })
    }

    /// The public key as `COSE_Key` (RFC 9053), members in canonical order.
    pub(crate) fn to_cose(&self) -> Result<Vec<u8>, AuthenticatorError> {
        let members = match self.public_components()? {
            PublicComponents::Ec { curve, x, y } => vec![
                (1, Cbor::Int(2)),
                (-1, Cbor::Int(curve)),
                (-2, Cbor::Bytes(x)),
                (-3, Cbor::Bytes(y)),
            ],
            PublicComponents::Okp { curve, x } => {
                vec![(1, Cbor::Int(1)), (-1, Cbor::Int(curve)), (-2, Cbor::Bytes(x))]
            }
            PublicComponents::Rsa { modulus, exponent } => {
                vec![(1, Cbor::Int(3)), (-1, Cbor::Bytes(modulus)), (-2, Cbor::Bytes(exponent))]
            }
            PublicComponents::MlDsa(key) => vec![(1, Cbor::Int(7)), (-1, Cbor::Bytes(key))],
        };
        let mut members: Vec<_> =
            members.into_iter().map(|(label, value)| (Cbor::Int(label), value)).collect();
        // Canonical order: kty (1), alg (3), then the negative labels.
        members.insert(1, (Cbor::Int(3), Cbor::Int(self.algorithm)));
        Ok(Cbor::Map(members).encode())
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey(algorithm {}, redacted)", self.algorithm())
    }
}

/// Modulus and exponent out of an `RSAPublicKey` (RFC 8017, A.1.1), without leading zeros.
fn rsa_components(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (sequence, _) = der_value(0x30, der)?;
    let (modulus, rest) = der_value(0x02, sequence)?;
    let (exponent, _) = der_value(0x02, rest)?;
    Some((modulus.strip_prefix(&[0]).unwrap_or(modulus), exponent))
}

/// The contents of the DER value at the front of `der` if it has this tag, and what follows it.
pub(crate) fn der_value(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    if found != tag {
        return None;
    }
    if first < 0x80 {
        return rest.split_at_checked(usize::from(first));
    }
    let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
    let length = length.iter().fold(0_usize, |sum, &byte| (sum << 8) | usize::from(byte));
    rest.split_at_checked(length)
}
