use proptest::prelude::*;

use super::*;
use crate::sample::der as encoder;

#[test]
fn lengths_have_one_form() {
    let refused = |input: &[u8]| assert_eq!(Reader::new(input).any(), Err(BadDer), "{input:02x?}");
    refused(&[0x04]);
    refused(&[0x04, 1]);
    // Indefinite, reserved, longer than needed, beyond the input.
    refused(&[0x30, 0x80, 0, 0]);
    refused(&[0x04, 0xff]);
    refused(&[0x04, 0x81, 1, 0]);
    refused(&[0x04, 0x81, 0x7f]);
    refused(&[&[0x04, 0x82, 0, 0x80][..], &[0; 128]].concat());
    refused(&[0x04, 0x84, 0xff, 0xff, 0xff, 0xff]);
    refused(&[0x04, 0x85, 0, 0, 0, 0, 1, 0]);
    assert!(Reader::new(&[&[0x04, 0x81, 0x80][..], &[0; 128]].concat()).any().is_ok());
}

#[test]
fn high_tag_numbers_have_one_form() {
    let tag = |input: &[u8]| Reader::new(input).any().map(|element| element.tag);
    assert_eq!(tag(&[0xbf, 0x1f, 0]), Ok(Tag::context(31)));
    assert_eq!(tag(&[0xbf, 0x85, 0x3e, 0]), Ok(Tag::context(702)));
    assert_eq!(tag(&[0x9f, 0xff, 0xff, 0xff, 0x7f, 0]), Ok(Tag::context_primitive(0x0fff_ffff)));
    // Too small for the form, padded, too long, cut off.
    for broken in [
        &[0xbf, 0x1e, 0][..],
        &[0xbf, 0x80, 0x1f, 0],
        &[0xbf, 0x81, 0x80, 0x80, 0x80, 0x00, 0],
        &[0xbf, 0x85],
        &[0xbf],
    ] {
        assert_eq!(tag(broken), Err(BadDer), "{broken:02x?}");
    }
}

#[test]
fn tags_say_their_class() {
    assert_eq!(Tag::context(702).context_number(), Some(702));
    assert_eq!(Tag::context_primitive(1).context_number(), Some(1));
    assert_eq!(Tag::SEQUENCE.context_number(), None);
    assert_eq!(Tag::SEQUENCE.universal_number(), Some(16));
    assert_eq!(Tag::context(16).universal_number(), None);
}

#[test]
fn integers_are_the_shortest() {
    assert_eq!(integer(&[0]), Ok(0));
    assert_eq!(integer(&[0xff]), Ok(-1));
    assert_eq!(integer(&[0, 0x80]), Ok(128));
    assert_eq!(integer(&[0x80]), Ok(-128));
    assert_eq!(integer(&[0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), Ok(i64::MAX));
    for broken in [&[][..], &[0, 0], &[0, 0x7f], &[0xff, 0x80], &[1; 9]] {
        assert_eq!(integer(broken), Err(BadDer), "{broken:02x?}");
    }
    assert_eq!(Reader::new(&encoder::enumerated(3)).integer(Tag::ENUMERATED), Ok(3));
    assert_eq!(Reader::new(&encoder::enumerated(3)).integer(Tag::INTEGER), Err(BadDer));
}

#[test]
fn booleans_and_bit_strings_have_the_right_size() {
    assert_eq!(boolean(&[0]), Ok(false));
    assert_eq!(boolean(&[0xff]), Ok(true));
    assert_eq!(boolean(&[]), Err(BadDer));
    assert_eq!(boolean(&[0, 0]), Err(BadDer));
    assert_eq!(Reader::new(&encoder::bit_string(&[7])).bit_string(), Ok(&[7][..]));
    assert_eq!(Reader::new(&[3, 0]).bit_string(), Err(BadDer));
    assert_eq!(Reader::new(&[3, 2, 1, 0xfe]).bit_string(), Err(BadDer));
}

#[test]
fn what_is_optional_is_left_when_it_is_something_else() {
    let both = [encoder::integer(1), encoder::null()].concat();
    let mut reader = Reader::new(&both);
    assert_eq!(reader.optional(Tag::BOOLEAN), Ok(None));
    assert!(reader.optional(Tag::INTEGER).unwrap().is_some());
    assert_eq!(reader.end(), Err(BadDer));
    assert!(reader.any().is_ok() && reader.end().is_ok());
    assert_eq!(reader.optional(Tag::INTEGER), Ok(None));
    assert_eq!(single(&both, Tag::INTEGER), Err(BadDer));
}

proptest! {
    #[test]
    fn an_element_is_read_as_it_was_written(
        number in 0_u32..1 << 28,
        content in prop::collection::vec(any::<u8>(), 0..400),
        behind in prop::collection::vec(any::<u8>(), 0..4),
    ) {
        let written = encoder::context(number, &content);
        let input = [written.as_slice(), &behind].concat();
        let mut reader = Reader::new(&input);
        let element = reader.any().unwrap();
        prop_assert_eq!(element.tag, Tag::context(number));
        prop_assert_eq!(element.value, content.as_slice());
        prop_assert_eq!(element.raw, written.as_slice());
        prop_assert_eq!(reader.is_empty(), behind.is_empty());
    }

    #[test]
    fn a_number_is_read_as_it_was_written(number in 0_u64..1 << 63) {
        let read = Reader::new(&encoder::integer(number)).integer(Tag::INTEGER);
        prop_assert_eq!(read, Ok(i64::try_from(number).unwrap()));
    }

    /// Whatever is read has one encoding only: written again, it is the same.
    #[test]
    fn what_is_read_has_one_form(input in prop::collection::vec(any::<u8>(), 0..40)) {
        let mut reader = Reader::new(&input);
        while let Ok(element) = reader.any() {
            if element.tag.context_number().is_some_and(|number| number >= 31) {
                let number = element.tag.context_number().unwrap();
                let again = if element.tag == Tag::context(number) {
                    encoder::context(number, element.value)
                } else {
                    encoder::context_primitive(number, element.value)
                };
                prop_assert_eq!(again, element.raw);
            }
        }
    }
}
