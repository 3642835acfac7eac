//! Ceremonies belong to a browser, wait for one answer, and not for ever.

use keylane_authenticator::Authenticator;
use serde_json::json;

use crate::site::{Browser, REGISTER, SIGN_IN, Site, security_key};

#[test]
fn session_cookie_is_random_and_out_of_reach_of_scripts() {
    let site = Site::start();
    let (mut one, mut other) = (site.browser(), site.browser());
    let answer = one.post(REGISTER[0], r#"{"username":"ada"}"#);
    assert!(answer.head.contains("; HttpOnly; SameSite=Lax; Path=/\r\n"), "{}", answer.head);
    other.ask_to_register("ada");
    assert_ne!(one.cookie, other.cookie);
    let again = one.post(REGISTER[0], r#"{"username":"ada"}"#);
    assert!(!again.head.contains("set-cookie"), "{}", again.head);
}

#[test]
fn session_that_a_client_made_up_is_not_used() {
    let site = Site::start();
    let mut browser = site.browser();
    let made_up = format!("keylane-conformance={}", "A".repeat(43));
    browser.cookie = Some(made_up.clone());
    browser.ask_to_register("ada");
    assert_ne!(browser.cookie, Some(made_up));
}

#[test]
fn answer_is_taken_once() {
    let site = Site::start();
    let mut browser = site.browser();
    let mut authenticator = Authenticator::new(security_key());
    let options = browser.ask_to_register("ada").to_string();
    let made = authenticator.create(&options, &browser.origin).unwrap();
    browser.post(REGISTER[1], &made).ok();
    browser.post(REGISTER[1], &made).refused("no_ceremony");

    let options = browser.post(SIGN_IN[0], r#"{"username":"ada"}"#).ok().to_string();
    let made = authenticator.get(&options, &browser.origin).unwrap();
    browser.post(SIGN_IN[1], &made).ok();
    browser.post(SIGN_IN[1], &made).refused("no_ceremony");
}

#[test]
fn answer_that_fails_spends_its_ceremony() {
    let site = Site::start();
    let mut browser = site.browser();
    let options = browser.ask_to_register("ada").to_string();
    let made = Authenticator::new(security_key()).create(&options, &browser.origin).unwrap();
    browser.post(REGISTER[1], "{").refused("invalid_json");
    browser.post(REGISTER[1], &made).refused("no_ceremony");
}

#[test]
fn newer_options_replace_the_older_ones_of_their_kind() {
    let site = Site::start();
    let mut browser = site.browser();
    let mut authenticator = Authenticator::new(security_key());
    let older = browser.ask_to_register("ada").to_string();
    browser.ask_to_register("ada");
    let made = authenticator.create(&older, &browser.origin).unwrap();
    browser.post(REGISTER[1], &made).refused("challenge_mismatch");

    let options = browser.ask_to_register("ada").to_string();
    browser.post(SIGN_IN[0], "{}").ok();
    let made = authenticator.create(&options, &browser.origin).unwrap();
    browser.post(REGISTER[1], &made).ok();
}

#[test]
fn browsers_side_by_side_do_not_meet() {
    let site = Site::start();
    let (mut one, mut other) = (site.browser(), site.browser());
    let mut authenticator = Authenticator::new(security_key());
    let for_one = one.ask_to_register("ada").to_string();
    let for_other = other.ask_to_register("bob").to_string();
    let of_one = authenticator.create(&for_one, &one.origin).unwrap();
    let of_other = authenticator.create(&for_other, &other.origin).unwrap();
    other.post(REGISTER[1], &of_other).ok();
    one.post(REGISTER[1], &of_one).ok();

    let for_one = one.post(SIGN_IN[0], r#"{"username":"ada"}"#).ok().to_string();
    other.post(SIGN_IN[0], r#"{"username":"bob"}"#).ok();
    let of_one = authenticator.get(&for_one, &one.origin).unwrap();
    other.post(SIGN_IN[1], &of_one).refused("credential_not_allowed");
    one.post(SIGN_IN[1], &of_one).ok();
}

#[test]
fn many_browsers_are_served_at_once() {
    let site = Site::start();
    std::thread::scope(|scope| {
        for number in 0..16 {
            let mut browser = site.browser();
            scope.spawn(move || {
                let mut authenticator = Authenticator::new(security_key());
                let user = format!("user-{number}");
                browser.register(&mut authenticator, &user).ok();
                browser.sign_in(&mut authenticator, &user).ok();
            });
        }
    });
}

#[test]
fn challenge_expires() {
    let site = Site::start_with(&["--challenge-ttl", "1"]);
    let mut browser = site.browser();
    let mut authenticator = Authenticator::new(security_key());
    browser.register(&mut authenticator, "ada").ok();
    late(&mut browser, REGISTER, |options, origin| {
        Authenticator::new(security_key()).create(options, origin).unwrap()
    });
    late(&mut browser, SIGN_IN, |options, origin| authenticator.get(options, origin).unwrap());
}

fn late(
    browser: &mut Browser,
    [begin, finish]: [&str; 2],
    answer: impl FnOnce(&str, &str) -> String,
) {
    let options = browser.post(begin, &json!({ "username": "ada" }).to_string()).ok();
    assert_eq!(options["timeout"], 1_000);
    let made = answer(&options.to_string(), &browser.origin);
    std::thread::sleep(std::time::Duration::from_millis(1_050));
    browser.post(finish, &made).refused("ceremony_expired");
}
