//! A ceremony lives in its challenge.
//!
//! `begin` stores nothing: what `finish` must know is sealed into the challenge that the browser
//! sends back inside `clientDataJSON`. So a flood of `begin` costs neither memory nor disk, and any
//! node can finish what another began. The seal is authenticated encryption under a key of the
//! ring; a challenge that opens was made by this installation.
//!
//! Layout: version (1), key tag (4), nonce (12), sealed fields, tag (16). About 180 bytes.

use keylane_model::entropy::random_bytes;
use keylane_model::{Entropy, KeyPurpose, SessionId, SpentCeremony, UnixMillis, UserId};
use keylane_webauthn::{CoseAlgorithm, Mediation, Origin, RpId, UserVerification};

use crate::key_ring::{KeyRing, KeyRingError};
use crate::place::{Binding, Place};

/// How long a person has to answer the browser's dialog.
pub const CEREMONY_LIFETIME_MS: u64 = 5 * 60 * 1000;

/// Format of the sealed challenge.
const VERSION: u8 = 1;
const CONTEXT: &[u8] = b"keylane ceremony 1";

/// What the challenge carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ceremony {
    pub(crate) id: [u8; 16],
    pub(crate) purpose: Purpose,
    pub(crate) issued_at: UnixMillis,
    pub(crate) user_verification: UserVerification,
    pub(crate) mediation: Mediation,
    pub(crate) algorithms: Vec<CoseAlgorithm>,
    pub(crate) rp_id: RpId,
    /// The one origin it is for.
    pub(crate) origin: Origin,
    /// The browser it is for, on Keylane's own pages.
    pub(crate) binding: Option<[u8; 16]>,
}

/// What the ceremony is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A passkey is added to this account, on the word of this session.
    Registration { user: UserId, session: SessionId },
    /// Somebody signs in; when they named a handle first, with its digest.
    Authentication { handle: Option<[u8; 16]> },
    /// The visitor of the link becomes the first administrator.
    FirstAdministrator,
}

/// The challenge does not lead to a ceremony that may be finished here and now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CeremonyError {
    /// There is no challenge in the client data, or it does not open: not ours, or its key has
    /// retired long ago.
    #[error("the challenge is not one of ours")]
    Unreadable,
    /// It is ours, for another purpose, account, browser or origin.
    #[error("the challenge belongs to another ceremony")]
    Foreign,
    /// It was answered too late.
    #[error("the challenge has expired")]
    Expired,
    /// It was answered before.
    #[error("the challenge was answered before")]
    Spent,
}

impl CeremonyError {
    /// A stable name for answers, logs and metrics.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable => "ceremony_unreadable",
            Self::Foreign => "ceremony_foreign",
            Self::Expired => "ceremony_expired",
            Self::Spent => "ceremony_spent",
        }
    }
}

impl Ceremony {
    /// When it can no longer be finished.
    pub(crate) fn expires_at(&self) -> UnixMillis {
        self.issued_at.saturating_add_ms(CEREMONY_LIFETIME_MS)
    }

    /// What a commit spends.
    pub(crate) fn spent(&self) -> SpentCeremony {
        SpentCeremony { issued_at: self.issued_at, id: self.id, expires_at: self.expires_at() }
    }

    /// Whether it may be finished at `place` at `now`.
    pub(crate) fn check_place(&self, place: &Place, now: UnixMillis) -> Result<(), CeremonyError> {
        if self.origin != place.origin || self.binding != place.binding.map(digest) {
            return Err(CeremonyError::Foreign);
        }
        if now > self.expires_at() {
            return Err(CeremonyError::Expired);
        }
        Ok(())
    }

    /// Seals it into a challenge.
    pub(crate) fn seal(
        &self,
        keys: &KeyRing,
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, KeyRingError> {
        let key = keys.current(KeyPurpose::CeremonySeal)?;
        let sealed = key.seal(CONTEXT, &self.encode(), entropy)?;
        let mut challenge = Vec::with_capacity(5 + sealed.len());
        challenge.push(VERSION);
        challenge.extend_from_slice(&key.tag());
        challenge.extend_from_slice(&sealed);
        Ok(challenge)
    }

    /// Opens a challenge that [`seal`](Self::seal) made.
    pub(crate) fn open(challenge: &[u8], keys: &KeyRing) -> Result<Self, CeremonyError> {
        let opened = || {
            let rest = challenge.strip_prefix(&[VERSION])?;
            let (tag, sealed) = rest.split_first_chunk::<4>()?;
            let key = keys.find(KeyPurpose::CeremonySeal, *tag)?;
            let plain = key.open(CONTEXT, sealed)?;
            Self::decode(&plain)
        };
        opened().ok_or(CeremonyError::Unreadable)
    }

    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(128);
        out.extend_from_slice(&self.id);
        out.extend_from_slice(&self.issued_at.0.to_be_bytes());
        out.push(match self.user_verification {
            UserVerification::Required => 0,
            UserVerification::Preferred => 1,
            UserVerification::Discouraged => 2,
        });
        out.push(match self.mediation {
            Mediation::Modal => 0,
            Mediation::Conditional => 1,
        });
        match self.purpose {
            Purpose::Registration { user, session } => {
                out.push(0);
                out.extend_from_slice(user.as_bytes());
                out.extend_from_slice(session.as_bytes());
            }
            Purpose::Authentication { handle } => {
                out.push(1);
                put_optional(&mut out, handle);
            }
            Purpose::FirstAdministrator => out.push(2),
        }
        put_optional(&mut out, self.binding);
        put_bytes(&mut out, self.algorithms.iter().flat_map(|it| it.id().to_be_bytes()));
        put_bytes(&mut out, self.rp_id.as_str().bytes());
        put_bytes(&mut out, self.origin.as_str().bytes());
        out
    }

    fn decode(plain: &[u8]) -> Option<Self> {
        let mut reader = Reader(plain);
        let id = reader.take::<16>()?;
        let issued_at = UnixMillis(u64::from_be_bytes(reader.take::<8>()?));
        let user_verification = match reader.byte()? {
            0 => UserVerification::Required,
            1 => UserVerification::Preferred,
            2 => UserVerification::Discouraged,
            _ => return None,
        };
        let mediation = match reader.byte()? {
            0 => Mediation::Modal,
            1 => Mediation::Conditional,
            _ => return None,
        };
        let purpose = match reader.byte()? {
            0 => Purpose::Registration {
                user: UserId::from_bytes(reader.take()?),
                session: SessionId::from_bytes(reader.take()?),
            },
            1 => Purpose::Authentication { handle: reader.optional()? },
            2 => Purpose::FirstAdministrator,
            _ => return None,
        };
        let binding = reader.optional()?;
        let (algorithms, []) = reader.bytes()?.as_chunks::<8>() else { return None };
        let algorithms = algorithms
            .iter()
            .map(|id| CoseAlgorithm::from_id(i64::from_be_bytes(*id)))
            .collect::<Option<Vec<_>>>()?;
        let rp_id = reader.text()?.parse().ok()?;
        let origin = reader.text()?.parse().ok()?;
        reader.end()?;
        Some(Self {
            id,
            purpose,
            issued_at,
            user_verification,
            mediation,
            algorithms,
            rp_id,
            origin,
            binding,
        })
    }
}

/// A fresh ceremony id.
pub(crate) fn fresh_id(
    entropy: &dyn Entropy,
) -> Result<[u8; 16], keylane_model::entropy::EntropyError> {
    random_bytes(entropy)
}

/// What the challenge carries of the pre-session cookie, so that a leaked challenge does not leak
/// the cookie.
pub(crate) fn digest(binding: Binding) -> [u8; 16] {
    short_digest(b"binding", &binding.0)
}

/// The first 16 bytes of a SHA-256 with a label.
pub(crate) fn short_digest(label: &[u8], value: &[u8]) -> [u8; 16] {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    context.update(label);
    context.update(b"\0");
    context.update(value);
    let mut short = [0; 16];
    short.copy_from_slice(&context.finish().as_ref()[..16]);
    short
}

fn put_optional(out: &mut Vec<u8>, value: Option<[u8; 16]>) {
    out.push(u8::from(value.is_some()));
    out.extend(value.into_iter().flatten());
}

/// A length of two bytes, then the bytes. Host names, and so RP IDs and origins, are far shorter
/// than the limit.
fn put_bytes(out: &mut Vec<u8>, bytes: impl Iterator<Item = u8>) {
    let start = out.len();
    out.extend_from_slice(&[0, 0]);
    out.extend(bytes.take(usize::from(u16::MAX)));
    let length = u16::try_from(out.len() - start - 2).unwrap_or(u16::MAX);
    out[start..start + 2].copy_from_slice(&length.to_be_bytes());
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    /// The outer `Option` says whether the bytes made sense.
    #[expect(clippy::option_option, reason = "an absent value is a value here")]
    fn optional(&mut self) -> Option<Option<[u8; 16]>> {
        match self.byte()? {
            0 => Some(None),
            1 => self.take().map(Some),
            _ => None,
        }
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::from(u16::from_be_bytes(self.take()?));
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(head)
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    fn end(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

#[cfg(test)]
mod tests;
