//! Extensions (WebAuthn Level 3, §10; CTAP 2.2, §12): what was asked in the options becomes the
//! outputs of the client and of the authenticator.
//!
//! An extension that the authenticator does not have is passed over, as the specification wants.
//! Outputs for `prf` are those of a platform: they reach the page as client outputs, and the
//! encrypted form between client and authenticator does not exist.

use crate::{
    AuthenticatorConfig, AuthenticatorError, StoredCredential,
    authenticator_data::flags,
    cbor::Cbor,
    credential::Blob,
    encoding::{base64url, from_base64url, sha256},
    options::{
        CreationExtensions, Evaluate, Evaluations, PrfInputs, RequestExtensions, RequestOptions,
    },
};
use aws_lc_rs::hmac;
use serde_json::{Value, json};

/// Most bytes of a `credBlob` (CTAP 2.2, §12.2).
const CRED_BLOB_BYTES_MAX: usize = 32;

/// What the page and the relying party get to see.
pub(crate) struct Outputs {
    /// `clientExtensionResults`.
    pub(crate) client: Value,
    /// The encoded map for the authenticator data; empty without any.
    pub(crate) authenticator: Vec<u8>,
}

impl Outputs {
    fn new(client: Value, authenticator: Vec<(Cbor, Cbor)>) -> Self {
        let authenticator =
            if authenticator.is_empty() { Vec::new() } else { Cbor::Map(authenticator).encode() };
        Self { client, authenticator }
    }

    /// ED, when there are outputs for the authenticator data.
    pub(crate) fn flag(&self) -> u8 {
        if self.authenticator.is_empty() { 0 } else { flags::ED }
    }
}

/// The outputs of a registration. Members of the authenticator's map come in the order of CTAP 2.
pub(crate) fn of_creation(
    asked: &CreationExtensions,
    config: &AuthenticatorConfig,
    credential: &mut StoredCredential,
) -> Result<Outputs, AuthenticatorError> {
    let mut client = json!({});
    let mut authenticator = Vec::new();
    if asked.cred_props {
        client["credProps"] = json!({ "rk": credential.discoverable });
    }
    if asked.appid_exclude.is_some() {
        client["appidExclude"] = json!(true);
    }
    if let Some(blob) = &asked.cred_blob {
        let blob = from_base64url("extensions.credBlob", blob)?;
        let fits = blob.len() <= CRED_BLOB_BYTES_MAX;
        if fits {
            credential.cred_blob = Blob(blob);
        }
        authenticator.push((Cbor::text("credBlob"), Cbor::Bool(fits)));
    }
    if let Some(policy) = &asked.credential_protection_policy {
        let level = match policy.as_str() {
            "userVerificationOptional" => 1,
            "userVerificationOptionalWithCredentialIDList" => 2,
            "userVerificationRequired" => 3,
            _ => return Err(AuthenticatorError::Type("credentialProtectionPolicy".to_owned())),
        };
        authenticator.push((Cbor::text("credProtect"), Cbor::Int(level)));
    }
    if asked.hmac_create_secret || asked.prf.is_some() {
        authenticator.push((Cbor::text("hmac-secret"), Cbor::Bool(true)));
    }
    if asked.hmac_create_secret {
        client["hmacCreateSecret"] = json!(true);
    }
    if let Some(prf) = &asked.prf {
        if prf.eval_by_credential.is_some() {
            // §10.1.4: there is no credential yet.
            return Err(AuthenticatorError::NotSupported);
        }
        client["prf"] = json!({ "enabled": true });
        if let Some(inputs) = &prf.eval {
            client["prf"]["results"] = evaluate(inputs, credential)?;
        }
    }
    if let (true, Some(length)) = (asked.min_pin_length, config.min_pin_length) {
        authenticator.push((Cbor::text("minPinLength"), Cbor::Int(i64::from(length))));
    }
    if let Some(large_blob) = &asked.large_blob {
        let supported = config.large_blob && credential.discoverable;
        if large_blob.support.as_deref() == Some("required") && !supported {
            return Err(AuthenticatorError::NotAllowed("large blobs are required but unavailable"));
        }
        client["largeBlob"] = json!({ "supported": supported });
    }
    Ok(Outputs::new(client, authenticator))
}

/// What a client refuses before it asks any authenticator.
pub(crate) fn check_request(options: &RequestOptions) -> Result<(), AuthenticatorError> {
    let prf = options.extensions.prf.as_ref();
    let Some(named) = prf.and_then(|prf| prf.eval_by_credential.as_ref()) else { return Ok(()) };
    // §10.1.4, client extension processing for authentication, steps 1 and 2.
    if !named.is_empty() && options.allow_credentials.is_empty() {
        return Err(AuthenticatorError::NotSupported);
    }
    let is_allowed = |id: &String| options.allow_credentials.iter().any(|it| it.id == *id);
    if !named.keys().all(is_allowed) {
        return Err(AuthenticatorError::Syntax("prf inputs for a credential that is not allowed"));
    }
    Ok(())
}

/// The outputs of an authentication. `large_blobs`: whether the authenticator can keep them.
pub(crate) fn of_request(
    asked: &RequestExtensions,
    large_blobs: bool,
    credential: &mut StoredCredential,
) -> Result<Outputs, AuthenticatorError> {
    let mut client = json!({});
    let mut authenticator = Vec::new();
    if asked.appid.is_some() {
        // No credential here was made for an AppID, so none was used.
        client["appid"] = json!(false);
    }
    if asked.get_cred_blob {
        authenticator.push((Cbor::text("credBlob"), Cbor::bytes(credential.cred_blob.0.clone())));
    }
    if let Some(inputs) = asked.prf.as_ref().and_then(|prf| inputs_for(prf, credential)) {
        client["prf"] = json!({ "results": evaluate(inputs, credential)? });
    }
    if let Some(large_blob) = &asked.large_blob {
        if let Some(blob) = &large_blob.write {
            let blob = from_base64url("extensions.largeBlob.write", blob)?;
            if large_blobs {
                credential.large_blob = Some(Blob(blob));
            }
            client["largeBlob"] = json!({ "written": large_blobs });
        } else if large_blob.read {
            client["largeBlob"] = match &credential.large_blob {
                Some(blob) => json!({ "blob": base64url(&blob.0) }),
                None => json!({}),
            };
        }
    }
    Ok(Outputs::new(client, authenticator))
}

/// The inputs named for this credential, otherwise those for any.
fn inputs_for<'o>(prf: &'o PrfInputs, credential: &StoredCredential) -> Option<&'o Evaluate> {
    let named: Option<&Evaluations> = prf.eval_by_credential.as_ref();
    named.and_then(|it| it.get(&base64url(&credential.id))).or(prf.eval.as_ref())
}

/// §10.1.4: the pseudo-random function of the credential for one input or two.
fn evaluate(inputs: &Evaluate, credential: &StoredCredential) -> Result<Value, AuthenticatorError> {
    // The secret follows from the private key, so that it need not be kept and saved as well.
    let secret = sha256(&[b"credRandom", credential.private_key.as_bytes()].concat());
    let secret = hmac::Key::new(hmac::HMAC_SHA256, &secret);
    let result = |member, input: &str| {
        let input = from_base64url(member, input)?;
        let salt = sha256(&[b"WebAuthn PRF\0", &input[..]].concat());
        Ok(base64url(hmac::sign(&secret, &salt).as_ref()))
    };
    let mut results = json!({ "first": result("extensions.prf.eval.first", &inputs.first)? });
    if let Some(second) = &inputs.second {
        results["second"] = json!(result("extensions.prf.eval.second", second)?);
    }
    Ok(results)
}
