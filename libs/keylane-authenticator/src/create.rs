//! Making a credential: the client's rules of §5.1.3, the authenticator's of §6.3.2.

use crate::{
    Attestation, Authenticator, AuthenticatorError, ClientDataParts, Counter, CreateParts,
    StoredCredential,
    authenticator_data::{self, flags},
    cbor::Cbor,
    credential::Blob,
    edit::Edit,
    encoding::{base64url, from_base64url, sha256},
    extensions,
    key::{ES256, RS256, SigningKey},
    options::{self, CreationOptions, CredentialParameters, Requirement},
    response::{AttestationResponse, Credential},
    rp_id::effective_rp_id,
    statement::{self, Evidence},
};

/// User handles are 1 to 64 bytes (§5.4.3).
const USER_HANDLE_BYTES_MAX: usize = 64;

const CREDENTIAL_ID_BYTES: usize = 32;

impl Authenticator {
    /// Answers `navigator.credentials.create()` for a page at `origin`.
    ///
    /// `options_json` is the text of a `PublicKeyCredentialCreationOptionsJSON`; the answer is
    /// that of a `RegistrationResponseJSON`. A discoverable credential replaces the one for the
    /// same RP ID and user handle, as §6.3.2 demands.
    ///
    /// # Errors
    ///
    /// What a browser refuses: see [`AuthenticatorError`]. Nothing is kept then.
    pub fn create(
        &mut self,
        options_json: &str,
        origin: &str,
    ) -> Result<String, AuthenticatorError> {
        self.create_with(options_json, origin, |_| {})
    }

    /// [`create`](Self::create), with a chance to change the parts before they are encoded and
    /// signed.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create). The client's rules are applied before the change, so no
    /// change is refused.
    pub fn create_with(
        &mut self,
        options_json: &str,
        origin: &str,
        edit: impl FnOnce(&mut CreateParts),
    ) -> Result<String, AuthenticatorError> {
        let options: CreationOptions = options::parse(options_json)?;
        let rp_id = effective_rp_id(options.rp.id.as_deref(), origin)?;
        let challenge = from_base64url("challenge", &options.challenge)?;
        let mut credential = self.new_credential(&options, rp_id)?;
        let mut parts = self.create_parts(&options, &mut credential, &challenge, origin)?;
        edit(&mut parts);
        credential.id.clone_from(&parts.credential_id);
        credential.sign_count = parts.sign_count;
        let answer = self.respond(parts, &credential.key)?;
        if credential.discoverable {
            self.credentials.take_discoverable_of(&credential.rp_id, &credential.user_handle);
        }
        self.credentials.insert(credential);
        Ok(answer)
    }

    /// Applies every rule that can refuse, then makes the key.
    fn new_credential(
        &self,
        options: &CreationOptions,
        rp_id: String,
    ) -> Result<StoredCredential, AuthenticatorError> {
        let user_handle = from_base64url("user.id", &options.user.id)?;
        if user_handle.is_empty() || user_handle.len() > USER_HANDLE_BYTES_MAX {
            return Err(AuthenticatorError::Type("user.id must have 1 to 64 bytes".to_owned()));
        }
        let algorithm = self.choose_algorithm(&options.pub_key_cred_params)?;
        let selection = &options.authenticator_selection;
        match selection.authenticator_attachment.as_deref() {
            Some(wanted @ ("platform" | "cross-platform"))
                if wanted != self.config.attachment() =>
            {
                return Err(AuthenticatorError::NotAllowed("another attachment is required"));
            }
            _ => {}
        }
        for descriptor in &options.exclude_credentials {
            let id = from_base64url("excludeCredentials.id", &descriptor.id)?;
            if descriptor.kind == "public-key" && self.credentials.find(&id, &rp_id).is_some() {
                return Err(AuthenticatorError::InvalidState);
            }
        }
        if selection.resident_key() == Requirement::Required && !self.config.resident {
            return Err(AuthenticatorError::NotAllowed("no room for discoverable credentials"));
        }
        self.verify_user(selection.user_verification())?;
        let key = SigningKey::generate(algorithm)?;
        Ok(StoredCredential {
            id: random_id()?,
            rp_id,
            user_handle,
            user_name: options.user.name.clone(),
            user_display_name: options.user.display_name.clone(),
            sign_count: match self.config.counter {
                Counter::Zero => 0,
                Counter::Rising => 1,
            },
            backup_eligible: self.config.backup_eligible,
            discoverable: self.config.resident
                && selection.resident_key() != Requirement::Discouraged,
            cred_blob: Blob::default(),
            large_blob: None,
            private_key: key.to_pkcs8()?,
            key,
        })
    }

    fn choose_algorithm(
        &self,
        offered: &[CredentialParameters],
    ) -> Result<i64, AuthenticatorError> {
        let is_possible = |algorithm| {
            SigningKey::can_generate(algorithm) && self.config.attestation.has_keys_of(algorithm)
        };
        let mut algorithms = self.config.algorithms.iter().copied();
        let is_offered = |algorithm: i64| {
            if offered.is_empty() {
                // §5.1.3 step 10: an empty list stands for these two.
                return algorithm == ES256 || algorithm == RS256;
            }
            offered.iter().any(|it| it.kind == "public-key" && it.alg == algorithm)
        };
        algorithms
            .find(|&it| is_possible(it) && is_offered(it))
            .ok_or(AuthenticatorError::NotSupported)
    }

    fn create_parts(
        &self,
        options: &CreationOptions,
        credential: &mut StoredCredential,
        challenge: &[u8],
        origin: &str,
    ) -> Result<CreateParts, AuthenticatorError> {
        let verified = self.verify_user(options.authenticator_selection.user_verification())?;
        let outputs = extensions::of_creation(&options.extensions, &self.config, credential)?;
        let aaguid = match self.config.attestation {
            // U2F knows no models (§8.6).
            Attestation::FidoU2f => [0; 16],
            _ => self.config.aaguid,
        };
        Ok(CreateParts {
            client_data: ClientDataParts::new("webauthn.create", challenge, origin),
            rp_id_hash: sha256(credential.rp_id.as_bytes()),
            flags: flags::UP
                | flags::AT
                | verified
                | self.backup_flags(credential)
                | outputs.flag(),
            sign_count: credential.sign_count,
            aaguid,
            credential_id: credential.id.clone(),
            credential_id_length: None,
            cose_key: credential.key.to_cose()?,
            client_extension_results: outputs.client,
            extensions: outputs.authenticator,
            trailing: Vec::new(),
            attestation: self.statement_for(options.attestation.as_deref()),
            fmt: None,
            att_stmt: None,
            statement_algorithm: None,
            statement_key: None,
            id: None,
            raw_id: None,
            kind: "public-key".to_owned(),
            transports: self.config.transports.clone(),
            authenticator_attachment: Some(self.config.attachment().to_owned()),
            authenticator_data_edit: Edit::default(),
            signature_edit: Edit::default(),
            attestation_object_edit: Edit::default(),
            certificates_edit: Edit::default(),
            x5c_edit: Edit::default(),
            signed_bytes_edit: Edit::default(),
            statement_edit: Edit::default(),
            compound: vec![Attestation::Tpm, Attestation::PackedBasic],
            tpm_edit: Edit::default(),
            safetynet_edit: Edit::default(),
            key_description_edit: Edit::default(),
        })
    }

    /// §5.1.3: under conveyance `none`, which is also the default, only a self attestation
    /// without an AAGUID passes, since it tells nothing. An enterprise attestation is for those
    /// who ask for one.
    fn statement_for(&self, conveyance: Option<&str>) -> Attestation {
        match (conveyance, self.config.attestation) {
            (Some("enterprise"), own) => own,
            (Some("direct" | "indirect"), Attestation::PackedEnterprise) => {
                Attestation::PackedBasic
            }
            (Some("direct" | "indirect"), own) => own,
            (_, Attestation::PackedSelf) if self.config.aaguid == [0; 16] => {
                Attestation::PackedSelf
            }
            _ => Attestation::None,
        }
    }

    /// Encodes and signs the parts.
    fn respond(
        &self,
        mut parts: CreateParts,
        key: &SigningKey,
    ) -> Result<String, AuthenticatorError> {
        let client_data = parts.client_data.to_bytes();
        let auth_data = authenticator_data(&mut parts);
        let evidence = Evidence {
            authenticator_data: &auth_data,
            client_data_hash: &sha256(&client_data),
            key,
            authenticator: self,
        };
        let object = attestation_object(&mut parts, &evidence)?;
        let encoded_id = base64url(&parts.credential_id);
        Credential {
            id: parts.id.unwrap_or_else(|| encoded_id.clone()),
            raw_id: parts.raw_id.unwrap_or(encoded_id),
            response: AttestationResponse {
                client_data_json: base64url(&client_data),
                authenticator_data: base64url(&auth_data),
                transports: parts.transports,
                public_key: base64url(&key.to_spki()?),
                public_key_algorithm: key.algorithm(),
                attestation_object: base64url(&object),
            },
            authenticator_attachment: parts.authenticator_attachment,
            client_extension_results: parts.client_extension_results,
            kind: parts.kind,
        }
        .to_json()
    }
}

fn random_id() -> Result<Vec<u8>, AuthenticatorError> {
    let mut id = vec![0; CREDENTIAL_ID_BYTES];
    aws_lc_rs::rand::fill(&mut id).map_err(|_| AuthenticatorError::Operation("random bytes"))?;
    Ok(id)
}

/// The authenticator data of §6.1, with its edit made.
fn authenticator_data(parts: &mut CreateParts) -> Vec<u8> {
    let mut auth_data = authenticator_data::head(&parts.rp_id_hash, parts.flags, parts.sign_count);
    if parts.flags & flags::AT != 0 {
        let length = u16::try_from(parts.credential_id.len()).unwrap_or(u16::MAX);
        authenticator_data::push_attested_credential(
            &mut auth_data,
            &parts.aaguid,
            parts.credential_id_length.unwrap_or(length),
            &parts.credential_id,
            &parts.cose_key,
        );
    }
    auth_data.extend_from_slice(&parts.extensions);
    auth_data.extend_from_slice(&parts.trailing);
    parts.authenticator_data_edit.take_and_apply(&mut auth_data);
    auth_data
}

/// The attestation object of §6.5.4, members in the canonical order of CTAP 2.
fn attestation_object(
    parts: &mut CreateParts,
    evidence: &Evidence<'_>,
) -> Result<Vec<u8>, AuthenticatorError> {
    let (fmt, mut statement) = statement::make(parts.attestation, evidence, parts)?;
    parts.statement_edit.take_and_apply(&mut statement);
    let statement = parts.att_stmt.take().map_or(statement, Cbor::Raw);
    let fmt = parts.fmt.take().unwrap_or_else(|| fmt.to_owned());
    let mut object = Cbor::Map(vec![
        (Cbor::text("fmt"), Cbor::Text(fmt)),
        (Cbor::text("attStmt"), statement),
        (Cbor::text("authData"), Cbor::bytes(evidence.authenticator_data)),
    ])
    .encode();
    parts.attestation_object_edit.take_and_apply(&mut object);
    Ok(object)
}
