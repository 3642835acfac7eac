//! A ceremony belongs to the browser and the origin that began it.

use keylane_testkit::{Client, Setup, SoftwareBrowser, TestServer};
use serde_json::json;

const ADA: &str = "ada@example.org";

#[tokio::test]
async fn begin_binds_the_ceremony_to_the_browser_once() {
    let server = TestServer::start().await;
    let mut page = Client::own_page(&server);
    let first = page.post("/v1/authentication/begin", &json!({})).await.expect(200);
    let cookie = first.header("set-cookie");
    assert!(cookie.starts_with("keylane-pre=") && cookie.contains("HttpOnly"), "{cookie}");
    let second = page.post("/v1/authentication/begin", &json!({})).await.expect(200);
    assert_eq!(second.header("set-cookie"), "", "the browser has one already");
}

#[tokio::test]
async fn program_without_a_page_is_not_bound() {
    let server = TestServer::start().await;
    let begun = Client::program(&server).post("/v1/authentication/begin", &json!({})).await;
    assert_eq!(begun.expect(200).header("set-cookie"), "");
}

#[tokio::test]
async fn sign_in_begun_in_another_browser_is_refused() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account(ADA).await;
    ada.forget_session();
    let finish = ada.make_assertion(&json!({})).await;
    let mut other = Client::own_page(&server);
    other.post("/v1/authentication/begin", &json!({})).await.expect(200);
    let refused = other.post("/v1/authentication/finish", &finish).await;
    refused.expect_problem(401, "authentication_refused");
}

#[tokio::test]
async fn sign_in_without_the_cookie_that_begin_set_is_refused() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account(ADA).await;
    let finish = ada.make_assertion(&json!({})).await;
    ada.forget_session();
    let refused = ada.client.post("/v1/authentication/finish", &finish).await;
    refused.expect_problem(401, "authentication_refused");
}

#[tokio::test]
async fn sign_in_begun_at_one_origin_is_refused_at_another() {
    let server = TestServer::start_with(Setup::production()).await;
    let mut shop = SoftwareBrowser::at(&server, "https://shop.example.org");
    shop.open_account(ADA).await;
    let finish = shop.make_assertion(&json!({})).await;
    let mut home = Client::own_page(&server);
    let refused = home.post("/v1/authentication/finish", &finish).await;
    refused.expect_problem(401, "authentication_refused");
}

#[tokio::test]
async fn registration_begun_by_another_person_is_refused() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.sign_up(ADA).await.expect(200);
    let finish = ada.make_registration().await;
    let mut eve = SoftwareBrowser::at_home(&server);
    eve.sign_up("eve@example.org").await.expect(200);
    let refused = eve.client.post("/v1/registration/finish", &finish).await;
    let refused = refused.expect_problem(400, "registration_refused").json();
    assert_eq!(refused["reason"], "ceremony_foreign");
}

#[tokio::test]
async fn challenge_of_a_sign_in_does_not_register() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.sign_up(ADA).await.expect(200);
    let begun = ada.client.post("/v1/authentication/begin", &json!({})).await.expect(200).json();
    let challenge = begun["publicKey"]["challenge"].as_str().unwrap().to_owned();
    let options = ada.client.post("/v1/registration/begin", &json!({})).await.expect(200).json();
    let options = options["publicKey"].to_string();
    let made = ada.authenticator.create_with(&options, "http://localhost:8080", |parts| {
        parts.client_data.challenge = challenge;
    });
    let credential: serde_json::Value = serde_json::from_str(&made.unwrap()).unwrap();
    let finish = json!({ "credential": credential });
    let refused = ada.client.post("/v1/registration/finish", &finish).await;
    let refused = refused.expect_problem(400, "registration_refused").json();
    assert_eq!(refused["reason"], "ceremony_foreign");
}
