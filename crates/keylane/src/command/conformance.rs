//! `keylane conformance`: the verifier, for outside test suites.

mod roots;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use keylane_http::{ConformanceConfig, ConformanceSite, ConnectionLimits, serve};
use keylane_webauthn::{Origin, RpId};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::serve::listen_for_signals;
use crate::failure::Failure;
use crate::output;
use crate::wiring;

/// How long running requests may take to end. Each is answered in far less.
const DRAIN_MS: u64 = 2_000;

/// Longest headers, and most, that come as far as the site, which refuses far fewer with a body
/// that says so.
const HEADER_BYTES_MAX: usize = 512 * 1024;
const HEADERS_MAX: usize = 4_096;

const EXAMPLES: &str = "\
Examples:
  keylane conformance --listen 127.0.0.1:8090 --roots roots
  keylane conformance --listen 127.0.0.1:0 --roots roots --challenge-ttl 2
  keylane conformance --rp-id example.org --origin https://login.example.org

It answers the REST API of the FIDO Alliance's conformance tools for servers: POST to
/attestation/options, /attestation/result, /assertion/options and /assertion/result. It verifies
with the strictest policies, keeps everything in memory, has no rate limits and lets everybody in
who can reach it. It is for test tools, not for people.

DIR may hold *.pem (trust anchors for every format), *.crl and *.crl.pem (revocation lists),
metadata/*.json (metadata statements), and blob.jwt (a FIDO MDS BLOB) with mds-root.pem (what it
chains to; without it, the roots of the real service).

SIGTERM or Ctrl-C stops it. Exit code 2: it could not start, and the last line says why.";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Address and port to listen on; port 0 for any that is free
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8090")]
    listen: String,
    /// Directory of trust anchors and metadata [default: nobody is trusted]
    #[arg(long, value_name = "DIR")]
    roots: Option<PathBuf>,
    /// Seconds in which a challenge may be answered
    #[arg(long, value_name = "S", default_value_t = 300,
        value_parser = clap::value_parser!(u64).range(1..=86_400))]
    challenge_ttl: u64,
    /// RP ID of every ceremony
    #[arg(long, value_name = "ID", default_value = "localhost")]
    rp_id: String,
    /// Origin of every ceremony [default: http://localhost with the port that it listens on]
    #[arg(long, value_name = "ORIGIN")]
    origin: Option<String>,
}

pub(crate) fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(answer(arguments))
}

async fn answer(arguments: Arguments) -> Result<ExitCode, Failure> {
    let (clock, entropy) = wiring::outside_world();
    let trust = match &arguments.roots {
        Some(folder) => roots::read(folder, clock.now())?,
        None => roots::Roots::default(),
    };
    for sentence in trust.complaints {
        eprintln!("keylane: {sentence}");
    }
    let listen = &arguments.listen;
    let cannot_listen =
        |err| Failure::cannot_start(format!("Keylane cannot listen on {listen}: {err}."));
    let listener = TcpListener::bind(listen).await.map_err(cannot_listen)?;
    let address = listener.local_addr().map_err(cannot_listen)?;
    let origin = arguments.origin.unwrap_or_else(|| match address.port() {
        // Browsers do not name the default port.
        80 => "http://localhost".to_owned(),
        port => format!("http://localhost:{port}"),
    });
    let config = config(&arguments.rp_id, &origin, arguments.challenge_ttl)?;

    let stop = CancellationToken::new();
    let signals = listen_for_signals(stop.clone())?;
    output::line(&format!("listening on http://{address}"))?;
    let site = Arc::new(ConformanceSite::new(config, trust.trust, clock, entropy));
    let limits = ConnectionLimits {
        drain_ms: DRAIN_MS,
        header_bytes_max: HEADER_BYTES_MAX,
        headers_max: Some(HEADERS_MAX),
        ..ConnectionLimits::default()
    };
    serve(listener, site, limits, stop).await;
    signals.abort();
    Ok(ExitCode::SUCCESS)
}

/// Checks what every ceremony will be held to.
fn config(rp_id: &str, origin: &str, challenge_ttl_s: u64) -> Result<ConformanceConfig, Failure> {
    let refused = |flag: &str, value: &str, err: &dyn std::fmt::Display| {
        Failure::cannot_start(format!("{flag} {value} cannot be used: {err}."))
    };
    let rp_id: RpId = rp_id.parse().map_err(|err| refused("--rp-id", rp_id, &err))?;
    let origin: Origin = origin.parse().map_err(|err| refused("--origin", origin, &err))?;
    if !rp_id.covers(&origin) {
        return Err(Failure::cannot_start(format!(
            "a page of {origin} cannot ask for the RP ID {rp_id}; set --rp-id to the host of \
             --origin or a domain above it."
        )));
    }
    Ok(ConformanceConfig { rp_id, origin, challenge_lifetime_ms: challenge_ttl_s * 1_000 })
}
