//! What ends by itself, by the clock.

use keylane_testkit::{SoftwareBrowser, TestServer};
use serde_json::json;

const ADA: &str = "ada@example.org";
const DAY_S: u64 = 24 * 60 * 60;

#[tokio::test]
async fn sign_in_five_minutes_after_begin_is_in_time() {
    let (server, mut ada) = ada().await;
    let finish = ada.make_assertion(&json!({})).await;
    server.clock().advance_s(300);
    ada.client.post("/v1/authentication/finish", &finish).await.expect(200);
}

#[tokio::test]
async fn sign_in_a_millisecond_later_has_expired() {
    let (server, mut ada) = ada().await;
    let finish = ada.make_assertion(&json!({})).await;
    server.clock().advance_ms(300_001);
    let refused = ada.client.post("/v1/authentication/finish", &finish).await;
    refused.expect_problem(400, "ceremony_expired");
}

#[tokio::test]
async fn registration_after_five_minutes_has_expired() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.sign_up(ADA).await.expect(200);
    let finish = ada.make_registration().await;
    server.clock().advance_ms(300_001);
    let refused = ada.client.post("/v1/registration/finish", &finish).await;
    refused.expect_problem(400, "ceremony_expired");
}

#[tokio::test]
async fn session_ends_after_its_lifetime() {
    let (server, mut ada) = ada().await;
    server.clock().advance_s(7 * DAY_S - 1);
    ada.client.get("/v1/me").await.expect(200);
    server.clock().advance_s(2);
    ada.client.get("/v1/me").await.expect_problem(401, "session_required");
}

#[tokio::test]
async fn code_session_ends_after_half_an_hour() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.sign_up(ADA).await.expect(200);
    server.clock().advance_s(30 * 60 + 1);
    ada.client.get("/v1/me").await.expect_problem(401, "session_required");
}

#[tokio::test]
async fn access_token_ends_after_five_minutes() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at(&server, "http://localhost:3000");
    ada.open_account(ADA).await;
    server.clock().advance_s(299);
    ada.client.get("/v1/me").await.expect(200);
    server.clock().advance_s(2);
    ada.client.get("/v1/me").await.expect_problem(401, "session_required");
}

/// Ada, with an account and a passkey, signed in.
async fn ada() -> (TestServer, SoftwareBrowser) {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account(ADA).await;
    (server, ada)
}
