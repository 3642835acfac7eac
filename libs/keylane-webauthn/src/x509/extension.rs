//! Extensions of certificates and revocation lists (RFC 5280, §4.2), read when they are asked for.

use super::der::{self, BadDer, Reader, Tag};

/// Most extensions of one certificate.
const EXTENSIONS_MAX: usize = 64;

/// An extension, not decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extension<'a> {
    /// The content of the OBJECT IDENTIFIER.
    pub(crate) oid: &'a [u8],
    pub(crate) critical: bool,
    /// The content of the OCTET STRING.
    pub(crate) value: &'a [u8],
}

/// Why a list of extensions cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BadExtensions {
    Malformed,
    /// One comes twice, or there are too many.
    Repeated,
}

impl From<BadDer> for BadExtensions {
    fn from(_: BadDer) -> Self {
        Self::Malformed
    }
}

/// Reads `Extensions`, whose outer tag has been read.
pub(super) fn all(mut items: Reader<'_>) -> Result<Vec<Extension<'_>>, BadExtensions> {
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
            return Err(BadExtensions::Repeated);
        }
        extensions.push(Extension { oid, critical, value });
    }
    Ok(extensions)
}

/// `BasicConstraints` (RFC 5280, §4.2.1.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BasicConstraints {
    pub(crate) ca: bool,
    pub(crate) path_length_max: Option<u32>,
}

impl BasicConstraints {
    pub(super) fn parse(value: &[u8]) -> Result<Self, BadDer> {
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
        Ok(Self { ca, path_length_max })
    }
}

/// The bits of `KeyUsage` (RFC 5280, §4.2.1.3) that matter to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyUsage {
    pub(crate) signs_certificates: bool,
    pub(crate) signs_revocation_lists: bool,
}

impl KeyUsage {
    pub(super) fn parse(value: &[u8]) -> Result<Self, BadDer> {
        // How many bits of the last byte are unused, and the bits, the first one highest.
        let (unused, bits) = der::single(value, Tag::BIT_STRING)?.split_first().ok_or(BadDer)?;
        if *unused > 7 || (bits.is_empty() && *unused != 0) {
            return Err(BadDer);
        }
        let first = bits.first().copied().unwrap_or(0);
        Ok(Self {
            signs_certificates: first & 0x04 != 0,
            signs_revocation_lists: first & 0x02 != 0,
        })
    }
}
