//! What is known about a request when it arrives, before anybody looks at what it wants.

use std::net::IpAddr;

use http::header::ORIGIN;
use http::{HeaderMap, Method};
use keylane_service::RelyingParty;
use keylane_webauthn::Origin;

use crate::app::App;
use crate::cookies;
use crate::layer::client::client_of;
use crate::layer::request_id::{RequestId, RequestIds};

/// What is known about a request when it arrives. Handlers find it in the request's extensions.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub(crate) request_id: RequestId,
    pub(crate) client: IpAddr,
    pub(crate) caller: Caller,
}

/// Which page sent the request, by its `Origin` header, which scripts cannot forge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    /// No page: a server, a tool, or a browser that just reads.
    NoPage,
    /// One of Keylane's own pages.
    Own,
    /// A page of an application that may use this server.
    Application(Origin),
    /// Any other page.
    Foreign,
}

impl Arrival {
    pub(crate) fn of(app: &App, ids: &RequestIds, peer: IpAddr, headers: &HeaderMap) -> Self {
        Self {
            request_id: ids.of(headers),
            client: client_of(peer, headers, &app.config.trusted_proxies),
            caller: caller_of(headers, app.service.relying_party()),
        }
    }
}

fn caller_of(headers: &HeaderMap, party: &RelyingParty) -> Caller {
    let mut origins = headers.get_all(ORIGIN).iter();
    let (Some(header), None) = (origins.next(), origins.next()) else {
        return if headers.contains_key(ORIGIN) { Caller::Foreign } else { Caller::NoPage };
    };
    if header.as_bytes() == party.own_origin.as_str().as_bytes() {
        return Caller::Own;
    }
    let origin = header.to_str().ok().and_then(|text| text.parse::<Origin>().ok());
    match origin {
        Some(origin) if party.allows(&origin) => Caller::Application(origin),
        _ => Caller::Foreign,
    }
}

/// Whether a request that changes something carries our session cookie without coming from our
/// own page: what a forged request of another site looks like.
pub(crate) fn is_forged(
    app: &App,
    arrival: &Arrival,
    method: &Method,
    headers: &HeaderMap,
) -> bool {
    !method.is_safe()
        && arrival.caller != Caller::Own
        && cookies::find(headers, app.cookies.session).is_some()
}

#[cfg(test)]
mod tests {
    use keylane_service::AllowedOrigins;

    use super::*;

    #[test]
    fn own_page_is_recognised() {
        check(&["https://login.example.org"], &Caller::Own);
    }

    #[test]
    fn page_of_a_listed_application_is_recognised() {
        let shop = "https://shop.example.org";
        check(&[shop], &Caller::Application(shop.parse().unwrap()));
    }

    #[test]
    fn request_without_origin_comes_from_no_page() {
        check(&[], &Caller::NoPage);
    }

    #[test]
    fn everything_else_is_foreign() {
        for origin in [
            "null",
            "",
            "https://evil.example",
            "http://login.example.org",
            "https://login.example.org.evil.example",
            "https://login.example.org/",
            "HTTPS://LOGIN.EXAMPLE.ORG",
            "https://login.example.org, https://evil.example",
        ] {
            check(&[origin], &Caller::Foreign);
        }
        check(&["https://login.example.org", "https://evil.example"], &Caller::Foreign);
    }

    #[track_caller]
    fn check(origins: &[&str], expected: &Caller) {
        let party = RelyingParty {
            id: "example.org".parse().unwrap(),
            name: "Example".to_owned(),
            own_origin: "https://login.example.org".parse().unwrap(),
            origins: AllowedOrigins::Listed(vec!["https://shop.example.org".parse().unwrap()]),
        };
        let mut headers = HeaderMap::new();
        for origin in origins {
            headers.append(ORIGIN, origin.parse().unwrap());
        }
        assert_eq!(&caller_of(&headers, &party), expected, "{origins:?}");
    }
}
