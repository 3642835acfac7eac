use proptest::prelude::*;

use super::*;

#[test]
fn an_id_has_a_shortest_and_a_longest_length() {
    let code = |length: usize| CredentialId::try_from(vec![0; length]).map_err(|err| err.code());
    assert_eq!(code(0), Err("length_out_of_range"));
    assert!(code(1).is_ok() && code(1023).is_ok());
    assert_eq!(code(1024), Err("length_out_of_range"));
    assert_eq!(UserHandle::try_from(vec![0; 65]), Err(IdError::Length));
    assert_eq!("A".repeat(2000).parse::<CredentialId>(), Err(IdError::Length));
}

#[test]
fn an_id_has_one_text() {
    let code = |text: &str| text.parse::<CredentialId>().map_err(|err| err.code());
    assert_eq!(code("-_8").unwrap().as_bytes(), [0xfb, 0xff]);
    for text in ["-_8=", "-_9", "+/8", "-_8 ", "-"] {
        assert_eq!(code(text), Err("not_base64url"), "{text:?}");
    }
}

#[test]
fn a_user_handle_does_not_show_in_debug_output() {
    let handle = UserHandle::try_from(vec![1, 2, 3]).unwrap();
    assert_eq!(format!("{handle:?}"), "UserHandle(..)");
    assert_eq!(format!("{:?}", CredentialId::try_from(vec![1]).unwrap()), "CredentialId(AQ)");
}

#[test]
fn an_aaguid_is_written_like_a_uuid() {
    let aaguid = Aaguid(std::array::from_fn(|at| u8::try_from(at).unwrap()));
    assert_eq!(aaguid.to_string(), "00010203-0405-0607-0809-0a0b0c0d0e0f");
    assert!(!aaguid.is_zero() && Aaguid::default().is_zero());
}

#[test]
fn a_transport_is_a_short_plain_name() {
    let code = |text: &str| text.parse::<Transport>().map_err(|err| err.code());
    assert_eq!(code("smart-card").unwrap().to_string(), "smart-card");
    assert_eq!(code("quantum").unwrap().as_str(), "quantum");
    assert_eq!(code(""), Err("length_out_of_range"));
    assert_eq!(code(&"a".repeat(33)), Err("length_out_of_range"));
    assert_eq!(code("a b"), Err("not_a_name"));
    assert_eq!(serde_json::from_str::<Transport>("\"usb\"").unwrap().as_str(), "usb");
    assert_eq!(serde_json::to_string(&code("usb").unwrap()).unwrap(), "\"usb\"");
}

proptest! {
    #[test]
    fn an_id_survives_text_and_json(bytes in proptest::collection::vec(any::<u8>(), 1..=1023)) {
        let id = CredentialId::try_from(bytes).unwrap();
        prop_assert_eq!(id.to_string().parse::<CredentialId>(), Ok(id.clone()));
        let json = serde_json::to_string(&id).unwrap();
        prop_assert_eq!(serde_json::from_str::<CredentialId>(&json).unwrap(), id);
    }

    #[test]
    fn two_texts_of_one_id_are_equal(text in "[A-Za-z0-9_-]{1,24}") {
        if let Ok(id) = text.parse::<CredentialId>() {
            prop_assert_eq!(id.to_string(), text);
        }
    }
}
