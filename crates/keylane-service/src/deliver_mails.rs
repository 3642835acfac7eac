//! Mails leave the outbox.

use keylane_model::{Actor, Change, MailOutcome, OutboxMail, RequestContext, UnixMillis};
use keylane_store::{CommitError, StoreError};

use crate::mail::{MailError, Mailer};
use crate::service::Service;

/// Mails taken out in one go.
const BATCH_MAX: u32 = 50;
const RETRY_FIRST_MS: u64 = 5_000;
const RETRY_MS_MAX: u64 = 10 * 60 * 1000;

/// What a round of delivery did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Mails that the mail server took.
    pub sent: u32,
    /// Mails that will be tried again.
    pub deferred: u32,
    /// Mails that nobody will see: refused, or too late.
    pub given_up: u32,
}

impl Service {
    /// Tries to deliver what is due. A mail is delivered at least once: when the server dies
    /// between the mail server's yes and the commit, it goes out again.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot answer; what was not settled stays in the outbox.
    pub async fn deliver_mails(&self, mailer: &dyn Mailer) -> Result<Delivered, StoreError> {
        let mut delivered = Delivered::default();
        for waiting in self.store.list_due_mails(self.now(), BATCH_MAX).await? {
            let outcome = self.deliver(&waiting, mailer).await;
            match outcome {
                MailOutcome::Delivered => delivered.sent += 1,
                MailOutcome::Retry(_) => delivered.deferred += 1,
                MailOutcome::GivenUp => delivered.given_up += 1,
            }
            let change = Change::SettleMail { mail: waiting.id, outcome };
            match self.commit(Actor::System, RequestContext::default(), change).await {
                Ok(_) => {}
                Err(CommitError::Store(err)) => return Err(err),
                Err(other) => {
                    return Err(StoreError::Damaged(format!("unexpected refusal: {other}")));
                }
            }
        }
        Ok(delivered)
    }

    async fn deliver(&self, waiting: &OutboxMail, mailer: &dyn Mailer) -> MailOutcome {
        let now = self.now();
        if now > waiting.expires_at {
            return MailOutcome::GivenUp;
        }
        let Some(mail) = self.open_mail(waiting) else {
            tracing::warn!(mail = %waiting.id, "mail dropped: its key has retired");
            return MailOutcome::GivenUp;
        };
        match mailer.send(&mail).await {
            Ok(()) => MailOutcome::Delivered,
            Err(err @ MailError::Temporary(_)) => {
                tracing::warn!(mail = %waiting.id, failures = waiting.failures, %err, "mail deferred");
                MailOutcome::Retry(retry_at(waiting, now))
            }
            Err(err @ MailError::Permanent(_)) => {
                tracing::error!(mail = %waiting.id, %err, "mail given up");
                MailOutcome::GivenUp
            }
        }
    }
}

/// Twice as long after every failure, up to [`RETRY_MS_MAX`].
fn retry_at(waiting: &OutboxMail, now: UnixMillis) -> UnixMillis {
    let wait_ms = RETRY_FIRST_MS.saturating_mul(1 << waiting.failures.min(10));
    now.saturating_add_ms(wait_ms.min(RETRY_MS_MAX))
}
