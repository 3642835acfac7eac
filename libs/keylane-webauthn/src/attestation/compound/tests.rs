use crate::attestation::AttestationObject;
use crate::attestation::tests::{HASH, judge_bytes};
use crate::sample::certificate::{self, Builder, FIDO_SERIAL_NUMBER, NOW};
use crate::sample::der::octet_string;
use crate::sample::{AT, DataParts, Signer, UP, array, attestation_object, bytes, int, map, text};
use crate::{
    AttestationFormat, AttestationKind, AttestationPolicy, AttestationTrust, CoseAlgorithm,
    PolicySwitch, SelfAttestation, TrustAnchor, TrustAnchors,
};

const AAGUID: [u8; 16] = [0xaa; 16];

#[test]
fn two_right_statements_are_accepted() {
    check(|_| {}, Ok(&[AttestationKind::SelfSigned, AttestationKind::Basic]));
}

#[test]
fn eight_statements_are_accepted_and_nine_are_not() {
    let copies = |count| move |case: &mut Case| case.items = vec![case.items[0].clone(); count];
    check(copies(8), Ok(&[AttestationKind::SelfSigned; 8]));
    for count in [0, 1, 9] {
        check(copies(count), Err("compound_statement_count"));
    }
}

/// Elsewhere such statements counted as none, and so nobody looked at them.
#[test]
fn a_statement_is_not_none() {
    let wrong = |case: &mut Case| {
        case.items[1] = case.wrong();
        case.policy = AttestationPolicy::none_requested();
    };
    check(wrong, Err("attestation_signature_invalid"));
    let not_listed = |case: &mut Case| case.require(&[AttestationFormat::None]);
    check(not_listed, Err("attestation_format_refused"));
}

#[test]
fn one_wrong_statement_refuses_the_whole() {
    for place in 0..2 {
        let wrong = |case: &mut Case| case.items[place] = case.wrong();
        check(wrong, Err("attestation_signature_invalid"));
    }
}

#[test]
fn a_compound_statement_inside_another_is_refused() {
    let nested = |case: &mut Case| case.items[0] = item("compound", &array(&[]));
    check(nested, Err("compound_statement_nested"));
    let deep = |case: &mut Case| {
        let inner = array(&[item("none", &map(&[])), item("none", &map(&[]))]);
        case.items[1] = item("compound", &inner);
        case.policy = AttestationPolicy::none_requested();
    };
    check(deep, Err("compound_statement_nested"));
}

#[test]
fn a_statement_that_says_nothing_is_refused_inside() {
    let none = |case: &mut Case| {
        case.items[1] = item("none", &map(&[]));
        case.policy = AttestationPolicy::none_requested();
    };
    check(none, Err("compound_statement_none"));
}

#[test]
fn an_entry_without_its_members_is_refused() {
    let (fmt, statement) = ((text("fmt"), text("packed")), (text("attStmt"), map(&[])));
    for entry in [
        int(1),
        array(&[]),
        map(&[]),
        map(std::slice::from_ref(&fmt)),
        map(std::slice::from_ref(&statement)),
        map(&[(text("fmt"), int(1)), statement.clone()]),
        map(&[(text("fmt"), text("")), statement.clone()]),
        map(&[fmt.clone(), statement.clone(), (text("authData"), bytes(&[0]))]),
    ] {
        let malformed = |case: &mut Case| case.items[1] = entry;
        check(malformed, Err("attestation_statement_malformed"));
    }
    for statement in [map(&[]), int(2), bytes(&[0])] {
        let instead = |case: &mut Case| case.statement = Some(statement);
        check(instead, Err("attestation_statement_malformed"));
    }
}

#[test]
fn every_format_inside_must_be_accepted_too() {
    let only_compound = |case: &mut Case| case.require(&[AttestationFormat::Compound]);
    check(only_compound, Err("attestation_format_refused"));
    let unknown = |case: &mut Case| case.items[1] = item("made-up", &map(&[]));
    check(unknown, Err("attestation_format_refused"));
    let listed = |case: &mut Case| {
        case.items[1] = item("made-up", &map(&[]));
        let formats = ["compound", "packed", "made-up"].map(|name| name.parse().unwrap());
        case.require(&formats);
    };
    check(listed, Err("attestation_unsupported"));
}

#[test]
fn every_certificate_inside_must_be_trusted() {
    let another_root = |case: &mut Case| {
        let root = Signer::new(CoseAlgorithm::Es256);
        let leaf = case.leaf.sign_with(&root);
        let trusted = case.items[1].clone();
        case.items = vec![trusted, item("packed", &case.packed(&case.attestation_key, &leaf))];
    };
    check(another_root, Err("attestation_untrusted"));
    let recorded = |case: &mut Case| {
        another_root(case);
        case.policy = AttestationPolicy::recorded(case.anchors());
    };
    check(recorded, Ok(&[AttestationKind::Basic; 2]));
}

#[test]
fn self_attestation_inside_is_refused_when_the_policy_wants_more() {
    let strict = |case: &mut Case| {
        case.policy = case.policy.clone().with_self_attestation(SelfAttestation::Refuse);
    };
    check(strict, Err("self_attestation_refused"));
}

#[test]
fn what_nobody_asked_for_is_unverified_inside_too() {
    let unknown = |case: &mut Case| {
        case.items[0] = item("android-safetynet", &map(&[]));
        case.items.push(item("made-up", &map(&[])));
        case.policy = AttestationPolicy::recorded(case.anchors());
    };
    use AttestationKind::{Basic, Unverified};
    check(unknown, Ok(&[Unverified, Basic, Unverified]));
}

#[test]
fn the_switches_of_the_parts_are_those_of_the_whole() {
    let mut case = Case::new();
    case.leaf = case.leaf.clone().without(certificate::BASIC_CONSTRAINTS);
    let leaf = case.leaf.sign_with(&case.root_key);
    let lax = item("packed", &case.packed(&case.attestation_key, &leaf));
    case.items.extend([lax.clone(), lax]);
    case.policy = case.policy.clone().with_switches(PolicySwitch::ALL.to_vec());
    let verdict = case.judge().unwrap();
    assert_eq!(verdict.switches, [PolicySwitch::BasicConstraintsAbsent]);
    assert_eq!(verdict.trust, AttestationTrust::NoCertificates);
    assert!(verdict.trust_path.is_empty() && verdict.is_anchored());
}

/// What an anchored part says counts, and what stands beside it does not.
#[test]
fn a_serial_number_counts_in_an_anchored_part_only() {
    let mut case = Case::new();
    let stranger = Signer::new(CoseAlgorithm::Es256);
    let leaf = |serial: &[u8], root: &Signer| {
        let leaf = case.leaf.clone();
        leaf.extension(FIDO_SERIAL_NUMBER, false, octet_string(serial)).sign_with(root)
    };
    let (own_leaf, foreign_leaf) = (leaf(b"own", &case.root_key), leaf(b"foreign", &stranger));
    let part = |leaf| item("packed", &case.packed(&case.attestation_key, leaf));
    let (own, foreign) = (part(&own_leaf), part(&foreign_leaf));
    case.policy = AttestationPolicy::recorded(case.anchors());
    case.items = vec![foreign.clone(), own];
    let verdict = case.judge().unwrap();
    assert_eq!(verdict.proven_serial_number(), Some(&b"own"[..]));
    assert_eq!(verdict.certificates().collect::<Vec<_>>(), [&*foreign_leaf, &*own_leaf]);
    case.items[1] = foreign;
    let verdict = case.judge().unwrap();
    assert_eq!(verdict.parts[0].serial_number.as_deref(), Some(&b"foreign"[..]));
    assert_eq!(verdict.proven_serial_number(), None);
}

#[test]
fn self_attestation_alone_is_not_anchored() {
    let mut case = Case::new();
    case.items[1] = case.items[0].clone();
    assert!(!case.judge().unwrap().is_anchored());
}

/// The decoder goes as deep as certificates inside of statements inside of a list, and no deeper.
#[test]
fn attestation_objects_with_compound_statements_can_be_read() {
    let case = Case::new();
    let code = |statement: &[u8]| {
        let object = attestation_object("compound", statement, &case.data);
        AttestationObject::parse(&object).map(|_| ()).map_err(|err| err.code())
    };
    assert_eq!(code(&array(&case.items)), Ok(()));
    let nested = item("compound", &array(&case.items));
    assert_eq!(code(&array(&[nested.clone(), nested])), Err("cbor_too_deep"));
    assert_eq!(code(&array(&vec![int(0); 1000])), Err("cbor_too_many_items"));
}

fn item(format: &str, statement: &[u8]) -> Vec<u8> {
    map(&[(text("fmt"), text(format)), (text("attStmt"), statement.to_vec())])
}

struct Case {
    root_key: Signer,
    attestation_key: Signer,
    leaf: Builder,
    data: Vec<u8>,
    items: Vec<Vec<u8>>,
    /// Instead of the list of items.
    statement: Option<Vec<u8>>,
    policy: AttestationPolicy,
}

impl Case {
    /// Self attestation, and a certificate for the same credential.
    fn new() -> Self {
        let key = || Signer::new(CoseAlgorithm::Es256);
        let (root_key, attestation_key, credential) = (key(), key(), key());
        let leaf = certificate::leaf_for_packed(AAGUID, &attestation_key);
        let parts = DataParts { aaguid: AAGUID, ..DataParts::new(UP | AT, credential.cose()) };
        let data = parts.to_bytes();
        let signature = credential.sign(&[data.as_slice(), &HASH].concat());
        let own = map(&[(text("alg"), int(-7)), (text("sig"), bytes(&signature))]);
        let mut case = Self {
            root_key,
            attestation_key,
            leaf,
            data,
            items: Vec::new(),
            statement: None,
            policy: AttestationPolicy::none_requested(),
        };
        let leaf = case.leaf.sign_with(&case.root_key);
        let basic = case.packed(&case.attestation_key, &leaf);
        case.items = vec![item("packed", &own), item("packed", &basic)];
        case.require(&[AttestationFormat::Compound, AttestationFormat::Packed]);
        case
    }

    fn packed(&self, key: &Signer, leaf: &[u8]) -> Vec<u8> {
        let signature = key.sign(&[self.data.as_slice(), &HASH].concat());
        map(&[
            (text("alg"), int(-7)),
            (text("sig"), bytes(&signature)),
            (text("x5c"), array(&[bytes(leaf)])),
        ])
    }

    /// A statement whose signature is of another key than its certificate's.
    fn wrong(&self) -> Vec<u8> {
        let leaf = self.leaf.sign_with(&self.root_key);
        item("packed", &self.packed(&self.root_key, &leaf))
    }

    fn anchors(&self) -> TrustAnchors {
        let root = certificate::root(&self.root_key).sign_with(&self.root_key);
        TrustAnchors::from_iter([TrustAnchor::from_der(&root).unwrap()])
    }

    fn require(&mut self, formats: &[AttestationFormat]) {
        self.policy = AttestationPolicy::required(formats.to_vec(), self.anchors());
    }

    fn judge(&self) -> Result<crate::AttestationVerdict, &'static str> {
        let statement = self.statement.clone().unwrap_or_else(|| array(&self.items));
        judge_bytes(&AttestationFormat::Compound, &statement, &self.data, &self.policy, NOW)
    }
}

/// Breaks one thing of a statement that passes, and compares the kinds of its parts or the code of
/// its refusal.
#[track_caller]
fn check(break_one_thing: impl FnOnce(&mut Case), expected: Result<&[AttestationKind], &str>) {
    let mut case = Case::new();
    break_one_thing(&mut case);
    let kinds = case.judge().map(|verdict| {
        assert_eq!(verdict.kind, AttestationKind::Compound);
        verdict.parts.iter().map(|part| part.kind).collect::<Vec<_>>()
    });
    assert_eq!(kinds.as_deref().map_err(|code| *code), expected);
}
