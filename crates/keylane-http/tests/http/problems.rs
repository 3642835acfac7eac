//! Whatever is wrong with a request is a clean refusal.

use http::Method;
use http::header::{CONTENT_TYPE, HeaderName};
use keylane_testkit::{Answer, Client, TestServer};
use serde_json::json;

const BEGIN: &str = "/v1/authentication/begin";

#[tokio::test]
async fn problem_has_every_member_of_its_form() {
    let problem = post(BEGIN, "{").await.expect_problem(400, "malformed_json");
    let body = problem.json();
    assert_eq!(body["type"], "/problems#malformed_json");
    assert_eq!(body["status"], 400);
    assert!(body["title"].as_str().unwrap().ends_with('.'));
    assert!(body["detail"].as_str().unwrap().contains("line 1"));
    assert_eq!(body["request_id"], problem.header("x-request-id"));
    assert_eq!(problem.header("cache-control"), "no-store");
}

#[tokio::test]
async fn rubbish_is_malformed() {
    for rubbish in ["", "{", "nul", "{\"handle\":\"a", "\u{feff}{}", "{}{}"] {
        post(BEGIN, rubbish).await.expect_problem(400, "malformed_json");
    }
}

#[tokio::test]
async fn json_of_another_shape_is_refused_by_name() {
    for (body, part) in [
        (r#"{"handle":5}"#, "`handle`"),
        (r#"{"handle":"nobody"}"#, "`handle`"),
        (r#"{"unknown":1}"#, "`unknown`"),
        (r#"{"handle":"a@example.org","handle":"b@example.org"}"#, "`handle`"),
        (r#""text""#, "string"),
    ] {
        let refused = post(BEGIN, body).await.expect_problem(400, "invalid_request");
        assert!(refused.text().contains(part), "{body}: {}", refused.text());
    }
}

#[tokio::test]
async fn body_of_a_million_levels_is_refused() {
    let deep = "[".repeat(60_000);
    post(BEGIN, &deep).await.expect_problem(400, "malformed_json");
    let deep = format!("{{\"credential\":{}1{}}}", "{\"a\":".repeat(9_000), "}".repeat(9_000));
    post("/v1/authentication/finish", &deep).await.expect_problem(400, "malformed_json");
}

#[tokio::test]
async fn body_of_64_kib_is_taken_and_one_more_byte_is_not() {
    let fits = format!("{{{}}}", " ".repeat(64 * 1024 - 2));
    post(BEGIN, &fits).await.expect(200);
    post(BEGIN, &format!("{fits} ")).await.expect_problem(413, "body_too_large");
}

#[tokio::test]
async fn body_without_a_content_type_of_json_is_refused() {
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonp"]
    {
        let server = TestServer::start().await;
        let mut page = Client::own_page(&server).with_header(CONTENT_TYPE, content_type);
        let refused = page.post(BEGIN, &json!({})).await;
        refused.expect_problem(415, "unsupported_media_type");
    }
    let server = TestServer::start().await;
    let mut page =
        Client::own_page(&server).with_header(CONTENT_TYPE, "Application/JSON; charset=utf-8");
    page.post(BEGIN, &json!({})).await.expect(200);
}

#[tokio::test]
async fn method_that_is_not_taken_names_those_that_are() {
    let server = TestServer::start().await;
    let refused = Client::own_page(&server).get(BEGIN).await;
    let refused = refused.expect_problem(405, "method_not_allowed");
    assert_eq!(refused.header("allow"), "POST");
}

#[tokio::test]
async fn request_id_of_a_proxy_is_kept() {
    let server = TestServer::start().await;
    let name = HeaderName::from_static("x-request-id");
    let mut program = Client::program(&server).with_header(name, "proxy-7");
    let refused = program.get("/v1/me").await.expect_problem(401, "session_required");
    assert_eq!(refused.header("x-request-id"), "proxy-7");
    assert_eq!(refused.json()["request_id"], "proxy-7");
}

#[tokio::test]
async fn every_endpoint_refuses_rubbish_cleanly() {
    let server = TestServer::start().await;
    for path in keylane_http::api_paths() {
        for method in [Method::POST, Method::PATCH, Method::DELETE, Method::PUT] {
            for body in ["", "{", "[]", "{\"a\":1}", "null", "\"\\ud800\""] {
                let mut page = Client::own_page(&server);
                let request = page.request(&method, path, Some(body));
                let answer = page.send(request).await;
                assert_eq!(answer.status() / 100, 4, "{method} {path} {body}");
                assert!(!answer.code().is_empty(), "{method} {path} {body}: {}", answer.text());
            }
        }
    }
}

async fn post(path: &str, body: &str) -> Answer {
    let server = TestServer::start().await;
    Client::own_page(&server).post_text(path, body).await
}
