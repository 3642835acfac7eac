//! Requests that other pages make a browser send.

use http::Method;
use keylane_testkit::{Answer, SoftwareBrowser, TestServer};

#[tokio::test]
async fn cookie_works_from_the_own_page() {
    check(Some("http://localhost:8080")).await.expect(204);
}

#[tokio::test]
async fn cookie_is_refused_from_an_application_of_the_same_site() {
    check(Some("http://localhost:3000")).await.expect_problem(403, "origin_refused");
}

#[tokio::test]
async fn cookie_is_refused_from_a_stranger() {
    check(Some("https://evil.example")).await.expect_problem(403, "origin_refused");
}

#[tokio::test]
async fn cookie_is_refused_from_a_page_that_hides_its_origin() {
    check(Some("null")).await.expect_problem(403, "origin_refused");
}

#[tokio::test]
async fn cookie_is_refused_without_an_origin() {
    check(None).await.expect_problem(403, "origin_refused");
}

#[tokio::test]
async fn refused_request_leaves_the_session_alive() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account("ada@example.org").await;
    let mut forged = ada.client.request(&Method::DELETE, "/v1/me/sessions", None);
    forged.headers_mut().insert("origin", "https://evil.example".parse().unwrap());
    ada.client.send(forged).await.expect_problem(403, "origin_refused");
    ada.client.get("/v1/me").await.expect(200);
}

/// Signs out with Ada's cookie, from a page of this origin.
async fn check(origin: Option<&str>) -> Answer {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account("ada@example.org").await;
    let mut request = ada.client.request(&Method::POST, "/v1/session/logout", None);
    request.headers_mut().remove("origin");
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", origin.parse().unwrap());
    }
    ada.client.send(request).await
}
