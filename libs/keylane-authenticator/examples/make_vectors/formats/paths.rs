//! What all certificate paths of a leaf and an intermediate have in common (§7.1 steps 23 and 24;
//! RFC 5280, §6.1).

use crate::{
    case::{Case, Folder, NOW_S, Refusal, Result},
    vector::{Title, flip_last_bit},
};
use keylane_authenticator::{
    CertificateParts, ES256, ES384, RS1, TestAuthority, TestKey,
    x509::{Extension, Name, der, extension},
};
use std::sync::Arc;

const SPEC: &str = "§7.1 step 24";

/// For every format.
pub(super) fn common(folder: &mut Folder) -> Result<()> {
    folder.reject_all(COMMON)?;
    refused_anchors(folder)
}

#[rustfmt::skip]
const COMMON: &[Refusal] = &[
    ("reject-path-leaf-expired", "a second ago", SPEC, "certificate_not_valid_now",
        |parts| parts.edit_certificates(|path| path[0].not_after_s = NOW_S - 1)),
    ("reject-path-leaf-not-yet-valid", "from the next second on", SPEC, "certificate_not_valid_now",
        |parts| parts.edit_certificates(|path| path[0].not_before_s = NOW_S + 1)),
    ("reject-path-intermediate-expired", "a second ago", SPEC, "certificate_not_valid_now",
        |parts| parts.edit_certificates(|path| path[1].not_after_s = NOW_S - 1)),
    ("reject-path-leaf-signature", "the last bit of the signature on the leaf", SPEC, "certificate_signature_invalid",
        |parts| parts.edit_certificates(|path| path[0].edit_signature(flip_last_bit))),
    ("reject-path-intermediate-signature", "the last bit of the signature on the intermediate", SPEC, "attestation_untrusted",
        |parts| {
            parts.edit_certificates(|path| path[1].edit_signature(flip_last_bit));
            parts.edit_x5c(|x5c| x5c.truncate(2));
        }),
    ("reject-path-intermediate-no-authority", "it is no CA", SPEC, "certificate_issuer_refused",
        |parts| parts.edit_certificates(|path| path[1].set_extension(Extension::end_entity()))),
    ("reject-path-intermediate-missing", "the leaf alone, whose issuer nobody knows", SPEC, "attestation_untrusted",
        |parts| parts.edit_x5c(|x5c| x5c.truncate(1))),
];

#[rustfmt::skip]
fn refused_anchors(folder: &mut Folder) -> Result<()> {
    folder.add(&Title("reject-path-without-any-anchor", "nobody is trusted", SPEC), "attestation_untrusted",
        |it| it.trust(&[]))?;
    let other = Arc::new(TestAuthority::generate("Keylane Test", ES384, ES256, NOW_S)?);
    folder.add(&Title("reject-path-to-other-root-of-the-same-name", "the anchor has the name and another key", SPEC), "attestation_untrusted",
        |it| it.trust(&[other.root()]))?;
    folder.add(&Title("reject-path-with-own-root", "the chain is complete, with a root that only the client trusts", SPEC), "attestation_untrusted", |it| {
        let root = other.root().to_vec();
        it.authority = Some(Arc::clone(&other));
        it.edit(move |parts| parts.edit_x5c(move |x5c| x5c.push(root)));
    })
}

/// What one format is enough for, since all paths are walked alike.
pub(super) fn thorough(folder: &mut Folder) -> Result<()> {
    accepted(folder)?;
    folder.reject_all(ISSUERS)?;
    folder.reject_all(ORDER)?;
    path_lengths(folder)?;
    anchors(folder)?;
    sha1(folder)
}

#[rustfmt::skip]
fn accepted(folder: &mut Folder) -> Result<()> {
    folder.accept(&Title("accept-path-in-the-last-second", "leaf and intermediate expire now", SPEC), |it| it.edit(|parts| {
        parts.edit_certificates(|path| path.iter_mut().for_each(|it| it.not_after_s = NOW_S));
    }))?;
    folder.accept(&Title("accept-path-in-the-first-second", "leaf and intermediate are valid from now on", SPEC), |it| it.edit(|parts| {
        parts.edit_certificates(|path| path.iter_mut().for_each(|it| it.not_before_s = NOW_S));
    }))?;
    folder.accept(&Title("accept-path-after-2049", "GeneralizedTime in the leaf", SPEC), |it| it.edit(|parts| {
        parts.edit_certificates(|path| path[0].not_after_s = 253_402_300_799);
    }))?;
    let root = TestAuthority::shared(NOW_S)?.root().to_vec();
    folder.accept(&Title("accept-path-with-the-anchor-itself", "the root was sent along, and is trusted anyway", SPEC),
        |it| it.edit(move |parts| parts.edit_x5c(|x5c| x5c.push(root))))?;
    let stranger = TestAuthority::generate("Stranger", ES256, ES256, NOW_S)?.root().to_vec();
    folder.accept(&Title("accept-path-with-surplus-certificate", "after the one that the anchor issued nothing counts", SPEC),
        |it| it.edit(move |parts| parts.edit_x5c(|x5c| x5c.push(stranger))))?;
    folder.accept(&Title("accept-path-with-long-serial-number", "20 bytes, the first bit set", SPEC), |it| it.edit(|parts| {
        parts.edit_certificates(|path| path[0].serial = vec![0xff; 20]);
    }))?;
    folder.accept(&Title("accept-path-with-policies-and-usages", "critical extensions that are understood", SPEC), |it| it.edit(|parts| {
        parts.edit_certificates(|path| {
            path[0].set_extension(Extension::key_usage(0x80));
            path[0].set_extension(Extension::critical(&[2, 5, 29, 32], der::sequence(&[der::sequence(&[der::oid(&[2, 5, 29, 32, 0])])])));
        });
    }))
}

#[rustfmt::skip]
const ISSUERS: &[Refusal] = &[
    ("reject-path-intermediate-not-yet-valid", "from the next second on", SPEC, "certificate_not_valid_now",
        |parts| parts.edit_certificates(|path| path[1].not_before_s = NOW_S + 1)),
    ("reject-path-intermediate-without-basic-constraints", "nobody says that it is a CA", SPEC, "certificate_issuer_refused",
        |parts| parts.edit_certificates(|path| path[1].remove_extension(extension::BASIC_CONSTRAINTS))),
    ("reject-path-intermediate-of-version-1", "certificates of old cannot say that they are CAs", SPEC, "certificate_issuer_refused",
        |parts| { parts.edit_certificates(|path| { path[1].version = 1; path[1].extensions.clear(); }) }),
    ("reject-path-intermediate-may-not-sign-certificates", "its key is for signatures of other things", SPEC, "certificate_issuer_refused",
        |parts| parts.edit_certificates(|path| path[1].set_extension(Extension::key_usage(0x80)))),
    ("reject-path-intermediate-unknown-critical-extension", "what must be understood is not", SPEC, "certificate_critical_extension_unknown",
        |parts| parts.edit_certificates(|path| path[1].set_extension(Extension::critical(&[1, 3, 6, 1, 4, 1, 55555, 1], vec![5, 0])))),
    ("reject-path-intermediate-name-constraints", "which would have to be applied", SPEC, "certificate_critical_extension_unknown",
        |parts| parts.edit_certificates(|path| path[1].set_extension(Extension::critical(&[2, 5, 29, 30], der::sequence::<Vec<u8>>(&[]))))),
    ("reject-path-leaf-of-other-issuer", "the leaf names somebody else", SPEC, "certificate_signature_invalid",
        |parts| parts.edit_certificates(|path| path[0].issuer = Name::common("Somebody Else"))),
    ("reject-path-leaf-signed-by-other-key", "the name of the intermediate, and the key of another", SPEC, "certificate_signature_invalid",
        |parts| { parts.edit_certificates(|path| { if let Ok(key) = TestKey::generate(ES256) { path[0].signer = key } }) }),
    ("reject-path-intermediate-signed-by-itself", "under the name of the root", SPEC, "attestation_untrusted",
        |parts| parts.edit_certificates(|path| path[1].signer = path[0].signer.clone())),
    ("reject-path-intermediate-malformed", "it was cut short", SPEC, "certificate_malformed",
        |parts| { parts.edit_x5c(|x5c| { x5c[1].pop(); }) }),
];

#[rustfmt::skip]
const ORDER: &[Refusal] = &[
    ("reject-path-reversed", "the intermediate comes first", SPEC, "attestation_signature_invalid",
        |parts| parts.edit_x5c(|x5c| x5c.reverse())),
    ("reject-path-leaf-twice", "the leaf did not issue itself", SPEC, "certificate_signature_invalid",
        |parts| parts.edit_x5c(|x5c| x5c.insert(1, x5c[0].clone()))),
];

#[rustfmt::skip]
fn path_lengths(folder: &mut Folder) -> Result<()> {
    let authority = TestAuthority::shared(NOW_S)?;
    folder.accept(&Title("accept-path-of-three", "the intermediate may have one CA below it", SPEC),
        |it| with_third(it, &authority, Some(1)))?;
    folder.add(&Title("reject-path-length-of-intermediate-exceeded", "the intermediate may have no CA below it", SPEC), "certificate_issuer_refused",
        |it| with_third(it, &authority, Some(0)))?;
    for (title, code, most) in [
        (Title("accept-path-length-of-root-kept", "the root may have one CA below it", SPEC), "accept", 1),
        (Title("reject-path-length-of-root-exceeded", "the root may have no CA below it", SPEC), "attestation_untrusted", 0),
    ] {
        let mut root = authority.root_parts()?;
        root.set_extension(Extension::authority(Some(most)));
        let root = root.issue()?;
        folder.add(&title, code, |it| it.trust(&[&root]))?;
    }
    Ok(())
}

/// Puts a second intermediate between the leaf and the one that there is.
fn with_third(case: &mut Case, authority: &Arc<TestAuthority>, path_length_max: Option<u64>) {
    let authority = Arc::clone(authority);
    case.edit(move |parts| {
        parts.edit_certificates(move |path| {
            let Ok(key) = TestKey::generate(ES256) else { return };
            let Ok(spki) = key.to_spki() else { return };
            let name = Name::common("Keylane Test Batch CA");
            path[0].set_extension(Extension::authority_key(&spki));
            let subject_key = Extension::subject_key(&spki);
            let mut second = authority.issued_by_intermediate(name.clone(), spki);
            let usage = Extension::key_usage(0x06);
            second.extensions.extend([Extension::authority(Some(0)), usage, subject_key]);
            path[0].issuer = name;
            path[0].signer = key;
            path[1].set_extension(Extension::authority(path_length_max));
            path.insert(1, second);
        });
    });
}

#[rustfmt::skip]
fn anchors(folder: &mut Folder) -> Result<()> {
    let authority = TestAuthority::shared(NOW_S)?;
    folder.accept(&Title("accept-path-to-intermediate-as-anchor", "an anchor need not be a root", SPEC),
        |it| it.trust(&[authority.intermediate()]))?;
    let stranger = TestAuthority::generate("Stranger", ES256, ES256, NOW_S)?;
    folder.accept(&Title("accept-path-to-second-anchor", "one of two anchors vouches for it", SPEC),
        |it| it.trust(&[stranger.root(), authority.root()]))?;
    folder.add(&Title("reject-path-to-stranger", "another name and another key", SPEC), "attestation_untrusted",
        |it| it.trust(&[stranger.root()]))?;

    let mut renewed = authority.root_parts()?;
    renewed.serial = vec![9];
    let renewed = renewed.issue()?;
    folder.accept(&Title("accept-path-to-renewed-root", "another certificate for the same name and key", SPEC),
        |it| it.trust(&[&renewed]))?;
    let mut expired = authority.root_parts()?;
    expired.not_after_s = NOW_S - 1;
    let expired = expired.issue()?;
    folder.add(&Title("reject-path-to-expired-anchor", "its own certificate has expired", SPEC), "certificate_not_valid_now",
        |it| it.trust(&[&expired]))?;
    folder.accept(&Title("accept-path-to-expired-anchor-where-permitted", "a policy lets the key go on", SPEC), |it| {
        it.trust(&[&expired]);
        it.switch(&["anchor_expired"], &["anchor_expired"]);
    })?;
    folder.accept(&Title("accept-path-to-expired-and-renewed-anchor", "the valid one of two certificates counts", SPEC),
        |it| it.trust(&[&expired, &renewed]))?;
    leaf_as_anchor(folder)
}

/// A leaf vouches for itself where the relying party has the very certificate.
#[rustfmt::skip]
fn leaf_as_anchor(folder: &mut Folder) -> Result<()> {
    let authority = TestAuthority::shared(NOW_S)?;
    let key = TestKey::generate(ES256)?;
    let leaf = || -> Result<CertificateParts> {
        let name = Name::new(vec![
            keylane_authenticator::x509::Attribute::printable(&Name::COUNTRY, "AT"),
            keylane_authenticator::x509::Attribute::utf8(&Name::ORGANIZATION, "Keylane"),
            keylane_authenticator::x509::Attribute::utf8(&Name::ORGANIZATIONAL_UNIT, "Authenticator Attestation"),
            keylane_authenticator::x509::Attribute::utf8(&Name::COMMON_NAME, "Keylane Test Single"),
        ]);
        let mut leaf = authority.issued_by_root(name, key.to_spki()?);
        leaf.extensions.push(Extension::end_entity());
        Ok(leaf)
    };
    let known = leaf()?.issue()?;
    let mut other = leaf()?;
    other.serial = vec![3];
    let other = other.issue()?;
    for (title, code, anchor) in [
        (Title("accept-leaf-as-anchor", "the relying party trusts this very certificate", SPEC), "accept", &known),
        (Title("reject-other-certificate-of-leaf-as-anchor", "the name and the key, but not the certificate", SPEC), "attestation_untrusted", &other),
    ] {
        folder.add(&title, code, |it| {
            let (sent, key) = (known.clone(), key.clone());
            it.trust(&[anchor]);
            it.edit(move |parts| {
                parts.statement_key = Some(key);
                parts.edit_x5c(move |x5c| *x5c = vec![sent]);
            });
        })?;
    }
    Ok(())
}

#[rustfmt::skip]
fn sha1(folder: &mut Folder) -> Result<()> {
    let old = Arc::new(TestAuthority::generate("Old", RS1, ES256, NOW_S)?);
    folder.add(&Title("reject-path-signed-with-sha1", "the root signed the intermediate with SHA-1", SPEC), "certificate_signed_with_sha1", |it| {
        it.authority = Some(Arc::clone(&old));
        it.trust(&[old.root()]);
    })?;
    folder.accept(&Title("accept-path-signed-with-sha1-where-permitted", "a policy for authenticators of old", SPEC), |it| {
        it.authority = Some(Arc::clone(&old));
        it.trust(&[old.root()]);
        it.switch(&["sha1_certificates"], &["sha1_certificates"]);
    })
}
