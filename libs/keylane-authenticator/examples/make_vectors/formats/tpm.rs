//! Scenarios of §8.3.

use super::paths;
use crate::{
    case::{Change, Folder, Refusal, Result},
    vector::{Title, Vector, flip_last_bit},
};
use keylane_authenticator::{
    Attestation, Cbor, CreateParts, ES256, ES384, ES512, PS256, RS1, RS256, RS384, TestKey,
    statement::{PublicParameters, TPM_ALG_SHA1, TPM_ALG_SHA384, TpmParts},
    x509::{Attribute, Extension, Name, TpmNameLayout, extension},
};
use serde_json::json;

pub(crate) fn vectors() -> Result<Vec<Vector>> {
    let mut folder = Folder::new("registration/tpm", Attestation::Tpm, "tpm", "att_ca");
    accepted(&mut folder)?;
    accepted_structures(&mut folder)?;
    folder.reject_all(STATEMENTS)?;
    folder.reject_all(PUBLIC_AREAS)?;
    folder.reject_all(CERTIFY_INFOS)?;
    folder.reject_all(CERTIFICATES)?;
    liberties(&mut folder)?;
    paths::common(&mut folder)?;
    Ok(folder.vectors)
}

#[rustfmt::skip]
fn accepted(folder: &mut Folder) -> Result<()> {
    for (name, algorithm) in [("es256", ES256), ("es384", ES384), ("es512", ES512), ("rs256", RS256), ("rs384", RS384), ("ps256", PS256)] {
        folder.accept(&Title(&format!("accept-key-{name}"), "the credential's key in a TPM", "§8.3"), |it| {
            it.config.algorithms = vec![algorithm];
            it.ceremony["algorithms"] = json!([algorithm]);
        })?;
    }
    for (name, algorithm) in [("es384", ES384), ("es512", ES512), ("rs256", RS256), ("rs384", RS384), ("ps256", PS256)] {
        folder.accept(&Title(&format!("accept-signed-with-{name}"), "the algorithm of the attestation key, and the hash of extraData", "§8.3"),
            |it| it.config.attestation_algorithm = Some(algorithm))?;
    }
    Ok(())
}

#[rustfmt::skip]
fn accepted_structures(folder: &mut Folder) -> Result<()> {
    let accepted: &[(&str, &str, Change<CreateParts>)] = &[
        ("accept-name-in-sha1", "the hash of the key's name is its own affair", |parts| parts.edit_tpm(|it| it.public_area.name_algorithm = TPM_ALG_SHA1)),
        ("accept-name-in-sha384", "the hash of the key's name is its own affair", |parts| parts.edit_tpm(|it| it.public_area.name_algorithm = TPM_ALG_SHA384)),
        ("accept-coordinate-with-zeros-in-front", "the numbers are the same", |parts| parts.edit_tpm(|it| it.public_area.unique[0].insert(0, 0))),
        ("accept-clock-and-firmware-of-any-value", "§8.3 does not look at them", |parts| parts.edit_tpm(|it| {
            it.certify_info.clock_info = [0xff; 17];
            it.certify_info.firmware_version = 0;
            it.certify_info.qualified_signer = Vec::new();
            it.certify_info.qualified_name = Vec::new();
        })),
        ("accept-alternative-name-in-three-sets", "each attribute in a set of its own", |parts| parts.edit_certificates(|path| {
            path[0].set_extension(Extension::tpm_device("id:494E5443", "Keylane Test TPM", "id:13", TpmNameLayout::ThreeSets));
        })),
        ("accept-manufacturer-in-lower-case", "hexadecimal digits of either case", |parts| parts.edit_certificates(|path| {
            path[0].set_extension(Extension::tpm_device("id:494e5443", "Keylane Test TPM", "id:13", TpmNameLayout::OneSet));
        })),
        ("accept-manufacturer-microsoft", "another vendor of the registry", |parts| parts.edit_certificates(|path| {
            path[0].set_extension(Extension::tpm_device("id:4D534654", "vTPM", "id:20170619", TpmNameLayout::OneSet));
        })),
        ("accept-certificate-with-aaguid", "the certificate may name the model", |parts| parts.edit_certificates(|path| {
            path[0].set_extension(Extension::fido_aaguid(b"KeylaneSoftAuth1"));
        })),
        ("accept-alternative-name-not-critical", "some authorities mark it so", |parts| parts.edit_certificates(|path| {
            for it in &mut path[0].extensions {
                if it.oid == extension::SUBJECT_ALT_NAME { it.criticality = keylane_authenticator::x509::Criticality::NonCritical; }
            }
        })),
    ];
    for &(name, comment, edit) in accepted {
        folder.accept(&Title(name, comment, "§8.3"), |it| it.edit(edit))?;
    }
    folder.accept(&Title("accept-rsa-exponent-written-out", "65537 instead of 0", "§8.3"), |it| {
        it.config.algorithms = vec![RS256];
        it.edit(|parts| parts.edit_tpm(|it| it.public_area.parameters = PublicParameters::Rsa { key_bits: 2048, exponent: 65_537 }));
    })
}

#[rustfmt::skip]
const STATEMENTS: &[Refusal] = &[
    ("reject-version-1-2", "only TPM 2.0 has such statements", "§8.3", "tpm_version",
        |parts| parts.edit_tpm(|it| it.version = "1.2".into())),
    ("reject-version-missing", "a member is missing", "§8.3", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.remove_member("ver"))),
    ("reject-version-as-number", "ver is a text", "§8.3", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.set_member("ver", Cbor::Int(2)))),
    ("reject-algorithm-missing", "a member is missing", "§8.3", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.remove_member("alg"))),
    ("reject-certificates-missing", "a member is missing", "§8.3", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.remove_member("x5c"))),
    ("reject-signature-missing", "a member is missing", "§8.3", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.remove_member("sig"))),
    ("reject-certify-info-missing", "a member is missing", "§8.3", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.remove_member("certInfo"))),
    ("reject-public-area-missing", "a member is missing", "§8.3", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.remove_member("pubArea"))),
    ("reject-statement-with-ecdaa-key-id", "removed in Level 2", "§8.3", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| it.set_member("ecdaaKeyId", Cbor::bytes([1; 32])))),
    ("reject-no-certificate", "x5c is empty", "§8.3", "attestation_statement_malformed",
        |parts| parts.edit_x5c(Vec::clear)),
    ("reject-algorithm-without-hash", "EdDSA, in which no TPM signs", "§8.3", "tpm_algorithm_refused",
        |parts| parts.statement_algorithm = Some(-8)),
    ("reject-algorithm-unknown", "an algorithm that does not exist", "§8.3", "tpm_algorithm_refused",
        |parts| parts.statement_algorithm = Some(-7777)),
    ("reject-algorithm-of-other-key", "the statement says RS256, the certificate has a key on P-256", "§8.3", "attestation_signature_invalid",
        |parts| parts.statement_algorithm = Some(RS256)),
    ("reject-signature-bit-flipped", "the last bit of the signature", "§8.3", "attestation_signature_invalid",
        |parts| parts.edit_signature(flip_last_bit)),
    ("reject-signature-of-other-key", "not the key of the certificate", "§8.3", "attestation_signature_invalid",
        |parts| parts.statement_key = TestKey::generate(ES256).ok()),
    ("reject-certify-info-changed-after-signing", "the firmware version is another one", "§8.3", "attestation_signature_invalid",
        // The last byte of the firmware version: two names of 34 bytes and their lengths follow.
        |parts| { parts.edit_statement(|it| { if let Some(Cbor::Bytes(bytes)) = it.member_mut("certInfo") { let index = bytes.len() - 73; bytes[index] ^= 1; } }) }),
];

#[rustfmt::skip]
const PUBLIC_AREAS: &[Refusal] = &[
    ("reject-public-area-of-other-key", "another point, and its name certified", "§8.3", "tpm_key_mismatch",
        |parts| edit_tpm(parts, |it| it.public_area.unique[0][31] ^= 1)),
    ("reject-public-area-coordinates-swapped", "y before x", "§8.3", "tpm_key_mismatch",
        |parts| edit_tpm(parts, |it| it.public_area.unique.reverse())),
    ("reject-public-area-of-other-curve", "P-384 with the coordinates of P-256", "§8.3", "tpm_key_mismatch",
        |parts| { edit_tpm(parts, |it| { it.public_area.parameters = PublicParameters::Ecc { curve: 4, kdf: 0x10 } }) }),
    ("reject-public-area-of-other-kind", "an RSA key with the coordinate as its modulus", "§8.3", "tpm_key_mismatch",
        |parts| { edit_tpm(parts, |it| { it.public_area.kind = 1; it.public_area.parameters = PublicParameters::Rsa { key_bits: 256, exponent: 0 }; it.public_area.unique.truncate(1); }) }),
    ("reject-public-area-of-symmetric-object", "TPM_ALG_SYMCIPHER", "§8.3", "tpm_pub_area_malformed",
        |parts| edit_tpm(parts, |it| it.public_area.kind = 0x25)),
    ("reject-public-area-truncated", "the last byte is missing, and its name certified", "§8.3", "tpm_pub_area_malformed",
        |parts| { edit_tpm(parts, |it| { it.edit_public_area(|bytes| { bytes.pop(); }) }) }),
    ("reject-public-area-trailing-byte", "a byte after the structure, and its name certified", "§8.3", "tpm_pub_area_malformed",
        |parts| edit_tpm(parts, |it| it.edit_public_area(|bytes| bytes.push(0)))),
    ("reject-public-area-empty", "no bytes at all", "§8.3", "tpm_pub_area_malformed",
        |parts| edit_tpm(parts, |it| it.edit_public_area(Vec::clear))),
    ("reject-public-area-scheme-unknown", "a scheme that does not exist", "§8.3", "tpm_pub_area_malformed",
        |parts| edit_tpm(parts, |it| it.public_area.scheme = 0x7777)),
    ("reject-public-area-symmetric-unknown", "a cipher that does not exist", "§8.3", "tpm_pub_area_malformed",
        |parts| edit_tpm(parts, |it| it.public_area.symmetric = 0x7777)),
    ("reject-public-area-name-algorithm-unknown", "no hash, so no name", "§8.3", "tpm_name_mismatch",
        |parts| edit_tpm(parts, |it| it.public_area.name_algorithm = 0x10)),
];

#[rustfmt::skip]
const CERTIFY_INFOS: &[Refusal] = &[
    ("reject-magic", "a TPM signs nothing from outside that begins with its magic number", "§8.3", "tpm_magic",
        |parts| edit_tpm(parts, |it| it.certify_info.magic ^= 1)),
    ("reject-attestation-type-quote", "a statement about the platform, not about a key", "§8.3", "tpm_attestation_type",
        |parts| edit_tpm(parts, |it| it.certify_info.kind = 0x8018)),
    ("reject-extra-data-of-other-client-data", "made for other client data", "§8.3", "tpm_extra_data_mismatch",
        |parts| parts.edit_signed_bytes(flip_last_bit)),
    ("reject-extra-data-of-other-authenticator-data", "made for other authenticator data", "§8.3", "tpm_extra_data_mismatch",
        |parts| parts.edit_signed_bytes(|bytes| bytes[32] ^= 1)),
    ("reject-extra-data-empty", "no bytes at all", "§8.3", "tpm_extra_data_mismatch",
        |parts| edit_tpm(parts, |it| it.extra_data = Some(Vec::new()))),
    ("reject-extra-data-in-other-hash", "20 bytes, while the signature is with SHA-256", "§8.3", "tpm_extra_data_mismatch",
        |parts| edit_tpm(parts, |it| it.extra_data = Some(vec![7; 20]))),
    ("reject-name-of-other-key", "the certified name is not that of the public area", "§8.3", "tpm_name_mismatch",
        |parts| edit_tpm(parts, |it| it.name = Some([&[0, 0x0b], &[7; 32][..]].concat()))),
    ("reject-name-empty", "no bytes at all", "§8.3", "tpm_name_mismatch",
        |parts| edit_tpm(parts, |it| it.name = Some(Vec::new()))),
    ("reject-public-area-changed-after-certifying", "other attributes than the TPM has certified", "§8.3", "tpm_name_mismatch",
        |parts| { parts.edit_statement(|it| { if let Some(Cbor::Bytes(bytes)) = it.member_mut("pubArea") { bytes[7] ^= 1 } }) }),
    ("reject-certify-info-truncated", "the last byte is missing", "§8.3", "tpm_cert_info_malformed",
        |parts| { edit_tpm(parts, |it| { it.edit_certify_info(|bytes| { bytes.pop(); }) }) }),
    ("reject-certify-info-trailing-byte", "a byte after the structure", "§8.3", "tpm_cert_info_malformed",
        |parts| edit_tpm(parts, |it| it.edit_certify_info(|bytes| bytes.push(0)))),
    ("reject-certify-info-empty", "no bytes at all", "§8.3", "tpm_cert_info_malformed",
        |parts| edit_tpm(parts, |it| it.edit_certify_info(Vec::clear))),
];

#[rustfmt::skip]
const CERTIFICATES: &[Refusal] = &[
    ("reject-certificate-of-version-1", "without any extension, as the version wants", "§8.3.1", "tpm_certificate_version",
        |parts| { parts.edit_certificates(|path| { path[0].version = 1; path[0].extensions.clear(); }) }),
    ("reject-certificate-with-subject", "the subject must be empty", "§8.3.1", "tpm_certificate_subject",
        |parts| parts.edit_certificates(|path| path[0].subject = Name::common("TPM"))),
    ("reject-certificate-without-alternative-name", "which TPM it is has to be said", "§8.3.1", "tpm_certificate_alternative_name",
        |parts| parts.edit_certificates(|path| path[0].remove_extension(extension::SUBJECT_ALT_NAME))),
    ("reject-alternative-name-is-a-host", "a host is no TPM", "§8.3.1", "tpm_certificate_alternative_name",
        |parts| parts.edit_certificates(|path| path[0].set_extension(Extension::dns_name("tpm.example")))),
    ("reject-alternative-name-without-model", "one of three attributes is missing", "§8.3.1", "tpm_certificate_alternative_name",
        |parts| parts.edit_certificates(|path| path[0].set_extension(Extension::directory_name(&Name::new(vec![Attribute::utf8(&[2, 23, 133, 2, 1], "id:494E5443"), Attribute::utf8(&[2, 23, 133, 2, 3], "id:13")]))))),
    ("reject-alternative-name-without-version", "one of three attributes is missing", "§8.3.1", "tpm_certificate_alternative_name",
        |parts| parts.edit_certificates(|path| path[0].set_extension(Extension::directory_name(&Name::new(vec![Attribute::utf8(&[2, 23, 133, 2, 1], "id:494E5443"), Attribute::utf8(&[2, 23, 133, 2, 2], "TPM")]))))),
    ("reject-alternative-name-with-two-manufacturers", "two readers could see two different ones", "§8.3.1", "tpm_certificate_alternative_name",
        |parts| parts.edit_certificates(|path| path[0].set_extension(Extension::directory_name(&Name::new(vec![Attribute::utf8(&[2, 23, 133, 2, 1], "id:494E5443"), Attribute::utf8(&[2, 23, 133, 2, 1], "id:4D534654"), Attribute::utf8(&[2, 23, 133, 2, 2], "TPM"), Attribute::utf8(&[2, 23, 133, 2, 3], "id:13")]))))),
    ("reject-manufacturer-without-prefix", "id: is missing", "§8.3.1", "tpm_certificate_alternative_name",
        |parts| parts.edit_certificates(|path| path[0].set_extension(Extension::tpm_device("494E5443", "TPM", "id:13", TpmNameLayout::OneSet)))),
    ("reject-manufacturer-unknown", "a vendor that is not in the registry", "§8.3.1", "tpm_manufacturer_unknown",
        |parts| parts.edit_certificates(|path| path[0].set_extension(Extension::tpm_device("id:4B45594C", "TPM", "id:13", TpmNameLayout::OneSet)))),
    ("reject-manufacturer-of-conformance-tools", "the vendor id of test tools", "§8.3.1", "tpm_manufacturer_unknown",
        |parts| parts.edit_certificates(|path| path[0].set_extension(Extension::tpm_device("id:FFFFF1D0", "TPM", "id:13", TpmNameLayout::OneSet)))),
    ("reject-certificate-without-purpose", "extended key usage has to be there", "§8.3.1", "tpm_certificate_key_usage",
        |parts| parts.edit_certificates(|path| path[0].remove_extension(extension::EXTENDED_KEY_USAGE))),
    ("reject-certificate-of-other-purpose", "a certificate for servers", "§8.3.1", "tpm_certificate_key_usage",
        |parts| parts.edit_certificates(|path| path[0].set_extension(Extension::purpose(&[1, 3, 6, 1, 5, 5, 7, 3, 1])))),
    ("reject-certificate-of-authority", "the leaf is a CA", "§8.3.1", "tpm_certificate_basic_constraints",
        |parts| parts.edit_certificates(|path| path[0].set_extension(Extension::authority(None)))),
    ("reject-certificate-without-basic-constraints", "the extension has to be there", "§8.3.1", "tpm_certificate_basic_constraints",
        |parts| parts.edit_certificates(|path| path[0].remove_extension(extension::BASIC_CONSTRAINTS))),
    ("reject-certificate-of-other-model", "the AAGUID of another authenticator", "§8.3", "tpm_certificate_aaguid_mismatch",
        |parts| { parts.edit_certificates(|path| path[0].set_extension(Extension::fido_aaguid(&[7; 16]))) }),
];

#[rustfmt::skip]
fn liberties(folder: &mut Folder) -> Result<()> {
    folder.accept(&Title("accept-signed-with-rs1-by-default", "Windows Hello in the field signs with SHA-1", "§8.3"), |it| {
        it.config.attestation_algorithm = Some(RS1);
        it.outcome["attestation_switches"] = json!(["tpm_rs1"]);
    })?;
    folder.add(&Title("reject-signed-with-rs1-where-forbidden", "a policy without SHA-1", "§8.3"), "tpm_rs1_refused", |it| {
        it.config.attestation_algorithm = Some(RS1);
        it.switch(&[], &[]);
    })?;
    folder.accept(&Title("accept-manufacturer-unknown-where-permitted", "a policy for the specification's own test vector", "§16.12"), |it| {
        it.switch(&["tpm_unknown_manufacturer"], &["tpm_unknown_manufacturer"]);
        it.edit(|parts| parts.edit_certificates(|path| {
            path[0].set_extension(Extension::tpm_device("id:00000000", "TPM", "id:00000000", TpmNameLayout::OneSet));
        }));
    })?;
    folder.accept(&Title("accept-without-basic-constraints-where-permitted", "a policy lets the extension be absent", "§8.3.1"), |it| {
        it.switch(&["basic_constraints_absent"], &["basic_constraints_absent"]);
        it.edit(|parts| parts.edit_certificates(|path| path[0].remove_extension(extension::BASIC_CONSTRAINTS)));
    })
}

fn edit_tpm(parts: &mut CreateParts, edit: fn(&mut TpmParts)) {
    parts.edit_tpm(edit);
}
