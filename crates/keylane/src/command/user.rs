//! `keylane user`: accounts, for operators.

use std::process::ExitCode;

use keylane_model::{Change, Clock, EmailAddress, SystemClock, User, UserId};
use keylane_store::{Store, UserSummary};
use serde::Serialize;

use super::credential::{ShownPasskey, print_passkeys};
use crate::cli::{Common, JsonFlag};
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::wiring::{self, Access};

/// Users read in one go.
const PAGE_MAX: u32 = 500;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List accounts in order of creation
    List(List),
    /// Show an account with its passkeys and sessions
    Show(Named),
    /// Lock an account: its sessions end, and nobody signs in to it
    Lock(Named),
    /// Unlock an account
    Unlock(Named),
}

#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// At most this many
    #[arg(long, default_value_t = 100)]
    limit: u32,
    /// Only accounts made after the one with this id
    #[arg(long, value_name = "ID")]
    after: Option<UserId>,
    #[command(flatten)]
    json: JsonFlag,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Named {
    /// Address or id of the account
    user: String,
    #[command(flatten)]
    json: JsonFlag,
}

impl Command {
    fn access(&self) -> Access {
        match self {
            Self::List(_) | Self::Show(_) => Access::Read,
            Self::Lock(_) | Self::Unlock(_) => Access::Write,
        }
    }
}

pub(crate) fn run(common: &Common, command: &Command) -> Result<ExitCode, Failure> {
    let config = common.load()?;
    wiring::block_on(async {
        let store = wiring::open_existing_store(&config, command.access()).await?;
        match command {
            Command::List(list) => print_users(&store, list).await?,
            Command::Show(named) => show(&store, named).await?,
            Command::Lock(named) => {
                let change = |user: &User| Change::LockUser { user: user.id };
                let done = "is locked, and its sessions have ended.";
                change_user(&store, named, change, done).await?;
            }
            Command::Unlock(named) => {
                let change = |user: &User| Change::UnlockUser { user: user.id };
                change_user(&store, named, change, "is unlocked.").await?;
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// The account that an operator named by address or id.
pub(super) async fn find_user(store: &dyn Store, named: &str) -> Result<User, Failure> {
    let found = if let Ok(id) = named.parse::<UserId>() {
        store.find_user(id).await?
    } else if let Ok(email) = named.parse::<EmailAddress>() {
        store.find_user_by_email(&email).await?
    } else {
        return Err(Failure::refused(format!("\"{named}\" is neither a mail address nor an id.")));
    };
    found.ok_or_else(|| {
        Failure::refused(format!("there is no account {named}; `keylane user list` shows all."))
    })
}

async fn print_users(store: &dyn Store, list: &List) -> Result<(), Failure> {
    let (mut after, mut left) = (list.after, list.limit);
    let mut users = Vec::new();
    while left > 0 {
        let page = store.list_users(after, left.min(PAGE_MAX)).await?;
        left = left.saturating_sub(u32::try_from(page.users.len()).unwrap_or(u32::MAX));
        users.extend(page.users.iter().map(ShownUser::from));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    match list.json.format() {
        Format::Json => output::json(&users),
        Format::Human => {
            let rows: Vec<_> = users.iter().map(ShownUser::row).collect();
            output::table(&["ID", "HANDLE", "STATUS", "ROLE", "PASSKEYS", "CREATED"], &rows)
        }
    }
}

#[derive(Serialize)]
struct ShownUser {
    id: String,
    handle: String,
    status: &'static str,
    role: &'static str,
    passkeys: u32,
    created_at: String,
    created_at_ms: u64,
}

impl From<&UserSummary> for ShownUser {
    fn from(summary: &UserSummary) -> Self {
        Self::new(&summary.user, summary.passkeys)
    }
}

impl ShownUser {
    fn new(user: &User, passkeys: u32) -> Self {
        Self {
            id: user.id.to_string(),
            handle: user.email.to_string(),
            status: user.status.name(),
            role: user.role.name(),
            passkeys,
            created_at: output::time(user.created_at),
            created_at_ms: user.created_at.0,
        }
    }

    fn row(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            output::clean(&self.handle),
            self.status.to_owned(),
            self.role.to_owned(),
            self.passkeys.to_string(),
            self.created_at.clone(),
        ]
    }
}

#[derive(Serialize)]
struct ShownAccount {
    user: ShownUser,
    passkeys: Vec<ShownPasskey>,
    sessions: Vec<ShownSession>,
}

#[derive(Serialize)]
struct ShownSession {
    id: String,
    assurance: &'static str,
    device: String,
    passkey: Option<String>,
    authenticated_at: String,
    expires_at: String,
}

async fn show(store: &dyn Store, named: &Named) -> Result<(), Failure> {
    let user = find_user(store, &named.user).await?;
    let passkeys = store.list_passkeys(user.id).await?;
    let sessions = store.list_sessions(user.id, SystemClock.now()).await?;
    let account = ShownAccount {
        user: ShownUser::new(&user, u32::try_from(passkeys.len()).unwrap_or(u32::MAX)),
        passkeys: passkeys.iter().map(ShownPasskey::from).collect(),
        sessions: sessions
            .iter()
            .map(|session| ShownSession {
                id: session.id.to_string(),
                assurance: session.assurance.name(),
                device: session.device.clone(),
                passkey: session.passkey.map(|it| it.to_string()),
                authenticated_at: output::time(session.authenticated_at),
                expires_at: output::time(session.expires_at),
            })
            .collect(),
    };
    match named.json.format() {
        Format::Json => output::json(&account),
        Format::Human => print_account(&account),
    }
}

fn print_account(account: &ShownAccount) -> Result<(), Failure> {
    let user = &account.user;
    output::line(&format!("{}  {}", user.id, output::clean(&user.handle)))?;
    output::line(&format!("{}, {}, since {}", user.status, user.role, user.created_at))?;
    output::line("")?;
    print_passkeys(&account.passkeys)?;
    output::line("")?;
    let row = |it: &ShownSession| {
        vec![
            it.id.clone(),
            it.assurance.to_owned(),
            output::clean(&it.device),
            it.authenticated_at.clone(),
            it.expires_at.clone(),
        ]
    };
    let rows: Vec<_> = account.sessions.iter().map(row).collect();
    output::table(&["SESSION", "OPENED BY", "DEVICE", "SINCE", "UNTIL"], &rows)
}

async fn change_user(
    store: &dyn Store,
    named: &Named,
    change: impl FnOnce(&User) -> Change,
    done: &str,
) -> Result<(), Failure> {
    let user = find_user(store, &named.user).await?;
    let committed = wiring::commit_as_operator(store, change(&user)).await?;
    match named.json.format() {
        Format::Json => output::json(&Changed::from(committed)),
        Format::Human => output::line(&format!("{} {done}", output::clean(user.email.as_str()))),
    }
}

/// What a command of an operator did.
#[derive(Serialize)]
pub(super) struct Changed {
    audit: u64,
    sessions_ended: u32,
}

impl From<keylane_model::Committed> for Changed {
    fn from(committed: keylane_model::Committed) -> Self {
        Self { audit: committed.audit, sessions_ended: committed.sessions_ended }
    }
}
