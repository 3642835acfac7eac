//! Signing up: a code proves the address before an account exists.

use keylane_testkit::{Answer, Client, SoftwareBrowser, TestServer};
use serde_json::json;

const ADA: &str = "ada@example.org";

#[tokio::test]
async fn right_code_opens_an_account_with_a_session_of_assurance_code() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    let session = ada.sign_up(ADA).await.expect(200).json();
    assert_eq!(session["user"]["handle"], ADA);
    assert_eq!(session["user"]["role"], "member");
    assert_eq!(session["session"]["assurance"], "code");
    assert_eq!(session["session"]["amr"], json!(["otp"]));
    assert!(session.get("access_token").is_none(), "own pages get a cookie");
}

#[tokio::test]
async fn begun_sign_up_says_how_long_the_code_lives() {
    let server = TestServer::start().await;
    let begun = Client::own_page(&server).post("/v1/signup", &json!({ "handle": ADA })).await;
    let begun = begun.expect(202).json();
    assert_eq!(begun["expires_in_s"], 600);
    assert_eq!(begun["resend_after_s"], 30);
}

#[tokio::test]
async fn handle_is_trimmed_and_lowered() {
    let server = TestServer::start().await;
    let mut page = Client::own_page(&server);
    page.post("/v1/signup", &json!({ "handle": " Ada@Example.ORG " })).await.expect(202);
    assert_eq!(server.mails().await[0].to, ADA);
}

#[tokio::test]
async fn wrong_code_is_refused() {
    check(|_code| "000000".to_owned(), "code_refused").await;
}

#[tokio::test]
async fn code_of_letters_is_refused() {
    check(|_code| "abcdef".to_owned(), "code_refused").await;
}

#[tokio::test]
async fn code_that_is_too_long_is_refused() {
    check(|code| format!("{code}0"), "code_refused").await;
}

#[tokio::test]
async fn right_code_after_five_wrong_ones_is_refused() {
    let server = TestServer::start().await;
    let mut page = Client::own_page(&server);
    let signup = begin(&mut page).await;
    let code = server.code_for(ADA).await;
    for _ in 0..5 {
        answer(&mut page, &signup, "000000").await.expect_problem(401, "code_refused");
    }
    answer(&mut page, &signup, &code).await.expect_problem(401, "code_refused");
}

#[tokio::test]
async fn code_works_once() {
    let server = TestServer::start().await;
    let mut page = Client::own_page(&server);
    let signup = begin(&mut page).await;
    let code = server.code_for(ADA).await;
    answer(&mut page, &signup, &code).await.expect(200);
    page.forget();
    answer(&mut page, &signup, &code).await.expect_problem(401, "code_refused");
}

#[tokio::test]
async fn newer_code_ends_the_older_one() {
    let server = TestServer::start().await;
    let mut page = Client::own_page(&server);
    let first = begin(&mut page).await;
    let first_code = server.code_for(ADA).await;
    server.clock().advance_s(31);
    let _second = begin(&mut page).await;
    answer(&mut page, &first, &first_code).await.expect_problem(401, "code_refused");
}

#[tokio::test]
async fn code_dies_after_ten_minutes() {
    let server = TestServer::start().await;
    let mut page = Client::own_page(&server);
    let signup = begin(&mut page).await;
    let code = server.code_for(ADA).await;
    server.clock().advance_s(601);
    answer(&mut page, &signup, &code).await.expect_problem(401, "code_refused");
}

#[tokio::test]
async fn code_for_another_sign_up_is_refused() {
    let server = TestServer::start().await;
    let mut page = Client::own_page(&server);
    let ada = begin(&mut page).await;
    page.post("/v1/signup", &json!({ "handle": "bob@example.org" })).await.expect(202);
    let bobs = server.code_for("bob@example.org").await;
    answer(&mut page, &ada, &bobs).await.expect_problem(401, "code_refused");
}

#[tokio::test]
async fn signup_id_that_is_no_id_is_refused_by_name() {
    let server = TestServer::start().await;
    let mut page = Client::own_page(&server);
    let refused = answer(&mut page, "7", "123456").await.expect_problem(400, "invalid_request");
    assert!(refused.text().contains("`signup_id`"));
}

#[tokio::test]
async fn account_without_a_passkey_goes_on_with_a_code() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    let first = ada.sign_up(ADA).await.expect(200).json();
    ada.forget_session();
    server.clock().advance_s(31);
    let again = ada.sign_up(ADA).await.expect(200).json();
    assert_eq!(first["user"]["id"], again["user"]["id"]);
}

#[tokio::test]
async fn account_with_a_passkey_gets_a_mail_without_a_code() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account(ADA).await;
    server.clock().advance_s(31);
    let mut stranger = Client::own_page(&server);
    let signup = begin(&mut stranger).await;
    let newest = &server.mails().await[0];
    assert!(newest.code.is_none() && newest.to == ADA);
    answer(&mut stranger, &signup, "123456").await.expect_problem(401, "code_refused");
}

/// Changes the right code and expects a refusal.
async fn check(change: impl FnOnce(String) -> String, expected: &str) {
    let server = TestServer::start().await;
    let mut page = Client::own_page(&server);
    let signup = begin(&mut page).await;
    let code = change(server.code_for(ADA).await);
    answer(&mut page, &signup, &code).await.expect_problem(401, expected);
}

async fn begin(page: &mut Client) -> String {
    let begun = page.post("/v1/signup", &json!({ "handle": ADA })).await.expect(202);
    begun.json()["signup_id"].as_str().unwrap().to_owned()
}

async fn answer(page: &mut Client, signup: &str, code: &str) -> Answer {
    page.post("/v1/signup/verify", &json!({ "signup_id": signup, "code": code })).await
}
