//! Walking from a certificate up to a trust anchor (RFC 5280, §6.1).
//!
//! The path comes from the client in order, the leaf first. Each step asks the relying party's
//! anchors first; only when none of them issued the certificate is the next one of the path taken
//! as its issuer. So a root that the client sent along is of no use, and surplus certificates
//! after the one that an anchor vouches for are not looked at.
//!
//! Absent, with the reason: certificate policies, because every policy is acceptable to us and so
//! none has to be tracked (an issuer that demands one with a critical extension is refused); name
//! constraints, because no authority of authenticators uses them (an issuer that has them is
//! refused); extended key usage of issuers, because no format says which one it would have to be.

use std::cell::LazyCell;

use super::anchor::TrustAnchor;
use super::certificate::Certificate;
use super::revocation::{Issuer, Revocation};
use super::{name, oid};
use crate::unix_millis::UnixMillis;

/// Most certificates of one path.
pub(crate) const PATH_MAX: usize = 10;

/// Why no chain to an anchor was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
    /// The path is empty or has more than 10 certificates.
    #[error("the certificate path is empty or too long")]
    Length,
    /// A certificate is expired or not valid yet.
    #[error("a certificate of the path is not valid at this time")]
    NotValidNow,
    /// A certificate was not signed by the next one.
    #[error("a certificate of the path is not signed by the next one")]
    Signature,
    /// An issuer is not a CA, may not sign certificates, or may not have so many CAs below it.
    #[error("an issuer of the path may not issue certificates")]
    Issuer,
    /// An extension that we do not know is critical, or an issuer has name constraints.
    #[error("a certificate of the path has an unknown critical extension")]
    CriticalExtension,
    /// A certificate was signed with SHA-1, and the policy does not allow it.
    #[error("a certificate of the path was signed with SHA-1")]
    Sha1,
    /// A certificate is revoked.
    #[error("a certificate of the path is revoked")]
    Revoked,
    /// No list tells whether a certificate is revoked, and the policy wants one.
    #[error("it is not known whether a certificate of the path is revoked")]
    RevocationUnknown,
    /// The path does not lead to an anchor.
    #[error("the certificate path does not lead to a trust anchor")]
    Untrusted,
}

impl ChainError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Length => "certificate_path_length",
            Self::NotValidNow => "certificate_not_valid_now",
            Self::Signature => "certificate_signature_invalid",
            Self::Issuer => "certificate_issuer_refused",
            Self::CriticalExtension => "certificate_critical_extension_unknown",
            Self::Sha1 => "certificate_signed_with_sha1",
            Self::Revoked => "certificate_revoked",
            Self::RevocationUnknown => "certificate_revocation_unknown",
            Self::Untrusted => "attestation_untrusted",
        }
    }
}

/// Whether the expiry of an anchor's own certificate matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnchorExpiry {
    Checked,
    Ignored,
}

/// Whether certificates may be signed with SHA-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sha1Signatures {
    Refused,
    Accepted,
}

/// By what a path is judged.
pub(crate) struct Rules<'r, 't> {
    pub(crate) anchors: &'r [&'t TrustAnchor],
    pub(crate) now: UnixMillis,
    pub(crate) anchor_expiry: AnchorExpiry,
    pub(crate) sha1: Sha1Signatures,
    pub(crate) revocation: &'r Revocation,
}

/// The anchor that a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Trusted<'t> {
    pub(crate) anchor: &'t TrustAnchor,
    /// Whether the anchor's own certificate had expired and [`AnchorExpiry::Ignored`] let it pass.
    pub(crate) anchor_was_expired: bool,
    /// Whether a certificate below it was signed with SHA-1 and [`Sha1Signatures::Accepted`] let it
    /// pass.
    pub(crate) sha1_was_used: bool,
}

/// Walks `path` up to one of the anchors.
pub(crate) fn verify<'t>(
    path: &[Certificate<'_>],
    rules: &Rules<'_, 't>,
) -> Result<Trusted<'t>, ChainError> {
    if path.is_empty() || path.len() > PATH_MAX {
        return Err(ChainError::Length);
    }
    // How many CAs stand between the certificate and the leaf, without those that only certify
    // another key of themselves.
    let mut cas_below = 0;
    let mut meets_expired_anchor = false;
    for (depth, certificate) in path.iter().enumerate() {
        let (below, with_it) = (path.get(..depth), path.get(..=depth));
        match rules.as_anchor(certificate, depth, cas_below) {
            Some(anchor) if rules.lets_pass(anchor) => return rules.trust(anchor, below),
            // Another authority may have certified its key.
            Some(_) => meets_expired_anchor = true,
            None => {}
        }
        rules.check_certificate(certificate)?;
        if depth > 0 {
            check_issuer(certificate, cas_below)?;
            cas_below += u32::from(!certificate.is_self_issued());
        }
        match rules.issuing_anchor(certificate, cas_below) {
            Some(anchor) if rules.lets_pass(anchor) => return rules.trust(anchor, with_it),
            Some(_) => meets_expired_anchor = true,
            None => {}
        }
        let Some(issuer) = path.get(depth + 1) else { break };
        if !name::same(issuer.subject, certificate.issuer)
            || certificate.verify_signature(&issuer.public_key).is_err()
        {
            return Err(ChainError::Signature);
        }
    }
    Err(if meets_expired_anchor { ChainError::NotValidNow } else { ChainError::Untrusted })
}

impl<'t> Rules<'_, 't> {
    /// The anchor that the certificate itself is. An issuer is known by its name and key, and keeps
    /// to what the anchor may issue; a leaf, whose contents nobody else vouches for, has to be the
    /// very certificate.
    fn as_anchor(
        &self,
        certificate: &Certificate<'_>,
        depth: usize,
        cas_below: u32,
    ) -> Option<&'t TrustAnchor> {
        self.valid_one_first(|anchor| match depth {
            0 => anchor.is_exactly(certificate),
            _ => anchor.may_issue_above(cas_below) && anchor.is_same_authority(certificate),
        })
    }

    /// The anchor whose name the certificate has as its issuer and whose key signed it.
    fn issuing_anchor(
        &self,
        certificate: &Certificate<'_>,
        cas_below: u32,
    ) -> Option<&'t TrustAnchor> {
        // With hundreds of anchors the form is made once, and only if an encoding differs.
        let issuer = LazyCell::new(|| name::canonical(certificate.issuer));
        self.valid_one_first(|anchor| {
            anchor.is_named(certificate.issuer, &issuer)
                && anchor.may_issue_above(cas_below)
                && certificate.verify_signature(anchor.key()).is_ok()
        })
    }

    /// The first anchor that is meant, or better the first that is valid now: an authority may
    /// have several certificates for one key.
    fn valid_one_first(&self, is_meant: impl Fn(&TrustAnchor) -> bool) -> Option<&'t TrustAnchor> {
        let find = |valid: bool| {
            let mut anchors = self.anchors.iter().copied();
            anchors.find(|anchor| anchor.is_valid_at(self.now) == valid && is_meant(anchor))
        };
        find(true).or_else(|| find(false))
    }

    fn lets_pass(&self, anchor: &TrustAnchor) -> bool {
        self.anchor_expiry == AnchorExpiry::Ignored || anchor.is_valid_at(self.now)
    }

    /// RFC 5280, §6.1.3, for any certificate below the anchor.
    fn check_certificate(&self, certificate: &Certificate<'_>) -> Result<(), ChainError> {
        if certificate.not_before > self.now || certificate.not_after < self.now {
            return Err(ChainError::NotValidNow);
        }
        if self.sha1 == Sha1Signatures::Refused && certificate.is_signed_with_sha1() {
            return Err(ChainError::Sha1);
        }
        // Subjects of authenticators stand in the alternative name for TPMs (§8.3.1); policies are
        // all the same to us. What only a format would understand is never critical.
        let known = [
            oid::BASIC_CONSTRAINTS,
            oid::KEY_USAGE,
            oid::EXTENDED_KEY_USAGE,
            oid::SUBJECT_ALT_NAME,
            oid::CERTIFICATE_POLICIES,
        ];
        if certificate.extensions.iter().any(|it| it.critical && !known.contains(&it.oid)) {
            return Err(ChainError::CriticalExtension);
        }
        Ok(())
    }

    /// The verdict on a path whose certificates below the anchor are `below`, if none of them is
    /// revoked. This comes last: only keys that an anchor vouches for get to sign revocation lists.
    fn trust(
        &self,
        anchor: &'t TrustAnchor,
        below: Option<&[Certificate<'_>]>,
    ) -> Result<Trusted<'t>, ChainError> {
        let below = below.unwrap_or_default();
        for (depth, certificate) in below.iter().enumerate() {
            let issuer = below.get(depth + 1).map_or(Issuer::Anchor(anchor), Issuer::Certificate);
            self.revocation.check(certificate, issuer, self.now)?;
        }
        Ok(Trusted {
            anchor,
            anchor_was_expired: !anchor.is_valid_at(self.now),
            sha1_was_used: below.iter().any(Certificate::is_signed_with_sha1),
        })
    }
}

/// RFC 5280, §6.1.4: what a certificate must be to issue others.
fn check_issuer(certificate: &Certificate<'_>, cas_below: u32) -> Result<(), ChainError> {
    let constraints = certificate.basic_constraints().map_err(|_| ChainError::Issuer)?;
    let usage = certificate.key_usage().map_err(|_| ChainError::Issuer)?;
    let may_issue = constraints.is_some_and(|constraints| {
        constraints.ca && constraints.path_length_max.is_none_or(|most| cas_below <= most)
    });
    if !may_issue || usage.is_some_and(|usage| !usage.signs_certificates) {
        return Err(ChainError::Issuer);
    }
    if certificate.extension(oid::NAME_CONSTRAINTS).is_some() {
        return Err(ChainError::CriticalExtension);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
