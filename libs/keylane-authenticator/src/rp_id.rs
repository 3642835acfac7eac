//! Which RP IDs a page may use: WebAuthn Level 3, §5.1.3 step 8 and §5.1.4.1 step 7.
//!
//! A browser asks the public suffix list. Here a suffix must follow a dot and contain one, which
//! refuses `org` for `example.org` but not `co.uk`.

use crate::AuthenticatorError;

/// The RP ID to use: `rp_id` if the page at `origin` may claim it, the origin's host if absent.
pub(crate) fn effective_rp_id(
    rp_id: Option<&str>,
    origin: &str,
) -> Result<String, AuthenticatorError> {
    let host = secure_host(origin)?;
    let Some(rp_id) = rp_id else { return Ok(host.to_owned()) };
    let is_suffix = rp_id.contains('.')
        && host.strip_suffix(rp_id).is_some_and(|front| front.ends_with('.') && front.len() > 1);
    if rp_id == host || is_suffix {
        return Ok(rp_id.to_owned());
    }
    Err(AuthenticatorError::Security("the RP ID is not a suffix of the origin's host"))
}

/// The host of an origin that is a secure context with a domain: `https`, or `http://localhost`.
fn secure_host(origin: &str) -> Result<&str, AuthenticatorError> {
    let (scheme, authority) =
        origin.split_once("://").ok_or(AuthenticatorError::Security("the origin has no scheme"))?;
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    if !is_domain(host) || port.is_some_and(|it| it.parse::<u16>().is_err()) {
        return Err(AuthenticatorError::Security("the origin's host is not a domain"));
    }
    if scheme == "https" || (scheme == "http" && host == "localhost") {
        return Ok(host);
    }
    Err(AuthenticatorError::Security("the origin is not a secure context"))
}

/// Labels of lower case letters, digits and hyphens; the last has a letter, or it would be an
/// address.
fn is_domain(host: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
    };
    host.split('.').all(is_label)
        && host.rsplit('.').next().is_some_and(|it| it.bytes().any(|it| it.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::effective_rp_id;

    #[test]
    fn rp_id_may_be_the_host_or_a_suffix_after_a_dot() {
        check(Some("example.org"), "https://example.org", Some("example.org"));
        check(Some("example.org"), "https://login.example.org:8443", Some("example.org"));
        check(None, "https://login.example.org", Some("login.example.org"));
    }

    #[test]
    fn rp_id_must_not_be_another_host_a_bare_suffix_or_a_top_level_domain() {
        check(Some("example.org"), "https://badexample.org", None);
        check(Some("login.example.org"), "https://example.org", None);
        check(Some("org"), "https://example.org", None);
        check(Some(""), "https://example.org", None);
        check(Some(".example.org"), "https://login.example.org", None);
    }

    #[test]
    fn origin_must_be_https_or_localhost_by_name() {
        check(None, "http://localhost:8080", Some("localhost"));
        check(None, "http://example.org", None);
        check(None, "https://127.0.0.1", None);
        check(None, "https://[::1]", None);
        check(None, "ftp://example.org", None);
        check(None, "example.org", None);
        check(None, "https://example.org/path", None);
        check(None, "https://example.org:port", None);
    }

    #[track_caller]
    fn check(rp_id: Option<&str>, origin: &str, expected: Option<&str>) {
        let outcome = effective_rp_id(rp_id, origin);
        match expected {
            Some(expected) => assert_eq!(outcome.as_deref(), Ok(expected)),
            None => assert_eq!(outcome.map_err(|err| err.code()), Err("security_error")),
        }
    }
}
