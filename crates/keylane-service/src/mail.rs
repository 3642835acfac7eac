//! The mails that Keylane writes, and the way out for them.

use std::fmt::Debug;

use async_trait::async_trait;
use keylane_model::{EmailAddress, KeyPurpose, MailId, OutboxMail, UnixMillis};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::key_ring::KeyRingError;
use crate::service::Service;

/// How long a notice is worth delivering.
pub(crate) const MAIL_LIFETIME_MS: u64 = 2 * 24 * 60 * 60 * 1000;

/// A mail, ready to be sent.
#[derive(Clone)]
pub struct Mail {
    /// Recipient.
    pub to: EmailAddress,
    /// Subject, one line.
    pub subject: String,
    /// The text, plain.
    pub text: String,
    /// The six digits, when the mail carries a code: for showing it large in development.
    pub code: Option<SecretString>,
}

/// Says nothing: a mail is personal data, and may carry a code.
impl Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mail(…)")
    }
}

/// A way out for mails.
#[async_trait]
pub trait Mailer: Debug + Send + Sync {
    /// Hands the mail to the next server.
    ///
    /// # Errors
    ///
    /// [`MailError::Temporary`] when another try makes sense.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}

/// A mail was not taken. The texts name servers and codes, never a person.
#[derive(Debug, Clone, thiserror::Error)]
pub enum MailError {
    /// Another try makes sense.
    #[error("the mail server did not take the mail for now: {0}")]
    Temporary(String),
    /// It does not.
    #[error("the mail server refused the mail: {0}")]
    Permanent(String),
}

/// What is sealed into the outbox.
#[derive(Serialize, Deserialize)]
struct Sealed {
    to: String,
    subject: String,
    text: String,
    code: Option<String>,
}

impl Service {
    /// Seals a mail for the outbox. Pointless after `expires_at`.
    pub(crate) fn seal_mail(
        &self,
        mail: &Mail,
        expires_at: UnixMillis,
    ) -> Result<OutboxMail, KeyRingError> {
        let now = self.now();
        let id = MailId::new(now, &*self.entropy)?;
        let plain = serde_json::to_vec(&Sealed {
            to: mail.to.to_string(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            code: mail.code.as_ref().map(|it| it.expose_secret().to_owned()),
        })
        .map_err(|_| KeyRingError::Crypto)?;
        let key = self.keys.current(KeyPurpose::OutboxSeal)?;
        let mut sealed = key.tag().to_vec();
        sealed.extend(key.seal(id.as_bytes(), &plain, &*self.entropy)?);
        Ok(OutboxMail { id, sealed, failures: 0, due_at: now, expires_at })
    }

    /// Opens a mail of the outbox; `None` when its key has retired.
    pub(crate) fn open_mail(&self, waiting: &OutboxMail) -> Option<Mail> {
        let (tag, sealed) = waiting.sealed.split_first_chunk::<4>()?;
        let key = self.keys.find(KeyPurpose::OutboxSeal, *tag)?;
        let plain = key.open(waiting.id.as_bytes(), sealed)?;
        let sealed: Sealed = serde_json::from_slice(&plain).ok()?;
        Some(Mail {
            to: sealed.to.parse().ok()?,
            subject: sealed.subject,
            text: sealed.text,
            code: sealed.code.map(SecretString::from),
        })
    }

    pub(crate) fn code_mail(&self, to: &EmailAddress, digits: &str) -> Mail {
        let name = &self.relying_party.name;
        Mail {
            to: to.clone(),
            subject: format!("{digits} is your code for {name}"),
            text: format!(
                "Your code for {name} is\n\n    {digits}\n\n\
                 Type it into the page that asked for it. It is good for ten minutes.\n\n\
                 If you did not ask for it, you can ignore this mail: without the code, nobody \
                 can use your address.\n"
            ),
            code: Some(SecretString::from(digits)),
        }
    }

    pub(crate) fn already_registered_mail(&self, to: &EmailAddress) -> Mail {
        let name = &self.relying_party.name;
        let url = &self.access_tokens.issuer;
        Mail {
            to: to.clone(),
            subject: format!("You already have an account at {name}"),
            text: format!(
                "Somebody, perhaps you, tried to open an account at {name} with this address.\n\n\
                 You already have one. Sign in with your passkey:\n\n    {url}/sign-in\n\n\
                 If it was not you, you can ignore this mail: nothing has changed.\n"
            ),
            code: None,
        }
    }

    pub(crate) fn passkey_added_mail(&self, to: &EmailAddress, passkey: &str) -> Mail {
        let name = &self.relying_party.name;
        let url = &self.access_tokens.issuer;
        Mail {
            to: to.clone(),
            subject: format!("A passkey was added to your account at {name}"),
            text: format!(
                "A new passkey, \"{passkey}\", can now sign in to your account at {name}.\n\n\
                 If it was not you, remove it here at once, and sign out everywhere:\n\n    \
                 {url}/account\n"
            ),
            code: None,
        }
    }

    pub(crate) fn passkey_removed_mail(&self, to: &EmailAddress, passkey: &str) -> Mail {
        let name = &self.relying_party.name;
        let url = &self.access_tokens.issuer;
        Mail {
            to: to.clone(),
            subject: format!("A passkey was removed from your account at {name}"),
            text: format!(
                "The passkey \"{passkey}\" can no longer sign in to your account at {name}, and \
                 the sessions that it had opened have ended.\n\n\
                 If it was not you, look at your account:\n\n    {url}/account\n"
            ),
            code: None,
        }
    }
}
