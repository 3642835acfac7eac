//! Mail by SMTP (RFC 5321), through `lettre`.
//!
//! A mail is sent on a connection of its own: codes are rare, and a connection that was kept for
//! the next one would mostly be found closed by then. TLS certificates are checked against the
//! platform's roots.
//!
//! What goes wrong is told without the recipient: the texts end up in logs.

use std::time::Duration;

use async_trait::async_trait;
use keylane_service::{Mail, MailError, Mailer};
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::Error;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

/// Longest time for connecting and for each answer of the mail server; twice that for a mail.
pub const SMTP_TIMEOUT_MS: u64 = 10_000;

/// Longest part of a mail server's words that is kept.
const ANSWER_CHARS_MAX: usize = 120;

/// Sends mails by SMTP.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    timeout: Duration,
}

impl std::fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SmtpMailer(…)")
    }
}

/// The mailer cannot be made, or its server does not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SmtpError {
    /// Not `smtps://…`, `smtp://…?tls=required` or `smtp://…`.
    #[error("the URL of the mail server cannot be used: {0}")]
    Url(String),
    /// Not a mail address, with or without a name.
    #[error("the sender is not a mail address")]
    From,
    /// It cannot be reached, or does not let us in.
    #[error("the mail server does not answer as it should: {0}")]
    Server(String),
}

impl SmtpMailer {
    /// A mailer that hands mails to the server at `url`, from `from`.
    ///
    /// `smtps://` is TLS from the start, `smtp://…?tls=required` STARTTLS, bare `smtp://` is in
    /// the clear. User and password stand in the URL, percent-encoded. No step takes longer than
    /// `timeout_ms`.
    ///
    /// # Errors
    ///
    /// [`SmtpError::Url`] and [`SmtpError::From`]. The server is not asked yet.
    pub fn new(url: &str, from: &str, timeout_ms: u64) -> Result<Self, SmtpError> {
        let timeout = Duration::from_millis(timeout_ms);
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|err| SmtpError::Url(describe(&err)))?
            .timeout(Some(timeout))
            .build();
        let from = from.parse().map_err(|_| SmtpError::From)?;
        Ok(Self { transport, from, timeout: timeout.saturating_mul(2) })
    }

    /// Connects, greets, signs in, and leaves without sending anything.
    ///
    /// # Errors
    ///
    /// [`SmtpError::Server`] when any of it fails or takes too long.
    pub async fn check(&self) -> Result<(), SmtpError> {
        match tokio::time::timeout(self.timeout, self.transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(SmtpError::Server("it hung up".into())),
            Ok(Err(err)) => Err(SmtpError::Server(describe(&err))),
            Err(_) => Err(SmtpError::Server("it took too long".into())),
        }
    }

    fn message(&self, mail: &Mail) -> Result<Message, MailError> {
        let to = mail.to.as_str().parse().map_err(|_| unfit("the recipient"))?;
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject.clone())
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .map_err(|_| unfit("a header"))
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = self.message(mail)?;
        match tokio::time::timeout(self.timeout, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(err)) => Err(classify(&err)),
            Err(_) => Err(MailError::Temporary("it took too long".into())),
        }
    }
}

fn unfit(what: &str) -> MailError {
    MailError::Permanent(format!("{what} cannot be written as a mail header"))
}

/// Only a 5xx answer about the mail is final. A server that is away, a wrong certificate or a wrong
/// password (530 to 538, RFC 4954 section 6) gets put right, and the mail is still wanted then.
fn classify(err: &Error) -> MailError {
    let text = describe(err);
    let login = err.status().is_some_and(|code| (530..=538).contains(&u16::from(code)));
    if err.is_permanent() && !login {
        MailError::Permanent(text)
    } else {
        MailError::Temporary(text)
    }
}

/// What went wrong, without words of the server that may repeat an address.
fn describe(err: &Error) -> String {
    if let Some(code) = err.status() {
        return format!("it answered {code}");
    }
    let mut text = if err.is_timeout() { "it took too long".to_owned() } else { err.to_string() };
    let mut source = std::error::Error::source(err);
    while let Some(cause) = source {
        text = cause.to_string();
        source = cause.source();
    }
    if text.contains('@') {
        return "it answered something unexpected".to_owned();
    }
    text.chars().filter(|it| !it.is_control()).take(ANSWER_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests;
