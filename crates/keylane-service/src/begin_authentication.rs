//! Somebody is about to sign in: the browser gets its options.
//!
//! Naming a handle first changes nothing that can be seen: every passkey is discoverable, so the
//! options never list credentials, and known and unknown handles get the same answer because the
//! store is not even asked. The handle is sealed into the challenge, and only its owner's passkey
//! can finish.

use keylane_model::EmailAddress;
use keylane_webauthn::{Mediation, RequestExtensions, RequestOptions};

use crate::ceremony::{CEREMONY_LIFETIME_MS, Ceremony, Purpose, digest, fresh_id, short_digest};
use crate::place::Place;
use crate::service::{InternalError, Service};

/// An authentication ceremony has begun. Nothing is stored of it.
#[derive(Debug)]
pub struct BegunAuthentication {
    /// For `navigator.credentials.get()`.
    pub options: RequestOptions,
    /// How long the person has, in seconds.
    pub expires_in_s: u64,
}

/// The ceremony did not begin.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct BeginAuthenticationError(#[from] pub InternalError);

impl Service {
    /// Options for signing in, as the owner of `email` when one is given.
    ///
    /// # Errors
    ///
    /// [`BeginAuthenticationError`] when there is no randomness or no key.
    ///
    /// # Specification
    ///
    /// WebAuthn Level 3, section 7.2, step 1.
    pub async fn begin_authentication(
        &self,
        email: Option<&EmailAddress>,
        place: &Place,
    ) -> Result<BegunAuthentication, BeginAuthenticationError> {
        let ceremony = Ceremony {
            id: fresh_id(&*self.entropy).map_err(InternalError::from)?,
            purpose: Purpose::Authentication { handle: email.map(handle_digest) },
            issued_at: self.now(),
            user_verification: self.policy.user_verification,
            mediation: Mediation::Modal,
            algorithms: Vec::new(),
            rp_id: self.relying_party.id.clone(),
            origin: place.origin.clone(),
            binding: place.binding.map(digest),
        };
        let challenge = ceremony.seal(&self.keys, &*self.entropy).map_err(InternalError::from)?;
        let options = RequestOptions {
            challenge,
            rp_id: self.relying_party.id.clone(),
            timeout_ms: CEREMONY_LIFETIME_MS,
            allow_credentials: Vec::new(),
            user_verification: self.policy.user_verification,
            hints: Vec::new(),
            extensions: RequestExtensions::default(),
        };
        Ok(BegunAuthentication { options, expires_in_s: CEREMONY_LIFETIME_MS / 1000 })
    }
}

/// What the challenge carries of the handle.
pub(crate) fn handle_digest(email: &EmailAddress) -> [u8; 16] {
    short_digest(b"handle", email.as_str().as_bytes())
}
