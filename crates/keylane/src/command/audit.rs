//! `keylane audit`: what has happened, and what happens.

use std::process::ExitCode;
use std::time::Duration;

use keylane_model::{Actor, AuditAction, AuditEntry, AuditQuery};
use keylane_store::Store;
use serde::Serialize;

use super::user::find_user;
use crate::cli::{Common, JsonFlag};
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::wiring::{self, Access};

/// How often a follower looks for more.
const FOLLOW_EVERY: Duration = Duration::from_millis(200);
/// Entries read in one go.
const PAGE_MAX: u32 = 500;

const EXAMPLES: &str = "\
Examples:
  keylane audit --follow
  keylane audit --user ada@example.org --action sign-in --limit 10
  keylane audit --action ceremony-refuse --json";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Go on printing entries as they are written
    #[arg(long, short)]
    follow: bool,
    /// Only this account's entries (address or id)
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// Only this action's entries
    #[arg(long, value_parser = action)]
    action: Option<AuditAction>,
    /// At most this many entries, the newest
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    limit: u32,
    #[command(flatten)]
    json: JsonFlag,
}

pub(crate) fn run(common: &Common, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let config = common.load()?;
    wiring::block_on(async {
        let store = wiring::open_existing_store(&config, Access::Read).await?;
        print(&store, arguments).await?;
        Ok(ExitCode::SUCCESS)
    })
}

async fn print(store: &dyn Store, arguments: &Arguments) -> Result<(), Failure> {
    let user = match &arguments.user {
        Some(named) => Some(find_user(store, named).await?.id),
        None => None,
    };
    // Where following starts is read first, or an entry written meanwhile could be missed.
    let newest = AuditQuery { limit: 1, newest: true, ..AuditQuery::default() };
    let end = store.list_audit(&newest).await?.last().map_or(0, |it| it.sequence);

    let mut query = AuditQuery {
        after: 0,
        user,
        action: arguments.action,
        limit: arguments.limit,
        newest: true,
    };
    let format = arguments.json.format();
    let shown = if arguments.limit == 0 { Vec::new() } else { store.list_audit(&query).await? };
    for entry in &shown {
        print_entry(entry, format)?;
    }
    if !arguments.follow {
        return Ok(());
    }
    query.after = shown.last().map_or(end, |it| it.sequence.max(end));
    (query.limit, query.newest) = (PAGE_MAX, false);
    loop {
        let entries = store.list_audit(&query).await?;
        for entry in &entries {
            print_entry(entry, format)?;
        }
        match entries.last() {
            Some(last) => query.after = last.sequence,
            None => tokio::time::sleep(FOLLOW_EVERY).await,
        }
    }
}

fn print_entry(entry: &AuditEntry, format: Format) -> Result<(), Failure> {
    match format {
        Format::Human => output::line(&human_line(entry)),
        Format::Json => output::json(&JsonEntry::from(entry)),
    }
}

/// `2026-11-23T10:00:00Z passkey-revoke done user=… passkey=… by=operator code=…`
fn human_line(entry: &AuditEntry) -> String {
    let mut line =
        format!("{} {} {}", output::time(entry.at), entry.action.name(), entry.outcome.name());
    let by = match entry.actor {
        // The person whose account it is needs no second mention.
        Actor::User(id) if entry.user == Some(id) => "themselves".to_owned(),
        Actor::User(id) => id.to_string(),
        other => other.kind().to_owned(),
    };
    let fields = [
        ("user", entry.user.map(|it| it.to_string())),
        ("passkey", entry.passkey.map(|it| it.to_string())),
        ("session", entry.session.map(|it| it.to_string())),
        ("by", Some(by)),
        ("code", entry.code.clone()),
        ("network", entry.request.network.clone()),
        ("device", entry.request.device.as_ref().map(|it| format!("\"{it}\""))),
        ("request", entry.request.request_id.clone()),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            line += &format!(" {name}={}", output::clean(&value));
        }
    }
    line
}

#[derive(Serialize)]
struct JsonEntry<'a> {
    sequence: u64,
    at_ms: u64,
    at: String,
    action: &'static str,
    outcome: &'static str,
    code: Option<&'a str>,
    actor: &'static str,
    actor_user: Option<String>,
    user: Option<String>,
    passkey: Option<String>,
    session: Option<String>,
    network: Option<&'a str>,
    device: Option<&'a str>,
    request_id: Option<&'a str>,
}

impl<'a> From<&'a AuditEntry> for JsonEntry<'a> {
    fn from(entry: &'a AuditEntry) -> Self {
        let actor_user = match entry.actor {
            Actor::User(id) => Some(id.to_string()),
            Actor::Anonymous | Actor::Operator | Actor::System => None,
        };
        Self {
            sequence: entry.sequence,
            at_ms: entry.at.0,
            at: output::time(entry.at),
            action: entry.action.name(),
            outcome: entry.outcome.name(),
            code: entry.code.as_deref(),
            actor: entry.actor.kind(),
            actor_user,
            user: entry.user.map(|it| it.to_string()),
            passkey: entry.passkey.map(|it| it.to_string()),
            session: entry.session.map(|it| it.to_string()),
            network: entry.request.network.as_deref(),
            device: entry.request.device.as_deref(),
            request_id: entry.request.request_id.as_deref(),
        }
    }
}

fn action(text: &str) -> Result<AuditAction, String> {
    AuditAction::from_name(text).ok_or_else(|| {
        let names: Vec<_> = AuditAction::ALL.iter().map(|it| it.name()).collect();
        format!("the actions are {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use keylane_model::{Outcome, PasskeyId, RequestContext, UnixMillis, UserId};

    use super::*;

    #[test]
    fn line_names_what_was_done_to_whom_by_whom() {
        let entry = entry();
        assert_eq!(
            human_line(&entry),
            "2026-11-23T10:00:00Z passkey-revoke done \
             user=01010101-0101-0101-0101-010101010101 \
             passkey=02020202-0202-0202-0202-020202020202 by=operator code=operator_asked"
        );
    }

    #[test]
    fn line_stays_one_line_whatever_a_client_calls_itself() {
        let mut entry = entry();
        entry.request.device = Some("a\n2026 b".into());
        assert_eq!(human_line(&entry).lines().count(), 1);
    }

    fn entry() -> AuditEntry {
        AuditEntry {
            sequence: 1,
            at: UnixMillis(1_795_428_000_000),
            action: AuditAction::PasskeyRevoked,
            outcome: Outcome::Done,
            code: Some("operator_asked".into()),
            actor: Actor::Operator,
            user: Some(UserId::from_bytes([1; 16])),
            passkey: Some(PasskeyId::from_bytes([2; 16])),
            session: None,
            request: RequestContext::default(),
        }
    }
}
