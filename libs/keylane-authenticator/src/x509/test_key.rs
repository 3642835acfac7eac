//! Keys of test authorities and of attestation certificates.

use super::{der, rs1};
use crate::{
    AuthenticatorError,
    key::{
        ED25519, EDDSA, ES256, ES384, ES512, ESP256, ESP384, ESP512, RS1, RS256, RS384, RS512,
        SigningKey,
    },
};
use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

/// A key pair that certificates and statements are signed with. Clones share the pair; `Debug`
/// leaves the private key out.
#[derive(Debug, Clone)]
pub struct TestKey {
    /// [`RS1`] too, which no credential has.
    algorithm: i64,
    key: Arc<SigningKey>,
}

type SharedKeys = Mutex<BTreeMap<(&'static str, i64), TestKey>>;

/// Keys that every authenticator of the process may use, since RSA keys take long to make.
static SHARED: LazyLock<SharedKeys> = LazyLock::new(SharedKeys::default);

impl TestKey {
    /// A new pair for a COSE algorithm, [`RS1`](crate::RS1) included.
    ///
    /// # Errors
    ///
    /// [`AuthenticatorError::NotSupported`] for an algorithm without a constant in this crate.
    pub fn generate(algorithm: i64) -> Result<Self, AuthenticatorError> {
        let of_pair = if algorithm == RS1 { RS256 } else { algorithm };
        SigningKey::generate(of_pair).map(|key| Self { algorithm, key: Arc::new(key) })
    }

    /// The pair of this process for a role and an algorithm; made at the first call.
    pub(crate) fn shared(role: &'static str, algorithm: i64) -> Result<Self, AuthenticatorError> {
        // A panic while the map was locked left no half-made key in it.
        let mut keys = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = keys.get(&(role, algorithm)) {
            return Ok(key.clone());
        }
        let key = Self::generate(algorithm)?;
        keys.insert((role, algorithm), key.clone());
        Ok(key)
    }

    /// The COSE algorithm that it signs with.
    #[must_use]
    pub fn algorithm(&self) -> i64 {
        self.algorithm
    }

    /// The public key as `SubjectPublicKeyInfo`.
    ///
    /// # Errors
    ///
    /// [`AuthenticatorError::Operation`] if the crypto library does not export it.
    pub fn to_spki(&self) -> Result<Vec<u8>, AuthenticatorError> {
        self.key.to_spki()
    }

    /// The signature of `message`: DER for ECDSA, bare otherwise.
    ///
    /// # Errors
    ///
    /// [`AuthenticatorError::Operation`] if the crypto library fails.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, AuthenticatorError> {
        if self.algorithm == RS1 {
            let pkcs8 = self.key.to_pkcs8()?;
            return rs1::sign(pkcs8.as_bytes(), message)
                .ok_or(AuthenticatorError::Operation("signature"));
        }
        self.key.sign(message)
    }

    /// The `AlgorithmIdentifier` of its signatures.
    ///
    /// # Errors
    ///
    /// [`AuthenticatorError::NotSupported`] for algorithms that have none in certificates here:
    /// only ECDSA on the NIST curves, RSASSA-PKCS1-v1_5 and Ed25519 do.
    pub fn signature_algorithm(&self) -> Result<Vec<u8>, AuthenticatorError> {
        let ecdsa = |last| der::sequence(&[der::oid(&[1, 2, 840, 10045, 4, 3, last])]);
        let rsa = |last| der::sequence(&[der::oid(&[1, 2, 840, 113_549, 1, 1, last]), der::null()]);
        Ok(match self.algorithm() {
            ES256 | ESP256 => ecdsa(2),
            ES384 | ESP384 => ecdsa(3),
            ES512 | ESP512 => ecdsa(4),
            RS1 => rsa(5),
            RS256 => rsa(11),
            RS384 => rsa(12),
            RS512 => rsa(13),
            EDDSA | ED25519 => der::sequence(&[der::oid(&[1, 3, 101, 112])]),
            _ => return Err(AuthenticatorError::NotSupported),
        })
    }
}
