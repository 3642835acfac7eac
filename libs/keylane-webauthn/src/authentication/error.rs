//! Why an authentication ceremony was refused: one variant for each check.

use crate::authenticator_data::AuthenticatorDataError;
use crate::client_data::{ClientDataError, Mismatch};
use crate::extensions::ExtensionError;
use crate::payment::PaymentError;

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
