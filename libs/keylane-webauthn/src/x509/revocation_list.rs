//! Certificate revocation lists (RFC 5280, §5): DER in, the serial numbers that an authority has
//! taken back out.

use std::collections::HashSet;
use std::fmt;
use std::sync::OnceLock;

use super::der::{self, BadDer, Reader, Tag};
use super::extension::{self, BadExtensions, Extension};
use super::public_key::VerifyingKey;
use super::signed::Signed;
use super::{name, oid, time};
use crate::unix_millis::UnixMillis;

/// Why a revocation list cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RevocationListError {
    /// Not a revocation list in DER, or bytes follow it.
    #[error("not a certificate revocation list in DER")]
    Malformed,
    /// The list, or one of its entries, has a critical extension that we do not know.
    #[error("the revocation list has an unknown critical extension")]
    CriticalExtension,
    /// A list of changes, a list for another authority's certificates, or one for a part of them.
    /// What is not in such a list may be revoked all the same.
    #[error("the revocation list is not a complete list of its issuer")]
    Incomplete,
}

impl RevocationListError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "revocation_list_malformed",
            Self::CriticalExtension => "revocation_list_critical_extension_unknown",
            Self::Incomplete => "revocation_list_incomplete",
        }
    }
}

impl From<BadDer> for RevocationListError {
    fn from(_: BadDer) -> Self {
        Self::Malformed
    }
}

impl From<BadExtensions> for RevocationListError {
    fn from(_: BadExtensions) -> Self {
        Self::Malformed
    }
}

/// The certificates that one authority has revoked.
///
/// Nothing fetches it: the caller brings it, and brings a new one before it is out of date. Its
/// signature is checked when it is used, with the key of the authority above the certificate in
/// question, so a list may come over any channel.
#[derive(Clone)]
pub struct RevocationList {
    der: Box<[u8]>,
    /// As [`name::canonical`] writes it.
    issuer: Vec<u8>,
    this_update: UnixMillis,
    next_update: Option<UnixMillis>,
    serials: HashSet<Box<[u8]>>,
    /// The key with which the signature was checked, so that a long list is hashed once.
    verified_with: OnceLock<Box<[u8]>>,
}

impl RevocationList {
    /// Reads a complete list (version 1 or 2) in DER.
    ///
    /// # Errors
    ///
    /// [`RevocationListError`] when the bytes are no list, or one that cannot be relied on.
    pub fn from_der(der: &[u8]) -> Result<Self, RevocationListError> {
        let signed = Signed::parse(der)?;
        let mut fields = Reader::new(signed.content.value);
        let version = match fields.optional(Tag::INTEGER)? {
            None => 1,
            Some(number) if number.value == [1] => 2,
            Some(_) => return Err(RevocationListError::Malformed),
        };
        // RFC 5280, §5.1.1.2: the algorithm outside is the one that is signed.
        if fields.expect(Tag::SEQUENCE)?.raw != signed.algorithm {
            return Err(RevocationListError::Malformed);
        }
        let issuer = name::canonical(fields.expect(Tag::SEQUENCE)?.raw);
        let this_update = time::parse(&fields.any()?)?;
        let next_update = match fields.optional(Tag::UTC_TIME)? {
            Some(element) => Some(element),
            None => fields.optional(Tag::GENERALIZED_TIME)?,
        };
        let next_update = next_update.map(|element| time::parse(&element)).transpose()?;
        let serials = match fields.optional(Tag::SEQUENCE)? {
            Some(entries) => serials(Reader::new(entries.value), version)?,
            None => HashSet::new(),
        };
        if let Some(explicit) = fields.optional(Tag::context(0))? {
            let items = Reader::new(der::single(explicit.value, Tag::SEQUENCE)?);
            check_extensions(&extensions(items, version)?)?;
        }
        fields.end()?;
        let der = der.into();
        Ok(Self { der, issuer, this_update, next_update, serials, verified_with: OnceLock::new() })
    }

    /// The list in DER.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// When the authority made it (`thisUpdate`).
    #[must_use]
    pub fn this_update(&self) -> UnixMillis {
        self.this_update
    }

    /// When the authority has made the next one at the latest (`nextUpdate`). A list that does not
    /// say so is never current.
    #[must_use]
    pub fn next_update(&self) -> Option<UnixMillis> {
        self.next_update
    }

    /// Whether a certificate that is not in the list can be taken for not revoked.
    pub(super) fn is_current_at(&self, now: UnixMillis) -> bool {
        self.this_update <= now && self.next_update.is_some_and(|next| now <= next)
    }

    /// Whether the list has this serial number, the content of an INTEGER.
    pub(super) fn revokes(&self, serial: &[u8]) -> bool {
        self.serials.contains(shortest(serial))
    }

    /// Whether the authority of this (canonical) name and key signed the list.
    pub(super) fn is_by(&self, issuer: &[u8], key: &impl VerifyingKey) -> bool {
        if self.issuer != issuer {
            return false;
        }
        if self.verified_with.get().is_some_and(|known| **known == *key.der()) {
            return true;
        }
        let verified = Signed::parse(&self.der)
            .is_ok_and(|signed| !signed.uses_sha1() && signed.verify(key).is_ok());
        if verified {
            // Two authorities of one name and with one list: the other is verified each time.
            let _ = self.verified_with.set(key.der().into());
        }
        verified
    }
}

/// Reads `revokedCertificates`.
fn serials(
    mut entries: Reader<'_>,
    version: u8,
) -> Result<HashSet<Box<[u8]>>, RevocationListError> {
    let mut serials = HashSet::new();
    while !entries.is_empty() {
        let mut fields = entries.sequence()?;
        let serial = fields.expect(Tag::INTEGER)?.value;
        // Since when it is revoked does not matter: an attestation has no date that we could trust.
        time::parse(&fields.any()?)?;
        if let Some(items) = fields.optional(Tag::SEQUENCE)? {
            check_entry(&extensions(Reader::new(items.value), version)?)?;
        }
        fields.end()?;
        if serial.is_empty() {
            return Err(RevocationListError::Malformed);
        }
        serials.insert(shortest(serial).into());
    }
    Ok(serials)
}

/// RFC 5280, §5.1.2.1: only version 2 has extensions.
fn extensions(items: Reader<'_>, version: u8) -> Result<Vec<Extension<'_>>, RevocationListError> {
    if version == 1 {
        return Err(RevocationListError::Malformed);
    }
    Ok(extension::all(items)?)
}

fn check_extensions(extensions: &[Extension<'_>]) -> Result<(), RevocationListError> {
    for extension in extensions {
        if [oid::DELTA_CRL_INDICATOR, oid::ISSUING_DISTRIBUTION_POINT].contains(&extension.oid) {
            return Err(RevocationListError::Incomplete);
        }
        if extension.critical {
            return Err(RevocationListError::CriticalExtension);
        }
    }
    Ok(())
}

fn check_entry(extensions: &[Extension<'_>]) -> Result<(), RevocationListError> {
    for extension in extensions {
        // Somebody else's certificate; or one that is taken off the list, as only lists of changes
        // do (`removeFromCRL`).
        let removed =
            extension.oid == oid::CRL_REASON && extension.value == [0x0a, 1, REMOVE_FROM_CRL];
        if extension.oid == oid::CERTIFICATE_ISSUER || removed {
            return Err(RevocationListError::Incomplete);
        }
        if extension.critical && extension.oid != oid::CRL_REASON {
            return Err(RevocationListError::CriticalExtension);
        }
    }
    Ok(())
}

/// RFC 5280, §5.3.1.
const REMOVE_FROM_CRL: u8 = 8;

/// The shortest encoding of the same number, since not every authority writes it.
fn shortest(mut number: &[u8]) -> &[u8] {
    while let [0, rest @ ..] | [0xff, rest @ ..] = number {
        let negative = number.first() == Some(&0xff);
        if rest.first().is_none_or(|next| (next & 0x80 != 0) != negative) {
            break;
        }
        number = rest;
    }
    number
}

impl PartialEq for RevocationList {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for RevocationList {}

impl fmt::Debug for RevocationList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevocationList")
            .field("this_update", &self.this_update)
            .field("next_update", &self.next_update)
            .field("serials", &self.serials.len())
            .finish_non_exhaustive()
    }
}
