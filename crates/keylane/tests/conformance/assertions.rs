//! Assertions that break one rule each, and counters.

use keylane_authenticator::{Authenticator, AuthenticatorConfig, GetParts, flags};
use serde_json::json;

use crate::site::{SIGN_IN, Site, security_key};

#[test]
fn assertion_that_breaks_a_rule_is_refused() {
    check(|it| it.client_data.kind = "webauthn.create".into(), "client_data_type_mismatch");
    check(|it| it.client_data.challenge = "AAAA".into(), "challenge_mismatch");
    check(|it| it.client_data.origin = "https://localhost".into(), "origin_mismatch");
    check(|it| it.client_data.cross_origin = Some(true), "cross_origin_refused");
    check(
        |it| it.client_data.top_origin = Some(it.client_data.origin.clone()),
        "top_origin_refused",
    );
    check(|it| it.rp_id_hash = [0; 32], "rp_id_hash_mismatch");
    check(|it| it.flags &= !flags::UP, "user_not_present");
    check(|it| it.flags |= flags::BS, "backed_up_without_eligibility");
    check(|it| it.flags |= flags::BE, "backup_eligibility_changed");
    check(|it| it.edit_signature(|bytes| bytes.push(0)), "signature_invalid");
    check(|it| it.edit_signature(Vec::clear), "signature_invalid");
    check(|it| it.user_handle = Some(b"somebody else".to_vec()), "user_handle_mismatch");
    check(|it| it.credential_id = vec![9; 16], "credential_unknown");
    check(|it| it.raw_id = Some("AAAA".into()), "response_id_mismatch");
    check(|it| it.kind = "federated".into(), "response_type_mismatch");
}

#[test]
fn assertion_without_demanded_user_verification_is_refused() {
    let site = Site::start();
    let mut browser = site.browser();
    let mut authenticator = Authenticator::new(security_key());
    browser.register(&mut authenticator, "ada").ok();
    let asked = json!({ "username": "ada", "userVerification": "required" });
    let spoil = |it: &mut GetParts| it.flags &= !flags::UV;
    browser.sign_in_with(&mut authenticator, &asked, spoil).refused("user_not_verified");
    browser.sign_in_with(&mut authenticator, &asked, |_| ()).ok();
}

#[test]
fn counter_that_does_not_rise_is_refused_and_not_stored() {
    let site = Site::start();
    let mut browser = site.browser();
    let mut authenticator = Authenticator::new(security_key());
    browser.register(&mut authenticator, "ada").ok();
    let mut with = |count: u32| {
        let asked = json!({ "username": "ada" });
        browser.sign_in_with(&mut authenticator, &asked, |it| it.sign_count = count)
    };
    with(10).ok();
    for count in [10, 9, 0] {
        with(count).refused("sign_count_did_not_rise");
    }
    with(10).refused("sign_count_did_not_rise");
    with(11).ok();
    with(u32::MAX).ok();
    with(11).refused("sign_count_did_not_rise");
}

#[test]
fn counter_may_stay_at_zero() {
    let site = Site::start();
    let mut browser = site.browser();
    let synced = AuthenticatorConfig { now_ms: crate::site::now_ms(), ..Default::default() };
    let mut authenticator = Authenticator::new(synced);
    browser.register(&mut authenticator, "ada").ok();
    browser.sign_in(&mut authenticator, "ada").ok();
    browser.sign_in(&mut authenticator, "ada").ok();
}

#[test]
fn one_account_does_for_a_whole_suite() {
    let site = Site::start();
    let mut browser = site.browser();
    let mut authenticator = Authenticator::new(security_key());
    for _ in 0..300 {
        authenticator = Authenticator::new(security_key());
        browser.register(&mut authenticator, "ada").ok();
    }
    browser.sign_in(&mut authenticator, "ada").ok();
}

#[test]
fn credential_of_another_user_is_refused() {
    let site = Site::start();
    let mut browser = site.browser();
    let (mut ada, mut bob) =
        (Authenticator::new(security_key()), Authenticator::new(security_key()));
    browser.register(&mut ada, "ada").ok();
    browser.register(&mut bob, "bob").ok();
    for keep_handle in [true, false] {
        let of_bob = browser.post(SIGN_IN[0], r#"{"username":"bob"}"#).ok();
        let mut options = browser.post(SIGN_IN[0], r#"{"username":"ada"}"#).ok();
        options["allowCredentials"] = of_bob["allowCredentials"].clone();
        let made = bob.get_with(&options.to_string(), &browser.origin, |it| {
            it.user_handle = it.user_handle.take().filter(|_| keep_handle);
        });
        browser.post(SIGN_IN[1], &made.unwrap()).refused("credential_not_allowed");
    }
}

#[test]
fn whoever_signs_in_without_a_name_brings_the_handle() {
    let site = Site::start();
    let mut browser = site.browser();
    let mut authenticator = Authenticator::new(security_key());
    let asked = json!({
        "username": "ada", "authenticatorSelection": { "residentKey": "required" },
    });
    browser.register_with(&mut authenticator, &asked, |_| ()).ok();
    browser.sign_in_with(&mut authenticator, &json!({}), |_| ()).ok();
    browser
        .sign_in_with(&mut authenticator, &json!({}), |it| it.user_handle = None)
        .refused("user_handle_missing");
}

#[test]
fn credential_that_was_refused_cannot_sign_in() {
    let site = Site::start();
    let mut browser = site.browser();
    let mut authenticator = Authenticator::new(security_key());
    let asked = json!({
        "username": "ada", "authenticatorSelection": { "residentKey": "required" },
    });
    browser
        .register_with(&mut authenticator, &asked, |it| it.client_data.origin.push('x'))
        .refused("origin_mismatch");
    browser.sign_in_with(&mut authenticator, &json!({}), |_| ()).refused("credential_unknown");
}

#[track_caller]
fn check(spoil: impl FnOnce(&mut GetParts), code: &str) {
    let site = Site::start();
    let mut browser = site.browser();
    let mut authenticator = Authenticator::new(security_key());
    browser.register(&mut authenticator, "ada").ok();
    browser.sign_in_with(&mut authenticator, &json!({ "username": "ada" }), spoil).refused(code);
    // The refusal has changed nothing.
    browser.sign_in(&mut authenticator, "ada").ok();
}
