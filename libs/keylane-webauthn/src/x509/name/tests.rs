use proptest::prelude::*;

use super::*;
use crate::sample::certificate::{COMMON_NAME, COUNTRY, name};
use crate::sample::der::{integer, oid, printable, sequence, set, tlv, utf8};

#[test]
fn the_same_name_in_another_encoding_is_the_same() {
    let kept = name(&[(COUNTRY, "SE"), (COMMON_NAME, "Test Root")]);
    let other = sequence(&[
        set(&[sequence(&[oid(COUNTRY), printable("se")])]),
        set(&[sequence(&[oid(COMMON_NAME), printable("  TEST   root ")])]),
    ]);
    assert!(same(&kept, &kept) && same(&kept, &other) && same(&other, &kept));
}

#[test]
fn names_differ_in_words_types_order_and_sets() {
    let kept = name(&[(COUNTRY, "SE"), (COMMON_NAME, "Test Root")]);
    let pair = |id, text| sequence(&[oid(id), utf8(text)]);
    for other in [
        name(&[(COUNTRY, "SE"), (COMMON_NAME, "TestRoot")]),
        name(&[(COUNTRY, "SE"), (COMMON_NAME, "Test Root 2")]),
        name(&[(COMMON_NAME, "SE"), (COMMON_NAME, "Test Root")]),
        name(&[(COMMON_NAME, "Test Root"), (COUNTRY, "SE")]),
        name(&[(COUNTRY, "SE")]),
        name(&[(COUNTRY, "SE"), (COMMON_NAME, "Test Root"), (COUNTRY, "SE")]),
        sequence(&[set(&[pair(COUNTRY, "SE"), pair(COMMON_NAME, "Test Root")])]),
        sequence(&[]),
    ] {
        assert!(!same(&kept, &other), "{other:02x?}");
    }
}

#[test]
fn what_is_not_text_is_compared_as_encoded() {
    let with = |value: Vec<u8>| sequence(&[set(&[sequence(&[oid(COMMON_NAME), value])])]);
    assert!(same(&with(integer(1)), &with(integer(1))));
    assert!(!same(&with(integer(1)), &with(integer(2))));
    // UTF8String with bytes that are none, and a text that looks like them.
    assert!(!same(&with(tlv(0x0c, &[0xff])), &with(utf8("\u{ff}"))));
    assert_eq!(attributes(&with(integer(1))).unwrap()[0].text, "");
    assert_eq!(attributes(&with(tlv(0x0c, &[0xff]))).unwrap()[0].text, "");
}

#[test]
fn what_is_not_a_name_is_itself_only() {
    assert!(same(b"?", b"?"));
    assert!(!same(b"?", b"!"));
    assert!(!same(&[], &sequence(&[])));
    let behind = [sequence(&[]), vec![0]].concat();
    assert!(!same(&behind, &sequence(&[])));
    assert_eq!(attributes(&behind), Err(BadDer));
}

proptest! {
    /// Two lists of attributes are one name only when they are one list.
    #[test]
    fn different_attributes_make_different_names(
        one in prop::collection::vec("[a-z]{0,3}", 0..4),
        other in prop::collection::vec("[a-z]{0,3}", 0..4),
    ) {
        let encoded = |words: &[String]| {
            name(&words.iter().map(|word| (COMMON_NAME, word.as_str())).collect::<Vec<_>>())
        };
        prop_assert_eq!(same(&encoded(&one), &encoded(&other)), one == other);
    }

    #[test]
    fn no_input_makes_the_reader_panic(input in prop::collection::vec(any::<u8>(), 0..60)) {
        let _ = (attributes(&input), canonical(&input));
    }
}
