//! What leaves the server: mail, and questions for newer metadata of authenticators.

mod metadata;
mod smtp;

pub use metadata::{HttpMetadataSource, METADATA_TIMEOUT_MS, MetadataUrl, MetadataUrlError};
pub use smtp::{SMTP_TIMEOUT_MS, SmtpError, SmtpMailer};
