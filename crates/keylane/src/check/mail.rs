//! Mail: without it nobody can sign up.

use keylane_outbound::{SMTP_TIMEOUT_MS, SmtpMailer};

use crate::config::{Config, Mail, Mode};
use crate::finding::Finding;
use crate::wiring;

const CHECK: &str = "mail";

/// What the settings alone tell.
pub(super) fn examine(mail: &Mail, mode: Mode) -> Vec<Finding> {
    let finding = match (&mail.smtp_url, mode) {
        (None, Mode::Development) => {
            Finding::ok(CHECK, "No mail server is set: mails go to the terminal and /dev/mailbox.")
        }
        (None, Mode::Production) => Finding::fail(
            CHECK,
            "No mail server is set, so nobody gets a code and nobody can sign up: set \
             mail.smtp_url, for example \"smtps://user:password@mail.example.org\".",
        ),
        (Some(url), _) if url.is_plain_over_network() => Finding::warn(
            CHECK,
            "mail.smtp_url sends codes across the network in the clear: use smtps://, or add \
             ?tls=required.",
        ),
        (Some(_), Mode::Production) if mail.from.is_none() => Finding::warn(
            CHECK,
            "mail.from is not set, and many mail servers refuse an invented sender: set it to an \
             address that your mail server may use.",
        ),
        (Some(_), _) => Finding::ok(CHECK, "A mail server is set."),
    };
    vec![finding]
}

/// Whether the mail server answers; `None` when there is none.
pub(super) async fn try_server(config: &Config) -> Option<Finding> {
    let url = config.mail.smtp_url.as_ref()?;
    let mailer = SmtpMailer::new(url.expose(), &wiring::sender(config), SMTP_TIMEOUT_MS);
    let outcome = match mailer {
        Ok(mailer) => mailer.check().await,
        Err(err) => Err(err),
    };
    Some(match outcome {
        Ok(()) => Finding::ok("mail-server", "The mail server answers and lets Keylane in."),
        Err(err) => Finding::fail(
            "mail-server",
            format!("{err}: check host, port, user and password in mail.smtp_url, and mail.from."),
        ),
    })
}
