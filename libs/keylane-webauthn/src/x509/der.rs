//! Reading DER (X.690, §10): tags, lengths and the few types that certificates are made of.
//!
//! Lengths are definite, in their shortest form, and never beyond the input. Nothing is copied.

/// The identifier of an element: class and form as in the first byte, and the tag number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag {
    class_and_form: u8,
    number: u32,
}

impl Tag {
    pub(crate) const BOOLEAN: Self = Self::universal(1);
    pub(crate) const INTEGER: Self = Self::universal(2);
    pub(crate) const BIT_STRING: Self = Self::universal(3);
    pub(crate) const OCTET_STRING: Self = Self::universal(4);
    pub(crate) const OID: Self = Self::universal(6);
    pub(crate) const ENUMERATED: Self = Self::universal(10);
    pub(crate) const UTC_TIME: Self = Self::universal(23);
    pub(crate) const GENERALIZED_TIME: Self = Self::universal(24);
    pub(crate) const SEQUENCE: Self = Self { class_and_form: 0x20, number: 16 };
    pub(crate) const SET: Self = Self { class_and_form: 0x20, number: 17 };

    const fn universal(number: u32) -> Self {
        Self { class_and_form: 0, number }
    }

    /// `[number]`, primitive: an implicitly tagged simple value.
    pub(crate) const fn context_primitive(number: u32) -> Self {
        Self { class_and_form: 0x80, number }
    }

    /// `[number]`, constructed: an explicitly tagged value, or an implicitly tagged sequence.
    pub(crate) const fn context(number: u32) -> Self {
        Self { class_and_form: 0xa0, number }
    }

    /// The number of a context-specific tag, whatever its form.
    pub(crate) fn context_number(self) -> Option<u32> {
        (self.class_and_form & 0xc0 == 0x80).then_some(self.number)
    }

    /// The number of a universal tag, whatever its form.
    pub(crate) fn universal_number(self) -> Option<u32> {
        (self.class_and_form & 0xc0 == 0).then_some(self.number)
    }
}

/// One element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    pub(crate) tag: Tag,
    /// The content.
    pub(crate) value: &'a [u8],
    /// Identifier, length and content, as encoded.
    pub(crate) raw: &'a [u8],
}

/// The input is not DER, or not what was expected at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadDer;

/// Reads elements one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(input: &'a [u8]) -> Self {
        Self { rest: input }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Nothing may follow.
    pub(crate) fn end(&self) -> Result<(), BadDer> {
        if self.rest.is_empty() { Ok(()) } else { Err(BadDer) }
    }

    /// The next element, whatever it is.
    pub(crate) fn any(&mut self) -> Result<Element<'a>, BadDer> {
        let start = self.rest;
        let tag = self.tag()?;
        let length = self.length()?;
        let (value, rest) = self.rest.split_at_checked(length).ok_or(BadDer)?;
        self.rest = rest;
        let raw = start.get(..start.len() - rest.len()).ok_or(BadDer)?;
        Ok(Element { tag, value, raw })
    }

    /// The next element, which must have this tag.
    pub(crate) fn expect(&mut self, tag: Tag) -> Result<Element<'a>, BadDer> {
        let element = self.any()?;
        if element.tag == tag { Ok(element) } else { Err(BadDer) }
    }

    /// The next element if it has this tag; otherwise nothing is consumed.
    pub(crate) fn optional(&mut self, tag: Tag) -> Result<Option<Element<'a>>, BadDer> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let mut ahead = self.clone();
        let element = ahead.any()?;
        if element.tag != tag {
            return Ok(None);
        }
        *self = ahead;
        Ok(Some(element))
    }

    /// A reader of the content of the next element, which must have this tag.
    pub(crate) fn nested(&mut self, tag: Tag) -> Result<Self, BadDer> {
        Ok(Self::new(self.expect(tag)?.value))
    }

    pub(crate) fn sequence(&mut self) -> Result<Self, BadDer> {
        self.nested(Tag::SEQUENCE)
    }

    /// The encoded value of an OBJECT IDENTIFIER.
    pub(crate) fn oid(&mut self) -> Result<&'a [u8], BadDer> {
        Ok(self.expect(Tag::OID)?.value)
    }

    /// An INTEGER or ENUMERATED of at most 8 bytes. Needlessly long ones are refused.
    pub(crate) fn integer(&mut self, tag: Tag) -> Result<i64, BadDer> {
        integer(self.expect(tag)?.value)
    }

    /// The bytes of a BIT STRING whose length is a multiple of eight.
    pub(crate) fn bit_string(&mut self) -> Result<&'a [u8], BadDer> {
        match self.expect(Tag::BIT_STRING)?.value.split_first() {
            Some((0, bytes)) => Ok(bytes),
            _ => Err(BadDer),
        }
    }

    fn byte(&mut self) -> Result<u8, BadDer> {
        let (first, rest) = self.rest.split_first().ok_or(BadDer)?;
        self.rest = rest;
        Ok(*first)
    }

    fn tag(&mut self) -> Result<Tag, BadDer> {
        let first = self.byte()?;
        let class_and_form = first & 0xe0;
        let low = first & 0x1f;
        if low != 0x1f {
            return Ok(Tag { class_and_form, number: u32::from(low) });
        }
        // High tag numbers, which the key descriptions of Android use: base 128, at most 28 bits.
        let mut number = 0_u32;
        for position in 0..4 {
            let byte = self.byte()?;
            if position == 0 && byte == 0x80 {
                return Err(BadDer);
            }
            number = number << 7 | u32::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                return if number < 0x1f {
                    Err(BadDer)
                } else {
                    Ok(Tag { class_and_form, number })
                };
            }
        }
        Err(BadDer)
    }

    fn length(&mut self) -> Result<usize, BadDer> {
        let first = self.byte()?;
        if first < 0x80 {
            return Ok(usize::from(first));
        }
        let count = usize::from(first & 0x7f);
        if !(1..=4).contains(&count) {
            return Err(BadDer);
        }
        let mut length = 0_usize;
        for _ in 0..count {
            length = length << 8 | usize::from(self.byte()?);
        }
        let shortest = length >= 0x80 && (count == 1 || length >> (8 * (count - 1)) != 0);
        if shortest { Ok(length) } else { Err(BadDer) }
    }
}

/// The one element that `input` consists of.
pub(crate) fn single(input: &[u8], tag: Tag) -> Result<&[u8], BadDer> {
    let mut reader = Reader::new(input);
    let element = reader.expect(tag)?;
    reader.end()?;
    Ok(element.value)
}

/// The content of an INTEGER as a number, when it fits.
pub(crate) fn integer(content: &[u8]) -> Result<i64, BadDer> {
    let needless = matches!(content, [0, second, ..] if second & 0x80 == 0)
        || matches!(content, [0xff, second, ..] if second & 0x80 != 0);
    if content.is_empty() || content.len() > 8 || needless {
        return Err(BadDer);
    }
    let negative = content.first().is_some_and(|first| first & 0x80 != 0);
    let start = if negative { -1 } else { 0 };
    Ok(content.iter().fold(start, |value, byte| value << 8 | i64::from(*byte)))
}

/// The content of a BOOLEAN. DER writes `true` as 0xff; anything but zero is taken for it.
pub(crate) fn boolean(content: &[u8]) -> Result<bool, BadDer> {
    match content {
        [byte] => Ok(*byte != 0),
        _ => Err(BadDer),
    }
}

#[cfg(test)]
mod tests;
