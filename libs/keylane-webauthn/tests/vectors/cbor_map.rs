//! Finds the maps in CBOR of definite lengths, to write their entries twice.

use std::ops::Range;

/// Where a map stands.
pub(crate) struct Map {
    /// Where its head begins.
    pub(crate) start: usize,
    /// Each entry, as where its key begins, where its value does, and where it ends.
    pub(crate) entries: Vec<(usize, usize, usize)>,
}

impl Map {
    /// The value under a text key shorter than 24 bytes.
    pub(crate) fn value(&self, bytes: &[u8], name: &str) -> Option<Range<usize>> {
        let key = [&[0x60 | u8::try_from(name.len()).unwrap()], name.as_bytes()].concat();
        let found = self.entries.iter().find(|(start, value, _)| bytes[*start..*value] == key);
        found.map(|(_, value, end)| *value..*end)
    }

    /// `bytes` once for each entry, with that entry following itself.
    pub(crate) fn with_each_entry_twice(&self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let count = self.entries.len() + 1;
        let first = self.entries.first().map_or(self.start, |(start, _, _)| *start);
        let twice = |(start, _, end): &(usize, usize, usize)| {
            [
                &bytes[..self.start],
                &head(5, count),
                &bytes[first..*end],
                &bytes[*start..*end],
                &bytes[*end..],
            ]
            .concat()
        };
        self.entries.iter().map(twice).collect()
    }
}

/// Every map in the item at `start`, and where the item ends.
pub(crate) fn all(bytes: &[u8], start: usize) -> (Vec<Map>, usize) {
    let mut maps = Vec::new();
    let end = walk(bytes, start, &mut maps);
    (maps, end)
}

/// Replaces the content of the byte string that stands at `content`.
pub(crate) fn replace(bytes: &[u8], content: &Range<usize>, with: &[u8]) -> Vec<u8> {
    let start = content.start - head(2, content.len()).len();
    [&bytes[..start], &head(2, with.len()), with, &bytes[content.end..]].concat()
}

/// The content of the byte string that is the item at `item`.
pub(crate) fn content(bytes: &[u8], item: &Range<usize>) -> Range<usize> {
    let (_, _, start) = read_head(bytes, item.start);
    start..item.end
}

fn walk(bytes: &[u8], start: usize, maps: &mut Vec<Map>) -> usize {
    let (major, argument, mut at) = read_head(bytes, start);
    match major {
        2 | 3 => at += argument,
        4 => (0..argument).for_each(|_| at = walk(bytes, at, maps)),
        5 => {
            let mut entries = Vec::new();
            for _ in 0..argument {
                let value = walk(bytes, at, maps);
                let end = walk(bytes, value, maps);
                entries.push((at, value, end));
                at = end;
            }
            maps.push(Map { start, entries });
        }
        _ => {}
    }
    at
}

/// Major type, argument, and where the head ends.
fn read_head(bytes: &[u8], at: usize) -> (u8, usize, usize) {
    let (major, low) = (bytes[at] >> 5, usize::from(bytes[at] & 0x1f));
    let following = match low {
        0..24 => return (major, low, at + 1),
        24 => 1,
        25 => 2,
        26 => 4,
        _ => panic!("no vector that is accepted has such CBOR"),
    };
    let end = at + 1 + following;
    let argument = bytes[at + 1..end].iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    (major, argument, end)
}

fn head(major: u8, argument: usize) -> Vec<u8> {
    let low = u16::try_from(argument).unwrap().to_be_bytes();
    match argument {
        0..24 => vec![major << 5 | low[1]],
        24..256 => vec![major << 5 | 24, low[1]],
        _ => vec![major << 5 | 25, low[0], low[1]],
    }
}
