//! Refresh tokens: exchanged each time, and deadly to use twice.

use keylane_testkit::{Answer, Client, SoftwareBrowser, TestServer};
use serde_json::json;

const ADA: &str = "ada@example.org";
const APP: &str = "http://localhost:3000";

#[tokio::test]
async fn refresh_token_buys_new_tokens() {
    let (server, mut ada) = ada().await;
    let old = ada.client.refresh_token().unwrap().to_owned();
    server.clock().advance_s(400);
    ada.client.get("/v1/me").await.expect_problem(401, "session_required");
    let session = refresh(&mut ada.client, &old).await.expect(200).json();
    assert_eq!(session["user"]["handle"], ADA);
    assert_eq!(session["expires_in_s"], 300);
    assert_ne!(session["refresh_token"], old);
    ada.client.get("/v1/me").await.expect(200);
}

#[tokio::test]
async fn refresh_keeps_the_time_of_the_proof() {
    let (server, mut ada) = ada().await;
    let before = ada.client.get("/v1/me").await.expect(200).json();
    server.clock().advance_s(400);
    let token = ada.client.refresh_token().unwrap().to_owned();
    let after = refresh(&mut ada.client, &token).await.expect(200).json();
    assert_eq!(before["session"]["authenticated_at_ms"], after["session"]["authenticated_at_ms"]);
}

#[tokio::test]
async fn old_refresh_token_ends_the_session_for_both_holders() {
    let (server, mut ada) = ada().await;
    let stolen = ada.client.refresh_token().unwrap().to_owned();
    refresh(&mut ada.client, &stolen).await.expect(200);
    let newest = ada.client.refresh_token().unwrap().to_owned();
    server.clock().advance_s(60);
    let mut thief = Client::page(&server, APP);
    refresh(&mut thief, &stolen).await.expect_problem(401, "refresh_refused");
    refresh(&mut ada.client, &newest).await.expect_problem(401, "refresh_refused");
    ada.client.get("/v1/me").await.expect_problem(401, "session_required");
}

#[tokio::test]
async fn refresh_after_signing_out_is_refused() {
    let (_server, mut ada) = ada().await;
    let token = ada.client.refresh_token().unwrap().to_owned();
    ada.client.post("/v1/session/logout", &json!({})).await.expect(204);
    refresh(&mut ada.client, &token).await.expect_problem(401, "refresh_refused");
}

#[tokio::test]
async fn token_that_is_not_ours_is_refused() {
    let (_server, mut ada) = ada().await;
    let changed = ada.client.refresh_token().unwrap().to_owned();
    for token in ["", "abc", &changed[1..], &format!("{changed}A")] {
        refresh(&mut ada.client, token).await.expect_problem(401, "refresh_refused");
    }
}

#[tokio::test]
async fn session_cookie_is_no_refresh_token() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account(ADA).await;
    let cookie = ada.client.cookies()["keylane"].clone();
    let mut app = Client::page(&server, APP);
    refresh(&mut app, &cookie).await.expect_problem(401, "refresh_refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_refreshes_never_leave_two_living_tokens() {
    let (server, ada) = ada().await;
    let token = ada.client.refresh_token().unwrap().to_owned();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (mut client, token) = (Client::page(&server, APP), token.clone());
        tasks.spawn(async move { refresh(&mut client, &token).await });
    }
    let answers = tasks.join_all().await;
    let tokens: std::collections::BTreeSet<_> = answers
        .iter()
        .filter(|answer| answer.status() == 200)
        .map(|answer| answer.json()["refresh_token"].to_string())
        .collect();
    assert!(tokens.len() <= 1, "{tokens:?}");
}

async fn refresh(client: &mut Client, token: &str) -> Answer {
    client.post("/v1/session/refresh", &json!({ "refresh_token": token })).await
}

/// Ada at an application, signed in with tokens.
async fn ada() -> (TestServer, SoftwareBrowser) {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at(&server, APP);
    ada.open_account(ADA).await;
    (server, ada)
}
