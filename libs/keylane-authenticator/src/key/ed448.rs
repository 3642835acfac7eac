//! Key pairs of Ed448 (RFC 8032), which aws-lc does not have.

use aws_lc_rs::rand;
use ed448_goldilocks::{SecretKey, SigningKey};

use crate::AuthenticatorError;

/// What stands in front of the seed in PKCS#8, and of the point in a `SubjectPublicKeyInfo`
/// (RFC 8410, §4 and §7).
const PKCS8_PREFIX: [u8; 16] = [
    0x30, 0x47, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x71, 0x04, 0x3b, 0x04, 0x39,
];
const SPKI_PREFIX: [u8; 12] =
    [0x30, 0x43, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x71, 0x03, 0x3a, 0x00];

/// Bytes of a seed.
const SEED_BYTES: usize = 57;

pub(super) struct Pair(Box<SigningKey>);

impl Pair {
    pub(super) fn generate() -> Result<Self, AuthenticatorError> {
        let mut seed = [0; SEED_BYTES];
        rand::fill(&mut seed).map_err(|_| AuthenticatorError::Operation("key generation"))?;
        Ok(Self::from_seed(seed))
    }

    /// `None` when it is not the form that [`to_pkcs8`](Self::to_pkcs8) writes.
    pub(super) fn from_pkcs8(pkcs8: &[u8]) -> Option<Self> {
        pkcs8.strip_prefix(&PKCS8_PREFIX)?.try_into().ok().map(Self::from_seed)
    }

    pub(super) fn to_pkcs8(&self) -> Vec<u8> {
        [&PKCS8_PREFIX[..], self.0.as_bytes()].concat()
    }

    pub(super) fn to_spki(&self) -> Vec<u8> {
        [&SPKI_PREFIX[..], &self.point()].concat()
    }

    /// The encoded point of the public key.
    pub(super) fn point(&self) -> Vec<u8> {
        self.0.verifying_key().to_bytes().to_vec()
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign_raw(message).to_bytes().to_vec()
    }

    fn from_seed(seed: [u8; SEED_BYTES]) -> Self {
        Self(Box::new(SigningKey::from(SecretKey::from(seed))))
    }
}
