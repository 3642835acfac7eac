//! Whatever is thrown at the socket: JSON and a status of 4xx, at once.

use std::time::Duration;

use keylane_model::{Clock as _, SystemClock};

use crate::site::Site;

const BODY: &str = r#"{"username":"ada"}"#;

#[test]
fn what_is_no_call_of_the_api_is_refused() {
    let site = Site::start();
    check(&site, "POST", "/", BODY, "unknown_address");
    check(&site, "POST", "/attestation/options/", BODY, "unknown_address");
    check(&site, "POST", "/attestation%2Foptions", BODY, "unknown_address");
    check(&site, "POST", "//attestation/options", BODY, "unknown_address");
    check(&site, "OPTIONS", "*", "", "unknown_address");
    for method in ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"] {
        check(&site, method, "/attestation/options", BODY, "method_not_allowed");
        check(&site, method, "/assertion/result", "", "method_not_allowed");
    }
}

#[test]
fn head_is_refused_without_a_body() {
    let answer = Site::start().raw(&request("HEAD", "/assertion/options", "", JSON));
    assert_eq!((answer.status, answer.body.is_null()), (405, true), "{answer:?}");
    assert!(answer.head.contains("allow: POST\r\n"));
}

#[test]
fn body_of_another_type_is_refused() {
    let site = Site::start();
    for kind in ["", "Content-Type: text/plain\r\n", "Content-Type: multipart/form-data\r\n"] {
        let answer = site.raw(&request("POST", "/attestation/options", BODY, kind));
        answer.refused("unsupported_media_type");
    }
    let kind = "Content-Type: Application/JSON; charset=utf-8\r\n";
    site.raw(&request("POST", "/attestation/options", BODY, kind)).ok();
}

#[test]
fn body_that_is_not_a_json_object_is_refused_everywhere() {
    let site = Site::start();
    for path in ["/attestation/options", "/assertion/options"] {
        check(&site, "POST", path, "", "invalid_json");
        check(&site, "POST", path, "{", "invalid_json");
        check(&site, "POST", path, "\u{feff}{}", "invalid_json");
        check(&site, "POST", path, "[]", "not_an_object");
        check(&site, "POST", path, "null", "not_an_object");
        check(&site, "POST", path, r#"{"username":"a","username":"a"}"#, "duplicate_member");
        check(&site, "POST", path, r#"{"x":{"y":1,"y":1}}"#, "duplicate_member");
        check(&site, "POST", path, &"[".repeat(200_000), "json_too_deep");
    }
    let mut bytes = request("POST", "/attestation/options", r#"{"username":"a"}"#, JSON);
    let at = bytes.len() - 3;
    bytes[at] = 0xff;
    site.raw(&bytes).refused("invalid_utf8");
}

#[test]
fn body_that_is_too_long_is_refused_and_read_to_its_end() {
    let site = Site::start();
    for length in [300_000, 20_000_000] {
        check(&site, "POST", "/attestation/result", &"a".repeat(length), "body_too_large");
    }
    let head = "POST /attestation/options HTTP/1.1\r\nHost: a\r\n\
                Content-Type: application/json\r\nContent-Length: 10000000000\r\n\r\n{";
    site.raw(head.as_bytes()).refused("body_too_large");
    let chunk = format!("{:x}\r\n{}\r\n0\r\n\r\n", 400_000, "a".repeat(400_000));
    site.raw(&chunked(&chunk)).refused("body_too_large");
}

#[test]
fn body_that_does_not_come_is_not_waited_for() {
    let site = Site::start();
    let head = "POST /attestation/options HTTP/1.1\r\nHost: a\r\n\
                Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"user";
    for bytes in [head.as_bytes(), &chunked("10\r\n{\"user")] {
        let before = SystemClock.now();
        site.raw(bytes).refused("body_timeout");
        let took = Duration::from_millis(SystemClock.now().millis_since(before));
        assert!(took < Duration::from_secs(2), "{took:?}");
    }
}

#[test]
fn chunks_make_a_body_or_are_refused() {
    let site = Site::start();
    site.raw(&chunked("12\r\n{\"username\":\"ada\"}\r\n0\r\n\r\n")).ok();
    site.raw(&chunked("zz\r\n{\"username\":\"ada\"}\r\n0\r\n\r\n")).refused("body_broken");
}

#[test]
fn flood_of_headers_is_refused() {
    let site = Site::start();
    let many = |count: usize| "X: a\r\n".repeat(count);
    let long = |length: usize| format!("X: {}\r\n", "a".repeat(length));
    for head in [many(101), many(2_000), long(20_000), long(200_000)] {
        let head = format!("{JSON}{head}");
        let bytes = request("POST", "/attestation/options", BODY, &head);
        site.raw(&bytes).refused("headers_too_large");
    }
    for head in [many(90), long(12_000)] {
        let head = format!("{JSON}{head}");
        site.raw(&request("POST", "/attestation/options", BODY, &head)).ok();
    }
}

#[test]
fn what_is_not_http_is_refused_with_4xx() {
    let site = Site::start();
    let long = format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "a".repeat(2_000_000));
    let garbled = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: abc\r\n\r\n";
    for bytes in [long.as_bytes(), garbled.as_bytes(), b"\0\x01\x02 garbage\r\n\r\n"] {
        let answer = site.raw(bytes);
        assert!((400..500).contains(&answer.status), "{answer:?}");
    }
    site.browser().ask_to_register("ada");
}

#[test]
fn result_without_a_session_is_refused() {
    let site = Site::start();
    for path in ["/attestation/result", "/assertion/result"] {
        check(&site, "POST", path, "{}", "no_ceremony");
        for cookie in ["", "keylane-conformance=", "keylane-conformance=AAAA", ";;=;"] {
            let head = format!("{JSON}Cookie: {cookie}\r\n");
            site.raw(&request("POST", path, "{}", &head)).refused("no_ceremony");
        }
    }
}

const JSON: &str = "Content-Type: application/json\r\n";

fn request(method: &str, path: &str, body: &str, head: &str) -> Vec<u8> {
    let length = body.len();
    format!("{method} {path} HTTP/1.1\r\nHost: a\r\n{head}Content-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

fn chunked(chunks: &str) -> Vec<u8> {
    let head = "POST /attestation/options HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n";
    format!("{head}{JSON}\r\n{chunks}").into_bytes()
}

#[track_caller]
fn check(site: &Site, method: &str, path: &str, body: &str, code: &str) {
    site.raw(&request(method, path, body, JSON)).refused(code);
}
