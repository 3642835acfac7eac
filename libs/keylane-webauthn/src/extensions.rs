//! Extensions (§9, §10): what is asked for, what comes back, and what that means to a ceremony.
//!
//! [`CreationExtensions`] and [`RequestExtensions`] go into the options and into the ceremony;
//! [`CreationOutputs`] and [`RequestOutputs`] come out of a verified answer. Outputs have two
//! sources: the client reports some of them (`clientExtensionResults`), under no signature; the
//! authenticator signs the others with its data.
//!
//! Outputs that nobody asked for are tolerated: they are typed when they are sound and passed
//! over when they are not, and so is every extension with a name that is not known here. An
//! output that was asked for has its right type or the ceremony is refused. One that is missing
//! is no reason to refuse, unless the extension was demanded ([`Enforcement::Enforced`],
//! [`LargeBlobSupport::Required`]): clients and authenticators may ignore extensions (§9).

mod authenticator;
mod client;
mod input;
mod output;
mod prf;
mod read;
mod secret;

use std::collections::BTreeMap;

use crate::credential::CredentialId;
use crate::origin::AppId;

pub use output::{CreationOutputs, RequestOutputs};
pub use prf::{
    HmacSecretError, HmacSecretInput, HmacSecretOutput, PRF_INPUT_BYTES_MAX, PRF_RESULT_BYTES,
    PinUvAuthProtocol, PrfInputs, PrfOutputs, PrfResults, SaltCount, prf_salt,
};
pub use secret::SecretBytes;

pub use client::Secrets;
pub(crate) use client::{ClientOutputs, ResultsJson};
pub(crate) use read::{BadInput, CreationInputsJson, RequestInputsJson};

/// Most bytes of a large blob that are read from JSON.
pub const LARGE_BLOB_BYTES_MAX: usize = 64 * 1024;
/// Most bytes of a `credBlob`. CTAP guarantees 32 and names no maximum.
pub const CRED_BLOB_BYTES_MAX: usize = 1024;
/// Most credentials in the `evalByCredential` of `prf`.
pub const PRF_CREDENTIALS_MAX: usize = 256;

/// Whether something without further parameters was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Asked {
    /// It was not.
    #[default]
    No,
    /// It was.
    Yes,
}

/// The extensions of a registration. The default asks for none.
#[derive(Debug, Clone, Default)]
pub struct CreationExtensions {
    /// `credProps` (§10.1.3): whether the credential is discoverable.
    pub cred_props: Asked,
    /// `credProtect` (CTAP 2.2, §12.1): when the credential may be used.
    pub credential_protection: Option<CredentialProtectionRequest>,
    /// `prf` (§10.1.4).
    pub prf: Option<PrfCreation>,
    /// `largeBlob` (§10.1.5).
    pub large_blob: Option<LargeBlobSupport>,
    /// `credBlob` (CTAP 2.2, §12.2): bytes to be kept with the credential; authenticators take 32
    /// at least.
    pub cred_blob: Option<SecretBytes>,
    /// `minPinLength` (CTAP 2.2, §12.5); answered to relying parties on the authenticator's list.
    pub min_pin_length: Asked,
    /// `appidExclude` (§10.1.2): `excludeCredentials` also names U2F credentials of this AppID.
    pub app_id_exclude: Option<AppId>,
    /// `payment` (Secure Payment Confirmation, §5): the credential may confirm payments.
    pub payment: Asked,
}

/// The extensions of an authentication. The default asks for none.
///
/// `payment` is not among them: at a sign-in a browser refuses it, and at a payment it puts it in
/// by itself.
#[derive(Debug, Clone, Default)]
pub struct RequestExtensions {
    /// `appid` (§10.1.1): U2F credentials of this AppID may answer.
    pub app_id: Option<AppId>,
    /// `prf` (§10.1.4).
    pub prf: Option<PrfRequest>,
    /// `largeBlob` (§10.1.5).
    pub large_blob: Option<LargeBlobRequest>,
    /// `getCredBlob` (CTAP 2.2, §12.2).
    pub cred_blob: Asked,
}

/// When a credential may be used (CTAP 2.2, §12.1), from the least protection to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CredentialProtection {
    /// Without user verification too; the default of authenticators.
    UserVerificationOptional,
    /// Without user verification only for whoever knows the credential id.
    UserVerificationOptionalWithCredentialIdList,
    /// With user verification only.
    UserVerificationRequired,
}

/// Whether a credential with less protection than was asked for is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Enforcement {
    /// It is accepted, and its protection reported.
    #[default]
    BestEffort,
    /// The client should not make one, and one that came all the same is refused.
    Enforced,
}

/// `credentialProtectionPolicy` and `enforceCredentialProtectionPolicy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CredentialProtectionRequest {
    /// The least protection that is wanted.
    pub policy: CredentialProtection,
    /// Whether less is refused.
    pub enforcement: Enforcement,
}

/// `prf` at a registration.
#[derive(Debug, Clone, Default)]
pub struct PrfCreation {
    /// Inputs to evaluate at once; few authenticators can.
    pub eval: Option<PrfInputs>,
}

/// `prf` at an authentication.
#[derive(Debug, Clone, Default)]
pub struct PrfRequest {
    /// Inputs for whichever credential answers.
    pub eval: Option<PrfInputs>,
    /// Inputs for single credentials, instead. Browsers want each of them in `allowCredentials`.
    pub eval_by_credential: BTreeMap<CredentialId, PrfInputs>,
}

/// How much a place for a large blob is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LargeBlobSupport {
    /// If possible.
    Preferred,
    /// A credential without it is refused.
    Required,
}

/// What to do with the large blob of the credential that answers.
#[derive(Debug, Clone)]
pub enum LargeBlobRequest {
    /// Read it.
    Read,
    /// Write these bytes. Browsers want exactly one credential in `allowCredentials` then.
    Write(SecretBytes),
}

/// Why the outputs of extensions are refused (§7.1, step 28; §7.2, step 23).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExtensionError {
    /// The client's output of an extension that was asked for has not the form it must have.
    #[error("what the client says about {extension} is malformed")]
    ClientOutputMalformed {
        /// The extension's identifier.
        extension: &'static str,
    },
    /// The same of the authenticator's output.
    #[error("what the authenticator says about {extension} is malformed")]
    AuthenticatorOutputMalformed {
        /// The extension's identifier.
        extension: &'static str,
    },
    /// The authenticator protects the credential less than was demanded, or does not say.
    #[error("the credential is protected less than was demanded")]
    CredentialProtectionTooWeak,
    /// A place for a large blob was demanded, and the client does not say that there is one.
    #[error("the credential has no place for a large blob")]
    LargeBlobUnsupported,
}

impl ExtensionError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::ClientOutputMalformed { .. } => "client_extension_output_malformed",
            Self::AuthenticatorOutputMalformed { .. } => "authenticator_extension_output_malformed",
            Self::CredentialProtectionTooWeak => "credential_protection_too_weak",
            Self::LargeBlobUnsupported => "large_blob_unsupported",
        }
    }
}

#[cfg(test)]
mod tests;
