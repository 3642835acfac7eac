//! Mails that never leave: caught in memory and shown on a page, in development mode only.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use async_trait::async_trait;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use http::header::{HOST, HeaderValue};
use keylane_model::{Clock, UnixMillis};
use keylane_service::{Mail, MailError, Mailer};
use secrecy::ExposeSecret;
use serde::Serialize;

use crate::app::App;
use crate::pages::{Page, render};
use crate::problem::{NOT_FOUND, Problem};

/// Mails kept; older ones are forgotten.
const MAILS_MAX: usize = 100;

/// A [`Mailer`] that keeps mails to itself, newest first.
#[derive(Debug)]
pub struct DevMailbox {
    mails: Mutex<VecDeque<CaughtMail>>,
    clock: Arc<dyn Clock>,
}

/// A mail as the page shows it.
#[derive(Clone, Serialize)]
pub struct CaughtMail {
    /// Recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
    /// When it was caught.
    pub at_ms: u64,
    /// The six digits, when it carries a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Says nothing: a mail may carry a code.
impl std::fmt::Debug for CaughtMail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CaughtMail(…)")
    }
}

impl DevMailbox {
    /// An empty mailbox.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { mails: Mutex::default(), clock }
    }

    /// The mails, newest first.
    #[must_use]
    pub fn mails(&self) -> Vec<CaughtMail> {
        let mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        mails.iter().cloned().collect()
    }
}

#[async_trait]
impl Mailer for DevMailbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let UnixMillis(at_ms) = self.clock.now();
        let caught = CaughtMail {
            to: mail.to.to_string(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            at_ms,
            code: mail.code.as_ref().map(|code| code.expose_secret().to_owned()),
        };
        let mut mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        mails.truncate(MAILS_MAX - 1);
        mails.push_front(caught);
        Ok(())
    }
}

#[derive(Template)]
#[template(path = "dev_mailbox.html")]
struct MailboxPage {
    page: Page,
}

/// `GET /dev/mailbox`.
pub(crate) async fn page(State(app): State<App>) -> Result<Response, Problem> {
    render(&MailboxPage { page: Page::of(&app) })
}

#[derive(Serialize)]
pub(crate) struct Mails {
    mails: Vec<CaughtMail>,
}

/// `GET /dev/mailbox.json`.
///
/// Only under the server's own name: a page elsewhere that points its own name at this machine
/// would otherwise count as the same origin, and read a developer's codes.
pub(crate) async fn mails(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Json<Mails>, Problem> {
    let own = app.service.relying_party().own_origin.as_str();
    let own_host = own.split_once("://").map(|(_, host)| host.as_bytes());
    if headers.get(HOST).map(HeaderValue::as_bytes) != own_host {
        return Err(NOT_FOUND.into());
    }
    let mailbox = app.mailbox.as_ref().ok_or(NOT_FOUND)?;
    Ok(Json(Mails { mails: mailbox.mails() }))
}

#[cfg(test)]
mod tests {
    use keylane_model::SystemClock;

    use super::*;

    #[tokio::test]
    async fn mailbox_keeps_the_newest_mails_only() {
        let mailbox = DevMailbox::new(Arc::new(SystemClock));
        for number in 0..=MAILS_MAX {
            let mail = Mail {
                to: "ada@example.org".parse().unwrap(),
                subject: number.to_string(),
                text: String::new(),
                code: None,
            };
            mailbox.send(&mail).await.unwrap();
        }
        let mails = mailbox.mails();
        assert_eq!(mails.len(), MAILS_MAX);
        assert_eq!(mails[0].subject, MAILS_MAX.to_string());
        assert_eq!(mails[MAILS_MAX - 1].subject, "1");
    }
}
