//! `[session]`: how long people stay signed in.

use std::time::Duration;

use super::duration;
use super::key::Key;
use super::reader::Reader;

pub(super) const KEYS: &[&Key] = &[&LIFETIME, &ACCESS_TOKEN_LIFETIME, &STEP_UP_AFTER];

static LIFETIME: Key = Key::open(
    "session",
    "lifetime",
    duration::ALLOWED,
    "How long a session lives after sign-in, or after its last refresh.",
);
static ACCESS_TOKEN_LIFETIME: Key = Key::open(
    "session",
    "access_token_lifetime",
    duration::ALLOWED,
    "How long an access token is good. An application that only checks its signature learns \
     this much later that a session has ended.",
);
static STEP_UP_AFTER: Key = Key::open(
    "session",
    "step_up_after",
    duration::ALLOWED,
    "How old the last proof of presence may be when somebody adds a passkey.",
);

/// `[session]`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Session {
    pub(crate) lifetime: Duration,
    pub(crate) access_token_lifetime: Duration,
    pub(crate) step_up_after: Duration,
}

impl Session {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            lifetime: reader.value(&LIFETIME, Duration::from_secs(7 * 24 * 3600)),
            access_token_lifetime: reader
                .value(&ACCESS_TOKEN_LIFETIME, Duration::from_secs(5 * 60)),
            step_up_after: reader.value(&STEP_UP_AFTER, Duration::from_secs(15 * 60)),
        }
    }
}
