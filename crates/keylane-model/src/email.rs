//! E-mail addresses, the first kind of handle.

use std::fmt;
use std::str::FromStr;

use email_address::Options;

/// Longest address taken, in bytes (RFC 5321 section 4.5.3.1.3).
pub const EMAIL_BYTES_MAX: usize = 254;

/// A syntactically valid e-mail address, trimmed and in lower case.
///
/// Mail servers may treat the part before the `@` as case-sensitive, but none that people use
/// does, and a person who types `Ada@` today and `ada@` tomorrow must reach the same account.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EmailAddress {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        // Lowered first, because that can make it longer: what is kept must be an address itself.
        let text = text.trim().to_lowercase();
        if text.len() > EMAIL_BYTES_MAX {
            return Err(EmailError);
        }
        let options = Options::default().without_display_text().without_domain_literal();
        email_address::EmailAddress::parse_with_options(&text, options).map_err(|_| EmailError)?;
        Ok(Self(text))
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Shows the domain only: an address is personal data and `Debug` ends up in logs.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let domain = self.0.rsplit('@').next().unwrap_or_default();
        write!(f, "EmailAddress(…@{domain})")
    }
}

/// The text is not an e-mail address that mail can be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid e-mail address")]
pub struct EmailError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_is_trimmed_and_lowered() {
        check(" Ada@Example.ORG ", Some("ada@example.org"));
    }

    #[test]
    fn address_without_at_sign_is_refused() {
        check("ada.example.org", None);
    }

    #[test]
    fn address_with_a_line_break_is_refused() {
        check("ada@example.org\nBcc: eve@example.org", None);
    }

    #[test]
    fn address_with_a_display_name_is_refused() {
        check("Ada <ada@example.org>", None);
    }

    #[test]
    fn address_longer_than_254_bytes_is_refused() {
        check(&format!("{}@{}.org", "a".repeat(60), "b".repeat(200)), None);
    }

    #[test]
    fn address_that_is_taken_can_be_read_back() {
        // In lower case, this capital letter is longer and in two parts.
        for local in ["\u{130}", &"\u{130}".repeat(21), &"\u{130}".repeat(32), "\u{212a}", "Ä"] {
            let Ok(address) = format!("{local}@Example.org").parse::<EmailAddress>() else {
                continue;
            };
            assert_eq!(address.as_str().parse(), Ok(address.clone()), "{local}");
        }
        check(&format!("{}@example.org", "\u{130}".repeat(32)), None);
    }

    #[test]
    fn debug_hides_the_local_part() {
        let address: EmailAddress = "ada@example.org".parse().unwrap();
        assert_eq!(format!("{address:?}"), "EmailAddress(…@example.org)");
    }

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let parsed = text.parse::<EmailAddress>().ok();
        assert_eq!(parsed.as_ref().map(EmailAddress::as_str), expected);
    }
}
