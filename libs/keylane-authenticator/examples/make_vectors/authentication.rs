//! Scenarios of §7.2.

use crate::{
    assertion_case::{Vectors, register},
    case::Result,
    vector::{
        DEADLINE_MS, FURTHER_ALGORITHMS, ORIGIN, Title, Vector, base64url, with_bytes_changed,
        with_doubled_member,
    },
};
use keylane_authenticator::{Authenticator, AuthenticatorConfig, Cbor, EDDSA, ES256, RS256, flags};
use serde_json::json;

pub(crate) fn vectors() -> Result<Vec<Vector>> {
    let mut vectors = Vectors::default();
    accepted(&mut vectors)?;
    accepted_with_signals(&mut vectors)?;
    refused_messages(&mut vectors)?;
    refused_credentials(&mut vectors)?;
    refused_client_data(&mut vectors)?;
    refused_authenticator_data(&mut vectors)?;
    refused_signatures(&mut vectors)?;
    further_algorithms(&mut vectors)?;
    Ok(vectors.0)
}

#[rustfmt::skip]
fn accepted(vectors: &mut Vectors) -> Result<()> {
    for (name, algorithm) in [("accept-es256", ES256), ("accept-ed25519", EDDSA), ("accept-rs256", RS256)] {
        let config = AuthenticatorConfig { algorithms: vec![algorithm], ..AuthenticatorConfig::default() };
        vectors.add_with(config, &Title(name, "a discoverable credential, nothing special", "§7.2"), "accept", |_| {})?;
    }
    vectors.add_with(AuthenticatorConfig::security_key(), &Title("accept-security-key", "the sign count rises from 1 to 2", "§7.2 step 22"), "accept", |it| {
        it.outcome = json!({ "sign_count": 2, "user_verified": true, "backup_eligible": false, "backed_up": false, "signals": [] });
    })?;
    vectors.accept(&Title("accept-at-the-deadline", "the answer comes in the last millisecond", "§7.2 step 1, timeout"),
        |it| it.ceremony["now_ms"] = json!(DEADLINE_MS))?;
    vectors.accept(&Title("accept-named-credential-without-user-handle", "the account was known before", "§7.2 step 6"), |it| {
        it.ceremony["user"] = it.credential["user_handle"].clone();
        it.ceremony["allow_credentials"] = json!([it.credential["id"]]);
        it.edit(|parts| parts.user_handle = None);
    })?;
    vectors.accept(&Title("accept-user-unverified-when-preferred", "UV may be clear when verification was preferred", "§7.2 step 17"), |it| {
        it.ceremony["user_verification"] = json!("preferred");
        it.edit(|parts| parts.flags &= !flags::UV);
        it.outcome["user_verified"] = json!(false);
    })?;
    vectors.accept(&Title("accept-client-data-with-byte-order-mark", "UTF-8 decode removes a leading byte order mark", "§7.2 step 8"), |it| it.edit(|parts| {
        parts.client_data.raw = Some(["\u{feff}".as_bytes(), &parts.client_data.to_bytes()].concat());
    }))?;
    vectors.accept(&Title("accept-framed-in-expected-page", "the page around the frame is on the list", "§7.2 step 14"), |it| {
        it.ceremony["top_origins"] = json!(["https://shop.example"]);
        it.edit(|parts| {
            parts.client_data.cross_origin = Some(true);
            parts.client_data.top_origin = Some("https://shop.example".into());
        });
    })?;
    vectors.accept(&Title("accept-extension-outputs-unasked", "authenticators may send outputs that nobody asked for", "§7.2 step 23"), |it| it.edit(|parts| {
        parts.flags |= flags::ED;
        parts.extensions = Cbor::Map(vec![(Cbor::text("hmac-secret"), Cbor::bytes([1; 32]))]).encode();
    }))?;
    vectors.accept(&Title("accept-no-longer-backed-up", "BS may change from one ceremony to the next", "§6.1.3"), |it| {
        it.edit(|parts| parts.flags &= !flags::BS);
        it.outcome["backed_up"] = json!(false);
    })
}

#[rustfmt::skip]
fn accepted_with_signals(vectors: &mut Vectors) -> Result<()> {
    for (name, comment, received, stored_after) in [
        ("accept-sign-count-falls", "7, then 3: a signal, and 7 stays", 3, 7),
        ("accept-sign-count-stays", "7, then 7: a signal", 7, 7),
        ("accept-sign-count-becomes-zero", "7, then 0: a signal, and 7 stays", 0, 7),
    ] {
        vectors.accept(&Title(name, comment, "§7.2 step 22"), |it| {
            it.credential["sign_count"] = json!(7);
            it.edit(move |parts| parts.sign_count = received);
            it.outcome["sign_count"] = json!(stored_after);
            it.outcome["signals"] = json!(["sign_count_did_not_rise"]);
        })?;
    }
    vectors.accept(&Title("accept-backup-eligibility-changes", "BE was clear at the registration: a signal", "§7.2 step 19"), |it| {
        it.credential["backup_eligible"] = json!(false);
        it.credential["backed_up"] = json!(false);
        it.outcome["signals"] = json!(["backup_eligibility_changed"]);
    })
}

#[rustfmt::skip]
fn refused_messages(vectors: &mut Vectors) -> Result<()> {
    vectors.add(&Title("reject-after-the-deadline", "one millisecond late", "§7.2 step 1, timeout"), "ceremony_expired",
        |it| it.ceremony["now_ms"] = json!(DEADLINE_MS + 1))?;
    vectors.reject(&Title("reject-response-type", "type is not public-key", "§5.1"), "response_type_mismatch",
        |parts| parts.kind = "password".into())?;
    vectors.reject(&Title("reject-response-id-is-not-raw-id", "id and rawId name two credentials", "§5.1"), "response_id_mismatch",
        |parts| parts.raw_id = Some("AAAA".into()))?;
    vectors.reject(&Title("reject-response-credential-id-empty", "no bytes at all", "§7.1 step 25"), "response_credential_id_length",
        |parts| parts.credential_id = Vec::new())?;
    vectors.reject(&Title("reject-response-user-handle-too-long", "65 bytes", "§5.4.3"), "response_user_handle_length",
        |parts| parts.user_handle = Some(vec![1; 65]))?;
    vectors.reject(&Title("reject-response-signature-too-long", "no signature of ours has 5000 bytes", "§6.5.5"), "response_too_long",
        |parts| parts.edit_signature(|bytes| bytes.resize(5000, 0)))?;
    vectors.add(&Title("reject-response-member-twice", "two readers could see two different types", "§5.1"), "response_malformed",
        |it| it.rewrite = with_doubled_member)
}

#[rustfmt::skip]
fn refused_credentials(vectors: &mut Vectors) -> Result<()> {
    vectors.add(&Title("reject-credential-not-asked-for", "the list of the ceremony names another one", "§7.2 step 5"), "credential_not_allowed",
        |it| it.ceremony["allow_credentials"] = json!(["AAAA"]))?;
    vectors.add(&Title("reject-record-of-other-credential", "the response names another credential than the record", "§7.2 step 6"), "credential_mismatch",
        |it| it.credential["id"] = json!("AAAA"))?;
    vectors.add(&Title("reject-credential-of-other-rp", "the record belongs to another RP ID", "§7.2 step 6"), "credential_of_another_rp",
        |it| it.credential["rp_id"] = json!("example.com"))?;
    vectors.add(&Title("reject-credential-of-other-user", "a sound assertion of somebody else", "§7.2 step 6"), "credential_of_another_user",
        |it| it.ceremony["user"] = json!("dXNlci0y"))?;
    vectors.add(&Title("reject-credential-of-other-user-without-user-handle", "the same, and the response does not say whose", "§7.2 step 6"), "credential_of_another_user", |it| {
        it.ceremony["user"] = json!("dXNlci0y");
        it.edit(|parts| parts.user_handle = None);
    })?;
    vectors.reject(&Title("reject-user-handle-of-other-user", "the handle does not own the credential", "§7.2 step 6"), "user_handle_mismatch",
        |parts| parts.user_handle = Some(b"user-2".to_vec()))?;
    vectors.reject(&Title("reject-user-handle-missing", "nobody was identified before", "§7.2 step 6"), "user_handle_missing",
        |parts| parts.user_handle = None)
}

#[rustfmt::skip]
fn refused_client_data(vectors: &mut Vectors) -> Result<()> {
    vectors.reject(&Title("reject-client-data-not-utf8", "an invalid byte is not repaired", "§7.2 step 8"), "client_data_not_utf8",
        |parts| parts.client_data.raw = Some([&parts.client_data.to_bytes()[..], &[0xff]].concat()))?;
    vectors.reject(&Title("reject-client-data-not-json", "an empty text", "§7.2 step 9"), "client_data_malformed",
        |parts| parts.client_data.raw = Some(Vec::new()))?;
    vectors.reject(&Title("reject-client-data-member-twice", "the second origin is the expected one", "§7.2 step 9"), "client_data_duplicate_member", |parts| {
        parts.client_data.origin = "https://evil.example".into();
        parts.client_data.extra = vec![("origin".into(), format!("\"{ORIGIN}\""))];
    })?;
    vectors.reject(&Title("reject-client-data-too-many-members", "33 and the usual ones", "§7.2 step 9"), "client_data_too_many_members",
        |parts| parts.client_data.extra = (0..33).map(|it| (format!("member{it}"), "0".into())).collect())?;
    vectors.reject(&Title("reject-client-data-of-registration", "the type is webauthn.create", "§7.2 step 10"), "client_data_type_mismatch",
        |parts| parts.client_data.kind = "webauthn.create".into())?;
    vectors.add(&Title("reject-other-challenge", "the answer to another ceremony", "§7.2 step 11"), "challenge_mismatch",
        |it| it.ceremony["challenge"] = json!(base64url(&[7; 32])))?;
    for (name, comment, origin) in [
        ("reject-origin-look-alike", "a suffix of the host without the dot", "https://badexample.org"),
        ("reject-origin-subdomain", "the ceremony belongs to one origin", "https://login.example.org"),
        ("reject-origin-other-port", "the port is part of the origin", "https://example.org:8443"),
    ] {
        vectors.reject(&Title(name, comment, "§7.2 step 12"), "origin_mismatch",
            move |parts| parts.client_data.origin = origin.into())?;
    }
    vectors.reject(&Title("reject-cross-origin", "framed by another site, which nobody expects", "§7.2 step 13"), "cross_origin_refused",
        |parts| parts.client_data.cross_origin = Some(true))?;
    vectors.add(&Title("reject-framed-in-unnamed-page", "frames are allowed, but the client does not name the page around", "§7.2 step 14"), "top_origin_refused", |it| {
        it.ceremony["top_origins"] = json!(["https://shop.example"]);
        it.edit(|parts| parts.client_data.cross_origin = Some(true));
    })?;
    vectors.reject(&Title("reject-top-origin-without-cross-origin", "a client that contradicts itself", "§7.2 step 14"), "top_origin_refused",
        |parts| parts.client_data.top_origin = Some("https://shop.example".into()))
}

#[rustfmt::skip]
fn refused_authenticator_data(vectors: &mut Vectors) -> Result<()> {
    vectors.reject(&Title("reject-authenticator-data-truncated", "36 of 37 bytes", "§6.1"), "authenticator_data_truncated",
        |parts| parts.edit_authenticator_data(|bytes| bytes.truncate(36)))?;
    vectors.reject(&Title("reject-authenticator-data-trailing-byte", "a byte that no flag announces", "§6.1"), "authenticator_data_trailing_bytes",
        |parts| parts.trailing = vec![0])?;
    vectors.add(&Title("reject-attested-credential", "AT and a whole credential, which belong to registrations", "§6.1"), "attested_credential_in_assertion", |it| {
        let key = it.authenticator.credentials().next().and_then(|it| it.to_cose().ok()).unwrap_or_default();
        it.edit(move |parts| {
            parts.flags |= flags::AT;
            parts.extensions = [&[0; 16][..], &[0, 1, 0xc5], &key].concat();
        });
    })?;
    vectors.reject(&Title("reject-other-rp-id", "a sound assertion for another RP ID", "§7.2 step 15"), "rp_id_hash_mismatch",
        |parts| parts.rp_id_hash[31] ^= 1)?;
    vectors.reject(&Title("reject-user-absent", "UP is clear", "§7.2 step 16"), "user_not_present",
        |parts| parts.flags &= !flags::UP)?;
    vectors.reject(&Title("reject-user-unverified", "UV is clear and verification was required", "§7.2 step 17"), "user_not_verified",
        |parts| parts.flags &= !flags::UV)?;
    vectors.reject(&Title("reject-backed-up-without-eligibility", "BS without BE", "§7.2 step 18"), "backed_up_without_eligibility",
        |parts| parts.flags &= !flags::BE)
}

#[rustfmt::skip]
fn refused_signatures(vectors: &mut Vectors) -> Result<()> {
    const STEP: &str = "§7.2 step 21";
    vectors.reject(&Title("reject-signature-bit-flipped", "the last bit of the signature", STEP), "signature_invalid",
        |parts| parts.edit_signature(|bytes| if let Some(last) = bytes.last_mut() { *last ^= 1 }))?;
    vectors.reject(&Title("reject-signature-trailing-byte", "a byte after the DER signature", "§6.5.5"), "signature_invalid",
        |parts| parts.edit_signature(|bytes| bytes.push(0)))?;
    vectors.reject(&Title("reject-signature-length-not-der", "the sequence has a length in BER's long form", "§6.5.5"), "signature_invalid",
        |parts| parts.edit_signature(|bytes| bytes.insert(1, 0x81)))?;
    vectors.reject(&Title("reject-signature-empty", "no bytes at all", STEP), "signature_invalid",
        |parts| parts.edit_signature(Vec::clear))?;
    vectors.add(&Title("reject-client-data-reserialised", "a space was added: the hash is of the bytes as received", "§7.2 step 20"), "signature_invalid",
        |it| it.rewrite = |response| with_bytes_changed(response, "clientDataJSON", |bytes| bytes.insert(1, b' ')))?;
    vectors.add(&Title("reject-flags-changed-after-signing", "somebody cleared BS on the way", STEP), "signature_invalid",
        |it| it.rewrite = |response| with_bytes_changed(response, "authenticatorData", |bytes| bytes[32] &= !flags::BS))?;
    let mut other = Authenticator::new(AuthenticatorConfig::default());
    let other = register(&mut other)?;
    vectors.add(&Title("reject-signature-of-other-key", "the record has another public key", STEP), "signature_invalid",
        |it| it.credential["public_key"] = other["public_key"].clone())?;
    vectors.add(&Title("reject-signature-and-sign-count", "the sign count is looked at only after the signature", STEP), "signature_invalid", |it| {
        it.credential["sign_count"] = json!(7);
        it.edit(|parts| parts.edit_signature(|bytes| if let Some(last) = bytes.last_mut() { *last ^= 1 }));
    })
}

/// The algorithms that nobody is offered by default: a key of each, and a signature cut short.
#[rustfmt::skip]
fn further_algorithms(vectors: &mut Vectors) -> Result<()> {
    for (name, algorithm) in FURTHER_ALGORITHMS {
        let config = AuthenticatorConfig { algorithms: vec![algorithm], ..AuthenticatorConfig::default() };
        vectors.add_with(config.clone(), &Title(&format!("accept-{name}"), "a discoverable credential, nothing special", "§7.2"), "accept", |_| {})?;
        vectors.add_with(config, &Title(&format!("reject-{name}-signature-truncated"), "the last byte of the signature is missing", "§6.5.5"), "signature_invalid",
            |it| it.edit(|parts| parts.edit_signature(|bytes| { bytes.pop(); })))?;
    }
    Ok(())
}
