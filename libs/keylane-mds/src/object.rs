//! JSON objects as lists of members, each still the text that it came in.
//!
//! Metadata grows members and values faster than software is updated. So an object is first cut
//! into its members; then those that the crate knows are read, and whatever is left, because it is
//! unknown or not of the expected type, stays as [`OtherMember`] with its text unchanged.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::date::Date;

/// Most members of one object.
pub const MEMBERS_MAX: usize = 256;

/// A member that the crate does not read: a name, and its value as the JSON that it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OtherMember {
    /// The name, without JSON's escapes.
    pub name: Box<str>,
    /// The value as JSON text.
    pub json: Box<str>,
}

/// Why a text is not an object, or a list, that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum JsonError {
    #[error("not JSON of the right shape")]
    Malformed,
    #[error("the same member twice")]
    DuplicateMember,
    #[error("too many members or elements")]
    TooMany,
}

/// The members of an object that have not been taken yet.
pub(crate) struct Object<'a> {
    members: Vec<(Cow<'a, str>, &'a RawValue)>,
}

impl<'a> Object<'a> {
    pub(crate) fn parse(json: &'a str) -> Result<Self, JsonError> {
        let mut json = serde_json::Deserializer::from_str(json);
        let members = json.deserialize_map(MembersVisitor).map_err(|_| JsonError::Malformed)?;
        json.end().map_err(|_| JsonError::Malformed)?;
        members.map(|members| Self { members })
    }

    /// The text of a member, which is then no longer here.
    pub(crate) fn take_raw(&mut self, name: &str) -> Option<&'a str> {
        let at = self.position(name)?;
        Some(self.members.swap_remove(at).1.get())
    }

    /// The text of a member, which stays here.
    pub(crate) fn peek_raw(&self, name: &str) -> Option<&'a str> {
        self.members.get(self.position(name)?).map(|(_, value)| value.get())
    }

    /// Reads a member; one of another type stays where it is.
    pub(crate) fn take<T: Deserialize<'a>>(&mut self, name: &str) -> Option<T> {
        self.take_with(name, |json| serde_json::from_str(json).ok())
    }

    /// Reads a text.
    pub(crate) fn take_text(&mut self, name: &str) -> Option<Box<str>> {
        self.take::<Cow<'a, str>>(name).map(|text| text.into_owned().into())
    }

    /// Reads a text that is the form of something; a text that is not stays where it is.
    pub(crate) fn take_parsed<T: FromStr>(&mut self, name: &str) -> Option<T> {
        self.take_with(name, |json| {
            let text: Cow<'a, str> = serde_json::from_str(json).ok()?;
            text.parse().ok()
        })
    }

    /// Reads a day.
    pub(crate) fn take_date(&mut self, name: &str) -> Option<Date> {
        self.take_parsed(name)
    }

    /// Reads a list of values from their texts.
    pub(crate) fn take_texts<T: for<'t> From<&'t str>>(&mut self, name: &str) -> Option<Vec<T>> {
        self.take_with(name, |json| {
            let texts: Vec<Cow<'a, str>> = serde_json::from_str(json).ok()?;
            Some(texts.iter().map(|text| T::from(text)).collect())
        })
    }

    /// Reads a member with `read`; one that it cannot read stays where it is.
    pub(crate) fn take_with<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&'a str) -> Option<T>,
    ) -> Option<T> {
        let at = self.position(name)?;
        let value = read(self.members.get(at)?.1.get())?;
        self.members.swap_remove(at);
        Some(value)
    }

    /// What nobody has taken, in the order of the names.
    pub(crate) fn others(self) -> Vec<OtherMember> {
        let mut others: Vec<_> = self
            .members
            .into_iter()
            .map(|(name, value)| OtherMember {
                name: name.into_owned().into(),
                json: value.get().into(),
            })
            .collect();
        others.sort_by(|a, b| a.name.cmp(&b.name));
        others
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.members.iter().position(|(known, _)| known == name)
    }
}

/// The elements of a list as texts, at most `max` of them.
pub(crate) fn list(json: &str, max: usize) -> Result<Vec<&str>, JsonError> {
    let mut json = serde_json::Deserializer::from_str(json);
    let visitor = ElementsVisitor { max, lifetime: PhantomData };
    let elements = json.deserialize_seq(visitor).map_err(|_| JsonError::Malformed)?;
    json.end().map_err(|_| JsonError::Malformed)?;
    elements
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    /// The inner error is ours; serde's own means that this is not JSON of the right shape.
    type Value = Result<Vec<(Cow<'de, str>, &'de RawValue)>, JsonError>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::with_capacity(16);
        let mut problem = None;
        // Reads to the end in any case, so that broken JSON is called broken.
        while let Some((Text(name), value)) = map.next_entry()? {
            if members.iter().any(|(known, _)| *known == name) {
                problem = problem.or(Some(JsonError::DuplicateMember));
            } else if members.len() == MEMBERS_MAX {
                problem = problem.or(Some(JsonError::TooMany));
            } else {
                members.push((name, value));
            }
        }
        Ok(problem.map_or(Ok(members), Err))
    }
}

struct ElementsVisitor<'de> {
    max: usize,
    lifetime: PhantomData<&'de str>,
}

impl<'de> Visitor<'de> for ElementsVisitor<'de> {
    type Value = Result<Vec<&'de str>, JsonError>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        let mut surplus = false;
        while let Some(value) = seq.next_element::<&'de RawValue>()? {
            surplus |= elements.len() == self.max;
            if !surplus {
                elements.push(value.get());
            }
        }
        Ok(if surplus { Err(JsonError::TooMany) } else { Ok(elements) })
    }
}

/// A JSON string that borrows from the input unless it has escapes.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests;
