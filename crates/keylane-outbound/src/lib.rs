//! What leaves the server. So far that is mail.

mod smtp;

pub use smtp::{SMTP_TIMEOUT_MS, SmtpError, SmtpMailer};
