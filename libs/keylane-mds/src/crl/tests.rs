use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::*;
use crate::sample::PKI;

#[test]
fn list_is_read_as_der_and_as_pem() {
    let der = PKI.root.crl(&[1, 2, 3]);
    check(&der, Ok(()));
    let pem =
        format!("-----BEGIN X509 CRL-----\n{}\n-----END X509 CRL-----\n", STANDARD.encode(&der));
    check(pem.as_bytes(), Ok(()));
    check(format!("\n{pem}").as_bytes(), Ok(()));
}

#[test]
fn what_is_no_list_is_refused() {
    let certificate = &PKI.root.certificate;
    let pem = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for bytes in [b"", b"<html>".as_slice(), certificate, pem, b"-----BEGIN X509 CRL-----"] {
        check(bytes, Err("crl_malformed"));
    }
    let der = PKI.root.crl(&[1]);
    check(&[&*der, b"\0"].concat(), Err("crl_malformed"));
}

#[test]
fn list_cut_anywhere_is_refused() {
    let der = PKI.root.crl(&[1, 2, 3]);
    for end in 0..der.len() {
        check(&der[..end], Err("crl_malformed"));
    }
}

#[test]
fn list_is_bounded() {
    check(&vec![0; CRL_BYTES_MAX + 1], Err("crl_too_large"));
}

#[test]
fn debug_of_a_list_is_short() {
    let list = Crl::parse(&PKI.root.crl(&[1])).unwrap();
    assert_eq!(format!("{list:?}"), "Crl { .. }");
}

proptest! {
    #[test]
    fn list_of_any_bytes_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Crl::parse(&bytes);
    }
}

#[track_caller]
fn check(bytes: &[u8], expected: Result<(), &str>) {
    assert_eq!(Crl::parse(bytes).map(|_| ()).map_err(|err| err.code()), expected);
}
