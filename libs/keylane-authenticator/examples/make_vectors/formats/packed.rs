//! Scenarios of §8.2 with certificates.

use super::{paths, revocation};
use crate::{
    case::{Folder, Refusal, Result},
    vector::{FURTHER_ALGORITHMS, Title, Vector, flip_last_bit},
};
use keylane_authenticator::{
    Attestation, Cbor, CertificateParts, CreateParts, EDDSA, ES256, ES384, ES512, RS1, RS256,
    RS384, RS512, TestKey,
    x509::{Attribute, Extension, Name, der, extension},
};
use serde_json::json;

pub(crate) fn vectors() -> Result<Vec<Vector>> {
    let mut folder =
        Folder::new("registration/packed", Attestation::PackedBasic, "packed", "basic");
    accepted(&mut folder)?;
    algorithms(&mut folder)?;
    folder.reject_all(STATEMENTS)?;
    folder.reject_all(CERTIFICATES)?;
    refused_by_policy(&mut folder)?;
    let mut below =
        Folder::new("registration/packed", Attestation::PackedAttestationCa, "packed", "basic");
    below.accept(
        &Title("accept-attestation-ca", "an intermediate between leaf and root", "§8.2"),
        |_| {},
    )?;
    paths::common(&mut below)?;
    paths::thorough(&mut below)?;
    revocation::lists(&mut below)?;
    folder.vectors.append(&mut below.vectors);
    Ok(folder.vectors)
}

#[rustfmt::skip]
fn accepted(folder: &mut Folder) -> Result<()> {
    folder.accept(&Title("accept-basic", "a certificate of the model right below the root", "§8.2"), |_| {})?;
    folder.accept(&Title("accept-basic-without-aaguid-extension", "the certificate may leave the model out", "§8.2.1"),
        |it| it.edit(|parts| edit_leaf(parts, |leaf| leaf.remove_extension(extension::FIDO_AAGUID))))?;
    folder.accept(&Title("accept-basic-with-subject-in-one-set", "the layout of the name is nobody's concern", "§8.2.1"),
        |it| it.edit(|parts| edit_leaf(parts, |leaf| leaf.subject = Name(vec![leaf.subject.0.concat()]))))?;
    folder.accept(&Title("accept-basic-with-two-units", "one of them is the one that has to be there", "§8.2.1"),
        |it| it.edit(|parts| edit_leaf(parts, |leaf| leaf.subject.0.insert(0, vec![Attribute::utf8(&Name::ORGANIZATIONAL_UNIT, "Hardware")]))))?;
    folder.accept(&Title("accept-basic-with-unknown-extension", "what is not critical is passed over", "§8.2.1"),
        |it| it.edit(|parts| edit_leaf(parts, |leaf| leaf.set_extension(Extension::new(&[1, 3, 6, 1, 4, 1, 55555, 1], vec![0xff])))))?;
    folder.accept(&Title("accept-enterprise", "the certificate of a single device, with its serial number", "§8.2.2"), |it| {
        it.config.attestation = Attestation::PackedEnterprise;
        it.conveyance = "enterprise";
    })?;
    folder.accept(&Title("accept-basic-when-only-recorded", "no format is required, and the path leads to an anchor", "§7.1 step 24"), |it| {
        if let Some(ceremony) = it.ceremony.as_object_mut() { ceremony.remove("attestation_formats"); }
    })?;
    folder.accept(&Title("accept-basic-unanchored-when-only-recorded", "no format is required, and nobody is trusted", "§7.1 step 24"), |it| {
        if let Some(ceremony) = it.ceremony.as_object_mut() { ceremony.remove("attestation_formats"); }
        it.trust(&[]);
        it.outcome["attestation_anchored"] = json!(false);
    })?;
    folder.accept(&Title("accept-basic-without-basic-constraints-where-permitted", "a policy lets the extension be absent", "§8.2.1"), |it| {
        it.switch(&["basic_constraints_absent"], &["basic_constraints_absent"]);
        it.edit(|parts| edit_leaf(parts, |leaf| leaf.remove_extension(extension::BASIC_CONSTRAINTS)));
    })?;
    folder.accept(&Title("accept-basic-with-liberty-not-needed", "a liberty that was not taken is not reported", "§8.2.1"),
        |it| it.switch(&["basic_constraints_absent"], &[]))
}

/// Every algorithm of credentials under a certificate, and every one of attestation keys.
#[rustfmt::skip]
fn algorithms(folder: &mut Folder) -> Result<()> {
    let more = [("ed25519", EDDSA), ("rs256", RS256)];
    for (name, algorithm) in more.into_iter().chain(FURTHER_ALGORITHMS) {
        folder.accept(&Title(&format!("accept-basic-for-{name}"), "the credential's algorithm is another one than the attestation key's", "§8.2"), |it| {
            it.config.algorithms = vec![algorithm];
            it.ceremony["algorithms"] = json!([algorithm]);
        })?;
    }
    for (name, algorithm) in [("es384", ES384), ("es512", ES512), ("rs256", RS256), ("rs384", RS384), ("rs512", RS512), ("ed25519", EDDSA)] {
        folder.accept(&Title(&format!("accept-basic-signed-with-{name}"), "the algorithm of the attestation key", "§8.2"),
            |it| it.config.attestation_algorithm = Some(algorithm))?;
    }
    folder.add(&Title("reject-basic-signed-with-rs1", "SHA-1 outside of TPMs", "§8.2"), "packed_signed_with_sha1",
        |it| it.config.attestation_algorithm = Some(RS1))?;
    folder.accept(&Title("accept-basic-signed-with-rs1-where-permitted", "a policy for authenticators of old", "§8.2"), |it| {
        it.config.attestation_algorithm = Some(RS1);
        it.switch(&["sha1_certificates"], &["sha1_certificates"]);
    })
}

#[rustfmt::skip]
const STATEMENTS: &[Refusal] = &[
    ("reject-basic-signature-bit-flipped", "the last bit of the signature", "§8.2", "attestation_signature_invalid",
        |parts| parts.edit_signature(flip_last_bit)),
    ("reject-basic-signature-trailing-byte", "a byte after the DER signature", "§6.5.5", "attestation_signature_invalid",
        |parts| parts.edit_signature(|bytes| bytes.push(0))),
    ("reject-basic-signature-empty", "no bytes at all", "§8.2", "attestation_signature_invalid",
        |parts| parts.edit_signature(Vec::clear)),
    ("reject-basic-signature-of-other-key", "not the key of the certificate", "§8.2", "attestation_signature_invalid",
        |parts| parts.statement_key = TestKey::generate(ES256).ok()),
    ("reject-basic-signature-of-other-client-data", "the hash of other client data was signed", "§8.2", "attestation_signature_invalid",
        |parts| parts.edit_signed_bytes(flip_last_bit)),
    ("reject-basic-signature-of-other-authenticator-data", "other authenticator data was signed", "§8.2", "attestation_signature_invalid",
        |parts| parts.edit_signed_bytes(|bytes| bytes[32] ^= 1)),
    ("reject-basic-signature-over-client-data-hash-only", "without the authenticator data", "§8.2", "attestation_signature_invalid",
        |parts| { parts.edit_signed_bytes(|bytes| { bytes.drain(..bytes.len() - 32); }) }),
    ("reject-basic-algorithm-of-other-key", "the statement says RS256, the certificate has a key on P-256", "§8.2", "attestation_signature_invalid",
        |parts| parts.statement_algorithm = Some(RS256)),
    ("reject-basic-algorithm-unknown", "an algorithm that does not exist", "§8.2", "attestation_signature_invalid",
        |parts| parts.statement_algorithm = Some(-7777)),
    ("reject-basic-algorithm-missing", "a member is missing", "§8.2", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.remove_member("alg"))),
    ("reject-basic-algorithm-as-text", "alg is an integer", "§8.2", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.set_member("alg", Cbor::text("ES256")))),
    ("reject-basic-signature-missing", "a member is missing", "§8.2", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.remove_member("sig"))),
    ("reject-basic-signature-as-text", "sig is a byte string", "§8.2", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.set_member("sig", Cbor::text("sig")))),
    ("reject-basic-with-ecdaa-key-id", "removed in Level 2", "§8.2", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.set_member("ecdaaKeyId", Cbor::bytes([1; 32])))),
    ("reject-basic-certificates-removed", "what is left looks like self attestation by another key", "§8.2", "attestation_signature_invalid",
        |parts| parts.edit_statement(|it| it.remove_member("x5c"))),
    ("reject-statement-is-an-array", "attStmt is a map", "§8.2", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| *it = Cbor::Array(Vec::new()))),
    ("reject-basic-without-any-certificate", "x5c is empty", "§8.2", "attestation_statement_malformed",
        |parts| parts.edit_x5c(Vec::clear)),
    ("reject-basic-certificates-not-a-list", "x5c is one byte string", "§8.2", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.set_member("x5c", Cbor::bytes([0x30, 0])))),
    ("reject-basic-certificate-as-text", "certificates are byte strings", "§8.2", "attestation_statement_malformed",
        |parts| { parts.edit_statement(|it| it.set_member("x5c", Cbor::Array(vec![Cbor::text("MII")]))) }),
    ("reject-basic-eleven-certificates", "ten are the most of one path here", "§8.2", "attestation_statement_malformed",
        |parts| parts.edit_x5c(|x5c| x5c.resize(11, x5c[0].clone()))),
];

#[rustfmt::skip]
const CERTIFICATES: &[Refusal] = &[
    ("reject-certificate-truncated", "the last byte is missing", "§8.2", "certificate_malformed",
        |parts| { parts.edit_x5c(|x5c| { x5c[0].pop(); }) }),
    ("reject-certificate-trailing-byte", "a byte after the certificate", "§8.2", "certificate_malformed",
        |parts| parts.edit_x5c(|x5c| x5c[0].push(0))),
    ("reject-certificate-of-version-1", "without any extension, as the version wants", "§8.2.1", "packed_certificate_version",
        |parts| { edit_leaf(parts, |leaf| { leaf.version = 1; leaf.extensions.clear(); }) }),
    ("reject-certificate-of-version-2", "without any extension, as the version wants", "§8.2.1", "packed_certificate_version",
        |parts| { edit_leaf(parts, |leaf| { leaf.version = 2; leaf.extensions.clear(); }) }),
    ("reject-certificate-of-version-1-with-extensions", "only version 3 has them", "§8.2.1", "certificate_malformed",
        |parts| edit_leaf(parts, |leaf| leaf.version = 1)),
    ("reject-certificate-without-country", "the subject lacks C", "§8.2.1", "packed_certificate_subject",
        |parts| { edit_leaf(parts, |leaf| leaf.subject = leaf.subject.clone().without(&Name::COUNTRY)) }),
    ("reject-certificate-country-too-long", "C has two letters", "§8.2.1", "packed_certificate_subject",
        |parts| { edit_leaf(parts, |leaf| { leaf.subject = leaf.subject.clone().with_text(&Name::COUNTRY, "AUT") }) }),
    ("reject-certificate-country-unassigned", "no country has this code", "§8.2.1", "packed_certificate_subject",
        |parts| { edit_leaf(parts, |leaf| { leaf.subject = leaf.subject.clone().with_text(&Name::COUNTRY, "ZI") }) }),
    ("reject-certificate-country-in-lower-case", "the codes are in capitals", "§8.2.1", "packed_certificate_subject",
        |parts| { edit_leaf(parts, |leaf| { leaf.subject = leaf.subject.clone().with_text(&Name::COUNTRY, "at") }) }),
    ("reject-certificate-without-organization", "the subject lacks O", "§8.2.1", "packed_certificate_subject",
        |parts| { edit_leaf(parts, |leaf| { leaf.subject = leaf.subject.clone().without(&Name::ORGANIZATION) }) }),
    ("reject-certificate-without-common-name", "the subject lacks CN", "§8.2.1", "packed_certificate_subject",
        |parts| { edit_leaf(parts, |leaf| leaf.subject = leaf.subject.clone().without(&Name::COMMON_NAME)) }),
    ("reject-certificate-without-unit", "the subject lacks OU", "§8.2.1", "packed_certificate_subject",
        |parts| { edit_leaf(parts, |leaf| { leaf.subject = leaf.subject.clone().without(&Name::ORGANIZATIONAL_UNIT) }) }),
    ("reject-certificate-of-other-unit", "OU is a literal text, case included", "§8.2.1", "packed_certificate_subject",
        |parts| { edit_leaf(parts, |leaf| { leaf.subject = leaf.subject.clone().with_text(&Name::ORGANIZATIONAL_UNIT, "Authenticator attestation") }) }),
    ("reject-certificate-with-empty-subject", "nothing is said", "§8.2.1", "packed_certificate_subject",
        |parts| edit_leaf(parts, |leaf| leaf.subject = Name::default())),
    ("reject-certificate-of-authority", "the leaf is a CA", "§8.2.1", "packed_certificate_basic_constraints",
        |parts| edit_leaf(parts, |leaf| leaf.set_extension(Extension::authority(None)))),
    ("reject-certificate-without-basic-constraints", "the extension has to be there", "§8.2.1", "packed_certificate_basic_constraints",
        |parts| edit_leaf(parts, |leaf| leaf.remove_extension(extension::BASIC_CONSTRAINTS))),
    ("reject-certificate-basic-constraints-malformed", "an INTEGER where a SEQUENCE belongs", "§8.2.1", "certificate_extension_malformed",
        |parts| { edit_leaf(parts, |leaf| { leaf.set_extension(Extension::critical(extension::BASIC_CONSTRAINTS, der::integer(0))) }) }),
    ("reject-certificate-of-other-model", "the AAGUID of another authenticator", "§8.2.1", "packed_certificate_aaguid_mismatch",
        |parts| edit_leaf(parts, |leaf| leaf.set_extension(Extension::fido_aaguid(&[7; 16])))),
    ("reject-authenticator-data-of-other-model", "the certificate names the true model", "§8.2.1", "packed_certificate_aaguid_mismatch",
        |parts| { parts.aaguid = [7; 16]; edit_leaf(parts, |leaf| { leaf.set_extension(Extension::fido_aaguid(b"KeylaneSoftAuth1")) }); }),
    ("reject-certificate-aaguid-not-wrapped", "the value must be an OCTET STRING inside the other", "§8.2.1", "certificate_extension_malformed",
        |parts| { edit_leaf(parts, |leaf| { leaf.set_extension(Extension::new(extension::FIDO_AAGUID, b"KeylaneSoftAuth1".to_vec())) }) }),
    ("reject-certificate-aaguid-too-short", "15 bytes", "§8.2.1", "certificate_extension_malformed",
        |parts| edit_leaf(parts, |leaf| leaf.set_extension(Extension::fido_aaguid(&[7; 15])))),
    ("reject-certificate-aaguid-critical", "the extension must not be critical", "§8.2.1", "certificate_extension_malformed",
        |parts| { edit_leaf(parts, |leaf| { leaf.set_extension(Extension::critical(extension::FIDO_AAGUID, der::octet_string(b"KeylaneSoftAuth1"))) }) }),
    ("reject-certificate-extension-twice", "two readers could see two different models", "§8.2.1", "certificate_extensions_refused",
        |parts| edit_leaf(parts, |leaf| leaf.extensions.push(Extension::fido_aaguid(&[7; 16])))),
    ("reject-certificate-serial-number-critical", "the extension must not be critical", "§8.2.2", "certificate_extension_malformed",
        |parts| { edit_leaf(parts, |leaf| { leaf.set_extension(Extension::critical(extension::FIDO_SERIAL_NUMBER, der::octet_string(b"1"))) }) }),
    ("reject-certificate-serial-number-not-wrapped", "the value must be an OCTET STRING inside the other", "§8.2.2", "certificate_extension_malformed",
        |parts| { edit_leaf(parts, |leaf| { leaf.set_extension(Extension::new(extension::FIDO_SERIAL_NUMBER, b"1".to_vec())) }) }),
    ("reject-certificate-unknown-critical-extension", "what must be understood is not", "§7.1 step 23", "certificate_critical_extension_unknown",
        |parts| { edit_leaf(parts, |leaf| { leaf.set_extension(Extension::critical(&[1, 3, 6, 1, 4, 1, 55555, 1], vec![5, 0])) }) }),
];

#[rustfmt::skip]
fn refused_by_policy(folder: &mut Folder) -> Result<()> {
    folder.add(&Title("reject-basic-when-only-tpm-is-accepted", "packed is not on the list of formats", "§7.1 step 21"), "attestation_format_refused",
        |it| it.ceremony["attestation_formats"] = json!(["tpm"]))?;
    folder.add(&Title("reject-format-in-upper-case", "names of formats are case-sensitive", "§7.1 step 21"), "attestation_format_refused",
        |it| it.edit(|parts| parts.fmt = Some("Packed".into())))?;
    folder.add(&Title("reject-basic-labelled-as-tpm", "a statement under the name of another format", "§7.1 step 22"), "attestation_statement_malformed", |it| {
        it.ceremony["attestation_formats"] = json!(["packed", "tpm"]);
        it.edit(|parts| parts.fmt = Some("tpm".into()));
    })?;
    folder.add(&Title("reject-self-where-refused", "a policy that wants somebody else to vouch", "§7.1 step 24"), "self_attestation_refused", |it| {
        it.config.attestation = Attestation::PackedSelf;
        it.ceremony["self_attestation"] = json!("refuse");
    })?;
    folder.add(&Title("reject-basic-wrong-when-only-recorded", "nobody asked for a format, but a wrong statement is wrong", "§7.1 step 22"), "attestation_signature_invalid", |it| {
        if let Some(ceremony) = it.ceremony.as_object_mut() { ceremony.remove("attestation_formats"); }
        it.edit(|parts| parts.edit_signature(flip_last_bit));
    })
}

fn edit_leaf(parts: &mut CreateParts, edit: fn(&mut CertificateParts)) {
    parts.edit_certificates(move |path| edit(&mut path[0]));
}
