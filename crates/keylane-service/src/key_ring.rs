//! The server's own keys, opened and ready for use.
//!
//! Keys are kept in the store, sealed under the master key, which is not in the store: whoever
//! copies the database can neither forge a session nor read a waiting mail. Each purpose has its
//! own keys. The newest makes new things; older ones still open what they made until they retire.
//!
//! The ring makes and opens; when keys are made and retired is decided in `keys.rs`.

use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use keylane_model::entropy::{EntropyError, random_bytes};
use keylane_model::{Entropy, KeyId, KeyPurpose, StoredKey, UnixMillis};
use zeroize::Zeroizing;

use crate::access_token::SigningKey;

const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;

/// Short name of a key inside tokens and challenges: the random end of its id.
pub(crate) type KeyTag = [u8; 4];

/// The key that seals all other keys. Lives in a file or an environment variable, never in the
/// store.
pub struct MasterKey(LessSafeKey);

impl MasterKey {
    /// The master key with these 32 random bytes.
    ///
    /// # Errors
    ///
    /// [`KeyRingError::Crypto`] when the crypto library refuses the key.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyRingError> {
        aes_key(bytes).map(Self)
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// A key could not be made, opened or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyRingError {
    /// The master key is not the one that sealed the stored keys.
    #[error("the master key does not open the keys in the store")]
    WrongMasterKey,
    /// There is no key for this purpose yet.
    #[error("there is no {} key", .0.name())]
    NoKey(KeyPurpose),
    /// The crypto library refused an operation.
    #[error("the crypto library refused an operation")]
    Crypto,
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// An opened key.
pub(crate) struct RingKey {
    pub(crate) id: KeyId,
    pub(crate) purpose: KeyPurpose,
    pub(crate) created_at: UnixMillis,
    material: Material,
}

enum Material {
    Aead(LessSafeKey),
    Mac(Box<hmac::Key>),
    Signing(Box<SigningKey>),
}

impl std::fmt::Debug for RingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RingKey")
            .field("id", &self.id)
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

impl RingKey {
    /// The key's short name.
    pub(crate) fn tag(&self) -> KeyTag {
        let bytes = self.id.as_bytes();
        [bytes[12], bytes[13], bytes[14], bytes[15]]
    }

    /// Seals `plain`: nonce, ciphertext and tag. `context` must be given again to open it.
    pub(crate) fn seal(
        &self,
        context: &[u8],
        plain: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, KeyRingError> {
        match &self.material {
            Material::Aead(key) => seal(key, context, plain, entropy),
            Material::Mac(_) | Material::Signing(_) => Err(KeyRingError::Crypto),
        }
    }

    /// Opens what [`seal`](Self::seal) made; `None` when it was not made by this key.
    pub(crate) fn open(&self, context: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        match &self.material {
            Material::Aead(key) => open(key, context, sealed),
            Material::Mac(_) | Material::Signing(_) => None,
        }
    }

    /// The key for MACs, if it is one.
    pub(crate) fn mac(&self) -> Option<&hmac::Key> {
        match &self.material {
            Material::Mac(key) => Some(key),
            Material::Aead(_) | Material::Signing(_) => None,
        }
    }

    /// The key for access tokens, if it is one.
    pub(crate) fn signing(&self) -> Option<&SigningKey> {
        match &self.material {
            Material::Signing(key) => Some(key),
            Material::Aead(_) | Material::Mac(_) => None,
        }
    }
}

/// All keys that are in use.
#[derive(Debug)]
pub(crate) struct KeyRing {
    master: MasterKey,
    /// In order of creation.
    keys: RwLock<Vec<Arc<RingKey>>>,
}

impl KeyRing {
    pub(crate) fn new(master: MasterKey) -> Self {
        Self { master, keys: RwLock::default() }
    }

    /// Replaces the ring's keys by these, opened.
    pub(crate) fn load(&self, stored: &[StoredKey]) -> Result<(), KeyRingError> {
        let mut opened = Vec::with_capacity(stored.len());
        for key in stored {
            let secret = open(&self.master.0, &key_context(key.id, key.purpose), &key.sealed)
                .ok_or(KeyRingError::WrongMasterKey)?;
            opened.push(Arc::new(RingKey {
                id: key.id,
                purpose: key.purpose,
                created_at: key.created_at,
                material: material(key.id, key.purpose, &secret)?,
            }));
        }
        opened.sort_by_key(|key| key.created_at);
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = opened;
        Ok(())
    }

    /// A new key, sealed for the store. It is not in the ring until the ring is loaded again.
    pub(crate) fn make(
        &self,
        purpose: KeyPurpose,
        now: UnixMillis,
        entropy: &dyn Entropy,
    ) -> Result<StoredKey, KeyRingError> {
        let id = KeyId::new(now, entropy)?;
        let secret = match purpose {
            KeyPurpose::AccessToken => Zeroizing::new(
                EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
                    .and_then(|pair| pair.to_pkcs8v1())
                    .map_err(|_| KeyRingError::Crypto)?
                    .as_ref()
                    .to_vec(),
            ),
            KeyPurpose::CeremonySeal | KeyPurpose::TokenMac | KeyPurpose::OutboxSeal => {
                Zeroizing::new(random_bytes::<32>(entropy)?.to_vec())
            }
        };
        let sealed = seal(&self.master.0, &key_context(id, purpose), &secret, entropy)?;
        Ok(StoredKey { id, purpose, sealed, created_at: now })
    }

    /// The newest key for this purpose.
    pub(crate) fn current(&self, purpose: KeyPurpose) -> Result<Arc<RingKey>, KeyRingError> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let newest = keys.iter().rev().find(|key| key.purpose == purpose);
        newest.cloned().ok_or(KeyRingError::NoKey(purpose))
    }

    /// The key for this purpose with this short name.
    pub(crate) fn find(&self, purpose: KeyPurpose, tag: KeyTag) -> Option<Arc<RingKey>> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.iter().find(|key| key.purpose == purpose && key.tag() == tag).cloned()
    }

    /// All keys for this purpose, oldest first.
    pub(crate) fn all(&self, purpose: KeyPurpose) -> Vec<Arc<RingKey>> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.iter().filter(|key| key.purpose == purpose).cloned().collect()
    }
}

fn key_context(id: KeyId, purpose: KeyPurpose) -> Vec<u8> {
    [b"keylane key 1 ".as_slice(), purpose.name().as_bytes(), b" ", id.as_bytes()].concat()
}

fn material(id: KeyId, purpose: KeyPurpose, secret: &[u8]) -> Result<Material, KeyRingError> {
    Ok(match purpose {
        KeyPurpose::CeremonySeal | KeyPurpose::OutboxSeal => {
            let bytes = secret.try_into().map_err(|_| KeyRingError::Crypto)?;
            Material::Aead(aes_key(bytes)?)
        }
        KeyPurpose::TokenMac => Material::Mac(Box::new(hmac::Key::new(hmac::HMAC_SHA256, secret))),
        KeyPurpose::AccessToken => {
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, secret)
                .map_err(|_| KeyRingError::Crypto)?;
            let point = pair.public_key().as_ref().to_vec();
            Material::Signing(Box::new(SigningKey::new(id, secret, &point)?))
        }
    })
}

fn aes_key(bytes: &[u8; 32]) -> Result<LessSafeKey, KeyRingError> {
    let key = UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| KeyRingError::Crypto)?;
    Ok(LessSafeKey::new(key))
}

fn seal(
    key: &LessSafeKey,
    context: &[u8],
    plain: &[u8],
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, KeyRingError> {
    let nonce: [u8; NONCE_BYTES] = random_bytes(entropy)?;
    let mut sealed = Vec::with_capacity(NONCE_BYTES + plain.len() + TAG_BYTES);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(plain);
    let tag = key
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(context),
            &mut sealed[NONCE_BYTES..],
        )
        .map_err(|_| KeyRingError::Crypto)?;
    sealed.extend_from_slice(tag.as_ref());
    Ok(sealed)
}

fn open(key: &LessSafeKey, context: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE_BYTES>()?;
    let mut plain = Zeroizing::new(body.to_vec());
    let length = key
        .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(context), &mut plain)
        .ok()?
        .len();
    plain.truncate(length);
    Some(plain)
}

#[cfg(test)]
mod tests {
    use keylane_model::SystemEntropy;

    use super::*;

    #[test]
    fn sealed_text_opens_with_the_same_context_only() {
        let ring = ring_with(KeyPurpose::OutboxSeal, &[0]);
        let key = ring.current(KeyPurpose::OutboxSeal).unwrap();
        let sealed = key.seal(b"mail 1", b"hello", &SystemEntropy).unwrap();

        assert_eq!(key.open(b"mail 1", &sealed).unwrap().as_slice(), b"hello");
        assert!(key.open(b"mail 2", &sealed).is_none());
    }

    #[test]
    fn sealed_text_with_any_bit_flipped_does_not_open() {
        let ring = ring_with(KeyPurpose::OutboxSeal, &[0]);
        let key = ring.current(KeyPurpose::OutboxSeal).unwrap();
        let sealed = key.seal(b"", b"hello", &SystemEntropy).unwrap();
        for position in 0..sealed.len() {
            let mut spoiled = sealed.clone();
            spoiled[position] ^= 1;
            assert!(key.open(b"", &spoiled).is_none(), "byte {position}");
        }
        for length in 0..sealed.len() {
            assert!(key.open(b"", &sealed[..length]).is_none(), "cut at {length}");
        }
    }

    #[test]
    fn newest_key_is_current_and_older_ones_are_found_by_tag() {
        let ring = ring_with(KeyPurpose::TokenMac, &[1_000, 3_000, 2_000]);
        assert_eq!(ring.current(KeyPurpose::TokenMac).unwrap().created_at, UnixMillis(3_000));
        for key in ring.all(KeyPurpose::TokenMac) {
            assert_eq!(ring.find(KeyPurpose::TokenMac, key.tag()).unwrap().id, key.id);
        }
    }

    #[test]
    fn another_master_key_is_refused() {
        let master = MasterKey::from_bytes(&[1; 32]).unwrap();
        let stored =
            KeyRing::new(master).make(KeyPurpose::TokenMac, UnixMillis(0), &SystemEntropy).unwrap();
        let other = KeyRing::new(MasterKey::from_bytes(&[2; 32]).unwrap());
        assert!(matches!(other.load(&[stored]), Err(KeyRingError::WrongMasterKey)));
    }

    #[test]
    fn sealed_key_moved_to_another_purpose_is_refused() {
        let ring = KeyRing::new(MasterKey::from_bytes(&[1; 32]).unwrap());
        let mut stored = ring.make(KeyPurpose::TokenMac, UnixMillis(0), &SystemEntropy).unwrap();
        stored.purpose = KeyPurpose::CeremonySeal;
        assert!(matches!(ring.load(&[stored]), Err(KeyRingError::WrongMasterKey)));
    }

    fn ring_with(purpose: KeyPurpose, created: &[u64]) -> KeyRing {
        let ring = KeyRing::new(MasterKey::from_bytes(&[1; 32]).unwrap());
        let keys: Vec<_> = created
            .iter()
            .map(|at| ring.make(purpose, UnixMillis(*at), &SystemEntropy).unwrap())
            .collect();
        ring.load(&keys).unwrap();
        ring
    }
}
