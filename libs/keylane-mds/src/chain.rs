//! From the signer of a BLOB to an anchor: RFC 5280, by `rustls-webpki`.
//!
//! Anchors and revocation lists come from the caller; certificates that a BLOB brings only ever
//! lead to an anchor. The order of `x5c`, what it has too much, and extended key usages do not
//! matter: the real signer is a TLS server's certificate, and metadata has no usage of its own.

use std::time::Duration;

use rustls_pki_types::{CertificateDer, UnixTime};
use webpki::{
    EndEntityCert, ExpirationPolicy, ExtendedKeyUsageValidator, KeyPurposeIdIter,
    RevocationOptionsBuilder, UnknownStatusPolicy,
};

use crate::anchors::Anchors;
use crate::crl::Crl;
use crate::date::UnixMillis;

/// What holds when a revocation list is missing or past its next update.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RevocationPolicy {
    /// The BLOB is refused.
    Hard,
    /// The BLOB is accepted unless a list that is there, however old, has one of its certificates;
    /// see [`RevocationCheck`].
    #[default]
    Soft,
}

/// How far certificates could be looked up in revocation lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationCheck {
    /// Every certificate below the anchor, in a list that is current.
    Complete,
    /// A list was missing or stale, which the policy let pass.
    Incomplete,
}

/// Why the signer's certificate does not chain to an anchor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
    /// No path of certificates leads to an anchor.
    #[error("the certificate chain ends in no anchor")]
    Untrusted,
    /// A certificate has expired.
    #[error("a certificate of the chain has expired")]
    Expired,
    /// A certificate is not valid yet.
    #[error("a certificate of the chain is not valid yet")]
    NotYetValid,
    /// A revocation list has one of the certificates.
    #[error("a certificate of the chain has been revoked")]
    Revoked,
    /// There is no revocation list for one of the certificates, under [`RevocationPolicy::Hard`].
    #[error("the revocation list for a certificate is missing")]
    CrlMissing,
    /// A revocation list is past its next update, under [`RevocationPolicy::Hard`].
    #[error("a revocation list is past its next update")]
    CrlStale,
    /// A revocation list is not signed by whom it names.
    #[error("a revocation list is not signed by its issuer")]
    CrlSignature,
    /// The signer's certificate is not for a host of the expected domain.
    #[error("the signer's certificate is for another domain")]
    SignerDomain,
    /// A certificate breaks the rules for certificates.
    #[error("a certificate of the chain is not acceptable: {reason}")]
    Unacceptable {
        /// The rule, for people.
        reason: Box<str>,
    },
}

impl ChainError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Untrusted => "chain_untrusted",
            Self::Expired => "chain_expired",
            Self::NotYetValid => "chain_not_yet_valid",
            Self::Revoked => "chain_revoked",
            Self::CrlMissing => "crl_missing",
            Self::CrlStale => "crl_stale",
            Self::CrlSignature => "crl_signature_invalid",
            Self::SignerDomain => "signer_domain_mismatch",
            Self::Unacceptable { .. } => "chain_unacceptable",
        }
    }
}

impl From<webpki::Error> for ChainError {
    fn from(err: webpki::Error) -> Self {
        use webpki::Error;
        match err {
            Error::UnknownIssuer | Error::InvalidSignatureForPublicKey => Self::Untrusted,
            Error::CertExpired { .. } => Self::Expired,
            Error::CertNotValidYet { .. } => Self::NotYetValid,
            Error::CertRevoked => Self::Revoked,
            Error::UnknownRevocationStatus => Self::CrlMissing,
            Error::CrlExpired { .. } => Self::CrlStale,
            Error::InvalidCrlSignatureForPublicKey | Error::IssuerNotCrlSigner => {
                Self::CrlSignature
            }
            other => Self::Unacceptable { reason: other.to_string().into() },
        }
    }
}

/// What a chain is judged by.
pub(crate) struct ChainExpectation<'a> {
    pub(crate) anchors: &'a Anchors,
    pub(crate) crls: &'a [Crl],
    pub(crate) revocation: RevocationPolicy,
    pub(crate) now: UnixMillis,
}

impl ChainExpectation<'_> {
    /// Judges the certificate at `signer`; all others of `certificates` may lead to an anchor.
    pub(crate) fn check(
        &self,
        certificates: &[Box<[u8]>],
        signer: usize,
    ) -> Result<RevocationCheck, ChainError> {
        let mut others: Vec<_> =
            certificates.iter().map(|it| CertificateDer::from(&**it)).collect();
        if signer >= others.len() {
            return Err(ChainError::Untrusted);
        }
        let signer = others.remove(signer);
        let signer = EndEntityCert::try_from(&signer)?;
        let outcome = match self.check_path(&signer, &others, RevocationPolicy::Hard) {
            Ok(()) => RevocationCheck::Complete,
            Err(ChainError::CrlMissing | ChainError::CrlStale)
                if self.revocation == RevocationPolicy::Soft =>
            {
                self.check_path(&signer, &others, RevocationPolicy::Soft)?;
                RevocationCheck::Incomplete
            }
            Err(err) => return Err(err),
        };
        self.check_domain(&signer)?;
        Ok(outcome)
    }

    /// Without lists, `Hard` finds the chain in order before it misses them.
    fn check_path(
        &self,
        signer: &EndEntityCert<'_>,
        others: &[CertificateDer<'_>],
        policy: RevocationPolicy,
    ) -> Result<(), ChainError> {
        let lists: Vec<_> = self.crls.iter().map(Crl::as_webpki).collect();
        let (status, expiration) = match policy {
            RevocationPolicy::Hard => (UnknownStatusPolicy::Deny, ExpirationPolicy::Enforce),
            RevocationPolicy::Soft => (UnknownStatusPolicy::Allow, ExpirationPolicy::Ignore),
        };
        let revocation = RevocationOptionsBuilder::new(&lists).ok().map(|options| {
            options.with_status_policy(status).with_expiration_policy(expiration).build()
        });
        signer.verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            self.anchors.as_webpki(),
            others,
            UnixTime::since_unix_epoch(Duration::from_millis(self.now.0)),
            AnyUsage,
            revocation,
            None,
        )?;
        if lists.is_empty() && policy == RevocationPolicy::Hard {
            return Err(ChainError::CrlMissing);
        }
        Ok(())
    }

    fn check_domain(&self, signer: &EndEntityCert<'_>) -> Result<(), ChainError> {
        let Some(domain) = self.anchors.signer_domain() else { return Ok(()) };
        let inside = |name: &str| {
            let name = name.to_ascii_lowercase();
            name.strip_suffix(domain).is_some_and(|host| host.is_empty() || host.ends_with('.'))
        };
        let named = signer.valid_dns_names().any(inside);
        if named { Ok(()) } else { Err(ChainError::SignerDomain) }
    }
}

/// Extended key usages are not looked at.
struct AnyUsage;

impl ExtendedKeyUsageValidator for AnyUsage {
    fn validate(&self, _usages: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
