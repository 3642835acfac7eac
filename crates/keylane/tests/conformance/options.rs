//! What the options say, and which requests for them are refused.

use serde_json::{Value, json};

use crate::site::{REGISTER, SIGN_IN, Site, security_key};
use keylane_authenticator::Authenticator;

#[test]
fn creation_options_repeat_what_was_asked() {
    let site = Site::start();
    let asked = json!({
        "username": "ada", "displayName": "Ada L.", "attestation": "indirect",
        "authenticatorSelection": {
            "authenticatorAttachment": "cross-platform", "requireResidentKey": false,
            "residentKey": "discouraged", "userVerification": "required",
        },
        "extensions": { "example.extension": true },
        "hints": ["security-key"],
        "somethingNew": { "of": "tomorrow" },
    });
    let options = site.browser().post(REGISTER[0], &asked.to_string()).ok();
    for member in ["attestation", "authenticatorSelection", "extensions", "hints"] {
        assert_eq!(options[member], asked[member], "{member}");
    }
    assert_eq!(options["rp"]["id"], "localhost");
    assert_eq!(
        (&options["user"]["name"], &options["user"]["displayName"]),
        (&json!("ada"), &json!("Ada L."))
    );
    assert_eq!(options["excludeCredentials"], json!([]));
    assert_eq!(options["timeout"], 300_000);
    assert_eq!(options["challenge"].as_str().unwrap().len(), 43);
    assert!(options.get("somethingNew").is_none());
}

#[test]
fn all_algorithms_are_offered_under_one_number_each() {
    let options = Site::start().browser().ask_to_register("ada");
    let ids: Vec<i64> = options["pubKeyCredParams"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["alg"].as_i64().unwrap())
        .collect();
    for offered in [-7, -8, -257, -35, -36, -48, -49, -50, -37, -38, -39, -258, -259, -47] {
        assert!(ids.contains(&offered), "{offered}");
    }
    for doubled in [-9, -51, -52, -19, -65_535] {
        assert!(!ids.contains(&doubled), "{doubled}");
    }
}

#[test]
fn algorithms_that_are_asked_for_are_offered_and_no_others() {
    let asked = json!({ "username": "ada", "pubKeyCredParams": [
        { "type": "public-key", "alg": -257 }, { "type": "public-key", "alg": -65_535 },
        { "type": "public-key", "alg": -9 }, { "type": "password", "alg": -7 },
    ] });
    let options = Site::start().browser().post(REGISTER[0], &asked.to_string()).ok();
    let offered = json!([
        { "type": "public-key", "alg": -257 }, { "type": "public-key", "alg": -9 },
    ]);
    assert_eq!(options["pubKeyCredParams"], offered);
}

#[test]
fn user_keeps_the_id_and_gets_a_new_challenge() {
    let site = Site::start();
    let (first, second) =
        (site.browser().ask_to_register("ada"), site.browser().ask_to_register("ada"));
    assert_eq!(first["user"]["id"], second["user"]["id"]);
    assert_ne!(first["challenge"], second["challenge"]);
    assert_ne!(first["user"]["id"], site.browser().ask_to_register("bob")["user"]["id"]);
}

#[test]
fn options_name_the_credentials_of_the_user() {
    let site = Site::start();
    let mut browser = site.browser();
    let mut authenticator = Authenticator::new(security_key());
    browser.register(&mut authenticator, "ada").ok();
    let creation = browser.ask_to_register("ada");
    let request = browser.post(SIGN_IN[0], r#"{"username":"ada"}"#).ok();
    assert_eq!(creation["excludeCredentials"].as_array().unwrap().len(), 1);
    assert_eq!(creation["excludeCredentials"], request["allowCredentials"]);
    assert_eq!(request["allowCredentials"][0]["transports"], json!(["usb"]));
    assert_eq!((&request["rpId"], &request["timeout"]), (&json!("localhost"), &json!(300_000)));
}

#[test]
fn request_options_repeat_what_was_asked() {
    let site = Site::start();
    let mut browser = site.browser();
    let asked = r#"{"userVerification":"required","extensions":{"example.extension":true}}"#;
    let options = browser.post(SIGN_IN[0], asked).ok();
    assert_eq!(options["userVerification"], "required");
    assert_eq!(options["extensions"], json!({ "example.extension": true }));
    assert_eq!(options["allowCredentials"], json!([]));
    let usual = browser.post(SIGN_IN[0], "{}").ok();
    assert_eq!(usual["userVerification"], "preferred");
}

#[test]
fn members_of_another_kind_are_refused() {
    let site = Site::start();
    check(&site, REGISTER[0], json!({}), "member_missing");
    check(&site, REGISTER[0], json!({ "username": null }), "member_missing");
    check(&site, REGISTER[0], json!({ "username": "a", "hints": ["telepathy"] }), "member_invalid");
    for (member, value) in [
        ("username", json!(5)),
        ("username", json!("")),
        ("username", json!("a".repeat(2_000))),
        ("displayName", json!([])),
        ("attestation", json!("certainly")),
        ("attestation", json!({ "direct": null })),
        ("authenticatorSelection", json!([])),
        ("authenticatorSelection", json!({ "userVerification": "maybe" })),
        ("authenticatorSelection", json!({ "userVerification": { "required": null } })),
        ("authenticatorSelection", json!({ "requireResidentKey": "yes" })),
        ("authenticatorSelection", json!({ "residentKey": true })),
        ("authenticatorSelection", json!({ "authenticatorAttachment": "glued" })),
        ("extensions", json!("all")),
        ("extensions", json!({ "large": "a".repeat(20_000) })),
        ("pubKeyCredParams", json!({})),
        ("pubKeyCredParams", json!([-7])),
        ("pubKeyCredParams", json!([{ "type": "public-key", "alg": "ES256" }])),
        ("pubKeyCredParams", json!([{ "type": "public-key", "alg": -65_535 }])),
        ("excludeCredentials", json!("none")),
        ("attestationFormats", json!([1])),
    ] {
        let mut asked = json!({ "username": "ada" });
        asked[member] = value;
        check(&site, REGISTER[0], asked, "member_invalid");
    }
    check(&site, SIGN_IN[0], json!({ "username": 5 }), "member_invalid");
    check(&site, SIGN_IN[0], json!({ "userVerification": "maybe" }), "member_invalid");
    check(&site, SIGN_IN[0], json!({ "extensions": 5 }), "member_invalid");
}

#[test]
fn user_without_credentials_cannot_sign_in() {
    let site = Site::start();
    site.browser().post(SIGN_IN[0], r#"{"username":"ada"}"#).refused("user_unknown");
    site.browser().ask_to_register("ada");
    site.browser().post(SIGN_IN[0], r#"{"username":"ada"}"#).refused("user_unknown");
}

#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "the rows above are literals")]
fn check(site: &Site, path: &str, asked: Value, code: &str) {
    site.browser().post(path, &asked.to_string()).refused(code);
}
