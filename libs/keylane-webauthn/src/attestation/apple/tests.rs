use crate::attestation::tests::{HASH, judge_bytes};
use crate::origin::sha256;
use crate::sample::certificate::{self, Builder, NOW};
use crate::sample::der::{context, context_primitive, octet_string, sequence};
use crate::sample::{AT, DataParts, Signer, UP, array, bytes, int, map, text};
use crate::{
    AttestationFormat, AttestationKind, AttestationPolicy, CoseAlgorithm, TrustAnchor, TrustAnchors,
};

const NONCE: &str = "1.2.840.113635.100.8.2";

#[test]
fn a_certificate_for_the_key_and_the_registration_is_accepted() {
    check(|_| {}, Ok(()));
}

#[test]
fn a_certificate_below_an_intermediate_is_accepted() {
    let longer = |case: &mut Case| {
        let key = Signer::new(CoseAlgorithm::Es256);
        let name = "Keylane Test CA";
        let intermediate = certificate::intermediate(name, &key).sign_with(&case.issuer);
        let issuer = certificate::name(&[(certificate::COMMON_NAME, name)]);
        case.certificate = case.certificate.clone().issuer(issuer);
        case.more_certificates.push(intermediate);
        case.issuer = key;
    };
    check(longer, Ok(()));
}

#[test]
fn the_algorithm_may_stand_beside_the_certificates() {
    check(|case| case.members.push((text("alg"), int(-7))), Ok(()));
    let other = |case: &mut Case| case.members.push((text("alg"), int(-257)));
    check(other, Err("attestation_algorithm_mismatch"));
    let no_number = |case: &mut Case| case.members.push((text("alg"), text("ES256")));
    check(no_number, Err("attestation_statement_malformed"));
}

#[test]
fn a_statement_without_its_members_is_refused() {
    for statement in [
        int(0),
        array(&[]),
        map(&[]),
        map(&[(text("alg"), int(-7))]),
        map(&[(text("x5c"), array(&[]))]),
        map(&[(text("x5c"), bytes(&[0x30, 0]))]),
        map(&[(text("x5c"), array(&[int(1)]))]),
        map(&[(text("x5c"), array(&vec![bytes(&[0x30, 0]); 11]))]),
    ] {
        let instead = |case: &mut Case| case.statement = Some(statement);
        check(instead, Err("attestation_statement_malformed"));
    }
    let surplus = |case: &mut Case| case.members.push((text("receipt"), bytes(&[1])));
    check(surplus, Err("attestation_statement_malformed"));
    let no_certificate = map(&[(text("x5c"), array(&[bytes(&[0x30, 0])]))]);
    check(|case| case.statement = Some(no_certificate), Err("certificate_malformed"));
}

#[test]
fn a_certificate_without_a_nonce_is_refused() {
    let without = |case: &mut Case| case.certificate = case.certificate.clone().without(NONCE);
    check(without, Err("apple_nonce_missing"));
}

#[test]
fn a_nonce_of_another_form_is_refused() {
    type Form = fn(Vec<u8>) -> Vec<u8>;
    let nonce = |case: &Case| octet_string(&case.nonce);
    let forms: &[Form] = &[
        |nonce| nonce,
        |nonce| sequence(&[nonce]),
        |nonce| context(1, &nonce),
        |nonce| sequence(&[context(2, &nonce)]),
        |nonce| sequence(&[context_primitive(1, &nonce)]),
        |nonce| sequence(&[context(1, &nonce), nonce]),
        |nonce| sequence(&[context(1, &[nonce.clone(), nonce].concat())]),
        |nonce| [sequence(&[context(1, &nonce)]), nonce].concat(),
        |_| Vec::new(),
    ];
    for form in forms {
        let other = |case: &mut Case| {
            let value = form(nonce(case));
            case.certificate = case.certificate.clone().extension(NONCE, false, value);
        };
        check(other, Err("certificate_extension_malformed"));
    }
}

#[test]
fn a_certificate_of_another_registration_is_refused() {
    check(|case| case.data.sign_count += 1, Err("apple_nonce_mismatch"));
    for nonce in [Vec::new(), vec![0; 32]] {
        let other = |case: &mut Case| {
            let value = sequence(&[context(1, &octet_string(&nonce))]);
            case.certificate = case.certificate.clone().extension(NONCE, false, value);
        };
        check(other, Err("apple_nonce_mismatch"));
    }
    let shortened = |case: &mut Case| {
        let value = sequence(&[context(1, &octet_string(&case.nonce[..31]))]);
        case.certificate = case.certificate.clone().extension(NONCE, false, value);
    };
    check(shortened, Err("apple_nonce_mismatch"));
}

#[test]
fn a_certificate_for_another_key_is_refused() {
    for algorithm in [CoseAlgorithm::Es256, CoseAlgorithm::Es384, CoseAlgorithm::Rs256] {
        let other = |case: &mut Case| {
            case.certificate = case.certificate.clone().key(&Signer::new(algorithm));
        };
        check(other, Err("apple_key_mismatch"));
    }
}

/// Other libraries did not verify the chain up to a root.
#[test]
fn a_certificate_that_nobody_trusted_has_issued_is_refused() {
    let own_root = |case: &mut Case| {
        case.issuer = Signer::new(CoseAlgorithm::Es256);
        let root = certificate::root(&case.issuer).sign_with(&case.issuer);
        case.more_certificates.push(root);
    };
    check(own_root, Err("attestation_untrusted"));
    let expired = |case: &mut Case| {
        case.certificate = case.certificate.clone().validity("251229000000Z", "251231000000Z");
    };
    check(expired, Err("certificate_not_valid_now"));
}

struct Case {
    issuer: Signer,
    certificate: Builder,
    more_certificates: Vec<Vec<u8>>,
    /// Members beside `x5c`.
    members: Vec<(Vec<u8>, Vec<u8>)>,
    /// Instead of everything above.
    statement: Option<Vec<u8>>,
    data: DataParts,
    /// The right nonce for the data.
    nonce: [u8; 32],
}

impl Case {
    fn statement(&self) -> Vec<u8> {
        let leaf = self.certificate.sign_with(&self.issuer);
        let more = self.more_certificates.iter().map(|it| bytes(it));
        let x5c: Vec<_> = std::iter::once(bytes(&leaf)).chain(more).collect();
        let mut members = self.members.clone();
        members.push((text("x5c"), array(&x5c)));
        map(&members)
    }
}

/// Breaks one thing of a statement that passes, and compares the code of its refusal.
#[track_caller]
fn check(break_one_thing: impl FnOnce(&mut Case), expected: Result<(), &str>) {
    let (issuer, credential) =
        (Signer::new(CoseAlgorithm::Es256), Signer::new(CoseAlgorithm::Es256));
    let root = certificate::root(&issuer).sign_with(&issuer);
    let data = DataParts::new(UP | AT, credential.cose());
    let nonce = sha256(&[data.to_bytes().as_slice(), &HASH].concat());
    let value = sequence(&[context(1, &octet_string(&nonce))]);
    let mut case = Case {
        certificate: Builder::new(&credential).extension(NONCE, false, value),
        issuer,
        more_certificates: Vec::new(),
        members: Vec::new(),
        statement: None,
        data,
        nonce,
    };
    break_one_thing(&mut case);
    let statement = case.statement.clone().unwrap_or_else(|| case.statement());
    let anchors = TrustAnchors::from_iter([TrustAnchor::from_der(&root).unwrap()]);
    let format = AttestationFormat::Apple;
    let policy = AttestationPolicy::required(vec![format.clone()], anchors);
    let outcome = judge_bytes(&format, &statement, &case.data.to_bytes(), &policy, NOW);
    let outcome = outcome.map(|verdict| {
        assert_eq!(verdict.kind, AttestationKind::AnonCa);
        assert!(verdict.is_anchored());
    });
    assert_eq!(outcome, expected);
}
