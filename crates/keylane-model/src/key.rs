//! The server's own keys, sealed under the master key before they reach the store.

use keylane_webauthn::UnixMillis;

use crate::id::KeyId;

/// A key of the key ring, as the store keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// Its id; for signing keys also the `kid` of the JWKS.
    pub id: KeyId,
    /// What it is for.
    pub purpose: KeyPurpose,
    /// The secret, sealed under the master key, with id and purpose as associated data.
    pub sealed: Vec<u8>,
    /// When it was made.
    pub created_at: UnixMillis,
}

impl std::fmt::Debug for StoredKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredKey")
            .field("id", &self.id)
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

/// What a key is for. One key never serves two purposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyPurpose {
    /// Seals the challenges of ceremonies (AES-256-GCM).
    CeremonySeal,
    /// Authenticates session cookies, refresh tokens and codes (HMAC-SHA-256).
    TokenMac,
    /// Signs access tokens (ES256).
    AccessToken,
    /// Seals what waits in the outbox (AES-256-GCM).
    OutboxSeal,
}

impl KeyPurpose {
    /// Every purpose.
    pub const ALL: [Self; 4] =
        [Self::CeremonySeal, Self::TokenMac, Self::AccessToken, Self::OutboxSeal];

    /// The stable name, for stores.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CeremonySeal => "ceremony_seal",
            Self::TokenMac => "token_mac",
            Self::AccessToken => "access_token",
            Self::OutboxSeal => "outbox_seal",
        }
    }

    /// The purpose with this stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}
