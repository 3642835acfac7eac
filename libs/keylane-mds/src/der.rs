//! The way to the public key of a DER certificate, and nothing else of it.
//!
//! Attestation certificates are often untidy. What lies beside the way is skipped unread, so that
//! it cannot hide the key. Nothing here is a verification.

const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;

/// A value with its header in front.
struct Element<'a> {
    tag: u8,
    whole: &'a [u8],
    content: &'a [u8],
    rest: &'a [u8],
}

/// The `SubjectPublicKeyInfo` of a certificate, with its header.
pub(crate) fn subject_public_key_info(certificate: &[u8]) -> Option<&[u8]> {
    let certificate = element(certificate, SEQUENCE)?;
    let mut rest = element(certificate.content, SEQUENCE)?.content;
    if next(rest)?.tag == VERSION {
        rest = next(rest)?.rest;
    }
    // Serial number, signature algorithm, issuer, validity and subject.
    for _ in 0..5 {
        rest = next(rest)?.rest;
    }
    element(rest, SEQUENCE).map(|it| it.whole)
}

/// The bits of the key in a `SubjectPublicKeyInfo`, without the count of unused ones.
pub(crate) fn public_key_bits(info: &[u8]) -> Option<&[u8]> {
    let algorithm = next(element(info, SEQUENCE)?.content)?;
    let key = element(algorithm.rest, BIT_STRING)?;
    key.content.split_first().map(|(_unused, bits)| bits)
}

fn element(bytes: &[u8], tag: u8) -> Option<Element<'_>> {
    next(bytes).filter(|it| it.tag == tag)
}

fn next(bytes: &[u8]) -> Option<Element<'_>> {
    let (tag, after_tag) = bytes.split_first()?;
    let (first, after_first) = after_tag.split_first()?;
    let (length, body) = match first {
        0..=0x7f => (usize::from(*first), after_first),
        0x81..=0x84 => {
            let (digits, body) = after_first.split_at_checked(usize::from(first & 0x7f))?;
            (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), body)
        }
        _ => return None,
    };
    let (content, rest) = body.split_at_checked(length)?;
    let (whole, _) = bytes.split_at_checked(bytes.len() - rest.len())?;
    Some(Element { tag: *tag, whole, content, rest })
}

#[cfg(test)]
mod tests;
