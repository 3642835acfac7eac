//! The relying party: whose passkeys these are, and from which pages they may be used.

use keylane_webauthn::{Origin, RpId};

/// The application that people sign in to.
#[derive(Debug, Clone)]
pub struct RelyingParty {
    /// The RP ID. Passkeys are bound to it for life.
    pub id: RpId,
    /// What people see in the browser's dialog.
    pub name: String,
    /// Keylane's own origin, where the hosted pages are.
    pub own_origin: Origin,
    /// Other origins whose pages may run ceremonies.
    pub origins: AllowedOrigins,
}

/// Which origins, besides Keylane's own, may run ceremonies.
#[derive(Debug, Clone)]
pub enum AllowedOrigins {
    /// These and no others, compared exactly.
    Listed(Vec<Origin>),
    /// These, and plain-HTTP pages on any port of `localhost`: for development only.
    ListedAndLocalhost(Vec<Origin>),
}

impl RelyingParty {
    /// Whether a page of this origin may run ceremonies.
    #[must_use]
    pub fn allows(&self, origin: &Origin) -> bool {
        *origin == self.own_origin
            || match &self.origins {
                AllowedOrigins::Listed(listed) => listed.contains(origin),
                AllowedOrigins::ListedAndLocalhost(listed) => {
                    listed.contains(origin) || is_localhost(origin)
                }
            }
    }
}

fn is_localhost(origin: &Origin) -> bool {
    match origin.as_str().strip_prefix("http://localhost") {
        Some("") => true,
        Some(rest) => rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok()),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_origin_is_allowed() {
        check("https://login.example.org", false, true);
    }

    #[test]
    fn listed_origin_is_allowed() {
        check("https://shop.example.org", false, true);
    }

    #[test]
    fn other_port_of_a_listed_origin_is_refused() {
        check("https://shop.example.org:8443", false, false);
    }

    #[test]
    fn localhost_is_refused_in_production() {
        check("http://localhost:3000", false, false);
    }

    #[test]
    fn any_port_of_localhost_is_allowed_in_development() {
        check("http://localhost:3000", true, true);
        check("http://localhost", true, true);
    }

    #[test]
    fn name_that_only_starts_like_a_listed_origin_is_refused() {
        check("https://shop.example.org.evil.example", true, false);
    }

    #[track_caller]
    fn check(origin: &str, development: bool, expected: bool) {
        let listed = vec!["https://shop.example.org".parse().unwrap()];
        let party = RelyingParty {
            id: "example.org".parse().unwrap(),
            name: "Example".into(),
            own_origin: "https://login.example.org".parse().unwrap(),
            origins: if development {
                AllowedOrigins::ListedAndLocalhost(listed)
            } else {
                AllowedOrigins::Listed(listed)
            },
        };
        assert_eq!(party.allows(&origin.parse().unwrap()), expected);
    }
}
