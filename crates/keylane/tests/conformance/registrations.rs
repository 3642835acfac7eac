//! Registrations that break one rule each.

use keylane_authenticator::{Authenticator, AuthenticatorConfig, CreateParts, flags};
use serde_json::{Value, json};

use crate::site::{REGISTER, Site, security_key};

#[test]
fn registration_that_breaks_a_rule_of_the_client_data_is_refused() {
    check(|it| it.client_data.kind = "webauthn.get".into(), "client_data_type_mismatch");
    check(|it| it.client_data.challenge = "AAAA".into(), "challenge_mismatch");
    check(|it| it.client_data.challenge.push('='), "challenge_mismatch");
    check(|it| it.client_data.origin = "http://localhost".into(), "origin_mismatch");
    check(|it| it.client_data.origin.push('/'), "origin_mismatch");
    check(
        |it| it.client_data.origin = it.client_data.origin.replace("http:", "HTTP:"),
        "origin_mismatch",
    );
    check(|it| it.client_data.cross_origin = Some(true), "cross_origin_refused");
    check(
        |it| it.client_data.top_origin = Some("https://evil.example".into()),
        "top_origin_refused",
    );
}

#[test]
fn registration_that_breaks_a_rule_of_the_authenticator_data_is_refused() {
    check(|it| it.rp_id_hash = [0; 32], "rp_id_hash_mismatch");
    check(|it| it.flags &= !flags::UP, "user_not_present");
    check(|it| it.flags |= flags::BS, "backed_up_without_eligibility");
    check(|it| it.flags &= !flags::AT, "attested_credential_missing");
    check(|it| it.credential_id = vec![7; 1_024], "response_credential_id_length");
    check(|it| it.raw_id = Some("AAAA".into()), "response_id_mismatch");
    check(
        |it| (it.id, it.raw_id) = (Some("AAAA".into()), Some("AAAA".into())),
        "credential_id_mismatch",
    );
    check(|it| it.kind = "password".into(), "response_type_mismatch");
}

#[test]
fn registration_without_demanded_user_verification_is_refused() {
    let asked = json!({
        "username": "ada", "authenticatorSelection": { "userVerification": "required" },
    });
    let site = Site::start();
    let mut authenticator = Authenticator::new(security_key());
    let spoil = |it: &mut CreateParts| it.flags &= !flags::UV;
    site.browser().register_with(&mut authenticator, &asked, spoil).refused("user_not_verified");
    let spoil = |_: &mut CreateParts| ();
    site.browser().register_with(&mut authenticator, &asked, spoil).ok();
}

#[test]
fn algorithm_that_was_not_asked_for_is_refused() {
    let site = Site::start();
    let mut browser = site.browser();
    let asked = json!({
        "username": "ada", "pubKeyCredParams": [{ "type": "public-key", "alg": -257 }],
    });
    let mut options = browser.post(REGISTER[0], &asked.to_string()).ok();
    options["pubKeyCredParams"] = json!([{ "type": "public-key", "alg": -7 }]);
    let mut authenticator = Authenticator::new(security_key());
    let made = authenticator.create(&options.to_string(), &browser.origin).unwrap();
    browser.post(REGISTER[1], &made).refused("algorithm_not_requested");
}

#[test]
fn conditional_registration_may_be_silent() {
    let site = Site::start();
    let mut authenticator = Authenticator::new(security_key());
    let asked = json!({ "username": "ada", "mediation": "conditional" });
    let spoil = |it: &mut CreateParts| it.flags &= !(flags::UP | flags::UV);
    site.browser().register_with(&mut authenticator, &asked, spoil).ok();
}

#[test]
fn credential_id_is_taken_by_one_account_only() {
    let site = Site::start();
    let mut authenticator = Authenticator::new(security_key());
    let spoil = |it: &mut CreateParts| it.credential_id = vec![7; 32];
    let asked = |user| json!({ "username": user });
    site.browser().register_with(&mut authenticator, &asked("ada"), spoil).ok();
    let mut another = Authenticator::new(security_key());
    for user in ["ada", "bob"] {
        let mut options = site.browser();
        let answer = options.register_with(&mut another, &asked(user), spoil);
        // The authenticator of the same person would have refused by itself.
        answer.refused("credential_exists");
    }
}

#[test]
fn outputs_of_extensions_go_by_both_names() {
    let site = Site::start();
    for rename in [
        |it: &mut Value| it["getClientExtensionResults"] = it["clientExtensionResults"].take(),
        |it: &mut Value| it["getClientExtensionResults"] = it["clientExtensionResults"].clone(),
    ] {
        let mut credential = credential(&site);
        rename(&mut credential.1);
        let fields = credential.1.as_object_mut().unwrap();
        fields.retain(|_, value| !value.is_null());
        credential.0.post(REGISTER[1], &credential.1.to_string()).ok();
    }
}

#[test]
fn credential_of_another_shape_is_refused() {
    let site = Site::start();
    type Spoil = fn(&mut Value);
    let edits: [(Spoil, &str); 12] = [
        (|it| it["id"] = json!(5), "response_malformed"),
        (|it| drop(it.as_object_mut().unwrap().remove("id")), "response_malformed"),
        (|it| drop(it.as_object_mut().unwrap().remove("rawId")), "response_malformed"),
        (|it| drop(it.as_object_mut().unwrap().remove("type")), "response_malformed"),
        (|it| drop(it.as_object_mut().unwrap().remove("response")), "response_malformed"),
        (|it| it["response"] = json!([it["response"]["clientDataJSON"], "AAAA"]), "member_invalid"),
        (|it| it["clientExtensionResults"] = json!([]), "member_invalid"),
        (|it| it["getClientExtensionResults"] = json!({ "a": 1 }), "member_invalid"),
        (|it| it["response"]["attestationObject"] = json!("AA=="), "response_not_base64url"),
        (|it| it["response"]["clientDataJSON"] = json!("+/+/"), "response_not_base64url"),
        (|it| it["response"]["attestationObject"] = json!(null), "response_malformed"),
        (|it| it["response"]["transports"] = json!("usb"), "response_malformed"),
    ];
    for (edit, code) in edits {
        let (mut browser, mut credential) = credential(&site);
        edit(&mut credential);
        browser.post(REGISTER[1], &credential.to_string()).refused(code);
    }
}

#[test]
fn credential_that_breaks_off_or_has_a_wrong_byte_is_refused() {
    let site = Site::start();
    let whole = credential(&site).1.to_string();
    for at in (0..whole.len()).step_by(5) {
        let mut browser = site.browser();
        browser.ask_to_register("ada");
        let answer = browser.post(REGISTER[1], &whole[..at]);
        assert_eq!((answer.status, &answer.body["status"]), (400, &json!("failed")), "{at}");
        let mut garbled = whole.clone().into_bytes();
        garbled[at] ^= 1;
        browser.ask_to_register("ada");
        let answer = browser.post(REGISTER[1], &String::from_utf8(garbled).unwrap());
        assert_eq!((answer.status, &answer.body["status"]), (400, &json!("failed")), "{at}");
    }
}

#[test]
fn unknown_format_is_refused_whatever_was_asked_for() {
    let site = Site::start();
    for (conveyance, code) in
        [("none", "attestation_format_unknown"), ("direct", "attestation_format_refused")]
    {
        let asked = json!({ "username": "ada", "attestation": conveyance });
        let spoil = |it: &mut CreateParts| it.fmt = Some("fax".into());
        let mut authenticator = Authenticator::new(security_key());
        site.browser().register_with(&mut authenticator, &asked, spoil).refused(code);
    }
}

/// What an authenticator without attestation made, as JSON, in a browser that was asked for it.
fn credential(site: &Site) -> (crate::site::Browser, Value) {
    let mut browser = site.browser();
    let options = browser.ask_to_register("ada").to_string();
    let made = Authenticator::new(security_key()).create(&options, &browser.origin).unwrap();
    (browser, serde_json::from_str(&made).unwrap())
}

#[track_caller]
fn check(spoil: impl FnOnce(&mut CreateParts), code: &str) {
    let config = AuthenticatorConfig {
        attestation: keylane_authenticator::Attestation::PackedSelf,
        ..security_key()
    };
    let asked = json!({ "username": "ada", "attestation": "direct" });
    let site = Site::start();
    site.browser().register_with(&mut Authenticator::new(config), &asked, spoil).refused(code);
}
