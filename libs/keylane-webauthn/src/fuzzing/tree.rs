//! Answers taken apart into trees, and changes of trees that random bytes describe.

use crate::cbor::Value;

/// A CBOR item that owns what it is made of. Text need not be UTF-8, and keys may come twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// Major type 0 or 1, and the number.
    Number(u8, u64),
    /// Major type 2 or 3, and the content.
    Text(u8, Vec<u8>),
    Array(Vec<Self>),
    /// Keys and values take turns.
    Map(Vec<Self>),
    /// False, true or null.
    Simple(u8),
}

impl From<&Value<'_>> for Node {
    fn from(value: &Value<'_>) -> Self {
        match value {
            Value::Unsigned(n) => Self::Number(0, *n),
            Value::Negative(n) => Self::Number(1, *n),
            Value::Bytes(bytes) => Self::Text(2, bytes.to_vec()),
            Value::Text(text) => Self::Text(3, text.as_bytes().to_vec()),
            Value::Array(items) => Self::Array(items.iter().map(Self::from).collect()),
            Value::Map(entries) => {
                let flat = entries.iter().flat_map(|(key, value)| [key, value]);
                Self::Map(flat.map(Self::from).collect())
            }
            Value::Bool(value) => Self::Simple(20 + u8::from(*value)),
            Value::Null => Self::Simple(22),
        }
    }
}

impl Node {
    pub(super) fn bytes(bytes: &[u8]) -> Self {
        Self::Text(2, bytes.to_vec())
    }

    /// The content of a string; nothing when this is none.
    pub(super) fn content(&self) -> &[u8] {
        if let Self::Text(_, content) = self { content } else { &[] }
    }

    /// Appends the encoding in shortest form.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Number(major, n) => head(*major, *n, out),
            Self::Text(major, content) => {
                head(*major, content.len() as u64, out);
                out.extend(content);
            }
            Self::Array(items) => {
                head(4, items.len() as u64, out);
                items.iter().for_each(|item| item.encode(out));
            }
            Self::Map(items) => {
                head(5, items.len() as u64 / 2, out);
                items.iter().for_each(|item| item.encode(out));
            }
            Self::Simple(info) => out.push(0xe0 | info),
        }
    }

    fn children(&self) -> &[Self] {
        match self {
            Self::Array(items) | Self::Map(items) => items,
            _ => &[],
        }
    }

    /// How many nodes there are, this one included.
    fn size(&self) -> usize {
        1 + self.children().iter().map(Self::size).sum::<usize>()
    }

    /// The node with this number, the root being 0 and its first child 1.
    fn nth(&self, number: usize) -> Option<&Self> {
        let Some(mut left) = number.checked_sub(1) else { return Some(self) };
        for child in self.children() {
            let size = child.size();
            if left < size {
                return child.nth(left);
            }
            left -= size;
        }
        None
    }

    fn nth_mut(&mut self, number: usize) -> Option<&mut Self> {
        let Some(mut left) = number.checked_sub(1) else { return Some(self) };
        let (Self::Array(items) | Self::Map(items)) = self else { return None };
        for child in items {
            let size = child.size();
            if left < size {
                return child.nth_mut(left);
            }
            left -= size;
        }
        None
    }

    /// Changes one node as the bytes say, possibly with something of a donor. `None` when they have
    /// run out.
    pub(super) fn change(&mut self, choices: &mut Choices<'_>, donor: &Self) -> Option<()> {
        let place = choices.below(self.size())?;
        let given = donor.nth(choices.below(donor.size())?)?;
        let change = choices.byte()? % 4;
        let node = self.nth_mut(place)?;
        match (change, node) {
            (0, node) => *node = given.clone(),
            (1, node) => node.retype(choices.byte()?),
            (_, Self::Number(_, n)) => *n = n.wrapping_add(u64::from(choices.byte()?)),
            (_, Self::Text(_, content)) => change_list(content, choices, given.content())?,
            (_, Self::Array(items) | Self::Map(items)) => {
                change_list(items, choices, given.children())?;
            }
            (_, Self::Simple(info)) => *info = 20 + choices.byte()? % 3,
        }
        Some(())
    }

    /// Becomes an item of another type.
    fn retype(&mut self, choice: u8) {
        *self = match choice % 6 {
            0 => Self::Number(choice >> 7, u64::from(choice)),
            1 => Self::Text(2, Vec::new()),
            2 => Self::Text(3, Vec::new()),
            3 => Self::Array(Vec::new()),
            4 => Self::Map(Vec::new()),
            _ => Self::Simple(22),
        };
    }
}

/// An entry of a list that can be changed by itself.
trait Entry: Clone {
    fn flip(&mut self, by: u8);
}

impl Entry for u8 {
    fn flip(&mut self, by: u8) {
        *self ^= by;
    }
}

impl Entry for Node {
    fn flip(&mut self, by: u8) {
        self.retype(by);
    }
}

/// Changes an entry, or cuts, doubles, removes, swaps or takes over a few.
fn change_list<T: Entry>(list: &mut Vec<T>, choices: &mut Choices<'_>, given: &[T]) -> Option<()> {
    let change = choices.byte()? % 6;
    let start = choices.below(list.len() + 1)?;
    let by = choices.byte()?;
    let end = (start + usize::from(by % 32)).min(list.len());
    match change {
        0 => list.get_mut(start)?.flip(by),
        1 => list.truncate(start),
        2 => {
            let twice = list.get(start..end)?.to_vec();
            list.splice(end..end, twice);
        }
        3 => drop(list.drain(start..end)),
        4 if start < list.len() => {
            let other = choices.below(list.len())?;
            list.swap(start, other);
        }
        _ => {
            let from = choices.below(given.len() + 1)?;
            let to = (from + (end - start)).min(given.len());
            list.splice(start..end, given.get(from..to)?.to_vec());
        }
    }
    Some(())
}

fn head(major: u8, n: u64, out: &mut Vec<u8>) {
    let be = n.to_be_bytes();
    let (info, from) = match n {
        0..=23 => {
            out.push(major << 5 | be[7]);
            return;
        }
        24..=0xff => (24, 7),
        0x100..=0xffff => (25, 6),
        0x1_0000..=0xffff_ffff => (26, 4),
        _ => (27, 0),
    };
    out.push(major << 5 | info);
    out.extend(&be[from..]);
}

/// Random bytes, read as choices.
pub(super) struct Choices<'a>(pub(super) &'a [u8]);

impl Choices<'_> {
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// A number below `count`; two bytes.
    pub(super) fn below(&mut self, count: usize) -> Option<usize> {
        let number = u16::from_be_bytes([self.byte()?, self.byte()?]);
        usize::from(number).checked_rem(count)
    }
}
