//! Mails in development mode: they stay on this machine, in the terminal and in `/dev/mailbox`.

use std::sync::Arc;

use async_trait::async_trait;
use keylane_http::DevMailbox;
use keylane_service::{Mail, MailError, Mailer};
use secrecy::ExposeSecret;

use crate::output;

/// Shows mails to whoever develops.
#[derive(Debug)]
pub(crate) struct TerminalMailer {
    mailbox: Arc<DevMailbox>,
}

impl TerminalMailer {
    /// Mails go to this mailbox, and a line about each to the terminal.
    pub(crate) fn new(mailbox: Arc<DevMailbox>) -> Self {
        Self { mailbox }
    }
}

#[async_trait]
impl Mailer for TerminalMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let line = match &mail.code {
            Some(code) => format!("  Code for {}: {}", mail.to, code.expose_secret()),
            None => format!("  Mail for {}: {}", mail.to, output::clean(&mail.subject)),
        };
        // A terminal that has gone is no reason to keep a mail back.
        let _nobody_listens = output::line(&line);
        self.mailbox.send(mail).await
    }
}
