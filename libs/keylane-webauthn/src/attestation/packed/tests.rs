use super::super::*;
use crate::sample::certificate::{
    self, BASIC_CONSTRAINTS, Builder, COMMON_NAME, COUNTRY, FIDO_AAGUID, FIDO_SERIAL_NUMBER, NOW,
    ORGANIZATION, UNIT, ca, name,
};
use crate::sample::der::{octet_string, sequence};
use crate::sample::{self, DataParts, Signer, array, bytes, int, map, text};
use crate::x509::{MissingRevocationList, RevocationList, TrustAnchor};
use crate::{CoseAlgorithm, base64url};

const HASH: [u8; 32] = [0x11; 32];
/// What [`DataParts`] has.
const AAGUID: [u8; 16] = [0xaa; 16];

#[test]
fn a_statement_by_a_certified_key_is_accepted() {
    check(|_| {}, Ok(AttestationKind::Basic));
}

#[test]
fn the_statement_may_be_signed_with_every_algorithm() {
    for algorithm in CoseAlgorithm::ALL {
        let other = |case: &mut Case| {
            case.algorithm = algorithm.id();
            case.leaf_key = Signer::new(algorithm);
            case.leaf = case.leaf.clone().key(&case.leaf_key);
        };
        check(other, Ok(AttestationKind::Basic));
    }
}

#[test]
fn another_algorithm_than_the_key_of_the_certificate_is_refused() {
    for algorithm in [-35, -8, -257, -48, 0] {
        check(|case| case.algorithm = algorithm, Err("attestation_signature_invalid"));
    }
}

#[test]
fn the_statement_covers_authenticator_data_and_client_data() {
    let other_data = |case: &mut Case| case.tampered = true;
    check(other_data, Err("attestation_signature_invalid"));
    let other_key = |case: &mut Case| case.leaf_key = es256();
    check(other_key, Err("attestation_signature_invalid"));
}

#[test]
fn sha1_statements_need_a_switch() {
    let rs1 = |case: &mut Case| case.algorithm = -65535;
    check(rs1, Err("packed_signed_with_sha1"));
    // And then it still has to be right.
    let permitted = |case: &mut Case| {
        rs1(case);
        case.switches = vec![PolicySwitch::Sha1Certificates];
    };
    check(permitted, Err("attestation_signature_invalid"));
}

/// The credential's key is always the same here, so OpenSSL could sign it beforehand.
#[test]
fn a_sha1_statement_below_a_sha1_certificate_names_its_switch_once() {
    let mut both = TrustAnchor::all_from_pem(include_str!("tests/rs1.pem")).unwrap();
    let leaf = both.pop().unwrap().as_der().to_vec();
    let mut case = Case::new();
    case.anchors = vec![both.pop().unwrap().as_der().to_vec()];
    case.algorithm = -65535;
    case.credential = Signer::from_seed([1; 32]);
    case.signature = base64url::decode(include_str!("tests/rs1.signature").trim());
    // 2030-01-01, when the certificates are valid.
    case.now = UnixMillis(1_893_456_000_000);
    let outcome = |case: &Case| {
        let outcome = case.judge(std::slice::from_ref(&leaf));
        outcome.map(|verdict| verdict.switches).map_err(|err| err.code())
    };
    assert_eq!(outcome(&case), Err("packed_signed_with_sha1"));
    case.switches = vec![PolicySwitch::Sha1Certificates];
    assert_eq!(outcome(&case), Ok(vec![PolicySwitch::Sha1Certificates]));
}

#[test]
fn the_path_has_to_be_an_array_of_certificates() {
    let malformed = Err("attestation_statement_malformed");
    for path in
        [array(&[]), int(0), bytes(&[0]), array(&[text("x")]), array(&vec![bytes(&[0]); 11])]
    {
        check(|case| case.path = Some(path), malformed);
    }
    check(|case| case.path = Some(array(&[bytes(b"0")])), Err("certificate_malformed"));
}

#[test]
fn members_that_do_not_belong_there_are_refused() {
    let member = |case: &mut Case| case.extra = vec![(text("ecdaaKeyId"), bytes(&[0]))];
    check(member, Err("attestation_statement_malformed"));
}

#[test]
fn the_certificate_is_of_version_3() {
    let old = |it: Builder| it.without(BASIC_CONSTRAINTS).without(FIDO_AAGUID);
    for version in [1, 2] {
        check(|case| case.edit(|it| old(it).version(version)), Err("packed_certificate_version"));
    }
}

#[test]
fn the_subject_is_one_of_an_authenticator() {
    let rightful = [
        (COUNTRY, "SE"),
        (ORGANIZATION, "Keylane"),
        (UNIT, "Authenticator Attestation"),
        (COMMON_NAME, "Model 1"),
    ];
    check(|case| case.edit(|it| it.subject(name(&rightful))), Ok(AttestationKind::Basic));
    for position in 0..rightful.len() {
        let mut subject = rightful.to_vec();
        subject.remove(position);
        check(|case| case.edit(|it| it.subject(name(&subject))), Err("packed_certificate_subject"));
        subject.insert(position, (rightful[position].0, ""));
        check(|case| case.edit(|it| it.subject(name(&subject))), Err("packed_certificate_subject"));
    }
    for (position, text) in [(0, "SWE"), (0, "S1"), (2, "authenticator attestation")] {
        let mut subject = rightful;
        subject[position].1 = text;
        check(|case| case.edit(|it| it.subject(name(&subject))), Err("packed_certificate_subject"));
    }
    // Not assigned, not in capitals, and the separator of a list.
    for country in ["ZI", "AB", "QL", "se", "Se", "E ", " S", "\u{e9}"] {
        let mut subject = rightful;
        subject[0].1 = country;
        check(|case| case.edit(|it| it.subject(name(&subject))), Err("packed_certificate_subject"));
    }
    for country in ["AD", "ZW", "AA", "QM", "XX", "ZZ", "UK"] {
        let mut subject = rightful;
        subject[0].1 = country;
        check(|case| case.edit(|it| it.subject(name(&subject))), Ok(AttestationKind::Basic));
    }
}

#[test]
fn the_certificate_says_that_it_is_no_authority() {
    let authority =
        |case: &mut Case| case.edit(|it| it.extension(BASIC_CONSTRAINTS, true, ca(None)));
    check(authority, Err("packed_certificate_basic_constraints"));
    let absent = |case: &mut Case| case.edit(|it| it.without(BASIC_CONSTRAINTS));
    check(absent, Err("packed_certificate_basic_constraints"));
    let unreadable = |case: &mut Case| {
        case.edit(|it| it.extension(BASIC_CONSTRAINTS, true, octet_string(&[])));
    };
    check(unreadable, Err("certificate_extension_malformed"));
}

#[test]
fn absent_basic_constraints_are_a_liberty_that_the_verdict_names() {
    let absent = |case: &mut Case| {
        case.edit(|it| it.without(BASIC_CONSTRAINTS));
        case.switches = PolicySwitch::ALL.to_vec();
    };
    let verdict = verdict(absent).unwrap();
    assert_eq!(verdict.switches, [PolicySwitch::BasicConstraintsAbsent]);
}

/// Bug class: the model in the certificate is not compared.
#[test]
fn a_certificate_for_another_model_is_refused() {
    let other =
        |case: &mut Case| case.edit(|it| it.extension(FIDO_AAGUID, false, octet_string(&[1; 16])));
    check(other, Err("packed_certificate_aaguid_mismatch"));
    let critical =
        |case: &mut Case| case.edit(|it| it.extension(FIDO_AAGUID, true, octet_string(&AAGUID)));
    check(critical, Err("certificate_extension_malformed"));
    check(|case| case.edit(|it| it.without(FIDO_AAGUID)), Ok(AttestationKind::Basic));
}

/// Bug class: an AAGUID is believed that nobody vouches for.
#[test]
fn an_aaguid_without_an_anchor_is_not_believed() {
    let unanchored = |case: &mut Case| {
        case.purpose = AttestationPolicy::recorded;
        case.anchors = Vec::new();
    };
    let verdict_without = verdict(unanchored).unwrap();
    assert!(!verdict_without.is_anchored());
    let reason = crate::ChainError::Untrusted;
    assert_eq!(verdict_without.trust, AttestationTrust::Unanchored { reason });
    let anchored = verdict(|_| {}).unwrap();
    assert!(anchored.is_anchored());
    assert_eq!(anchored.trust_path.len(), 1);
    assert_eq!(anchored.switches, []);
}

/// Bug class: a root that came with the statement is trusted.
#[test]
fn a_root_in_the_statement_is_not_trusted() {
    let own_root = |case: &mut Case| {
        case.send_root = true;
        case.anchors = Vec::new();
    };
    check(own_root, Err("attestation_untrusted"));
    check(|case| case.send_root = true, Ok(AttestationKind::Basic));
}

#[test]
fn an_anchor_vouches_only_for_its_format() {
    let for_format =
        |format: AttestationFormat| move |case: &mut Case| case.anchors_for = Some(format);
    check(for_format(AttestationFormat::Packed), Ok(AttestationKind::Basic));
    check(for_format(AttestationFormat::Tpm), Err("attestation_untrusted"));
}

/// Bug class: expired chains.
#[test]
fn an_expired_certificate_is_not_trusted() {
    let expired = |case: &mut Case| case.edit(|it| it.validity("200101000000Z", "251231235959Z"));
    check(expired, Err("certificate_not_valid_now"));
}

#[test]
fn an_expired_anchor_is_a_liberty_that_the_verdict_names() {
    let expired = |case: &mut Case| {
        let root = certificate::root(&case.root_key).validity("200101000000Z", "251231235959Z");
        case.anchors = vec![root.sign_with(&case.root_key)];
    };
    check(expired, Err("certificate_not_valid_now"));
    let permitted = |case: &mut Case| {
        expired(case);
        case.switches = PolicySwitch::ALL.to_vec();
    };
    assert_eq!(verdict(permitted).unwrap().switches, [PolicySwitch::AnchorExpired]);
}

#[test]
fn a_revoked_certificate_is_not_trusted() {
    check(|case| case.revoked = Some(vec![2]), Ok(AttestationKind::Basic));
    check(|case| case.revoked = Some(vec![1]), Err("certificate_revoked"));
}

#[test]
fn the_serial_number_of_an_enterprise_authenticator_is_told() {
    let with = |critical, value: Vec<u8>| {
        move |case: &mut Case| case.edit(|it| it.extension(FIDO_SERIAL_NUMBER, critical, value))
    };
    let verdict_with = verdict(with(false, octet_string(b"123"))).unwrap();
    assert_eq!(verdict_with.serial_number.as_deref(), Some(&b"123"[..]));
    assert_eq!(verdict(|_| {}).unwrap().serial_number, None);
    check(with(true, octet_string(b"123")), Err("certificate_extension_malformed"));
    check(with(false, sequence(&[])), Err("certificate_extension_malformed"));
}

#[test]
fn no_flipped_bit_of_the_path_leaves_a_statement_trusted() {
    let mut case = Case::new();
    case.root_key = Signer::new(CoseAlgorithm::EdDsa);
    case.anchors = vec![certificate::root(&case.root_key).sign_with(&case.root_key)];
    let leaf = case.leaf.sign_with(&case.root_key);
    // How many bits of the signature are unused is not looked at.
    let unused_bits = leaf.len() - 65;
    for bit in (0..leaf.len() * 8).filter(|bit| bit / 8 != unused_bits) {
        let mut flipped = leaf.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(case.judge(&[flipped]).is_err(), "bit {bit}");
    }
    assert!(case.judge(&[leaf]).is_ok());
}

/// A statement by an authenticator below a root.
struct Case {
    root_key: Signer,
    leaf_key: Signer,
    leaf: Builder,
    credential: Signer,
    now: UnixMillis,
    /// Instead of the one by the leaf's key.
    signature: Option<Vec<u8>>,
    algorithm: i64,
    /// Instead of the certificates.
    path: Option<Vec<u8>>,
    send_root: bool,
    extra: Vec<(Vec<u8>, Vec<u8>)>,
    /// Whether the data is changed after it was signed.
    tampered: bool,
    purpose: fn(TrustAnchors) -> AttestationPolicy,
    switches: Vec<PolicySwitch>,
    anchors: Vec<Vec<u8>>,
    anchors_for: Option<AttestationFormat>,
    /// What is in the root's revocation list, when there is one.
    revoked: Option<Vec<u8>>,
}

impl Case {
    fn new() -> Self {
        let (root_key, leaf_key) = (es256(), es256());
        Self {
            leaf: certificate::leaf_for_packed(AAGUID, &leaf_key),
            credential: es256(),
            now: NOW,
            signature: None,
            algorithm: -7,
            path: None,
            send_root: false,
            extra: Vec::new(),
            tampered: false,
            purpose: |anchors| {
                AttestationPolicy::required(vec![AttestationFormat::Packed], anchors)
            },
            switches: Vec::new(),
            anchors: vec![certificate::root(&root_key).sign_with(&root_key)],
            anchors_for: None,
            revoked: None,
            root_key,
            leaf_key,
        }
    }

    fn edit(&mut self, edit: impl FnOnce(Builder) -> Builder) {
        self.leaf = edit(self.leaf.clone());
    }

    fn certificates(&self) -> Vec<Vec<u8>> {
        let mut path = vec![self.leaf.sign_with(&self.root_key)];
        if self.send_root {
            path.push(certificate::root(&self.root_key).sign_with(&self.root_key));
        }
        path
    }

    fn policy(&self) -> AttestationPolicy {
        let mut anchors = TrustAnchors::new();
        for der in &self.anchors {
            let anchor = TrustAnchor::from_der(der).unwrap();
            match &self.anchors_for {
                Some(format) => anchors.push_for(format.clone(), anchor),
                None => anchors.push(anchor),
            }
        }
        let policy = (self.purpose)(anchors).with_switches(self.switches.clone());
        let Some(serial) = &self.revoked else { return policy };
        let list = sample::revocation_list::Builder::new(certificate::ROOT).revoke(serial, 1);
        let list = RevocationList::from_der(&list.sign_with(&self.root_key)).unwrap();
        policy.with_revocation(vec![list], MissingRevocationList::Refuse)
    }

    fn judge(&self, path: &[Vec<u8>]) -> Result<AttestationVerdict, AttestationError> {
        let mut data = DataParts::new(sample::UP | sample::AT, self.credential.cose()).to_bytes();
        let by_leaf = || self.leaf_key.sign(&[data.as_slice(), &HASH].concat());
        let signature = self.signature.clone().unwrap_or_else(by_leaf);
        if self.tampered {
            data[36] ^= 1;
        }
        let path: Vec<_> = path.iter().map(|der| bytes(der)).collect();
        let mut members = vec![
            (text("alg"), int(self.algorithm)),
            (text("sig"), bytes(&signature)),
            (text("x5c"), self.path.clone().unwrap_or_else(|| array(&path))),
        ];
        members.extend(self.extra.clone());
        let statement = map(&members);
        let evidence = Evidence {
            statement: &cbor::decode(&statement, Form::Envelope).unwrap(),
            authenticator_data: &AuthenticatorData::parse(&data).unwrap(),
            authenticator_data_bytes: &data,
            public_key: &PublicKey::from_cose(&self.credential.cose()).unwrap(),
            client_data_hash: &HASH,
            policy: &self.policy(),
            now: self.now,
        };
        judge(&AttestationFormat::Packed, &evidence)
    }
}

fn verdict(
    change_one_thing: impl FnOnce(&mut Case),
) -> Result<AttestationVerdict, AttestationError> {
    let mut case = Case::new();
    change_one_thing(&mut case);
    case.judge(&case.certificates())
}

/// Starts from a statement that is trusted, changes one thing, and compares the outcome.
#[track_caller]
fn check(change_one_thing: impl FnOnce(&mut Case), expected: Result<AttestationKind, &str>) {
    let outcome = verdict(change_one_thing);
    assert_eq!(outcome.map(|verdict| verdict.kind).map_err(|err| err.code()), expected);
}

fn es256() -> Signer {
    Signer::new(CoseAlgorithm::Es256)
}
