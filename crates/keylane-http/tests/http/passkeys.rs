//! Looking after passkeys.

use keylane_authenticator::AuthenticatorConfig;
use keylane_testkit::{SoftwareBrowser, TestServer};
use serde_json::json;

const ADA: &str = "ada@example.org";

#[tokio::test]
async fn passkeys_are_listed_with_what_browsers_need_to_hear() {
    let (_server, mut ada, _key) = ada_with_two().await;
    let list = ada.client.get("/v1/me/credentials").await.expect(200).json();
    assert_eq!(list["passkeys"].as_array().unwrap().len(), 2);
    assert_eq!(list["passkeys"][0]["current"], true);
    assert_eq!(list["passkeys"][1]["current"], false);
    assert_eq!(list["accepted"]["rp_id"], "localhost");
    assert_eq!(list["accepted"]["credential_ids"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn passkey_gets_another_name() {
    let (_server, mut ada, key) = ada_with_two().await;
    let path = format!("/v1/me/credentials/{key}");
    let renamed = ada.client.patch(&path, &json!({ "nickname": "  Spare key " })).await;
    assert_eq!(renamed.expect(200).json()["nickname"], "Spare key");
}

#[tokio::test]
async fn name_of_spaces_is_refused_by_name() {
    let (_server, mut ada, key) = ada_with_two().await;
    let path = format!("/v1/me/credentials/{key}");
    let refused = ada.client.patch(&path, &json!({ "nickname": "   " })).await;
    let refused = refused.expect_problem(400, "invalid_request");
    assert!(refused.text().contains("`nickname`"));
}

#[tokio::test]
async fn removed_passkey_no_longer_signs_in() {
    let (_server, mut ada, _key) = ada_with_two().await;
    let list = ada.client.get("/v1/me/credentials").await.expect(200).json();
    let first = list["passkeys"][0]["id"].as_str().unwrap().to_owned();
    ada.client.delete(&format!("/v1/me/credentials/{first}")).await.expect(204);
    ada.sign_in().await.expect_problem(401, "credential_unknown");
}

#[tokio::test]
async fn removing_the_passkey_of_this_session_signs_out_here() {
    let (_server, mut ada, _key) = ada_with_two().await;
    let mut stolen = ada.client.clone();
    let list = ada.client.get("/v1/me/credentials").await.expect(200).json();
    let first = list["passkeys"][0]["id"].as_str().unwrap().to_owned();
    let gone = ada.client.delete(&format!("/v1/me/credentials/{first}")).await.expect(204);
    assert!(gone.header("set-cookie").contains("Max-Age=0"), "the browser keeps no dead cookie");
    stolen.get("/v1/me").await.expect_problem(401, "session_required");
}

#[tokio::test]
async fn passkey_is_removed_once() {
    let (_server, mut ada, key) = ada_with_two().await;
    let path = format!("/v1/me/credentials/{key}");
    ada.client.delete(&path).await.expect(204);
    ada.client.delete(&path).await.expect_problem(404, "passkey_not_found");
}

#[tokio::test]
async fn removing_a_passkey_ends_the_sessions_it_opened() {
    let server = TestServer::start().await;
    let mut laptop = SoftwareBrowser::at_home(&server);
    laptop.open_account(ADA).await;
    let config = AuthenticatorConfig::security_key();
    let mut key = SoftwareBrowser::with(laptop.client.clone(), config);
    let added = key.register().await.expect(201).json()["passkey"]["id"].clone();
    key.forget_session();
    key.sign_in().await.expect(200);
    let path = format!("/v1/me/credentials/{}", added.as_str().unwrap());
    laptop.client.delete(&path).await.expect(204);
    key.client.get("/v1/me").await.expect_problem(401, "session_required");
    laptop.client.get("/v1/me").await.expect(200);
}

#[tokio::test]
async fn removing_a_passkey_kills_the_tokens_it_opened() {
    let server = TestServer::start().await;
    let mut laptop = SoftwareBrowser::at_home(&server);
    laptop.open_account(ADA).await;
    let config = AuthenticatorConfig::security_key();
    let mut key = SoftwareBrowser::with(laptop.client.clone(), config);
    let added = key.register().await.expect(201).json()["passkey"]["id"].clone();
    let mut app = SoftwareBrowser::at(&server, "http://localhost:3000");
    std::mem::swap(&mut app.authenticator, &mut key.authenticator);
    app.sign_in().await.expect(200);
    let path = format!("/v1/me/credentials/{}", added.as_str().unwrap());
    laptop.client.delete(&path).await.expect(204);
    app.client.get("/v1/me").await.expect_problem(401, "session_required");
    let token = app.client.refresh_token().unwrap().to_owned();
    let refused = app.client.post("/v1/session/refresh", &json!({ "refresh_token": token })).await;
    refused.expect_problem(401, "refresh_refused");
}

#[tokio::test]
async fn last_passkey_stays_until_the_person_confirms() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account(ADA).await;
    let list = ada.client.get("/v1/me/credentials").await.expect(200).json();
    let path = format!("/v1/me/credentials/{}", list["passkeys"][0]["id"].as_str().unwrap());
    let refused = ada.client.delete(&path).await.expect_problem(409, "last_passkey");
    assert!(refused.json()["detail"].as_str().unwrap().contains("code sent to your address"));
    let refused = ada.client.delete(&format!("{path}?last=yes")).await;
    refused.expect_problem(400, "invalid_request");
    ada.client.delete(&format!("{path}?last=confirm")).await.expect(204);
}

#[tokio::test]
async fn person_without_passkeys_gets_back_in_with_a_code() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account(ADA).await;
    let list = ada.client.get("/v1/me/credentials").await.expect(200).json();
    let path = format!("/v1/me/credentials/{}", list["passkeys"][0]["id"].as_str().unwrap());
    ada.client.delete(&format!("{path}?last=confirm")).await.expect(204);
    ada.forget_session();
    server.clock().advance_s(31);
    ada.sign_up(ADA).await.expect(200);
}

#[tokio::test]
async fn code_of_before_removes_no_passkey_that_was_made_since() {
    let server = TestServer::start().await;
    let mut early = SoftwareBrowser::at_home(&server);
    early.sign_up(ADA).await.expect(200);
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account(ADA).await;
    let list = early.client.get("/v1/me/credentials").await.expect(200).json();
    let path = format!("/v1/me/credentials/{}", list["passkeys"][0]["id"].as_str().unwrap());
    let refused = early.client.delete(&format!("{path}?last=confirm")).await;
    refused.expect_problem(403, "step_up_required");
    ada.client.delete(&format!("{path}?last=confirm")).await.expect(204);
}

#[tokio::test]
async fn passkey_of_somebody_else_is_nowhere_to_be_found() {
    let (server, _ada, key) = ada_with_two().await;
    let mut eve = SoftwareBrowser::at_home(&server);
    eve.open_account("eve@example.org").await;
    for id in [key.as_str(), "7"] {
        let path = format!("/v1/me/credentials/{id}");
        let refused = eve.client.patch(&path, &json!({ "nickname": "mine" })).await;
        refused.expect_problem(404, "passkey_not_found");
        let refused = eve.client.delete(&path).await;
        refused.expect_problem(404, "passkey_not_found");
    }
}

/// Ada, signed in with her first passkey, and the id of her second, a security key.
async fn ada_with_two() -> (TestServer, SoftwareBrowser, String) {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account(ADA).await;
    server.clock().advance_s(1);
    let key = AuthenticatorConfig::security_key();
    let mut with_key = SoftwareBrowser::with(ada.client.clone(), key);
    let added = with_key.register().await.expect(201).json();
    let id = added["passkey"]["id"].as_str().unwrap().to_owned();
    (server, ada, id)
}
