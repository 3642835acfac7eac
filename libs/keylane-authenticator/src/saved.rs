//! Saving an authenticator as JSON and reading it back, private keys included.

use crate::{
    Authenticator, AuthenticatorConfig, AuthenticatorError, StoredCredential,
    credential::Blob,
    encoding::{base64url, from_base64url},
    key::{Pkcs8, SigningKey},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// Raised when a change of the form would be misread by older code.
const VERSION: u32 = 1;

#[derive(Deserialize)]
struct Saved {
    version: u32,
    config: AuthenticatorConfig,
    credentials: Vec<SavedCredential>,
}

#[derive(Deserialize)]
struct SavedCredential {
    id: String,
    rp_id: String,
    user_handle: String,
    user_name: String,
    user_display_name: String,
    sign_count: u32,
    backup_eligible: bool,
    discoverable: bool,
    #[serde(default)]
    cred_blob: String,
    #[serde(default)]
    large_blob: Option<String>,
    algorithm: i64,
    /// PKCS#8 in base64url.
    private_key: String,
}

impl Authenticator {
    /// The authenticator as JSON. **It holds the private keys in the clear** (PKCS#8): who has
    /// the text can sign in as the user.
    #[must_use]
    pub fn to_json(&self) -> String {
        let credentials: Vec<_> = self.credentials().map(save).collect();
        let saved = json!({
            "version": VERSION,
            "config": self.config,
            "credentials": credentials,
        });
        format!("{saved:#}")
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    ///
    /// [`AuthenticatorError::Data`] if the text is not such JSON, is of another version, or has a
    /// private key that does not parse.
    pub fn from_json(json: &str) -> Result<Self, AuthenticatorError> {
        let saved: Saved =
            serde_json::from_str(json).map_err(|err| AuthenticatorError::Data(err.to_string()))?;
        if saved.version != VERSION {
            return Err(AuthenticatorError::Data(format!("unknown version {}", saved.version)));
        }
        let mut authenticator = Self::new(saved.config);
        for credential in &saved.credentials {
            authenticator.credentials.insert(restore(credential)?);
        }
        Ok(authenticator)
    }
}

fn save(credential: &StoredCredential) -> Value {
    json!({
        "id": base64url(&credential.id),
        "rp_id": credential.rp_id,
        "user_handle": base64url(&credential.user_handle),
        "user_name": credential.user_name,
        "user_display_name": credential.user_display_name,
        "sign_count": credential.sign_count,
        "backup_eligible": credential.backup_eligible,
        "discoverable": credential.discoverable,
        "cred_blob": base64url(&credential.cred_blob.0),
        "large_blob": credential.large_blob.as_ref().map(|blob| base64url(&blob.0)),
        "algorithm": credential.algorithm(),
        "private_key": base64url(credential.private_key.as_bytes()),
    })
}

fn restore(saved: &SavedCredential) -> Result<StoredCredential, AuthenticatorError> {
    let bytes = |member, text: &str| {
        from_base64url(member, text).map_err(|err| AuthenticatorError::Data(err.to_string()))
    };
    let blob = |member, text: &str| bytes(member, text).map(Blob);
    let private_key = Pkcs8::new(bytes("private_key", &saved.private_key)?);
    Ok(StoredCredential {
        id: bytes("id", &saved.id)?,
        rp_id: saved.rp_id.clone(),
        user_handle: bytes("user_handle", &saved.user_handle)?,
        user_name: saved.user_name.clone(),
        user_display_name: saved.user_display_name.clone(),
        sign_count: saved.sign_count,
        backup_eligible: saved.backup_eligible,
        discoverable: saved.discoverable,
        cred_blob: blob("cred_blob", &saved.cred_blob)?,
        large_blob: saved.large_blob.as_deref().map(|it| blob("large_blob", it)).transpose()?,
        key: SigningKey::from_pkcs8(saved.algorithm, private_key.as_bytes())?,
        private_key,
    })
}
