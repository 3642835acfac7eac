//! Credentials that an authenticator holds, and the map it keeps them in.

use crate::{
    AuthenticatorError,
    key::{Pkcs8, SigningKey},
};
use std::collections::{BTreeMap, HashMap};

/// Bytes that a relying party keeps with a credential. `Debug` leaves them out, since they may be
/// keys.
#[derive(Default)]
pub(crate) struct Blob(pub(crate) Vec<u8>);

impl std::fmt::Debug for Blob {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Blob({} bytes, redacted)", self.0.len())
    }
}

/// A credential in the authenticator, with its private key. `Debug` leaves the key out.
#[derive(Debug)]
pub struct StoredCredential {
    pub(crate) id: Vec<u8>,
    pub(crate) rp_id: String,
    pub(crate) user_handle: Vec<u8>,
    pub(crate) user_name: String,
    pub(crate) user_display_name: String,
    pub(crate) sign_count: u32,
    pub(crate) backup_eligible: bool,
    pub(crate) discoverable: bool,
    /// What the relying party left with it (`credBlob`); empty at first.
    pub(crate) cred_blob: Blob,
    /// The same in large (`largeBlob`).
    pub(crate) large_blob: Option<Blob>,
    pub(crate) key: SigningKey,
    /// The same key for saving, exported once so that saving cannot fail.
    pub(crate) private_key: Pkcs8,
}

impl StoredCredential {
    /// The credential ID, as bytes.
    #[must_use]
    pub fn id(&self) -> &[u8] {
        &self.id
    }

    /// The RP ID that the credential is scoped to.
    #[must_use]
    pub fn rp_id(&self) -> &str {
        &self.rp_id
    }

    /// The user handle (`user.id`), as bytes.
    #[must_use]
    pub fn user_handle(&self) -> &[u8] {
        &self.user_handle
    }

    /// `user.name` of the registration.
    #[must_use]
    pub fn user_name(&self) -> &str {
        &self.user_name
    }

    /// `user.displayName` of the registration.
    #[must_use]
    pub fn user_display_name(&self) -> &str {
        &self.user_display_name
    }

    /// The sign count of the latest ceremony.
    #[must_use]
    pub fn sign_count(&self) -> u32 {
        self.sign_count
    }

    /// BE, fixed for the life of the credential.
    #[must_use]
    pub fn is_backup_eligible(&self) -> bool {
        self.backup_eligible
    }

    /// Whether it is found without being named in `allowCredentials`.
    #[must_use]
    pub fn is_discoverable(&self) -> bool {
        self.discoverable
    }

    /// The COSE algorithm identifier of the key.
    #[must_use]
    pub fn algorithm(&self) -> i64 {
        self.key.algorithm()
    }

    /// The public key as `COSE_Key` (RFC 9053).
    ///
    /// # Errors
    ///
    /// [`AuthenticatorError::Operation`] if the crypto library does not export it.
    pub fn to_cose(&self) -> Result<Vec<u8>, AuthenticatorError> {
        self.key.to_cose()
    }

    /// The public key as SubjectPublicKeyInfo (RFC 5280).
    ///
    /// # Errors
    ///
    /// [`AuthenticatorError::Operation`] if the crypto library does not export it.
    pub fn to_spki(&self) -> Result<Vec<u8>, AuthenticatorError> {
        self.key.to_spki()
    }
}

/// The credentials in the order of their creation, also found by id in constant time.
#[derive(Debug, Default)]
pub(crate) struct CredentialMap {
    by_age: BTreeMap<u64, StoredCredential>,
    ages: HashMap<Vec<u8>, u64>,
    next_age: u64,
}

impl CredentialMap {
    pub(crate) fn insert(&mut self, credential: StoredCredential) {
        self.take(&credential.id);
        self.ages.insert(credential.id.clone(), self.next_age);
        self.by_age.insert(self.next_age, credential);
        self.next_age += 1;
    }

    pub(crate) fn take(&mut self, id: &[u8]) -> Option<StoredCredential> {
        let age = self.ages.remove(id)?;
        self.by_age.remove(&age)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &StoredCredential> {
        self.by_age.values()
    }

    pub(crate) fn find(&self, id: &[u8], rp_id: &str) -> Option<&StoredCredential> {
        self.by_age.get(self.ages.get(id)?).filter(|it| it.rp_id == rp_id)
    }

    pub(crate) fn find_mut(&mut self, id: &[u8], rp_id: &str) -> Option<&mut StoredCredential> {
        self.by_age.get_mut(self.ages.get(id)?).filter(|it| it.rp_id == rp_id)
    }

    /// The newest discoverable credential for the RP ID: what a user picks who is offered the
    /// most recent first.
    pub(crate) fn find_discoverable_mut(&mut self, rp_id: &str) -> Option<&mut StoredCredential> {
        self.by_age.values_mut().rev().find(|it| it.discoverable && it.rp_id == rp_id)
    }

    /// Removes the discoverable credential that a new one for the same account replaces.
    pub(crate) fn take_discoverable_of(&mut self, rp_id: &str, user_handle: &[u8]) {
        let is_replaced = |it: &&StoredCredential| {
            it.discoverable && it.rp_id == rp_id && it.user_handle == user_handle
        };
        let replaced = self.iter().find(is_replaced).map(|it| it.id.clone());
        if let Some(id) = replaced {
            self.take(&id);
        }
    }
}
