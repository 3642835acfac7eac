//! Walking from a certificate up to a trust anchor (RFC 5280, §6.1, without policies and names).
//!
//! The path comes from the client in order, the leaf first. Each step asks the relying party's
//! anchors first; only when none of them issued the certificate is the next one of the path taken
//! as its issuer. So a root that the client sent along is of no use, and surplus certificates
//! after the one that an anchor vouches for are not looked at.

use super::anchor::TrustAnchor;
use super::certificate::Certificate;
use super::oid;
use crate::unix_millis::UnixMillis;

/// Most certificates of one path.
pub(crate) const PATH_MAX: usize = 10;

/// Why no chain to an anchor was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
    /// The path is empty or longer than [`PATH_MAX`].
    #[error("the certificate path is empty or too long")]
    Length,
    /// A certificate is expired or not valid yet.
    #[error("a certificate of the path is not valid at this time")]
    NotValidNow,
    /// A certificate was not signed by the next one.
    #[error("a certificate of the path is not signed by the next one")]
    Signature,
    /// An issuer is not a CA, or may not have so many CAs below it.
    #[error("an issuer of the path may not issue certificates")]
    Issuer,
    /// An extension that we do not know is critical.
    #[error("an issuer of the path has an unknown critical extension")]
    CriticalExtension,
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

/// The anchor that a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Trusted<'t> {
    pub(crate) anchor: &'t TrustAnchor,
    /// Whether the anchor's own certificate had expired and [`AnchorExpiry::Ignored`] let it pass.
    pub(crate) anchor_was_expired: bool,
}

/// Walks `path` up to one of `anchors`.
pub(crate) fn verify<'t>(
    path: &[Certificate<'_>],
    anchors: &[&'t TrustAnchor],
    now: UnixMillis,
    anchor_expiry: AnchorExpiry,
) -> Result<Trusted<'t>, ChainError> {
    if path.is_empty() || path.len() > PATH_MAX {
        return Err(ChainError::Length);
    }
    for (depth, certificate) in path.iter().enumerate() {
        if let Some(anchor) = as_anchor(certificate, depth, anchors) {
            return accept(anchor, now, anchor_expiry);
        }
        if certificate.not_before > now || certificate.not_after < now {
            return Err(ChainError::NotValidNow);
        }
        // How many CAs stand between this certificate and the leaf.
        let cas_below = u32::try_from(depth.saturating_sub(1)).unwrap_or(u32::MAX);
        if depth > 0 {
            check_issuer(certificate, cas_below)?;
        }
        let cas_below = if depth == 0 { 0 } else { cas_below + 1 };
        if let Some(anchor) = issuing_anchor(certificate, anchors, cas_below) {
            return accept(anchor, now, anchor_expiry);
        }
        let Some(issuer) = path.get(depth + 1) else { break };
        if issuer.subject != certificate.issuer
            || certificate.verify_signature(&issuer.public_key).is_err()
        {
            return Err(ChainError::Signature);
        }
    }
    Err(ChainError::Untrusted)
}

/// The anchor that the certificate itself is. An issuer is known by its name and key; a leaf,
/// whose contents nobody else vouches for, has to be the very certificate.
fn as_anchor<'t>(
    certificate: &Certificate<'_>,
    depth: usize,
    anchors: &[&'t TrustAnchor],
) -> Option<&'t TrustAnchor> {
    anchors.iter().copied().find(|anchor| {
        if depth == 0 {
            anchor.is_exactly(certificate)
        } else {
            anchor.is_same_authority(certificate)
        }
    })
}

/// The anchor whose name the certificate has as its issuer and whose key signed it.
fn issuing_anchor<'t>(
    certificate: &Certificate<'_>,
    anchors: &[&'t TrustAnchor],
    cas_below: u32,
) -> Option<&'t TrustAnchor> {
    anchors.iter().copied().find(|anchor| {
        anchor.subject() == certificate.issuer
            && anchor.path_length_max().is_none_or(|most| cas_below <= most)
            && anchor.public_key().is_some_and(|key| certificate.verify_signature(&key).is_ok())
    })
}

fn accept(
    anchor: &TrustAnchor,
    now: UnixMillis,
    expiry: AnchorExpiry,
) -> Result<Trusted<'_>, ChainError> {
    let anchor_was_expired = !anchor.is_valid_at(now);
    if anchor_was_expired && expiry == AnchorExpiry::Checked {
        return Err(ChainError::NotValidNow);
    }
    Ok(Trusted { anchor, anchor_was_expired })
}

/// RFC 5280, §6.1.4: what a certificate must be to issue others.
fn check_issuer(certificate: &Certificate<'_>, cas_below: u32) -> Result<(), ChainError> {
    let constraints = certificate.basic_constraints().map_err(|_| ChainError::Issuer)?;
    let may_issue = constraints.is_some_and(|constraints| {
        constraints.ca && constraints.path_length_max.is_none_or(|most| cas_below <= most)
    });
    if !may_issue {
        return Err(ChainError::Issuer);
    }
    let known = [oid::BASIC_CONSTRAINTS, oid::KEY_USAGE, oid::EXTENDED_KEY_USAGE];
    let unknown = |extension: &super::certificate::Extension<'_>| {
        extension.critical && !known.contains(&extension.oid)
    };
    if certificate.extensions.iter().any(unknown) {
        return Err(ChainError::CriticalExtension);
    }
    Ok(())
}
