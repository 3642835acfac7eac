use super::*;

#[test]
fn known_provider_has_its_name() {
    check("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4", Some("Google Password Manager"));
}

#[test]
fn unknown_provider_has_none() {
    check("00000000-0000-0000-0000-000000000000", None);
}

#[test]
fn every_entry_of_the_table_is_an_aaguid_in_canonical_form_and_stands_once() {
    for (at, (text, _)) in PROVIDERS.iter().enumerate() {
        assert_eq!(text.parse::<Aaguid>().unwrap().to_string(), *text);
        assert_eq!(PROVIDERS.iter().position(|(other, _)| other == text), Some(at));
    }
}

#[track_caller]
fn check(text: &str, expected: Option<&str>) {
    assert_eq!(provider_name(text.parse().unwrap()), expected);
}
