//! Client data: what the browser says it was asked, by whom and where (§5.8.1).
//!
//! The bytes of `clientDataJSON` in, a [`ClientData`] out, or the reason why they are not one.
//! Stricter than the parsing that the specification asks for: UTF-8 must be valid instead of
//! being repaired, no member may come twice, and members that matter have their one type. As in
//! the specification, a leading byte order mark is removed, unknown members are ignored, and so
//! is the reserved `tokenBinding`.
//!
//! [`ClientData::check`] is the steps that both ceremonies share; each has its own refusal.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, Visitor};

use crate::origin::Origin;
use crate::payment::PaymentData;
use crate::policy::Framing;

/// Most members of the client data; browsers write four to six.
pub const CLIENT_DATA_MEMBERS_MAX: usize = 32;

/// The members of the client data that are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClientData {
    kind: Box<str>,
    challenge: Box<str>,
    origin: Box<str>,
    cross_origin: bool,
    top_origin: Option<Box<str>>,
    /// `Some(None)` when there is one that has not its form: only a payment looks at it.
    payment: Option<Option<Box<PaymentData>>>,
}

/// Why the client data cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientDataError {
    /// Not UTF-8.
    #[error("client data is not UTF-8")]
    NotUtf8,
    /// Not a JSON object, or a member that matters has the wrong type.
    #[error("client data is malformed")]
    Malformed,
    /// A member comes twice: two readers could see two different texts.
    #[error("client data has the same member twice")]
    DuplicateMember,
    /// More than [`CLIENT_DATA_MEMBERS_MAX`] members.
    #[error("client data has too many members")]
    TooManyMembers,
    /// `type`, `challenge` or `origin` is missing.
    #[error("client data lacks a member")]
    MissingMember,
}

impl ClientDataError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotUtf8 => "client_data_not_utf8",
            Self::Malformed => "client_data_malformed",
            Self::DuplicateMember => "client_data_duplicate_member",
            Self::TooManyMembers => "client_data_too_many_members",
            Self::MissingMember => "client_data_member_missing",
        }
    }
}

/// The check of the client data that failed. Each ceremony has its own refusal for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mismatch {
    Kind,
    Challenge,
    Origin,
    CrossOrigin,
    TopOrigin,
}

/// What a ceremony expects of the client data.
pub(crate) struct Expectation<'a> {
    pub(crate) kind: &'a str,
    /// The challenge as base64url.
    pub(crate) challenge: &'a str,
    pub(crate) origin: &'a Origin,
    pub(crate) framing: Surroundings<'a>,
}

/// In which pages the page may be framed.
#[derive(Clone, Copy)]
pub(crate) enum Surroundings<'a> {
    /// In those of the policy.
    Policy(&'a Framing),
    /// In this one and no other, which the page itself is when it is not framed. A payment names
    /// the page around once more, so a client may leave `topOrigin` out here.
    Payment(&'a Origin),
}

impl ClientData {
    /// Decodes the bytes of `clientDataJSON`.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, ClientDataError> {
        let text = std::str::from_utf8(bytes).map_err(|_| ClientDataError::NotUtf8)?;
        // "UTF-8 decode" strips a byte order mark, and serde_json refuses one, so it goes here.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut json = serde_json::Deserializer::from_str(text);
        let members =
            json.deserialize_map(MembersVisitor).map_err(|_| ClientDataError::Malformed)?;
        json.end().map_err(|_| ClientDataError::Malformed)?;
        members?.complete()
    }

    /// The challenge as the client wrote it.
    pub(crate) fn challenge(&self) -> &str {
        &self.challenge
    }

    /// §7.1, steps 7 to 11, and §7.2, steps 10 to 14.
    pub(crate) fn check(&self, expected: &Expectation<'_>) -> Result<(), Mismatch> {
        if *self.kind != *expected.kind {
            return Err(Mismatch::Kind);
        }
        if *self.challenge != *expected.challenge {
            return Err(Mismatch::Challenge);
        }
        if *self.origin != *expected.origin.as_str() {
            return Err(Mismatch::Origin);
        }
        match expected.framing {
            Surroundings::Policy(framing) => self.check_framing(framing),
            Surroundings::Payment(top) => self.check_payment_framing(expected.origin, top),
        }
    }

    /// What the client showed of a payment, if it says so in the form that it must have.
    pub(crate) fn payment(&self) -> Option<&PaymentData> {
        self.payment.as_ref()?.as_deref()
    }

    fn check_framing(&self, framing: &Framing) -> Result<(), Mismatch> {
        if self.cross_origin && *framing == Framing::SameOriginOnly {
            return Err(Mismatch::CrossOrigin);
        }
        match (&self.top_origin, framing) {
            // A page around a frame of the same origin: a client that says so contradicts itself.
            (Some(_), _) if !self.cross_origin => Err(Mismatch::TopOrigin),
            (Some(top), Framing::AllowedIn(origins)) => {
                let known = origins.iter().any(|origin| origin.as_str() == &**top);
                if known { Ok(()) } else { Err(Mismatch::TopOrigin) }
            }
            (None, Framing::AllowedIn(_)) if self.cross_origin => Err(Mismatch::TopOrigin),
            _ => Ok(()),
        }
    }

    fn check_payment_framing(&self, origin: &Origin, top: &Origin) -> Result<(), Mismatch> {
        match (self.cross_origin, origin == top) {
            (true, true) => return Err(Mismatch::CrossOrigin),
            (false, false) => return Err(Mismatch::TopOrigin),
            _ => {}
        }
        match &self.top_origin {
            Some(named) if !self.cross_origin || **named != *top.as_str() => {
                Err(Mismatch::TopOrigin)
            }
            _ => Ok(()),
        }
    }
}

/// The members as they come in.
#[derive(Default)]
struct Members<'a> {
    kind: Option<Cow<'a, str>>,
    challenge: Option<Cow<'a, str>>,
    origin: Option<Cow<'a, str>>,
    cross_origin: Option<bool>,
    top_origin: Option<Cow<'a, str>>,
    payment: Option<Option<Box<PaymentData>>>,
}

impl Members<'_> {
    fn complete(self) -> Result<ClientData, ClientDataError> {
        let required = |member: Option<Cow<'_, str>>| {
            member.map(|text| text.into_owned().into()).ok_or(ClientDataError::MissingMember)
        };
        Ok(ClientData {
            kind: required(self.kind)?,
            challenge: required(self.challenge)?,
            origin: required(self.origin)?,
            cross_origin: self.cross_origin.unwrap_or(false),
            top_origin: self.top_origin.map(|text| text.into_owned().into()),
            payment: self.payment,
        })
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    /// The inner error is ours; serde's own means that this is not JSON of the right shape.
    type Value = Result<Members<'de>, ClientDataError>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("client data")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Members::default();
        let mut seen: Vec<Cow<'de, str>> = Vec::with_capacity(8);
        let mut problem = None;
        // Reads to the end in any case, so that broken JSON is called broken.
        while let Some(Text(name)) = map.next_key()? {
            if seen.contains(&name) {
                problem = problem.or(Some(ClientDataError::DuplicateMember));
            } else if seen.len() == CLIENT_DATA_MEMBERS_MAX {
                problem = problem.or(Some(ClientDataError::TooManyMembers));
            }
            if problem.is_some() {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            match &*name {
                "type" => members.kind = Some(map.next_value::<Text<'_>>()?.0),
                "challenge" => members.challenge = Some(map.next_value::<Text<'_>>()?.0),
                "origin" => members.origin = Some(map.next_value::<Text<'_>>()?.0),
                "crossOrigin" => members.cross_origin = Some(map.next_value()?),
                "topOrigin" => members.top_origin = Some(map.next_value::<Text<'_>>()?.0),
                "payment" => members.payment = Some(map.next_value::<Payment>()?.into()),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            seen.push(name);
        }
        Ok(problem.map_or(Ok(members), Err))
    }
}

/// The payment, or anything else under its name: in a registration, and wherever no payment was
/// asked for, it is a member that is not read.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Payment {
    Sound(Box<PaymentData>),
    Other(IgnoredAny),
}

impl From<Payment> for Option<Box<PaymentData>> {
    fn from(payment: Payment) -> Self {
        if let Payment::Sound(data) = payment { Some(data) } else { None }
    }
}

/// A JSON string that borrows from the input unless it has escapes.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests;
