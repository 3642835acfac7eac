//! Pages of other origins: who may use the API, and how.

use http::Method;
use http::header::{ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, CONTENT_TYPE};
use keylane_testkit::{Answer, Client, Setup, TestServer};
use serde_json::json;

const SHOP: &str = "https://shop.example.org";

#[tokio::test]
async fn preflight_of_an_application_is_granted_without_cookies() {
    let answer = preflight(SHOP, "/v1/authentication/begin").await.expect(204);
    assert_eq!(answer.header("access-control-allow-origin"), SHOP);
    assert_eq!(answer.header("access-control-allow-credentials"), "");
    assert!(answer.header("access-control-allow-headers").contains("authorization"));
    assert!(answer.header("access-control-allow-methods").contains("DELETE"));
    assert!(answer.header("vary").contains("origin"));
}

#[tokio::test]
async fn preflight_of_a_stranger_is_refused() {
    for origin in ["https://evil.example", "null", "http://localhost:3000"] {
        let answer = preflight(origin, "/v1/authentication/begin").await;
        let answer = answer.expect_problem(403, "origin_refused");
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
}

#[tokio::test]
async fn application_may_read_answers_and_problems() {
    let server = TestServer::start_with(Setup::production()).await;
    let mut shop = Client::page(&server, SHOP);
    let begun = shop.post("/v1/authentication/begin", &json!({})).await.expect(200);
    assert_eq!(begun.header("access-control-allow-origin"), SHOP);
    assert!(begun.header("access-control-expose-headers").contains("retry-after"));
    assert_eq!(begun.header("set-cookie"), "", "no cookies across origins");
    let refused = shop.get("/v1/me").await.expect_problem(401, "session_required");
    assert_eq!(refused.header("access-control-allow-origin"), SHOP);
}

#[tokio::test]
async fn stranger_may_neither_write_nor_read() {
    let server = TestServer::start_with(Setup::production()).await;
    let mut evil = Client::page(&server, "https://evil.example");
    for path in ["/v1/signup", "/v1/authentication/begin", "/v1/session/refresh"] {
        let refused = evil.post(path, &json!({})).await.expect_problem(403, "origin_refused");
        assert_eq!(refused.header("access-control-allow-origin"), "");
    }
    let config = evil.get("/v1/config").await;
    assert_eq!(config.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn any_port_of_localhost_is_allowed_in_development() {
    let server = TestServer::start().await;
    let mut app = Client::page(&server, "http://localhost:3000");
    let begun = app.post("/v1/authentication/begin", &json!({})).await.expect(200);
    assert_eq!(begun.header("access-control-allow-origin"), "http://localhost:3000");
}

#[tokio::test]
async fn elements_and_keys_are_for_everybody() {
    let server = TestServer::start_with(Setup::production()).await;
    let mut evil = Client::page(&server, "https://anybody.example");
    for path in ["/keylane.js", "/.well-known/jwks.json", "/.well-known/passkey-endpoints"] {
        let answer = evil.get(path).await.expect(200);
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
    }
}

#[tokio::test]
async fn form_of_another_page_is_not_json() {
    let server = TestServer::start().await;
    let mut form =
        Client::page(&server, "http://localhost:3000").with_header(CONTENT_TYPE, "text/plain");
    let refused = form.post("/v1/signup", &json!({ "handle": "a@example.org" })).await;
    refused.expect_problem(415, "unsupported_media_type");
}

async fn preflight(origin: &str, path: &str) -> Answer {
    let server = TestServer::start_with(Setup::production()).await;
    let mut page = Client::page(&server, origin)
        .with_header(ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .with_header(ACCESS_CONTROL_REQUEST_HEADERS, "content-type");
    // Browsers send the origin with every preflight.
    let mut request = page.request(&Method::OPTIONS, path, None);
    request.headers_mut().insert("origin", origin.parse().unwrap());
    page.send(request).await
}
