use std::fmt::Display;

use proptest::prelude::*;

use super::*;
use crate::sample::PKI;

#[test]
fn aaguid_is_read_with_and_without_hyphens() {
    let canonical = "01020304-0506-0708-090a-0b0c0d0e0f10";
    check::<Aaguid>(canonical, Ok(canonical));
    check::<Aaguid>("01020304-0506-0708-090A-0B0C0D0E0F10", Ok(canonical));
    check::<Aaguid>("0102030405060708090a0b0c0d0e0f10", Ok(canonical));
}

#[test]
fn aaguid_of_another_form_is_refused() {
    for text in [
        "",
        "01020304-0506-0708-090a-0b0c0d0e0f1",
        "01020304-0506-0708-090a-0b0c0d0e0f100",
        "0102030-40506-0708-090a-0b0c0d0e0f10",
        "01020304-0506-0708-090a0b0c0d0e-0f10",
        "01020304-0506-0708-090a-0b0c0d0e0f1-",
        "01020304-0506-0708-090a-0b0c0d0e0f1g",
        "+1020304-0506-0708-090a-0b0c0d0e0f10",
        "{01020304-0506-0708-090a-0b0c0d0e0f}",
        "éééééééé-éééé-éééé-éé",
    ] {
        check::<Aaguid>(text, Err("aaguid_malformed"));
    }
}

#[test]
fn aaid_is_two_numbers() {
    check::<Aaid>("1234#abcd", Ok("1234#ABCD"));
    for text in ["", "1234", "1234#567", "1234#56789", "12g4#5678", "1234#5678#9", "#", "1234-5678"]
    {
        check::<Aaid>(text, Err("aaid_malformed"));
    }
}

#[test]
fn key_identifier_is_forty_digits() {
    let text = "923881fe2f214ee465484371aeb72e97f5a58e0a";
    check::<KeyIdentifier>(text, Ok(text));
    check::<KeyIdentifier>(&text.to_uppercase(), Ok(text));
    for text in ["", &text[1..], &format!("{text}0"), &format!("{}x", &text[1..])] {
        check::<KeyIdentifier>(text, Err("key_identifier_malformed"));
    }
}

#[test]
fn key_identifier_of_a_certificate_is_the_digest_of_its_key() {
    let key = rcgen::PublicKeyData::der_bytes(&PKI.signer_key);
    let digest = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, key);
    let found = KeyIdentifier::of_certificate(&PKI.signer).unwrap();
    assert_eq!(found.0, *digest.as_ref());
}

#[test]
fn key_identifier_of_what_is_no_certificate_is_none() {
    assert_eq!(KeyIdentifier::of_certificate(b""), None);
    assert_eq!(KeyIdentifier::of_certificate(b"<html>"), None);
}

proptest! {
    #[test]
    fn ids_never_panic(text in ".{0,40}") {
        let _ = (text.parse::<Aaguid>(), text.parse::<Aaid>(), text.parse::<KeyIdentifier>());
    }

    #[test]
    fn ids_are_read_back(bytes: [u8; 16], vendor: u16, model: u16, low: [u8; 20]) {
        prop_assert_eq!(Aaguid(bytes).to_string().parse(), Ok(Aaguid(bytes)));
        let aaid = Aaid { vendor, model };
        prop_assert_eq!(aaid.to_string().parse(), Ok(aaid));
        prop_assert_eq!(KeyIdentifier(low).to_string().parse(), Ok(KeyIdentifier(low)));
    }
}

/// Reads `text` and compares what it is written as, or the code of the refusal.
#[track_caller]
fn check<T: FromStr<Err = IdError> + Display>(text: &str, expected: Result<&str, &str>) {
    let outcome = text.parse::<T>().map(|id| id.to_string());
    assert_eq!(outcome.as_deref().map_err(IdError::code), expected, "{text}");
}
