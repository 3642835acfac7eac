//! Where a person is signed in, and how that ends.

use http::header::USER_AGENT;
use keylane_testkit::{Client, SoftwareBrowser, TestServer};

const ADA: &str = "ada@example.org";

#[tokio::test]
async fn sessions_are_listed_newest_first_with_their_device() {
    let server = TestServer::start().await;
    let (mut laptop, mut phone) = laptop_and_phone(&server).await;
    let list = phone.client.get("/v1/me/sessions").await.expect(200).json();
    let sessions = list["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions[0]["device"], "Firefox on Android");
    assert_eq!(sessions[0]["current"], true);
    assert_eq!(sessions[1]["device"], "Chrome on Linux");
    assert_eq!(sessions[1]["current"], false);
    assert_eq!(sessions[1]["passkey_nickname"], sessions[0]["passkey_nickname"]);
    assert_eq!(laptop.client.get("/v1/me").await.expect(200).json()["sessions"], 2);
}

#[tokio::test]
async fn signing_out_ends_this_session_only() {
    let server = TestServer::start().await;
    let (mut laptop, mut phone) = laptop_and_phone(&server).await;
    let mut stolen = laptop.client.clone();
    let out = laptop.client.post("/v1/session/logout", &serde_json::json!({})).await.expect(204);
    assert!(out.header("set-cookie").contains("Max-Age=0"), "{}", out.header("set-cookie"));
    stolen.get("/v1/me").await.expect_problem(401, "session_required");
    phone.client.get("/v1/me").await.expect(200);
}

#[tokio::test]
async fn session_elsewhere_can_be_ended() {
    let server = TestServer::start().await;
    let (mut laptop, mut phone) = laptop_and_phone(&server).await;
    let list = phone.client.get("/v1/me/sessions").await.expect(200).json();
    let id = list["sessions"][1]["id"].as_str().unwrap().to_owned();
    phone.client.delete(&format!("/v1/me/sessions/{id}")).await.expect(204);
    laptop.client.get("/v1/me").await.expect_problem(401, "session_required");
    let again = phone.client.delete(&format!("/v1/me/sessions/{id}")).await;
    again.expect_problem(404, "session_not_found");
}

#[tokio::test]
async fn session_of_somebody_else_is_nowhere_to_be_found() {
    let server = TestServer::start().await;
    let (mut laptop, _phone) = laptop_and_phone(&server).await;
    let list = laptop.client.get("/v1/me/sessions").await.expect(200).json();
    let id = list["sessions"][0]["id"].as_str().unwrap().to_owned();
    let mut eve = SoftwareBrowser::at_home(&server);
    eve.open_account("eve@example.org").await;
    let refused = eve.client.delete(&format!("/v1/me/sessions/{id}")).await;
    refused.expect_problem(404, "session_not_found");
    let refused = eve.client.delete("/v1/me/sessions/7").await;
    refused.expect_problem(404, "session_not_found");
}

#[tokio::test]
async fn signing_out_everywhere_ends_this_session_too() {
    let server = TestServer::start().await;
    let (mut laptop, mut phone) = laptop_and_phone(&server).await;
    let mut here = phone.client.clone();
    phone.client.delete("/v1/me/sessions").await.expect(204);
    laptop.client.get("/v1/me").await.expect_problem(401, "session_required");
    here.get("/v1/me").await.expect_problem(401, "session_required");
}

#[tokio::test]
async fn cookie_that_was_changed_is_nobody() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account(ADA).await;
    let cookie = ada.client.cookies().get_mut("keylane").unwrap();
    let last = if cookie.ends_with('A') { "B" } else { "A" };
    cookie.replace_range(0..1, last);
    ada.client.get("/v1/me").await.expect_problem(401, "session_required");
}

#[tokio::test]
async fn rubbish_in_place_of_a_token_is_nobody() {
    let server = TestServer::start().await;
    for token in ["", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "ä"] {
        let mut client = Client::program(&server);
        client.set_access_token(Some(token));
        client.get("/v1/me").await.expect_problem(401, "session_required");
    }
}

/// Ada, signed in on her laptop and then on her phone, with one synced passkey.
async fn laptop_and_phone(server: &TestServer) -> (SoftwareBrowser, SoftwareBrowser) {
    let mut laptop = SoftwareBrowser::at_home(server);
    laptop.open_account(ADA).await;
    server.clock().advance_s(60);
    let client = Client::own_page(server).with_header(
        USER_AGENT,
        "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0",
    );
    let mut phone = SoftwareBrowser::with(client, laptop.authenticator.config().clone());
    std::mem::swap(&mut phone.authenticator, &mut laptop.authenticator);
    phone.sign_in().await.expect(200);
    (laptop, phone)
}
