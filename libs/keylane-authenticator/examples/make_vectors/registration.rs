//! Scenarios of §7.1.

use crate::{
    case::{Case, Folder, Result},
    vector::{DEADLINE_MS, FURTHER_ALGORITHMS, Title, Vector, base64url, with_doubled_member},
};
use keylane_authenticator::{Attestation, AuthenticatorConfig, Cbor, EDDSA, ES256, RS256, flags};
use serde_json::json;

pub(crate) fn vectors() -> Result<Vec<Vector>> {
    let mut none = Folder::new("registration/none", Attestation::None, "none", "none");
    accepted(&mut none)?;
    refused_messages(&mut none)?;
    refused_client_data(&mut none)?;
    refused_origins(&mut none)?;
    refused_authenticator_data(&mut none)?;
    refused_keys(&mut none)?;
    refused_attestation(&mut none)?;
    let mut packed =
        Folder::new("registration/packed", Attestation::PackedSelf, "packed", "self_signed");
    packed_statements(&mut packed)?;
    further_algorithms(&mut packed)?;
    none.vectors.append(&mut packed.vectors);
    Ok(none.vectors)
}

#[rustfmt::skip]
fn accepted(folder: &mut Folder) -> Result<()> {
    folder.accept(&Title("accept-es256", "a synced passkey, nothing special", "§7.1"), |_| {})?;
    folder.accept(&Title("accept-ed25519", "a key on Ed25519", "§7.1 step 20"),
        |it| it.config.algorithms = vec![EDDSA])?;
    folder.accept(&Title("accept-rs256", "an RSA key of 2048 bits", "§7.1 step 20"),
        |it| it.config.algorithms = vec![RS256])?;
    folder.accept(&Title("accept-at-the-deadline", "the answer comes in the last millisecond", "§7.1 step 1, timeout"),
        |it| it.ceremony["now_ms"] = json!(DEADLINE_MS))?;
    folder.accept(&Title("accept-security-key", "device-bound, with a sign count", "§7.1 step 27"), |it| {
        it.config = AuthenticatorConfig::security_key();
        it.outcome["sign_count"] = json!(1);
        it.outcome["backup_eligible"] = json!(false);
        it.outcome["backed_up"] = json!(false);
    })?;
    folder.accept(&Title("accept-user-absent-in-conditional-creation", "UP may be clear when the mediation was conditional", "§7.1 step 15"), |it| {
        it.ceremony["mediation"] = json!("conditional");
        it.edit(|parts| parts.flags &= !flags::UP);
    })?;
    folder.accept(&Title("accept-user-unverified-when-preferred", "UV may be clear when verification was preferred", "§7.1 step 16"), |it| {
        it.ceremony["user_verification"] = json!("preferred");
        it.config.user_verification = false;
        it.outcome["user_verified"] = json!(false);
    })?;
    folder.accept(&Title("accept-client-data-with-byte-order-mark", "UTF-8 decode removes a leading byte order mark", "§7.1 step 5"), |it| it.edit(|parts| {
        parts.client_data.raw = Some(["\u{feff}".as_bytes(), &parts.client_data.to_bytes()].concat());
    }))?;
    folder.accept(&Title("accept-client-data-with-unknown-member", "clients may add members", "§5.8.1"), |it| it.edit(|parts| {
        parts.client_data.extra = vec![("other_keys_can_be_added_here".into(), "\"do not compare against a template\"".into())];
    }))?;
    folder.accept(&Title("accept-client-data-without-cross-origin", "an absent crossOrigin means false", "§5.8.1"),
        |it| it.edit(|parts| parts.client_data.cross_origin = None))?;
    folder.accept(&Title("accept-framed-in-expected-page", "the page around the frame is on the list", "§7.1 step 11"), |it| {
        it.ceremony["top_origins"] = json!(["https://shop.example"]);
        it.edit(|parts| {
            parts.client_data.cross_origin = Some(true);
            parts.client_data.top_origin = Some("https://shop.example".into());
        });
    })?;
    folder.accept(&Title("accept-extension-outputs-unasked", "authenticators may send outputs that nobody asked for", "§7.1 step 28"), |it| it.edit(|parts| {
        parts.flags |= flags::ED;
        parts.extensions = Cbor::Map(vec![(Cbor::text("credProtect"), Cbor::Int(2))]).encode();
    }))?;
    folder.accept(&Title("accept-reserved-flags", "bits reserved for future use are ignored", "§6.1"),
        |it| it.edit(|parts| parts.flags |= 0b0010_0010))?;
    folder.accept(&Title("accept-longest-credential-id", "1023 bytes", "§7.1 step 25"),
        |it| it.edit(|parts| parts.credential_id = vec![0xc5; 1023]))?;
    folder.accept(&Title("accept-unknown-transport", "transports of the future are kept", "§5.8.4"),
        |it| it.edit(|parts| parts.transports = vec!["carrier-pigeon".into()]))?;
    folder.accept(&Title("accept-unknown-format-as-unverified", "nothing was asked for, so an unknown format proves nothing", "§7.1 step 21"), |it| {
        it.edit(|parts| parts.fmt = Some("of-the-future".into()));
        it.outcome["attestation_format"] = json!("of-the-future");
        it.outcome["attestation_kind"] = json!("unverified");
    })
}

#[rustfmt::skip]
fn refused_messages(folder: &mut Folder) -> Result<()> {
    folder.add(&Title("reject-after-the-deadline", "one millisecond late", "§7.1 step 1, timeout"), "ceremony_expired",
        |it| it.ceremony["now_ms"] = json!(DEADLINE_MS + 1))?;
    folder.reject(&Title("reject-response-type", "type is not public-key", "§5.1"), "response_type_mismatch",
        |parts| parts.kind = "password".into())?;
    folder.reject(&Title("reject-response-id-is-not-raw-id", "id and rawId name two credentials", "§5.1"), "response_id_mismatch",
        |parts| parts.id = Some("AAAA".into()))?;
    folder.reject(&Title("reject-response-id-padded", "base64url has no padding here", "§3, Base64url"), "response_not_base64url", |parts| {
        parts.id = Some("AAAAAA==".into());
        parts.raw_id = Some("AAAAAA==".into());
    })?;
    folder.reject(&Title("reject-response-transport-too-long", "a transport of 33 characters", "§5.8.4"), "response_transports_refused",
        |parts| parts.transports = vec!["x".repeat(33)])?;
    folder.add(&Title("reject-response-member-twice", "two readers could see two different types", "§5.1"), "response_malformed",
        |it| it.rewrite = with_doubled_member)
}

#[rustfmt::skip]
fn refused_client_data(folder: &mut Folder) -> Result<()> {
    folder.reject(&Title("reject-client-data-not-utf8", "an invalid byte is not repaired", "§7.1 step 5"), "client_data_not_utf8",
        |parts| parts.client_data.raw = Some([&parts.client_data.to_bytes()[..], &[0xff]].concat()))?;
    folder.reject(&Title("reject-client-data-not-json", "the closing brace is missing", "§7.1 step 6"), "client_data_malformed", |parts| {
        let mut bytes = parts.client_data.to_bytes();
        bytes.pop();
        parts.client_data.raw = Some(bytes);
    })?;
    folder.reject(&Title("reject-client-data-trailing-bytes", "text after the JSON object", "§7.1 step 6"), "client_data_malformed",
        |parts| parts.client_data.raw = Some([&parts.client_data.to_bytes()[..], b"{}"].concat()))?;
    folder.reject(&Title("reject-client-data-member-twice", "the second type says what is expected", "§7.1 step 6"), "client_data_duplicate_member", |parts| {
        parts.client_data.kind = "webauthn.get".into();
        parts.client_data.extra = vec![("type".into(), "\"webauthn.create\"".into())];
    })?;
    folder.reject(&Title("reject-client-data-without-origin", "a member is missing", "§7.1 step 6"), "client_data_member_missing",
        |parts| parts.client_data.raw = Some(format!("{{\"type\":\"webauthn.create\",\"challenge\":\"{}\"}}", parts.client_data.challenge).into_bytes()))?;
    folder.reject(&Title("reject-client-data-cross-origin-as-text", "crossOrigin is a boolean", "§7.1 step 6"), "client_data_malformed", |parts| {
        parts.client_data.cross_origin = None;
        parts.client_data.extra = vec![("crossOrigin".into(), "\"false\"".into())];
    })?;
    folder.reject(&Title("reject-client-data-of-authentication", "the type is webauthn.get", "§7.1 step 7"), "client_data_type_mismatch",
        |parts| parts.client_data.kind = "webauthn.get".into())?;
    folder.add(&Title("reject-other-challenge", "the answer to another ceremony", "§7.1 step 8"), "challenge_mismatch",
        |it| it.ceremony["challenge"] = json!(base64url(&[7; 32])))?;
    folder.reject(&Title("reject-challenge-padded", "the same bytes in another spelling", "§7.1 step 8"), "challenge_mismatch",
        |parts| parts.client_data.challenge.push('='))
}

#[rustfmt::skip]
fn refused_origins(folder: &mut Folder) -> Result<()> {
    for (name, comment, origin) in [
        ("reject-origin-look-alike", "a suffix of the host without the dot", "https://badexample.org"),
        ("reject-origin-subdomain", "the ceremony belongs to one origin", "https://login.example.org"),
        ("reject-origin-other-port", "the port is part of the origin", "https://example.org:8443"),
        ("reject-origin-default-port", "an origin is compared as text", "https://example.org:443"),
        ("reject-origin-other-scheme", "http instead of https", "http://example.org"),
        ("reject-origin-trailing-slash", "an origin has no path", "https://example.org/"),
        ("reject-origin-upper-case", "an origin is compared as text", "https://EXAMPLE.org"),
        ("reject-origin-with-user", "an origin has no user name", "https://example.org@evil.example"),
    ] {
        folder.reject(&Title(name, comment, "§7.1 step 9"), "origin_mismatch",
            move |parts| parts.client_data.origin = origin.into())?;
    }
    folder.reject(&Title("reject-cross-origin", "framed by another site, which nobody expects", "§7.1 step 10"), "cross_origin_refused",
        |parts| parts.client_data.cross_origin = Some(true))?;
    folder.add(&Title("reject-framed-in-other-page", "the page around the frame is not on the list", "§7.1 step 11"), "top_origin_refused", |it| {
        it.ceremony["top_origins"] = json!(["https://shop.example"]);
        it.edit(|parts| {
            parts.client_data.cross_origin = Some(true);
            parts.client_data.top_origin = Some("https://evil.example".into());
        });
    })?;
    folder.reject(&Title("reject-top-origin-without-cross-origin", "a client that contradicts itself", "§7.1 step 11"), "top_origin_refused",
        |parts| parts.client_data.top_origin = Some("https://shop.example".into()))
}

#[rustfmt::skip]
fn refused_authenticator_data(folder: &mut Folder) -> Result<()> {
    folder.reject(&Title("reject-authenticator-data-truncated", "36 of 37 bytes", "§6.1"), "authenticator_data_truncated",
        |parts| parts.edit_authenticator_data(|bytes| bytes.truncate(36)))?;
    folder.reject(&Title("reject-authenticator-data-trailing-byte", "a byte that no flag announces", "§6.1"), "authenticator_data_trailing_bytes",
        |parts| parts.trailing = vec![0])?;
    folder.reject(&Title("reject-credential-id-length-beyond-the-data", "the length field points past the end", "§6.5.1"), "authenticator_data_truncated",
        |parts| parts.credential_id_length = Some(1000))?;
    folder.reject(&Title("reject-extensions-announced-but-absent", "ED without extension data", "§6.1"), "cbor_truncated",
        |parts| parts.flags |= flags::ED)?;
    folder.reject(&Title("reject-extensions-not-a-map", "extension data is an array", "§6.1"), "extensions_not_a_map", |parts| {
        parts.flags |= flags::ED;
        parts.extensions = Cbor::Array(Vec::new()).encode();
    })?;
    folder.reject(&Title("reject-other-rp-id", "a sound credential for another RP ID", "§7.1 step 14"), "rp_id_hash_mismatch",
        |parts| parts.rp_id_hash[0] ^= 1)?;
    folder.reject(&Title("reject-user-absent", "UP is clear and the mediation was not conditional", "§7.1 step 15"), "user_not_present",
        |parts| parts.flags &= !flags::UP)?;
    folder.reject(&Title("reject-user-unverified", "UV is clear and verification was required", "§7.1 step 16"), "user_not_verified",
        |parts| parts.flags &= !flags::UV)?;
    folder.reject(&Title("reject-backed-up-without-eligibility", "BS without BE", "§7.1 step 17"), "backed_up_without_eligibility",
        |parts| parts.flags &= !flags::BE)?;
    folder.reject(&Title("reject-no-attested-credential", "AT is clear", "§7.1 step 20"), "attested_credential_missing",
        |parts| parts.flags &= !flags::AT)?;
    folder.reject(&Title("reject-credential-id-empty", "no bytes at all", "§7.1 step 25"), "credential_id_length", |parts| {
        parts.credential_id = Vec::new();
        parts.id = Some("AAAA".into());
        parts.raw_id = Some("AAAA".into());
    })?;
    folder.reject(&Title("reject-credential-id-too-long", "1024 bytes", "§7.1 step 25"), "credential_id_length", |parts| {
        parts.credential_id = vec![0xc5; 1024];
        parts.id = Some("AAAA".into());
        parts.raw_id = Some("AAAA".into());
    })?;
    folder.reject(&Title("reject-client-names-other-credential", "rawId is not the attested credential id", "§7.1 step 27"), "credential_id_mismatch", |parts| {
        parts.id = Some("AAAA".into());
        parts.raw_id = Some("AAAA".into());
    })
}

#[rustfmt::skip]
fn refused_keys(folder: &mut Folder) -> Result<()> {
    let ec2 = |algorithm: i64, curve: i64, y: Cbor| Cbor::Map(vec![
        (Cbor::Int(1), Cbor::Int(2)), (Cbor::Int(3), Cbor::Int(algorithm)),
        (Cbor::Int(-1), Cbor::Int(curve)), (Cbor::Int(-2), Cbor::bytes([5; 32])), (Cbor::Int(-3), y),
    ]).encode();
    let off_curve = Cbor::bytes([6; 32]);
    for (name, comment, code, key) in [
        ("reject-key-not-on-curve", "x and y are not a point of P-256", "public_key_not_on_curve", ec2(ES256, 1, off_curve.clone())),
        ("reject-key-curve-of-other-algorithm", "ES256 goes with P-256, not with P-384", "public_key_curve_mismatch", ec2(ES256, 2, off_curve.clone())),
        ("reject-key-compressed-point", "y is a sign instead of a coordinate", "public_key_point_malformed", ec2(ES256, 1, Cbor::Bool(true))),
        ("reject-key-algorithm-unknown", "RS1, with which nobody signs in", "public_key_algorithm_unsupported", ec2(-65535, 3, off_curve.clone())),
        ("reject-key-type-of-other-algorithm", "EdDSA with an EC2 key", "public_key_type_mismatch", ec2(EDDSA, 1, off_curve)),
        ("reject-key-without-members", "an empty map", "public_key_malformed", Cbor::Map(Vec::new()).encode()),
        ("reject-key-members-unsorted", "alg before kty", "cbor_key_order",
            Cbor::Map(vec![(Cbor::Int(3), Cbor::Int(ES256)), (Cbor::Int(1), Cbor::Int(2))]).encode()),
        ("reject-key-member-twice", "two values for kty", "cbor_duplicate_key",
            Cbor::Map(vec![(Cbor::Int(1), Cbor::Int(2)), (Cbor::Int(1), Cbor::Int(3))]).encode()),
        ("reject-key-integer-not-shortest", "kty takes two bytes", "cbor_not_shortest", vec![0xa1, 0x01, 0x18, 0x02]),
        ("reject-key-of-indefinite-length", "a map without a length", "cbor_indefinite_length", vec![0xbf, 0x01, 0x02, 0xff]),
    ] {
        folder.reject(&Title(name, comment, "§6.5.1.1 and §7.1 step 20"), code, move |parts| parts.cose_key = key)?;
    }
    folder.add(&Title("reject-algorithm-not-requested", "a sound ES256 key, but only RS256 was offered", "§7.1 step 20"), "algorithm_not_requested",
        |it| it.ceremony["algorithms"] = json!([RS256]))
}

#[rustfmt::skip]
fn refused_attestation(folder: &mut Folder) -> Result<()> {
    folder.reject(&Title("reject-attestation-object-trailing-byte", "a byte after the CBOR map", "§7.1 step 13"), "cbor_trailing_bytes",
        |parts| parts.edit_attestation_object(|bytes| bytes.push(0)))?;
    folder.reject(&Title("reject-attestation-object-truncated", "the last byte is missing", "§7.1 step 13"), "cbor_truncated",
        |parts| parts.edit_attestation_object(|bytes| { bytes.pop(); }))?;
    folder.reject(&Title("reject-attestation-object-without-members", "an empty map", "§7.1 step 13"), "attestation_object_malformed",
        |parts| parts.edit_attestation_object(|bytes| *bytes = vec![0xa0]))?;
    folder.reject(&Title("reject-statement-not-empty", "format none has an empty statement", "§8.7"), "attestation_statement_malformed",
        |parts| parts.att_stmt = Some(Cbor::Map(vec![(Cbor::text("alg"), Cbor::Int(ES256))]).encode()))?;
    folder.reject(&Title("reject-format-name-malformed", "a format with a space in it", "§8.1"), "attestation_format_malformed",
        |parts| parts.fmt = Some("no ne".into()))?;
    folder.add(&Title("reject-format-none-when-attestation-is-wanted", "only packed is accepted", "§7.1 step 21"), "attestation_format_refused",
        |it| it.ceremony["attestation_formats"] = json!(["packed"]))?;
    folder.add(&Title("reject-unknown-format-when-it-must-be-verified", "the format is listed but this build has no verifier for it", "§7.1 step 21"), "attestation_unsupported", |it| {
        it.ceremony["attestation_formats"] = json!(["of-the-future"]);
        it.edit(|parts| parts.fmt = Some("of-the-future".into()));
    })
}

#[rustfmt::skip]
fn packed_statements(folder: &mut Folder) -> Result<()> {
    for (name, algorithm) in [("accept-self-es256", ES256), ("accept-self-ed25519", EDDSA), ("accept-self-rs256", RS256)] {
        folder.accept(&Title(name, "signed with the credential's own key", "§8.2, self attestation"),
            |it| it.config.algorithms = vec![algorithm])?;
    }
    folder.accept(&Title("accept-self-when-attestation-is-wanted", "packed is on the list of formats", "§7.1 step 24"),
        |it| it.ceremony["attestation_formats"] = json!(["packed"]))?;
    folder.reject(&Title("reject-signature-bit-flipped", "the last bit of the signature", "§8.2"), "attestation_signature_invalid",
        |parts| parts.edit_signature(|bytes| if let Some(last) = bytes.last_mut() { *last ^= 1 }))?;
    folder.reject(&Title("reject-signature-trailing-byte", "a byte after the DER signature", "§6.5.5"), "attestation_signature_invalid",
        |parts| parts.edit_signature(|bytes| bytes.push(0)))?;
    folder.reject(&Title("reject-signature-empty", "no bytes at all", "§8.2"), "attestation_signature_invalid",
        |parts| parts.edit_signature(Vec::clear))?;
    folder.reject(&Title("reject-algorithm-of-other-key", "the statement says RS256, the key ES256", "§8.2, self attestation"), "attestation_algorithm_mismatch",
        |parts| parts.statement_algorithm = Some(RS256))?;
    folder.reject(&Title("reject-statement-without-signature", "a member is missing", "§8.2"), "attestation_statement_malformed",
        |parts| parts.att_stmt = Some(Cbor::Map(vec![(Cbor::text("alg"), Cbor::Int(ES256))]).encode()))?;
    folder.add(&Title("reject-format-when-only-none-is-accepted", "packed is not on the list of formats", "§7.1 step 21"), "attestation_format_refused",
        |it| it.ceremony["attestation_formats"] = json!(["none"]))
}

/// The algorithms that nobody is offered by default: a key of each, and a signature cut short.
#[rustfmt::skip]
fn further_algorithms(folder: &mut Folder) -> Result<()> {
    for (name, algorithm) in FURTHER_ALGORITHMS {
        let only = |it: &mut Case| {
            it.config.algorithms = vec![algorithm];
            it.ceremony["algorithms"] = json!([algorithm]);
        };
        folder.accept(&Title(&format!("accept-self-{name}"), "signed with the credential's own key", "§8.2, self attestation"), only)?;
        folder.add(&Title(&format!("reject-self-{name}-signature-truncated"), "the last byte of the signature is missing", "§6.5.5"), "attestation_signature_invalid", |it| {
            only(it);
            it.edit(|parts| parts.edit_signature(|bytes| { bytes.pop(); }));
        })?;
    }
    Ok(())
}
