//! One certificate (RFC 5280, §4.1), decoded as far as every user needs it; extensions wait until
//! they are asked for.

use super::der::{self, BadDer, Reader, Tag};
use super::name::{self, Attribute};
use super::oid;
use super::public_key::{self, BadSignature, SubjectPublicKeyInfo};
use super::time;
use crate::unix_millis::UnixMillis;

/// Most extensions of one certificate.
const EXTENSIONS_MAX: usize = 64;

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

/// A certificate that borrows from its encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Certificate<'a> {
    /// The whole encoding.
    pub(crate) der: &'a [u8],
    to_be_signed: &'a [u8],
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
    signature_algorithm: &'a [u8],
    signature: &'a [u8],
}

/// An extension, not decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extension<'a> {
    /// The content of the OBJECT IDENTIFIER.
    pub(crate) oid: &'a [u8],
    pub(crate) critical: bool,
    /// The content of the OCTET STRING.
    pub(crate) value: &'a [u8],
}

/// `BasicConstraints` (RFC 5280, §4.2.1.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BasicConstraints {
    pub(crate) ca: bool,
    pub(crate) path_length_max: Option<u32>,
}

impl<'a> Certificate<'a> {
    /// Reads a certificate that takes up all of `der`.
    pub(crate) fn parse(der: &'a [u8]) -> Result<Self, CertificateError> {
        let mut outer = Reader::new(der);
        let mut parts = outer.sequence()?;
        outer.end()?;
        let to_be_signed = parts.expect(Tag::SEQUENCE)?;
        let signature_algorithm = parts.expect(Tag::SEQUENCE)?.raw;
        let signature = signature(&mut parts)?;
        parts.end()?;

        let mut fields = Reader::new(to_be_signed.value);
        let version = match fields.optional(Tag::context(0))? {
            None => 1,
            Some(explicit) => match der::single(explicit.value, Tag::INTEGER)? {
                [version @ 0..=2] => version + 1,
                _ => return Err(CertificateError::Malformed),
            },
        };
        let serial = fields.expect(Tag::INTEGER)?.value;
        // RFC 5280, §4.1.1.2: the algorithm outside is the one that is signed.
        if fields.expect(Tag::SEQUENCE)?.raw != signature_algorithm {
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
            Some(explicit) => extensions(explicit.value)?,
            None => Vec::new(),
        };
        fields.end()?;
        let not_before = time::parse(&validity.any()?)?;
        let not_after = time::parse(&validity.any()?)?;
        validity.end()?;
        Ok(Self {
            der,
            to_be_signed: to_be_signed.raw,
            version,
            serial,
            issuer,
            subject,
            not_before,
            not_after,
            public_key,
            extensions,
            signature_algorithm,
            signature,
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
        basic_constraints(extension.value)
            .map(Some)
            .map_err(|BadDer| CertificateError::ExtensionMalformed)
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
    pub(crate) fn verify_signature(
        &self,
        issuer_key: &SubjectPublicKeyInfo<'_>,
    ) -> Result<(), BadSignature> {
        let scheme = public_key::scheme(self.signature_algorithm).ok().flatten();
        issuer_key.verify(scheme.ok_or(BadSignature)?, self.to_be_signed, self.signature)
    }
}

/// The signature. Its count of unused bits says nothing, and some U2F certificates of Yubico have a
/// wrong one there; the verification takes all bits.
fn signature<'a>(parts: &mut Reader<'a>) -> Result<&'a [u8], BadDer> {
    match parts.expect(Tag::BIT_STRING)?.value.split_first() {
        Some((0..=7, signature)) => Ok(signature),
        _ => Err(BadDer),
    }
}

fn extensions(explicit: &[u8]) -> Result<Vec<Extension<'_>>, CertificateError> {
    let mut items = Reader::new(der::single(explicit, Tag::SEQUENCE)?);
    let mut extensions: Vec<Extension<'_>> = Vec::new();
    while !items.is_empty() {
        let mut fields = items.sequence()?;
        let oid = fields.oid()?;
        let critical = match fields.optional(Tag::BOOLEAN)? {
            Some(flag) => der::boolean(flag.value)?,
            None => false,
        };
        let value = fields.expect(Tag::OCTET_STRING)?.value;
        fields.end()?;
        let known = extensions.iter().any(|extension| extension.oid == oid);
        if known || extensions.len() == EXTENSIONS_MAX {
            return Err(CertificateError::Extensions);
        }
        extensions.push(Extension { oid, critical, value });
    }
    Ok(extensions)
}

fn basic_constraints(value: &[u8]) -> Result<BasicConstraints, BadDer> {
    let mut fields = Reader::new(der::single(value, Tag::SEQUENCE)?);
    // `cA` is FALSE when absent. Some write the default out.
    let ca = match fields.optional(Tag::BOOLEAN)? {
        Some(flag) => der::boolean(flag.value)?,
        None => false,
    };
    let path_length_max = match fields.optional(Tag::INTEGER)? {
        Some(number) => {
            let number = der::integer(number.value)?;
            Some(u32::try_from(number).map_err(|_| BadDer)?)
        }
        None => None,
    };
    fields.end()?;
    Ok(BasicConstraints { ca, path_length_max })
}
