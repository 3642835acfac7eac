//! `keylane metadata affected`.

use keylane_model::{Clock as _, SystemClock};
use keylane_service::{AffectedPasskey, VerifiedMetadata, list_affected};
use serde::Serialize;

use super::load;
use crate::cli::JsonFlag;
use crate::config::Config;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::wiring::{self, Access};

pub(super) const HELP: &str = "\
It compares the passkeys with the stored metadata and changes nothing; a running server does what
metadata.on_revoked_model says. PROOF says who vouches for the model: an attestation, or nobody but
the authenticator itself, and then nothing comes of it.";

/// Passkeys looked at in one go.
const PAGE_MAX: u32 = 500;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// At most this many
    #[arg(long, default_value_t = 1000)]
    limit: usize,
    #[command(flatten)]
    json: JsonFlag,
}

#[derive(Serialize)]
struct ShownPasskey {
    passkey: String,
    user: String,
    aaguid: String,
    description: Option<String>,
    /// What the stored metadata makes of the model.
    standing: &'static str,
    /// What the server has recorded.
    recorded_standing: &'static str,
    proof: &'static str,
    state: &'static str,
}

impl ShownPasskey {
    fn new(affected: &AffectedPasskey, metadata: &VerifiedMetadata) -> Self {
        let model = &affected.model;
        let entry = metadata.entry_of(model.aaguid, model.proof);
        Self {
            passkey: model.passkey.to_string(),
            user: model.user.to_string(),
            aaguid: model.aaguid.to_string(),
            description: entry.and_then(|it| it.description()).map(str::to_owned),
            standing: affected.standing.name(),
            recorded_standing: model.standing.name(),
            proof: model.proof.name(),
            state: model.state.name(),
        }
    }

    fn row(&self) -> Vec<String> {
        vec![
            self.passkey.clone(),
            self.user.clone(),
            output::clean(self.description.as_deref().unwrap_or(&self.aaguid)),
            self.standing.to_owned(),
            self.proof.to_owned(),
            self.state.to_owned(),
        ]
    }
}

pub(super) async fn run(config: &Config, arguments: &Arguments) -> Result<(), Failure> {
    let store = wiring::open_existing_store(config, Access::Read).await?;
    let metadata = load(config, &store).await?;
    let (mut shown, mut after) = (Vec::new(), None);
    loop {
        let page = list_affected(&store, &metadata, SystemClock.now(), after, PAGE_MAX).await?;
        shown.extend(page.passkeys.iter().map(|it| ShownPasskey::new(it, &metadata)));
        after = page.next;
        if after.is_none() || shown.len() >= arguments.limit {
            break;
        }
    }
    shown.truncate(arguments.limit);
    match arguments.json.format() {
        Format::Json => output::json(&shown),
        Format::Human if shown.is_empty() => {
            output::line("No passkey is of a model that is revoked or compromised.")
        }
        Format::Human => {
            let rows: Vec<_> = shown.iter().map(ShownPasskey::row).collect();
            output::table(&["PASSKEY", "USER", "MODEL", "STANDING", "PROOF", "STATE"], &rows)
        }
    }
}
