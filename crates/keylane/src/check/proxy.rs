//! Proxies: who is believed about where a request came from.

use crate::config::{Mode, Server};
use crate::finding::Finding;

const CHECK: &str = "proxy";

pub(super) fn examine(server: &Server) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(wide) = server.trusted_proxies.iter().find(|it| it.prefix_len() == 0) {
        findings.push(Finding::fail(
            CHECK,
            format!(
                "server.trusted_proxies contains {wide}, so anybody can claim any address and \
                 escape the rate limits: list only the addresses of your own proxies."
            ),
        ));
    }
    if server.public_url.mode() == Mode::Production && server.trusted_proxies.is_empty() {
        findings.push(Finding::warn(
            CHECK,
            "The public URL is https and Keylane speaks plain HTTP, so there is a proxy in front \
             of it, but server.trusted_proxies is empty and all its visitors are counted as one \
             address: put the proxy's address there, for example [\"127.0.0.1\"].",
        ));
    }
    if let Some(ops) = server.ops_listen
        && !ops.ip().is_loopback()
        && !is_private(ops.ip())
    {
        findings.push(Finding::warn(
            CHECK,
            format!(
                "The ops listener {ops} may be reachable from the internet and shows metrics to \
                 everybody: listen on 127.0.0.1 or an internal address, or see to a firewall."
            ),
        ));
    }
    if findings.is_empty() {
        findings.push(Finding::ok(CHECK, "Proxy and listener settings fit together."));
    }
    findings
}

fn is_private(address: std::net::IpAddr) -> bool {
    match address {
        std::net::IpAddr::V4(address) => address.is_private(),
        std::net::IpAddr::V6(address) => address.is_unique_local(),
    }
}
