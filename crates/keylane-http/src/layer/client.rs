//! The client's address: the peer's, or what a trusted proxy says of it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::HeaderMap;
use http::header::HeaderName;
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Most entries of `X-Forwarded-For` that are looked at.
const HOPS_MAX: usize = 16;

/// The address of the client. Each proxy appends the address it saw, so the list is read from its
/// end, and only as far as the proxies that said so are trusted. What stands further left could
/// have been written by anybody.
pub(crate) fn client_of(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let peer = peer.to_canonical();
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    if trusted.is_empty() || !is_trusted(&peer) {
        return peer;
    }
    let mut client = peer;
    let lines = headers.get_all(X_FORWARDED_FOR).iter().rev();
    let hops = lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    for hop in hops.take(HOPS_MAX) {
        let Some(address) = address_in(hop) else { break };
        client = address.to_canonical();
        if !is_trusted(&client) {
            break;
        }
    }
    client
}

/// Bytes, because a proxy adds its part to whatever the client sent, which need not be text.
fn address_in(hop: &[u8]) -> Option<IpAddr> {
    std::str::from_utf8(hop).ok()?.trim().parse().ok()
}

/// The network of an address, for the record: IPv4 to 24 bits, IPv6 to 48.
pub(crate) fn network_of(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{}/24", Ipv4Addr::new(a, b, c, 0))
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn peer_is_the_client_when_no_proxy_is_trusted() {
        check("203.0.113.9", &["198.51.100.1"], &[], "203.0.113.9");
    }

    #[test]
    fn stranger_cannot_claim_another_address() {
        check("203.0.113.9", &["198.51.100.1"], &["10.0.0.0/8"], "203.0.113.9");
    }

    #[test]
    fn trusted_proxy_is_believed() {
        check("10.0.0.1", &["198.51.100.1"], &["10.0.0.0/8"], "198.51.100.1");
    }

    #[test]
    fn only_the_part_that_trusted_proxies_wrote_is_believed() {
        check("10.0.0.1", &["1.1.1.1, 198.51.100.1, 10.0.0.2"], &["10.0.0.0/8"], "198.51.100.1");
        check("10.0.0.1", &["1.1.1.1", "198.51.100.1"], &["10.0.0.0/8"], "198.51.100.1");
    }

    #[test]
    fn rubbish_in_the_header_stops_the_reading() {
        check("10.0.0.1", &["198.51.100.1, unknown"], &["10.0.0.0/8"], "10.0.0.1");
    }

    #[test]
    fn bytes_that_are_no_text_hide_nothing_that_a_trusted_proxy_wrote() {
        check("10.0.0.1", &["\u{ff}, 198.51.100.1"], &["10.0.0.0/8"], "198.51.100.1");
        check("10.0.0.1", &["1.1.1.1", "\u{ff}, 198.51.100.1"], &["10.0.0.0/8"], "198.51.100.1");
    }

    #[test]
    fn ipv4_in_ipv6_is_the_ipv4_address() {
        check("::ffff:203.0.113.9", &[], &[], "203.0.113.9");
    }

    #[test]
    fn network_drops_what_identifies_a_household() {
        assert_eq!(network_of("203.0.113.9".parse().unwrap()), "203.0.113.0/24");
        assert_eq!(network_of("2001:db8:1:2:3::4".parse().unwrap()), "2001:db8:1::/48");
    }

    #[track_caller]
    fn check(peer: &str, forwarded: &[&str], trusted: &[&str], expected: &str) {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        let client = client_of(peer.parse().unwrap(), &headers, &trusted);
        assert_eq!(client, expected.parse::<IpAddr>().unwrap());
    }
}
