//! Scenarios of §7.1 step 28 and §7.2 step 23: outputs of extensions.

use crate::{
    assertion_case::{AssertionCase, Vectors},
    case::{Case, Folder, Result},
    vector::{Title, Vector, base64url},
};
use aws_lc_rs::digest::{SHA256, digest};
use keylane_authenticator::{Attestation, AuthenticatorConfig, Cbor, CreateParts, GetParts, flags};
use serde_json::{Value, json};

const CREATE: &str = "§7.1 step 28";
const GET: &str = "§7.2 step 23";

const APP_ID: &str = "https://example.org/u2f/app-id.json";

pub(crate) fn of_registrations() -> Result<Vec<Vector>> {
    let mut folder = Folder::new("registration/none", Attestation::None, "none", "none");
    accepted_creations(&mut folder)?;
    tolerated_creations(&mut folder)?;
    refused_demands(&mut folder)?;
    refused_creations(&mut folder)?;
    Ok(folder.vectors)
}

/// Asks for extensions and expects these outputs.
fn ask(case: &mut Case, asked: &Value, outputs: &Value) {
    case.ceremony["extensions"] = asked.clone();
    case.outcome["extensions"] = outputs.clone();
    case.outcome["discoverable"] = outputs["cred_props_rk"].clone();
}

/// Puts another map of outputs into the authenticator data.
fn sign_outputs(parts: &mut CreateParts, outputs: Vec<(Cbor, Cbor)>) {
    parts.flags |= flags::ED;
    parts.extensions = Cbor::Map(outputs).encode();
}

#[rustfmt::skip]
fn accepted_creations(folder: &mut Folder) -> Result<()> {
    for (name, comment, asked, outputs) in [
        ("accept-cred-props", "the client says that the credential is discoverable", json!({ "credProps": true }), json!({ "cred_props_rk": true })),
        ("accept-credential-protection-optional", "the least of three", json!({ "credentialProtectionPolicy": "userVerificationOptional", "enforceCredentialProtectionPolicy": true }), json!({ "credential_protection": 1 })),
        ("accept-credential-protection-with-list", "the middle of three", json!({ "credentialProtectionPolicy": "userVerificationOptionalWithCredentialIDList", "enforceCredentialProtectionPolicy": true }), json!({ "credential_protection": 2 })),
        ("accept-credential-protection-required", "the most of three", json!({ "credentialProtectionPolicy": "userVerificationRequired", "enforceCredentialProtectionPolicy": true }), json!({ "credential_protection": 3 })),
        ("accept-prf", "the credential has a secret", json!({ "prf": {} }), json!({ "prf_enabled": true, "hmac_secret": true })),
        ("accept-prf-evaluated-at-once", "two results with the credential", json!({ "prf": { "eval": { "first": "AQID", "second": "BAUG" } } }), json!({ "prf_enabled": true, "prf_results": 2, "hmac_secret": true })),
        ("accept-large-blob", "there is a place for one", json!({ "largeBlob": { "support": "required" } }), json!({ "large_blob_supported": true })),
        ("accept-cred-blob", "it was kept", json!({ "credBlob": "AQID" }), json!({ "cred_blob_stored": true })),
        ("accept-min-pin-length", "the shortest PIN has six characters", json!({ "minPinLength": true }), json!({ "min_pin_length": 6 })),
        ("accept-app-id-exclude", "the client looked for keys of old", json!({ "appidExclude": APP_ID }), json!({ "app_id_exclude": true })),
    ] {
        folder.accept(&Title(name, comment, CREATE), |it| {
            it.config.min_pin_length = Some(6);
            ask(it, &asked, &outputs);
        })?;
    }
    Ok(())
}

#[rustfmt::skip]
fn tolerated_creations(folder: &mut Folder) -> Result<()> {
    let everything = json!({
        "credProps": true, "credentialProtectionPolicy": "userVerificationRequired", "prf": {}, "minPinLength": true,
        "largeBlob": { "support": "preferred" }, "credBlob": "AQID", "appidExclude": APP_ID,
    });
    folder.accept(&Title("accept-no-output-of-any-extension", "clients and authenticators may ignore what is not demanded", CREATE), |it| {
        ask(it, &everything, &json!({}));
        it.edit(|parts| {
            parts.flags &= !flags::ED;
            parts.extensions = Vec::new();
            parts.client_extension_results = json!({});
        });
    })?;
    folder.accept(&Title("accept-less-protection-when-not-enforced", "1 instead of 3 is reported", CREATE), |it| {
        ask(it, &json!({ "credentialProtectionPolicy": "userVerificationRequired" }), &json!({ "credential_protection": 1 }));
        it.edit(|parts| sign_outputs(parts, vec![(Cbor::text("credProtect"), Cbor::Int(1))]));
    })?;
    folder.accept(&Title("accept-more-protection-than-demanded", "3 instead of 2", CREATE), |it| {
        ask(it, &json!({ "credentialProtectionPolicy": "userVerificationOptionalWithCredentialIDList", "enforceCredentialProtectionPolicy": true }), &json!({ "credential_protection": 3 }));
        it.edit(|parts| sign_outputs(parts, vec![(Cbor::text("credProtect"), Cbor::Int(3))]));
    })?;
    folder.accept(&Title("accept-malformed-outputs-unasked", "what nobody asked for is passed over", CREATE), |it| it.edit(|parts| {
        sign_outputs(parts, vec![(Cbor::text("credProtect"), Cbor::text("much"))]);
        parts.client_extension_results["prf"] = json!("yes");
        parts.client_extension_results["largeBlob"] = json!([1]);
    }))?;
    folder.accept(&Title("accept-unknown-outputs", "extensions of the future", CREATE), |it| it.edit(|parts| {
        sign_outputs(parts, vec![(Cbor::text("future"), Cbor::Array(vec![Cbor::Int(-1)]))]);
    }))
}

#[rustfmt::skip]
fn refused_demands(folder: &mut Folder) -> Result<()> {
    let protection = json!({ "credentialProtectionPolicy": "userVerificationRequired", "enforceCredentialProtectionPolicy": true });
    for (name, comment, outputs) in [
        ("reject-less-protection-than-demanded", "2 instead of 3", vec![(Cbor::text("credProtect"), Cbor::Int(2))]),
        ("reject-demanded-protection-unsaid", "the authenticator does not know the extension", vec![]),
    ] {
        folder.add(&Title(name, comment, CREATE), "credential_protection_too_weak", |it| {
            ask(it, &protection, &json!({}));
            it.edit(|parts| sign_outputs(parts, outputs));
        })?;
    }
    for (name, comment, result) in [
        ("reject-large-blob-unsupported", "demanded, and the client says no", json!({ "supported": false })),
        ("reject-large-blob-unsaid", "demanded, and the client says nothing", json!({})),
    ] {
        folder.add(&Title(name, comment, CREATE), "large_blob_unsupported", |it| {
            ask(it, &json!({ "largeBlob": { "support": "required" } }), &json!({}));
            it.edit(move |parts| parts.client_extension_results = json!({ "largeBlob": result }));
        })?;
    }
    Ok(())
}

#[rustfmt::skip]
fn refused_creations(folder: &mut Folder) -> Result<()> {
    for (name, comment, asked, results) in [
        ("reject-cred-props-malformed", "rk is a boolean", json!({ "credProps": true }), json!({ "credProps": { "rk": "yes" } })),
        ("reject-prf-malformed", "prf is an object", json!({ "prf": {} }), json!({ "prf": true })),
        ("reject-prf-result-too-short", "31 of 32 bytes", json!({ "prf": {} }), json!({ "prf": { "results": { "first": base64url(&[7; 31]) } } })),
        ("reject-large-blob-malformed", "supported is a boolean", json!({ "largeBlob": { "support": "preferred" } }), json!({ "largeBlob": { "supported": 1 } })),
        ("reject-app-id-exclude-malformed", "a boolean", json!({ "appidExclude": APP_ID }), json!({ "appidExclude": "true" })),
    ] {
        folder.add(&Title(name, comment, CREATE), "client_extension_output_malformed", |it| {
            ask(it, &asked, &json!({}));
            it.edit(|parts| parts.client_extension_results = results);
        })?;
    }
    for (name, comment, asked, extension, output) in [
        ("reject-credential-protection-unknown", "4, which does not exist", json!({ "credentialProtectionPolicy": "userVerificationOptional" }), "credProtect", Cbor::Int(4)),
        ("reject-credential-protection-as-text", "a number", json!({ "credentialProtectionPolicy": "userVerificationOptional" }), "credProtect", Cbor::text("3")),
        ("reject-hmac-secret-as-number", "a boolean", json!({ "prf": {} }), "hmac-secret", Cbor::Int(1)),
        ("reject-cred-blob-echoed", "a boolean, not the blob", json!({ "credBlob": "AQID" }), "credBlob", Cbor::bytes([1, 2, 3])),
        ("reject-min-pin-length-too-long", "64, and no PIN has more than 63 bytes", json!({ "minPinLength": true }), "minPinLength", Cbor::Int(64)),
        ("reject-min-pin-length-negative", "-1", json!({ "minPinLength": true }), "minPinLength", Cbor::Int(-1)),
    ] {
        folder.add(&Title(name, comment, CREATE), "authenticator_extension_output_malformed", |it| {
            ask(it, &asked, &json!({}));
            it.edit(move |parts| sign_outputs(parts, vec![(Cbor::text(extension), output)]));
        })?;
    }
    Ok(())
}

pub(crate) fn of_authentications() -> Result<Vec<Vector>> {
    let mut vectors = Vectors::default();
    accepted_requests(&mut vectors)?;
    app_ids(&mut vectors)?;
    refused_requests(&mut vectors)?;
    Ok(vectors.0)
}

fn request(case: &mut AssertionCase, asked: &Value, outputs: &Value) {
    case.ceremony["extensions"] = asked.clone();
    case.outcome["extensions"] = outputs.clone();
}

fn sign_request_outputs(parts: &mut GetParts, outputs: Vec<(Cbor, Cbor)>) {
    parts.flags |= flags::ED;
    parts.extensions = Cbor::Map(outputs).encode();
}

#[rustfmt::skip]
fn accepted_requests(vectors: &mut Vectors) -> Result<()> {
    for (name, comment, asked, outputs) in [
        ("accept-prf-one-result", "one input", json!({ "prf": { "eval": { "first": "AQID" } } }), json!({ "prf_results": 1 })),
        ("accept-prf-two-results", "two inputs", json!({ "prf": { "eval": { "first": "AQID", "second": "BAUG" } } }), json!({ "prf_results": 2 })),
        ("accept-large-blob-written", "the client wrote it", json!({ "largeBlob": { "write": "BwgJ" } }), json!({ "large_blob_written": true })),
        ("accept-large-blob-empty", "there is none yet", json!({ "largeBlob": { "read": true } }), json!({})),
        ("accept-cred-blob-empty", "there is none", json!({ "getCredBlob": true }), json!({ "cred_blob": "" })),
    ] {
        vectors.accept(&Title(name, comment, GET), |it| request(it, &asked, &outputs))?;
    }
    vectors.accept(&Title("accept-large-blob-read", "three bytes", GET), |it| {
        request(it, &json!({ "largeBlob": { "read": true } }), &json!({ "large_blob": "BwgJ" }));
        it.edit(|parts| parts.client_extension_results = json!({ "largeBlob": { "blob": "BwgJ" } }));
    })?;
    vectors.accept(&Title("accept-cred-blob-read", "three bytes", GET), |it| {
        request(it, &json!({ "getCredBlob": true }), &json!({ "cred_blob": "AQID" }));
        it.edit(|parts| sign_request_outputs(parts, vec![(Cbor::text("credBlob"), Cbor::bytes([1, 2, 3]))]));
    })?;
    for (name, comment, bytes) in [
        ("accept-hmac-secret-of-protocol-one", "one result, encrypted for the client", 32),
        ("accept-hmac-secret-of-protocol-two", "one result with its initialization vector", 48),
        ("accept-hmac-secret-of-protocol-two-twice", "two results with their initialization vector", 80),
    ] {
        vectors.accept(&Title(name, comment, GET), |it| {
            request(it, &json!({ "prf": {} }), &json!({ "hmac_secret": "encrypted" }));
            it.edit(move |parts| sign_request_outputs(parts, vec![(Cbor::text("hmac-secret"), Cbor::bytes(vec![7; bytes]))]));
        })?;
    }
    vectors.accept(&Title("accept-no-output-of-extensions", "clients and authenticators may ignore them", GET), |it| {
        request(it, &json!({ "prf": { "eval": { "first": "AQID" } }, "largeBlob": { "read": true }, "getCredBlob": true, "appid": APP_ID }), &json!({}));
        it.edit(|parts| {
            parts.flags &= !flags::ED;
            parts.extensions = Vec::new();
            parts.client_extension_results = json!({});
        });
    })
}

/// A credential of a U2F key is scoped to its AppID. One ceremony is answered for the one or the
/// other, never for either.
#[rustfmt::skip]
fn app_ids(vectors: &mut Vectors) -> Result<()> {
    const STEP: &str = "§7.2 step 15 and §10.1.1";
    let asked = json!({ "appid": APP_ID });
    vectors.accept(&Title("accept-app-id-used", "the hash of the AppID stands in the place of the RP ID's", STEP), |it| {
        request(it, &asked, &json!({ "app_id": true }));
        it.edit(|parts| for_app_id(parts, APP_ID, &json!(true)));
    })?;
    vectors.accept(&Title("accept-app-id-not-used", "asked for, and not needed", STEP),
        |it| request(it, &asked, &json!({ "app_id": false })))?;
    for (name, comment, app_id, result) in [
        ("reject-app-id-used-but-unsaid", "the client says that it used the RP ID", APP_ID, json!(false)),
        ("reject-app-id-used-but-silent", "the client says nothing", APP_ID, Value::Null),
        ("reject-other-app-id", "the AppID of somebody else", "https://evil.example/app-id.json", json!(true)),
        ("reject-app-id-said-but-unused", "the client says that it used the AppID", "", json!(true)),
    ] {
        vectors.add(&Title(name, comment, STEP), "rp_id_hash_mismatch", |it| {
            request(it, &asked, &json!({}));
            it.edit(move |parts| for_app_id(parts, app_id, &result));
        })?;
    }
    vectors.reject(&Title("reject-app-id-unasked", "nobody asked for an AppID", STEP), "rp_id_hash_mismatch",
        |parts| for_app_id(parts, APP_ID, &json!(true)))
}

/// Signs for an AppID, or for the RP ID when it is empty, with this output of the client.
fn for_app_id(parts: &mut GetParts, app_id: &str, result: &Value) {
    if !app_id.is_empty() {
        parts.rp_id_hash.copy_from_slice(digest(&SHA256, app_id.as_bytes()).as_ref());
    }
    parts.client_extension_results =
        if result.is_null() { json!({}) } else { json!({ "appid": result }) };
}

#[rustfmt::skip]
fn refused_requests(vectors: &mut Vectors) -> Result<()> {
    let prf = json!({ "prf": { "eval": { "first": "AQID" } } });
    for (name, comment, asked, results) in [
        ("reject-prf-result-too-long", "33 bytes instead of 32", prf.clone(), json!({ "prf": { "results": { "first": base64url(&[7; 33]) } } })),
        ("reject-prf-without-first-result", "only the second", prf.clone(), json!({ "prf": { "results": { "second": base64url(&[7; 32]) } } })),
        ("reject-large-blob-padded", "base64url has no padding here", json!({ "largeBlob": { "read": true } }), json!({ "largeBlob": { "blob": "BwgJBw==" } })),
        ("reject-app-id-as-text", "a boolean", json!({ "appid": APP_ID }), json!({ "appid": "false" })),
    ] {
        vectors.add(&Title(name, comment, GET), "client_extension_output_malformed", |it| {
            request(it, &asked, &json!({}));
            it.edit(|parts| parts.client_extension_results = results);
        })?;
    }
    for (name, comment, asked, extension, output) in [
        ("reject-hmac-secret-of-odd-length", "33 bytes are neither protocol's", prf, "hmac-secret", Cbor::bytes([7; 33])),
        ("reject-cred-blob-as-boolean", "the blob itself, not whether it was kept", json!({ "getCredBlob": true }), "credBlob", Cbor::Bool(true)),
    ] {
        vectors.add(&Title(name, comment, GET), "authenticator_extension_output_malformed", |it| {
            request(it, &asked, &json!({}));
            it.edit(move |parts| sign_request_outputs(parts, vec![(Cbor::text(extension), output)]));
        })?;
    }
    vectors.add_with(AuthenticatorConfig::default(), &Title("reject-malformed-output-with-wrong-signature", "outputs are looked at only after the signature", GET), "signature_invalid", |it| {
        request(it, &json!({ "appid": APP_ID }), &json!({}));
        it.edit(|parts| {
            parts.client_extension_results = json!({ "appid": "false" });
            parts.edit_signature(crate::vector::flip_last_bit);
        });
    })
}
