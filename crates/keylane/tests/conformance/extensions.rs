//! Extensions that change what is accepted.

use keylane_authenticator::{Attestation, Authenticator, Cbor, flags};
use serde_json::{Value, json};

use crate::site::{REGISTER, SIGN_IN, Site, security_key};

const APP_ID: &str = "https://localhost/app-id.json";

#[test]
fn app_id_stands_in_for_the_rp_id_when_it_was_asked_for_and_used() {
    check(Some(APP_ID), json!({ "appid": true }), APP_ID, None);
    check(Some(APP_ID), json!({ "appid": false }), "localhost", None);
    check(Some(APP_ID), json!({}), "localhost", None);
    check(Some(APP_ID), json!({ "appid": true }), "localhost", Some("rp_id_hash_mismatch"));
    check(Some(APP_ID), json!({}), APP_ID, Some("rp_id_hash_mismatch"));
    check(None, json!({ "appid": true }), APP_ID, Some("rp_id_hash_mismatch"));
    check(
        Some(APP_ID),
        json!({ "appid": true }),
        "https://localhost/other",
        Some("rp_id_hash_mismatch"),
    );
}

#[test]
fn protection_that_is_enforced_is_checked() {
    let asked = json!({ "username": "ada", "extensions": {
        "credentialProtectionPolicy": "userVerificationRequired",
        "enforceCredentialProtectionPolicy": true,
    } });
    let site = Site::start();
    let register = |policy: Option<i64>| {
        site.browser().register_with(&mut Authenticator::new(security_key()), &asked, |it| {
            it.flags &= !flags::ED;
            it.extensions.clear();
            if let Some(policy) = policy {
                it.flags |= flags::ED;
                let output = (Cbor::text("credProtect"), Cbor::Int(policy));
                it.extensions = Cbor::Map(vec![output]).encode();
            }
        })
    };
    register(Some(3)).ok();
    for lower in [None, Some(1), Some(2)] {
        let answer = register(lower);
        assert_eq!((answer.status, &answer.body["status"]), (400, &json!("failed")), "{answer:?}");
    }
}

#[test]
fn outputs_that_nobody_asked_for_are_passed_over() {
    let site = Site::start();
    let asked = json!({ "username": "ada" });
    let mut authenticator = Authenticator::new(security_key());
    let answer = site.browser().register_with(&mut authenticator, &asked, |it| {
        it.client_extension_results =
            json!({ "tomorrow": { "x": [1] }, "credProps": { "rk": true } });
        it.flags |= flags::ED;
        it.extensions = Cbor::Map(vec![(Cbor::text("tomorrow"), Cbor::text("x"))]).encode();
    });
    answer.ok();
}

#[test]
fn known_extension_of_another_form_is_refused() {
    let site = Site::start();
    for (path, extensions) in [
        (REGISTER[0], json!({ "credProps": "please" })),
        (REGISTER[0], json!({ "credentialProtectionPolicy": "strong" })),
        (SIGN_IN[0], json!({ "appid": "not a URL" })),
    ] {
        let mut asked = json!({ "extensions": extensions });
        if path == REGISTER[0] {
            asked["username"] = json!("ada");
        }
        let answer = site.browser().post(path, &asked.to_string());
        assert_eq!((answer.status, &answer.body["status"]), (400, &json!("failed")), "{answer:?}");
    }
}

/// Signs in with a credential whose authenticator speaks for `spoken_for`.
#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "the rows above are literals")]
fn check(asked: Option<&str>, outputs: Value, spoken_for: &str, refused: Option<&str>) {
    let (_folder, site) = crate::formats::trusting_site();
    let mut browser = site.browser();
    let mut authenticator = Authenticator::new(crate::formats::model(
        Attestation::FidoU2f,
        keylane_authenticator::ES256,
    ));
    browser.register(&mut authenticator, "ada").ok();
    let mut request = json!({ "username": "ada" });
    if let Some(app_id) = asked {
        request["extensions"] = json!({ "appid": app_id });
    }
    let hash = sha256(spoken_for);
    let answer = browser.sign_in_with(&mut authenticator, &request, |it| {
        it.client_extension_results = outputs.clone();
        it.rp_id_hash = hash;
    });
    match refused {
        None => drop(answer.ok()),
        Some(code) => answer.refused(code),
    }
}

fn sha256(text: &str) -> [u8; 32] {
    match text.parse::<keylane_webauthn::RpId>() {
        Ok(rp_id) => rp_id.sha256(),
        Err(_) => text.parse::<keylane_webauthn::AppId>().unwrap().sha256(),
    }
}
