//! Verifying an authentication ceremony: WebAuthn Level 3, §7.2.
//!
//! [`PendingAuthentication::verify`] turns the browser's answer into a [`VerifiedAssertion`], or
//! names the first check that refused it. The checks stand in the order of §7.2.
//!
//! Nothing here reads a clock, a random number or a socket. The challenge and `now` are
//! arguments, so any ceremony can be replayed byte for byte.
//!
//! Invariants:
//!
//! - Only `verify` makes a [`VerifiedAssertion`], and it names the credential and the account that
//!   were proved. Code that opens a session takes one by value, so code that skips the
//!   verification, or takes the client's word for who signed in, does not compile.
//! - `verify` consumes the ceremony, and [`PendingAuthentication`] is not `Clone`. A second
//!   answer to the same challenge has nothing left to be checked against.
//! - The counter is looked at after the signature, so a stranger cannot ask for it.

mod error;

use crate::authenticator_data::{AuthenticatorData, Flags};
use crate::base64url;
use crate::client_data::{Expectation, Surroundings};
use crate::credential::{CredentialId, CredentialRecord, RecordUpdate, UserHandle};
use crate::extensions::{RequestExtensions, RequestOutputs};
use crate::origin::{AppId, Origin, RpId, sha256};
use crate::payment::{PaymentError, PaymentExpectation};
use crate::policy::{Framing, UserVerification};
use crate::response::AuthenticationResponse;
use crate::unix_millis::UnixMillis;

pub use error::AuthenticationError;

/// What was asked when the ceremony began. Every option that was sent is checked again.
#[derive(Debug)]
pub struct AuthenticationCeremony {
    /// The challenge: at least 16 random bytes, used for this ceremony only.
    pub challenge: Vec<u8>,
    /// The RP ID that was sent.
    pub rp_id: RpId,
    /// The one origin whose page began the ceremony.
    pub origin: Origin,
    /// `userVerification`.
    pub user_verification: UserVerification,
    /// Whether the page may be framed by others. A payment names the page around it itself, in
    /// [`PaymentExpectation::top_origin`].
    pub framing: Framing,
    /// `allowCredentials`; empty when any discoverable credential may answer.
    pub allow_credentials: Vec<CredentialId>,
    /// The account, when it was known before the ceremony.
    pub user: Option<UserHandle>,
    /// What the assertion is to prove; the default is a sign-in.
    pub purpose: AuthenticationPurpose,
    /// The extensions that were asked for; the default is none.
    pub extensions: RequestExtensions,
    /// The last instant at which the answer is in time.
    pub deadline: UnixMillis,
}

/// What an assertion is to prove. An answer for one purpose is refused for any other.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum AuthenticationPurpose {
    /// That a person is there who owns the credential: `webauthn.get`.
    #[default]
    SignIn,
    /// That the person was shown this payment and agreed to it: `payment.get`.
    Payment(Box<PaymentExpectation>),
}

/// An authentication ceremony that waits for its answer.
#[derive(Debug)]
pub struct PendingAuthentication(AuthenticationCeremony);

/// Proof that the owner of a credential answered this ceremony.
///
/// Before opening a session the caller decides what the [`signals`](Self::signals) mean to it,
/// and stores what [`obligations`](Self::obligations) tells (§7.2, step 24).
///
/// ```compile_fail
/// // Nothing but `PendingAuthentication::verify` makes one, not even from another one.
/// fn forge(it: keylane_webauthn::VerifiedAssertion) -> keylane_webauthn::VerifiedAssertion {
///     keylane_webauthn::VerifiedAssertion { sign_count: 9, ..it }
/// }
/// ```
///
/// ```compile_fail
/// // An answer is checked once: the ceremony is gone afterwards.
/// fn twice(
///     pending: keylane_webauthn::PendingAuthentication,
///     response: &keylane_webauthn::AuthenticationResponse,
///     record: &keylane_webauthn::CredentialRecord,
///     now: keylane_webauthn::UnixMillis,
/// ) {
///     let _first = pending.verify(response, record, now);
///     let _second = pending.verify(response, record, now);
/// }
/// ```
#[derive(Debug)]
#[must_use = "a verified assertion is lost unless the sign-in is recorded"]
pub struct VerifiedAssertion {
    credential_id: CredentialId,
    user_handle: UserHandle,
    sign_count: u32,
    flags: Flags,
    signals: Vec<Signal>,
    extensions: RequestOutputs,
    update: RecordUpdate,
}

/// Something odd about an assertion that proves nothing against its owner. Record it, count it,
/// ask for more if the policy says so; the assertion itself is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Signal {
    /// Step 22: the counter is not higher than the last one. Two copies of the key may exist, or
    /// the authenticator answered two ceremonies out of order.
    SignCountDidNotRise {
        /// The counter of the record.
        stored: u32,
        /// The counter of this assertion.
        received: u32,
    },
    /// Step 19: the BE flag, which should never change, did.
    BackupEligibilityChanged {
        /// The flag of the record.
        stored: bool,
        /// The flag of this assertion.
        received: bool,
    },
}

impl Signal {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SignCountDidNotRise { .. } => "sign_count_did_not_rise",
            Self::BackupEligibilityChanged { .. } => "backup_eligibility_changed",
        }
    }
}

impl PendingAuthentication {
    /// A ceremony that waits for its answer.
    #[must_use]
    pub fn new(ceremony: AuthenticationCeremony) -> Self {
        Self(ceremony)
    }

    /// Checks the browser's answer and consumes the ceremony.
    ///
    /// `record` is what the caller stored about
    /// [`AuthenticationResponse::credential_id`]. `now` comes from the caller's clock and is
    /// compared with the deadline; an answer at the deadline itself is in time.
    ///
    /// # Errors
    ///
    /// [`AuthenticationError`], for the first check that fails. None of them may reach a stranger:
    /// they tell which accounts and credentials exist.
    ///
    /// # Specification
    ///
    /// [WebAuthn Level 3 §7.2](https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion),
    /// steps 5 to 23; for a payment with the changes of
    /// [Secure Payment Confirmation](https://www.w3.org/TR/secure-payment-confirmation/), §7.1.
    /// Step 24 needs the store and is the caller's. The deadline is ours.
    pub fn verify(
        self,
        response: &AuthenticationResponse,
        record: &CredentialRecord,
        now: UnixMillis,
    ) -> Result<VerifiedAssertion, AuthenticationError> {
        self.check_deadline(now)?;
        // Steps 5 and 6.
        self.check_credential(response, record)?;
        // Steps 8 to 14.
        self.check_client_data(response)?;
        let data = AuthenticatorData::parse(&response.authenticator_data)
            .map_err(AuthenticationError::AuthenticatorData)?;
        // Steps 15 to 18.
        self.check_authenticator_data(&data, response)?;
        // Step 20, over the bytes as received, and step 21.
        let client_data_hash = sha256(&response.client_data_json);
        let signed = [response.authenticator_data.as_slice(), &client_data_hash].concat();
        record
            .public_key
            .verify(&signed, &response.signature)
            .map_err(|_| AuthenticationError::SignatureInvalid)?;
        // Step 23.
        let extensions =
            RequestOutputs::judge(&self.0.extensions, &response.outputs, data.extensions.as_ref())
                .map_err(AuthenticationError::Extension)?;
        Ok(VerifiedAssertion {
            credential_id: record.id.clone(),
            user_handle: record.user_handle.clone(),
            // A lower count is never stored: it would hide the next copy of the key.
            sign_count: data.sign_count.max(record.sign_count),
            flags: data.flags,
            signals: signals(&data, record),
            extensions,
            update: RecordUpdate::between(record, &data),
        })
    }

    fn check_deadline(&self, now: UnixMillis) -> Result<(), AuthenticationError> {
        match now.millis_since(self.0.deadline) {
            0 => Ok(()),
            late_ms => Err(AuthenticationError::Expired { late_ms }),
        }
    }

    fn check_credential(
        &self,
        response: &AuthenticationResponse,
        record: &CredentialRecord,
    ) -> Result<(), AuthenticationError> {
        // Step 5.
        let allowed = &self.0.allow_credentials;
        if !allowed.is_empty() && !allowed.contains(&response.credential_id) {
            return Err(AuthenticationError::CredentialNotAllowed);
        }
        // Step 6: the record is of this credential, and of the account that is signing in.
        if record.id != response.credential_id {
            return Err(AuthenticationError::CredentialMismatch);
        }
        if record.rp_id != self.0.rp_id {
            return Err(AuthenticationError::CredentialOfAnotherRp);
        }
        if self.0.user.as_ref().is_some_and(|user| *user != record.user_handle) {
            return Err(AuthenticationError::CredentialOfAnotherUser);
        }
        match &response.user_handle {
            Some(handle) if *handle != record.user_handle => {
                Err(AuthenticationError::UserHandleMismatch)
            }
            None if self.0.user.is_none() => Err(AuthenticationError::UserHandleMissing),
            _ => Ok(()),
        }
    }

    fn check_client_data(
        &self,
        response: &AuthenticationResponse,
    ) -> Result<(), AuthenticationError> {
        let client_data =
            response.client_data.as_ref().map_err(|err| AuthenticationError::ClientData(*err))?;
        let (kind, framing) = match &self.0.purpose {
            AuthenticationPurpose::SignIn => {
                ("webauthn.get", Surroundings::Policy(&self.0.framing))
            }
            AuthenticationPurpose::Payment(expected) => {
                ("payment.get", Surroundings::Payment(&expected.top_origin))
            }
        };
        client_data.check(&Expectation {
            kind,
            challenge: &base64url::encode(&self.0.challenge),
            origin: &self.0.origin,
            framing,
        })?;
        if let AuthenticationPurpose::Payment(expected) = &self.0.purpose {
            let shown = client_data.payment().ok_or(PaymentError::Malformed);
            shown
                .and_then(|it| it.check(expected, &self.0.rp_id))
                .map_err(AuthenticationError::Payment)?;
        }
        Ok(())
    }

    fn check_authenticator_data(
        &self,
        data: &AuthenticatorData<'_>,
        response: &AuthenticationResponse,
    ) -> Result<(), AuthenticationError> {
        // §6.1: the AT flag is not set in assertions.
        if data.attested.is_some() {
            return Err(AuthenticationError::AttestedCredential);
        }
        // Step 15. An AppID that was used stands in for the RP ID, not beside it (§10.1.1).
        let app_id = self.0.extensions.app_id.as_ref().filter(|_| response.outputs.used_app_id());
        if *data.rp_id_hash != app_id.map_or_else(|| self.0.rp_id.sha256(), AppId::sha256) {
            return Err(AuthenticationError::RpIdMismatch);
        }
        // Step 16.
        if !data.flags.user_present() {
            return Err(AuthenticationError::UserNotPresent);
        }
        // Step 17.
        let required = self.0.user_verification == UserVerification::Required;
        if required && !data.flags.user_verified() {
            return Err(AuthenticationError::UserNotVerified);
        }
        // Step 18.
        if data.flags.backed_up_without_eligibility() {
            return Err(AuthenticationError::BackedUpWithoutEligibility);
        }
        Ok(())
    }
}

/// Steps 19 and 22.
fn signals(data: &AuthenticatorData<'_>, record: &CredentialRecord) -> Vec<Signal> {
    let mut signals = Vec::new();
    let (stored, received) = (record.backup_eligible, data.flags.backup_eligible());
    if stored != received {
        signals.push(Signal::BackupEligibilityChanged { stored, received });
    }
    let (stored, received) = (record.sign_count, data.sign_count);
    // Both zero: the authenticator has no counter.
    if (stored, received) != (0, 0) && received <= stored {
        signals.push(Signal::SignCountDidNotRise { stored, received });
    }
    signals
}

impl VerifiedAssertion {
    /// The credential that signed.
    #[must_use]
    pub fn credential_id(&self) -> &CredentialId {
        &self.credential_id
    }

    /// The account that owns it.
    #[must_use]
    pub fn user_handle(&self) -> &UserHandle {
        &self.user_handle
    }

    /// The counter to store: the received one, or the stored one when that is higher (then there
    /// is a [`Signal::SignCountDidNotRise`] with both).
    #[must_use]
    pub fn sign_count(&self) -> u32 {
        self.sign_count
    }

    /// Whether the authenticator verified the user this time.
    #[must_use]
    pub fn user_verified(&self) -> bool {
        self.flags.user_verified()
    }

    /// Whether the credential may be copied to other devices.
    #[must_use]
    pub fn backup_eligible(&self) -> bool {
        self.flags.backup_eligible()
    }

    /// Whether the credential has been copied; to be stored.
    #[must_use]
    pub fn backed_up(&self) -> bool {
        self.flags.backed_up()
    }

    /// The outputs of extensions.
    #[must_use]
    pub fn extensions(&self) -> &RequestOutputs {
        &self.extensions
    }

    /// What has changed in the credential record (§7.2, step 24); mostly only the counter, and
    /// nothing at all with most synced credentials.
    pub fn obligations(&self) -> RecordUpdate {
        self.update
    }

    /// What was odd about the assertion; mostly nothing.
    #[must_use]
    pub fn signals(&self) -> &[Signal] {
        &self.signals
    }
}

#[cfg(test)]
mod tests;
