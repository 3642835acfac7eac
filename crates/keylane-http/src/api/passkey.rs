//! A passkey, as answers carry it.

use keylane_model::{Passkey, PasskeyId};
use keylane_service::{Current, Metadata};
use serde::Serialize;
use utoipa::ToSchema;

/// A passkey and what helps its owner to recognise it.
#[derive(Serialize, ToSchema)]
#[schema(as = Passkey)]
pub(crate) struct PasskeyBody {
    /// A UUID.
    id: String,
    /// The person's name for it.
    #[schema(max_length = 64)]
    nickname: String,
    /// Who keeps it, when that is known.
    #[schema(example = "Google Password Manager")]
    provider: Option<String>,
    /// The authenticator's model.
    aaguid: String,
    /// In milliseconds since the epoch.
    created_at_ms: u64,
    /// In milliseconds since the epoch; null when it never signed in.
    last_used_at_ms: Option<u64>,
    /// Whether its provider can copy it to other devices (backup eligible).
    synced: bool,
    /// Whether there is a copy now.
    backed_up: bool,
    /// How browsers may reach it.
    transports: Vec<String>,
    /// Browser and system it was made in.
    #[schema(example = "Chrome on Linux")]
    created_in: Option<String>,
    /// Whether it opened the session that asks.
    current: bool,
}

impl PasskeyBody {
    /// `current` is the passkey that opened the session that asks.
    pub(crate) fn of(passkey: &Passkey, current: Option<PasskeyId>, metadata: &Metadata) -> Self {
        Self {
            id: passkey.id.to_string(),
            nickname: passkey.nickname.to_string(),
            provider: metadata.name(passkey.aaguid),
            aaguid: passkey.aaguid.to_string(),
            created_at_ms: passkey.created_at.0,
            last_used_at_ms: passkey.last_used_at.map(|at| at.0),
            synced: passkey.record.backup_eligible,
            backed_up: passkey.record.backed_up,
            transports: passkey.transports.iter().map(|it| it.as_str().to_owned()).collect(),
            created_in: passkey.created_in.clone(),
            current: current == Some(passkey.id),
        }
    }

    /// As the owner sees it in the session that asks.
    pub(crate) fn seen_by(passkey: &Passkey, current: &Current, metadata: &Metadata) -> Self {
        Self::of(passkey, current.session().passkey, metadata)
    }
}
