use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{SAFETYNET_AGE_MS_MAX, SAFETYNET_CLOCK_SKEW_MS_MAX};
use crate::attestation::tests::{HASH, judge_bytes};
use crate::origin::sha256;
use crate::sample::certificate::{self, Builder, NOW, SUBJECT_ALT_NAME};
use crate::sample::der::{context_primitive, sequence};
use crate::sample::{AT, DataParts, Signer, UP, array, bytes, int, map, text};
use crate::x509::der::{Reader, Tag};
use crate::{
    AttestationFormat, AttestationKind, AttestationPolicy, CoseAlgorithm, TrustAnchor,
    TrustAnchors, base64url,
};

#[test]
fn a_response_of_every_algorithm_is_accepted() {
    use CoseAlgorithm as A;
    for (name, algorithm, coordinate_bytes) in [
        ("RS256", A::Rs256, None),
        ("RS384", A::Rs384, None),
        ("RS512", A::Rs512, None),
        ("PS256", A::Ps256, None),
        ("PS384", A::Ps384, None),
        ("PS512", A::Ps512, None),
        ("ES256", A::Es256, Some(32)),
        ("ES384", A::Es384, Some(48)),
        ("ES512", A::Es512, Some(66)),
    ] {
        let signed = |case: &mut Case| {
            case.key = Signer::new(algorithm);
            case.coordinate_bytes = coordinate_bytes;
            case.leaf = case.leaf.clone().key(&case.key);
            case.header = header(name, &case.x5c());
        };
        check(signed, Ok(AttestationKind::Basic));
    }
}

#[test]
fn a_statement_without_its_members_is_refused() {
    let response = || (text("response"), bytes(b"a.b.c"));
    let version = || (text("ver"), text("212418046"));
    for statement in [
        int(0),
        array(&[]),
        map(&[]),
        map(&[version()]),
        map(&[response()]),
        map(&[version(), (text("response"), text("a.b.c"))]),
        map(&[(text("ver"), int(1)), response()]),
        map(&[(text("ver"), text("")), response()]),
        map(&[version(), response(), (text("alg"), int(-7))]),
    ] {
        let instead = |case: &mut Case| case.statement = Some(statement);
        check(instead, Err("attestation_statement_malformed"));
    }
}

#[test]
fn a_response_that_is_no_jws_is_refused() {
    let right = Case::new().response();
    let parts: Vec<_> = right.split('.').collect();
    let (header, payload, signature) = (parts[0], parts[1], parts[2]);
    for response in [
        String::new(),
        "..".to_owned(),
        format!("{header}.{payload}"),
        format!("{right}.{signature}"),
        format!("{right}="),
        format!("{right}\n"),
        format!("{header}=.{payload}.{signature}"),
        format!("{payload}.{payload}.{signature}"),
        format!("{header}.{payload}.{signature}+"),
        format!(".{payload}.{signature}"),
    ] {
        let instead = |case: &mut Case| case.response = Some(response.into_bytes());
        check(instead, Err("safetynet_response_malformed"));
    }
    let not_utf8 = |case: &mut Case| case.response = Some(vec![0xff; 9]);
    check(not_utf8, Err("safetynet_response_malformed"));
    let huge = |case: &mut Case| case.response = Some(vec![b'.'; 1 << 20]);
    check(huge, Err("safetynet_response_malformed"));
}

#[test]
fn a_malformed_header_is_refused() {
    let headers: &[fn(&str) -> String] = &[
        |_| "{}".to_owned(),
        |_| "[]".to_owned(),
        |_| "{".to_owned(),
        |_| "null".to_owned(),
        |_| "[".repeat(100_000),
        |x5c| format!(r#"{{"x5c":{x5c}}}"#),
        |x5c| format!(r#"{{"alg":1,"x5c":{x5c}}}"#),
        |_| r#"{"alg":"ES256"}"#.to_owned(),
        |_| r#"{"alg":"ES256","x5c":[]}"#.to_owned(),
        |_| r#"{"alg":"ES256","x5c":"MAA="}"#.to_owned(),
        |_| r#"{"alg":"ES256","x5c":[1]}"#.to_owned(),
        |_| r#"{"alg":"ES256","x5c":["MAA"]}"#.to_owned(),
        |_| format!(r#"{{"alg":"ES256","x5c":[{}"MAA="]}}"#, r#""MAA=","#.repeat(10)),
        |x5c| format!(r#"{{"alg":"ES256","x5c":{x5c}}} "#) + "{}",
    ];
    for header in headers {
        let other = |case: &mut Case| case.header = header(&case.x5c());
        check(other, Err("safetynet_response_malformed"));
    }
    let no_certificate = |case: &mut Case| case.header = header("ES256", r#"["MAA="]"#);
    check(no_certificate, Err("certificate_malformed"));
}

/// Two readers could see two different algorithms.
#[test]
fn a_member_that_comes_twice_is_refused() {
    let twice = |case: &mut Case| {
        case.header = format!(r#"{{"alg":"ES256","alg":"ES256","x5c":{}}}"#, case.x5c());
    };
    check(twice, Err("safetynet_response_malformed"));
    let escaped = |case: &mut Case| case.more_payload = r#","ctsProfile\u004datch":true"#.into();
    check(escaped, Err("safetynet_response_malformed"));
    let too_many = |case: &mut Case| {
        case.more_payload = (0..30).map(|i| format!(r#","member{i}":0"#)).collect();
    };
    check(too_many, Err("safetynet_response_malformed"));
}

#[test]
fn a_header_that_has_to_be_understood_is_refused() {
    let critical = |case: &mut Case| {
        case.header =
            format!(r#"{{"alg":"ES256","crit":["b64"],"b64":false,"x5c":{}}}"#, case.x5c());
    };
    check(critical, Err("safetynet_response_malformed"));
}

#[test]
fn an_algorithm_that_does_not_sign_is_refused() {
    for name in ["none", "HS256", "es256", "RS1", ""] {
        let other = |case: &mut Case| case.header = header(name, &case.x5c());
        check(other, Err("safetynet_algorithm_unsupported"));
    }
}

#[test]
fn an_algorithm_that_is_not_the_keys_is_refused() {
    for name in ["RS256", "PS256", "ES384", "ES512"] {
        let other = |case: &mut Case| case.header = header(name, &case.x5c());
        check(other, Err("attestation_signature_invalid"));
    }
}

#[test]
fn a_signature_of_another_form_or_message_is_refused() {
    // DER instead of two numbers.
    check(|case| case.coordinate_bytes = None, Err("attestation_signature_invalid"));
    let other_key = |case: &mut Case| {
        case.key = Signer::new(CoseAlgorithm::Es256);
    };
    check(other_key, Err("attestation_signature_invalid"));
    let other_payload = |case: &mut Case| {
        let right = case.response();
        let (signed, signature) = right.rsplit_once('.').unwrap();
        let (header, _) = signed.split_once('.').unwrap();
        case.timestamp_ms += 1;
        let payload = base64url::encode(case.payload().as_bytes());
        case.response = Some(format!("{header}.{payload}.{signature}").into_bytes());
    };
    check(other_payload, Err("attestation_signature_invalid"));
}

#[test]
fn a_certificate_of_another_host_is_refused() {
    let named = |names: &'static [(u32, &'static str)]| {
        move |case: &mut Case| {
            let names: Vec<_> = names
                .iter()
                .map(|(kind, name)| context_primitive(*kind, name.as_bytes()))
                .collect();
            case.leaf = case.leaf.clone().extension(SUBJECT_ALT_NAME, false, sequence(&names));
            case.header = header("ES256", &case.x5c());
        }
    };
    let basic = Ok(AttestationKind::Basic);
    check(named(&[(1, "a@b"), (2, "example.org"), (2, "Attest.Android.com")]), basic);
    for names in [
        &[][..],
        &[(2, "attest.android.com.example.org")],
        &[(2, "badattest.android.com")],
        &[(2, "*.android.com")],
        &[(2, "attest.android.com.")],
        &[(2, "attest.android.com\0")],
        // Names of other kinds: a mail address, an address in the net.
        &[(1, "attest.android.com")],
        &[(6, "attest.android.com")],
    ] {
        check(named(names), Err("safetynet_hostname_mismatch"));
    }
    let common_name_only = |case: &mut Case| {
        let subject = certificate::name(&[(certificate::COMMON_NAME, "attest.android.com")]);
        case.leaf = case.leaf.clone().without(SUBJECT_ALT_NAME).subject(subject);
        case.header = header("ES256", &case.x5c());
    };
    check(common_name_only, Err("safetynet_hostname_mismatch"));
    let malformed = |case: &mut Case| {
        case.leaf = case.leaf.clone().extension(SUBJECT_ALT_NAME, false, vec![0x30, 1, 0x82]);
        case.header = header("ES256", &case.x5c());
    };
    check(malformed, Err("certificate_extension_malformed"));
}

#[test]
fn a_response_for_another_registration_is_refused() {
    check(|case| case.data.sign_count += 1, Err("safetynet_nonce_mismatch"));
    for nonce in ["null", "1", r#""""#, r#"["nonce"]"#] {
        check(|case| case.nonce = nonce.to_owned(), Err("safetynet_nonce_mismatch"));
    }
    let base64url = |case: &mut Case| case.nonce = case.nonce.replace('=', "");
    check(base64url, Err("safetynet_nonce_mismatch"));
}

#[test]
fn a_phone_that_has_not_passed_the_tests_is_refused() {
    for value in ["false", "null", r#""true""#, "1"] {
        let other = |case: &mut Case| case.cts_profile_match = value;
        check(other, Err("safetynet_cts_profile_mismatch"));
    }
}

#[test]
fn a_response_is_taken_for_a_minute() {
    let made_at = |millis: u64| move |case: &mut Case| case.timestamp_ms = millis;
    let basic = Ok(AttestationKind::Basic);
    check(made_at(NOW.0 - SAFETYNET_AGE_MS_MAX), basic);
    check(made_at(NOW.0 - SAFETYNET_AGE_MS_MAX - 1), Err("safetynet_response_too_old"));
    check(made_at(0), Err("safetynet_response_too_old"));
    check(made_at(NOW.0 + SAFETYNET_CLOCK_SKEW_MS_MAX), basic);
    let future = Err("safetynet_response_from_the_future");
    check(made_at(NOW.0 + SAFETYNET_CLOCK_SKEW_MS_MAX + 1), future);
    check(made_at(u64::MAX), future);
    for time in ["-1", "1.5", r#""1""#, "null"] {
        let other = |case: &mut Case| {
            case.payload = Some(case.payload().replace(&NOW.0.to_string(), time));
        };
        check(other, Err("safetynet_response_malformed"));
    }
}

/// Other libraries did not verify the chain up to a root.
#[test]
fn a_certificate_that_nobody_trusted_has_issued_is_refused() {
    let own_root = |case: &mut Case| {
        case.root_key = Signer::new(CoseAlgorithm::Es256);
        case.header = header("ES256", &case.x5c());
    };
    check(own_root, Err("attestation_untrusted"));
    let expired = |case: &mut Case| {
        case.leaf = case.leaf.clone().validity("200101000000Z", "250101000000Z");
        case.header = header("ES256", &case.x5c());
    };
    check(expired, Err("certificate_not_valid_now"));
}

#[test]
fn a_statement_is_verified_only_where_somebody_asked_for_it() {
    let wrong = |policy: AttestationPolicy| {
        |case: &mut Case| {
            case.cts_profile_match = "false";
            case.policy = Some(policy);
        }
    };
    let recorded = || AttestationPolicy::recorded(TrustAnchors::new());
    check(wrong(recorded()), Ok(AttestationKind::Unverified));
    check(wrong(AttestationPolicy::none_requested()), Ok(AttestationKind::Unverified));
    let verifying = || recorded().verifying_safetynet();
    check(wrong(verifying()), Err("safetynet_cts_profile_mismatch"));
    let right = |case: &mut Case| case.policy = Some(verifying());
    check(right, Ok(AttestationKind::Basic));
    let others = vec![AttestationFormat::None, AttestationFormat::Packed];
    let others = AttestationPolicy::required(others, TrustAnchors::new()).verifying_safetynet();
    check(wrong(others), Err("attestation_format_refused"));
}

fn header(algorithm: &str, x5c: &str) -> String {
    format!(r#"{{"alg":"{algorithm}","x5c":{x5c}}}"#)
}

struct Case {
    root_key: Signer,
    key: Signer,
    leaf: Builder,
    data: DataParts,
    /// As JSON.
    nonce: String,
    timestamp_ms: u64,
    cts_profile_match: &'static str,
    /// Put in before the closing brace.
    more_payload: String,
    header: String,
    /// For ECDSA: the length of the numbers in the signature.
    coordinate_bytes: Option<usize>,
    /// Instead of the members above.
    payload: Option<String>,
    /// Instead of everything above.
    response: Option<Vec<u8>>,
    statement: Option<Vec<u8>>,
    policy: Option<AttestationPolicy>,
}

impl Case {
    fn new() -> Self {
        let key = || Signer::new(CoseAlgorithm::Es256);
        let (root_key, key, credential) = (key(), key(), key());
        let data = DataParts::new(UP | AT, credential.cose());
        let nonce = sha256(&[data.to_bytes().as_slice(), &HASH].concat());
        let names = sequence(&[context_primitive(2, b"attest.android.com")]);
        let mut case = Self {
            leaf: Builder::new(&key).extension(SUBJECT_ALT_NAME, false, names),
            root_key,
            key,
            data,
            nonce: format!(r#""{}""#, STANDARD.encode(nonce)),
            timestamp_ms: NOW.0,
            cts_profile_match: "true",
            more_payload: String::new(),
            header: String::new(),
            coordinate_bytes: Some(32),
            payload: None,
            response: None,
            statement: None,
            policy: None,
        };
        case.header = header("ES256", &case.x5c());
        case
    }

    /// The certificates as JSON.
    fn x5c(&self) -> String {
        format!(r#"["{}"]"#, STANDARD.encode(self.leaf.sign_with(&self.root_key)))
    }

    fn payload(&self) -> String {
        format!(
            r#"{{"nonce":{},"timestampMs":{},"ctsProfileMatch":{},"basicIntegrity":false{}}}"#,
            self.nonce, self.timestamp_ms, self.cts_profile_match, self.more_payload
        )
    }

    fn response(&self) -> String {
        let payload = self.payload.clone().unwrap_or_else(|| self.payload());
        let signed = format!(
            "{}.{}",
            base64url::encode(self.header.as_bytes()),
            base64url::encode(payload.as_bytes())
        );
        let signature = self.key.sign(signed.as_bytes());
        let signature = match self.coordinate_bytes {
            Some(length) => fixed(length, &signature),
            None => signature,
        };
        format!("{signed}.{}", base64url::encode(&signature))
    }

    fn statement(&self) -> Vec<u8> {
        let response = self.response.clone().unwrap_or_else(|| self.response().into_bytes());
        map(&[(text("ver"), text("212418046")), (text("response"), bytes(&response))])
    }
}

/// ECDSA signatures as a JWS has them: two numbers of the curve's length.
fn fixed(length: usize, signature: &[u8]) -> Vec<u8> {
    let mut numbers = Reader::new(signature).sequence().unwrap();
    let mut number = || {
        let content = numbers.expect(Tag::INTEGER).unwrap().value;
        let content = content.strip_prefix(&[0]).unwrap_or(content);
        [vec![0; length - content.len()], content.to_vec()].concat()
    };
    [number(), number()].concat()
}

/// Breaks one thing of a statement that passes, and compares what it proves or the code of its
/// refusal.
#[track_caller]
fn check(break_one_thing: impl FnOnce(&mut Case), expected: Result<AttestationKind, &str>) {
    let mut case = Case::new();
    let root = certificate::root(&case.root_key).sign_with(&case.root_key);
    break_one_thing(&mut case);
    let format = AttestationFormat::AndroidSafetyNet;
    let policy = case.policy.clone().unwrap_or_else(|| {
        let anchors = TrustAnchors::from_iter([TrustAnchor::from_der(&root).unwrap()]);
        AttestationPolicy::required(vec![format.clone()], anchors)
    });
    let statement = case.statement.clone().unwrap_or_else(|| case.statement());
    let outcome = judge_bytes(&format, &statement, &case.data.to_bytes(), &policy, NOW);
    let kind = outcome.map(|verdict| {
        assert_eq!(verdict.is_anchored(), case.policy.is_none());
        verdict.kind
    });
    assert_eq!(kind, expected);
}
