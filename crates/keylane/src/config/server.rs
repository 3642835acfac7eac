//! `[server]`: where Keylane listens and how it is reached.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use ipnet::IpNet;
use keylane_webauthn::{Origin, RpId};
use url::Url;

use super::duration;
use super::key::{Entry, Key, OrOff, Shape, Value};
use super::reader::Reader;

const LISTEN_PORT: u16 = 8080;
const OPS_PORT: u16 = 9464;

pub(super) const KEYS: &[&Key] = &[
    &LISTEN,
    &PUBLIC_URL,
    &OPS_LISTEN,
    &TRUSTED_PROXIES,
    &REQUEST_TIMEOUT,
    &HEADER_TIMEOUT,
    &BODY_BYTES_MAX,
    &CONCURRENT_MAX,
    &CONNECTIONS_MAX,
    &SHUTDOWN_TIMEOUT,
    &THREADS,
];

pub(crate) static LISTEN: Key = Key::open(
    "server",
    "listen",
    "an address and a port such as \"127.0.0.1:8080\" or \"[::]:8080\"",
    "Address and port for browsers and applications. Keylane speaks plain HTTP there: in \
     production a proxy in front of it ends TLS. Port 0 takes any free port.",
);
pub(crate) static PUBLIC_URL: Key = Key::open(
    "server",
    "public_url",
    "\"https://\" and a host, or \"http://localhost\", perhaps a port, and nothing else",
    "The address that people type: scheme, host and port as browsers see them. With \
     http://localhost Keylane runs in development mode: codes are shown in the terminal and in \
     /dev/mailbox, and pages on every port of localhost may use the API.",
)
.default_is("`http://localhost` and the port of `server.listen`");
pub(crate) static OPS_LISTEN: Key = Key::open(
    "server",
    "ops_listen",
    "an address and a port such as \"127.0.0.1:9464\", or \"off\"",
    "Address and port of /livez, /readyz and /metrics. Keep it away from the internet.",
);
pub(crate) static TRUSTED_PROXIES: Key = Key::open(
    "server",
    "trusted_proxies",
    "a list of addresses or networks such as [\"10.0.0.0/8\", \"::1\"]",
    "Proxies whose X-Forwarded-For header is believed. Without it, everybody behind a proxy \
     counts as one address when rates are limited.",
);
static REQUEST_TIMEOUT: Key = Key::open(
    "server",
    "request_timeout",
    duration::ALLOWED,
    "Longest time that one request may take, from its headers to the answer.",
);
static HEADER_TIMEOUT: Key = Key::open(
    "server",
    "header_timeout",
    duration::ALLOWED,
    "Longest time in which a client must have sent the headers of a request; an idle connection is \
     closed after it as well.",
);
static BODY_BYTES_MAX: Key = Key::open(
    "server",
    "body_bytes_max",
    "a whole number of at least 1",
    "Largest request body, in bytes.",
);
static CONCURRENT_MAX: Key = Key::open(
    "server",
    "concurrent_max",
    "a whole number of at least 1",
    "How many requests may be worked on at once; more are answered with 503 and Retry-After.",
);
static CONNECTIONS_MAX: Key = Key::open(
    "server",
    "connections_max",
    "a whole number of at least 1",
    "How many connections may be open at once; more wait until one closes.",
);
pub(crate) static SHUTDOWN_TIMEOUT: Key = Key::open(
    "server",
    "shutdown_timeout",
    duration::ALLOWED,
    "How long a stopping server waits for the requests it is working on.",
);
static THREADS: Key = Key::open(
    "server",
    "threads",
    "a whole number of at least 1",
    "How many threads answer requests.",
)
.default_is("one for each processor");

/// `[server]`.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) listen: SocketAddr,
    pub(crate) public_url: PublicUrl,
    pub(crate) ops_listen: Option<SocketAddr>,
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) request_timeout: Duration,
    pub(crate) header_timeout: Duration,
    pub(crate) body_bytes_max: u32,
    pub(crate) concurrent_max: u32,
    pub(crate) connections_max: u32,
    pub(crate) shutdown_timeout: Duration,
    pub(crate) threads: Option<u32>,
}

impl Server {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listen = reader.value(&LISTEN, local(LISTEN_PORT));
        let public_url = reader.value(&PUBLIC_URL, PublicUrl::localhost(listen.port()));
        let ops_listen = reader.value(&OPS_LISTEN, OrOff::On(local(OPS_PORT))).on();
        let proxies: Vec<Network> = reader.value(&TRUSTED_PROXIES, Vec::new());
        Self {
            listen,
            public_url,
            ops_listen,
            trusted_proxies: proxies.into_iter().map(|network| network.0).collect(),
            request_timeout: reader.value(&REQUEST_TIMEOUT, Duration::from_secs(15)),
            header_timeout: reader.value(&HEADER_TIMEOUT, Duration::from_secs(20)),
            body_bytes_max: reader.value(&BODY_BYTES_MAX, 64 * 1024),
            concurrent_max: reader.value(&CONCURRENT_MAX, 4_096),
            connections_max: reader.value(&CONNECTIONS_MAX, 10_000),
            shutdown_timeout: reader.value(&SHUTDOWN_TIMEOUT, Duration::from_secs(10)),
            threads: reader.optional(&THREADS),
        }
    }

    /// The server as it is once the real port is known (`listen` may have asked for any).
    pub(crate) fn at_port(mut self, port: u16) -> Self {
        if self.listen.port() == 0 && self.public_url == PublicUrl::localhost(0) {
            self.public_url = PublicUrl::localhost(port);
        }
        self.listen.set_port(port);
        self
    }
}

/// The address that people type: an origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicUrl(String);

impl PublicUrl {
    /// `http://localhost` at this port.
    pub(crate) fn localhost(port: u16) -> Self {
        if port == 80 {
            Self("http://localhost".into())
        } else {
            Self(format!("http://localhost:{port}"))
        }
    }

    /// The URL, without a slash at the end.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The host, without the port.
    pub(crate) fn host(&self) -> &str {
        let authority = self.0.split_once("://").map_or("", |(_, authority)| authority);
        authority.split_once(':').map_or(authority, |(host, _)| host)
    }

    /// Whether this is somebody's own machine.
    pub(crate) fn mode(&self) -> Mode {
        if self.0.starts_with("http://") { Mode::Development } else { Mode::Production }
    }
}

/// Whether Keylane runs on somebody's own machine or for the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Development,
    Production,
}

impl Value for PublicUrl {
    const SHAPE: Shape = Shape::Text;

    fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text.trim()).ok()?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let local = url.scheme() == "http" && url.host_str() == Some("localhost");
        let fits = bare && url.username().is_empty() && url.password().is_none();
        let origin = url.origin().ascii_serialization();
        // Port 0 is no origin; it stands for the port that `server.listen` will get.
        // An address is no RP ID, so no passkey could be made there.
        let domain = url.host_str().is_some_and(|host| host.parse::<RpId>().is_ok());
        let sound = origin == "http://localhost:0" || origin.parse::<Origin>().is_ok();
        (fits && domain && sound && (local || url.scheme() == "https")).then_some(Self(origin))
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

/// A network, or one address.
#[derive(Debug, Clone)]
pub(super) struct Network(pub(super) IpNet);

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Entry for Network {
    fn parse(text: &str) -> Option<Self> {
        let single = || text.parse().map(|address: std::net::IpAddr| IpNet::from(address));
        text.parse().or_else(|_| single()).ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_url_loses_its_slash_and_default_port() {
        check("https://login.example.org:443/", Some("https://login.example.org"));
    }

    #[test]
    fn public_url_on_localhost_may_be_plain_http() {
        check("http://localhost:3000", Some("http://localhost:3000"));
    }

    #[test]
    fn public_url_elsewhere_must_be_https() {
        check("http://login.example.org", None);
    }

    #[test]
    fn public_url_with_a_path_is_refused() {
        check("https://example.org/login", None);
    }

    #[test]
    fn public_url_with_a_password_is_refused() {
        check("https://ada:secret@example.org", None);
    }

    #[test]
    fn public_url_of_an_address_is_refused() {
        check("https://192.0.2.1", None);
    }

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(PublicUrl::parse(text).as_ref().map(PublicUrl::as_str), expected);
    }
}
