//! Every attestation format with every algorithm that it can have, and what is wrong with some.

use keylane_authenticator::x509::Name;
use keylane_authenticator::{
    Attestation, Authenticator, AuthenticatorConfig, CreateParts, ED25519, EDDSA, ES256, ES256K,
    ES384, ES512, ESP256, ESP384, ESP512, ML_DSA_44, ML_DSA_65, ML_DSA_87, PS256, PS384, PS512,
    RS256, RS384, RS512, TestAuthority,
};
use keylane_model::{Clock as _, SystemClock};
use serde_json::{Value, json};

use crate::site::{Answer, Browser, Site, now_ms, security_key};

const ALGORITHMS: [i64; 18] = [
    ES256, ES384, ES512, ES256K, EDDSA, RS256, RS384, RS512, PS256, PS384, PS512, ML_DSA_44,
    ML_DSA_65, ML_DSA_87, ESP256, ESP384, ESP512, ED25519,
];

#[test]
fn every_format_is_accepted_with_its_algorithms() {
    use Attestation::{
        AndroidKey, AndroidSafetyNet, Apple, Compound, FidoU2f, None, PackedAttestationCa,
        PackedBasic, PackedEnterprise, PackedSelf, Tpm,
    };
    let (_folder, site) = trusting_site();
    for attestation in [
        None,
        PackedSelf,
        PackedBasic,
        PackedAttestationCa,
        PackedEnterprise,
        FidoU2f,
        Tpm,
        AndroidKey,
        AndroidSafetyNet,
        Apple,
        Compound,
    ] {
        for algorithm in ALGORITHMS {
            if has_keys_of(attestation, algorithm) {
                accept(&site, attestation, algorithm);
            }
        }
    }
}

/// What real authenticators of these formats have keys of.
fn has_keys_of(attestation: Attestation, algorithm: i64) -> bool {
    match attestation {
        Attestation::FidoU2f | Attestation::Apple => algorithm == ES256,
        Attestation::Tpm | Attestation::Compound => [ES256, ES384, RS256].contains(&algorithm),
        Attestation::AndroidKey => [ES256, ES384, RS256].contains(&algorithm),
        _ => true,
    }
}

fn accept(site: &Site, attestation: Attestation, algorithm: i64) {
    let conveyance = match attestation {
        Attestation::PackedEnterprise => "enterprise",
        _ => "direct",
    };
    let asked = json!({
        "username": format!("{attestation:?} {algorithm}"), "attestation": conveyance,
        "pubKeyCredParams": [{ "type": "public-key", "alg": algorithm }],
    });
    let mut browser = site.browser();
    let mut authenticator = Authenticator::new(model(attestation, algorithm));
    let answer = browser.register_with(&mut authenticator, &asked, |_| ());
    assert_eq!(answer.status, 200, "{attestation:?} {algorithm}: {answer:?}");
    let answer =
        browser.sign_in_with(&mut authenticator, &json!({ "username": asked["username"] }), |_| ());
    assert_eq!(answer.status, 200, "{attestation:?} {algorithm}: {answer:?}");
}

#[test]
fn statement_whose_signature_is_wrong_is_refused() {
    let (_folder, site) = trusting_site();
    for attestation in [
        Attestation::PackedSelf,
        Attestation::PackedBasic,
        Attestation::PackedAttestationCa,
        Attestation::FidoU2f,
        Attestation::Tpm,
        Attestation::AndroidKey,
    ] {
        for conveyance in ["none", "direct"] {
            let spoil = |it: &mut CreateParts| {
                // The client would have taken the statement away.
                it.attestation = attestation;
                it.edit_signature(|bytes| {
                    let last = bytes.len() - 1;
                    bytes[last] ^= 1;
                });
            };
            let answer = register(&site, attestation, conveyance, spoil);
            assert_refused(&answer, &format!("{attestation:?} {conveyance}"));
        }
    }
}

#[test]
fn chain_that_leads_to_nobody_trusted_is_refused_where_attestation_was_asked_for() {
    let site = Site::start();
    for attestation in [
        Attestation::PackedBasic,
        Attestation::PackedAttestationCa,
        Attestation::FidoU2f,
        Attestation::Tpm,
        Attestation::AndroidKey,
        Attestation::Apple,
        Attestation::AndroidSafetyNet,
    ] {
        for conveyance in ["indirect", "direct", "enterprise"] {
            register(&site, attestation, conveyance, |_| ()).refused("attestation_untrusted");
        }
        let keep = |it: &mut CreateParts| {
            it.attestation = attestation;
            if attestation == Attestation::FidoU2f {
                it.aaguid = [0; 16];
            }
        };
        register(&site, attestation, "none", keep).ok();
    }
}

#[test]
fn root_that_the_client_sent_along_is_of_no_use() {
    let site = Site::start();
    let root = authority().root().to_vec();
    let spoil = |it: &mut CreateParts| it.edit_x5c(|path| path.push(root));
    register(&site, Attestation::PackedAttestationCa, "direct", spoil)
        .refused("attestation_untrusted");
}

#[test]
fn certificate_of_another_model_is_refused() {
    let (_folder, site) = trusting_site();
    let spoil = |it: &mut CreateParts| {
        it.edit_certificates(|path| {
            path[0].set_extension(keylane_authenticator::x509::Extension::fido_aaguid(&[9; 16]));
        });
    };
    let answer = register(&site, Attestation::PackedBasic, "direct", spoil);
    assert_refused(&answer, "another AAGUID in the certificate");
}

#[test]
fn certificate_that_breaks_a_rule_is_refused() {
    let (_folder, site) = trusting_site();
    type Spoil = fn(&mut CreateParts);
    let edits: [(&str, Spoil); 4] = [
        ("another version", |it| it.edit_certificates(|path| path[0].version = 1)),
        ("expired", |it| it.edit_certificates(|path| path[0].not_after_s = 1_000_000_000)),
        ("no country", |it| {
            it.edit_certificates(|path| {
                path[0].subject = path[0].subject.clone().without(&Name::COUNTRY);
            });
        }),
        ("another issuer", |it| {
            it.edit_certificates(|path| path[0].issuer = Name::common("Mallory"));
        }),
    ];
    for (what, edit) in edits {
        assert_refused(&register(&site, Attestation::PackedBasic, "direct", edit), what);
    }
}

/// A server that trusts the test authority of today.
pub(crate) fn trusting_site() -> (tempfile::TempDir, Site) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("test-root.pem"), authority().root_pem()).unwrap();
    let site = Site::with_roots(folder.path());
    (folder, site)
}

pub(crate) fn authority() -> std::sync::Arc<TestAuthority> {
    TestAuthority::shared(now_ms() / 1_000).unwrap()
}

pub(crate) fn model(attestation: Attestation, algorithm: i64) -> AuthenticatorConfig {
    // What SafetyNet signs is good for a minute.
    let now_ms = match attestation {
        Attestation::AndroidSafetyNet => SystemClock.now().0,
        _ => now_ms(),
    };
    AuthenticatorConfig { attestation, algorithms: vec![algorithm], now_ms, ..security_key() }
}

pub(crate) fn register(
    site: &Site,
    attestation: Attestation,
    conveyance: &str,
    spoil: impl FnOnce(&mut CreateParts),
) -> Answer {
    let mut browser: Browser = site.browser();
    let mut authenticator = Authenticator::new(model(attestation, ES256));
    let asked: Value = json!({ "username": "ada", "attestation": conveyance });
    browser.register_with(&mut authenticator, &asked, spoil)
}

#[track_caller]
fn assert_refused(answer: &Answer, what: &str) {
    let refused = answer.status == 400 && answer.body["status"] == "failed";
    assert!(refused, "{what}: {answer:?}");
}
