//! The hosted pages, their headers, and the files they load.

use http::header::{ACCEPT, ACCEPT_ENCODING, IF_NONE_MATCH};
use keylane_testkit::{Answer, Client, Setup, TestServer};

const PAGES: [&str; 6] =
    ["/", "/sign-in", "/sign-up", "/account", "/first-administrator", "/problems"];

#[tokio::test]
async fn pages_have_a_strict_policy() {
    for path in PAGES {
        let page = get(path).await.expect(200);
        assert!(page.header("content-type").starts_with("text/html"), "{path}");
        assert_eq!(
            page.header("content-security-policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
             connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'; trusted-types lit-html"
        );
        assert_eq!(
            page.header("permissions-policy"),
            "publickey-credentials-get=(self), publickey-credentials-create=(self)"
        );
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("cross-origin-opener-policy"), "same-origin");
    }
}

#[tokio::test]
async fn pages_keep_to_their_policy() {
    for path in PAGES {
        let page = get(path).await.expect(200);
        let html = page.text();
        assert!(!html.contains("<style") && !html.contains(" style="), "{path}");
        assert!(!html.contains(" onclick=") && !html.contains("javascript:"), "{path}");
        for script in html.split("<script").skip(1) {
            let (tag, content) = script.split_once('>').unwrap();
            assert!(tag.contains(" src=\"/assets/"), "{path}: {tag}");
            assert!(content.trim_start().starts_with("</script>"), "{path}: inline script");
        }
    }
}

#[tokio::test]
async fn files_that_pages_load_are_there_for_ever() {
    let server = TestServer::start().await;
    let mut browser = Client::own_page(&server);
    let html = browser.get("/sign-in").await.expect(200);
    let paths: Vec<_> = html.text().split('"').filter(|it| it.starts_with("/assets/")).collect();
    assert_eq!(paths.len(), 3, "{paths:?}");
    for path in paths {
        let file = browser.get(path).await.expect(200);
        assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
        assert!(!file.bytes().is_empty());
    }
}

#[tokio::test]
async fn file_comes_in_the_encoding_that_the_browser_takes() {
    let plain = elements("").await;
    assert_eq!(plain.header("content-encoding"), "");
    for (accepted, encoding) in [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip")] {
        let encoded = elements(accepted).await;
        assert_eq!(encoded.header("content-encoding"), encoding);
        assert!(encoded.bytes().len() < plain.bytes().len() / 2);
        assert_eq!(encoded.header("vary"), "accept-encoding");
        assert_eq!(encoded.header("content-type"), "text/javascript; charset=utf-8");
    }
}

#[tokio::test]
async fn elements_for_other_sites_are_revalidated() {
    let first = elements("br").await;
    assert!(first.header("cache-control").contains("max-age=300"));
    let server = TestServer::start().await;
    let mut browser = Client::program(&server).with_header(IF_NONE_MATCH, first.header("etag"));
    let second = browser.get("/keylane.js").await.expect(304);
    assert!(second.bytes().is_empty());
}

#[tokio::test]
async fn file_with_an_old_name_is_not_found() {
    get("/assets/pages-000000000000.js").await.expect_problem(404, "not_found");
    get("/assets/..%2fmanifest.json").await.expect_problem(404, "not_found");
    get("/assets/%ff").await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn person_who_is_lost_gets_a_page_and_a_program_a_problem() {
    let server = TestServer::start().await;
    let mut person = Client::program(&server).with_header(ACCEPT, "text/html,*/*");
    let page = person.get("/nowhere").await.expect(404);
    assert!(page.text().contains("There is nothing here"));
    person.get("/v1/nowhere").await.expect_problem(404, "not_found");
    Client::program(&server).get("/nowhere").await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn every_code_is_explained_on_a_page() {
    let page = get("/problems").await.expect(200);
    for code in ["ceremony_spent", "origin_refused", "last_passkey", "too_many_requests"] {
        assert!(page.text().contains(&format!("id=\"{code}\"")), "{code}");
    }
}

#[tokio::test]
async fn browsers_that_look_for_a_password_page_find_the_account() {
    let answer = get("/.well-known/change-password").await.expect(302);
    assert_eq!(answer.header("location"), "/account");
    let endpoints = get("/.well-known/passkey-endpoints").await.expect(200).json();
    assert_eq!(endpoints["enroll"], "http://localhost:8080/account");
    assert_eq!(endpoints["manage"], "http://localhost:8080/account");
}

#[tokio::test]
async fn https_is_asked_for_only_where_there_is_https() {
    for (setup, expected) in [(Setup::development(), ""), (Setup::production(), "max-age=31536000")]
    {
        let server = TestServer::start_with(setup).await;
        for path in ["/", "/v1/config"] {
            let answer = Client::program(&server).get(path).await.expect(200);
            assert_eq!(answer.header("strict-transport-security"), expected);
        }
    }
}

async fn get(path: &str) -> Answer {
    let server = TestServer::start().await;
    Client::program(&server).get(path).await
}

async fn elements(accepted: &str) -> Answer {
    let server = TestServer::start().await;
    let mut browser = Client::program(&server).with_header(ACCEPT_ENCODING, accepted);
    browser.get("/keylane.js").await.expect(200)
}

#[tokio::test]
async fn sites_that_the_rp_id_does_not_cover_are_named_to_browsers() {
    let mut server = Client::program(&TestServer::start().await);
    server.get("/.well-known/webauthn").await.expect_problem(404, "not_found");

    let mut setup = Setup::production();
    setup.origins.push("https://example.de".to_owned());
    let mut server = Client::program(&TestServer::start_with(setup).await);
    let document = server.get("/.well-known/webauthn").await.expect(200);
    assert_eq!(document.header("content-type"), "application/json");
    assert_eq!(document.json(), serde_json::json!({ "origins": ["https://example.de"] }));
}
