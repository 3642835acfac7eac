//! Making an assertion: the client's rules of §5.1.4, the authenticator's of §6.3.3.

use crate::{
    Authenticator, AuthenticatorError, ClientDataParts, Counter, GetParts, StoredCredential,
    authenticator_data::{self, flags},
    edit::Edit,
    encoding::{base64url, from_base64url, sha256},
    extensions,
    key::SigningKey,
    options::{self, RequestOptions},
    response::{AssertionResponse, Credential},
    rp_id::effective_rp_id,
};

impl Authenticator {
    /// Answers `navigator.credentials.get()` for a page at `origin`.
    ///
    /// `options_json` is the text of a `PublicKeyCredentialRequestOptionsJSON`; the answer is
    /// that of an `AuthenticationResponseJSON`. With `allowCredentials`, the first held
    /// credential of the list signs; without, the newest discoverable one for the RP ID.
    ///
    /// # Errors
    ///
    /// What a browser refuses: see [`AuthenticatorError`].
    pub fn get(&mut self, options_json: &str, origin: &str) -> Result<String, AuthenticatorError> {
        self.get_with(options_json, origin, |_| {})
    }

    /// [`get`](Self::get), with a chance to change the parts before they are encoded and signed.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get). The client's rules are applied before the change, so no change is
    /// refused.
    pub fn get_with(
        &mut self,
        options_json: &str,
        origin: &str,
        edit: impl FnOnce(&mut GetParts),
    ) -> Result<String, AuthenticatorError> {
        let options: RequestOptions = options::parse(options_json)?;
        let rp_id = effective_rp_id(options.rp_id.as_deref(), origin)?;
        let challenge = from_base64url("challenge", &options.challenge)?;
        extensions::check_request(&options)?;
        let verified = self.verify_user(options.user_verification())?;
        let attachment = self.config.attachment();
        let rising = self.config.counter == Counter::Rising;
        let backed_up = self.config.backed_up;
        let large_blobs = self.config.large_blob;

        let credential = self.select(&options, &rp_id)?;
        if rising {
            credential.sign_count = credential.sign_count.saturating_add(1);
        }
        let outputs = extensions::of_request(&options.extensions, large_blobs, credential)?;
        let mut parts = GetParts {
            client_data: ClientDataParts::new("webauthn.get", &challenge, origin),
            rp_id_hash: sha256(rp_id.as_bytes()),
            flags: flags::UP | verified | backup_flags(credential, backed_up) | outputs.flag(),
            sign_count: credential.sign_count,
            extensions: outputs.authenticator,
            trailing: Vec::new(),
            credential_id: credential.id.clone(),
            // §6.3.3: a credential that is not discoverable does not know its user.
            user_handle: credential.discoverable.then(|| credential.user_handle.clone()),
            id: None,
            raw_id: None,
            kind: "public-key".to_owned(),
            authenticator_attachment: Some(attachment.to_owned()),
            client_extension_results: outputs.client,
            authenticator_data_edit: Edit::default(),
            signature_edit: Edit::default(),
        };
        edit(&mut parts);
        respond(parts, &credential.key)
    }

    fn select(
        &mut self,
        options: &RequestOptions,
        rp_id: &str,
    ) -> Result<&mut StoredCredential, AuthenticatorError> {
        const NO_MATCH: AuthenticatorError =
            AuthenticatorError::NotAllowed("no credential matches");
        if options.allow_credentials.is_empty() {
            return self.credentials.find_discoverable_mut(rp_id).ok_or(NO_MATCH);
        }
        let mut held = None;
        for descriptor in &options.allow_credentials {
            let id = from_base64url("allowCredentials.id", &descriptor.id)?;
            let matches =
                descriptor.kind == "public-key" && self.credentials.find(&id, rp_id).is_some();
            if matches && held.is_none() {
                held = Some(id);
            }
        }
        held.and_then(|id| self.credentials.find_mut(&id, rp_id)).ok_or(NO_MATCH)
    }

    pub(crate) fn backup_flags(&self, credential: &StoredCredential) -> u8 {
        backup_flags(credential, self.config.backed_up)
    }
}

/// BE and BS. There is no BS without BE (§6.1.3).
fn backup_flags(credential: &StoredCredential, backed_up: bool) -> u8 {
    match (credential.backup_eligible, backed_up) {
        (false, _) => 0,
        (true, false) => flags::BE,
        (true, true) => flags::BE | flags::BS,
    }
}

/// Encodes and signs the parts.
fn respond(parts: GetParts, key: &SigningKey) -> Result<String, AuthenticatorError> {
    let client_data = parts.client_data.to_bytes();
    let mut auth_data = authenticator_data::head(&parts.rp_id_hash, parts.flags, parts.sign_count);
    auth_data.extend_from_slice(&parts.extensions);
    auth_data.extend_from_slice(&parts.trailing);
    parts.authenticator_data_edit.apply(&mut auth_data);

    let mut signature = key.sign(&[&auth_data[..], &sha256(&client_data)].concat())?;
    parts.signature_edit.apply(&mut signature);
    let encoded_id = base64url(&parts.credential_id);
    Credential {
        id: parts.id.unwrap_or_else(|| encoded_id.clone()),
        raw_id: parts.raw_id.unwrap_or(encoded_id),
        response: AssertionResponse {
            client_data_json: base64url(&client_data),
            authenticator_data: base64url(&auth_data),
            signature: base64url(&signature),
            user_handle: parts.user_handle.as_deref().map(base64url),
        },
        authenticator_attachment: parts.authenticator_attachment,
        client_extension_results: parts.client_extension_results,
        kind: parts.kind,
    }
    .to_json()
}
