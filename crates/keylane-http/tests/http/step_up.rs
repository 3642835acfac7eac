//! Adding a passkey asks for a fresh proof.

use keylane_authenticator::AuthenticatorConfig;
use keylane_testkit::{SoftwareBrowser, TestServer};
use serde_json::json;

const ADA: &str = "ada@example.org";
const STEP_UP_S: u64 = 15 * 60;

#[tokio::test]
async fn fresh_session_adds_a_passkey() {
    check(STEP_UP_S, true).await;
}

#[tokio::test]
async fn session_older_than_fifteen_minutes_is_asked_to_step_up() {
    check(STEP_UP_S + 1, false).await;
}

#[tokio::test]
async fn signing_in_again_steps_up_and_replaces_the_session() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account(ADA).await;
    let mut before = ada.client.clone();
    server.clock().advance_s(STEP_UP_S + 1);
    let refused = ada.client.post("/v1/registration/begin", &json!({})).await;
    refused.expect_problem(403, "step_up_required");
    ada.sign_in().await.expect(200);
    ada.client.post("/v1/registration/begin", &json!({})).await.expect(200);
    before.get("/v1/me").await.expect_problem(401, "session_required");
}

#[tokio::test]
async fn second_passkey_after_step_up_works_to_the_end() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account(ADA).await;
    server.clock().advance_s(STEP_UP_S + 1);
    ada.sign_in().await.expect(200);
    let key = AuthenticatorConfig::security_key();
    let mut with_key = SoftwareBrowser::with(ada.client.clone(), key);
    with_key.register().await.expect(201);
    assert_eq!(ada.client.get("/v1/me").await.expect(200).json()["passkeys"], 2);
}

async fn check(after_s: u64, allowed: bool) {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account(ADA).await;
    server.clock().advance_s(after_s);
    let begun = ada.client.post("/v1/registration/begin", &json!({})).await;
    if allowed {
        begun.expect(200);
    } else {
        begun.expect_problem(403, "step_up_required");
    }
}
