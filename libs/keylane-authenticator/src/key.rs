//! Credential key pairs: making, signing, COSE and SPKI forms, PKCS#8 in and out.
//!
//! Pairs are kept parsed, so that signing costs the signature and nothing else.

use crate::{AuthenticatorError, cbor::Cbor};
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
    },
};
use zeroize::Zeroizing;

/// COSE algorithm identifier of ECDSA on P-256 with SHA-256.
pub const ES256: i64 = -7;
/// COSE algorithm identifier of EdDSA; here always on Ed25519.
pub const EDDSA: i64 = -8;
/// COSE algorithm identifier of RSASSA-PKCS1-v1_5 with SHA-256; here always of 2048 bits.
pub const RS256: i64 = -257;

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

pub(crate) enum SigningKey {
    Es256(Box<EcdsaKeyPair>),
    EdDsa(Box<Ed25519KeyPair>),
    Rs256(Box<RsaKeyPair>),
}

impl SigningKey {
    /// Whether [`generate`](Self::generate) can make a key for the COSE algorithm.
    pub(crate) fn can_generate(algorithm: i64) -> bool {
        matches!(algorithm, ES256 | EDDSA | RS256)
    }

    pub(crate) fn generate(algorithm: i64) -> Result<Self, AuthenticatorError> {
        let failed = |_| AuthenticatorError::Operation("key generation");
        Ok(match algorithm {
            ES256 => Self::Es256(Box::new(
                EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).map_err(failed)?,
            )),
            EDDSA => Self::EdDsa(Box::new(Ed25519KeyPair::generate().map_err(failed)?)),
            RS256 => Self::Rs256(Box::new(RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?)),
            _ => return Err(AuthenticatorError::NotSupported),
        })
    }

    pub(crate) fn from_pkcs8(algorithm: i64, pkcs8: &[u8]) -> Result<Self, AuthenticatorError> {
        let rejected = |_| AuthenticatorError::Data("a private key was rejected".to_owned());
        Ok(match algorithm {
            ES256 => Self::Es256(Box::new(
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8)
                    .map_err(rejected)?,
            )),
            EDDSA => Self::EdDsa(Box::new(
                Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).map_err(rejected)?,
            )),
            RS256 => Self::Rs256(Box::new(RsaKeyPair::from_pkcs8(pkcs8).map_err(rejected)?)),
            _ => return Err(AuthenticatorError::Data(format!("unknown algorithm {algorithm}"))),
        })
    }

    /// The private key as PKCS#8 version 1.
    pub(crate) fn to_pkcs8(&self) -> Result<Pkcs8, AuthenticatorError> {
        let failed = |_| AuthenticatorError::Operation("private key export");
        let der = match self {
            Self::Es256(pair) => pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec(),
            Self::EdDsa(pair) => pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec(),
            Self::Rs256(pair) => {
                let der: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
                der.as_ref().to_vec()
            }
        };
        Ok(Pkcs8::new(der))
    }

    pub(crate) fn algorithm(&self) -> i64 {
        match self {
            Self::Es256(_) => ES256,
            Self::EdDsa(_) => EDDSA,
            Self::Rs256(_) => RS256,
        }
    }

    /// The signature in the form that WebAuthn asks for (§6.5.5): DER for ES256, bare otherwise.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, AuthenticatorError> {
        let failed = |_| AuthenticatorError::Operation("signature");
        let random = SystemRandom::new();
        Ok(match self {
            Self::Es256(pair) => pair.sign(&random, message).map_err(failed)?.as_ref().to_vec(),
            Self::EdDsa(pair) => pair.try_sign(message).map_err(failed)?.as_ref().to_vec(),
            Self::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).map_err(failed)?;
                signature
            }
        })
    }

    /// The public key as SubjectPublicKeyInfo, what `getPublicKey()` answers.
    pub(crate) fn to_spki(&self) -> Result<Vec<u8>, AuthenticatorError> {
        let der: Result<PublicKeyX509Der<'_>, _> = match self {
            Self::Es256(pair) => pair.public_key().as_der(),
            Self::EdDsa(pair) => pair.public_key().as_der(),
            Self::Rs256(pair) => pair.public_key().as_der(),
        };
        let der = der.map_err(|_| AuthenticatorError::Operation("public key export"))?;
        Ok(der.as_ref().to_vec())
    }

    /// The public key as `COSE_Key` (RFC 9053), members in canonical order.
    pub(crate) fn to_cose(&self) -> Result<Vec<u8>, AuthenticatorError> {
        let members = match self {
            Self::Es256(pair) => {
                // SEC 1: 0x04, then x and y of 32 bytes each.
                let point = pair.public_key().as_ref();
                let (x, y) = point
                    .get(1..)
                    .and_then(|it| it.split_at_checked(32))
                    .ok_or(AuthenticatorError::Operation("public key export"))?;
                vec![
                    (1, Cbor::Int(2)),
                    (-1, Cbor::Int(1)),
                    (-2, Cbor::bytes(x)),
                    (-3, Cbor::bytes(y)),
                ]
            }
            Self::EdDsa(pair) => {
                let x = pair.public_key().as_ref();
                vec![(1, Cbor::Int(1)), (-1, Cbor::Int(6)), (-2, Cbor::bytes(x))]
            }
            Self::Rs256(pair) => {
                let (n, e) = rsa_components(pair.public_key().as_ref())
                    .ok_or(AuthenticatorError::Operation("public key export"))?;
                vec![(1, Cbor::Int(3)), (-1, Cbor::bytes(n)), (-2, Cbor::bytes(e))]
            }
        };
        let mut members: Vec<_> =
            members.into_iter().map(|(label, value)| (Cbor::Int(label), value)).collect();
        // Canonical order: kty (1), alg (3), then the negative labels.
        members.insert(1, (Cbor::Int(3), Cbor::Int(self.algorithm())));
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
fn der_value(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
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
