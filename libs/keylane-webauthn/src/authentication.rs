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

use crate::authenticator_data::{AuthenticatorData, AuthenticatorDataError, Flags};
use crate::base64url;
use crate::client_data::{ClientDataError, Expectation, Mismatch, Surroundings};
use crate::credential::{CredentialId, CredentialRecord, RecordUpdate, UserHandle};
use crate::extensions::{ExtensionError, RequestExtensions, RequestOutputs};
use crate::origin::{AppId, Origin, RpId, sha256};
use crate::payment::{PaymentError, PaymentExpectation};
use crate::policy::{Framing, UserVerification};
use crate::response::AuthenticationResponse;
use crate::unix_millis::UnixMillis;

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

/// Why an authentication ceremony was refused. Variants stand in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthenticationError {
    /// The answer came after the deadline. Ours; §7.2 leaves timeouts to the browser.
    #[error("the answer came {late_ms} ms after the deadline")]
    Expired {
        /// Milliseconds past the deadline; at least 1.
        late_ms: u64,
    },
    /// Step 5: the credential is not one of those that were asked for.
    #[error("the credential is not one of those that were asked for")]
    CredentialNotAllowed,
    /// Step 6: the caller's record is of another credential.
    #[error("the record is of another credential")]
    CredentialMismatch,
    /// Step 6: the record is of another RP ID. Ours; one store may serve several.
    #[error("the credential was made for another RP ID")]
    CredentialOfAnotherRp,
    /// Step 6: the credential belongs to another account than the one that is signing in.
    #[error("the credential belongs to another account")]
    CredentialOfAnotherUser,
    /// Step 6: the user handle in the answer is not the one of the credential's owner.
    #[error("the user handle is not the one of the credential's owner")]
    UserHandleMismatch,
    /// Step 6: the account was not known before and the answer does not name it.
    #[error("the answer does not name an account")]
    UserHandleMissing,
    /// Steps 8 and 9: the client data cannot be read.
    #[error("client data is refused")]
    ClientData(#[source] ClientDataError),
    /// Step 10: the client data is not of an authentication.
    #[error("the client data is not of an authentication")]
    TypeMismatch,
    /// Step 11: the challenge is not the one this ceremony issued.
    #[error("the challenge is not the one this ceremony issued")]
    ChallengeMismatch,
    /// Step 12: the page's origin is not the one that began the ceremony.
    #[error("the origin is not the one that began the ceremony")]
    OriginMismatch,
    /// Step 13: the page was framed by another origin.
    #[error("the page was inside a page of another origin")]
    CrossOrigin,
    /// Step 14: the page around it is not an expected one, or is not named.
    #[error("the page around the page is not an expected one")]
    TopOrigin,
    /// The payment that was shown is not the one that was asked for (§7.1 of the specification of
    /// Secure Payment Confirmation).
    #[error("the payment is not the one that was asked for")]
    Payment(#[source] PaymentError),
    /// The authenticator data, which steps 15 to 19 look at, cannot be read.
    #[error("the authenticator data is refused")]
    AuthenticatorData(#[source] AuthenticatorDataError),
    /// The authenticator data brings a credential along, which an assertion must not (§6.1).
    #[error("the authenticator data of an assertion has a credential in it")]
    AttestedCredential,
    /// Step 15: the assertion was made for another RP ID.
    #[error("the assertion was made for another RP ID")]
    RpIdMismatch,
    /// Step 16: the UP flag is not set.
    #[error("the authenticator did not test user presence")]
    UserNotPresent,
    /// Step 17: user verification was required and the UV flag is not set.
    #[error("the authenticator did not verify the user")]
    UserNotVerified,
    /// Step 18: the BS flag is set without the BE flag.
    #[error("the credential is backed up without being eligible for it")]
    BackedUpWithoutEligibility,
    /// Step 21: the signature does not verify, or is not strict DER.
    #[error("the signature does not verify")]
    SignatureInvalid,
    /// Step 23: the outputs of extensions are not what was asked for.
    #[error("the outputs of extensions are refused")]
    Extension(#[source] ExtensionError),
}

impl AuthenticationError {
    /// A stable name for logs, metrics and test vectors. Renaming one is a breaking change.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Expired { .. } => "ceremony_expired",
            Self::CredentialNotAllowed => "credential_not_allowed",
            Self::CredentialMismatch => "credential_mismatch",
            Self::CredentialOfAnotherRp => "credential_of_another_rp",
            Self::CredentialOfAnotherUser => "credential_of_another_user",
            Self::UserHandleMismatch => "user_handle_mismatch",
            Self::UserHandleMissing => "user_handle_missing",
            Self::ClientData(err) => err.code(),
            Self::TypeMismatch => "client_data_type_mismatch",
            Self::ChallengeMismatch => "challenge_mismatch",
            Self::OriginMismatch => "origin_mismatch",
            Self::CrossOrigin => "cross_origin_refused",
            Self::TopOrigin => "top_origin_refused",
            Self::Payment(err) => err.code(),
            Self::AuthenticatorData(err) => err.code(),
            Self::AttestedCredential => "attested_credential_in_assertion",
            Self::RpIdMismatch => "rp_id_hash_mismatch",
            Self::UserNotPresent => "user_not_present",
            Self::UserNotVerified => "user_not_verified",
            Self::BackedUpWithoutEligibility => "backed_up_without_eligibility",
            Self::SignatureInvalid => "signature_invalid",
            Self::Extension(err) => err.code(),
        }
    }
}

impl From<Mismatch> for AuthenticationError {
    fn from(mismatch: Mismatch) -> Self {
        match mismatch {
            Mismatch::Kind => Self::TypeMismatch,
            Mismatch::Challenge => Self::ChallengeMismatch,
            Mismatch::Origin => Self::OriginMismatch,
            Mismatch::CrossOrigin => Self::CrossOrigin,
            Mismatch::TopOrigin => Self::TopOrigin,
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
