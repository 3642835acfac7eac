use proptest::prelude::*;

use super::*;
use crate::sample::PKI;

#[test]
fn key_is_found_in_a_certificate() {
    let info = subject_public_key_info(&PKI.signer).unwrap();
    let expected = rcgen::PublicKeyData::subject_public_key_info(&PKI.signer_key);
    assert_eq!(info, expected);
    assert_eq!(public_key_bits(info), Some(rcgen::PublicKeyData::der_bytes(&PKI.signer_key)));
}

#[test]
fn key_is_found_in_a_certificate_of_version_1() {
    // Version 1 leaves the version out; everything after the key is not read at all.
    let info: &[u8] = &[0x30, 6, 0x30, 1, 5, 0x03, 1, 0];
    let fields =
        [&[2, 1, 1][..], &[0x30, 0], &[0x30, 0], &[0x30, 0], &[0x30, 0], info, &[0xff]].concat();
    let length = u8::try_from(fields.len()).unwrap();
    let certificate = [&[0x30, length + 2, 0x30, length][..], &fields].concat();
    assert_eq!(subject_public_key_info(&certificate), Some(info));
    assert_eq!(public_key_bits(info), Some(&[][..]));
}

#[test]
fn certificate_cut_before_its_key_ends_has_none() {
    for end in 0..PKI.signer.len() {
        assert_eq!(subject_public_key_info(&PKI.signer[..end]), None, "{end}");
    }
}

#[test]
fn lengths_that_nothing_has_are_refused() {
    for bytes in
        [&[0x30, 0x80][..], &[0x30, 0x85, 0, 0, 0, 0, 0], &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]]
    {
        assert_eq!(subject_public_key_info(bytes), None);
    }
}

proptest! {
    #[test]
    fn any_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
        let _ = subject_public_key_info(&bytes).map(public_key_bits);
        let _ = public_key_bits(&bytes);
    }
}
