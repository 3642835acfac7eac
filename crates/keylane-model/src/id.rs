//! Ids. Each kind of thing has its own type, so a session's id never fits where a user's goes.
//!
//! All of them are UUIDs of version 7: they grow with time, so rows are appended rather than
//! scattered, and a list in id order is a list in order of creation.

use std::fmt;
use std::str::FromStr;

use keylane_webauthn::UnixMillis;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::entropy::{Entropy, EntropyError, random_bytes};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, made at `now`.
            ///
            /// # Errors
            ///
            /// [`EntropyError`] when the source of randomness has failed.
            pub fn new(now: UnixMillis, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
                new_v7(now, entropy).map(Self)
            }

            /// The id with these bytes; for stores and tokens.
            #[must_use]
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The id's sixteen bytes, in order of creation when compared.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::try_parse(text).map(Self).map_err(|_| IdError)
            }
        }
    )+};
}

ids! {
    /// A person's account.
    UserId;
    /// A passkey, as Keylane's own API names it. The authenticator's name for it is a
    /// [`CredentialId`](keylane_webauthn::CredentialId).
    PasskeyId;
    /// A signed-in session.
    SessionId;
    /// A six-digit code that was sent.
    CodeId;
    /// A mail waiting to be delivered.
    MailId;
    /// A key of the key ring.
    KeyId;
}

/// The text is not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a UUID")]
pub struct IdError;

fn new_v7(now: UnixMillis, entropy: &dyn Entropy) -> Result<Uuid, EntropyError> {
    let random: [u8; 10] = random_bytes(entropy)?;
    Ok(uuid::Builder::from_unix_timestamp_millis(now.0, &random).into_uuid())
}
