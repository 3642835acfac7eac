//! `keylane serve`.

use std::process::ExitCode;

use keylane_http::Drained;
use secrecy::ExposeSecret;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::cli::Common;
use crate::config::{self, Config, LogFormat, Mode, Value};
use crate::failure::Failure;
use crate::finding::Finding;
use crate::output;
use crate::server::{Ended, Server};
use crate::telemetry;

/// Exit code when a second signal asked for an end at once.
const EXIT_AT_ONCE: i32 = 130;

const EXAMPLES: &str = "\
Examples:
  keylane serve
  keylane serve --listen 127.0.0.1:9000 --data /var/lib/keylane
  KEYLANE_SERVER__PUBLIC_URL=https://login.example.org keylane serve --config /etc/keylane.toml

SIGTERM or Ctrl-C lets running requests finish (10 s at most); a second one ends it at once.
Exit code 2: it could not start, and the last line says why.";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Address and port to listen on (server.listen)
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Address that people type (server.public_url)
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Address and port of /livez, /readyz and /metrics, or "off" (server.ops_listen)
    #[arg(long, value_name = "ADDRESS:PORT")]
    ops_listen: Option<String>,
    /// Log format (log.format)
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<LogFormat>,
}

pub(crate) fn run(common: &Common, arguments: Arguments) -> Result<ExitCode, Failure> {
    let sources = common
        .sources()?
        .with_flag(&config::LISTEN, "--listen", arguments.listen)
        .with_flag(&config::PUBLIC_URL, "--public-url", arguments.public_url)
        .with_flag(&config::OPS_LISTEN, "--ops-listen", arguments.ops_listen)
        .with_flag(&config::LOG_FORMAT, "--log-format", arguments.log_format.map(|it| it.show()));
    let config = Config::load(&sources)?;
    telemetry::start(&config.log);
    runtime(config.server.threads)?.block_on(serve(config))
}

fn runtime(threads: Option<u32>) -> Result<Runtime, Failure> {
    let runtime = match threads {
        Some(1) => tokio::runtime::Builder::new_current_thread().enable_all().build(),
        Some(threads) => tokio::runtime::Builder::new_multi_thread()
            .worker_threads(crate::wiring::size(threads))
            .enable_all()
            .build(),
        None => tokio::runtime::Builder::new_multi_thread().enable_all().build(),
    };
    runtime.map_err(|err| Failure::cannot_start(format!("no threads can be started ({err}).")))
}

async fn serve(config: Config) -> Result<ExitCode, Failure> {
    let server = Server::prepare(config).await?;
    let stop = CancellationToken::new();
    let signals = listen_for_signals(stop.clone())?;
    for finding in server.findings() {
        warn(finding);
    }
    welcome(&server).await?;
    let Ended { drained, transactions } = server.run(stop).await;
    signals.abort();
    match drained {
        Drained::Completely => {
            tracing::info!(transactions, "stopped; every request had its answer");
        }
        Drained::Cut(connections) => {
            tracing::warn!(transactions, connections, "stopped; connections were cut");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn warn(finding: &Finding) {
    tracing::warn!(check = finding.check, "{}", finding.sentence);
}

/// The first SIGTERM or SIGINT asks for an orderly end, the second ends the process.
#[expect(clippy::disallowed_methods, reason = "it outlives everything that is tracked")]
pub(super) fn listen_for_signals(
    stop: CancellationToken,
) -> Result<tokio::task::JoinHandle<()>, Failure> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if stop.is_cancelled() {
                std::process::exit(EXIT_AT_ONCE);
            }
            tracing::info!("stopping; a second signal ends at once");
            stop.cancel();
        }
    }))
}

/// What a newcomer needs to know.
async fn welcome(server: &Server) -> Result<(), Failure> {
    let config = server.config();
    let url = config.server.public_url.as_str();
    let data = std::path::absolute(&config.store.path).unwrap_or(config.store.path.clone());
    let mode = match config.mode() {
        Mode::Development => " (development mode)",
        Mode::Production => "",
    };
    let mails = match (&config.mail.smtp_url, config.mode()) {
        (Some(_), _) => "by the mail server that is set".to_owned(),
        (None, Mode::Development) => format!("here and to {url}/dev/mailbox"),
        (None, Mode::Production) => "nowhere: set mail.smtp_url, they wait until then".to_owned(),
    };
    output::line(&format!("\n  Keylane {}{mode}\n", env!("CARGO_PKG_VERSION")))?;
    output::line(&format!("  Open       {url}"))?;
    if *url != format!("http://localhost:{}", config.server.listen.port()) {
        output::line(&format!("  Listening  on {}", config.server.listen))?;
    }
    output::line(&format!("  Data       {}", data.display()))?;
    output::line(&format!("  Mails      {mails}"))?;
    if let Some(ops) = config.server.ops_listen {
        output::line(&format!("  Operators  http://{ops}/readyz and /metrics"))?;
    }
    let token = server.service().first_administrator_token().await;
    let token =
        token.map_err(|err| Failure::cannot_start(format!("{err}; run `keylane doctor`.")))?;
    if let Some(token) = token {
        output::line(
            "\n  There is no administrator yet. Whoever opens this link becomes the first:",
        )?;
        output::line(&format!("  {url}/first-administrator#{}", token.expose_secret()))?;
    }
    output::line("\n  Ready. Ctrl-C stops it.\n")
}
