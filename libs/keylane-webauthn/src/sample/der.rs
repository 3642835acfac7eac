//! A DER encoder, written apart from the reader that it tests.

/// An element with a tag of one byte.
pub(crate) fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag], length(content.len()).as_slice(), content].concat()
}

fn length(length: usize) -> Vec<u8> {
    let be = length.to_be_bytes();
    let used = &be[be.iter().position(|byte| *byte != 0).unwrap_or(be.len() - 1)..];
    match used {
        [short] if *short < 0x80 => vec![*short],
        long => [&[0x80 | u8::try_from(long.len()).unwrap()], long].concat(),
    }
}

pub(crate) fn sequence(items: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &items.concat())
}

pub(crate) fn set(items: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x31, &items.concat())
}

/// `[number]` around whole elements; any number.
pub(crate) fn context(number: u32, content: &[u8]) -> Vec<u8> {
    context_element(0xa0, number, content)
}

/// `[number]` instead of the tag of a simple value; any number.
pub(crate) fn context_primitive(number: u32, content: &[u8]) -> Vec<u8> {
    context_element(0x80, number, content)
}

fn context_element(class_and_form: u8, number: u32, content: &[u8]) -> Vec<u8> {
    if number < 31 {
        return tlv(class_and_form | u8::try_from(number).unwrap(), content);
    }
    let identifier = [&[class_and_form | 0x1f], base_128(number).as_slice()].concat();
    [identifier, length(content.len()), content.to_vec()].concat()
}

fn base_128(number: u32) -> Vec<u8> {
    let mut digits = vec![(number & 0x7f) as u8];
    let mut rest = number >> 7;
    while rest > 0 {
        digits.insert(0, (rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    digits
}

/// An INTEGER that is not negative.
pub(crate) fn integer(number: u64) -> Vec<u8> {
    let be = number.to_be_bytes();
    let used = &be[be.iter().position(|byte| *byte != 0).unwrap_or(be.len() - 1)..];
    let sign: &[u8] = if used[0] & 0x80 == 0 { &[] } else { &[0] };
    tlv(0x02, &[sign, used].concat())
}

pub(crate) fn enumerated(number: u8) -> Vec<u8> {
    tlv(0x0a, &[number])
}

pub(crate) fn boolean(value: bool) -> Vec<u8> {
    tlv(0x01, &[if value { 0xff } else { 0 }])
}

pub(crate) fn null() -> Vec<u8> {
    tlv(0x05, &[])
}

pub(crate) fn octet_string(content: &[u8]) -> Vec<u8> {
    tlv(0x04, content)
}

/// A BIT STRING of whole bytes.
pub(crate) fn bit_string(content: &[u8]) -> Vec<u8> {
    tlv(0x03, &[&[0], content].concat())
}

pub(crate) fn utf8(text: &str) -> Vec<u8> {
    tlv(0x0c, text.as_bytes())
}

pub(crate) fn printable(text: &str) -> Vec<u8> {
    tlv(0x13, text.as_bytes())
}

/// A `Time` from `YYYYMMDDHHMMSSZ`, or from `YYMMDDHHMMSSZ`, which is a `UTCTime`.
pub(crate) fn time(text: &str) -> Vec<u8> {
    tlv(if text.len() == 13 { 0x17 } else { 0x18 }, text.as_bytes())
}

/// An OBJECT IDENTIFIER from its dotted numbers.
pub(crate) fn oid(dotted: &str) -> Vec<u8> {
    let numbers: Vec<u32> = dotted.split('.').map(|number| number.parse().unwrap()).collect();
    let first = base_128(numbers[0] * 40 + numbers[1]);
    let rest = numbers[2..].iter().flat_map(|number| base_128(*number));
    tlv(0x06, &first.into_iter().chain(rest).collect::<Vec<_>>())
}
