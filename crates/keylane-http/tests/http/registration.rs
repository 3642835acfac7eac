//! Adding passkeys.

use keylane_authenticator::{AuthenticatorConfig, CreateParts};
use keylane_service::Admission;
use keylane_testkit::{Answer, Client, Setup, SoftwareBrowser, TestServer};
use keylane_webauthn::AttestationConveyance;
use serde_json::{Value, json};

const ADA: &str = "ada@example.org";

#[tokio::test]
async fn first_passkey_raises_the_session() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    let by_code = ada.sign_up(ADA).await.expect(200).json();
    let registered = ada.register().await.expect(201).json();
    assert_eq!(registered["session"]["session"]["assurance"], "passkey");
    assert_ne!(registered["session"]["session"]["id"], by_code["session"]["id"]);
    assert_eq!(registered["passkey"]["current"], true);
    let me = ada.client.get("/v1/me").await.expect(200).json();
    assert_eq!(me["session"]["assurance"], "passkey");
    assert_eq!(me["passkeys"], 1);
}

#[tokio::test]
async fn cookie_of_the_code_session_is_dead_after_the_first_passkey() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.sign_up(ADA).await.expect(200);
    let mut before = ada.client.clone();
    ada.register().await.expect(201);
    before.get("/v1/me").await.expect_problem(401, "session_required");
}

#[tokio::test]
async fn second_passkey_leaves_the_session_as_it_is() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account(ADA).await;
    let mut key = AuthenticatorConfig::security_key();
    key.aaguid = [9; 16];
    let mut with_key = SoftwareBrowser::with(ada.client.clone(), key);
    let registered = with_key.register().await.expect(201).json();
    assert_eq!(registered["session"], Value::Null);
    assert_eq!(registered["passkey"]["current"], false);
    assert_eq!(registered["passkey"]["synced"], false);
    assert_eq!(registered["passkey"]["transports"], json!(["usb"]));
}

#[tokio::test]
async fn passkey_says_where_it_was_made() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.sign_up(ADA).await.expect(200);
    let passkey = ada.register().await.expect(201).json()["passkey"].clone();
    assert_eq!(passkey["created_in"], "Chrome on Linux");
    assert_eq!(passkey["synced"], true);
    assert_eq!(passkey["backed_up"], true);
    assert_eq!(passkey["last_used_at_ms"], Value::Null);
}

#[tokio::test]
async fn nickname_is_taken_from_finish() {
    check_nickname(json!("Work laptop"), Ok("Work laptop")).await;
}

#[tokio::test]
async fn nickname_of_65_characters_is_refused_by_name() {
    check_nickname(json!("a".repeat(65)), Err("`nickname`")).await;
}

#[tokio::test]
async fn options_exclude_the_passkeys_that_there_are() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account(ADA).await;
    let begun = ada.client.post("/v1/registration/begin", &json!({})).await.expect(200).json();
    let options = &begun["publicKey"];
    assert_eq!(options["excludeCredentials"].as_array().unwrap().len(), 1);
    assert_eq!(options["user"]["name"], ADA);
    assert_eq!(options["rp"]["id"], "localhost");
    assert_eq!(begun["expires_in_s"], 300);
}

#[tokio::test]
async fn credential_that_is_registered_is_refused_for_another_account() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account(ADA).await;
    let id = ada.authenticator.credentials().next().unwrap().id().to_vec();
    let mut bob = SoftwareBrowser::at_home(&server);
    bob.sign_up("bob@example.org").await.expect(200);
    let answer = finish_with(&mut bob, |parts| parts.credential_id = id).await;
    answer.expect_problem(409, "credential_exists");
}

#[tokio::test]
async fn registration_without_a_session_is_refused() {
    let server = TestServer::start().await;
    let mut page = Client::own_page(&server);
    let begun = page.post("/v1/registration/begin", &json!({})).await;
    begun.expect_problem(401, "session_required");
}

#[tokio::test]
async fn answer_for_another_origin_is_refused_with_the_reason() {
    check(|parts| parts.client_data.origin = "https://evil.example".into()).await;
}

#[tokio::test]
async fn answer_for_another_rp_id_is_refused_with_the_reason() {
    check(|parts| parts.rp_id_hash = [0; 32]).await;
}

#[tokio::test]
async fn answer_without_user_presence_is_refused_with_the_reason() {
    check(|parts| parts.flags &= !1).await;
}

#[tokio::test]
async fn answer_to_a_challenge_that_is_not_ours_is_refused_with_the_reason() {
    check(|parts| parts.client_data.challenge = "c29tZXRoaW5nIGVsc2U".into()).await;
}

#[tokio::test]
async fn refused_answer_uses_up_its_ceremony() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.sign_up(ADA).await.expect(200);
    let begun = ada.client.post("/v1/registration/begin", &json!({})).await.expect(200).json();
    let options = begun["publicKey"].to_string();
    let origin = "http://localhost:8080";
    let spoilt = ada.authenticator.create_with(&options, origin, |parts| parts.flags &= !1);
    let spoilt = body(&spoilt.unwrap());
    let refused = ada.client.post("/v1/registration/finish", &spoilt).await;
    refused.expect_problem(400, "registration_refused");
    let sound = body(&ada.authenticator.create(&options, origin).unwrap());
    let again = ada.client.post("/v1/registration/finish", &sound).await;
    again.expect_problem(400, "ceremony_spent");
}

#[tokio::test]
async fn credential_of_the_wrong_form_is_refused_by_name() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.sign_up(ADA).await.expect(200);
    let sound = ada.make_registration().await;
    for (pointer, value, part) in [
        ("/credential/rawId", json!("AA"), "credential"),
        ("/credential/response/clientDataJSON", json!("a+b="), "credential"),
        ("/credential/type", json!("password"), "credential"),
        ("/credential", json!(5), "credential"),
        ("/credential/response", json!({}), "credential"),
    ] {
        let mut spoilt = sound.clone();
        *spoilt.pointer_mut(pointer).unwrap() = value;
        let refused = ada.client.post("/v1/registration/finish", &spoilt).await;
        let refused = refused.expect_problem(400, "invalid_request");
        assert!(refused.text().contains(part), "{}", refused.text());
    }
    // Nothing was verified, so the ceremony is still there to be finished.
    ada.client.post("/v1/registration/finish", &sound).await.expect(201);
}

#[tokio::test]
async fn application_of_another_origin_registers_with_tokens() {
    let server = TestServer::start_with(Setup::production()).await;
    let mut ada = SoftwareBrowser::at(&server, "https://shop.example.org");
    let session = ada.sign_up(ADA).await.expect(200).json();
    assert!(session["access_token"].is_string());
    let registered = ada.register().await.expect(201).json();
    assert!(registered["session"]["access_token"].is_string());
    assert!(ada.client.cookies().is_empty(), "no cookies across origins");
    let me = ada.client.get("/v1/me").await.expect(200).json();
    assert_eq!(me["session"]["assurance"], "passkey");
}

/// Starts from a registration that passes, breaks one thing, and expects a refusal that names
/// its reason.
async fn check(break_one_thing: impl FnOnce(&mut CreateParts)) {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.sign_up(ADA).await.expect(200);
    let refused = finish_with(&mut ada, break_one_thing).await;
    let refused = refused.expect_problem(400, "registration_refused").json();
    assert!(refused["reason"].is_string(), "{refused}");
}

async fn finish_with(browser: &mut SoftwareBrowser, edit: impl FnOnce(&mut CreateParts)) -> Answer {
    let begun = browser.client.post("/v1/registration/begin", &json!({})).await.expect(200);
    let options = begun.json()["publicKey"].to_string();
    let made = browser.authenticator.create_with(&options, "http://localhost:8080", edit);
    browser.client.post("/v1/registration/finish", &body(&made.unwrap())).await
}

async fn check_nickname(nickname: Value, expected: Result<&str, &str>) {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.sign_up(ADA).await.expect(200);
    let mut finish = ada.make_registration().await;
    finish["nickname"] = nickname;
    let answer = ada.client.post("/v1/registration/finish", &finish).await;
    match expected {
        Ok(name) => assert_eq!(answer.expect(201).json()["passkey"]["nickname"], name),
        Err(part) => {
            let refused = answer.expect_problem(400, "invalid_request");
            assert!(refused.text().contains(part));
        }
    }
}

fn body(credential: &str) -> Value {
    json!({ "credential": serde_json::from_str::<Value>(credential).unwrap() })
}

#[tokio::test]
async fn authenticator_that_is_not_accepted_is_told_why_and_what_to_use_instead() {
    let mut setup = Setup::development();
    setup.authenticators.synced = Admission::Refuse;
    let server = TestServer::start_with(setup).await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.sign_up(ADA).await.expect(200);
    let refusal = ada.register().await.expect_problem(403, "authenticator_refused").json();
    assert_eq!(refusal["reason"], "authenticator_synced");
    assert!(refusal["detail"].as_str().unwrap().contains("Use a security key"), "{refusal}");

    let mut with_key =
        SoftwareBrowser::with(ada.client.clone(), AuthenticatorConfig::security_key());
    with_key.register().await.expect(201);
}

#[tokio::test]
async fn browser_is_asked_for_the_attestation_that_the_rules_need() {
    let mut setup = Setup::development();
    setup.authenticators.conveyance = AttestationConveyance::Direct;
    let server = TestServer::start_with(setup).await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.sign_up(ADA).await.expect(200);
    let begun = ada.client.post("/v1/registration/begin", &json!({})).await.expect(200).json();
    assert_eq!(begun["publicKey"]["attestation"], "direct");
}
