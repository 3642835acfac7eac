//! Signing in with a passkey.

use keylane_authenticator::{AuthenticatorConfig, GetParts};
use keylane_testkit::{Client, Setup, SoftwareBrowser, TestServer};
use serde_json::{Value, json};

const ADA: &str = "ada@example.org";

#[tokio::test]
async fn passkey_signs_in_without_a_handle() {
    let (_server, mut ada) = ada().await;
    let session = ada.sign_in().await.expect(200).json();
    assert_eq!(session["user"]["handle"], ADA);
    assert_eq!(session["session"]["assurance"], "passkey");
    assert_eq!(session["session"]["amr"], json!(["pop", "user"]));
    ada.client.get("/v1/me").await.expect(200);
}

#[tokio::test]
async fn passkey_signs_in_by_autofill() {
    let (_server, mut ada) = ada().await;
    let finish = ada.make_assertion(&json!({ "mediation": "conditional" })).await;
    ada.client.post("/v1/authentication/finish", &finish).await.expect(200);
}

#[tokio::test]
async fn passkey_signs_in_after_its_handle_was_typed() {
    let (_server, mut ada) = ada().await;
    let finish = ada.make_assertion(&json!({ "handle": ADA })).await;
    ada.client.post("/v1/authentication/finish", &finish).await.expect(200);
}

#[tokio::test]
async fn passkey_of_another_account_than_the_typed_handle_is_refused() {
    let (server, mut ada) = ada().await;
    SoftwareBrowser::at_home(&server).open_account("bob@example.org").await;
    let finish = ada.make_assertion(&json!({ "handle": "bob@example.org" })).await;
    let refused = ada.client.post("/v1/authentication/finish", &finish).await;
    refused.expect_problem(401, "authentication_refused");
}

#[tokio::test]
async fn last_use_is_true_for_synced_passkeys() {
    let (server, mut ada) = ada().await;
    server.clock().advance_s(3_600);
    ada.sign_in().await.expect(200);
    let list = ada.client.get("/v1/me/credentials").await.expect(200).json();
    assert_eq!(list["passkeys"][0]["last_used_at_ms"], server.now().0);
    assert_eq!(list["passkeys"][0]["current"], true);
}

#[tokio::test]
async fn security_key_with_a_rising_counter_signs_in_again_and_again() {
    let server = TestServer::start().await;
    let key = AuthenticatorConfig::security_key();
    let mut ada = SoftwareBrowser::with(Client::own_page(&server), key);
    ada.open_account(ADA).await;
    for _ in 0..3 {
        ada.forget_session();
        ada.sign_in().await.expect(200);
    }
}

#[tokio::test]
async fn wrong_signature_is_refused_without_the_reason() {
    check(|parts| parts.edit_signature(|signature| signature[20] ^= 1)).await;
}

#[tokio::test]
async fn assertion_for_another_origin_is_refused_without_the_reason() {
    check(|parts| parts.client_data.origin = "https://evil.example".into()).await;
}

#[tokio::test]
async fn assertion_for_another_rp_id_is_refused_without_the_reason() {
    check(|parts| parts.rp_id_hash = [0; 32]).await;
}

#[tokio::test]
async fn assertion_without_user_presence_is_refused_without_the_reason() {
    check(|parts| parts.flags &= !1).await;
}

#[tokio::test]
async fn answer_to_a_challenge_that_is_not_ours_is_refused_without_the_reason() {
    check(|parts| parts.client_data.challenge = "c29tZXRoaW5nIGVsc2U".into()).await;
}

#[tokio::test]
async fn user_handle_of_somebody_else_is_refused_without_the_reason() {
    check(|parts| parts.user_handle = Some(vec![1; 64])).await;
}

#[tokio::test]
async fn credential_that_nobody_has_is_named_unknown() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account(ADA).await;
    let other = TestServer::start().await;
    let mut there = SoftwareBrowser::at_home(&other);
    std::mem::swap(&mut there.authenticator, &mut ada.authenticator);
    there.sign_in().await.expect_problem(401, "credential_unknown");
}

#[tokio::test]
async fn passkey_made_at_an_application_signs_in_at_the_own_pages() {
    let server = TestServer::start_with(Setup::production()).await;
    let mut shop = SoftwareBrowser::at(&server, "https://shop.example.org");
    shop.open_account(ADA).await;
    let mut home = SoftwareBrowser::at_home(&server);
    std::mem::swap(&mut home.authenticator, &mut shop.authenticator);
    let session = home.sign_in().await.expect(200);
    assert!(session.header("set-cookie").starts_with("__Host-keylane="));
    assert!(session.header("set-cookie").contains("; HttpOnly; SameSite=Lax; Secure; Path=/"));
}

#[tokio::test]
async fn program_without_a_page_signs_in_with_tokens() {
    let server = TestServer::start().await;
    let mut tool = SoftwareBrowser::with(Client::program(&server), AuthenticatorConfig::default());
    tool.open_account(ADA).await;
    let session = tool.sign_in().await.expect(200);
    assert!(session.json()["refresh_token"].is_string());
    assert_eq!(session.header("set-cookie"), "");
}

#[tokio::test]
async fn unknown_mediation_is_refused_by_name() {
    let server = TestServer::start().await;
    let mut page = Client::own_page(&server);
    let refused = page.post("/v1/authentication/begin", &json!({ "mediation": "silent" })).await;
    let refused = refused.expect_problem(400, "invalid_request");
    assert!(refused.text().contains("`mediation`"), "{}", refused.text());
}

/// Starts from a sign-in that passes, breaks one thing, and expects the one refusal there is.
async fn check(break_one_thing: impl FnOnce(&mut GetParts)) {
    let (_server, mut ada) = ada().await;
    let begun = ada.client.post("/v1/authentication/begin", &json!({})).await.expect(200).json();
    let options = begun["publicKey"].to_string();
    let spoilt = ada.authenticator.get_with(&options, "http://localhost:8080", break_one_thing);
    let credential: Value = serde_json::from_str(&spoilt.unwrap()).unwrap();
    let body = json!({ "credential": credential });
    let refused = ada.client.post("/v1/authentication/finish", &body).await;
    let refused = refused.expect_problem(401, "authentication_refused").json();
    assert!(refused.get("reason").is_none(), "{refused}");
}

/// Ada, with an account and a passkey, signed out.
async fn ada() -> (TestServer, SoftwareBrowser) {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account(ADA).await;
    ada.forget_session();
    (server, ada)
}
