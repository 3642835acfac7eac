//! One certificate (RFC 5280, §4.1), decoded as far as every user needs it; extensions wait until
//! they are asked for.

use super::der::{self, BadDer, Reader, Tag};
use super::extension::{self, BadExtensions, BasicConstraints, Extension, KeyUsage};
use super::name::{self, Attribute};
use super::oid;
use super::public_key::{BadSignature, SubjectPublicKeyInfo, VerifyingKey};
use super::signed::Signed;
use super::time;
use crate::unix_millis::UnixMillis;

/// Why a certificate cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// Not a certificate in DER, or bytes follow it.
    #[error("not a certificate in DER")]
    Malformed,
    /// An extension comes twice, or there are too many of them.
    #[error("an extension of the certificate comes twice, or there are too many")]
    Extensions,
    /// An extension that matters cannot be read.
    #[error("an extension of the certificate is malformed")]
    ExtensionMalformed,
}

impl CertificateError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "certificate_malformed",
            Self::Extensions => "certificate_extensions_refused",
            Self::ExtensionMalformed => "certificate_extension_malformed",
        }
    }
}

impl From<BadDer> for CertificateError {
    fn from(_: BadDer) -> Self {
        Self::Malformed
    }
}

impl From<BadExtensions> for CertificateError {
    fn from(err: BadExtensions) -> Self {
        match err {
            BadExtensions::Malformed => Self::Malformed,
            BadExtensions::Repeated => Self::Extensions,
        }
    }
}

/// A certificate that borrows from its encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Certificate<'a> {
    /// The whole encoding.
    pub(crate) der: &'a [u8],
    /// 1, 2 or 3.
    pub(crate) version: u8,
    /// The content of the INTEGER.
    pub(crate) serial: &'a [u8],
    /// The encoded `Name`.
    pub(crate) issuer: &'a [u8],
    /// The encoded `Name`.
    pub(crate) subject: &'a [u8],
    pub(crate) not_before: UnixMillis,
    pub(crate) not_after: UnixMillis,
    pub(crate) public_key: SubjectPublicKeyInfo<'a>,
    pub(crate) extensions: Vec<Extension<'a>>,
    signed: Signed<'a>,
}

impl<'a> Certificate<'a> {
    /// Reads a certificate that takes up all of `der`.
    pub(crate) fn parse(der: &'a [u8]) -> Result<Self, CertificateError> {
        let signed = Signed::parse(der)?;
        let mut fields = Reader::new(signed.content.value);
        let version = match fields.optional(Tag::context(0))? {
            None => 1,
            Some(explicit) => match der::single(explicit.value, Tag::INTEGER)? {
                [version @ 0..=2] => version + 1,
                _ => return Err(CertificateError::Malformed),
            },
        };
        let serial = fields.expect(Tag::INTEGER)?.value;
        if serial.is_empty() {
            return Err(CertificateError::Malformed);
        }
        // RFC 5280, §4.1.1.2: the algorithm outside is the one that is signed.
        if fields.expect(Tag::SEQUENCE)?.raw != signed.algorithm {
            return Err(CertificateError::Malformed);
        }
        let issuer = fields.expect(Tag::SEQUENCE)?.raw;
        let mut validity = fields.sequence()?;
        let subject = fields.expect(Tag::SEQUENCE)?.raw;
        let public_key = SubjectPublicKeyInfo::parse(fields.expect(Tag::SEQUENCE)?.raw)?;
        // Unique identifiers of issuer and subject, which nobody uses.
        fields.optional(Tag::context_primitive(1))?;
        fields.optional(Tag::context_primitive(2))?;
        let extensions = match fields.optional(Tag::context(3))? {
            // RFC 5280, §4.1.2.1: only version 3 has extensions.
            Some(_) if version != 3 => return Err(CertificateError::Malformed),
            Some(explicit) => {
                extension::all(Reader::new(der::single(explicit.value, Tag::SEQUENCE)?))?
            }
            None => Vec::new(),
        };
        fields.end()?;
        let not_before = time::parse(&validity.any()?)?;
        let not_after = time::parse(&validity.any()?)?;
        validity.end()?;
        Ok(Self {
            der,
            version,
            serial,
            issuer,
            subject,
            not_before,
            not_after,
            public_key,
            extensions,
            signed,
        })
    }

    /// The extension with this OID.
    pub(crate) fn extension(&self, oid: &[u8]) -> Option<Extension<'a>> {
        self.extensions.iter().find(|extension| extension.oid == oid).copied()
    }

    /// Every attribute of the subject.
    pub(crate) fn subject_attributes(&self) -> Result<Vec<Attribute<'a>>, CertificateError> {
        Ok(name::attributes(self.subject)?)
    }

    /// The basic constraints; `None` when the extension is absent.
    pub(crate) fn basic_constraints(&self) -> Result<Option<BasicConstraints>, CertificateError> {
        let Some(extension) = self.extension(oid::BASIC_CONSTRAINTS) else { return Ok(None) };
        BasicConstraints::parse(extension.value)
            .map(Some)
            .map_err(|BadDer| CertificateError::ExtensionMalformed)
    }

    /// What the key may sign; `None` when the extension is absent, which means everything.
    pub(crate) fn key_usage(&self) -> Result<Option<KeyUsage>, CertificateError> {
        let Some(extension) = self.extension(oid::KEY_USAGE) else { return Ok(None) };
        KeyUsage::parse(extension.value)
            .map(Some)
            .map_err(|BadDer| CertificateError::ExtensionMalformed)
    }

    /// Whether issuer and subject have the same name, as in roots and when an authority changes
    /// its key.
    pub(crate) fn is_self_issued(&self) -> bool {
        name::same(self.issuer, self.subject)
    }

    /// The purposes of the extended key usage as OIDs; `None` when the extension is absent.
    pub(crate) fn extended_key_usage(&self) -> Result<Option<Vec<&'a [u8]>>, CertificateError> {
        let Some(extension) = self.extension(oid::EXTENDED_KEY_USAGE) else { return Ok(None) };
        let purposes = || {
            let mut items = Reader::new(der::single(extension.value, Tag::SEQUENCE)?);
            let mut purposes = Vec::new();
            while !items.is_empty() {
                purposes.push(items.oid()?);
            }
            Ok(purposes)
        };
        purposes().map(Some).map_err(|BadDer| CertificateError::ExtensionMalformed)
    }

    /// The AAGUID in `id-fido-gen-ce-aaguid` (§8.2.1); `None` when the extension is absent. It
    /// must not be critical.
    pub(crate) fn fido_aaguid(&self) -> Result<Option<[u8; 16]>, CertificateError> {
        let Some(extension) = self.extension(oid::FIDO_AAGUID) else { return Ok(None) };
        let aaguid = der::single(extension.value, Tag::OCTET_STRING).ok();
        match aaguid.and_then(|aaguid| aaguid.try_into().ok()) {
            Some(aaguid) if !extension.critical => Ok(Some(aaguid)),
            _ => Err(CertificateError::ExtensionMalformed),
        }
    }

    /// Whether the holder of `issuer_key` signed this certificate.
    pub(super) fn verify_signature(
        &self,
        issuer_key: &impl VerifyingKey,
    ) -> Result<(), BadSignature> {
        self.signed.verify(issuer_key)
    }

    /// Whether it was signed with SHA-1.
    pub(super) fn is_signed_with_sha1(&self) -> bool {
        self.signed.uses_sha1()
    }
}

#[cfg(test)]
mod tests;
