//! Our two cookies: the session, and what ties a ceremony to the browser that began it.
//!
//! Over https they carry the `__Host-` prefix, so that no other host and no plain connection can
//! set them. On plain `http://localhost` browsers refuse that prefix, and they go by plain names.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cookie::{Cookie, SameSite};
use http::header::{COOKIE, HeaderMap, HeaderValue};
use keylane_service::Binding;
use keylane_webauthn::Origin;
use secrecy::{ExposeSecret, SecretString};

/// Names of our cookies, and whether they are for https only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CookieNames {
    pub(crate) session: &'static str,
    pub(crate) binding: &'static str,
    secure: bool,
}

impl CookieNames {
    /// The names at this origin.
    pub(crate) fn of(own_origin: &Origin) -> Self {
        if own_origin.as_str().starts_with("https://") {
            Self { session: "__Host-keylane", binding: "__Host-keylane-pre", secure: true }
        } else {
            Self { session: "keylane", binding: "keylane-pre", secure: false }
        }
    }

    /// The session cookie, for as long as the session lives.
    pub(crate) fn open_session(self, value: &SecretString, max_age_s: u64) -> HeaderValue {
        let max_age_s = i64::try_from(max_age_s).unwrap_or(i64::MAX);
        let cookie = Cookie::build((self.session, value.expose_secret()))
            .max_age(cookie::time::Duration::seconds(max_age_s));
        self.header(cookie)
    }

    /// Takes the session cookie away.
    pub(crate) fn close_session(self) -> HeaderValue {
        self.header(Cookie::build((self.session, "")).max_age(cookie::time::Duration::ZERO))
    }

    /// The pre-session cookie. It lives as long as the browser runs.
    pub(crate) fn bind(self, binding: Binding) -> HeaderValue {
        self.header(Cookie::build((self.binding, URL_SAFE_NO_PAD.encode(binding.0))))
    }

    /// The binding that the browser sent, if it is one of ours.
    pub(crate) fn binding_in(self, headers: &HeaderMap) -> Option<Binding> {
        let value = find(headers, self.binding)?;
        let mut bytes = [0; 16];
        let length = URL_SAFE_NO_PAD.decode_slice(value, &mut bytes).ok()?;
        (length == bytes.len()).then_some(Binding(bytes))
    }

    fn header(self, cookie: cookie::CookieBuilder<'_>) -> HeaderValue {
        let cookie = cookie
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .build()
            .to_string();
        // Names and values are ours and plain ASCII; an empty header would set no cookie.
        let mut header =
            HeaderValue::try_from(cookie).unwrap_or_else(|_| HeaderValue::from_static(""));
        header.set_sensitive(true);
        header
    }
}

/// The value of the cookie with this name.
pub(crate) fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok()).find_map(|line| {
        line.split(';').find_map(|pair| {
            let (found, value) = pair.trim().split_once('=')?;
            (found == name).then_some(value)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookie_over_https_has_the_host_prefix_and_is_secure() {
        check(
            "https://login.example.org",
            "__Host-keylane=v; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60",
        );
    }

    #[test]
    fn cookie_on_localhost_has_a_plain_name() {
        check("http://localhost:8080", "keylane=v; HttpOnly; SameSite=Lax; Path=/; Max-Age=60");
    }

    #[test]
    fn binding_survives_the_round_trip() {
        let names = CookieNames::of(&"http://localhost:8080".parse().unwrap());
        let set = names.bind(Binding([7; 16]));
        let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, format!("other=1; {pair}").parse().unwrap());
        assert_eq!(names.binding_in(&headers), Some(Binding([7; 16])));
    }

    #[test]
    fn binding_of_another_length_is_none() {
        let names = CookieNames::of(&"http://localhost:8080".parse().unwrap());
        for value in ["", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "!"] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, format!("keylane-pre={value}").parse().unwrap());
            assert_eq!(names.binding_in(&headers), None, "{value}");
        }
    }

    #[track_caller]
    fn check(origin: &str, expected: &str) {
        let names = CookieNames::of(&origin.parse().unwrap());
        let header = names.open_session(&SecretString::from("v".to_owned()), 60);
        assert_eq!(header.to_str().unwrap(), expected);
    }
}
