//! Scenarios of §8.8.

use super::paths;
use crate::{
    case::{Folder, Refusal, Result},
    vector::{Title, Vector, flip_last_bit},
};
use keylane_authenticator::{
    Attestation, Cbor, ES256, ES384, RS256, TestKey,
    x509::{Extension, Name, der, extension},
};
use serde_json::json;

pub(crate) fn vectors() -> Result<Vec<Vector>> {
    let mut folder = Folder::new("registration/apple", Attestation::Apple, "apple", "anon_ca");
    accepted(&mut folder)?;
    folder.reject_all(STATEMENTS)?;
    folder.reject_all(CERTIFICATES)?;
    paths::common(&mut folder)?;
    Ok(folder.vectors)
}

#[rustfmt::skip]
fn accepted(folder: &mut Folder) -> Result<()> {
    folder.accept(&Title("accept-apple", "a certificate for the credential's key", "§8.8"), |_| {})?;
    for (name, algorithm) in [("accept-es384", ES384), ("accept-rs256", RS256)] {
        folder.accept(&Title(name, "another kind of key", "§8.8"), |it| {
            it.config.algorithms = vec![algorithm];
            it.ceremony["algorithms"] = json!([algorithm]);
        })?;
    }
    folder.accept(&Title("accept-statement-with-algorithm", "devices of 2020 named the algorithm, as drafts had it", "§8.8"),
        |it| it.edit(|parts| parts.edit_statement(|it| it.set_member("alg", Cbor::Int(ES256)))))?;
    folder.accept(&Title("accept-aaguid-zero", "as Apple's devices have it", "§8.8"),
        |it| it.edit(|parts| parts.aaguid = [0; 16]))?;
    folder.accept(&Title("accept-empty-subject", "who the leaf is does not matter", "§8.8"),
        |it| it.edit(|parts| parts.edit_certificates(|path| path[0].subject = Name::default())))
}

#[rustfmt::skip]
const STATEMENTS: &[Refusal] = &[
    ("reject-nonce-of-other-client-data", "made for other client data", "§8.8 step 4", "apple_nonce_mismatch",
        |parts| parts.edit_signed_bytes(flip_last_bit)),
    ("reject-nonce-of-other-authenticator-data", "made for other authenticator data", "§8.8 step 4", "apple_nonce_mismatch",
        |parts| parts.edit_signed_bytes(|bytes| bytes[0] ^= 1)),
    ("reject-nonce-of-client-data-hash-only", "without the authenticator data", "§8.8 step 2", "apple_nonce_mismatch",
        |parts| { parts.edit_signed_bytes(|bytes| { bytes.drain(..bytes.len() - 32); }) }),
    ("reject-sign-count-changed-later", "the authenticator data is not the one of the nonce", "§8.8 step 4", "apple_nonce_mismatch",
        |parts| parts.edit_signed_bytes(|bytes| bytes[36] ^= 1)),
    ("reject-algorithm-of-other-key", "the statement says RS256", "§8.8 step 1", "attestation_algorithm_mismatch",
        |parts| parts.edit_statement(|it| it.set_member("alg", Cbor::Int(RS256)))),
    ("reject-algorithm-as-text", "alg would be an integer", "§8.8 step 1", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.set_member("alg", Cbor::text("ES256")))),
    ("reject-statement-with-signature", "there is none in this format", "§8.8 step 1", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.set_member("sig", Cbor::bytes([0x30, 0])))),
    ("reject-statement-without-certificates", "an empty map", "§8.8 step 1", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.remove_member("x5c"))),
    ("reject-no-certificate", "x5c is empty", "§8.8 step 1", "attestation_statement_malformed",
        |parts| parts.edit_x5c(Vec::clear)),
];

#[rustfmt::skip]
const CERTIFICATES: &[Refusal] = &[
    ("reject-certificate-without-nonce", "nothing binds it to the ceremony", "§8.8 step 4", "apple_nonce_missing",
        |parts| parts.edit_certificates(|path| path[0].remove_extension(extension::APPLE_NONCE))),
    ("reject-nonce-not-tagged", "the OCTET STRING lacks its explicit tag", "§8.8 step 4", "certificate_extension_malformed",
        |parts| { parts.edit_certificates(|path| { path[0].set_extension(Extension::new(extension::APPLE_NONCE, der::sequence(&[der::octet_string(&[7; 32])]))) }) }),
    ("reject-nonce-trailing-byte", "a byte after the SEQUENCE", "§8.8 step 4", "certificate_extension_malformed",
        |parts| { parts.edit_certificates(|path| { for it in &mut path[0].extensions { if it.oid == extension::APPLE_NONCE { it.value.push(0); } } }) }),
    ("reject-nonce-shortened", "31 of 32 bytes", "§8.8 step 4", "apple_nonce_mismatch",
        |parts| { parts.edit_certificates(|path| { path[0].set_extension(Extension::new(extension::APPLE_NONCE, der::sequence(&[der::explicit(1, &der::octet_string(&[7; 31]))]))) }) }),
    ("reject-certificate-for-other-key", "the certified key is not the credential's", "§8.8 step 5", "apple_key_mismatch",
        |parts| { parts.edit_certificates(|path| { if let Ok(spki) = TestKey::generate(ES256).and_then(|it| it.to_spki()) { path[0].public_key = spki; } }) }),
];
