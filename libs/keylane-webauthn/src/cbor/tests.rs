use proptest::prelude::*;

use super::*;
use crate::sample;

#[test]
fn decode_reads_each_type() {
    check(&[0x00], Ok(Value::Unsigned(0)));
    check(&[0x18, 0x18], Ok(Value::Unsigned(24)));
    check(&[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], Ok(Value::Unsigned(u64::MAX)));
    check(&[0x26], Ok(Value::Negative(6)));
    check(&[0x42, 1, 2], Ok(Value::Bytes(&[1, 2])));
    check(b"\x63fmt", Ok(Value::Text("fmt")));
    check(&[0x82, 0xf4, 0xf5], Ok(Value::Array(vec![Value::Bool(false), Value::Bool(true)])));
    check(&[0xa1, 0x01, 0xf6], Ok(Value::Map(vec![(Value::Unsigned(1), Value::Null)])));
}

#[test]
fn decode_refuses_input_that_ends_inside_an_item() {
    for input in [&[][..], &[0x18], &[0x19, 1], &[0x42, 1], &[0x82, 1], &[0xa1, 1], b"\x63fm"] {
        check(input, Err(CborError::Truncated));
    }
    // A length far beyond the input allocates nothing.
    check(&[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], Err(CborError::Truncated));
    check(&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], Err(CborError::Truncated));
}

#[test]
fn decode_refuses_bytes_after_the_item() {
    check(&[0x00, 0x00], Err(CborError::TrailingBytes));
}

#[test]
fn decode_refuses_a_number_that_is_longer_than_needed() {
    for input in [
        &[0x18, 0x17][..],
        &[0x19, 0x00, 0xff],
        &[0x1a, 0x00, 0x00, 0xff, 0xff],
        &[0x1b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff],
        &[0x38, 0x00],
        &[0x58, 0x01, 0xaa],
        &[0x78, 0x01, b'a'],
        &[0x98, 0x01, 0x00],
        &[0xb8, 0x01, 0x00, 0x00],
    ] {
        check(input, Err(CborError::NotShortest));
        assert_eq!(decode(input, Form::Envelope), Err(CborError::NotShortest));
    }
}

#[test]
fn decode_refuses_an_indefinite_length() {
    for input in [&[0x5f, 0x41, 1, 0xff][..], &[0x7f, 0xff], &[0x9f, 0xff], &[0xbf, 0xff]] {
        check(input, Err(CborError::IndefiniteLength));
    }
}

#[test]
fn decode_refuses_keys_out_of_order() {
    check(&[0xa2, 0x02, 0x00, 0x01, 0x00], Err(CborError::KeyOrder));
    // Shorter before longer, before the alphabet.
    check(b"\xa2\x62aa\x00\x61b\x00", Err(CborError::KeyOrder));
    check(b"\xa2\x61b\x00\x62aa\x00", {
        let entries =
            vec![(Value::Text("b"), Value::Unsigned(0)), (Value::Text("aa"), Value::Unsigned(0))];
        Ok(Value::Map(entries))
    });
    // Major type before length: 1, 3, -1, -2.
    check(&[0xa2, 0x20, 0x00, 0x18, 0x64, 0x00], Err(CborError::KeyOrder));
}

#[test]
fn decode_refuses_a_key_that_comes_twice() {
    check(&[0xa2, 0x01, 0x00, 0x01, 0x01], Err(CborError::DuplicateKey));
}

#[test]
fn decode_refuses_text_that_is_not_utf8() {
    check(&[0x62, 0xc3, 0x28], Err(CborError::NotUtf8));
}

#[test]
fn decode_refuses_types_that_webauthn_does_not_use() {
    // A tag, undefined, floats of each size, an unassigned simple value, a break, reserved info.
    for input in [
        &[0xc0, 0x00][..],
        &[0xf7],
        &[0xf9, 0x3c, 0x00],
        &[0xfa, 0, 0, 0, 0],
        &[0xfb, 0, 0, 0, 0, 0, 0, 0, 0],
        &[0xf8, 0x20],
        &[0xff],
        &[0x1c],
        &[0x5e],
    ] {
        check(input, Err(CborError::UnsupportedType));
    }
}

#[test]
fn decode_refuses_one_level_too_many() {
    let nested = |levels: usize| [vec![0x81; levels], vec![0x00]].concat();
    assert!(decode(&nested(DEPTH_MAX), Form::Canonical).is_ok());
    check(&nested(DEPTH_MAX + 1), Err(CborError::TooDeep));
    check(&vec![0x81; 1 << 20], Err(CborError::TooDeep));
}

#[test]
fn decode_refuses_one_item_too_many() {
    let many = |items: usize| sample::array(&vec![vec![0x00]; items]);
    assert!(decode(&many(ITEMS_MAX - 1), Form::Canonical).is_ok());
    check(&many(ITEMS_MAX), Err(CborError::TooManyItems));
}

#[test]
fn an_envelope_may_have_its_keys_in_any_order_and_indefinite_lengths() {
    let entries = vec![
        (Value::Text("fmt"), Value::Text("none")),
        (Value::Text("att"), Value::Array(vec![Value::Unsigned(1)])),
    ];
    let unsorted = b"\xa2\x63fmt\x64none\x63att\x81\x01";
    let indefinite = b"\xbf\x63fmt\x64none\x63att\x9f\x01\xff\xff";
    assert_eq!(decode(unsorted, Form::Envelope), Ok(Value::Map(entries.clone())));
    assert_eq!(decode(indefinite, Form::Envelope), Ok(Value::Map(entries)));
    check(unsorted, Err(CborError::KeyOrder));
}

#[test]
fn an_envelope_may_not_have_anything_else() {
    let refuse = |input: &[u8], code| {
        assert_eq!(decode(input, Form::Envelope).map_err(|err| err.code()), Err(code));
    };
    refuse(&[0xa2, 0x01, 0x00, 0x01, 0x01], "cbor_duplicate_key");
    // Not even when the two keys stand apart.
    refuse(&[0xbf, 0x02, 0x00, 0x01, 0x00, 0x02, 0x01, 0xff], "cbor_duplicate_key");
    refuse(&[0x5f, 0x41, 0x01, 0xff], "cbor_indefinite_length");
    refuse(&[0xbf, 0x01, 0xff], "cbor_unsupported_type");
    refuse(&[0xbf, 0x01, 0x00], "cbor_truncated");
    refuse(&[0xa0, 0x00], "cbor_trailing_bytes");
}

#[test]
fn decode_prefix_tells_how_far_it_read() {
    assert_eq!(decode_prefix(&[0x18, 0x18, 0xff], Form::Canonical), Ok((Value::Unsigned(24), 2)));
}

#[test]
fn integers_convert_when_they_fit() {
    assert_eq!(Value::Negative(6).as_i64(), Some(-7));
    assert_eq!(Value::Negative(i64::MAX as u64).as_i64(), Some(i64::MIN));
    assert_eq!(Value::Negative(u64::MAX).as_i64(), None);
    assert_eq!(Value::Unsigned(u64::MAX).as_i64(), None);
    assert_eq!(Value::Null.as_i64(), None);
}

/// A value that owns its strings, for proptest to make.
#[derive(Debug, Clone)]
enum Owned {
    Unsigned(u64),
    Negative(u64),
    Bytes(Vec<u8>),
    Text(String),
    Array(Vec<Self>),
    Map(Vec<(Self, Self)>),
    Bool(bool),
    Null,
}

impl Owned {
    /// The canonical encoding: keys sorted and unique, by an order written apart from the decoder.
    fn encode(&self) -> Vec<u8> {
        match self {
            Self::Unsigned(n) => sample::unsigned(*n),
            Self::Negative(n) => sample::negative(*n),
            Self::Bytes(bytes) => sample::bytes(bytes),
            Self::Text(text) => sample::text(text),
            Self::Array(items) => {
                sample::array(&items.iter().map(Self::encode).collect::<Vec<_>>())
            }
            Self::Map(entries) => {
                let mut entries: Vec<_> =
                    entries.iter().map(|(key, value)| (key.encode(), value.encode())).collect();
                entries.sort_by_key(|(key, _)| (key[0] >> 5, key.len(), key.clone()));
                entries.dedup_by(|a, b| a.0 == b.0);
                sample::map(&entries)
            }
            Self::Bool(value) => vec![if *value { 0xf5 } else { 0xf4 }],
            Self::Null => vec![0xf6],
        }
    }
}

/// The canonical encoding of what was decoded.
fn encode(value: &Value<'_>) -> Vec<u8> {
    match value {
        Value::Unsigned(n) => sample::unsigned(*n),
        Value::Negative(n) => sample::negative(*n),
        Value::Bytes(bytes) => sample::bytes(bytes),
        Value::Text(text) => sample::text(text),
        Value::Array(items) => sample::array(&items.iter().map(encode).collect::<Vec<_>>()),
        Value::Map(entries) => {
            let pair = |(key, value): &(Value<'_>, Value<'_>)| (encode(key), encode(value));
            sample::map(&entries.iter().map(pair).collect::<Vec<_>>())
        }
        Value::Bool(value) => vec![if *value { 0xf5 } else { 0xf4 }],
        Value::Null => vec![0xf6],
    }
}

fn any_value() -> impl Strategy<Value = Owned> {
    let leaf = prop_oneof![
        any::<u64>().prop_map(Owned::Unsigned),
        (0_u64..70_000).prop_map(Owned::Unsigned),
        any::<u64>().prop_map(Owned::Negative),
        proptest::collection::vec(any::<u8>(), 0..300).prop_map(Owned::Bytes),
        ".{0,40}".prop_map(Owned::Text),
        any::<bool>().prop_map(Owned::Bool),
        Just(Owned::Null),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Owned::Array),
            proptest::collection::vec((inner.clone(), inner), 0..6).prop_map(Owned::Map),
        ]
    })
}

proptest! {
    #[test]
    fn decode_accepts_what_is_canonical_and_loses_nothing(value in any_value()) {
        let bytes = value.encode();
        let decoded = decode(&bytes, Form::Canonical).unwrap();
        prop_assert_eq!(encode(&decoded), bytes.clone());
        prop_assert_eq!(decode(&bytes, Form::Envelope), Ok(decoded));
    }

    #[test]
    fn decode_accepts_one_encoding_of_each_value(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        if let Ok(value) = decode(&bytes, Form::Canonical) {
            prop_assert_eq!(encode(&value), bytes);
        }
    }

    #[test]
    fn decode_refuses_canonical_bytes_cut_anywhere(value in any_value(), cut in any::<prop::sample::Index>()) {
        let bytes = value.encode();
        let cut = cut.index(bytes.len());
        prop_assert_eq!(decode(&bytes[..cut], Form::Canonical), Err(CborError::Truncated));
        prop_assert!(decode(&bytes[..cut], Form::Envelope).is_err());
    }
}

#[test]
fn refusals_have_stable_codes() {
    let codes = [
        (CborError::NotShortest, "cbor_not_shortest"),
        (CborError::NotUtf8, "cbor_not_utf8"),
        (CborError::TooDeep, "cbor_too_deep"),
        (CborError::TooManyItems, "cbor_too_many_items"),
    ];
    for (error, code) in codes {
        assert_eq!(error.code(), code);
    }
}

/// Compares the outcome of canonical decoding.
#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "the expectation reads better without `&`")]
fn check(input: &[u8], expected: Result<Value<'_>, CborError>) {
    assert_eq!(decode(input, Form::Canonical), expected);
}
