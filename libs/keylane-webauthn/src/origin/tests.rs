use super::*;

#[test]
fn an_origin_is_what_clients_report() {
    for text in [
        "https://example.org",
        "https://example.org:8443",
        "https://a_b.xn--bcher-kva.example",
        "http://localhost",
        "http://localhost:8080",
        "http://app.localhost:3000",
        "android:apk-key-hash:zQ4GSl1ypdYT-UbOtYd7pj5SSfsNezdFsFxmO5iq1Eg",
        "ios:bundle-id:com.foo.bar",
    ] {
        check_origin(text, Ok(text));
    }
}

#[test]
fn an_origin_has_nothing_else_in_it() {
    for text in [
        "",
        "example.org",
        "https://",
        "https://example.org/",
        "https://example.org/path",
        "https://user@example.org",
        "https://example.org?q",
        "https://example.org#f",
        "https://Example.org",
        "HTTPS://example.org",
        "https://example.org.",
        "https://-example.org",
        "https://example..org",
        "https://exämple.org",
        "https://example.org:",
        "https://example.org:0",
        "https://example.org:080",
        "https://example.org:+80",
        "https://example.org:65536",
        "https://example.org:80:80",
        "https://[::1]",
        "ftp://example.org",
        "android:apk-key-hash:",
        "android:apk-key-hash:a b",
        "null",
    ] {
        check_origin(text, Err("origin_malformed"));
    }
}

#[test]
fn an_origin_does_not_name_the_default_port() {
    check_origin("https://example.org:443", Err("origin_default_port"));
    check_origin("http://localhost:80", Err("origin_default_port"));
}

#[test]
fn an_origin_is_secure() {
    check_origin("http://example.org", Err("origin_not_secure"));
    check_origin("http://notlocalhost", Err("origin_not_secure"));
}

#[test]
fn an_origin_has_a_longest_length() {
    let long = format!("ios:bundle-id:{}", "a".repeat(ORIGIN_BYTES_MAX));
    check_origin(&long, Err("origin_too_long"));
}

#[test]
fn the_origin_of_an_application_is_compared_byte_by_byte() {
    for (one, other) in [
        ("android:apk-key-hash:aBc", "android:apk-key-hash:abc"),
        ("android:apk-key-hash:aBc", "android:apk-key-hash:aBc="),
        ("ios:bundle-id:com.foo.bar", "ios:bundle-id:com.Foo.bar"),
        ("ios:bundle-id:com.foo.bar", "ios:bundle-id:com.foo.bar.other"),
        ("ios:bundle-id:com.foo.bar", "ios:bundle-id:com.foo.baz"),
    ] {
        let (one, other): (Origin, Origin) = (one.parse().unwrap(), other.parse().unwrap());
        assert_ne!(one, other);
        assert_eq!(one, one.as_str().parse().unwrap());
    }
    for prefix in ["Android:apk-key-hash:a", "IOS:bundle-id:a", "ios:Bundle-id:a"] {
        check_origin(prefix, Err("origin_malformed"));
    }
}

#[test]
fn an_app_id_is_an_https_url_as_it_was_written() {
    for text in ["https://example.org", "https://example.org/u2f/AppID.json?a=b"] {
        let app_id: AppId = text.parse().unwrap();
        assert_eq!(app_id.as_str(), text);
        assert_eq!(app_id.sha256(), sha256(text.as_bytes()));
    }
    let code = |text: &str| text.parse::<AppId>().map_err(|err| err.code());
    for text in ["", "https://", "https:///x", "http://example.org", "example.org", "https://a b"] {
        assert_eq!(code(text), Err("app_id_malformed"), "{text}");
    }
    let long = format!("https://{}", "a".repeat(APP_ID_BYTES_MAX));
    assert_eq!(code(&long), Err("app_id_too_long"));
}

#[test]
fn an_rp_id_is_a_domain() {
    for text in ["example.org", "sub.example.org", "localhost", "a.b", "exa_mple.com", "x.0xg"] {
        check_rp_id(text, Ok(text));
    }
    check_rp_id("EXAMPLE.com", Ok("example.com"));
}

#[test]
fn an_rp_id_has_nothing_else_in_it() {
    let long_label = format!("{}.com", "a".repeat(64));
    for text in [
        "",
        "example.org.",
        ".example.org",
        "example..org",
        "https://example.org",
        "example.org:443",
        "example.org/",
        "-a.example",
        "a-.example",
        "café.example",
        " example.org",
        "2001:db8::1",
        &long_label,
    ] {
        check_rp_id(text, Err("rp_id_malformed"));
    }
}

#[test]
fn an_rp_id_is_no_ip_address() {
    for text in ["127.0.0.1", "127.1", "example.123", "2130706433", "example.0x1", "a.0X"] {
        check_rp_id(text, Err("rp_id_is_ip_address"));
    }
}

#[test]
fn an_rp_id_has_two_labels_unless_it_is_localhost() {
    check_rp_id("example", Err("rp_id_single_label"));
}

#[test]
fn an_rp_id_has_a_longest_length() {
    check_rp_id(&"a.".repeat(130), Err("rp_id_too_long"));
}

#[test]
fn an_rp_id_covers_its_own_host_and_those_below_it() {
    let covers =
        |rp_id: &str, origin: &str| rp_id.parse::<RpId>().unwrap().covers(&origin.parse().unwrap());
    assert!(covers("example.org", "https://example.org"));
    assert!(covers("example.org", "https://deep.sub.example.org:8443"));
    assert!(covers("localhost", "http://localhost:8080"));
    assert!(!covers("example.org", "https://badexample.org"));
    assert!(!covers("sub.example.org", "https://example.org"));
    assert!(!covers("example.org", "https://example.org.evil.example"));
    assert!(!covers("foo.bar", "ios:bundle-id:com.foo.bar"));
}

#[test]
fn an_rp_id_hashes_as_authenticators_hash_it() {
    let hash = "example.org".parse::<RpId>().unwrap().sha256();
    assert_eq!(hash[..4], [0xbf, 0xab, 0xc3, 0x74]);
}

#[test]
fn origins_and_rp_ids_are_checked_when_json_brings_them() {
    let origin: Origin = serde_json::from_str("\"https:\\/\\/example.org\"").unwrap();
    assert_eq!(serde_json::to_string(&origin).unwrap(), "\"https://example.org\"");
    assert!(serde_json::from_str::<Origin>("\"example.org\"").is_err());
    assert!(serde_json::from_str::<RpId>("\"https://example.org\"").is_err());
    assert_eq!(origin.to_string(), "https://example.org");
}

#[track_caller]
fn check_origin(text: &str, expected: Result<&str, &str>) {
    let outcome = text.parse::<Origin>();
    let outcome = outcome.as_ref().map(Origin::as_str).map_err(OriginError::code);
    assert_eq!(outcome, expected, "{text:?}");
}

#[track_caller]
fn check_rp_id(text: &str, expected: Result<&str, &str>) {
    let outcome = text.parse::<RpId>();
    assert_eq!(outcome.as_ref().map(RpId::as_str).map_err(RpIdError::code), expected, "{text:?}");
}
