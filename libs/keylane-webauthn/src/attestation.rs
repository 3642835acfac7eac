//! Attestation: what vouches for the authenticator that made a credential (§6.5, §8).
//!
//! Each statement format is one file under `attestation/` with one implementation of
//! [`StatementFormat`], listed in [`FORMATS`]. To build a format: write its file, add it to the
//! list and to [`AttestationFormat`]. Nothing else changes.
//!
//! A format decides whether the statement is right and what it proves. What the relying party
//! makes of that is [`AttestationPolicy`]'s. Certificates that the client sent are never trust
//! anchors.

mod none;
mod packed;

use std::fmt;
use std::str::FromStr;

use crate::authenticator_data::{AuthenticatorData, AuthenticatorDataError};
use crate::cbor::{self, CborError, Form, Value};
use crate::cose::PublicKey;
use crate::policy::AttestationPolicy;

/// Most bytes of the name of a format; registered names have at most 32 (RFC 8809, §2.1.1).
pub const FORMAT_BYTES_MAX: usize = 32;

/// Every format of this build.
const FORMATS: &[&dyn StatementFormat] = &[&none::NoAttestation, &packed::Packed];

/// The name of an attestation statement format.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttestationFormat {
    /// `none` (§8.7).
    None,
    /// `packed` (§8.2). This build verifies self attestation.
    Packed,
    /// A format that this build does not verify.
    Other(OtherFormat),
}

/// The name of a format that this build does not verify: 1 to 32 printable ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OtherFormat(Box<str>);

impl AttestationFormat {
    /// The name as it stands in attestation objects.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::None => "none",
            Self::Packed => "packed",
            Self::Other(OtherFormat(name)) => name,
        }
    }
}

impl fmt::Display for AttestationFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AttestationFormat {
    type Err = AttestationObjectError;

    /// Names are case-sensitive (§7.1, step 21).
    fn from_str(name: &str) -> Result<Self, AttestationObjectError> {
        match name {
            "none" => Ok(Self::None),
            "packed" => Ok(Self::Packed),
            _ => {
                let sound = (1..=FORMAT_BYTES_MAX).contains(&name.len())
                    && name.bytes().all(|byte| byte.is_ascii_graphic());
                if !sound {
                    return Err(AttestationObjectError::FormatName);
                }
                Ok(Self::Other(OtherFormat(name.into())))
            }
        }
    }
}

/// What an attestation statement proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttestationKind {
    /// There was no statement.
    None,
    /// The credential's own key signed it: nothing is known about the authenticator.
    SelfSigned,
    /// There was a statement that this build cannot verify and nobody asked for: nothing is
    /// known about the authenticator.
    Unverified,
}

/// The outcome of §7.1, steps 21 to 24.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttestationVerdict {
    /// The format of the statement.
    pub format: AttestationFormat,
    /// What it proves.
    pub kind: AttestationKind,
}

/// Why an attestation object cannot be read (§7.1, step 13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AttestationObjectError {
    /// Not the CBOR that we accept.
    #[error("the attestation object is not acceptable CBOR")]
    Cbor(#[source] CborError),
    /// Not a map with `fmt`, `attStmt` and `authData` of the right types.
    #[error("the attestation object lacks a member or has one of the wrong type")]
    Malformed,
    /// The name of the format is empty, too long or not printable.
    #[error("the name of the attestation format is malformed")]
    FormatName,
    /// The authenticator data inside is refused.
    #[error("the authenticator data is malformed")]
    AuthenticatorData(#[source] AuthenticatorDataError),
}

impl AttestationObjectError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cbor(err) => err.code(),
            Self::Malformed => "attestation_object_malformed",
            Self::FormatName => "attestation_format_malformed",
            Self::AuthenticatorData(err) => err.code(),
        }
    }
}

/// Why an attestation statement is refused (§7.1, steps 21 and 22).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AttestationError {
    /// Step 21: the policy does not list the format.
    #[error("the attestation format is not accepted")]
    FormatRefused,
    /// Step 21: this build cannot verify the statement, and the policy wants it verified.
    #[error("this build cannot verify the attestation statement")]
    Unsupported,
    /// Step 22: a member is missing, has the wrong type, or does not belong there.
    #[error("the attestation statement is malformed")]
    StatementMalformed,
    /// Step 22: the statement names another algorithm than the credential's key (§8.2).
    #[error("the attestation statement names another algorithm than the public key")]
    AlgorithmMismatch,
    /// Step 22: the signature of the statement does not verify.
    #[error("the signature of the attestation statement does not verify")]
    SignatureInvalid,
}

impl AttestationError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::FormatRefused => "attestation_format_refused",
            Self::Unsupported => "attestation_unsupported",
            Self::StatementMalformed => "attestation_statement_malformed",
            Self::AlgorithmMismatch => "attestation_algorithm_mismatch",
            Self::SignatureInvalid => "attestation_signature_invalid",
        }
    }
}

/// A decoded attestation object (§6.5.4).
pub(crate) struct AttestationObject<'a> {
    pub(crate) format: AttestationFormat,
    pub(crate) statement: Value<'a>,
    pub(crate) authenticator_data: AuthenticatorData<'a>,
    pub(crate) authenticator_data_bytes: &'a [u8],
}

impl<'a> AttestationObject<'a> {
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, AttestationObjectError> {
        let object = cbor::decode(bytes, Form::Envelope).map_err(AttestationObjectError::Cbor)?;
        let member = |name| object.entry(name).ok_or(AttestationObjectError::Malformed);
        let format = member("fmt")?.as_text().ok_or(AttestationObjectError::Malformed)?;
        let data = member("authData")?.as_bytes().ok_or(AttestationObjectError::Malformed)?;
        let statement = member("attStmt")?.clone();
        Ok(Self {
            format: format.parse()?,
            statement,
            authenticator_data: AuthenticatorData::parse(data)
                .map_err(AttestationObjectError::AuthenticatorData)?,
            authenticator_data_bytes: data,
        })
    }
}

/// What a format gets to see.
pub(crate) struct Evidence<'a> {
    pub(crate) statement: &'a Value<'a>,
    pub(crate) authenticator_data: &'a [u8],
    pub(crate) public_key: &'a PublicKey,
    pub(crate) client_data_hash: &'a [u8; 32],
}

/// One attestation statement format.
trait StatementFormat: Sync {
    fn format(&self) -> AttestationFormat;

    /// Verifies the statement by the procedure of its section in §8.
    ///
    /// [`AttestationError::Unsupported`] for a statement that belongs to the format but that
    /// this build cannot verify.
    fn verify(&self, evidence: &Evidence<'_>) -> Result<AttestationKind, AttestationError>;
}

/// §7.1, steps 21 to 24.
pub(crate) fn verify(
    format: &AttestationFormat,
    evidence: &Evidence<'_>,
    policy: &AttestationPolicy,
) -> Result<AttestationVerdict, AttestationError> {
    // Step 21.
    if !policy.allows(format) {
        return Err(AttestationError::FormatRefused);
    }
    // Steps 22 and 23. The formats of this build need no trust anchors.
    let verifier = FORMATS.iter().find(|known| known.format() == *format);
    let outcome =
        verifier.map_or(Err(AttestationError::Unsupported), |known| known.verify(evidence));
    // Step 24. No attestation and self attestation are acceptable under both policies.
    let kind = match outcome {
        Err(AttestationError::Unsupported) if policy.allows_unverified() => {
            AttestationKind::Unverified
        }
        outcome => outcome?,
    };
    Ok(AttestationVerdict { format: format.clone(), kind })
}

#[cfg(test)]
mod tests;
