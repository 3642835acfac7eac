//! Whether a certificate has been taken back by its issuer (RFC 5280, §6.3, with complete lists
//! only).

use std::sync::Arc;

use super::anchor::TrustAnchor;
use super::certificate::Certificate;
use super::chain::ChainError;
use super::name;
use super::revocation_list::RevocationList;
use crate::unix_millis::UnixMillis;

/// What becomes of a certificate for which there is no current revocation list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MissingRevocationList {
    /// It counts as not revoked.
    #[default]
    Accept,
    /// It is refused, so every authority needs a current list, those below a root included.
    Refuse,
}

/// The lists that the relying party has, and what to do without one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Revocation {
    lists: Arc<[RevocationList]>,
    missing: MissingRevocationList,
}

/// Who issued a certificate.
#[derive(Clone, Copy)]
pub(super) enum Issuer<'i> {
    Anchor(&'i TrustAnchor),
    Certificate(&'i Certificate<'i>),
}

impl Revocation {
    pub(crate) fn new(lists: Arc<[RevocationList]>, missing: MissingRevocationList) -> Self {
        Self { lists, missing }
    }

    /// Looks a certificate up in the lists of its issuer. Whoever is in a list stays revoked when
    /// the list is out of date.
    pub(super) fn check(
        &self,
        certificate: &Certificate<'_>,
        issuer: Issuer<'_>,
        now: UnixMillis,
    ) -> Result<(), ChainError> {
        let mut current = false;
        for list in self.lists.iter().filter(|list| issuer.signed(list)) {
            if list.revokes(certificate.serial) {
                return Err(ChainError::Revoked);
            }
            current |= list.is_current_at(now);
        }
        if current || self.missing == MissingRevocationList::Accept {
            Ok(())
        } else {
            Err(ChainError::RevocationUnknown)
        }
    }
}

impl Issuer<'_> {
    fn signed(self, list: &RevocationList) -> bool {
        match self {
            Self::Anchor(anchor) => {
                anchor.may_sign_revocation_lists() && list.is_by(anchor.subject(), anchor.key())
            }
            Self::Certificate(certificate) => {
                let may_sign = certificate
                    .key_usage()
                    .is_ok_and(|usage| usage.is_none_or(|usage| usage.signs_revocation_lists));
                may_sign
                    && list.is_by(&name::canonical(certificate.subject), &certificate.public_key)
            }
        }
    }
}

#[cfg(test)]
mod tests;
