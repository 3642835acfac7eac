//! The `android-safetynet` format (§8.5): a JWS by Google's servers that says that the phone passed
//! their tests, over a hash of what was registered.
//!
//! Google has shut the service down, so this is off unless a policy names it: see
//! [`AttestationPolicy::required`](crate::AttestationPolicy::required) and
//! [`AttestationPolicy::verifying_safetynet`](crate::AttestationPolicy::verifying_safetynet).
//! `basicIntegrity` is not looked at: `ctsProfileMatch`, which §8.5 asks for, implies it.

mod jws;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use self::jws::Jws;
use super::{
    AttestationError, AttestationFormat, AttestationKind, Evidence, Proven, StatementFormat,
    TrustPath,
};
use crate::cbor::Value;
use crate::origin::sha256;
use crate::unix_millis::UnixMillis;
use crate::x509::der::{BadDer, Reader, Tag, single};
use crate::x509::{Certificate, CertificateError, oid};

/// How old a SafetyNet response may be, in milliseconds. It is made when the user has already
/// consented, so only the way to the relying party lies in between; the FIDO Alliance's tools and
/// most verifiers give it a minute.
pub const SAFETYNET_AGE_MS_MAX: u64 = 60_000;

/// How far Google's clock may be ahead of the relying party's, in milliseconds.
pub const SAFETYNET_CLOCK_SKEW_MS_MAX: u64 = 60_000;

/// Whose certificate signs the responses.
const HOSTNAME: &str = "attest.android.com";

pub(super) struct AndroidSafetyNet;

/// Which rule of §8.5 an `android-safetynet` statement breaks. Variants stand in the order of the
/// checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AndroidSafetyNetError {
    /// The response is not a compact JWS with certificates, or its JSON is malformed.
    #[error("the response is not a JWS that we accept")]
    Response,
    /// The response is signed with an algorithm that we do not verify.
    #[error("the algorithm of the response is not supported")]
    Algorithm,
    /// The certificate is not Google's for this service.
    #[error("the certificate is not for attest.android.com")]
    Hostname,
    /// The response is for another registration.
    #[error("the response is for another registration")]
    NonceMismatch,
    /// The phone did not pass the tests.
    #[error("the phone has not passed the tests")]
    CtsProfile,
    /// The response is from the future, by more than [`SAFETYNET_CLOCK_SKEW_MS_MAX`].
    #[error("the response is from the future")]
    Future,
    /// The response is older than [`SAFETYNET_AGE_MS_MAX`].
    #[error("the response is too old")]
    Old,
}

impl AndroidSafetyNetError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Response => "safetynet_response_malformed",
            Self::Algorithm => "safetynet_algorithm_unsupported",
            Self::Hostname => "safetynet_hostname_mismatch",
            Self::NonceMismatch => "safetynet_nonce_mismatch",
            Self::CtsProfile => "safetynet_cts_profile_mismatch",
            Self::Future => "safetynet_response_from_the_future",
            Self::Old => "safetynet_response_too_old",
        }
    }
}

impl From<AndroidSafetyNetError> for AttestationError {
    fn from(err: AndroidSafetyNetError) -> Self {
        Self::AndroidSafetyNet(err)
    }
}

impl StatementFormat for AndroidSafetyNet {
    fn format(&self) -> AttestationFormat {
        AttestationFormat::AndroidSafetyNet
    }

    fn verify<'a>(&self, evidence: &Evidence<'_, 'a>) -> Result<Proven<'a>, AttestationError> {
        // Step 1. The version of Google's services is informative; it has to be there.
        let statement = evidence.statement;
        let version = statement.entry("ver").and_then(Value::as_text);
        let response = statement.entry("response").and_then(Value::as_bytes);
        let members = statement.as_map().map(<[_]>::len);
        let (Some(1..), Some(response), Some(2)) = (version.map(str::len), response, members)
        else {
            return Err(AttestationError::StatementMalformed);
        };
        // Step 2.
        let jws = Jws::parse(response)?;
        let leaf = jws.certificates.first().ok_or(AndroidSafetyNetError::Response)?;
        let leaf = Certificate::parse(leaf).map_err(AttestationError::Certificate)?;
        check_hostname(&leaf)?;
        jws.verify(&leaf)?;
        check_payload(&jws, evidence)?;
        // Step 5.
        let path = TrustPath::Decoded(jws.certificates);
        Ok(Proven { path, ..Proven::new(AttestationKind::Basic, Vec::new()) })
    }
}

fn check_payload(jws: &Jws<'_>, evidence: &Evidence<'_, '_>) -> Result<(), AttestationError> {
    let payload = jws.payload()?;
    // Step 3.
    let nonce = STANDARD.encode(sha256(&evidence.signed_bytes()));
    if payload.get("nonce").and_then(|it| it.as_str()) != Some(nonce.as_str()) {
        return Err(AndroidSafetyNetError::NonceMismatch.into());
    }
    // Step 4.
    if payload.get("ctsProfileMatch").and_then(serde_json::Value::as_bool) != Some(true) {
        return Err(AndroidSafetyNetError::CtsProfile.into());
    }
    let time = payload.get("timestampMs").and_then(serde_json::Value::as_u64);
    let time = UnixMillis(time.ok_or(AndroidSafetyNetError::Response)?);
    if time.millis_since(evidence.now) > SAFETYNET_CLOCK_SKEW_MS_MAX {
        return Err(AndroidSafetyNetError::Future.into());
    }
    if evidence.now.millis_since(time) > SAFETYNET_AGE_MS_MAX {
        return Err(AndroidSafetyNetError::Old.into());
    }
    Ok(())
}

/// The names of hosts are in the subject alternative names and nowhere else (RFC 9525, §2).
fn check_hostname(leaf: &Certificate<'_>) -> Result<(), AttestationError> {
    let extension = leaf.extension(oid::SUBJECT_ALT_NAME).ok_or(AndroidSafetyNetError::Hostname)?;
    let names = || {
        let mut items = Reader::new(single(extension.value, Tag::SEQUENCE)?);
        let mut names = Vec::new();
        while !items.is_empty() {
            let name = items.any()?;
            // dNSName; other kinds of names are passed over.
            if name.tag == Tag::context_primitive(2) {
                names.push(name.value);
            }
        }
        Ok(names)
    };
    let names = names()
        .map_err(|BadDer| AttestationError::Certificate(CertificateError::ExtensionMalformed))?;
    if names.iter().any(|name| name.eq_ignore_ascii_case(HOSTNAME.as_bytes())) {
        Ok(())
    } else {
        Err(AndroidSafetyNetError::Hostname.into())
    }
}

#[cfg(test)]
mod tests;
