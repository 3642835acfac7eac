//! What waits to leave the server. It is written with the change that caused it, so that an
//! answer of "ok" means that the mail will go out, even when the power fails first.

use keylane_webauthn::UnixMillis;

use crate::audit::Outcome;
use crate::id::MailId;

/// A mail waiting to be delivered.
#[derive(Clone, PartialEq, Eq)]
pub struct OutboxMail {
    /// Its id.
    pub id: MailId,
    /// Recipient, subject and text, sealed: a mail may carry a code.
    pub sealed: Vec<u8>,
    /// How often delivery has failed.
    pub failures: u32,
    /// Not before this time.
    pub due_at: UnixMillis,
    /// After this it is pointless, for example because its code has expired.
    pub expires_at: UnixMillis,
}

impl std::fmt::Debug for OutboxMail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OutboxMail")
            .field("id", &self.id)
            .field("failures", &self.failures)
            .finish_non_exhaustive()
    }
}

/// How an attempt to deliver ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailOutcome {
    /// The mail server took it.
    Delivered,
    /// It did not; try again at this time.
    Retry(UnixMillis),
    /// It did not, and there is no point in trying again.
    GivenUp,
}

impl MailOutcome {
    /// The stable name, for the audit log.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Retry(_) => "retry",
            Self::GivenUp => "given_up",
        }
    }

    /// How the audit log calls it.
    #[must_use]
    pub fn audited(self) -> Outcome {
        match self {
            Self::Delivered => Outcome::Done,
            Self::Retry(_) | Self::GivenUp => Outcome::Refused,
        }
    }
}
