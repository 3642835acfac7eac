//! Opening sessions, and the tokens that stand for them.

use keylane_model::entropy::random_bytes;
use keylane_model::{Assurance, Delivery, PasskeyId, Session, SessionId, User, UserId};
use secrecy::SecretString;

use crate::key_ring::KeyRingError;
use crate::place::Place;
use crate::service::Service;
use crate::session_token;

/// A session opened by a code is for making a passkey, and for nothing that takes longer.
const CODE_SESSION_LIFETIME_MS: u64 = 30 * 60 * 1000;

/// A session, its user, and the tokens to hand out.
#[derive(Debug)]
pub struct Opened {
    /// The session.
    pub session: Session,
    /// Who is signed in.
    pub user: User,
    /// What the browser or application keeps.
    pub tokens: Tokens,
}

/// What the browser or application keeps.
#[derive(Debug)]
pub enum Tokens {
    /// For Keylane's own pages.
    Cookie {
        /// The cookie's value.
        value: SecretString,
        /// How long the cookie lives, in seconds.
        max_age_s: u64,
    },
    /// For applications.
    Bearer {
        /// A JWT for the application's back end.
        access_token: SecretString,
        /// How long it is good, in seconds.
        expires_in_s: u64,
        /// What buys the next one; good once.
        refresh_token: SecretString,
    },
}

/// What the new session stands on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Proof {
    Code,
    Passkey { passkey: PasskeyId, user_verified: bool, assurance: Assurance },
}

impl Service {
    /// A session for the caller to commit.
    pub(crate) fn new_session(
        &self,
        user: UserId,
        proof: Proof,
        place: &Place,
    ) -> Result<Session, KeyRingError> {
        let now = self.now();
        let (passkey, assurance, user_verified, lifetime_ms) = match proof {
            Proof::Code => (None, Assurance::Code, false, CODE_SESSION_LIFETIME_MS),
            Proof::Passkey { passkey, user_verified, assurance } => {
                let lifetime_ms = self.policy.session_lifetime_ms;
                (Some(passkey), assurance, user_verified, lifetime_ms)
            }
        };
        Ok(Session {
            id: SessionId::new(now, &*self.entropy)?,
            user,
            passkey,
            assurance,
            user_verified,
            authenticated_at: now,
            expires_at: now.saturating_add_ms(lifetime_ms),
            delivery: place.delivery,
            device: place.request.device.clone().unwrap_or_else(|| "Unknown device".to_owned()),
            refresh_generation: 0,
            refreshed_at: now,
        })
    }

    /// The tokens of a committed session.
    pub(crate) fn tokens(&self, session: Session, user: User) -> Result<Opened, KeyRingError> {
        let now = self.now();
        let tokens = match session.delivery {
            Delivery::Cookie => Tokens::Cookie {
                value: session_token::cookie(&self.keys, session.id)?,
                max_age_s: session.expires_at.millis_since(now) / 1000,
            },
            Delivery::Tokens => Tokens::Bearer {
                access_token: self.access_tokens.issue(
                    &self.keys,
                    &session,
                    &user,
                    random_bytes(&*self.entropy)?,
                    now,
                )?,
                expires_in_s: self.access_tokens.lifetime_ms / 1000,
                refresh_token: session_token::refresh(
                    &self.keys,
                    session.id,
                    session.refresh_generation,
                )?,
            },
        };
        Ok(Opened { session, user, tokens })
    }
}
