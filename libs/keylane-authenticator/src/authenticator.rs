//! The authenticator: its configuration and the credentials it holds.

use crate::{
    AuthenticatorConfig, AuthenticatorError, StoredCredential, authenticator_data::flags,
    credential::CredentialMap, options::Requirement,
};

/// A software authenticator with the client in front of it.
///
/// One value is one user's device or passkey provider. It is as fast as its signatures, since it
/// keeps key pairs parsed. `Debug` leaves private keys out.
#[derive(Debug)]
pub struct Authenticator {
    pub(crate) config: AuthenticatorConfig,
    pub(crate) credentials: CredentialMap,
}

impl Authenticator {
    /// An authenticator without credentials.
    #[must_use]
    pub fn new(config: AuthenticatorConfig) -> Self {
        Self { config, credentials: CredentialMap::default() }
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
