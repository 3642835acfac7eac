//! Scenarios of §8.9: a `tpm` and a `packed` statement, unless changed.

use crate::{
    case::{Folder, Refusal, Result},
    vector::{Title, Vector, flip_last_bit},
};
use keylane_authenticator::{Attestation, Cbor};
use serde_json::json;

const FORMATS: &[&str] = &["compound", "tpm", "packed", "apple", "android-key"];

pub(crate) fn vectors() -> Result<Vec<Vector>> {
    let mut folder =
        Folder::new("registration/compound", Attestation::Compound, "compound", "compound");
    folder.formats = FORMATS.to_vec();
    accepted(&mut folder)?;
    folder.reject_all(LISTS)?;
    folder.reject_all(PARTS)?;
    refused_by_policy(&mut folder)?;
    Ok(folder.vectors)
}

#[rustfmt::skip]
fn accepted(folder: &mut Folder) -> Result<()> {
    folder.accept(&Title("accept-tpm-and-packed", "both lead to the anchor", "§8.9"), |_| {})?;
    for (name, comment, formats) in [
        ("accept-packed-and-tpm", "the order is free", &[Attestation::PackedBasic, Attestation::Tpm][..]),
        ("accept-apple-and-android-key", "certificates for the credential's key, twice", &[Attestation::Apple, Attestation::AndroidKey]),
        ("accept-packed-twice", "two statements of the same format", &[Attestation::PackedBasic, Attestation::PackedAttestationCa]),
        ("accept-basic-and-self", "one part that leads to the anchor will do", &[Attestation::PackedSelf, Attestation::PackedBasic]),
        ("accept-eight-statements", "as many as there may be", &[Attestation::PackedBasic; 8]),
    ] {
        folder.accept(&Title(name, comment, "§8.9"), |it| it.edit(move |parts| parts.compound = formats.to_vec()))?;
    }
    folder.accept(&Title("accept-self-twice", "nobody vouches for anything, and nobody is made to", "§8.9"), |it| {
        it.outcome["attestation_anchored"] = json!(false);
        it.edit(|parts| parts.compound = vec![Attestation::PackedSelf; 2]);
    })
}

#[rustfmt::skip]
const LISTS: &[Refusal] = &[
    ("reject-one-statement", "two are the least", "§8.9", "compound_statement_count",
        |parts| parts.compound = vec![Attestation::PackedBasic]),
    ("reject-no-statement", "an empty list", "§8.9", "compound_statement_count",
        |parts| parts.compound = Vec::new()),
    ("reject-nine-statements", "eight are the most here", "§8.9", "compound_statement_count",
        |parts| parts.compound = vec![Attestation::PackedSelf; 9]),
    ("reject-compound-inside", "compound statements do not nest", "§8.9", "compound_statement_nested",
        |parts| parts.compound = vec![Attestation::Compound, Attestation::PackedBasic]),
    ("reject-none-inside", "a statement that says nothing", "§8.9", "compound_statement_none",
        |parts| parts.compound = vec![Attestation::PackedBasic, Attestation::None]),
    ("reject-map-of-statements", "attStmt is a list", "§8.9", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| *it = Cbor::Map(Vec::new()))),
    ("reject-statement-not-a-map", "an item of the list is a text", "§8.9", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| edit_item(it, |item| *item = Cbor::text("tpm")))),
    ("reject-statement-without-format", "an item lacks fmt", "§8.9", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| edit_item(it, |item| item.remove_member("fmt")))),
    ("reject-statement-without-statement", "an item lacks attStmt", "§8.9", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| edit_item(it, |item| item.remove_member("attStmt")))),
    ("reject-statement-with-authenticator-data", "an item has a third member", "§8.9", "attestation_statement_malformed",
        |parts| { parts.edit_statement(|it| { edit_item(it, |item| item.set_member("authData", Cbor::bytes([0; 37]))) }) }),
    ("reject-format-malformed-inside", "a format with a space in it", "§8.9", "attestation_statement_malformed",
        |parts| parts.edit_statement(|it| edit_item(it, |item| item.set_member("fmt", Cbor::text("t pm"))))),
    ("reject-format-unknown-inside", "a format that is not on the list", "§8.9", "attestation_format_refused",
        |parts| parts.edit_statement(|it| edit_item(it, |item| item.set_member("fmt", Cbor::text("of-the-future"))))),
];

#[rustfmt::skip]
const PARTS: &[Refusal] = &[
    ("reject-first-signature", "of the tpm statement", "§8.9", "attestation_signature_invalid",
        |parts| parts.edit_signature(flip_last_bit)),
    ("reject-second-signature", "of the packed statement; the first one is right", "§8.9", "attestation_signature_invalid",
        |parts| { parts.edit_statement(|it| { if let Cbor::Array(items) = it { let statement = items[1].member_mut("attStmt"); if let Some(Cbor::Bytes(signature)) = statement.and_then(|it| it.member_mut("sig")) { flip_last_bit(signature); } } }) }),
    ("reject-magic-inside", "a wrong tpm statement beside a right one", "§8.9", "tpm_magic",
        |parts| parts.edit_tpm(|it| it.certify_info.magic = 0)),
    ("reject-formats-swapped", "each statement under the name of the other", "§8.9", "attestation_statement_malformed",
        |parts| { parts.edit_statement(|it| { if let Cbor::Array(items) = it { items[0].set_member("fmt", Cbor::text("packed")); items[1].set_member("fmt", Cbor::text("tpm")); } }) }),
    ("reject-second-of-other-model", "the packed certificate names another AAGUID", "§8.9", "packed_certificate_aaguid_mismatch",
        |parts| { parts.compound = vec![Attestation::PackedBasic, Attestation::PackedSelf]; parts.edit_certificates(|path| { path[0].set_extension(keylane_authenticator::x509::Extension::fido_aaguid(&[7; 16])) }); }),
    ("reject-first-certificate-expired", "a second ago", "§8.9", "certificate_not_valid_now",
        |parts| parts.edit_certificates(|path| path[0].not_after_s = crate::case::NOW_S - 1)),
];

#[rustfmt::skip]
fn refused_by_policy(folder: &mut Folder) -> Result<()> {
    folder.add(&Title("reject-without-any-anchor", "nobody is trusted", "§7.1 step 24"), "attestation_untrusted", |it| it.trust(&[]))?;
    folder.add(&Title("reject-compound-when-only-its-parts-are-accepted", "compound is not on the list of formats", "§7.1 step 21"), "attestation_format_refused",
        |it| it.ceremony["attestation_formats"] = json!(["tpm", "packed"]))?;
    folder.add(&Title("reject-part-that-is-not-accepted", "packed is not on the list of formats", "§7.1 step 21"), "attestation_format_refused",
        |it| it.ceremony["attestation_formats"] = json!(["compound", "tpm"]))
}

fn edit_item(statement: &mut Cbor, edit: fn(&mut Cbor)) {
    if let Cbor::Array(items) = statement {
        edit(&mut items[0]);
    }
}
