//! `keylane credential`: passkeys, for operators.

use std::process::ExitCode;

use keylane_model::{Change, LastPasskey, Passkey, PasskeyId, UserId};
use keylane_store::{CommitError, Store};
use keylane_webauthn::CredentialId;
use serde::Serialize;

use super::user::{Changed, find_user};
use crate::cli::{Common, JsonFlag};
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::wiring::{self, Access};

/// Users read in one go.
const PAGE_MAX: u32 = 500;
/// Code of the audit entry when an operator sets a passkey aside.
const HELD_BY_OPERATOR: &str = "operator_hold";

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List passkeys that are active or held
    List(List),
    /// Show one passkey
    Show(Named),
    /// Set a passkey aside: it signs nobody in until it is released, and its sessions end
    #[command(visible_alias = "lock")]
    Hold(Named),
    /// Let a held passkey sign in again
    #[command(visible_alias = "unlock")]
    Release(Named),
    /// Remove a passkey for good; its sessions end
    Revoke(Revoke),
}

#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// Only this account's (address or id)
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// At most this many
    #[arg(long, default_value_t = 100)]
    limit: usize,
    #[command(flatten)]
    json: JsonFlag,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Named {
    /// Id of the passkey, as `list` shows it, or the credential id that the authenticator gave it
    passkey: String,
    /// The account (address or id); finds the passkey faster when there are very many accounts
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    #[command(flatten)]
    json: JsonFlag,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Revoke {
    #[command(flatten)]
    named: Named,
    /// Also when it is the account's last passkey
    #[arg(long)]
    yes: bool,
}

impl Command {
    fn access(&self) -> Access {
        match self {
            Self::List(_) | Self::Show(_) => Access::Read,
            Self::Hold(_) | Self::Release(_) | Self::Revoke(_) => Access::Write,
        }
    }
}

pub(crate) fn run(common: &Common, command: &Command) -> Result<ExitCode, Failure> {
    let config = common.load()?;
    wiring::block_on(async {
        let store = wiring::open_existing_store(&config, command.access()).await?;
        match command {
            Command::List(list) => print_list(&store, list).await?,
            Command::Show(named) => show(&store, named).await?,
            Command::Hold(named) => {
                let change = |passkey: &Passkey| Change::HoldPasskey {
                    passkey: passkey.id,
                    user: passkey.user,
                    code: HELD_BY_OPERATOR,
                    ceremony: None,
                };
                change_passkey(&store, named, change, "is held, and its sessions have ended.")
                    .await?;
            }
            Command::Release(named) => {
                let change = |passkey: &Passkey| Change::ReleasePasskey {
                    passkey: passkey.id,
                    user: passkey.user,
                };
                change_passkey(&store, named, change, "signs in again.").await?;
            }
            Command::Revoke(revoke) => {
                let last = if revoke.yes { LastPasskey::Remove } else { LastPasskey::Keep };
                let change = |passkey: &Passkey| Change::RevokePasskey {
                    passkey: passkey.id,
                    user: passkey.user,
                    last,
                    mail: None,
                };
                let done = "is removed for good, and its sessions have ended.";
                change_passkey(&store, &revoke.named, change, done).await?;
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

async fn print_list(store: &dyn Store, list: &List) -> Result<(), Failure> {
    let mut passkeys = match &list.user {
        Some(named) => store.list_passkeys(find_user(store, named).await?.id).await?,
        None => {
            let mut all = Vec::new();
            walk(store, |passkey| {
                all.push(passkey);
                all.len() >= list.limit
            })
            .await?;
            all
        }
    };
    passkeys.truncate(list.limit);
    let shown: Vec<_> = passkeys.iter().map(ShownPasskey::from).collect();
    match list.json.format() {
        Format::Json => output::json(&shown),
        Format::Human => print_passkeys(&shown),
    }
}

async fn show(store: &dyn Store, named: &Named) -> Result<(), Failure> {
    let passkey = ShownPasskey::from(&find_passkey(store, named).await?);
    match named.json.format() {
        Format::Json => output::json(&passkey),
        Format::Human => {
            let value = serde_json::to_value(&passkey).unwrap_or_default();
            let rows: Vec<Vec<String>> = value
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, value)| {
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    vec![name.clone(), output::clean(&text)]
                })
                .collect();
            output::table(&["FIELD", "VALUE"], &rows)
        }
    }
}

async fn change_passkey(
    store: &dyn Store,
    named: &Named,
    change: impl FnOnce(&Passkey) -> Change,
    done: &str,
) -> Result<(), Failure> {
    let passkey = find_passkey(store, named).await?;
    let committed =
        wiring::commit_as_operator(store, change(&passkey)).await.map_err(|err| match err {
            CommitError::LastPasskey => Failure::refused(
                "it is the account's last passkey, and without it the person can only come back \
                 through a code: add --yes to remove it all the same.",
            ),
            CommitError::PasskeyGone => Failure::refused(format!(
                "the passkey is {} and this cannot be done to it.",
                passkey.state.name()
            )),
            other => other.into(),
        })?;
    match named.json.format() {
        Format::Json => output::json(&Changed::from(committed)),
        Format::Human => {
            let name = output::clean(passkey.nickname.as_str());
            output::line(&format!("The passkey \"{name}\" ({}) {done}", passkey.id))
        }
    }
}

/// The passkey that an operator named by either of its ids.
async fn find_passkey(store: &dyn Store, named: &Named) -> Result<Passkey, Failure> {
    let found = match named.passkey.parse::<PasskeyId>() {
        Ok(id) => find_by_id(store, id, named.user.as_deref()).await?,
        Err(_) => match named.passkey.parse::<CredentialId>() {
            Ok(id) => store.find_passkey(&id).await?.map(|it| it.passkey.clone()),
            Err(_) => None,
        },
    };
    found.ok_or_else(|| {
        Failure::refused(format!(
            "there is no passkey {}; `keylane credential list --user …` shows an account's.",
            named.passkey
        ))
    })
}

async fn find_by_id(
    store: &dyn Store,
    id: PasskeyId,
    user: Option<&str>,
) -> Result<Option<Passkey>, Failure> {
    if let Some(named) = user {
        let user = find_user(store, named).await?;
        return Ok(store.list_passkeys(user.id).await?.into_iter().find(|it| it.id == id));
    }
    let mut found = None;
    walk(store, |passkey| {
        let hit = passkey.id == id;
        if hit {
            found = Some(passkey);
        }
        hit
    })
    .await?;
    Ok(found)
}

/// Shows every passkey to `visit`, until it says that it has seen enough.
async fn walk(store: &dyn Store, mut visit: impl FnMut(Passkey) -> bool) -> Result<(), Failure> {
    let mut after: Option<UserId> = None;
    loop {
        let page = store.list_users(after, PAGE_MAX).await?;
        for summary in page.users.iter().filter(|it| it.passkeys > 0) {
            for passkey in store.list_passkeys(summary.user.id).await? {
                if visit(passkey) {
                    return Ok(());
                }
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(());
        }
    }
}

/// A passkey in lists and JSON.
#[derive(Serialize)]
pub(super) struct ShownPasskey {
    id: String,
    user: String,
    nickname: String,
    provider: Option<&'static str>,
    state: &'static str,
    synced: bool,
    backed_up: bool,
    sign_count: u32,
    aaguid: String,
    /// Whether an attestation proves the model, or only the authenticator says so.
    model_proof: &'static str,
    /// What metadata says of the model.
    model_standing: &'static str,
    rp_id: String,
    credential_id: String,
    created_at: String,
    last_used_at: Option<String>,
}

impl From<&Passkey> for ShownPasskey {
    fn from(passkey: &Passkey) -> Self {
        Self {
            id: passkey.id.to_string(),
            user: passkey.user.to_string(),
            nickname: passkey.nickname.to_string(),
            provider: keylane_service::provider_name(passkey.aaguid),
            state: passkey.state.name(),
            synced: passkey.record.backup_eligible,
            backed_up: passkey.record.backed_up,
            sign_count: passkey.record.sign_count,
            aaguid: passkey.aaguid.to_string(),
            model_proof: passkey.model_proof.name(),
            model_standing: passkey.model_standing.name(),
            rp_id: passkey.record.rp_id.as_str().to_owned(),
            credential_id: passkey.record.id.to_string(),
            created_at: output::time(passkey.created_at),
            last_used_at: passkey.last_used_at.map(output::time),
        }
    }
}

/// Prints passkeys as a table.
pub(super) fn print_passkeys(passkeys: &[ShownPasskey]) -> Result<(), Failure> {
    let row = |it: &ShownPasskey| {
        vec![
            it.id.clone(),
            it.user.clone(),
            output::clean(&it.nickname),
            it.state.to_owned(),
            if it.synced { "synced" } else { "device" }.to_owned(),
            it.created_at.clone(),
            it.last_used_at.clone().unwrap_or_else(|| "never".to_owned()),
        ]
    };
    let rows: Vec<_> = passkeys.iter().map(row).collect();
    output::table(&["PASSKEY", "USER", "NAME", "STATE", "KIND", "CREATED", "LAST USED"], &rows)
}
