//! A stranger cannot tell a handle that has an account from one that has none.

use keylane_testkit::{Answer, Client, SoftwareBrowser, TestServer};
use serde_json::json;

/// As long as each other, so that only the account can make a difference.
const KNOWN: &str = "known@example.org";
const UNKNOWN: &str = "other@example.org";

#[tokio::test]
async fn sign_up_answers_known_and_unknown_handles_alike() {
    check("/v1/signup", 202).await;
}

#[tokio::test]
async fn sign_in_answers_known_and_unknown_handles_alike() {
    check("/v1/authentication/begin", 200).await;
}

#[tokio::test]
async fn wrong_code_is_refused_alike_for_known_and_unknown_handles() {
    let server = server_that_knows_one().await;
    let mut answers = Vec::new();
    for handle in [KNOWN, UNKNOWN] {
        let mut page = Client::own_page(&server);
        let begun = page.post("/v1/signup", &json!({ "handle": handle })).await.expect(202);
        let guess = json!({ "signup_id": begun.json()["signup_id"], "code": "000000" });
        for _ in 0..6 {
            answers.push((handle, page.post("/v1/signup/verify", &guess).await));
        }
    }
    let (known, unknown): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|(handle, _)| *handle == KNOWN);
    for ((_, known), (_, unknown)) in known.iter().zip(&unknown) {
        assert_alike(known, unknown);
        assert_eq!(known.code(), "code_refused");
    }
}

#[tokio::test]
async fn handle_limit_is_the_same_for_known_and_unknown_handles() {
    let server = server_that_knows_one().await;
    let mut passed = Vec::new();
    for handle in [KNOWN, UNKNOWN] {
        let mut page = Client::own_page(&server);
        let mut count = 0;
        while page.post("/v1/signup", &json!({ "handle": handle })).await.status() == 202 {
            count += 1;
        }
        passed.push(count);
    }
    assert_eq!(passed[0], passed[1]);
}

async fn check(path: &str, status: u16) {
    let server = server_that_knows_one().await;
    let known = Client::own_page(&server).post(path, &json!({ "handle": KNOWN })).await;
    let unknown = Client::own_page(&server).post(path, &json!({ "handle": UNKNOWN })).await;
    assert_alike(&known.expect(status), &unknown.expect(status));
}

/// Same status, same length, same members, same headers but for their random parts.
#[track_caller]
fn assert_alike(one: &Answer, other: &Answer) {
    assert_eq!(one.status(), other.status());
    assert_eq!(one.bytes().len(), other.bytes().len(), "{}\n{}", one.text(), other.text());
    let names = |answer: &Answer| {
        let lengths = answer.headers().iter().map(|(name, value)| (name.to_string(), value.len()));
        lengths.collect::<Vec<_>>()
    };
    assert_eq!(names(one), names(other));
    let shape = |answer: &Answer| shape_of(&answer.json());
    assert_eq!(shape(one), shape(other));
}

/// The JSON with every string and number replaced by its length or type.
fn shape_of(value: &serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), shape_of(value))).collect()
        }
        Value::Array(items) => items.iter().map(shape_of).collect(),
        Value::String(text) => Value::from(text.len()),
        other => other.clone(),
    }
}

/// One account has passkeys; the time for another mail to it has come.
async fn server_that_knows_one() -> TestServer {
    let server = TestServer::start().await;
    SoftwareBrowser::at_home(&server).open_account(KNOWN).await;
    server.clock().advance_s(3_600);
    server
}
