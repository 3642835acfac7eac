//! Writing DER (X.690), as much of it as certificates and attestation extensions need.
//!
//! Each function answers one encoded value. Lengths are definite and as short as they can be.

/// A value with this identifier octet.
#[must_use]
pub fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    push_length(&mut out, content.len());
    out.extend_from_slice(content);
    out
}

/// A SEQUENCE of values that are already encoded.
#[must_use]
pub fn sequence<I: AsRef<[u8]>>(items: &[I]) -> Vec<u8> {
    value(0x30, &concat(items))
}

/// A SET OF values that are already encoded; DER sorts them.
#[must_use]
pub fn set_of<I: AsRef<[u8]>>(items: &[I]) -> Vec<u8> {
    let mut items: Vec<&[u8]> = items.iter().map(AsRef::as_ref).collect();
    items.sort_unstable();
    value(0x31, &items.concat())
}

/// An INTEGER.
#[must_use]
pub fn integer(number: u64) -> Vec<u8> {
    unsigned(&number.to_be_bytes())
}

/// An INTEGER that is not negative, from its big-endian bytes.
#[must_use]
pub fn unsigned(big_endian: &[u8]) -> Vec<u8> {
    value(0x02, &magnitude(big_endian))
}

/// An ENUMERATED.
#[must_use]
pub fn enumerated(number: u64) -> Vec<u8> {
    value(0x0a, &magnitude(&number.to_be_bytes()))
}

/// The BOOLEAN `TRUE`. DER leaves out `FALSE` where it is the default.
#[must_use]
pub fn true_value() -> Vec<u8> {
    value(0x01, &[0xff])
}

/// The BOOLEAN `FALSE`.
#[must_use]
pub fn false_value() -> Vec<u8> {
    value(0x01, &[0])
}

/// NULL.
#[must_use]
pub fn null() -> Vec<u8> {
    value(0x05, &[])
}

/// An OCTET STRING.
#[must_use]
pub fn octet_string(content: &[u8]) -> Vec<u8> {
    value(0x04, content)
}

/// A BIT STRING of whole bytes.
#[must_use]
pub fn bit_string(content: &[u8]) -> Vec<u8> {
    value(0x03, &[&[0], content].concat())
}

/// A `UTF8String`.
#[must_use]
pub fn utf8_string(text: &str) -> Vec<u8> {
    value(0x0c, text.as_bytes())
}

/// A `PrintableString`; the characters are not checked.
#[must_use]
pub fn printable_string(text: &str) -> Vec<u8> {
    value(0x13, text.as_bytes())
}

/// An OBJECT IDENTIFIER of at least two arcs.
#[must_use]
pub fn oid(arcs: &[u64]) -> Vec<u8> {
    let mut content = Vec::new();
    if let [first, second, rest @ ..] = arcs {
        push_base128(&mut content, first * 40 + second);
        for &arc in rest {
            push_base128(&mut content, arc);
        }
    }
    value(0x06, &content)
}

/// A constructed value with an explicit context-specific tag of any size.
#[must_use]
pub fn explicit(number: u64, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    match u8::try_from(number) {
        Ok(number @ 0..=30) => out.push(0xa0 | number),
        _ => {
            out.push(0xbf);
            push_base128(&mut out, number);
        }
    }
    push_length(&mut out, content.len());
    out.extend_from_slice(content);
    out
}

fn concat<I: AsRef<[u8]>>(items: &[I]) -> Vec<u8> {
    items.iter().flat_map(AsRef::as_ref).copied().collect()
}

/// Without leading zeros, but with one where the first bit would read as a sign.
fn magnitude(big_endian: &[u8]) -> Vec<u8> {
    let zeros = big_endian.iter().take_while(|&&byte| byte == 0).count();
    let digits = big_endian.get(zeros..).unwrap_or_default();
    match digits.first() {
        Some(0..=0x7f) => digits.to_vec(),
        _ => [&[0], digits].concat(),
    }
}

fn push_length(out: &mut Vec<u8>, length: usize) {
    match u8::try_from(length) {
        Ok(short @ 0..=0x7f) => out.push(short),
        _ => {
            let bytes = length.to_be_bytes();
            let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
            let digits = bytes.get(zeros..).unwrap_or_default();
            out.push(0x80 | u8::try_from(digits.len()).unwrap_or(0x7f));
            out.extend_from_slice(digits);
        }
    }
}

fn push_base128(out: &mut Vec<u8>, number: u64) {
    let digit = |index: u32| u8::try_from((number >> (7 * index)) & 0x7f).unwrap_or_default();
    let highest = (1..10).rev().find(|&index| number >> (7 * index) != 0).unwrap_or(0);
    for index in (1..=highest).rev() {
        out.push(0x80 | digit(index));
    }
    out.push(digit(0));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_as_short_as_they_can_be() {
        check(&octet_string(&[7; 127])[..2], &[0x04, 0x7f]);
        check(&octet_string(&[7; 128])[..3], &[0x04, 0x81, 0x80]);
        check(&octet_string(&[7; 256])[..4], &[0x04, 0x82, 0x01, 0x00]);
    }

    #[test]
    fn integers_have_no_spare_zeros_and_no_sign() {
        check(&integer(0), &[0x02, 1, 0]);
        check(&integer(127), &[0x02, 1, 127]);
        check(&integer(128), &[0x02, 2, 0, 128]);
        check(&unsigned(&[0, 0, 1, 0]), &[0x02, 2, 1, 0]);
        check(&enumerated(1), &[0x0a, 1, 1]);
    }

    #[test]
    fn object_identifiers_pack_arcs_in_base_128() {
        // RSADSI: the example of X.690, and one whose last arc is zero.
        check(&oid(&[1, 2, 840, 113_549]), &[0x06, 6, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]);
        check(&oid(&[2, 5, 29, 0]), &[0x06, 3, 0x55, 29, 0]);
    }

    #[test]
    fn explicit_tags_above_30_take_more_bytes() {
        check(&explicit(3, &[5, 0]), &[0xa3, 2, 5, 0]);
        check(&explicit(503, &[5, 0]), &[0xbf, 0x83, 0x77, 2, 5, 0]);
        check(&explicit(31, &[]), &[0xbf, 0x1f, 0]);
    }

    #[test]
    fn a_set_is_sorted() {
        check(&set_of(&[integer(3), integer(2)]), &[0x31, 6, 2, 1, 2, 2, 1, 3]);
    }

    #[track_caller]
    fn check(encoded: &[u8], expected: &[u8]) {
        assert_eq!(encoded, expected);
    }
}
