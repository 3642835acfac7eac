//! Verifying a registration ceremony: WebAuthn Level 3, §7.1.
//!
//! [`PendingRegistration::verify`] turns the browser's answer into a [`VerifiedRegistration`], or
//! names the first check that refused it. The checks stand in the order of §7.1.
//!
//! Nothing here reads a clock, a random number or a socket. The challenge and `now` are
//! arguments, so any ceremony can be replayed byte for byte.
//!
//! Invariants:
//!
//! - Only `verify` makes a [`VerifiedRegistration`]. Code that stores a credential takes one, so
//!   code that skips the verification does not compile.
//! - `verify` consumes the ceremony, and [`PendingRegistration`] is not `Clone`. A second answer
//!   to the same challenge has nothing left to be checked against.

use crate::attestation::{
    self, AttestationError, AttestationObject, AttestationObjectError, AttestationPolicy,
    AttestationVerdict, Evidence,
};
use crate::authenticator_data::{AttestedCredential, AuthenticatorData, Flags};
use crate::base64url;
use crate::client_data::{ClientDataError, Expectation, Mismatch, Surroundings};
use crate::cose::{CoseAlgorithm, KeyError, PublicKey};
use crate::credential::{Aaguid, CredentialId, CredentialRecord, Transport, UserHandle};
use crate::extensions::{CreationExtensions, CreationOutputs, ExtensionError};
use crate::origin::{Origin, RpId, sha256};
use crate::policy::{Framing, Mediation, UserVerification};
use crate::response::RegistrationResponse;
use crate::unix_millis::UnixMillis;

/// What was asked when the ceremony began. Every option that was sent is checked again.
#[derive(Debug)]
pub struct RegistrationCeremony {
    /// The challenge: at least 16 random bytes, used for this ceremony only.
    pub challenge: Vec<u8>,
    /// The RP ID that was sent.
    pub rp_id: RpId,
    /// The one origin whose page began the ceremony.
    pub origin: Origin,
    /// `pubKeyCredParams`.
    pub algorithms: Vec<CoseAlgorithm>,
    /// `authenticatorSelection.userVerification`.
    pub user_verification: UserVerification,
    /// The mediation that the page was told to use.
    pub mediation: Mediation,
    /// Whether the page may be framed by others.
    pub framing: Framing,
    /// Which attestation is accepted.
    pub attestation: AttestationPolicy,
    /// The extensions that were asked for; the default is none.
    pub extensions: CreationExtensions,
    /// The last instant at which the answer is in time.
    pub deadline: UnixMillis,
}

/// A registration ceremony that waits for its answer.
#[derive(Debug)]
pub struct PendingRegistration(RegistrationCeremony);

/// A credential that the ceremony's relying party, page and user agree on.
///
/// What is left to the caller is in [`obligations`](Self::obligations).
///
/// ```compile_fail
/// // Nothing but `PendingRegistration::verify` makes one, not even from another one.
/// fn forge(it: keylane_webauthn::VerifiedRegistration) -> keylane_webauthn::VerifiedRegistration {
///     keylane_webauthn::VerifiedRegistration { sign_count: 9, ..it }
/// }
/// ```
#[derive(Debug)]
#[must_use = "a verified registration is lost unless the credential is stored"]
pub struct VerifiedRegistration {
    credential_id: CredentialId,
    public_key: PublicKey,
    sign_count: u32,
    aaguid: Aaguid,
    transports: Vec<Transport>,
    flags: Flags,
    rp_id: RpId,
    extensions: CreationOutputs,
    attestation: AttestationVerdict,
}

/// What a relying party must still do with a [`VerifiedRegistration`], because only it has a
/// store (§7.1, steps 26, 27 and 29).
#[derive(Debug, Clone)]
#[must_use = "a registration without its obligations is not one"]
pub struct RegistrationObligations {
    /// Step 26: no account, this one included, may have a credential with the id of this record
    /// already. Best a unique index, so that two registrations cannot both find it free.
    ///
    /// Steps 27 and 29: what to store once that is so.
    pub store_if_id_is_unique: CredentialRecord,
}

/// Why a registration ceremony was refused. Variants stand in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegistrationError {
    /// The answer came after the deadline. Ours; §7.1 leaves timeouts to the browser.
    #[error("the answer came {late_ms} ms after the deadline")]
    Expired {
        /// Milliseconds past the deadline; at least 1.
        late_ms: u64,
    },
    /// Steps 5 and 6: the client data cannot be read.
    #[error("client data is refused")]
    ClientData(#[source] ClientDataError),
    /// Step 7: the client data is not of a registration.
    #[error("the client data is not of a registration")]
    TypeMismatch,
    /// Step 8: the challenge is not the one this ceremony issued.
    #[error("the challenge is not the one this ceremony issued")]
    ChallengeMismatch,
    /// Step 9: the page's origin is not the one that began the ceremony.
    #[error("the origin is not the one that began the ceremony")]
    OriginMismatch,
    /// Step 10: the page was framed by another origin.
    #[error("the page was inside a page of another origin")]
    CrossOrigin,
    /// Step 11: the page around it is not an expected one, or is not named.
    #[error("the page around the page is not an expected one")]
    TopOrigin,
    /// Step 13: the attestation object cannot be read.
    #[error("the attestation object is refused")]
    AttestationObject(#[source] AttestationObjectError),
    /// Step 14: the credential was made for another RP ID.
    #[error("the credential was made for another RP ID")]
    RpIdMismatch,
    /// Step 15: the UP flag is not set, and the mediation was not conditional.
    #[error("the authenticator did not test user presence")]
    UserNotPresent,
    /// Step 16: user verification was required and the UV flag is not set.
    #[error("the authenticator did not verify the user")]
    UserNotVerified,
    /// Step 17: the BS flag is set without the BE flag.
    #[error("the credential is backed up without being eligible for it")]
    BackedUpWithoutEligibility,
    /// Step 20: there is no credential in the authenticator data.
    #[error("the authenticator data has no credential")]
    NoCredential,
    /// Step 20: the public key is not fit to verify sign-ins.
    #[error("the public key is refused")]
    PublicKey(#[source] KeyError),
    /// Step 20: the algorithm is not one that was asked for.
    #[error("the algorithm is not one that was asked for")]
    AlgorithmNotRequested,
    /// Steps 21 to 24: the attestation statement is refused.
    #[error("the attestation is refused")]
    Attestation(#[source] AttestationError),
    /// Step 27: the client names another credential than the authenticator.
    #[error("the client names another credential id than the authenticator")]
    CredentialIdMismatch,
    /// Step 28: the outputs of extensions are not what was asked for.
    #[error("the outputs of extensions are refused")]
    Extension(#[source] ExtensionError),
}

impl RegistrationError {
    /// A stable name for logs, metrics and test vectors. Renaming one is a breaking change.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Expired { .. } => "ceremony_expired",
            Self::ClientData(err) => err.code(),
            Self::TypeMismatch => "client_data_type_mismatch",
            Self::ChallengeMismatch => "challenge_mismatch",
            Self::OriginMismatch => "origin_mismatch",
            Self::CrossOrigin => "cross_origin_refused",
            Self::TopOrigin => "top_origin_refused",
            Self::AttestationObject(err) => err.code(),
            Self::RpIdMismatch => "rp_id_hash_mismatch",
            Self::UserNotPresent => "user_not_present",
            Self::UserNotVerified => "user_not_verified",
            Self::BackedUpWithoutEligibility => "backed_up_without_eligibility",
            Self::NoCredential => "attested_credential_missing",
            Self::PublicKey(err) => err.code(),
            Self::AlgorithmNotRequested => "algorithm_not_requested",
            Self::Attestation(err) => err.code(),
            Self::CredentialIdMismatch => "credential_id_mismatch",
            Self::Extension(err) => err.code(),
        }
    }
}

impl From<Mismatch> for RegistrationError {
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

impl PendingRegistration {
    /// A ceremony that waits for its answer.
    #[must_use]
    pub fn new(ceremony: RegistrationCeremony) -> Self {
        Self(ceremony)
    }

    /// Checks the browser's answer and consumes the ceremony.
    ///
    /// `now` comes from the caller's clock and is compared with the deadline; an answer at the
    /// deadline itself is in time.
    ///
    /// # Errors
    ///
    /// [`RegistrationError`], for the first check that fails.
    ///
    /// # Specification
    ///
    /// [WebAuthn Level 3 §7.1](https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential),
    /// steps 5 to 25, 27 and 28. Steps 26 and 29 need the store and are the caller's. The deadline
    /// is ours.
    pub fn verify(
        self,
        response: &RegistrationResponse,
        now: UnixMillis,
    ) -> Result<VerifiedRegistration, RegistrationError> {
        self.check_deadline(now)?;
        // Steps 5 to 11.
        self.check_client_data(response)?;
        // Step 12: over the bytes as received.
        let client_data_hash = sha256(&response.client_data_json);
        // Step 13.
        let object = AttestationObject::parse(&response.attestation_object)
            .map_err(RegistrationError::AttestationObject)?;
        // Steps 14 to 17.
        self.check_authenticator_data(&object.authenticator_data)?;
        // Step 20.
        let (attested, public_key) = self.check_key(&object.authenticator_data)?;
        // Steps 21 to 24.
        let evidence = Evidence {
            statement: &object.statement,
            authenticator_data: &object.authenticator_data,
            authenticator_data_bytes: object.authenticator_data_bytes,
            public_key: &public_key,
            client_data_hash: &client_data_hash,
            policy: &self.0.attestation,
            now,
        };
        let verdict = attestation::judge(&object.format, &evidence)
            .map_err(RegistrationError::Attestation)?;
        // Step 25 was part of decoding. Step 27, and the client's word against the authenticator's.
        if response.credential_id.as_bytes() != attested.credential_id {
            return Err(RegistrationError::CredentialIdMismatch);
        }
        // Step 28.
        let signed = object.authenticator_data.extensions.as_ref();
        let extensions = CreationOutputs::judge(&self.0.extensions, &response.outputs, signed)
            .map_err(RegistrationError::Extension)?;
        Ok(VerifiedRegistration {
            credential_id: response.credential_id.clone(),
            sign_count: object.authenticator_data.sign_count,
            aaguid: attested.aaguid,
            transports: response.transports.clone(),
            flags: object.authenticator_data.flags,
            rp_id: self.0.rp_id,
            extensions,
            attestation: verdict,
            public_key,
        })
    }

    fn check_deadline(&self, now: UnixMillis) -> Result<(), RegistrationError> {
        match now.millis_since(self.0.deadline) {
            0 => Ok(()),
            late_ms => Err(RegistrationError::Expired { late_ms }),
        }
    }

    fn check_client_data(&self, response: &RegistrationResponse) -> Result<(), RegistrationError> {
        let client_data =
            response.client_data.as_ref().map_err(|err| RegistrationError::ClientData(*err))?;
        client_data.check(&Expectation {
            kind: "webauthn.create",
            challenge: &base64url::encode(&self.0.challenge),
            origin: &self.0.origin,
            framing: Surroundings::Policy(&self.0.framing),
        })?;
        Ok(())
    }

    fn check_authenticator_data(
        &self,
        data: &AuthenticatorData<'_>,
    ) -> Result<(), RegistrationError> {
        // Step 14.
        if *data.rp_id_hash != self.0.rp_id.sha256() {
            return Err(RegistrationError::RpIdMismatch);
        }
        // Step 15.
        if !data.flags.user_present() && self.0.mediation != Mediation::Conditional {
            return Err(RegistrationError::UserNotPresent);
        }
        // Step 16.
        let required = self.0.user_verification == UserVerification::Required;
        if required && !data.flags.user_verified() {
            return Err(RegistrationError::UserNotVerified);
        }
        // Step 17.
        if data.flags.backed_up_without_eligibility() {
            return Err(RegistrationError::BackedUpWithoutEligibility);
        }
        Ok(())
    }

    /// Step 20.
    fn check_key<'a, 'd>(
        &self,
        data: &'d AuthenticatorData<'a>,
    ) -> Result<(&'d AttestedCredential<'a>, PublicKey), RegistrationError> {
        let attested = data.attested.as_ref().ok_or(RegistrationError::NoCredential)?;
        let key = PublicKey::from_value(&attested.public_key_value, attested.public_key)
            .map_err(RegistrationError::PublicKey)?;
        if !self.0.algorithms.contains(&key.algorithm()) {
            return Err(RegistrationError::AlgorithmNotRequested);
        }
        Ok((attested, key))
    }
}

impl VerifiedRegistration {
    /// The credential id. The caller must make sure that nobody has it yet (step 26).
    #[must_use]
    pub fn credential_id(&self) -> &CredentialId {
        &self.credential_id
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The signature counter; 0 when the authenticator has none.
    #[must_use]
    pub fn sign_count(&self) -> u32 {
        self.sign_count
    }

    /// The authenticator's model, as it says itself. Only an attestation could prove it.
    #[must_use]
    pub fn aaguid(&self) -> Aaguid {
        self.aaguid
    }

    /// The transports that the client reported. A hint; not covered by any signature.
    #[must_use]
    pub fn transports(&self) -> &[Transport] {
        &self.transports
    }

    /// Whether the authenticator verified the user.
    #[must_use]
    pub fn user_verified(&self) -> bool {
        self.flags.user_verified()
    }

    /// Whether the credential may be copied to other devices.
    #[must_use]
    pub fn backup_eligible(&self) -> bool {
        self.flags.backup_eligible()
    }

    /// Whether the credential has been copied.
    #[must_use]
    pub fn backed_up(&self) -> bool {
        self.flags.backed_up()
    }

    /// Whether the credential is discoverable (`credProps.rk`), when the client said. A hint.
    #[must_use]
    pub fn discoverable(&self) -> Option<bool> {
        self.extensions.discoverable
    }

    /// The outputs of extensions.
    #[must_use]
    pub fn extensions(&self) -> &CreationOutputs {
        &self.extensions
    }

    /// What is left to do, for the account that this user handle names (§7.1, steps 26, 27 and
    /// 29). The handle is the one that was sent in the options; nothing in the answer repeats it.
    pub fn obligations(&self, user_handle: UserHandle) -> RegistrationObligations {
        RegistrationObligations {
            store_if_id_is_unique: CredentialRecord {
                id: self.credential_id.clone(),
                user_handle,
                public_key: self.public_key.clone(),
                sign_count: self.sign_count,
                backup_eligible: self.flags.backup_eligible(),
                backed_up: self.flags.backed_up(),
                uv_initialized: self.flags.user_verified(),
                rp_id: self.rp_id.clone(),
            },
        }
    }

    /// What is known about the authenticator.
    #[must_use]
    pub fn attestation(&self) -> &AttestationVerdict {
        &self.attestation
    }
}

#[cfg(test)]
mod tests;
