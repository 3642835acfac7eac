//! How often one address may ask.

use http::header::HeaderName;
use keylane_http::Rate;
use keylane_testkit::{Answer, Client, Setup, SoftwareBrowser, TestServer};
use serde_json::{Value, json};

#[tokio::test]
async fn guessing_is_slowed_down_and_never_locked_out() {
    let server = strict(|_| {}).await;
    let mut page = Client::own_page(&server);
    for _ in 0..2 {
        guess(&mut page).await.expect_problem(401, "code_refused");
    }
    let refused = guess(&mut page).await.expect_problem(429, "too_many_requests");
    assert_eq!(refused.header("retry-after"), "10");
    assert_eq!(refused.json()["retry_after_s"], 10);
    server.clock().advance_s(10);
    guess(&mut page).await.expect_problem(401, "code_refused");
}

#[tokio::test]
async fn another_address_is_not_slowed_down() {
    let server = strict(|_| {}).await;
    let mut page = Client::own_page(&server);
    for _ in 0..3 {
        let _either = guess(&mut page).await;
    }
    let mut other = Client::own_page(&server).from_address("198.51.100.7");
    guess(&mut other).await.expect_problem(401, "code_refused");
}

#[tokio::test]
async fn addresses_of_one_ipv6_household_share_a_limit() {
    let server = strict(|_| {}).await;
    for host in ["2001:db8:1:2::1", "2001:db8:1:2::2"] {
        let mut page = Client::own_page(&server).from_address(host);
        guess(&mut page).await.expect_problem(401, "code_refused");
    }
    let mut third = Client::own_page(&server).from_address("2001:db8:1:2:3:4:5:6");
    guess(&mut third).await.expect_problem(429, "too_many_requests");
}

#[tokio::test]
async fn address_behind_a_trusted_proxy_is_the_clients() {
    let server = strict(|setup| {
        setup.http.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    });
    let server = server.await;
    let behind = |address: &str| {
        let name = HeaderName::from_static("x-forwarded-for");
        Client::own_page(&server).from_address("10.0.0.1").with_header(name, address)
    };
    for _ in 0..2 {
        guess(&mut behind("198.51.100.1")).await.expect_problem(401, "code_refused");
    }
    guess(&mut behind("198.51.100.1")).await.expect_problem(429, "too_many_requests");
    guess(&mut behind("198.51.100.2")).await.expect_problem(401, "code_refused");
}

#[tokio::test]
async fn stranger_cannot_escape_by_forging_an_address() {
    let server = strict(|_| {}).await;
    for number in 0..2 {
        guess(&mut forged(&server, number)).await.expect_problem(401, "code_refused");
    }
    guess(&mut forged(&server, 9)).await.expect_problem(429, "too_many_requests");
}

#[tokio::test]
async fn signing_in_goes_on_while_guessing_is_slowed_down() {
    let server = strict(|_| {}).await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account("ada@example.org").await;
    while guess(&mut ada.client).await.status() != 429 {}
    ada.forget_session();
    ada.sign_in().await.expect(200);
}

#[tokio::test]
async fn mails_to_one_handle_are_limited_whoever_asks() {
    let server = TestServer::start().await;
    let mut last = None;
    for number in 0..40 {
        let mut page = Client::own_page(&server).from_address(&format!("198.51.100.{number}"));
        let answer = page.post("/v1/signup", &json!({ "handle": "ada@example.org" })).await;
        last = Some(answer);
    }
    let refused = last.unwrap().expect_problem(429, "too_many_requests");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
}

#[tokio::test]
async fn exempt_addresses_are_not_counted() {
    let server = strict(|setup| {
        setup.http.rates.exempt = vec!["192.0.2.0/24".parse().unwrap()];
    });
    let mut page = Client::own_page(&server.await);
    for _ in 0..10 {
        guess(&mut page).await.expect_problem(401, "code_refused");
    }
}

#[tokio::test]
async fn server_without_room_says_when_to_come_back() {
    let mut setup = Setup::development();
    setup.http.requests.concurrent_max = 0;
    let server = TestServer::start_with(setup).await;
    let refused = Client::own_page(&server).get("/v1/config").await;
    let refused = refused.expect_problem(503, "overloaded");
    assert_eq!(refused.header("retry-after"), "1");
}

fn forged(server: &TestServer, number: u8) -> Client {
    let name = HeaderName::from_static("x-forwarded-for");
    Client::own_page(server).with_header(name, &format!("203.0.113.{number}"))
}

/// An answer to a code that was never sent.
async fn guess(page: &mut Client) -> Answer {
    let signup_id = Value::from("0192c2a0-0000-7000-8000-000000000000");
    page.post("/v1/signup/verify", &json!({ "signup_id": signup_id, "code": "123456" })).await
}

/// Two guesses at once, then one in ten seconds.
async fn strict(change: impl FnOnce(&mut Setup)) -> TestServer {
    let mut setup = Setup::development();
    setup.http.rates.guess = Rate { burst: 2, period_ms: 10_000 };
    change(&mut setup);
    TestServer::start_with(setup).await
}
