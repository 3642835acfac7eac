use proptest::prelude::*;

use super::*;
use crate::attestation::{AttestationVerdict, TrustAnchors, judge};
use crate::authenticator_data::AuthenticatorData;
use crate::cbor::{self, Form};
use crate::cose::{CoseAlgorithm, PublicKey};
use crate::sample::android::{self, DescriptionParts, origin, purposes};
use crate::sample::certificate::{self, Builder, COMMON_NAME, NOW, name};
use crate::sample::der::{
    context, context_primitive, enumerated, integer, null, octet_string, set,
};
use crate::sample::{AT, DataParts, Signer, UP, array, bytes, int, map, text};
use crate::x509::TrustAnchor;

const HASH: [u8; 32] = [0x11; 32];

const SOFTWARE: PolicySwitch = PolicySwitch::AndroidKeySoftwareEnforced;
const EMPTY: PolicySwitch = PolicySwitch::AndroidKeyEmptyAuthorizations;

#[test]
fn android_key_accepts_a_key_that_its_keystore_describes() {
    check(|_| {}, Ok(&[]));
    for algorithm in [CoseAlgorithm::Es384, CoseAlgorithm::Rs256, CoseAlgorithm::EdDsa] {
        check(|case| case.set_key(Signer::new(algorithm)), Ok(&[]));
    }
}

#[test]
fn android_key_says_who_certified_and_where_the_key_lives() {
    for (attestation, keystore, storage) in [
        (0, 0, KeyStorage::Software),
        (1, 1, KeyStorage::TrustedEnvironment),
        (2, 2, KeyStorage::StrongBox),
        // Both must be that secure.
        (1, 2, KeyStorage::TrustedEnvironment),
        (2, 0, KeyStorage::Software),
    ] {
        let mut case = Case::new();
        case.description.attestation_level = enumerated(attestation);
        case.description.keystore_level = enumerated(keystore);
        let root = certificate::root(&case.root_key).sign_with(&case.root_key);
        let anchors = TrustAnchors::from_iter([TrustAnchor::from_der(&root).unwrap()]);
        case.policy = AttestationPolicy::required(vec![AttestationFormat::AndroidKey], anchors);
        let verdict = case.judge().unwrap();
        assert_eq!(verdict.kind, AttestationKind::Basic);
        assert_eq!(verdict.key_storage, Some(storage), "{attestation} and {keystore}");
        assert!(verdict.is_anchored());
    }
}

#[test]
fn android_key_refuses_a_statement_with_other_members() {
    let whole = [(text("alg"), int(-7)), (text("sig"), bytes(&[1])), (text("x5c"), array(&[]))];
    for member in 0..3 {
        let mut less = whole.to_vec();
        less.remove(member);
        check(|case| case.statement = Some(map(&less)), Err("attestation_statement_malformed"));
        let mut wrong = whole.to_vec();
        wrong[member].1 = map(&[]);
        check(|case| case.statement = Some(map(&wrong)), Err("attestation_statement_malformed"));
    }
    check(|case| case.statement = Some(map(&whole)), Err("attestation_statement_malformed"));
    let mut further = whole.to_vec();
    further.push((text("ver"), int(1)));
    check(|case| case.statement = Some(map(&further)), Err("attestation_statement_malformed"));
    check(|case| case.statement = Some(int(1)), Err("attestation_statement_malformed"));
}

#[test]
fn android_key_refuses_a_signature_that_is_wrong() {
    check(|case| case.signed[36] ^= 1, Err("attestation_signature_invalid"));
    check(|case| case.algorithm = -257, Err("attestation_signature_invalid"));
}

#[test]
fn android_key_refuses_a_certificate_for_another_key() {
    let other = |case: &mut Case| {
        case.cose = Signer::new(CoseAlgorithm::Es256).cose();
        case.signed = case.data();
    };
    check(other, Err("android_key_mismatch"));
}

#[test]
fn android_key_refuses_a_key_without_a_description() {
    let plain = |it: Builder| it.without(android::KEY_DESCRIPTION);
    check(|case| case.certificate(plain), Err("android_key_description_absent"));
}

#[test]
fn android_key_refuses_a_description_for_another_registration() {
    check(|case| case.description.challenge[31] ^= 1, Err("android_key_challenge_mismatch"));
    check(|case| case.description.challenge.truncate(31), Err("android_key_challenge_mismatch"));
    check(|case| case.description.challenge.clear(), Err("android_key_challenge_mismatch"));
}

/// The schema before Android 8 is of version 1; later versions only add fields to the lists.
#[test]
fn android_key_reads_descriptions_of_every_version() {
    for version in [1, 2, 3, 4, 100, 200, 300, 400, 500] {
        check(|case| case.description.version = integer(version), Ok(&[]));
    }
    check(|case| case.description.version = integer(0), Err(MALFORMED));
}

#[test]
fn android_key_refuses_security_levels_that_are_none() {
    for wrong in [integer(1), enumerated(3), enumerated(0xff), null()] {
        check(|case| case.description.attestation_level = wrong.clone(), Err(MALFORMED));
        check(|case| case.description.keystore_level = wrong, Err(MALFORMED));
    }
}

/// Bug class 18: the check of the lists failed open in others. The key is for all apps in either
/// list, and whatever stands in the field.
#[test]
fn android_key_refuses_a_key_for_all_applications_in_either_list() {
    for value in [null(), Vec::new(), integer(0)] {
        let field = context(600, &value);
        let refused = Err("android_key_all_applications");
        check(|case| case.description.hardware.push(field.clone()), refused);
        check(|case| case.description.software.push(field.clone()), refused);
        check(|case| case.description.software.insert(0, field), refused);
    }
}

/// Bug class 18: `KM_ORIGIN_GENERATED` is 0, and so were absent fields.
#[test]
fn android_key_never_reads_an_absent_field_as_zero() {
    check(|case| case.remove(ORIGIN), Err("android_key_origin_refused"));
    check(|case| case.remove(PURPOSE), Err("android_key_purpose_refused"));
    check(|case| case.replace(PURPOSE, purposes(&[])), Err("android_key_purpose_refused"));
    let empty_origin = context(702, &crate::sample::der::tlv(0x02, &[]));
    check(|case| case.replace(ORIGIN, empty_origin), Err(MALFORMED));
    check(|case| case.replace(ORIGIN, context(702, &[])), Err(MALFORMED));
    // Nor with every liberty that there is, when one of both is there.
    for field in [ORIGIN, PURPOSE] {
        let lacking = |case: &mut Case| {
            case.remove(field);
            case.permit(&PolicySwitch::ALL);
        };
        let code = if field == ORIGIN {
            "android_key_origin_refused"
        } else {
            "android_key_purpose_refused"
        };
        check(lacking, Err(code));
    }
}

#[test]
fn android_key_refuses_a_key_that_was_made_elsewhere() {
    // Derived, imported, unknown, securely imported.
    for value in 1..=4 {
        check(|case| case.replace(ORIGIN, origin(value)), Err("android_key_origin_refused"));
    }
}

#[test]
fn android_key_refuses_a_key_for_other_purposes() {
    for wrong in [&[0][..], &[3], &[0, 2], &[2, 7], &[6, 2]] {
        check(|case| case.replace(PURPOSE, purposes(wrong)), Err("android_key_purpose_refused"));
    }
    // Whoever has the public key can verify.
    check(|case| case.replace(PURPOSE, purposes(&[2, 3])), Ok(&[]));
}

#[test]
fn android_key_believes_software_only_if_the_policy_permits_it() {
    let moved = |case: &mut Case| {
        case.remove(ORIGIN);
        case.remove(PURPOSE);
        case.description.software.extend([purposes(&[2]), origin(0)]);
    };
    check(moved, Err("android_key_origin_refused"));
    let permitted = |case: &mut Case| {
        moved(case);
        case.permit(&[SOFTWARE]);
    };
    check(permitted, Ok(&[SOFTWARE]));
    // It counts as kept in software then.
    let mut case = Case::new();
    permitted(&mut case);
    assert_eq!(case.judge().unwrap().key_storage, Some(KeyStorage::Software));
    // One from each list makes a whole.
    let halves = |case: &mut Case| {
        case.remove(PURPOSE);
        case.description.software.push(purposes(&[2]));
        case.permit(&[SOFTWARE]);
    };
    check(halves, Ok(&[SOFTWARE]));
    // What the hardware denies, software cannot make true.
    for (field, denial, code) in [
        (ORIGIN, origin(2), "android_key_origin_refused"),
        (PURPOSE, purposes(&[0]), "android_key_purpose_refused"),
    ] {
        let denied = |case: &mut Case| {
            case.replace(field, denial);
            case.description.software.extend([purposes(&[2]), origin(0)]);
            case.permit(&PolicySwitch::ALL);
        };
        check(denied, Err(code));
    }
    // Nor does hardware make true what software denies.
    for (denial, code) in
        [(origin(2), "android_key_origin_refused"), (purposes(&[0]), "android_key_purpose_refused")]
    {
        let denied = |case: &mut Case| {
            case.description.software.push(denial);
            case.permit(&PolicySwitch::ALL);
        };
        check(denied, Err(code));
    }
    // Permission that was not needed is not recorded.
    check(|case| case.permit(&PolicySwitch::ALL), Ok(&[]));
}

#[test]
fn android_key_accepts_empty_lists_only_if_the_policy_permits_it() {
    let empty = |case: &mut Case| {
        case.description.software.clear();
        case.description.hardware.clear();
    };
    check(empty, Err("android_key_origin_refused"));
    for (switches, expected) in
        [(&[SOFTWARE][..], Err("android_key_origin_refused")), (&[EMPTY], Ok(&[EMPTY][..]))]
    {
        let permitted = |case: &mut Case| {
            empty(case);
            case.permit(switches);
        };
        check(permitted, expected);
    }
    // An empty set of purposes says something.
    let says = |case: &mut Case| {
        empty(case);
        case.description.hardware.push(purposes(&[]));
        case.permit(&[EMPTY]);
    };
    check(says, Err("android_key_origin_refused"));
}

/// Bug class 18: the fields behind one that was not known were lost.
#[test]
fn android_key_passes_over_fields_that_it_does_not_know() {
    for tag in [0, 30, 31, 127, 128, 599, 601, 701, 703, 724, 16_383, 16_384, 2_000_000] {
        for value in [null(), octet_string(&[0; 200]), set(&[]), Vec::new()] {
            let field = context(tag, &value);
            for at in [0, 3, 9] {
                check(|case| case.description.hardware.insert(at, field.clone()), Ok(&[]));
            }
            let hidden = |case: &mut Case| {
                case.description.software = vec![field.clone(), context(600, &null())];
            };
            check(hidden, Err("android_key_all_applications"));
        }
    }
}

#[test]
fn android_key_reads_lists_in_any_order() {
    check(|case| case.description.hardware.reverse(), Ok(&[]));
}

#[test]
fn android_key_refuses_lists_that_are_malformed() {
    // A field that comes twice has no value.
    check(|case| case.description.hardware.push(origin(0)), Err(MALFORMED));
    check(|case| case.description.software.push(context(701, &null())), Err(MALFORMED));
    // Not explicitly tagged.
    check(|case| case.replace(ORIGIN, context_primitive(702, &[0])), Err(MALFORMED));
    check(|case| case.description.hardware.push(context_primitive(600, &[])), Err(MALFORMED));
    check(|case| case.description.hardware.push(integer(0)), Err(MALFORMED));
    // Of another type, or more than one.
    check(|case| case.replace(ORIGIN, context(702, &enumerated(0))), Err(MALFORMED));
    let two = [integer(0), integer(0)].concat();
    check(|case| case.replace(ORIGIN, context(702, &two)), Err(MALFORMED));
    check(|case| case.replace(PURPOSE, context(1, &integer(2))), Err(MALFORMED));
    check(|case| case.replace(PURPOSE, context(1, &set(&[enumerated(2)]))), Err(MALFORMED));
    // Endless ones.
    let many = |case: &mut Case| {
        case.description.hardware.extend((1000..1200).map(|tag| context(tag, &null())));
    };
    check(many, Err(MALFORMED));
    check(|case| case.description.trailing = null(), Err(MALFORMED));
    let behind = |case: &mut Case| case.raw = Some([case.description.to_bytes(), null()].concat());
    check(behind, Err(MALFORMED));
}

/// Bug class 12.
#[test]
fn android_key_refuses_a_description_that_is_cut_anywhere() {
    let mut case = Case::new();
    let whole = case.description.to_bytes();
    for length in 0..whole.len() {
        case.raw = Some(whole[..length].to_vec());
        assert_eq!(case.code(), Err(MALFORMED), "{length} bytes");
    }
    case.raw = Some(whole);
    assert_eq!(case.code(), Ok(Vec::new()));
}

/// Whatever a flipped bit makes of a description, it says no more than before: for the key to be
/// accepted, level, challenge, purpose and origin must be what they were.
#[test]
fn android_key_is_not_misled_by_a_flipped_bit() {
    let mut case = Case::new();
    let whole = case.description.to_bytes();
    for bit in 0..whole.len() * 8 {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        case.raw = Some(flipped.clone());
        if case.code().is_ok() {
            let read = KeyDescription::parse(&flipped).unwrap();
            assert_eq!(read.challenge, HASH, "bit {bit}");
            assert_eq!(read.hardware_enforced.origin, Some(0), "bit {bit}");
            let purposes = read.hardware_enforced.purposes.unwrap();
            assert!(purposes == [2] || purposes == [3, 2], "bit {bit}: {purposes:?}");
        }
    }
}

proptest! {
    #[test]
    fn parsing_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = KeyDescription::parse(&bytes);
    }

    #[test]
    fn parsing_never_panics_inside_a_list(tail in proptest::collection::vec(any::<u8>(), 0..60)) {
        let mut parts = DescriptionParts::new(&HASH);
        parts.hardware.push(tail.clone());
        parts.software.insert(0, tail);
        let _ = KeyDescription::parse(&parts.to_bytes());
    }

    #[test]
    fn whatever_a_keystore_writes_is_read(
        challenge in proptest::collection::vec(any::<u8>(), 0..200),
        of in 0_u64..1000,
        fields in proptest::collection::btree_map(703_u32..100_000, 0_u64.., 0..40),
    ) {
        let mut parts = DescriptionParts::new(&challenge);
        parts.software = fields.iter().map(|(tag, value)| context(*tag, &integer(*value))).collect();
        parts.software.push(origin(of));
        let bytes = parts.to_bytes();
        let read = KeyDescription::parse(&bytes).unwrap();
        prop_assert_eq!(read.challenge, &challenge[..]);
        prop_assert_eq!(read.software_enforced.origin, i64::try_from(of).ok());
        prop_assert_eq!(read.software_enforced.purposes, None);
        prop_assert_eq!(read.hardware_enforced.purposes, Some(vec![2]));
    }
}

const MALFORMED: &str = "android_key_description_malformed";

/// Where these fields stand in the hardware's list of [`DescriptionParts`].
const PURPOSE: usize = 0;
const ORIGIN: usize = 5;

struct Case {
    key: Signer,
    root_key: Signer,
    cose: Vec<u8>,
    algorithm: i64,
    /// The authenticator data as it is signed.
    signed: Vec<u8>,
    description: DescriptionParts,
    /// Instead of the description.
    raw: Option<Vec<u8>>,
    edit: Box<dyn Fn(Builder) -> Builder>,
    /// Instead of all that.
    statement: Option<Vec<u8>>,
    policy: AttestationPolicy,
}

impl Case {
    fn new() -> Self {
        let key = Signer::new(CoseAlgorithm::Es256);
        let mut case = Self {
            root_key: Signer::new(CoseAlgorithm::Es256),
            cose: Vec::new(),
            algorithm: 0,
            signed: Vec::new(),
            description: DescriptionParts::new(&HASH),
            raw: None,
            edit: Box::new(|it| it),
            statement: None,
            policy: AttestationPolicy::recorded(TrustAnchors::new()).with_switches(Vec::new()),
            key: Signer::new(CoseAlgorithm::Es256),
        };
        case.set_key(key);
        case
    }

    fn set_key(&mut self, key: Signer) {
        self.cose = key.cose();
        self.algorithm = PublicKey::from_cose(&self.cose).unwrap().algorithm().id();
        self.signed = self.data();
        self.key = key;
    }

    fn certificate(&mut self, edit: impl Fn(Builder) -> Builder + 'static) {
        self.edit = Box::new(edit);
    }

    /// Takes a field out of the hardware's list; the places of the others stay.
    fn remove(&mut self, field: usize) {
        self.description.hardware[field] = Vec::new();
    }

    fn replace(&mut self, field: usize, with: Vec<u8>) {
        self.description.hardware[field] = with;
    }

    fn permit(&mut self, switches: &[PolicySwitch]) {
        self.policy = self.policy.clone().with_switches(switches.to_vec());
    }

    fn data(&self) -> Vec<u8> {
        DataParts::new(UP | AT, self.cose.clone()).to_bytes()
    }

    fn judge(&self) -> Result<AttestationVerdict, AttestationError> {
        let signature = self.key.sign(&[self.signed.as_slice(), &HASH].concat());
        let description = self.raw.clone().unwrap_or_else(|| self.description.to_bytes());
        let certificate = Builder::new(&self.key)
            .subject(name(&[(COMMON_NAME, "Android Keystore Key")]))
            .extension(android::KEY_DESCRIPTION, false, description);
        let certificate = (self.edit)(certificate).sign_with(&self.root_key);
        let statement = self.statement.clone().unwrap_or_else(|| {
            map(&[
                (text("alg"), int(self.algorithm)),
                (text("sig"), bytes(&signature)),
                (text("x5c"), array(&[bytes(&certificate)])),
            ])
        });
        let data = self.data();
        let evidence = Evidence {
            statement: &cbor::decode(&statement, Form::Envelope).unwrap(),
            authenticator_data: &AuthenticatorData::parse(&data).unwrap(),
            authenticator_data_bytes: &data,
            public_key: &PublicKey::from_cose(&self.cose).unwrap(),
            client_data_hash: &HASH,
            policy: &self.policy,
            now: NOW,
        };
        judge(&AttestationFormat::AndroidKey, &evidence)
    }

    fn code(&self) -> Result<Vec<PolicySwitch>, &'static str> {
        self.judge().map(|verdict| verdict.switches).map_err(|err| err.code())
    }
}

/// Starts from a statement that passes without any liberty, breaks one thing, and compares the
/// outcome: the liberties that were needed, or the error's code.
#[track_caller]
fn check(break_one_thing: impl FnOnce(&mut Case), expected: Result<&[PolicySwitch], &'static str>) {
    let mut case = Case::new();
    break_one_thing(&mut case);
    assert_eq!(case.code(), expected.map(<[_]>::to_vec));
}
