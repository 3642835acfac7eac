//! What exists on a developer's machine only.

use http::Method;
use keylane_testkit::{Client, Setup, SoftwareBrowser, TestServer};
use serde_json::json;

#[tokio::test]
async fn mailbox_shows_the_code() {
    let server = TestServer::start().await;
    let mut page = Client::own_page(&server);
    page.post("/v1/signup", &json!({ "handle": "ada@example.org" })).await.expect(202);
    let code = server.code_for("ada@example.org").await;
    let mails = page.get("/dev/mailbox.json").await.expect(200);
    assert_eq!(mails.json()["mails"][0]["code"], code);
    assert_eq!(mails.json()["mails"][0]["at_ms"], server.now().0);
    assert_eq!(mails.header("cache-control"), "no-store");
    let html = page.get("/dev/mailbox").await.expect(200);
    assert!(html.text().contains("<h1>Mailbox</h1>"));
}

#[tokio::test]
async fn mailbox_is_absent_outside_development() {
    let server = TestServer::start_with(Setup::production()).await;
    let mut page = Client::own_page(&server);
    for path in ["/dev/mailbox", "/dev/mailbox.json"] {
        page.get(path).await.expect_problem(404, "not_found");
    }
}

#[tokio::test]
async fn mailbox_is_not_read_under_another_name() {
    let server = TestServer::start().await;
    let mut page = Client::own_page(&server);
    let mut request = page.request(&Method::GET, "/dev/mailbox.json", None);
    request.headers_mut().insert("host", "rebound.example:8080".parse().unwrap());
    page.send(request).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn problems_say_how_to_fix_them_in_development_only() {
    for (setup, expected) in [(Setup::development(), true), (Setup::production(), false)] {
        let server = TestServer::start_with(setup).await;
        let refused = Client::own_page(&server).get("/v1/me").await;
        let refused = refused.expect_problem(401, "session_required").json();
        assert_eq!(refused.get("fix").is_some(), expected);
    }
}

#[tokio::test]
async fn config_says_which_mode_it_is() {
    for (setup, development, mail) in
        [(Setup::development(), true, "mailbox"), (Setup::production(), false, "smtp")]
    {
        let server = TestServer::start_with(setup).await;
        let config = Client::own_page(&server).get("/v1/config").await.expect(200).json();
        assert_eq!(config["development"], development);
        assert_eq!(config["mail"], mail);
        assert_eq!(config["signup"], "open");
        assert_eq!(config["application"]["name"], "Example");
    }
}

#[tokio::test]
async fn whole_way_in_works_in_production_too() {
    let server = TestServer::start_with(Setup::production()).await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account("ada@example.org").await;
    ada.forget_session();
    ada.sign_in().await.expect(200);
}
