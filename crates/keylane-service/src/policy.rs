//! What an operator decides about sign-in.

use keylane_webauthn::UserVerification;

use crate::metadata::MetadataPolicy;

const MINUTE_MS: u64 = 60 * 1000;
const DAY_MS: u64 = 24 * 60 * MINUTE_MS;

/// What an operator decides about sign-in. The default suits most sites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Whether the authenticator must verify the person.
    pub user_verification: UserVerification,
    /// How long a session lives after sign-in, or after its last refresh.
    pub session_lifetime_ms: u64,
    /// How long an access token is good.
    pub access_token_lifetime_ms: u64,
    /// How old the last proof may be when a passkey is added.
    pub step_up_after_ms: u64,
    /// What happens to a device-bound passkey whose counter fell.
    pub falling_counter: FallingCounter,
    /// What metadata means for passkeys.
    pub metadata: MetadataPolicy,
}

/// What happens to a device-bound passkey whose counter fell, which may mean that it was cloned.
/// A counter that stays, or that belongs to a synced passkey, is always only recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FallingCounter {
    /// The sign-in succeeds; the audit entry says what was seen.
    Record,
    /// The passkey is held and the sign-in refused, until an operator releases it.
    Hold,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            user_verification: UserVerification::Preferred,
            session_lifetime_ms: 7 * DAY_MS,
            access_token_lifetime_ms: 5 * MINUTE_MS,
            step_up_after_ms: 15 * MINUTE_MS,
            falling_counter: FallingCounter::Record,
            metadata: MetadataPolicy::default(),
        }
    }
}
