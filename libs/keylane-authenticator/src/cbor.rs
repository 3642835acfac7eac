//! Writing CBOR (RFC 8949), as much of it as an authenticator writes.
//!
//! Integers and lengths take their shortest form and every length is definite. Map members are
//! written in the order given, so that a negative test can write an unsorted or doubled one; what
//! this crate writes itself stands in the canonical order of CTAP 2.
//!
//! There is no decoder here, on purpose: tests read the output with a decoder of other hands.

/// A CBOR data item to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cbor {
    /// An unsigned or negative integer (major types 0 and 1).
    Int(i64),
    /// A byte string (major type 2).
    Bytes(Vec<u8>),
    /// A text string (major type 3).
    Text(String),
    /// An array (major type 4).
    Array(Vec<Cbor>),
    /// A map (major type 5), members in the order given.
    Map(Vec<(Cbor, Cbor)>),
    /// `true` or `false`.
    Bool(bool),
    /// An item that is already encoded, or that pretends to be.
    Raw(Vec<u8>),
}

impl Cbor {
    /// A text string.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A byte string.
    #[must_use]
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Bytes(bytes.into())
    }

    /// The value of the first member of a map with this text as its key.
    pub fn member_mut(&mut self, name: &str) -> Option<&mut Self> {
        let Self::Map(members) = self else { return None };
        members.iter_mut().find(|(key, _)| *key == Self::text(name)).map(|(_, value)| value)
    }

    /// Gives a member of a map another value, or appends it. Nothing happens to other items.
    pub fn set_member(&mut self, name: &str, value: Self) {
        if let Some(found) = self.member_mut(name) {
            *found = value;
        } else if let Self::Map(members) = self {
            members.push((Self::text(name), value));
        }
    }

    /// Removes the members of a map with this text as their key.
    pub fn remove_member(&mut self, name: &str) {
        if let Self::Map(members) = self {
            members.retain(|(key, _)| *key != Self::text(name));
        }
    }

    /// The encoded item.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Int(value) if *value >= 0 => write_head(out, 0, value.unsigned_abs()),
            // A negative integer n is written as -1 - n, which is the bitwise complement.
            Self::Int(value) => write_head(out, 1, (!*value).unsigned_abs()),
            Self::Bytes(bytes) => {
                write_head(out, 2, bytes.len() as u64);
                out.extend_from_slice(bytes);
            }
            Self::Text(text) => {
                write_head(out, 3, text.len() as u64);
                out.extend_from_slice(text.as_bytes());
            }
            Self::Array(items) => {
                write_head(out, 4, items.len() as u64);
                for item in items {
                    item.write(out);
                }
            }
            Self::Map(members) => {
                write_head(out, 5, members.len() as u64);
                for (key, value) in members {
                    key.write(out);
                    value.write(out);
                }
            }
            Self::Bool(value) => out.push(if *value { 0xf5 } else { 0xf4 }),
            Self::Raw(bytes) => out.extend_from_slice(bytes),
        }
    }
}

/// The initial byte and the argument, in the shortest of the five forms.
fn write_head(out: &mut Vec<u8>, major: u8, argument: u64) {
    let major = major << 5;
    let bytes = argument.to_be_bytes();
    match argument {
        0..=23 => out.push(major | bytes[7]),
        24..=0xff => out.extend_from_slice(&[major | 24, bytes[7]]),
        0x100..=0xffff => {
            out.push(major | 25);
            out.extend_from_slice(&bytes[6..]);
        }
        0x1_0000..=0xffff_ffff => {
            out.push(major | 26);
            out.extend_from_slice(&bytes[4..]);
        }
        _ => {
            out.push(major | 27);
            out.extend_from_slice(&bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Cbor;

    #[test]
    fn integers_take_their_shortest_form() {
        // RFC 8949, appendix A.
        check(Cbor::Int(0), &[0x00]);
        check(Cbor::Int(23), &[0x17]);
        check(Cbor::Int(24), &[0x18, 0x18]);
        check(Cbor::Int(1000), &[0x19, 0x03, 0xe8]);
        check(Cbor::Int(1_000_000), &[0x1a, 0x00, 0x0f, 0x42, 0x40]);
        check(Cbor::Int(1_000_000_000_000), &[0x1b, 0, 0, 0, 0xe8, 0xd4, 0xa5, 0x10, 0x00]);
        check(Cbor::Int(-1), &[0x20]);
        check(Cbor::Int(-100), &[0x38, 0x63]);
        check(Cbor::Int(-1000), &[0x39, 0x03, 0xe7]);
    }

    #[test]
    fn strings_arrays_and_maps_have_definite_lengths() {
        check(Cbor::text("IETF"), &[0x64, 0x49, 0x45, 0x54, 0x46]);
        check(Cbor::bytes([1, 2, 3, 4]), &[0x44, 1, 2, 3, 4]);
        check(Cbor::Array(vec![Cbor::Int(1), Cbor::Bool(false)]), &[0x82, 0x01, 0xf4]);
        check(Cbor::Map(vec![(Cbor::text("a"), Cbor::Bool(true))]), &[0xa1, 0x61, 0x61, 0xf5]);
    }

    #[test]
    fn a_map_keeps_the_order_and_the_doubles_it_was_given() {
        let one = || (Cbor::Int(1), Cbor::Int(2));
        check(
            Cbor::Map(vec![(Cbor::Int(3), Cbor::Int(4)), one(), one()]),
            &[0xa3, 3, 4, 1, 2, 1, 2],
        );
    }

    #[track_caller]
    #[allow(clippy::needless_pass_by_value)]
    fn check(item: Cbor, expected: &[u8]) {
        assert_eq!(item.encode(), expected);
    }
}
