//! Every ceremony, code and refresh token is good once, however many ask at the same time.

use http::Method;
use keylane_testkit::{Answer, Client, SoftwareBrowser, TestServer};
use serde_json::{Value, json};

const ADA: &str = "ada@example.org";
const AT_ONCE: usize = 16;

#[tokio::test]
async fn sign_in_is_finished_once() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account(ADA).await;
    let finish = ada.make_assertion(&json!({})).await;
    ada.client.post("/v1/authentication/finish", &finish).await.expect(200);
    let again = ada.client.post("/v1/authentication/finish", &finish).await;
    again.expect_problem(400, "ceremony_spent");
}

#[tokio::test]
async fn registration_is_finished_once() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.sign_up(ADA).await.expect(200);
    let finish = ada.make_registration().await;
    let mut second = ada.client.clone();
    ada.client.post("/v1/registration/finish", &finish).await.expect(201);
    let again = second.post("/v1/registration/finish", &finish).await;
    assert_eq!(again.status(), 401, "the session that asked has ended: {}", again.text());
    let again = ada.client.post("/v1/registration/finish", &finish).await;
    assert_eq!(again.status() / 100, 4, "{}", again.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_sixteen_concurrent_sign_ins_with_one_answer_succeeds() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account(ADA).await;
    let finish = ada.make_assertion(&json!({})).await;
    check(&ada.client, "/v1/authentication/finish", &finish, 200, 400).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_sixteen_concurrent_registrations_with_one_answer_succeeds() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.sign_up(ADA).await.expect(200);
    let finish = ada.make_registration().await;
    let mut answers = send_at_once(&ada.client, "/v1/registration/finish", &finish).await;
    answers.retain(|answer| answer.status() == 201);
    assert_eq!(answers.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_sixteen_concurrent_answers_to_one_code_succeeds() {
    let server = TestServer::start().await;
    let mut page = Client::own_page(&server);
    let begun = page.post("/v1/signup", &json!({ "handle": ADA })).await.expect(202).json();
    let code = server.code_for(ADA).await;
    let answer = json!({ "signup_id": begun["signup_id"], "code": code });
    check(&page, "/v1/signup/verify", &answer, 200, 401).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn at_most_five_of_sixteen_concurrent_guesses_are_compared() {
    let server = TestServer::start().await;
    let mut page = Client::own_page(&server);
    let begun = page.post("/v1/signup", &json!({ "handle": ADA })).await.expect(202).json();
    let code = server.code_for(ADA).await;
    let wrong = json!({ "signup_id": begun["signup_id"], "code": "000000" });
    let refused = send_at_once(&page, "/v1/signup/verify", &wrong).await;
    assert!(refused.iter().all(|answer| answer.code() == "code_refused"));
    let right = json!({ "signup_id": begun["signup_id"], "code": code });
    page.post("/v1/signup/verify", &right).await.expect_problem(401, "code_refused");
}

/// Sends the same request sixteen times at once and expects one success.
async fn check(client: &Client, path: &str, body: &Value, success: u16, refusal: u16) {
    let answers = send_at_once(client, path, body).await;
    let count = |status| answers.iter().filter(|answer| answer.status() == status).count();
    assert_eq!((count(success), count(refusal)), (1, AT_ONCE - 1));
}

async fn send_at_once(client: &Client, path: &str, body: &Value) -> Vec<Answer> {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..AT_ONCE {
        let mut client = client.clone();
        let request = client.request(&Method::POST, path, Some(&body.to_string()));
        tasks.spawn(async move { client.send(request).await });
    }
    tasks.join_all().await
}
