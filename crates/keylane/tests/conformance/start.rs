//! How the command starts, fails to start, and ends.

use crate::site::{Site, command};

#[test]
fn site_ends_cleanly_when_it_is_told_to() {
    assert_eq!(Site::start().terminate(), 0);
}

#[test]
fn what_cannot_be_used_is_named_at_the_start() {
    check(&["--roots", "/nowhere/at/all"], "/nowhere/at/all cannot be read");
    check(&["--rp-id", "127.0.0.1"], "--rp-id 127.0.0.1 cannot be used");
    check(&["--origin", "http://example.org"], "--origin http://example.org cannot be used");
    check(&["--rp-id", "example.org"], "cannot ask for the RP ID example.org");
    check(&["--origin", "https://notlocalhost"], "cannot ask for the RP ID localhost");
    check(&["--challenge-ttl", "0"], "0 is not in 1..=86400");
    check(&["--listen", "nowhere"], "cannot listen on nowhere");
}

#[test]
fn ceremonies_are_for_the_rp_id_and_the_origin_that_are_set() {
    let site =
        Site::start_with(&["--rp-id", "example.org", "--origin", "https://login.example.org"]);
    let mut browser = site.browser();
    browser.origin = "https://login.example.org".into();
    assert_eq!(browser.ask_to_register("ada")["rp"]["id"], "example.org");
    let config = crate::site::security_key();
    let mut authenticator = keylane_authenticator::Authenticator::new(config);
    browser.register(&mut authenticator, "ada").ok();
    browser.sign_in(&mut authenticator, "ada").ok();
}

#[track_caller]
fn check(arguments: &[&str], sentence: &str) {
    let mut command = command(&["--listen", "127.0.0.1:0"]);
    if arguments[0] == "--listen" {
        command = crate::site::command(&[]);
    }
    let output = command.args(arguments).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(sentence), "{said}");
    assert_eq!(output.status.code(), Some(2));
}
