use proptest::prelude::*;

use super::*;
use crate::sample::{self, AT, BE, BS, DataParts, ED, UP, UV};

#[test]
fn parse_reads_every_part() {
    let bytes = parts(UP | UV | BE | BS | AT | ED).to_bytes();
    let data = AuthenticatorData::parse(&bytes).unwrap();
    assert_eq!(data.rp_id_hash[..2], [0xbf, 0xab]);
    assert_eq!(data.sign_count, 8);
    assert!(data.flags.user_present() && data.flags.user_verified());
    assert!(data.flags.backup_eligible() && data.flags.backed_up());
    let attested = data.attested.unwrap();
    assert_eq!((attested.aaguid.0, attested.credential_id), ([0xaa; 16], &[0xc1; 16][..]));
    assert_eq!(attested.public_key, sample::ed25519_cose(&[9; 32]));
    assert_eq!(data.extensions.unwrap().entry("credProtect").unwrap().as_i64(), Some(2));
}

#[test]
fn parse_reads_the_shortest_data() {
    check(|parts| parts.flags = 0, Ok(()));
}

#[test]
fn parse_refuses_data_that_ends_before_an_announced_part() {
    assert_eq!(code(&[0; 36]), Err("authenticator_data_truncated"));
    let mut bytes = vec![0; 36];
    bytes[32] = AT;
    bytes.extend([0; 18]);
    assert_eq!(code(&bytes), Err("authenticator_data_truncated"));
}

#[test]
fn parse_refuses_a_credential_id_that_is_empty_too_long_or_cut() {
    check(|parts| parts.credential_id = vec![0; 1023], Ok(()));
    check(|parts| parts.credential_id = vec![0; 1024], Err("credential_id_length"));
    check(|parts| parts.credential_id.clear(), Err("credential_id_length"));
    let mut bytes = DataParts { cose: Vec::new(), ..parts(AT) }.to_bytes();
    bytes.pop();
    assert_eq!(code(&bytes), Err("authenticator_data_truncated"));
}

#[test]
fn parse_refuses_a_public_key_that_is_not_canonical() {
    check(|parts| parts.cose = vec![0xbf, 0xff], Err("cbor_indefinite_length"));
    check(|parts| parts.cose = vec![0xa2, 3, 0, 1, 0], Err("cbor_key_order"));
}

#[test]
fn parse_refuses_extension_outputs_that_are_not_canonical() {
    let spoil = |parts: &mut DataParts| {
        parts.flags = ED;
        parts.extensions = vec![0xa2, 0x61, b'b', 0, 0x61, b'a', 0];
    };
    check(spoil, Err("cbor_key_order"));
    check(
        |parts| {
            parts.flags = ED;
            parts.extensions.clear();
        },
        Err("cbor_truncated"),
    );
}

#[test]
fn parse_refuses_extension_outputs_that_are_not_a_map_from_names() {
    for extensions in [sample::int(1), sample::map(&[(sample::int(1), sample::int(1))])] {
        let put = |parts: &mut DataParts| {
            parts.flags = ED;
            parts.extensions = extensions;
        };
        check(put, Err("extensions_not_a_map"));
    }
}

#[test]
fn parse_refuses_bytes_that_no_flag_announces() {
    for flags in [0, AT, ED, AT | ED] {
        let append = |parts: &mut DataParts| {
            parts.flags = flags;
            parts.trailing = vec![0xa0];
        };
        check(append, Err("authenticator_data_trailing_bytes"));
    }
}

#[test]
fn parse_ignores_reserved_flags() {
    check(|parts| parts.flags |= 0x22, Ok(()));
}

proptest! {
    #[test]
    fn parse_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = AuthenticatorData::parse(&bytes);
    }

    #[test]
    fn parse_never_panics_behind_any_flags(flags: u8, tail in proptest::collection::vec(any::<u8>(), 0..120)) {
        let bytes = [&[0; 32][..], &[flags], &[0; 4], &tail].concat();
        let _ = AuthenticatorData::parse(&bytes);
    }

    #[test]
    fn parse_reads_back_what_was_written(
        flags: u8,
        sign_count: u32,
        aaguid: [u8; 16],
        credential_id in proptest::collection::vec(any::<u8>(), 1..=1023),
    ) {
        let written = DataParts { sign_count, aaguid, credential_id, ..parts(flags) };
        let bytes = written.to_bytes();
        let data = AuthenticatorData::parse(&bytes).unwrap();
        prop_assert_eq!((data.flags, data.sign_count), (Flags(flags), sign_count));
        prop_assert_eq!(data.extensions.is_some(), flags & ED != 0);
        prop_assert_eq!(data.attested.is_some(), flags & AT != 0);
        if let Some(attested) = data.attested {
            prop_assert_eq!(attested.aaguid.0, aaguid);
            prop_assert_eq!(attested.credential_id, written.credential_id);
        }
    }

    #[test]
    fn parse_refuses_data_cut_anywhere(flags: u8, cut in any::<prop::sample::Index>()) {
        let bytes = parts(flags).to_bytes();
        prop_assert!(AuthenticatorData::parse(&bytes[..cut.index(bytes.len())]).is_err());
    }
}

fn parts(flags: u8) -> DataParts {
    DataParts::new(flags, sample::ed25519_cose(&[9; 32]))
}

fn code(bytes: &[u8]) -> Result<(), &'static str> {
    AuthenticatorData::parse(bytes).map(|_| ()).map_err(|err| err.code())
}

/// Starts from data with a credential in it, breaks one thing, and compares the outcome.
#[track_caller]
fn check(break_one_thing: impl FnOnce(&mut DataParts), expected: Result<(), &str>) {
    let mut parts = parts(UP | AT);
    break_one_thing(&mut parts);
    assert_eq!(code(&parts.to_bytes()), expected);
}
