use super::*;
use crate::CoseAlgorithm;
use crate::sample::{self, DataParts, Signer, bytes, int, map, text};

/// The hash of the client data.
pub(super) const HASH: [u8; 32] = [0x11; 32];

#[test]
fn none_accepts_only_an_empty_statement() {
    check(|case| case.format = "none", Ok(AttestationKind::None));
    let with_member = |case: &mut Case| {
        case.format = "none";
        case.statement = map(&[(text("alg"), int(-7))]);
    };
    check(with_member, Err("attestation_statement_malformed"));
    let no_map = |case: &mut Case| {
        case.format = "none";
        case.statement = int(0);
    };
    check(no_map, Err("attestation_statement_malformed"));
}

#[test]
fn packed_accepts_self_attestation() {
    check(Case::sign, Ok(AttestationKind::SelfSigned));
}

#[test]
fn packed_refuses_a_statement_without_its_members() {
    for statement in [
        map(&[]),
        int(0),
        map(&[(text("alg"), int(-7))]),
        map(&[(text("alg"), int(-7)), (text("sig"), text("sig"))]),
        map(&[(text("alg"), text("ES256")), (text("sig"), bytes(&[0]))]),
        map(&[(text("alg"), int(-7)), (text("sig"), bytes(&[0])), (text("ver"), int(1))]),
    ] {
        check(|case| case.statement = statement, Err("attestation_statement_malformed"));
    }
}

#[test]
fn packed_refuses_another_algorithm_than_the_keys() {
    let statement = map(&[(text("alg"), int(-257)), (text("sig"), bytes(&[0]))]);
    check(|case| case.statement = statement, Err("attestation_algorithm_mismatch"));
}

#[test]
fn packed_refuses_a_signature_over_something_else() {
    let other = |case: &mut Case| {
        case.sign();
        case.data[36] ^= 1;
    };
    check(other, Err("attestation_signature_invalid"));
}

#[test]
fn an_unknown_format_is_unverified_or_refused() {
    check(|case| case.format = "Packed", Ok(AttestationKind::Unverified));
    let strict = |case: &mut Case| {
        case.format = "compound";
        case.policy = required(&[AttestationFormat::None]);
    };
    check(strict, Err("attestation_format_refused"));
    let listed = |case: &mut Case| {
        case.format = "made-up";
        case.policy = required(&["made-up".parse().unwrap()]);
    };
    check(listed, Err("attestation_unsupported"));
}

#[test]
fn none_is_refused_when_it_is_not_listed() {
    let strict = |case: &mut Case| {
        case.format = "none";
        case.statement = map(&[]);
        case.policy = required(&[AttestationFormat::Packed]);
    };
    check(strict, Err("attestation_format_refused"));
}

#[test]
fn an_attestation_object_needs_its_three_members() {
    let code =
        |object: &[u8]| AttestationObject::parse(object).map(|_| ()).map_err(|err| err.code());
    let data = DataParts::new(0, Vec::new()).to_bytes();
    let members = [
        (text("fmt"), text("none")),
        (text("attStmt"), map(&[])),
        (text("authData"), bytes(&data)),
    ];
    assert_eq!(code(&map(&members)), Ok(()));
    for missing in 0..3 {
        let mut members = members.to_vec();
        members.remove(missing);
        assert_eq!(code(&map(&members)), Err("attestation_object_malformed"));
    }
    for (member, wrong) in [(0, int(1)), (2, text("data"))] {
        let mut members = members.to_vec();
        members[member].1 = wrong;
        assert_eq!(code(&map(&members)), Err("attestation_object_malformed"));
    }
    for name in ["", "with space", &"x".repeat(33)] {
        let mut members = members.to_vec();
        members[0].1 = text(name);
        assert_eq!(code(&map(&members)), Err("attestation_format_malformed"), "{name:?}");
    }
}

#[test]
fn formats_are_known_by_their_names() {
    for format in FORMATS {
        let name = format.format();
        assert_eq!(name.as_str().parse(), Ok(name));
    }
    assert_eq!("android-key".parse::<AttestationFormat>().unwrap().to_string(), "android-key");
}

#[test]
fn self_attestation_is_refused_when_the_policy_wants_more() {
    let strict = |case: &mut Case| {
        case.sign();
        case.policy =
            required(&[AttestationFormat::Packed]).with_self_attestation(SelfAttestation::Refuse);
    };
    check(strict, Err("self_attestation_refused"));
}

#[test]
fn switches_are_known_by_their_codes() {
    for switch in PolicySwitch::ALL {
        assert_eq!(PolicySwitch::from_code(switch.code()), Some(switch));
    }
}

fn required(formats: &[AttestationFormat]) -> AttestationPolicy {
    AttestationPolicy::required(formats.to_vec(), TrustAnchors::new())
}

struct Case {
    signer: Signer,
    format: &'static str,
    statement: Vec<u8>,
    data: Vec<u8>,
    policy: AttestationPolicy,
}

impl Case {
    fn sign(&mut self) {
        let signature = self.signer.sign(&[self.data.as_slice(), &HASH].concat());
        self.statement = map(&[(text("alg"), int(-7)), (text("sig"), bytes(&signature))]);
    }
}

#[track_caller]
fn check(arrange: impl FnOnce(&mut Case), expected: Result<AttestationKind, &str>) {
    let signer = Signer::new(CoseAlgorithm::Es256);
    let mut case = Case {
        format: "packed",
        statement: map(&[]),
        data: DataParts::new(sample::UP | sample::AT, signer.cose()).to_bytes(),
        policy: AttestationPolicy::none_requested(),
        signer,
    };
    arrange(&mut case);
    let format = case.format.parse().unwrap();
    let outcome = judge_bytes(&format, &case.statement, &case.data, &case.policy, UnixMillis(0));
    assert_eq!(outcome.map(|verdict| verdict.kind), expected);
}

/// Judges an encoded statement over authenticator data with a credential in it.
pub(super) fn judge_bytes(
    format: &AttestationFormat,
    statement: &[u8],
    data: &[u8],
    policy: &AttestationPolicy,
    now: UnixMillis,
) -> Result<AttestationVerdict, &'static str> {
    let authenticator_data = AuthenticatorData::parse(data).unwrap();
    let cose = authenticator_data.attested.as_ref().unwrap().public_key;
    let evidence = Evidence {
        statement: &cbor::decode(statement, Form::Envelope).unwrap(),
        authenticator_data: &authenticator_data,
        authenticator_data_bytes: data,
        public_key: &PublicKey::from_cose(cose).unwrap(),
        client_data_hash: &HASH,
        policy,
        now,
    };
    judge(format, &evidence).map_err(|err| err.code())
}
