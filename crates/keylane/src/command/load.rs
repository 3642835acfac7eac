//! `keylane load`: how many people can sign in, how fast, at what cost.
//!
//! Every sign-in is whole: options, a real signature, an answer after the commit is on the disk.
//! The server is another process, so that its processor time and memory can be told from the
//! client's.

mod cost;
mod person;
mod report;
mod seed;
mod target;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use keylane_authenticator::AuthenticatorConfig;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::cli::JsonFlag;
use crate::failure::Failure;
use crate::output::{self, Format};

use cost::Cost;
use person::{Latencies, Person};
use report::Report;
use target::Target;

/// Sign-ins before anything is counted: connections open, caches fill.
const WARM_UP: Duration = Duration::from_secs(1);

const EXAMPLES: &str = "\
Examples:
  keylane load                                    a server of its own, 64 connections, 10 s
  keylane load --connections 4 --json
  keylane load --url http://localhost:8080 --users 100

Without --url it starts `keylane serve` on a temporary directory with prepared users. With --url
the server must be in development mode, because its mailbox is read; set limits.per_address =
\"off\" there, or you measure the rate limit.";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// A running server (http://) instead of one of its own
    #[arg(long)]
    url: Option<String>,
    /// Connections, each with one sign-in at a time
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    connections: u32,
    /// How long to measure
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
    /// How many people sign in by turns
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=2_000_000))]
    users: u32,
    /// Sign counts that stay zero (synced passkeys) or rise (security keys)
    #[arg(long, default_value = "zero")]
    counter: Counter,
    /// Where sessions go: tokens for applications, or a cookie for Keylane's own pages
    #[arg(long, default_value = "tokens")]
    delivery: Delivery,
    /// Threads of its own server (server.threads)
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024))]
    server_threads: Option<u32>,
    /// Also measure a server that is not on this machine
    #[arg(long)]
    i_own_this_server: bool,
    #[command(flatten)]
    json: JsonFlag,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Counter {
    Zero,
    Rising,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Delivery {
    Tokens,
    Cookie,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let report = runtime.block_on(measure(arguments))?;
    match arguments.json.format() {
        Format::Json => output::json(&report)?,
        Format::Human => output::line(&report.to_string())?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn measure(arguments: &Arguments) -> Result<Report, Failure> {
    let keys = match arguments.counter {
        Counter::Zero => AuthenticatorConfig::default(),
        Counter::Rising => AuthenticatorConfig::security_key(),
    };
    let (target, people) = match &arguments.url {
        Some(url) => {
            Target::running(url, arguments.i_own_this_server, arguments.users, &keys).await?
        }
        None => Target::own(arguments.users, arguments.server_threads, &keys).await?,
    };
    let target = Arc::new(target);
    let idle = target.server_cost()?;

    let warm = Instant::now() + WARM_UP;
    let end = warm + Duration::from_secs(arguments.seconds);
    let mut running = JoinSet::new();
    for share in shares(people, arguments.connections) {
        running.spawn(person::sign_in_by_turns(
            target.clone(),
            share,
            arguments.delivery,
            warm,
            end,
        ));
    }
    let mut latencies = Latencies::new()?;
    tokio::time::sleep_until(warm).await;
    let (server_before, own_before) = (target.server_cost()?, Cost::of_this_process()?);
    tokio::time::sleep_until(end).await;
    let (server_after, own_after) = (target.server_cost()?, Cost::of_this_process()?);
    while let Some(joined) = running.join_next().await {
        latencies
            .add(&joined.map_err(|err| Failure::refused(format!("a client died: {err}.")))??)?;
    }

    let mut report = Report::new(arguments.connections, arguments.seconds, &latencies);
    report.set_costs(
        server_before.zip(server_after),
        (own_before, own_after),
        idle.map(|it| it.resident_bytes),
    );
    report.ready_ms = target.ready_ms;
    if let Some(target) = Arc::into_inner(target) {
        report.set_transactions(target.stop().await?, latencies.all_sign_ins);
    }
    Ok(report)
}

/// The people, dealt out to the connections.
fn shares(people: Vec<Person>, connections: u32) -> Vec<Vec<Person>> {
    let mut shares: Vec<Vec<Person>> = (0..connections).map(|_| Vec::new()).collect();
    let count = shares.len();
    for (index, person) in people.into_iter().enumerate() {
        if let Some(share) = shares.get_mut(index % count) {
            share.push(person);
        }
    }
    shares.retain(|share| !share.is_empty());
    shares
}
