//! Strict decoding of CTAP2 canonical CBOR (CTAP 2.2, §8), the only CBOR that WebAuthn uses.
//!
//! Bytes in, a tree of [`Value`]s that borrow from them out. Refused are: integers and lengths
//! that are longer than needed, indefinite lengths, keys that are unsorted or come twice, tags,
//! floating point numbers, text that is not UTF-8, nesting deeper than [`DEPTH_MAX`], more than
//! [`ITEMS_MAX`] items, and bytes after the end.
//!
//! [`Form::Envelope`] is the one exception. The attestation object around the authenticator data
//! is put together by the client and covered by no signature. Captured responses have its keys in
//! another order (`fmt`, `authData`, `attStmt`), and made-up ones that other implementations
//! publish as valid have maps of indefinite length there. These two liberties are allowed in the
//! envelope and nowhere else; keys that come twice and bytes after the end are refused there too.
//! The public key and the extension outputs, which the authenticator wrote, are canonical or
//! refused.

/// How deep arrays and maps may nest. CTAP2 allows 4; an attestation object around a compound
/// statement needs 5 (object, list, entry, statement, certificates).
pub(crate) const DEPTH_MAX: usize = 5;

/// How many items one input may hold, containers and keys included.
pub(crate) const ITEMS_MAX: usize = 512;

/// Which encoding is accepted. See the module's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// CTAP2 canonical, without exception.
    Canonical,
    /// Keys in any order, maps and arrays of indefinite length.
    Envelope,
}

/// One decoded item. Byte and text strings borrow from the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// Major type 0.
    Unsigned(u64),
    /// Major type 1: stands for `-1 - n`.
    Negative(u64),
    /// Major type 2.
    Bytes(&'a [u8]),
    /// Major type 3.
    Text(&'a str),
    /// Major type 4.
    Array(Vec<Self>),
    /// Major type 5. No two keys are equal.
    Map(Vec<(Self, Self)>),
    /// Simple values 20 and 21.
    Bool(bool),
    /// Simple value 22.
    Null,
}

impl<'a> Value<'a> {
    /// The number, when this is an integer that fits.
    pub(crate) fn as_i64(&self) -> Option<i64> {
        match *self {
            Self::Unsigned(n) => i64::try_from(n).ok(),
            Self::Negative(n) => i64::try_from(n).ok().map(|n| -1 - n),
            _ => None,
        }
    }

    pub(crate) fn as_bytes(&self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = *self { Some(bytes) } else { None }
    }

    pub(crate) fn as_text(&self) -> Option<&'a str> {
        if let Self::Text(text) = *self { Some(text) } else { None }
    }

    pub(crate) fn as_map(&self) -> Option<&[(Self, Self)]> {
        if let Self::Map(entries) = self { Some(entries) } else { None }
    }

    /// The entry of a map under a text key; `None` when there is none or this is no map.
    pub(crate) fn entry(&self, key: &str) -> Option<&Self> {
        let entries = self.as_map()?;
        entries.iter().find(|(name, _)| name.as_text() == Some(key)).map(|(_, value)| value)
    }
}

/// Why bytes are not the CBOR we accept. Codes begin with `cbor_`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CborError {
    /// The input ends inside an item.
    #[error("CBOR ends inside an item")]
    Truncated,
    /// Bytes follow the one item that was expected.
    #[error("bytes follow the CBOR item")]
    TrailingBytes,
    /// An integer or a length takes more bytes than it needs.
    #[error("a CBOR integer or length is not in its shortest form")]
    NotShortest,
    /// An item of indefinite length where only definite lengths are allowed.
    #[error("a CBOR item has an indefinite length")]
    IndefiniteLength,
    /// The keys of a map are not in canonical order.
    #[error("the keys of a CBOR map are not in canonical order")]
    KeyOrder,
    /// A map has the same key twice.
    #[error("a CBOR map has the same key twice")]
    DuplicateKey,
    /// A text string is not UTF-8.
    #[error("a CBOR text string is not UTF-8")]
    NotUtf8,
    /// A tag, a floating point number, or a simple value other than false, true and null.
    #[error("a CBOR type that WebAuthn does not use")]
    UnsupportedType,
    /// Arrays and maps nest too deeply.
    #[error("CBOR nests too deeply")]
    TooDeep,
    /// More items than any rightful input has.
    #[error("CBOR has too many items")]
    TooManyItems,
}

impl CborError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Truncated => "cbor_truncated",
            Self::TrailingBytes => "cbor_trailing_bytes",
            Self::NotShortest => "cbor_not_shortest",
            Self::IndefiniteLength => "cbor_indefinite_length",
            Self::KeyOrder => "cbor_key_order",
            Self::DuplicateKey => "cbor_duplicate_key",
            Self::NotUtf8 => "cbor_not_utf8",
            Self::UnsupportedType => "cbor_unsupported_type",
            Self::TooDeep => "cbor_too_deep",
            Self::TooManyItems => "cbor_too_many_items",
        }
    }
}

/// Decodes exactly one item that takes up all of `input`.
pub(crate) fn decode(input: &[u8], form: Form) -> Result<Value<'_>, CborError> {
    let (value, length) = decode_prefix(input, form)?;
    if length < input.len() {
        return Err(CborError::TrailingBytes);
    }
    Ok(value)
}

/// Decodes one item from the front of `input`, and tells how many bytes it took.
pub(crate) fn decode_prefix(input: &[u8], form: Form) -> Result<(Value<'_>, usize), CborError> {
    let mut decoder = Decoder { input, at: 0, form, items_left: ITEMS_MAX };
    let value = decoder.item(0)?;
    Ok((value, decoder.at))
}

struct Decoder<'a> {
    input: &'a [u8],
    at: usize,
    form: Form,
    items_left: usize,
}

/// The argument of an initial byte: a number, or the mark of indefinite length.
enum Argument {
    Number(u64),
    Indefinite,
}

/// The break that ends an item of indefinite length.
const BREAK: u8 = 0xff;

impl<'a> Decoder<'a> {
    fn item(&mut self, depth: usize) -> Result<Value<'a>, CborError> {
        self.items_left = self.items_left.checked_sub(1).ok_or(CborError::TooManyItems)?;
        let initial = self.byte()?;
        let (major, info) = (initial >> 5, initial & 0x1f);
        if major == 7 {
            return simple(info);
        }
        if major == 6 {
            return Err(CborError::UnsupportedType);
        }
        let argument = self.argument(info)?;
        match (major, argument) {
            (0, Argument::Number(n)) => Ok(Value::Unsigned(n)),
            (1, Argument::Number(n)) => Ok(Value::Negative(n)),
            (2, Argument::Number(n)) => Ok(Value::Bytes(self.take(n)?)),
            (3, Argument::Number(n)) => {
                let text = std::str::from_utf8(self.take(n)?).map_err(|_| CborError::NotUtf8)?;
                Ok(Value::Text(text))
            }
            (4, length) => self.array(&length, depth),
            (5, length) => self.map(&length, depth),
            (_, _) => Err(CborError::IndefiniteLength),
        }
    }

    fn array(&mut self, length: &Argument, depth: usize) -> Result<Value<'a>, CborError> {
        self.enter(length, depth)?;
        let mut values = Vec::new();
        while self.goes_on(length, values.len())? {
            values.push(self.item(depth + 1)?);
        }
        Ok(Value::Array(values))
    }

    fn map(&mut self, length: &Argument, depth: usize) -> Result<Value<'a>, CborError> {
        self.enter(length, depth)?;
        let mut entries: Vec<(Value<'a>, Value<'a>)> = Vec::new();
        let mut previous: &[u8] = &[];
        while self.goes_on(length, entries.len())? {
            let start = self.at;
            let key = self.item(depth + 1)?;
            let encoded = &self.input[start..self.at];
            match self.form {
                Form::Canonical => follows(previous, encoded)?,
                Form::Envelope if entries.iter().any(|(other, _)| *other == key) => {
                    return Err(CborError::DuplicateKey);
                }
                Form::Envelope => {}
            }
            previous = encoded;
            entries.push((key, self.item(depth + 1)?));
        }
        Ok(Value::Map(entries))
    }

    /// Checks that a container may begin here.
    fn enter(&self, length: &Argument, depth: usize) -> Result<(), CborError> {
        if depth >= DEPTH_MAX {
            return Err(CborError::TooDeep);
        }
        match (length, self.form) {
            (Argument::Indefinite, Form::Canonical) => Err(CborError::IndefiniteLength),
            _ => Ok(()),
        }
    }

    /// Whether a container that has `count` items has another one.
    fn goes_on(&mut self, length: &Argument, count: usize) -> Result<bool, CborError> {
        match length {
            Argument::Number(n) => Ok((count as u64) < *n),
            Argument::Indefinite if self.input.get(self.at) == Some(&BREAK) => {
                self.at += 1;
                Ok(false)
            }
            Argument::Indefinite => Ok(true),
        }
    }

    fn argument(&mut self, info: u8) -> Result<Argument, CborError> {
        let (value, least) = match info {
            0..=23 => return Ok(Argument::Number(u64::from(info))),
            24 => (u64::from(self.byte()?), 24),
            25 => (u64::from(u16::from_be_bytes(self.array_of()?)), 1 << 8),
            26 => (u64::from(u32::from_be_bytes(self.array_of()?)), 1 << 16),
            27 => (u64::from_be_bytes(self.array_of()?), 1 << 32),
            31 => return Ok(Argument::Indefinite),
            _ => return Err(CborError::UnsupportedType),
        };
        if value < least {
            return Err(CborError::NotShortest);
        }
        Ok(Argument::Number(value))
    }

    fn byte(&mut self) -> Result<u8, CborError> {
        let byte = *self.input.get(self.at).ok_or(CborError::Truncated)?;
        self.at += 1;
        Ok(byte)
    }

    fn array_of<const N: usize>(&mut self) -> Result<[u8; N], CborError> {
        let bytes = self.input[self.at..].first_chunk().ok_or(CborError::Truncated)?;
        self.at += N;
        Ok(*bytes)
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], CborError> {
        let length = usize::try_from(length).map_err(|_| CborError::Truncated)?;
        let bytes = self.input[self.at..].get(..length).ok_or(CborError::Truncated)?;
        self.at += length;
        Ok(bytes)
    }
}

/// Checks CTAP2's order of keys: by major type, then by length, then by bytes. With shortest
/// forms only, "by length" of the encoding and of the content are the same.
fn follows(previous: &[u8], key: &[u8]) -> Result<(), CborError> {
    let rank = |key: &[u8]| (key.first().map(|initial| initial >> 5), key.len());
    match (rank(previous), previous).cmp(&(rank(key), key)) {
        std::cmp::Ordering::Less => Ok(()),
        std::cmp::Ordering::Equal => Err(CborError::DuplicateKey),
        std::cmp::Ordering::Greater => Err(CborError::KeyOrder),
    }
}

fn simple<'a>(info: u8) -> Result<Value<'a>, CborError> {
    match info {
        20 => Ok(Value::Bool(false)),
        21 => Ok(Value::Bool(true)),
        22 => Ok(Value::Null),
        _ => Err(CborError::UnsupportedType),
    }
}

#[cfg(test)]
mod tests;
