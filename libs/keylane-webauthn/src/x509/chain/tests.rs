mod signatures;

use std::sync::LazyLock;

use super::*;
use crate::CoseAlgorithm;
use crate::sample::Signer;
use crate::sample::certificate::{
    self, BASIC_CONSTRAINTS, Builder, COMMON_NAME, EXTENDED_KEY_USAGE, KEY_USAGE, NOW, ca,
    extended_key_usage, key_usage, name,
};
use crate::sample::der::{octet_string, oid, printable, sequence, set};

const ISSUER: &str = "Keylane Test Issuer";
const NAME_CONSTRAINTS: &str = "2.5.29.30";
const CERTIFICATE_POLICIES: &str = "2.5.29.32";
const SOMETHING: &str = "1.2.3.4.5";
/// After [`certificate::NOW`], when the certificates in `tests/` are valid.
const YEAR_2030: UnixMillis = UnixMillis(1_893_456_000_000);

#[test]
fn a_path_leads_from_the_leaf_over_an_issuer_to_an_anchor() {
    check(|_| {}, Ok(()));
}

/// Bug class: a root that came with the statement becomes the anchor.
#[test]
fn a_self_signed_root_in_the_path_is_not_trusted() {
    let own_root = |case: &mut Case| {
        case.send_root = true;
        case.anchors = Some(Vec::new());
    };
    check(own_root, Err("attestation_untrusted"));
    let other_anchor = |case: &mut Case| {
        case.send_root = true;
        let key = Signer::new(CoseAlgorithm::Es256);
        let other = certificate::intermediate("Somebody Else", &key);
        case.anchors = Some(vec![other.issuer(name(&[(COMMON_NAME, "S")])).sign_with(&key)]);
    };
    check(other_anchor, Err("attestation_untrusted"));
}

#[test]
fn a_root_with_the_name_of_an_anchor_and_another_key_is_not_trusted() {
    let impostor = |case: &mut Case| {
        let real = Signer::new(CoseAlgorithm::Es256);
        case.anchors = Some(vec![certificate::root(&real).sign_with(&real)]);
    };
    check(impostor, Err("attestation_untrusted"));
    let sent = |case: &mut Case| {
        impostor(case);
        case.send_root = true;
    };
    check(sent, Err("attestation_untrusted"));
}

#[test]
fn the_root_may_come_with_the_path_and_surplus_certificates_do_not_matter() {
    check(|case| case.send_root = true, Ok(()));
    let surplus = |case: &mut Case| {
        let key = Signer::new(CoseAlgorithm::Es256);
        case.send_root = true;
        case.surplus = vec![certificate::leaf_for_packed([1; 16], &key).sign_with(&key)];
    };
    check(surplus, Ok(()));
}

#[test]
fn of_two_anchors_with_one_name_the_one_with_the_right_key_is_found() {
    let two = |case: &mut Case| {
        let other = Signer::new(CoseAlgorithm::Es256);
        let others = certificate::root(&other).sign_with(&other);
        case.anchors = Some(vec![others, case.root.sign_with(&case.root_key)]);
    };
    check(two, Ok(()));
}

#[test]
fn of_two_certificates_of_an_anchor_the_one_that_is_valid_now_is_taken() {
    let expired = |case: &Case| case.root.clone().validity("200101000000Z", "251231235959Z");
    let renewed = |case: &mut Case| {
        let expired = expired(case).sign_with(&case.root_key);
        case.anchors = Some(vec![expired, case.root.sign_with(&case.root_key)]);
    };
    check(renewed, Ok(()));
    let sent = |case: &mut Case| {
        renewed(case);
        case.send_root = true;
    };
    check(sent, Ok(()));
    let only_expired = |case: &mut Case| case.root = expired(case);
    check(only_expired, Err("certificate_not_valid_now"));
    let ignored = |case: &mut Case| {
        only_expired(case);
        case.anchor_expiry = AnchorExpiry::Ignored;
    };
    check(ignored, Ok(()));
}

#[test]
fn an_expired_anchor_is_passed_when_another_one_certified_its_key() {
    let cross_signed = |case: &mut Case| {
        let other = Signer::new(CoseAlgorithm::Es256);
        let name = || name(&[(COMMON_NAME, "Other Root")]);
        let others = certificate::root(&other).subject(name()).issuer(name()).sign_with(&other);
        let expired = case.root.clone().validity("200101000000Z", "251231235959Z");
        case.anchors = Some(vec![expired.sign_with(&case.root_key), others]);
        case.surplus = vec![case.root.clone().issuer(name()).sign_with(&other)];
    };
    check(cross_signed, Ok(()));
}

/// Bug class: a leaf is its own anchor by whole encoding only.
#[test]
fn a_leaf_is_an_anchor_only_as_the_very_certificate() {
    let itself = |case: &mut Case| {
        case.leaf_der = Some(case.leaf.sign_with(&case.issuer_key));
        case.anchors = case.leaf_der.clone().map(|der| vec![der]);
    };
    check(itself, Ok(()));
    let same_key = |case: &mut Case| {
        let other = case.leaf.clone().serial(&[2]).sign_with(&case.issuer_key);
        case.anchors = Some(vec![other]);
    };
    check(same_key, Err("attestation_untrusted"));
}

#[test]
fn an_authenticator_certificate_as_an_anchor_vouches_for_nobody_else() {
    let below_leaf = |case: &mut Case| {
        let issuer = certificate::leaf_for_packed([0xaa; 16], &case.issuer_key)
            .subject(name(&[(COMMON_NAME, ISSUER)]));
        case.anchors = Some(vec![issuer.sign_with(&case.root_key)]);
        case.send_issuer = false;
    };
    check(below_leaf, Err("attestation_untrusted"));
    // Nor when it comes with the path, where it is found as the anchor that it is.
    let sent_along = |case: &mut Case| {
        below_leaf(case);
        case.surplus = case.anchors.clone().unwrap_or_default();
    };
    check(sent_along, Err("certificate_issuer_refused"));
    // Roots of some vendors in the FIDO Metadata Service are written like that.
    let root_that_denies =
        |case: &mut Case| case.edit_root(|it| it.extension(BASIC_CONSTRAINTS, true, sequence(&[])));
    check(root_that_denies, Ok(()));
}

#[test]
fn an_anchor_may_be_of_version_1() {
    let old = |case: &mut Case| {
        case.edit_root(|it| it.version(1).without(BASIC_CONSTRAINTS).without(KEY_USAGE));
    };
    check(old, Ok(()));
}

#[test]
fn an_anchor_keeps_to_its_own_limits() {
    let not_for_certificates =
        |case: &mut Case| case.edit_root(|it| it.extension(KEY_USAGE, true, key_usage(&[0, 6])));
    check(not_for_certificates, Err("attestation_untrusted"));
    let no_ca_below =
        |case: &mut Case| case.edit_root(|it| it.extension(BASIC_CONSTRAINTS, true, ca(Some(0))));
    check(no_ca_below, Err("attestation_untrusted"));
    let sent_along = |case: &mut Case| {
        no_ca_below(case);
        case.send_root = true;
    };
    check(sent_along, Err("certificate_issuer_refused"));
    let constrained =
        |case: &mut Case| case.edit_root(|it| it.extension(NAME_CONSTRAINTS, true, sequence(&[])));
    check(constrained, Err("attestation_untrusted"));
    let unreadable =
        |case: &mut Case| case.edit_root(|it| it.extension(KEY_USAGE, true, octet_string(&[0])));
    check(unreadable, Err("attestation_untrusted"));
}

#[test]
fn an_empty_or_overlong_path_is_refused() {
    let rules = |case: &mut Case| {
        let der = case.root.sign_with(&case.root_key);
        case.surplus = vec![der; PATH_MAX - 1];
    };
    check(rules, Err("certificate_path_length"));
    check(|case| case.send_nothing = true, Err("certificate_path_length"));
}

#[test]
fn certificates_are_valid_from_the_first_to_the_last_moment() {
    let at = |ms: u64| move |case: &mut Case| case.now = UnixMillis(ms);
    check(at(1_735_689_600_000), Ok(()));
    check(at(1_735_689_599_999), Err("certificate_not_valid_now"));
    check(at(2_051_222_400_000), Ok(()));
    check(at(2_051_222_400_001), Err("certificate_not_valid_now"));
}

/// Bug class: an expired chain.
#[test]
fn an_expired_issuer_is_refused() {
    let expired =
        |case: &mut Case| case.edit_issuer(|it| it.validity("200101000000Z", "251231235959Z"));
    check(expired, Err("certificate_not_valid_now"));
}

#[test]
fn a_certificate_that_the_next_one_did_not_sign_is_refused() {
    let other_key = |case: &mut Case| {
        let other = Signer::new(CoseAlgorithm::Es256);
        case.leaf_der = Some(case.leaf.sign_with(&other));
    };
    check(other_key, Err("certificate_signature_invalid"));
    let other_name =
        |case: &mut Case| case.edit_issuer(|it| it.subject(name(&[(COMMON_NAME, "X")])));
    check(other_name, Err("certificate_signature_invalid"));
}

#[test]
fn names_agree_across_string_types_case_and_spaces() {
    let printed = |text: &str| {
        let kind = oid(COMMON_NAME);
        sequence(&[set(&[sequence(&[kind, printable(text)])])])
    };
    let other_form = |case: &mut Case| {
        case.edit_issuer(|it| it.issuer(printed(" keylane  TEST Root")));
        case.leaf = case.leaf.clone().issuer(printed("Keylane test issuer "));
    };
    check(other_form, Ok(()));
    let other_word =
        |case: &mut Case| case.edit_issuer(|it| it.issuer(printed("KeylaneTest Root")));
    check(other_word, Err("attestation_untrusted"));
}

#[test]
fn an_issuer_has_to_be_a_ca() {
    for constraints in [sequence(&[]), octet_string(&[])] {
        let no_ca = |case: &mut Case| {
            case.edit_issuer(|it| it.extension(BASIC_CONSTRAINTS, true, constraints.clone()));
        };
        check(no_ca, Err("certificate_issuer_refused"));
    }
    check(
        |case| case.edit_issuer(|it| it.without(BASIC_CONSTRAINTS)),
        Err("certificate_issuer_refused"),
    );
    let version_1 = |case: &mut Case| {
        case.edit_issuer(|it| it.version(1).without(BASIC_CONSTRAINTS).without(KEY_USAGE));
    };
    check(version_1, Err("certificate_issuer_refused"));
}

#[test]
fn the_key_usage_of_an_issuer_includes_signing_certificates_when_there_is_one() {
    let only_lists =
        |case: &mut Case| case.edit_issuer(|it| it.extension(KEY_USAGE, true, key_usage(&[0, 6])));
    check(only_lists, Err("certificate_issuer_refused"));
    check(|case| case.edit_issuer(|it| it.without(KEY_USAGE)), Ok(()));
    let unreadable = |case: &mut Case| {
        case.edit_issuer(|it| it.extension(KEY_USAGE, true, octet_string(&[0x04])));
    };
    check(unreadable, Err("certificate_issuer_refused"));
}

#[test]
fn path_lengths_are_kept_and_self_issued_certificates_do_not_count() {
    let limit = |most: u64| {
        move |case: &mut Case| {
            case.lower = true;
            case.edit_issuer(|it| it.extension(BASIC_CONSTRAINTS, true, ca(Some(most))));
        }
    };
    check(limit(1), Ok(()));
    check(limit(0), Err("certificate_issuer_refused"));
    let self_issued = |case: &mut Case| {
        limit(0)(case);
        case.lower_name = ISSUER;
    };
    check(self_issued, Ok(()));
}

#[test]
fn an_unknown_critical_extension_is_refused_wherever_it_is() {
    let value = || octet_string(&[1]);
    check(|case| case.edit_issuer(|it| it.extension(SOMETHING, false, value())), Ok(()));
    check(
        |case| case.edit_issuer(|it| it.extension(SOMETHING, true, value())),
        Err("certificate_critical_extension_unknown"),
    );
    check(
        |case| case.leaf = case.leaf.clone().extension(SOMETHING, true, value()),
        Err("certificate_critical_extension_unknown"),
    );
    let known = |case: &mut Case| {
        let usage = extended_key_usage(&["2.23.133.8.3"]);
        let leaf = case.leaf.clone().extension(EXTENDED_KEY_USAGE, true, usage);
        case.leaf = leaf.extension(CERTIFICATE_POLICIES, true, sequence(&[]));
    };
    check(known, Ok(()));
}

#[test]
fn an_issuer_with_name_constraints_is_refused() {
    for critical in [true, false] {
        check(
            |case| case.edit_issuer(|it| it.extension(NAME_CONSTRAINTS, critical, sequence(&[]))),
            Err("certificate_critical_extension_unknown"),
        );
    }
}

fn strict<'r, 't>(anchors: &'r [&'t TrustAnchor]) -> Rules<'r, 't> {
    static NO_LISTS: LazyLock<Revocation> = LazyLock::new(Revocation::default);
    Rules {
        anchors,
        now: NOW,
        anchor_expiry: AnchorExpiry::Checked,
        sha1: Sha1Signatures::Refused,
        revocation: &NO_LISTS,
    }
}

/// A leaf below an issuer below a root.
struct Case {
    root_key: Signer,
    issuer_key: Signer,
    root: Builder,
    issuer: Builder,
    leaf: Builder,
    /// Instead of what `leaf` makes.
    leaf_der: Option<Vec<u8>>,
    /// Another issuer between the first one and the leaf, with the same key.
    lower: bool,
    lower_name: &'static str,
    send_nothing: bool,
    send_issuer: bool,
    send_root: bool,
    /// What comes after the path.
    surplus: Vec<Vec<u8>>,
    /// Instead of the root.
    anchors: Option<Vec<Vec<u8>>>,
    now: UnixMillis,
    anchor_expiry: AnchorExpiry,
}

impl Case {
    fn edit_root(&mut self, edit: impl FnOnce(Builder) -> Builder) {
        self.root = edit(self.root.clone());
    }

    fn edit_issuer(&mut self, edit: impl FnOnce(Builder) -> Builder) {
        self.issuer = edit(self.issuer.clone());
    }

    fn path(&self) -> Vec<Vec<u8>> {
        if self.send_nothing {
            return Vec::new();
        }
        let leaf = self.leaf.clone().issuer(name(&[(COMMON_NAME, self.lower_name)]));
        let leaf = if self.lower { leaf } else { self.leaf.clone() };
        let mut path =
            vec![self.leaf_der.clone().unwrap_or_else(|| leaf.sign_with(&self.issuer_key))];
        if self.lower {
            let lower = certificate::intermediate(self.lower_name, &self.issuer_key);
            let lower = lower.issuer(name(&[(COMMON_NAME, ISSUER)]));
            path.push(lower.sign_with(&self.issuer_key));
        }
        if self.send_issuer {
            path.push(self.issuer.sign_with(&self.root_key));
        }
        if self.send_root {
            path.push(self.root.sign_with(&self.root_key));
        }
        path.extend(self.surplus.clone());
        path
    }
}

/// Starts from a path that is trusted, changes one thing, and compares the outcome.
#[track_caller]
fn check(change_one_thing: impl FnOnce(&mut Case), expected: Result<(), &str>) {
    let (root_key, issuer_key, leaf_key) = (es256(), es256(), es256());
    let mut case = Case {
        root: certificate::root(&root_key),
        issuer: certificate::intermediate(ISSUER, &issuer_key),
        leaf: certificate::leaf_for_packed([0xaa; 16], &leaf_key)
            .issuer(name(&[(COMMON_NAME, ISSUER)])),
        leaf_der: None,
        lower: false,
        lower_name: "Keylane Test Lower Issuer",
        send_nothing: false,
        send_issuer: true,
        send_root: false,
        surplus: Vec::new(),
        anchors: None,
        now: NOW,
        anchor_expiry: AnchorExpiry::Checked,
        root_key,
        issuer_key,
    };
    change_one_thing(&mut case);
    // A root key that was changed goes into the root.
    case.root = case.root.key(&case.root_key);
    let anchors = case.anchors.clone();
    let anchors = anchors.unwrap_or_else(|| vec![case.root.sign_with(&case.root_key)]);
    let anchors: Vec<_> = anchors.iter().map(|der| TrustAnchor::from_der(der).unwrap()).collect();
    let anchors: Vec<_> = anchors.iter().collect();
    let path = case.path();
    let path: Vec<_> = path.iter().map(|der| Certificate::parse(der).unwrap()).collect();
    let rules = Rules { now: case.now, anchor_expiry: case.anchor_expiry, ..strict(&anchors) };
    let outcome = verify(&path, &rules);
    assert_eq!(outcome.map(|_| ()).map_err(|err| err.code()), expected);
}

fn es256() -> Signer {
    Signer::new(CoseAlgorithm::Es256)
}
