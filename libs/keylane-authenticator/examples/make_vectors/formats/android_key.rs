//! Scenarios of §8.4.

use super::paths;
use crate::{
    case::{Change, Folder, Refusal, Result},
    vector::{Title, Vector, flip_last_bit},
};
use keylane_authenticator::{
    Attestation, Cbor, CreateParts, ES256, ES384, ES512, RS256, TestKey,
    statement::{Authorization, KeyDescription},
    x509::{Extension, der, extension},
};
use serde_json::json;

pub(crate) fn vectors() -> Result<Vec<Vector>> {
    let mut folder =
        Folder::new("registration/android-key", Attestation::AndroidKey, "android-key", "basic");
    accepted(&mut folder)?;
    accepted_descriptions(&mut folder)?;
    liberties(&mut folder)?;
    folder.reject_all(STATEMENTS)?;
    folder.reject_all(DESCRIPTIONS)?;
    folder.reject_all(AUTHORIZATIONS)?;
    paths::common(&mut folder)?;
    Ok(folder.vectors)
}

#[rustfmt::skip]
fn accepted(folder: &mut Folder) -> Result<()> {
    for (name, algorithm) in [("es256", ES256), ("es384", ES384), ("es512", ES512), ("rs256", RS256)] {
        folder.accept(&Title(&format!("accept-key-{name}"), "a key in the trusted environment", "§8.4"), |it| {
            it.config.algorithms = vec![algorithm];
            it.ceremony["algorithms"] = json!([algorithm]);
        })?;
    }
    for version in [1, 2, 3, 4, 100, 200, 400, 500] {
        folder.accept(&Title(&format!("accept-version-{version}"), "the version of the description changes nothing here", "§8.4.1"), |it| it.edit(move |parts| {
            parts.edit_key_description(move |it| {
                it.attestation_version = version;
                it.keymaster_version = version;
            });
        }))?;
    }
    folder.accept(&Title("accept-chain-without-its-root", "the anchor is known anyway", "§8.4"),
        |it| it.edit(|parts| parts.edit_x5c(|x5c| x5c.truncate(2))))
}

#[rustfmt::skip]
fn accepted_descriptions(folder: &mut Folder) -> Result<()> {
    let accepted: &[(&str, &str, Change<KeyDescription>)] = &[
        ("accept-strongbox", "both security levels are the highest", |it| {
            it.attestation_security_level = 2;
            it.keymaster_security_level = 2;
        }),
        ("accept-purposes-sign-and-verify", "verifying takes nothing but the public key", |it| set_in_tee(it, Authorization::purposes(&[2, 3]))),
        ("accept-unknown-authorization", "a tag of the future", |it| set_in_tee(it, Authorization::integer(9999, 1))),
        ("accept-authorizations-in-other-order", "devices disagree about it", |it| it.tee_enforced.reverse()),
        ("accept-unique-id", "16 bytes", |it| it.unique_id = vec![7; 16]),
        ("accept-software-list-empty", "everything stands in the other one", |it| it.software_enforced.clear()),
    ];
    for &(name, comment, edit) in accepted {
        folder.accept(&Title(name, comment, "§8.4.1"), |it| it.edit(move |parts| parts.edit_key_description(edit)))?;
    }
    Ok(())
}

#[rustfmt::skip]
fn liberties(folder: &mut Folder) -> Result<()> {
    let software = "android_key_software_enforced";
    folder.accept(&Title("accept-software-enforced-where-permitted", "a policy that believes the operating system", "§8.4"), |it| {
        it.switch(&[software], &[software]);
        it.edit(|parts| parts.edit_key_description(KeyDescription::enforce_in_software));
    })?;
    folder.accept(&Title("accept-purpose-in-software-where-permitted", "the origin stands in one list, the purpose in the other", "§8.4"), |it| {
        it.switch(&[software], &[software]);
        it.edit(|parts| parts.edit_key_description(purpose_in_software));
    })?;
    folder.accept(&Title("accept-software-enforced-not-needed", "a liberty that was not taken is not reported", "§8.4"),
        |it| it.switch(&[software], &[]))?;
    let empty = "android_key_empty_authorizations";
    folder.accept(&Title("accept-empty-authorizations-where-permitted", "a policy for the specification's own test vector", "§16.13"), |it| {
        it.switch(&[empty], &[empty]);
        it.edit(|parts| parts.edit_key_description(empty_lists));
    })?;
    folder.add(&Title("reject-imported-in-spite-of-liberties", "no liberty is about keys from outside", "§8.4"), "android_key_origin_refused", |it| {
        it.switch(&[software, empty], &[]);
        it.edit(|parts| parts.edit_key_description(|it| set_in_tee(it, Authorization::origin(2))));
    })
}

#[rustfmt::skip]
const STATEMENTS: &[Refusal] = &[
    ("reject-signature-bit-flipped", "the last bit of the signature", "§8.4", "attestation_signature_invalid",
        |parts| parts.edit_signature(flip_last_bit)),
    ("reject-signature-trailing-byte", "a byte after the DER signature", "§6.5.5", "attestation_signature_invalid",
        |parts| parts.edit_signature(|bytes| bytes.push(0))),
    ("reject-signature-of-other-key", "not the credential's key", "§8.4", "attestation_signature_invalid",
        |parts| parts.statement_key = TestKey::generate(ES256).ok()),
    ("reject-signature-of-other-client-data", "the hash of other client data was signed", "§8.4", "attestation_signature_invalid",
        |parts| parts.edit_signed_bytes(flip_last_bit)),
    ("reject-algorithm-of-other-key", "the statement says RS256", "§8.4", "attestation_signature_invalid",
        |parts| parts.statement_algorithm = Some(RS256)),
    ("reject-algorithm-missing", "a member is missing", "§8.4", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.remove_member("alg"))),
    ("reject-signature-missing", "a member is missing", "§8.4", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.remove_member("sig"))),
    ("reject-certificates-missing", "a member is missing", "§8.4", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.remove_member("x5c"))),
    ("reject-statement-with-version", "an unknown member", "§8.4", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.set_member("ver", Cbor::text("1")))),
    ("reject-no-certificate", "x5c is empty", "§8.4", "attestation_statement_malformed",
        |parts| parts.edit_x5c(Vec::clear)),
    ("reject-certificate-for-other-key", "a key that signed, and is not the credential's", "§8.4", "android_key_mismatch",
        |parts| { let Ok(key) = TestKey::generate(ES256) else { return }; let Ok(spki) = key.to_spki() else { return }; parts.statement_key = Some(key); parts.edit_certificates(|path| path[0].public_key = spki); }),
];

#[rustfmt::skip]
const DESCRIPTIONS: &[Refusal] = &[
    ("reject-certificate-without-description", "the extension is missing", "§8.4", "android_key_description_absent",
        |parts| parts.edit_certificates(|path| path[0].remove_extension(extension::ANDROID_KEY_DESCRIPTION))),
    ("reject-description-empty", "an empty SEQUENCE", "§8.4", "android_key_description_malformed",
        |parts| parts.edit_certificates(|path| path[0].set_extension(Extension::new(extension::ANDROID_KEY_DESCRIPTION, der::sequence::<Vec<u8>>(&[]))))),
    ("reject-description-trailing-byte", "a byte after the SEQUENCE", "§8.4", "android_key_description_malformed",
        |parts| { parts.edit_certificates(|path| { for it in &mut path[0].extensions { if it.oid == extension::ANDROID_KEY_DESCRIPTION { it.value.push(0); } } }) }),
    ("reject-description-truncated", "the last byte is missing", "§8.4", "android_key_description_malformed",
        |parts| { parts.edit_certificates(|path| { for it in &mut path[0].extensions { if it.oid == extension::ANDROID_KEY_DESCRIPTION { it.value.pop(); } } }) }),
    ("reject-security-level-as-integer", "as the specification's test vector once had it", "§16.13", "android_key_description_malformed",
        |parts| edit(parts, |it| it.security_level_tag = 0x02)),
    ("reject-security-level-unknown", "3, which does not exist", "§8.4.1", "android_key_description_malformed",
        |parts| edit(parts, |it| it.keymaster_security_level = 3)),
    ("reject-version-0", "versions begin with 1", "§8.4.1", "android_key_description_malformed",
        |parts| edit(parts, |it| it.attestation_version = 0)),
    ("reject-challenge-of-other-client-data", "made for other client data", "§8.4", "android_key_challenge_mismatch",
        |parts| edit(parts, |it| it.attestation_challenge[0] ^= 1)),
    ("reject-challenge-empty", "no bytes at all", "§8.4", "android_key_challenge_mismatch",
        |parts| edit(parts, |it| it.attestation_challenge.clear())),
    ("reject-challenge-of-relying-party", "the challenge itself, where the hash of the client data belongs", "§8.4", "android_key_challenge_mismatch",
        |parts| edit(parts, |it| it.attestation_challenge = crate::vector::CHALLENGE.to_vec())),
    ("reject-challenge-with-byte-appended", "33 bytes", "§8.4", "android_key_challenge_mismatch",
        |parts| edit(parts, |it| it.attestation_challenge.push(0))),
];

#[rustfmt::skip]
const AUTHORIZATIONS: &[Refusal] = &[
    ("reject-all-applications-in-hardware", "every app of the device may use the key", "§8.4", "android_key_all_applications",
        |parts| edit(parts, |it| set_in_tee(it, Authorization::all_applications()))),
    ("reject-all-applications-in-software", "the same in the other list", "§8.4", "android_key_all_applications",
        |parts| edit(parts, |it| KeyDescription::set(&mut it.software_enforced, Authorization::all_applications()))),
    ("reject-origin-imported", "the key was made elsewhere", "§8.4", "android_key_origin_refused",
        |parts| edit(parts, |it| set_in_tee(it, Authorization::origin(2)))),
    ("reject-origin-derived", "the key was derived", "§8.4", "android_key_origin_refused",
        |parts| edit(parts, |it| set_in_tee(it, Authorization::origin(1)))),
    ("reject-origin-missing", "an absent origin is not zero", "§8.4", "android_key_origin_refused",
        |parts| edit(parts, |it| it.remove(702))),
    ("reject-purpose-missing", "nobody says what the key is for", "§8.4", "android_key_purpose_refused",
        |parts| edit(parts, |it| it.remove(1))),
    ("reject-purpose-empty", "an empty set", "§8.4", "android_key_purpose_refused",
        |parts| edit(parts, |it| set_in_tee(it, Authorization::purposes(&[])))),
    ("reject-purpose-decrypt", "1 instead of 2", "§8.4", "android_key_purpose_refused",
        |parts| edit(parts, |it| set_in_tee(it, Authorization::purposes(&[1])))),
    ("reject-purpose-sign-and-decrypt", "signing is not all", "§8.4", "android_key_purpose_refused",
        |parts| edit(parts, |it| set_in_tee(it, Authorization::purposes(&[1, 2])))),
    ("reject-purpose-verify-only", "a key that cannot sign", "§8.4", "android_key_purpose_refused",
        |parts| edit(parts, |it| set_in_tee(it, Authorization::purposes(&[3])))),
    ("reject-software-enforced", "only the operating system says so", "§8.4", "android_key_origin_refused",
        |parts| edit(parts, KeyDescription::enforce_in_software)),
    ("reject-origin-contradicted-by-software", "one list says generated, the other imported", "§8.4", "android_key_origin_refused",
        |parts| edit(parts, |it| KeyDescription::set(&mut it.software_enforced, Authorization::origin(2)))),
    ("reject-purpose-in-software", "only the operating system says what the key is for", "§8.4", "android_key_purpose_refused",
        |parts| edit(parts, purpose_in_software)),
    ("reject-empty-authorizations", "neither origin nor purpose in either list", "§8.4", "android_key_origin_refused",
        |parts| edit(parts, empty_lists)),
    ("reject-authorization-twice", "two readers could see two different origins", "§8.4", "android_key_description_malformed",
        |parts| edit(parts, |it| it.tee_enforced.push(Authorization::origin(2)))),
    ("reject-origin-not-an-integer", "an OCTET STRING", "§8.4", "android_key_description_malformed",
        |parts| { edit(parts, |it| { set_in_tee(it, Authorization { tag: 702, value: der::octet_string(&[0]) }) }) }),
    ("reject-purpose-not-a-set", "an INTEGER", "§8.4", "android_key_description_malformed",
        |parts| edit(parts, |it| set_in_tee(it, Authorization::integer(1, 2)))),
];

fn edit(parts: &mut CreateParts, edit: fn(&mut KeyDescription)) {
    parts.edit_key_description(edit);
}

fn set_in_tee(description: &mut KeyDescription, entry: Authorization) {
    KeyDescription::set(&mut description.tee_enforced, entry);
}

fn purpose_in_software(description: &mut KeyDescription) {
    description.remove(1);
    KeyDescription::set(&mut description.software_enforced, Authorization::purposes(&[2]));
}

fn empty_lists(description: &mut KeyDescription) {
    description.software_enforced.clear();
    description.tee_enforced.clear();
}
