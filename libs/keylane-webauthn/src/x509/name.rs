//! Distinguished names (RFC 5280, §4.1.2.4): reading single attributes, and whether two names are
//! the same.
//!
//! Nearly all authorities copy their subject into what they issue, byte for byte. For the others
//! the comparison is the one of §7.1: the type of the string, the case of its letters and its
//! outer and repeated spaces do not matter. (Letters beyond ASCII have to agree in case.) That
//! costs no safety: a name only says whose key to try.

use super::der::{BadDer, Element, Reader, Tag};

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
            attributes.push(Attribute { oid, text: text(&value).unwrap_or("") });
        }
    }
    Ok(attributes)
}

/// A string value: UTF8String, PrintableString, TeletexString or IA5String.
fn text<'a>(value: &Element<'a>) -> Option<&'a str> {
    let is_text = matches!(value.tag.universal_number(), Some(12 | 19 | 20 | 22));
    is_text.then_some(value.value).and_then(|text| std::str::from_utf8(text).ok())
}

/// Whether two encoded names are the same name.
pub(super) fn same(one: &[u8], other: &[u8]) -> bool {
    one == other || canonical(one) == canonical(other)
}

/// A form that is the same for all encodings of a name. What is not a name stands for itself.
pub(super) fn canonical(name: &[u8]) -> Vec<u8> {
    try_canonical(name).unwrap_or_else(|BadDer| name.to_vec())
}

fn try_canonical(name: &[u8]) -> Result<Vec<u8>, BadDer> {
    let mut outer = Reader::new(name);
    let mut sets = outer.sequence()?;
    outer.end()?;
    let mut form = Vec::with_capacity(2 * name.len());
    // No encoded name begins with this byte, so none is taken for a form.
    form.push(b'N');
    let mut words = String::new();
    while !sets.is_empty() {
        let mut set = sets.nested(Tag::SET)?;
        // Each part begins with a byte that no other part begins with.
        form.push(b'+');
        while !set.is_empty() {
            let mut pair = set.sequence()?;
            push_with_length(&mut form, b'=', pair.oid()?);
            let value = pair.any()?;
            pair.end()?;
            match text(&value) {
                Some(text) => {
                    words.clear();
                    for word in text.split(' ').filter(|word| !word.is_empty()) {
                        words.extend((!words.is_empty()).then_some(' '));
                        words.push_str(word);
                    }
                    words.make_ascii_lowercase();
                    push_with_length(&mut form, b'"', words.as_bytes());
                }
                None => push_with_length(&mut form, b'#', value.raw),
            }
        }
    }
    Ok(form)
}

fn push_with_length(form: &mut Vec<u8>, kind: u8, bytes: &[u8]) {
    form.push(kind);
    form.extend(bytes.len().to_be_bytes());
    form.extend(bytes);
}

#[cfg(test)]
mod tests;
