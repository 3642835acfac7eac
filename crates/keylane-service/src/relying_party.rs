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
    /// The listed sites on which browsers accept the RP ID only because its document of related
    /// origins names them (WebAuthn Level 3, section 5.11).
    pub fn related_origins(&self) -> impl Iterator<Item = &Origin> {
        let (AllowedOrigins::Listed(listed) | AllowedOrigins::ListedAndLocalhost(listed)) =
            &self.origins;
        listed.iter().filter(|origin| origin.host().is_some() && !self.id.covers(origin))
    }

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

    #[test]
    fn related_origins_are_the_listed_sites_that_the_rp_id_does_not_cover() {
        let listed = [
            "https://shop.example.org",
            "https://example.de",
            "android:apk-key-hash:abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ",
        ];
        let party = RelyingParty {
            id: "example.org".parse().unwrap(),
            name: "Example".into(),
            own_origin: "https://login.example.org".parse().unwrap(),
            origins: AllowedOrigins::Listed(listed.map(|it| it.parse().unwrap()).to_vec()),
        };
        let related: Vec<_> = party.related_origins().map(Origin::as_str).collect();
        assert_eq!(related, ["https://example.de"]);
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
