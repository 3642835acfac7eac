//! Distinguished names (RFC 5280, §4.1.2.4), for reading single attributes.
//!
//! Names are compared as encoded, byte by byte: authorities copy the subject of the issuer.

use super::der::{BadDer, Reader, Tag};

/// One attribute of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Attribute<'a> {
    /// The type, as the content of its OBJECT IDENTIFIER.
    pub(crate) oid: &'a [u8],
    /// The value as text; empty when it is of a type that is not ASCII or UTF-8.
    pub(crate) text: &'a str,
}

/// Every attribute of an encoded `Name`, however they are spread over its sets.
pub(crate) fn attributes(name: &[u8]) -> Result<Vec<Attribute<'_>>, BadDer> {
    let mut outer = Reader::new(name);
    let mut sets = outer.sequence()?;
    outer.end()?;
    let mut attributes = Vec::new();
    while !sets.is_empty() {
        let mut set = sets.nested(Tag::SET)?;
        while !set.is_empty() {
            let mut pair = set.sequence()?;
            let oid = pair.oid()?;
            let value = pair.any()?;
            pair.end()?;
            // UTF8String, PrintableString, TeletexString, IA5String.
            let is_text = matches!(value.tag.universal_number(), Some(12 | 19 | 20 | 22));
            let text = if is_text { std::str::from_utf8(value.value).unwrap_or("") } else { "" };
            attributes.push(Attribute { oid, text });
        }
    }
    Ok(attributes)
}
