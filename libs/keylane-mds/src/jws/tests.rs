use rcgen::{KeyPair, PKCS_ECDSA_P384_SHA384, PKCS_ECDSA_P521_SHA512, PKCS_RSA_SHA256};
use serde_json::json;

use super::*;
use crate::sample::{Case, PKI, check};

#[test]
fn verify_accepts_every_algorithm_of_the_list() {
    let rsa = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
    let p384 = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    let p521 = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).unwrap();
    for (algorithm, _) in ALGORITHMS {
        let key = match *algorithm {
            "ES256" => &PKI.signer_key,
            "ES384" => &p384,
            "ES512" => &p521,
            _ => &rsa,
        };
        check(|case| sign_with(case, algorithm, algorithm, key), Ok(1));
    }
    // The key decides what it can have signed, not the header.
    check(|case| sign_with(case, "RS256", "PS256", &rsa), Err("blob_signature_invalid"));
    check(|case| sign_with(case, "ES256", "ES384", &PKI.signer_key), Err("blob_signature_invalid"));
    check(|case| sign_with(case, "RS256", "ES256", &rsa), Err("blob_signature_invalid"));
}

#[test]
fn verify_refuses_algorithms_that_are_not_on_the_list() {
    for algorithm in ["none", "None", "NONE", "", "HS256", "RS1", "ES256K", "rs256", "EdDSA"] {
        check(|case| case.header["alg"] = json!(algorithm), Err("blob_algorithm_refused"));
    }
}

#[test]
fn verify_refuses_a_blob_without_its_signature() {
    let unsigned = |case: &mut Case| {
        let text = String::from_utf8(case.to_bytes()).unwrap();
        case.raw = Some(format!("{}.", text.rsplit_once('.').unwrap().0).into_bytes());
    };
    check(unsigned, Err("blob_signature_invalid"));
}

#[test]
fn verify_refuses_a_web_page() {
    for page in ["<!DOCTYPE html><title>503</title>", "\r\n <html>a.b.c</html>", "<"] {
        check(|case| case.raw = Some(page.into()), Err("blob_is_html"));
    }
}

#[test]
fn verify_refuses_what_is_not_three_parts() {
    for text in
        ["", " \n", "{\"error\":\"down\"}", "a", "a.b", "a.b.c.d", ".b.c", "a..c", "..", "."]
    {
        check(|case| case.raw = Some(text.into()), Err("blob_not_jws"));
    }
    check(|case| case.raw = Some(vec![0xff, b'.', b'.']), Err("blob_not_jws"));
}

#[test]
fn verify_passes_over_white_space_around_a_blob() {
    check(|case| case.raw = Some([b"\r\n ", &*case.to_bytes(), b"\n\n"].concat()), Ok(1));
}

#[test]
fn verify_refuses_white_space_and_padding_within_a_blob() {
    let with = |case: &mut Case, at: usize, text: &str| {
        let mut raw = String::from_utf8(case.to_bytes()).unwrap();
        let dot = raw.match_indices('.').nth(at).unwrap().0;
        raw.insert_str(dot, text);
        case.raw = Some(raw.into_bytes());
    };
    for text in ["\n", " ", "=", "=="] {
        check(|case| with(case, 0, text), Err("blob_header_malformed"));
        check(|case| with(case, 1, text), Err("blob_signature_invalid"));
    }
    let padded = |case: &mut Case| case.raw = Some([&*case.to_bytes(), b"=="].concat());
    check(padded, Err("blob_signature_invalid"));
}

#[test]
fn verify_refuses_a_header_that_cannot_be_read() {
    for header in ["", "null", "[]", "{", "{}", r#"{"alg":7}"#, r#"{"alg":"ES256"} x"#] {
        check(|case| case.raw = Some(case.sign(header.as_bytes())), Err(code_of_header(header)));
    }
    let twice = r#"{"alg":"ES256","alg":"ES256","x5c":["AAAA"]}"#;
    check(|case| case.raw = Some(case.sign(twice.as_bytes())), Err("blob_header_malformed"));
    check(|case| case.raw = Some(case.sign(b"\xff\xfe")), Err("blob_header_malformed"));
    let many: String = (0..300).map(|at| format!(r#","x{at}":0"#)).collect();
    let many = format!(r#"{{"alg":"ES256"{many}}}"#);
    check(|case| case.raw = Some(case.sign(many.as_bytes())), Err("blob_header_malformed"));
    let long = "x".repeat(HEADER_BYTES_MAX);
    check(|case| case.header["kid"] = json!(long), Err("blob_header_malformed"));
}

/// An empty part is no part.
fn code_of_header(header: &str) -> &'static str {
    if header.is_empty() { "blob_not_jws" } else { "blob_header_malformed" }
}

#[test]
fn verify_refuses_certificates_by_url() {
    for url in [json!("https://mds.example.org/chain.pem"), json!(null), json!("")] {
        check(|case| case.header["x5u"] = url, Err("blob_x5u_refused"));
    }
}

#[test]
fn verify_refuses_extensions_that_must_be_understood() {
    check(|case| case.header["crit"] = json!(["b64"]), Err("blob_header_critical"));
}

#[test]
fn verify_takes_no_key_from_the_header() {
    let other = |case: &mut Case| {
        case.header["jwk"] = json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" });
        case.header["jku"] = json!("https://mds.example.org/keys");
        case.header["kid"] = json!("1");
    };
    check(other, Ok(1));
    let foreign = KeyPair::generate().unwrap();
    check(|case| case.key = foreign.serialize_der(), Err("blob_signature_invalid"));
}

#[test]
fn verify_refuses_a_blob_without_certificates() {
    check(|case| case.x5c.clear(), Err("blob_x5c_missing"));
    check(|case| case.raw = Some(case.sign(br#"{"alg":"ES256"}"#)), Err("blob_x5c_missing"));
}

#[test]
fn verify_refuses_too_many_certificates() {
    let surplus = |case: &mut Case, count| case.x5c.resize(count, PKI.root.certificate.clone());
    check(|case| surplus(case, X5C_CERTIFICATES_MAX), Ok(1));
    check(|case| surplus(case, X5C_CERTIFICATES_MAX + 1), Err("blob_x5c_too_many"));
}

#[test]
fn verify_refuses_certificates_that_are_not_base64_texts() {
    for x5c in
        [json!("AAAA"), json!([7]), json!([["AAAA"]]), json!(["*"]), json!(["-_-_"]), json!(null)]
    {
        check(|case| case.header["x5c"] = x5c, Err("blob_x5c_malformed"));
    }
}

#[test]
fn verify_accepts_certificates_with_line_breaks() {
    let broken = |case: &mut Case| {
        let text = String::from_utf8(case.to_bytes()).unwrap();
        let header = base64_text::decode_url(text.split('.').next().unwrap()).unwrap();
        let mut header: serde_json::Value = serde_json::from_slice(&header).unwrap();
        for certificate in header["x5c"].as_array_mut().unwrap() {
            let text = certificate.as_str().unwrap();
            *certificate = json!(format!("{}\r\n {}\n", &text[..64], &text[64..]));
        }
        case.header = header;
    };
    check(broken, Ok(1));
}

/// Signs with `signing` and says `saying`.
fn sign_with(case: &mut Case, signing: &'static str, saying: &str, key: &KeyPair) {
    case.header["alg"] = json!(saying);
    case.algorithm = signing;
    case.key = key.serialize_der();
    case.x5c[0] = PKI.intermediate.certify(key, |_| {});
}
