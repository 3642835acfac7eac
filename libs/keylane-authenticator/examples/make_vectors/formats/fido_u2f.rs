//! Scenarios of §8.6.

use crate::{
    case::{Folder, NOW_S, Refusal, Result},
    vector::{Title, Vector, base64url, flip_last_bit},
};
use keylane_authenticator::{
    Attestation, Cbor, EDDSA, ES256, ES384, RS256, TestAuthority, TestKey,
    x509::{Extension, extension},
};
use serde_json::json;
use std::sync::Arc;

pub(crate) fn vectors() -> Result<Vec<Vector>> {
    let mut folder =
        Folder::new("registration/fido-u2f", Attestation::FidoU2f, "fido-u2f", "basic");
    accepted(&mut folder)?;
    folder.reject_all(STATEMENTS)?;
    keys(&mut folder)?;
    paths(&mut folder)?;
    Ok(folder.vectors)
}

#[rustfmt::skip]
fn accepted(folder: &mut Folder) -> Result<()> {
    folder.accept(&Title("accept-u2f", "a U2F authenticator", "§8.6"), |_| {})?;
    folder.accept(&Title("accept-certificate-of-version-1", "§8.6 asks nothing of the certificate but its key", "§8.6"), |it| it.edit(|parts| {
        parts.edit_certificates(|path| { path[0].version = 1; path[0].extensions.clear(); });
    }))?;
    folder.accept(&Title("accept-certificate-without-basic-constraints", "only packed and tpm demand them", "§8.6"), |it| it.edit(|parts| {
        parts.edit_certificates(|path| path[0].remove_extension(extension::BASIC_CONSTRAINTS));
    }))?;
    folder.accept(&Title("accept-aaguid-not-zero-where-permitted", "a policy for the specification's own test vector", "§16.15"), |it| {
        it.switch(&["fido_u2f_nonzero_aaguid"], &["fido_u2f_nonzero_aaguid"]);
        it.edit(|parts| parts.aaguid = [7; 16]);
    })
}

#[rustfmt::skip]
const STATEMENTS: &[Refusal] = &[
    ("reject-signature-bit-flipped", "the last bit of the signature", "§8.6 step 6", "attestation_signature_invalid",
        |parts| parts.edit_signature(flip_last_bit)),
    ("reject-signature-trailing-byte", "a byte after the DER signature", "§6.5.5", "attestation_signature_invalid",
        |parts| parts.edit_signature(|bytes| bytes.push(0))),
    ("reject-signature-of-other-key", "not the key of the certificate", "§8.6 step 6", "attestation_signature_invalid",
        |parts| parts.statement_key = TestKey::generate(ES256).ok()),
    ("reject-signature-without-leading-zero", "the reserved byte is missing", "§8.6 step 5", "attestation_signature_invalid",
        |parts| { parts.edit_signed_bytes(|bytes| { bytes.remove(0); }) }),
    ("reject-signature-for-other-rp-id", "another hash of the RP ID was signed", "§8.6 step 5", "attestation_signature_invalid",
        |parts| parts.edit_signed_bytes(|bytes| bytes[1] ^= 1)),
    ("reject-signature-of-other-client-data", "another hash of the client data was signed", "§8.6 step 5", "attestation_signature_invalid",
        |parts| parts.edit_signed_bytes(|bytes| bytes[33] ^= 1)),
    ("reject-signature-for-other-credential-id", "another credential id was signed", "§8.6 step 5", "attestation_signature_invalid",
        |parts| parts.edit_signed_bytes(|bytes| bytes[65] ^= 1)),
    ("reject-signature-for-other-credential-key", "another public key was signed", "§8.6 step 5", "attestation_signature_invalid",
        |parts| parts.edit_signed_bytes(flip_last_bit)),
    ("reject-signature-over-authenticator-data", "what packed would sign", "§8.6 step 5", "attestation_signature_invalid",
        |parts| { parts.edit_signed_bytes(|bytes| { bytes.drain(..1); bytes.truncate(64); }) }),
    ("reject-aaguid-not-zero", "U2F has no models", "§8.6", "fido_u2f_aaguid_not_zero",
        |parts| { parts.aaguid = [7; 16] }),
    ("reject-statement-without-signature", "a member is missing", "§8.6 step 1", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.remove_member("sig"))),
    ("reject-statement-without-certificates", "a member is missing", "§8.6 step 1", "attestation_statement_malformed",
        |parts| { parts.edit_statement(|it| { it.remove_member("x5c"); it.set_member("ver", Cbor::Int(1)); }) }),
    ("reject-statement-with-algorithm", "there is only one, and it is not named", "§8.6 step 1", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.set_member("alg", Cbor::Int(ES256)))),
    ("reject-no-certificate", "x5c is empty", "§8.6 step 2", "attestation_statement_malformed",
        |parts| parts.edit_x5c(Vec::clear)),
    ("reject-two-certificates", "exactly one is allowed", "§8.6 step 2", "fido_u2f_certificate_count",
        |parts| parts.edit_x5c(|x5c| x5c.push(x5c[0].clone()))),
    ("reject-certificate-trailing-byte", "a byte after the certificate", "§8.6 step 2", "certificate_malformed",
        |parts| parts.edit_x5c(|x5c| x5c[0].push(0))),
    ("reject-certificate-expired", "a second ago", "§7.1 step 24", "certificate_not_valid_now",
        |parts| parts.edit_certificates(|path| path[0].not_after_s = NOW_S - 1)),
    ("reject-certificate-not-yet-valid", "from the next second on", "§7.1 step 24", "certificate_not_valid_now",
        |parts| parts.edit_certificates(|path| path[0].not_before_s = NOW_S + 1)),
    ("reject-certificate-signature", "the last bit of the signature on the certificate", "§7.1 step 24", "attestation_untrusted",
        |parts| parts.edit_certificates(|path| path[0].edit_signature(flip_last_bit))),
    ("reject-certificate-unknown-critical-extension", "what must be understood is not", "§7.1 step 24", "certificate_critical_extension_unknown",
        |parts| parts.edit_certificates(|path| path[0].set_extension(Extension::critical(&[1, 3, 6, 1, 4, 1, 55555, 1], vec![5, 0])))),
];

#[rustfmt::skip]
fn keys(folder: &mut Folder) -> Result<()> {
    for (name, comment, algorithm) in [
        ("reject-certificate-key-on-p384", "the attestation key is on P-384", ES384),
        ("reject-certificate-key-rsa", "the attestation key is one of RSA", RS256),
    ] {
        folder.add(&Title(name, comment, "§8.6 step 2"), "fido_u2f_certificate_key",
            |it| it.config.attestation_algorithm = Some(algorithm))?;
    }
    folder.add(&Title("reject-credential-key-ed25519", "U2F knows only keys on P-256", "§8.6 step 4"), "fido_u2f_credential_key", |it| {
        it.config.attestation = Attestation::PackedSelf;
        it.config.algorithms = vec![EDDSA];
        it.edit(|parts| {
            parts.aaguid = [0; 16];
            parts.attestation = Attestation::FidoU2f;
        });
    })
}

#[rustfmt::skip]
fn paths(folder: &mut Folder) -> Result<()> {
    folder.add(&Title("reject-without-any-anchor", "nobody is trusted", "§7.1 step 24"), "attestation_untrusted", |it| it.trust(&[]))?;
    let other = Arc::new(TestAuthority::generate("Keylane Test", ES384, ES256, NOW_S)?);
    folder.add(&Title("reject-other-root-of-the-same-name", "the anchor has the name and another key", "§7.1 step 24"), "attestation_untrusted",
        |it| it.trust(&[other.root()]))?;
    let authority = TestAuthority::shared(NOW_S)?;
    let mut list = authority.root_revocation_list();
    list.revoked_serials = vec![vec![0x4b, 0x65, 0x79, 0x01]];
    let list = base64url(&list.issue()?);
    folder.add(&Title("reject-certificate-revoked", "by the root", "§7.1 step 24"), "certificate_revoked",
        |it| it.ceremony["revocation_lists"] = json!([list]))
}
