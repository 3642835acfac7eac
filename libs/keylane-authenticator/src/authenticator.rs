//! The authenticator: its configuration and the credentials it holds.

use crate::{
    AuthenticatorConfig, AuthenticatorError, StoredCredential, TestAuthority,
    authenticator_data::flags, credential::CredentialMap, options::Requirement,
};
use std::sync::Arc;

/// A software authenticator with the client in front of it.
///
/// One value is one user's device or passkey provider. It is as fast as its signatures, since it
/// keeps key pairs parsed. `Debug` leaves private keys out.
#[derive(Debug)]
pub struct Authenticator {
    pub(crate) config: AuthenticatorConfig,
    pub(crate) credentials: CredentialMap,
    /// Another authority than the one of the process.
    authority: Option<Arc<TestAuthority>>,
}

impl Authenticator {
    /// An authenticator without credentials.
    #[must_use]
    pub fn new(config: AuthenticatorConfig) -> Self {
        Self { config, credentials: CredentialMap::default(), authority: None }
    }

    /// What it can do.
    #[must_use]
    pub fn config(&self) -> &AuthenticatorConfig {
        &self.config
    }

    /// Changes what it can do from now on. Credentials keep their key, their BE and whether they
    /// are discoverable.
    pub fn config_mut(&mut self) -> &mut AuthenticatorConfig {
        &mut self.config
    }

    /// Who certifies its attestation keys: the authority given to it, otherwise the one that all
    /// authenticators of this process share for the same [`now_ms`](AuthenticatorConfig::now_ms).
    ///
    /// # Errors
    ///
    /// [`AuthenticatorError::Operation`] if the crypto library fails to make its keys.
    pub fn authority(&self) -> Result<Arc<TestAuthority>, AuthenticatorError> {
        match &self.authority {
            Some(authority) => Ok(Arc::clone(authority)),
            None => TestAuthority::shared(self.config.now_ms / 1000),
        }
    }

    /// Has its attestation keys certified by this authority from now on. It is not saved with
    /// the authenticator.
    pub fn set_authority(&mut self, authority: Arc<TestAuthority>) {
        self.authority = Some(authority);
    }

    /// The credentials, oldest first.
    pub fn credentials(&self) -> impl Iterator<Item = &StoredCredential> {
        self.credentials.iter()
    }

    /// Takes a credential out, as its user would in the provider's settings.
    pub fn take_credential(&mut self, id: &[u8]) -> Option<StoredCredential> {
        self.credentials.take(id)
    }

    /// The UV bit after the user verification that was asked for.
    pub(crate) fn verify_user(&self, requirement: Requirement) -> Result<u8, AuthenticatorError> {
        match (requirement, self.config.user_verification) {
            (Requirement::Required, false) => {
                Err(AuthenticatorError::NotAllowed("user verification is required but unavailable"))
            }
            (Requirement::Required | Requirement::Preferred, true) => Ok(flags::UV),
            (Requirement::Discouraged, _) | (Requirement::Preferred, false) => Ok(0),
        }
    }
}
