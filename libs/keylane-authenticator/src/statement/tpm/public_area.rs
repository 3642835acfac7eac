//! `TPMT_PUBLIC` (TPM 2.0 Library, Part 2, 12.2.4).

use super::certify_info::push_sized;
use crate::{
    AuthenticatorError,
    key::{PublicComponents, SigningKey},
};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, digest};

/// `TPM_ALG_SHA1`.
pub const TPM_ALG_SHA1: u16 = 0x0004;
/// `TPM_ALG_SHA256`.
pub const TPM_ALG_SHA256: u16 = 0x000b;
/// `TPM_ALG_SHA384`.
pub const TPM_ALG_SHA384: u16 = 0x000c;

const TPM_ALG_RSA: u16 = 0x0001;
const TPM_ALG_ECC: u16 = 0x0023;
const TPM_ALG_NULL: u16 = 0x0010;

/// Fixed to this TPM and this parent, made by it, used with a password, for signatures: what
/// Windows Hello asks for.
const ATTRIBUTES: u32 = 0x0006_0472;

/// The public area of a key in a TPM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicArea {
    /// `TPM_ALG_RSA` or `TPM_ALG_ECC`.
    pub kind: u16,
    /// The hash for the key's name: [`TPM_ALG_SHA256`] unless changed.
    pub name_algorithm: u16,
    /// `objectAttributes`.
    pub attributes: u32,
    /// The policy that allows use of the key.
    pub auth_policy: Vec<u8>,
    /// The symmetric algorithm for what a parent key protects: `TPM_ALG_NULL`.
    pub symmetric: u16,
    /// The scheme that the key is bound to: `TPM_ALG_NULL`, any.
    pub scheme: u16,
    /// What only one kind of keys has.
    pub parameters: PublicParameters,
    /// The key itself: the modulus, or the two coordinates.
    pub unique: Vec<Vec<u8>>,
}

/// What the parameters of a key have after the scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicParameters {
    /// Of an RSA key.
    Rsa {
        /// Bits of the modulus.
        key_bits: u16,
        /// The exponent, where zero means 65537.
        exponent: u32,
    },
    /// Of a key on an elliptic curve.
    Ecc {
        /// `TPM_ECC_NIST_P256` (3) and so on.
        curve: u16,
        /// The key derivation scheme: `TPM_ALG_NULL`.
        kdf: u16,
    },
}

impl PublicArea {
    pub(super) fn of(key: &SigningKey) -> Result<Self, AuthenticatorError> {
        let (kind, parameters, unique) = match key.public_components()? {
            PublicComponents::Rsa { modulus, .. } => {
                let key_bits = u16::try_from(modulus.len() * 8).unwrap_or(u16::MAX);
                // The exponents of our keys are all 65537.
                let parameters = PublicParameters::Rsa { key_bits, exponent: 0 };
                (TPM_ALG_RSA, parameters, vec![modulus])
            }
            PublicComponents::Ec { curve: curve @ 1..=3, x, y } => {
                // The curves have the same order in both registries, from 3 on in this one.
                let curve = u16::try_from(curve + 2).unwrap_or_default();
                let parameters = PublicParameters::Ecc { curve, kdf: TPM_ALG_NULL };
                (TPM_ALG_ECC, parameters, vec![x, y])
            }
            _ => return Err(AuthenticatorError::NotSupported),
        };
        Ok(Self {
            kind,
            name_algorithm: TPM_ALG_SHA256,
            attributes: ATTRIBUTES,
            auth_policy: crate::encoding::sha256(b"policy").to_vec(),
            symmetric: TPM_ALG_NULL,
            scheme: TPM_ALG_NULL,
            parameters,
            unique,
        })
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = self.kind.to_be_bytes().to_vec();
        out.extend_from_slice(&self.name_algorithm.to_be_bytes());
        out.extend_from_slice(&self.attributes.to_be_bytes());
        push_sized(&mut out, &self.auth_policy);
        out.extend_from_slice(&self.symmetric.to_be_bytes());
        out.extend_from_slice(&self.scheme.to_be_bytes());
        match self.parameters {
            PublicParameters::Rsa { key_bits, exponent } => {
                out.extend_from_slice(&key_bits.to_be_bytes());
                out.extend_from_slice(&exponent.to_be_bytes());
            }
            PublicParameters::Ecc { curve, kdf } => {
                out.extend_from_slice(&curve.to_be_bytes());
                out.extend_from_slice(&kdf.to_be_bytes());
            }
        }
        for part in &self.unique {
            push_sized(&mut out, part);
        }
        out
    }

    /// The name of the key with these bytes as its public area (Part 1, chapter 16): the number of
    /// the hash, and the hash. A hash that we do not know gives a name without one.
    pub(super) fn name_of(&self, encoded: &[u8]) -> Vec<u8> {
        let hash = match self.name_algorithm {
            TPM_ALG_SHA1 => Some(&SHA1_FOR_LEGACY_USE_ONLY),
            TPM_ALG_SHA256 => Some(&SHA256),
            TPM_ALG_SHA384 => Some(&SHA384),
            _ => None,
        };
        let hash = hash.map(|hash| digest(hash, encoded).as_ref().to_vec());
        [&self.name_algorithm.to_be_bytes()[..], &hash.unwrap_or_default()].concat()
    }
}
