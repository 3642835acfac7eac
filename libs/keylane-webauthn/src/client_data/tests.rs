use proptest::prelude::*;

use super::*;
use crate::base64url;
use crate::sample::{self, CHALLENGE, ClientDataParts};

#[test]
fn parse_reads_what_browsers_write() {
    check(|_| {}, Ok(()));
    check(|parts| parts.cross_origin = None, Ok(()));
}

#[test]
fn parse_strips_one_byte_order_mark() {
    let mark = |parts: &mut ClientDataParts, count| {
        parts.raw = Some(["\u{feff}".repeat(count).into_bytes(), parts.to_bytes()].concat());
    };
    check(|parts| mark(parts, 1), Ok(()));
    check(|parts| mark(parts, 2), Err("client_data_malformed"));
}

#[test]
fn parse_ignores_members_it_does_not_know() {
    let extra = r#","tokenBinding":{"status":"supported"},"androidPackageName":"org.example","x":[{"x":null}]"#;
    check(|parts| parts.extra = extra.into(), Ok(()));
    check(|parts| parts.extra = r#","payment":["any",{"thing":1}]"#.into(), Ok(()));
}

/// Reserved since Level 3: it was a string, then an object, and means nothing any more.
#[test]
fn parse_ignores_a_token_binding_in_whatever_form() {
    for form in [
        r#""unused""#,
        "null",
        "7",
        "[]",
        "{}",
        r#"{"status":"supported"}"#,
        r#"{"status":"present","id":"AQID"}"#,
        r#"{"status":"present"}"#,
        r#"{"status":"not-supported"}"#,
        r#"{"status":"invented"}"#,
        r#"{"status":1,"status":2}"#,
    ] {
        check(|parts| parts.extra = format!(r#","tokenBinding":{form}"#), Ok(()));
    }
    let twice = r#","tokenBinding":{},"tokenBinding":{}"#;
    check(|parts| parts.extra = twice.into(), Err("client_data_duplicate_member"));
}

#[test]
fn parse_reads_escapes_and_white_space() {
    let raw = format!(
        "{{\r\n\t\"type\" : \"webauthn\\u002eget\", \"challenge\":\"{}\",\"origin\":\"https:\\/\\/example.org\" }}\n",
        base64url::encode(&CHALLENGE)
    );
    check(|parts| parts.raw = Some(raw.into_bytes()), Ok(()));
}

#[test]
fn parse_refuses_bytes_that_are_not_utf8() {
    let spoil = |parts: &mut ClientDataParts| {
        let mut raw = parts.to_bytes();
        *raw.last_mut().unwrap() = 0xff;
        parts.raw = Some(raw);
    };
    check(spoil, Err("client_data_not_utf8"));
}

#[test]
fn parse_refuses_what_is_not_an_object_with_the_right_types() {
    for raw in ["", "null", "[]", "\"\"", "{", "{}{}", "{} x", "{type:1}", "{\"type\":\"a\",}"] {
        check(|parts| parts.raw = Some(raw.into()), Err("client_data_malformed"));
    }
    for extra in
        [r#","topOrigin":null"#, r#","topOrigin":["https://example.org"]"#, r#","unknown":tru"#]
    {
        check(|parts| parts.extra = extra.into(), Err("client_data_malformed"));
    }
    for value in ["1", "\"true\"", "null"] {
        let wrong = |parts: &mut ClientDataParts| {
            parts.cross_origin = None;
            parts.extra = format!(r#","crossOrigin":{value}"#);
        };
        check(wrong, Err("client_data_malformed"));
    }
}

#[test]
fn parse_refuses_a_member_that_comes_twice() {
    for extra in [
        r#","origin":"https://example.org""#,
        r#","typ\u0065":"webauthn.get""#,
        r#","crossOrigin":false"#,
        r#","x":1,"x":1"#,
    ] {
        check(|parts| parts.extra = extra.into(), Err("client_data_duplicate_member"));
    }
}

#[test]
fn parse_refuses_too_many_members() {
    let members = |count: usize| (0..count).map(|at| format!(r#","x{at}":0"#)).collect::<String>();
    check(|parts| parts.extra = members(CLIENT_DATA_MEMBERS_MAX - 4), Ok(()));
    let one_more = members(CLIENT_DATA_MEMBERS_MAX - 3);
    check(|parts| parts.extra = one_more, Err("client_data_too_many_members"));
}

#[test]
fn parse_refuses_client_data_without_what_it_is_for() {
    for member in ["type", "challenge", "origin"] {
        let rename = |parts: &mut ClientDataParts| {
            let json = String::from_utf8(parts.to_bytes()).unwrap();
            parts.raw = Some(json.replace(&format!("\"{member}\""), "\"other\"").into_bytes());
        };
        check(rename, Err("client_data_member_missing"));
    }
}

#[test]
fn parse_survives_deep_nesting() {
    let deep = format!(r#","x":{}{}"#, "[".repeat(100_000), "]".repeat(100_000));
    check(|parts| parts.extra = deep, Ok(()));
}

#[test]
fn framing_follows_the_policy() {
    let named = || Framing::AllowedIn(vec![sample::origin("https://top.example")]);
    let (top, other) = (Some("https://top.example"), Some("https://other.example"));
    let rows = [
        (Framing::SameOriginOnly, None, None, Ok(())),
        (Framing::SameOriginOnly, Some(false), None, Ok(())),
        (Framing::SameOriginOnly, Some(true), None, Err(Mismatch::CrossOrigin)),
        (Framing::SameOriginOnly, Some(true), top, Err(Mismatch::CrossOrigin)),
        (Framing::SameOriginOnly, None, top, Err(Mismatch::TopOrigin)),
        (named(), None, None, Ok(())),
        (named(), Some(false), top, Err(Mismatch::TopOrigin)),
        (named(), Some(true), top, Ok(())),
        (named(), Some(true), other, Err(Mismatch::TopOrigin)),
        (named(), Some(true), None, Err(Mismatch::TopOrigin)),
        (Framing::DangerAnywhere, Some(true), other, Ok(())),
        (Framing::DangerAnywhere, Some(true), None, Ok(())),
        (Framing::DangerAnywhere, None, other, Err(Mismatch::TopOrigin)),
    ];
    for (framing, cross_origin, top_origin, expected) in rows {
        let parts = ClientDataParts {
            cross_origin,
            top_origin: top_origin.map(str::to_owned),
            ..ClientDataParts::new("webauthn.get")
        };
        assert_eq!(outcome(&parts, &framing).unwrap(), expected, "{cross_origin:?} {top_origin:?}");
    }
}

#[test]
fn framing_of_a_payment_follows_the_page_that_was_expected() {
    let (ours, shop, other) =
        (Some("https://example.org"), Some("https://top.example"), Some("https://other.example"));
    for (expected_top, cross_origin, top_origin, expected) in [
        (ours, None, None, Ok(())),
        (ours, Some(false), None, Ok(())),
        (ours, Some(true), None, Err(Mismatch::CrossOrigin)),
        (ours, Some(true), ours, Err(Mismatch::CrossOrigin)),
        (ours, Some(false), ours, Err(Mismatch::TopOrigin)),
        (shop, Some(true), None, Ok(())),
        (shop, Some(true), shop, Ok(())),
        (shop, Some(true), other, Err(Mismatch::TopOrigin)),
        (shop, Some(false), None, Err(Mismatch::TopOrigin)),
    ] {
        let parts = ClientDataParts {
            cross_origin,
            top_origin: top_origin.map(str::to_owned),
            ..ClientDataParts::new("payment.get")
        };
        let outcome = ClientData::parse(&parts.to_bytes()).unwrap().check(&Expectation {
            kind: "payment.get",
            challenge: &base64url::encode(&CHALLENGE),
            origin: &sample::origin("https://example.org"),
            framing: Surroundings::Payment(&sample::origin(expected_top.unwrap())),
        });
        assert_eq!(outcome, expected, "{expected_top:?} {cross_origin:?} {top_origin:?}");
    }
}

proptest! {
    #[test]
    fn parse_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = ClientData::parse(&bytes);
    }

    #[test]
    fn parse_never_panics_on_json_of_any_shape(text in r#"[\{\}\[\],:"a-c0-9\\tu ]{0,80}"#) {
        let _ = ClientData::parse(text.as_bytes());
    }

    #[test]
    fn parse_reads_any_text_back(origin in ".{0,60}", challenge in ".{0,60}") {
        let json = format!(
            r#"{{"type":"webauthn.get","challenge":{},"origin":{}}}"#,
            serde_json::to_string(&challenge).unwrap(),
            serde_json::to_string(&origin).unwrap(),
        );
        let parsed = ClientData::parse(json.as_bytes()).unwrap();
        prop_assert_eq!(parsed.challenge(), &*challenge);
        prop_assert_eq!(&*parsed.origin, &*origin);
    }

    #[test]
    fn parse_refuses_client_data_cut_anywhere(cut in any::<prop::sample::Index>()) {
        let bytes = ClientDataParts::new("webauthn.get").to_bytes();
        prop_assert!(ClientData::parse(&bytes[..cut.index(bytes.len())]).is_err());
    }
}

/// Parses and checks; the outer error is of parsing.
fn outcome(
    parts: &ClientDataParts,
    framing: &Framing,
) -> Result<Result<(), Mismatch>, ClientDataError> {
    let client_data = ClientData::parse(&parts.to_bytes())?;
    Ok(client_data.check(&Expectation {
        kind: "webauthn.get",
        challenge: &base64url::encode(&CHALLENGE),
        origin: &sample::origin("https://example.org"),
        framing: Surroundings::Policy(framing),
    }))
}

/// Starts from client data that passes, breaks one thing, and compares the outcome.
#[track_caller]
fn check(break_one_thing: impl FnOnce(&mut ClientDataParts), expected: Result<(), &str>) {
    let mut parts = ClientDataParts::new("webauthn.get");
    break_one_thing(&mut parts);
    let outcome = outcome(&parts, &Framing::SameOriginOnly);
    assert_eq!(outcome.map(Result::unwrap).map_err(|err| err.code()), expected);
}
