//! `[mail]`: how codes reach people.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::key::{Key, Shape, Value};
use super::reader::Reader;

pub(super) const KEYS: &[&Key] = &[&SMTP_URL, &FROM, &PASSWORD_FILE];

pub(crate) static SMTP_URL: Key = Key::open(
    "mail",
    "smtp_url",
    "\"smtps://user:password@host:port\" or \"smtp://host:port?tls=required\"",
    "The mail server: `smtps://` for TLS from the start (port 465), \
     `smtp://…?tls=required` for STARTTLS (port 587), plain `smtp://` only on the same machine. \
     Special characters in user and password are percent-encoded. Without it, mails go to \
     /dev/mailbox in development mode, and nowhere in production.",
)
.secret();
pub(crate) static FROM: Key = Key::open(
    "mail",
    "from",
    "a mail address, perhaps with a name: \"Example <login@example.org>\"",
    "The sender of the mails.",
)
.default_is("`keylane@` and the RP ID");
static PASSWORD_FILE: Key = Key::open(
    "mail",
    "password_file",
    "a file that can be read",
    "File with the password for `mail.smtp_url`, so that it need not stand in the configuration.",
);

/// `[mail]`.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    /// With the password of `password_file` in it.
    pub(crate) smtp_url: Option<SmtpUrl>,
    pub(crate) from: Option<String>,
}

impl Mail {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let mut smtp_url: Option<SmtpUrl> = reader.optional(&SMTP_URL);
        let from = reader.optional(&FROM);
        let password_file: Option<PathBuf> = reader.optional(&PASSWORD_FILE);
        if let (Some(url), Some(path)) = (&mut smtp_url, &password_file) {
            match std::fs::read_to_string(path) {
                Ok(password) => url.set_password(password.trim_end()),
                Err(err) => {
                    let sentence = format!(
                        "mail.password_file names {}, which cannot be read ({err}); make it \
                         readable for Keylane or name another file.",
                        path.display()
                    );
                    reader.object(&PASSWORD_FILE, sentence);
                }
            }
        }
        Self { smtp_url, from }
    }
}

/// The mail server's URL. It may hold a password, so it is never shown.
#[derive(Debug, Clone)]
pub(crate) struct SmtpUrl(SecretString);

impl SmtpUrl {
    /// The whole URL, with its password.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether codes would cross a network in the clear.
    pub(crate) fn is_plain_over_network(&self) -> bool {
        let Ok(url) = Url::parse(self.expose()) else { return false };
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let required = url.query_pairs().any(|(name, value)| name == "tls" && value == "required");
        url.scheme() == "smtp" && !required && !local
    }

    fn set_password(&mut self, password: &str) {
        if let Ok(mut url) = Url::parse(self.expose())
            && url.set_password(Some(password)).is_ok()
        {
            self.0 = String::from(url).into();
        }
    }
}

impl Value for SmtpUrl {
    const SHAPE: Shape = Shape::Text;

    fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let fits = matches!(url.scheme(), "smtp" | "smtps") && url.host_str().is_some();
        fits.then(|| Self(text.to_owned().into()))
    }

    fn show(&self) -> String {
        String::new()
    }
}
