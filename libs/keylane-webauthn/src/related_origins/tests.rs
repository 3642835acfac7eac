use super::*;

const LIST: &str = "// a comment\n\ncom\nuk\nco.uk  with words behind\n*.ck\n!www.ck\nкт\nORG\n";

#[test]
fn a_document_is_normalised_and_has_nothing_twice() {
    let origins = [
        "https://example.com",
        "HTTPS://EXAMPLE.com:443/path?query#fragment",
        "https://example.com:8443/",
        "https://example.co.uk:",
        "http://localhost:8080",
        "https://[::0:1]:443",
        "https://[::ffff:1.2.3.4]",
    ];
    let document = RelatedOrigins::new(origins, &suffixes()).unwrap();
    let json = serde_json::to_string(&document).unwrap();
    let expected = concat!(
        r#"{"origins":["https://example.com","https://example.com:8443","https://example.co.uk","#,
        r#""http://localhost:8080","https://[::1]","https://[::ffff:102:304]"]}"#
    );
    assert_eq!(json, expected);
    assert_eq!(RelatedOrigins::from_json(&json), Ok(document));
}

#[test]
fn a_document_has_only_origins_of_web_pages() {
    for text in [
        "",
        "example.com",
        "ftp://example.com",
        "android:apk-key-hash:AAAA",
        "https://",
        "https:///path",
        "https://:8443",
        "https://user@example.com",
        "https://exämple.com",
        "https://example..com",
        "https://example.com:65536",
        "https://example.com:+1",
        "https://example.com:80:80",
        "https://127.1",
        "https://0x7f000001",
        "https://[::1",
        "https://[::1]8443",
        "https://[1]",
    ] {
        let outcome = RelatedOrigins::new(["https://example.com", text], &suffixes());
        assert_eq!(outcome, Err(RelatedOriginsError::Malformed { position: 2 }), "{text}");
    }
    let err = RelatedOriginsError::Malformed { position: 2 };
    assert_eq!(err.code(), "related_origin_malformed");
}

#[test]
fn a_document_is_neither_empty_nor_too_long_nor_has_it_labels_that_nobody_heeds() {
    let check = |origins: &[String], expected: Result<(), &str>| {
        let outcome = RelatedOrigins::new(origins.iter().map(String::as_str), &suffixes());
        assert_eq!(outcome.map(|_| ()).map_err(|err| err.code()), expected);
    };
    let labels = |count| (0..count).map(|at| format!("https://l{at}.com")).collect::<Vec<_>>();
    check(&labels(0), Err("related_origins_empty"));
    check(&labels(5), Ok(()));
    check(&labels(6), Err("related_origins_too_many_labels"));
    // One label under several suffixes counts once, and addresses not at all.
    let mut more = labels(5);
    more.extend(["https://l0.co.uk", "https://a.l0.com", "https://[::1]"].map(str::to_owned));
    check(&more, Ok(()));
    let ports = |count| (1..=count).map(|at| format!("https://a.com:{at}")).collect::<Vec<_>>();
    check(&ports(RELATED_ORIGINS_MAX), Ok(()));
    check(&ports(RELATED_ORIGINS_MAX + 1), Err("related_origins_too_many"));
}

#[test]
fn from_json_reads_what_a_client_reads() {
    let check = |json: &str, expected: Result<usize, &str>| {
        let outcome = RelatedOrigins::from_json(json);
        let outcome = outcome.map(|it| it.origins().count()).map_err(|err| err.code());
        assert_eq!(outcome, expected, "{json}");
    };
    check(r#"{"origins":["https://example.com","nonsense"],"more":1}"#, Ok(2));
    check(r#"{"origins":[]}"#, Ok(0));
    for json in ["", "[]", "{}", r#"{"origins":"https://example.com"}"#, r#"{"origins":[1]}"#] {
        check(json, Err("related_origins_document_malformed"));
    }
    let long = format!(r#"{{"origins":[]}}{}"#, " ".repeat(RELATED_ORIGINS_BYTES_MAX));
    check(&long, Err("related_origins_too_many"));
}

/// §5.11.1: labels count in the order of the document, and what is behind the fifth label is heeded
/// only under a label that was seen before.
#[test]
fn allows_heeds_five_labels_in_order() {
    let json = r#"{"origins":["nonsense","https://[::1]","https://com","https://a.com",
        "https://b.com","https://c.com","https://d.com","https://e.com","https://f.com",
        "https://x.a.co.uk:8443/path"]}"#;
    let document = RelatedOrigins::from_json(json).unwrap();
    for (caller, expected) in [
        ("https://a.com", true),
        ("https://e.com", true),
        ("https://f.com", false),
        ("https://x.a.co.uk:8443", true),
        ("https://x.a.co.uk", false),
        ("https://www.a.com", false),
        ("https://a.com:8443", false),
        ("android:apk-key-hash:AAAA", false),
    ] {
        let allowed = document.allows(&caller.parse().unwrap(), &suffixes());
        assert_eq!(allowed, expected, "{caller}");
    }
}

#[test]
fn registrable_domains_follow_the_list() {
    for (host, domain, label) in [
        ("example.com", Some("example.com"), Some("example")),
        ("a.b.example.com", Some("example.com"), Some("example")),
        ("com", None, None),
        ("a.example.co.uk", Some("example.co.uk"), Some("example")),
        ("co.uk", None, None),
        ("example.uk", Some("example.uk"), Some("example")),
        ("a.b.ck", Some("a.b.ck"), Some("a")),
        ("b.ck", None, None),
        ("a.www.ck", Some("www.ck"), Some("www")),
        ("www.ck", Some("www.ck"), Some("www")),
        ("example.org", Some("example.org"), Some("example")),
        ("example.unlisted", Some("example.unlisted"), Some("example")),
        ("localhost", None, None),
        ("192.0.2.1", None, None),
        ("[::1]", None, None),
    ] {
        assert_eq!(suffixes().registrable_domain(host), domain, "{host}");
        assert_eq!(suffixes().registrable_label(host), label, "{host}");
    }
    let none = PublicSuffixes::default();
    assert_eq!(none.registrable_domain("a.example.com"), Some("example.com"));
    assert_eq!(none.registrable_domain("a.example.co.uk"), Some("co.uk"));
}

proptest::proptest! {
    #[test]
    fn what_is_built_is_a_fixed_point(host in "[a-zA-Z]{1,8}(\\.[a-z0-9]{1,5}){0,3}", port: u16) {
        let text = format!("https://{host}:{port}/x");
        if let Ok(document) = RelatedOrigins::new([text.as_str()], &suffixes()) {
            let again = RelatedOrigins::new(document.origins(), &suffixes());
            proptest::prop_assert_eq!(again, Ok(document));
        }
    }

    #[test]
    fn nothing_panics(text in ".{0,60}", host in "[a-z.\\[\\]0-9]{0,20}") {
        let _ = RelatedOrigins::new([text.as_str()], &suffixes());
        let _ = RelatedOrigins::new([format!("https://{text}").as_str()], &suffixes());
        let _ = PublicSuffixes::from_list(&text).registrable_label(&host);
        let _ = RelatedOrigins::from_json(&text);
    }
}

fn suffixes() -> PublicSuffixes {
    PublicSuffixes::from_list(LIST)
}
