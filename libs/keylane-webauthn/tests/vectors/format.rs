//! The format of a vector, as `vectors/README.md` describes it.

use keylane_webauthn::{
    CoseAlgorithm, CredentialId, CredentialRecord, Mediation, PublicKey, UnixMillis, UserHandle,
    UserVerification,
};
use serde::Deserialize;
use serde_json::Value;

use crate::replay::{bytes, rp_id};

/// One file. `C` is what was asked in its ceremony.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vector<C> {
    pub(crate) comment: String,
    pub(crate) spec: String,
    pub(crate) expect: String,
    #[serde(default)]
    pub(crate) outcome: Option<Value>,
    pub(crate) ceremony: C,
    #[serde(default)]
    pub(crate) credential: Option<Credential>,
    pub(crate) response: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegistrationAsked {
    pub(crate) kind: String,
    pub(crate) challenge: String,
    pub(crate) rp_id: String,
    pub(crate) origin: String,
    #[serde(default)]
    pub(crate) top_origins: Option<Vec<String>>,
    pub(crate) algorithms: Vec<CoseAlgorithm>,
    pub(crate) user_verification: UserVerification,
    pub(crate) mediation: Mediation,
    #[serde(default)]
    pub(crate) attestation_formats: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) trust_anchors: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) switches: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) revocation_lists: Vec<String>,
    #[serde(default)]
    pub(crate) missing_revocation_list: Option<String>,
    pub(crate) now_ms: UnixMillis,
    pub(crate) deadline_ms: UnixMillis,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthenticationAsked {
    pub(crate) kind: String,
    pub(crate) challenge: String,
    pub(crate) rp_id: String,
    pub(crate) origin: String,
    #[serde(default)]
    pub(crate) top_origins: Option<Vec<String>>,
    pub(crate) user_verification: UserVerification,
    #[serde(default)]
    pub(crate) allow_credentials: Vec<CredentialId>,
    #[serde(default)]
    pub(crate) user: Option<UserHandle>,
    pub(crate) now_ms: UnixMillis,
    pub(crate) deadline_ms: UnixMillis,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credential {
    pub(crate) id: CredentialId,
    pub(crate) rp_id: String,
    pub(crate) user_handle: UserHandle,
    public_key: String,
    sign_count: u32,
    pub(crate) backup_eligible: bool,
    pub(crate) backed_up: bool,
    pub(crate) uv_initialized: bool,
}

impl Credential {
    pub(crate) fn to_record(&self) -> CredentialRecord {
        CredentialRecord {
            id: self.id.clone(),
            user_handle: self.user_handle.clone(),
            public_key: PublicKey::from_cose(&bytes(&self.public_key)).unwrap(),
            sign_count: self.sign_count,
            backup_eligible: self.backup_eligible,
            backed_up: self.backed_up,
            uv_initialized: self.uv_initialized,
            rp_id: rp_id(&self.rp_id),
        }
    }
}
