//! Scenarios of §8.5.

use super::paths;
use crate::{
    case::{Case, Change, Folder, Refusal, Result},
    vector::{NOW_MS, Title, Vector, flip_last_bit},
};
use keylane_authenticator::{
    Attestation, Cbor, CreateParts, RS256, TestKey,
    statement::SafetyNetParts,
    x509::{Extension, extension},
};
use serde_json::json;

pub(crate) fn vectors() -> Result<Vec<Vector>> {
    let mut folder = Folder::new(
        "registration/android-safetynet",
        Attestation::AndroidSafetyNet,
        "android-safetynet",
        "basic",
    );
    accepted(&mut folder)?;
    ignored(&mut folder)?;
    folder.reject_all(STATEMENTS)?;
    folder.reject_all(RESPONSES)?;
    folder.reject_all(PAYLOADS)?;
    folder.reject_all(HOSTS)?;
    paths::common(&mut folder)?;
    Ok(folder.vectors)
}

#[rustfmt::skip]
fn accepted(folder: &mut Folder) -> Result<()> {
    folder.accept(&Title("accept-safetynet", "the service's word about a phone", "§8.5"), |_| {})?;
    let accepted: &[(&str, &str, Change<SafetyNetParts>)] = &[
        ("accept-response-of-a-minute-ago", "as old as it may be", |it| it.payload["timestampMs"] = json!(NOW_MS - 60_000)),
        ("accept-response-of-a-clock-ahead", "a minute ahead, and no more", |it| it.payload["timestampMs"] = json!(NOW_MS + 60_000)),
        ("accept-basic-integrity-not-looked-at", "the profile implies it", |it| it.payload["basicIntegrity"] = json!(false)),
        ("accept-unknown-members", "the service may say more", |it| {
            it.payload["advice"] = json!("LOCK_BOOTLOADER");
            it.header["typ"] = json!("JWT");
        }),
    ];
    for &(name, comment, edit) in accepted {
        folder.accept(&Title(name, comment, "§8.5"), |it| it.edit(move |parts| parts.edit_safetynet(edit)))?;
    }
    folder.accept(&Title("accept-host-in-upper-case", "names of hosts have no case", "§8.5"), |it| it.edit(|parts| {
        parts.edit_certificates(|path| path[0].set_extension(Extension::dns_name("ATTEST.android.com")));
    }))
}

/// Where no format is required, the format is off: the service no longer exists.
#[rustfmt::skip]
fn ignored(folder: &mut Folder) -> Result<()> {
    let record = |it: &mut Case| {
        if let Some(ceremony) = it.ceremony.as_object_mut() { ceremony.remove("attestation_formats"); }
        it.outcome["attestation_kind"] = json!("unverified");
        it.outcome["attestation_anchored"] = json!(false);
    };
    folder.accept(&Title("accept-unverified-when-only-recorded", "nobody asked for the format", "§8.5"), record)?;
    folder.accept(&Title("accept-wrong-one-unverified-when-only-recorded", "nobody asked for the format, and so nobody looks", "§8.5"), |it| {
        record(it);
        it.edit(|parts| parts.edit_signature(|bytes| bytes.truncate(4)));
    })
}

#[rustfmt::skip]
const STATEMENTS: &[Refusal] = &[
    ("reject-version-empty", "which version of the service it was has to be said", "§8.5", "attestation_statement_malformed",
        |parts| edit(parts, |it| it.version.clear())),
    ("reject-version-missing", "a member is missing", "§8.5", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.remove_member("ver"))),
    ("reject-response-missing", "a member is missing", "§8.5", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.remove_member("response"))),
    ("reject-response-as-text", "response is a byte string", "§8.5", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.set_member("response", Cbor::text("a.b.c")))),
    ("reject-statement-with-certificates", "they stand in the response", "§8.5", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.set_member("x5c", Cbor::Array(Vec::new())))),
    ("reject-signature-bit-flipped", "the last bit of the signature", "§8.5", "attestation_signature_invalid",
        |parts| parts.edit_signature(flip_last_bit)),
    ("reject-signature-of-other-key", "not the key of the certificate", "§8.5", "attestation_signature_invalid",
        |parts| parts.statement_key = TestKey::generate(RS256).ok()),
    ("reject-signature-of-other-payload", "another text was signed", "§8.5", "attestation_signature_invalid",
        |parts| parts.edit_signed_bytes(|bytes| bytes[0] ^= 1)),
];

#[rustfmt::skip]
const RESPONSES: &[Refusal] = &[
    ("reject-response-of-two-parts", "a JWS has three", "§8.5", "safetynet_response_malformed",
        |parts| parts.edit_statement(|it| it.set_member("response", Cbor::bytes(*b"e30.e30")))),
    ("reject-response-empty", "no bytes at all", "§8.5", "safetynet_response_malformed",
        |parts| parts.edit_statement(|it| it.set_member("response", Cbor::bytes([])))),
    ("reject-response-padded", "a JWS has no padding", "§8.5", "safetynet_response_malformed",
        |parts| { parts.edit_statement(|it| { if let Some(Cbor::Bytes(bytes)) = it.member_mut("response") { bytes.extend(b"=="); } }) }),
    ("reject-header-not-an-object", "a number", "§8.5", "safetynet_response_malformed",
        |parts| parts.edit_statement(|it| it.set_member("response", Cbor::bytes(*b"MQ.e30.AA")))),
    ("reject-header-without-algorithm", "a member is missing", "§8.5", "safetynet_response_malformed",
        |parts| edit(parts, |it| it.header = json!({}))),
    ("reject-header-with-critical-member", "what must be understood is not", "§8.5", "safetynet_response_malformed",
        |parts| edit(parts, |it| it.header["crit"] = json!(["exp"]))),
    ("reject-header-without-certificates", "x5c is empty", "§8.5", "safetynet_response_malformed",
        |parts| edit(parts, |it| it.header["x5c"] = json!([]))),
    ("reject-header-certificate-not-base64", "x5c has something else", "§8.5", "safetynet_response_malformed",
        |parts| edit(parts, |it| it.header["x5c"] = json!(["?"]))),
    ("reject-header-certificate-malformed", "x5c has three bytes", "§8.5", "certificate_malformed",
        |parts| edit(parts, |it| it.header["x5c"] = json!(["AAAA"]))),
    ("reject-algorithm-none", "an unsigned response", "§8.5", "safetynet_algorithm_unsupported",
        |parts| edit(parts, |it| it.header["alg"] = json!("none"))),
    ("reject-algorithm-symmetric", "HS256 has no public key", "§8.5", "safetynet_algorithm_unsupported",
        |parts| edit(parts, |it| it.header["alg"] = json!("HS256"))),
    ("reject-algorithm-of-other-key", "ES256 with a certificate for RSA", "§8.5", "attestation_signature_invalid",
        |parts| edit(parts, |it| it.header["alg"] = json!("ES256"))),
    ("reject-algorithm-with-other-padding", "PS256, and the signature is of RS256", "§8.5", "attestation_signature_invalid",
        |parts| edit(parts, |it| it.header["alg"] = json!("PS256"))),
];

#[rustfmt::skip]
const PAYLOADS: &[Refusal] = &[
    ("reject-nonce-of-other-registration", "made for another registration", "§8.5", "safetynet_nonce_mismatch",
        |parts| edit(parts, |it| it.payload["nonce"] = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="))),
    ("reject-nonce-empty", "an empty text", "§8.5", "safetynet_nonce_mismatch",
        |parts| edit(parts, |it| it.payload["nonce"] = json!(""))),
    ("reject-nonce-missing", "a member is missing", "§8.5", "safetynet_nonce_mismatch",
        |parts| { edit(parts, |it| { if let Some(it) = it.payload.as_object_mut() { it.remove("nonce"); } }) }),
    ("reject-nonce-not-padded", "the service writes base64 with padding", "§8.5", "safetynet_nonce_mismatch",
        |parts| edit(parts, |it| it.payload["nonce"] = json!(it.payload["nonce"].as_str().unwrap_or_default().trim_end_matches('=')))),
    ("reject-profile-not-matched", "the phone did not pass the tests", "§8.5", "safetynet_cts_profile_mismatch",
        |parts| edit(parts, |it| it.payload["ctsProfileMatch"] = json!(false))),
    ("reject-profile-missing", "a member is missing", "§8.5", "safetynet_cts_profile_mismatch",
        |parts| { edit(parts, |it| { if let Some(it) = it.payload.as_object_mut() { it.remove("ctsProfileMatch"); } }) }),
    ("reject-profile-as-text", "true is not a text", "§8.5", "safetynet_cts_profile_mismatch",
        |parts| edit(parts, |it| it.payload["ctsProfileMatch"] = json!("true"))),
    ("reject-time-missing", "a member is missing", "§8.5", "safetynet_response_malformed",
        |parts| { edit(parts, |it| { if let Some(it) = it.payload.as_object_mut() { it.remove("timestampMs"); } }) }),
    ("reject-time-as-text", "timestampMs is a number", "§8.5", "safetynet_response_malformed",
        |parts| edit(parts, |it| it.payload["timestampMs"] = json!("1767225600000"))),
    ("reject-response-of-the-future", "a millisecond more than a minute ahead", "§8.5", "safetynet_response_from_the_future",
        |parts| edit(parts, |it| it.payload["timestampMs"] = json!(NOW_MS + 60_001))),
    ("reject-response-too-old", "a minute and a millisecond", "§8.5", "safetynet_response_too_old",
        |parts| edit(parts, |it| it.payload["timestampMs"] = json!(NOW_MS - 60_001))),
];

#[rustfmt::skip]
const HOSTS: &[Refusal] = &[
    ("reject-certificate-of-other-host", "not the service's", "§8.5", "safetynet_hostname_mismatch",
        |parts| parts.edit_certificates(|path| path[0].set_extension(Extension::dns_name("attest.example.com")))),
    ("reject-certificate-of-host-below", "a part of the name is not the name", "§8.5", "safetynet_hostname_mismatch",
        |parts| parts.edit_certificates(|path| path[0].set_extension(Extension::dns_name("attest.android.com.example")))),
    ("reject-certificate-of-any-host", "a wildcard is not the name", "§8.5", "safetynet_hostname_mismatch",
        |parts| parts.edit_certificates(|path| path[0].set_extension(Extension::dns_name("*.android.com")))),
    ("reject-certificate-without-alternative-name", "the common name is no host", "§8.5", "safetynet_hostname_mismatch",
        |parts| parts.edit_certificates(|path| path[0].remove_extension(extension::SUBJECT_ALT_NAME))),
];

fn edit(parts: &mut CreateParts, edit: fn(&mut SafetyNetParts)) {
    parts.edit_safetynet(edit);
}
