//! The metadata of authenticators as the server keeps it, and what it makes of passkeys.

use std::fmt;
use std::sync::Arc;

use keylane_webauthn::{Aaguid, UnixMillis};

use crate::credential::PasskeyState;
use crate::id::{PasskeyId, UserId};

/// What is known of a stored metadata BLOB without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataHead {
    /// Its number (`no`). A smaller one never takes its place.
    pub number: u64,
    /// The day on which there should be a newer one, at its first instant.
    pub next_update: UnixMillis,
    /// When it was fetched, and verified for the first time. It is verified again for this moment.
    pub fetched_at: UnixMillis,
    /// Where it came from: a URL, or the path of a file.
    pub source: String,
    /// The server's `ETag`, for asking whether there is a newer one.
    pub etag: Option<String>,
    /// The server's `Last-Modified`, for the same.
    pub last_modified: Option<String>,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
}

/// A metadata BLOB that has been verified, as it was fetched.
#[derive(Clone, PartialEq, Eq)]
pub struct MetadataSnapshot {
    /// What is known of it without reading it.
    pub head: MetadataHead,
    /// The JWS.
    pub blob: Arc<[u8]>,
}

impl fmt::Debug for MetadataSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetadataSnapshot")
            .field("head", &self.head)
            .field("blob_bytes", &self.blob.len())
            .finish()
    }
}

/// Whether the model of a passkey's authenticator is more than its own word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ModelProof {
    /// The authenticator says so of itself.
    #[default]
    Claimed,
    /// An attestation that led to a trust anchor says so.
    Attested {
        /// SHA-1 of the key of the attestation certificate, by which metadata knows models without
        /// an AAGUID.
        key: Option<[u8; 20]>,
    },
}

impl ModelProof {
    /// The stable name, for output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Attested { .. } => "attested",
        }
    }
}

/// What metadata says of the model of a passkey's authenticator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ModelStanding {
    /// Nothing is known against it.
    #[default]
    Clear,
    /// It is not to be trusted for any reason.
    Revoked,
    /// The person can be made to seem verified.
    UserVerificationBypass,
    /// A key that attests is in wrong hands: it may be another model altogether.
    AttestationKeyCompromise,
    /// Private keys can be extracted from afar.
    UserKeyRemoteCompromise,
    /// Private keys can be extracted by whoever holds the authenticator.
    UserKeyPhysicalCompromise,
    /// Some batches are compromised, and whether this authenticator is of one is not known.
    BatchCompromise,
    /// It breaks a rule about authenticators that was not applied before the passkey was added.
    NotAccepted,
}

impl ModelStanding {
    /// Every standing.
    pub const ALL: [Self; 8] = [
        Self::Clear,
        Self::Revoked,
        Self::UserVerificationBypass,
        Self::AttestationKeyCompromise,
        Self::UserKeyRemoteCompromise,
        Self::UserKeyPhysicalCompromise,
        Self::BatchCompromise,
        Self::NotAccepted,
    ];

    /// The stable name, for stores, the audit log, metrics and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Clear => "model_clear",
            Self::Revoked => "model_revoked",
            Self::UserVerificationBypass => "model_user_verification_bypass",
            Self::AttestationKeyCompromise => "model_attestation_key_compromise",
            Self::UserKeyRemoteCompromise => "model_user_key_remote_compromise",
            Self::UserKeyPhysicalCompromise => "model_user_key_physical_compromise",
            Self::BatchCompromise => "model_batch_compromise",
            Self::NotAccepted => "model_not_accepted",
        }
    }

    /// The standing with this stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Whether this very authenticator is affected: a compromise of other batches is none of it.
    #[must_use]
    pub fn is_affected(self) -> bool {
        !matches!(self, Self::Clear | Self::BatchCompromise)
    }
}

/// What judging a passkey needs to know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasskeyModel {
    /// Whose it is.
    pub user: UserId,
    /// Which passkey.
    pub passkey: PasskeyId,
    /// The authenticator's model.
    pub aaguid: Aaguid,
    /// Whether that is more than its own word.
    pub proof: ModelProof,
    /// What was made of it the last time.
    pub standing: ModelStanding,
    /// Whether it may be used.
    pub state: PasskeyState,
}

/// Whether a passkey whose model is affected is set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldAffected {
    /// It is not.
    Never,
    /// It is, unless its owner has no other active passkey.
    UnlessLast,
    /// It is, even when its owner has no other one.
    Always,
}

impl HoldAffected {
    /// What the audit log says beside the standing.
    #[must_use]
    pub fn code(self) -> Option<&'static str> {
        match self {
            Self::Never => None,
            Self::UnlessLast => Some("hold_unless_last"),
            Self::Always => Some("hold"),
        }
    }
}
