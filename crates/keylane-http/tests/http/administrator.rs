//! The link that makes its visitor the first administrator.

use keylane_testkit::{SoftwareBrowser, TestServer};
use secrecy::ExposeSecret as _;
use serde_json::json;

const CLAIM: &str = "/v1/first-administrator";

#[tokio::test]
async fn link_makes_its_visitor_administrator_once() {
    let server = TestServer::start().await;
    let token = link(&server).await.unwrap();
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account("ada@example.org").await;
    let session = ada.client.post(CLAIM, &json!({ "token": token })).await.expect(200).json();
    assert_eq!(session["user"]["role"], "administrator");
    let me = ada.client.get("/v1/me").await.expect(200).json();
    assert_eq!(me["user"]["role"], "administrator");

    let mut eve = SoftwareBrowser::at_home(&server);
    eve.open_account("eve@example.org").await;
    let refused = eve.client.post(CLAIM, &json!({ "token": token })).await;
    refused.expect_problem(403, "link_refused");
    assert!(link(&server).await.is_none(), "there is an administrator");
}

#[tokio::test]
async fn administrator_needs_a_passkey() {
    let server = TestServer::start().await;
    let token = link(&server).await.unwrap();
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.sign_up("ada@example.org").await.expect(200);
    let refused = ada.client.post(CLAIM, &json!({ "token": token })).await;
    refused.expect_problem(403, "step_up_required");
}

#[tokio::test]
async fn link_without_a_session_does_nothing() {
    let server = TestServer::start().await;
    let token = link(&server).await.unwrap();
    let mut page = SoftwareBrowser::at_home(&server).client;
    let refused = page.post(CLAIM, &json!({ "token": token })).await;
    refused.expect_problem(401, "session_required");
}

#[tokio::test]
async fn made_up_link_is_refused() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account("ada@example.org").await;
    for token in ["", "abc", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        let refused = ada.client.post(CLAIM, &json!({ "token": token })).await;
        refused.expect_problem(403, "link_refused");
    }
}

async fn link(server: &TestServer) -> Option<String> {
    let token = server.service().first_administrator_token().await.unwrap();
    token.map(|token| token.expose_secret().to_owned())
}
