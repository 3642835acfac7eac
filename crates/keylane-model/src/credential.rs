//! Passkeys as the server keeps them.

use std::fmt;
use std::str::FromStr;

use keylane_webauthn::{Aaguid, CredentialRecord, Transport, UnixMillis};

use crate::id::{PasskeyId, UserId};
use crate::metadata::{ModelProof, ModelStanding};

/// Longest nickname, in characters.
pub const NICKNAME_CHARS_MAX: usize = 64;

/// A passkey: the WebAuthn credential record and what people want to know about it.
#[derive(Debug, Clone)]
pub struct Passkey {
    /// Keylane's id.
    pub id: PasskeyId,
    /// Whose it is.
    pub user: UserId,
    /// The credential record (WebAuthn Level 3, section 4), with the RP ID it was made for.
    pub record: CredentialRecord,
    /// The authenticator's model, as it says of itself.
    pub aaguid: Aaguid,
    /// Whether the model is more than its own word.
    pub model_proof: ModelProof,
    /// What metadata says of the model, when it is more than its own word.
    pub model_standing: ModelStanding,
    /// How the browser may reach the authenticator; unknown values are kept.
    pub transports: Vec<Transport>,
    /// What the authenticator said about discoverability (`credProps.rk`).
    pub discoverable: Option<bool>,
    /// Format of the attestation statement, for example `none` or `packed`.
    pub attestation_format: String,
    /// The person's name for it.
    pub nickname: PasskeyNickname,
    /// Browser and system it was made in, for example `Chrome on Linux`.
    pub created_in: Option<String>,
    /// When it was registered.
    pub created_at: UnixMillis,
    /// When it last signed somebody in. As exact for synced passkeys as for others: it follows
    /// from the sessions, not from the counter.
    pub last_used_at: Option<UnixMillis>,
    /// Whether it may be used.
    pub state: PasskeyState,
}

/// Whether a passkey may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyState {
    /// It signs its owner in.
    Active,
    /// Set aside until somebody has looked: a device-bound key whose counter fell.
    Held,
    /// Removed for good. The row stays, so that the audit log can be read.
    Revoked,
}

impl PasskeyState {
    /// The stable name, for stores and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Held => "held",
            Self::Revoked => "revoked",
        }
    }

    /// The state with this stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Active, Self::Held, Self::Revoked].into_iter().find(|it| it.name() == name)
    }
}

/// A person's name for a passkey: 1 to [`NICKNAME_CHARS_MAX`] characters, no control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyNickname(String);

impl PasskeyNickname {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What every passkey can be called.
impl Default for PasskeyNickname {
    fn default() -> Self {
        Self("Passkey".into())
    }
}

impl FromStr for PasskeyNickname {
    type Err = NicknameError;

    fn from_str(text: &str) -> Result<Self, NicknameError> {
        let text = text.trim();
        let fits = (1..=NICKNAME_CHARS_MAX).contains(&text.chars().count());
        if !fits || text.chars().any(char::is_control) {
            return Err(NicknameError);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for PasskeyNickname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text cannot be a passkey's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a passkey's name has 1 to {NICKNAME_CHARS_MAX} characters and no control characters")]
pub struct NicknameError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nickname_is_trimmed() {
        check("  Work laptop ", Some("Work laptop"));
    }

    #[test]
    fn nickname_of_spaces_is_refused() {
        check("   ", None);
    }

    #[test]
    fn nickname_of_64_characters_is_taken_whatever_its_bytes() {
        check(&"ü".repeat(64), Some(&"ü".repeat(64)));
    }

    #[test]
    fn nickname_of_65_characters_is_refused() {
        check(&"a".repeat(65), None);
    }

    #[test]
    fn nickname_with_a_control_character_is_refused() {
        check("a\u{1b}[31m", None);
    }

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let parsed = text.parse::<PasskeyNickname>().ok();
        assert_eq!(parsed.as_ref().map(PasskeyNickname::as_str), expected);
    }
}
