use super::*;
use crate::CoseAlgorithm;
use crate::sample::Signer;
use crate::sample::certificate::{
    self, BASIC_CONSTRAINTS, COMMON_NAME, KEY_USAGE, NOW, ROOT, ca, key_usage, name,
};
use crate::sample::der::{boolean, context, enumerated, integer, null, sequence};
use crate::sample::revocation_list::{
    Builder, CERTIFICATE_ISSUER, CRL_REASON, DELTA_CRL_INDICATOR, ISSUING_DISTRIBUTION_POINT,
};
use crate::x509::chain::{self, AnchorExpiry, Rules, Sha1Signatures};

const ISSUER: &str = "Keylane Test Issuer";
const LEAF: &[u8] = &[0x2a];
const INTERMEDIATE: &[u8] = &[0, 0x80];
const SOMETHING: &str = "1.2.3.4.5";

#[test]
fn a_certificate_that_no_list_revokes_is_trusted() {
    check(|_| {}, Ok(()));
    check(|case| case.issuers = case.issuers.clone().revoke(&[0x2b], 1), Ok(()));
}

#[test]
fn a_leaf_in_the_list_of_its_issuer_is_revoked() {
    for reason in [0, 1, 4, 6] {
        let revoke = |case: &mut Case| case.issuers = case.issuers.clone().revoke(LEAF, reason);
        check(revoke, Err("certificate_revoked"));
    }
}

#[test]
fn an_issuer_in_the_list_of_the_anchor_is_revoked() {
    let revoke = |case: &mut Case| case.roots = case.roots.clone().revoke(INTERMEDIATE, 2);
    check(revoke, Err("certificate_revoked"));
}

#[test]
fn serial_numbers_are_compared_as_numbers() {
    let padded = |case: &mut Case| case.issuers = case.issuers.clone().revoke(&[0, 0, 0x2a], 1);
    check(padded, Err("certificate_revoked"));
    // 0x80 alone is negative, so it is another number than 0x0080.
    check(|case| case.roots = case.roots.clone().revoke(&[0x80], 1), Ok(()));
    check(|case| case.roots = case.roots.clone().revoke(&[0xff, 0x80], 1), Ok(()));
}

#[test]
fn a_serial_number_counts_for_its_own_issuer_only() {
    check(|case| case.roots = case.roots.clone().revoke(LEAF, 1), Ok(()));
}

#[test]
fn an_anchor_is_not_looked_up() {
    let anchor = |case: &mut Case| case.roots = case.roots.clone().revoke(&[1], 1);
    check(anchor, Ok(()));
    let sent = |case: &mut Case| {
        anchor(case);
        case.send_root = true;
    };
    check(sent, Ok(()));
}

#[test]
fn a_list_that_is_out_of_date_counts_as_missing_but_still_revokes() {
    for (this_update, next_update) in [
        ("250101000000Z", Some("251231235959Z")),
        ("260102000000Z", Some("260201000000Z")),
        ("251201000000Z", None),
    ] {
        let stale = |case: &mut Case| {
            case.issuers.this_update = this_update;
            case.issuers.next_update = next_update;
        };
        check(stale, Err("certificate_revocation_unknown"));
        let accepted = |case: &mut Case| {
            stale(case);
            case.missing = MissingRevocationList::Accept;
        };
        check(accepted, Ok(()));
        let revoked = |case: &mut Case| {
            accepted(case);
            case.issuers = case.issuers.clone().revoke(LEAF, 1);
        };
        check(revoked, Err("certificate_revoked"));
    }
}

#[test]
fn every_authority_needs_a_list_when_missing_ones_are_refused() {
    check(|case| case.send_issuers = false, Err("certificate_revocation_unknown"));
    check(|case| case.send_roots = false, Err("certificate_revocation_unknown"));
    let accepted = |case: &mut Case| {
        case.send_issuers = false;
        case.missing = MissingRevocationList::Accept;
    };
    check(accepted, Ok(()));
}

#[test]
fn a_list_that_the_issuer_did_not_sign_does_not_count() {
    let forged = |case: &mut Case| {
        case.issuers_signer = Some(es256());
        case.issuers = case.issuers.clone().revoke(LEAF, 1);
    };
    check(forged, Err("certificate_revocation_unknown"));
    let other_name = |case: &mut Case| {
        case.issuers.issuer = name(&[(COMMON_NAME, "Somebody Else")]);
        case.issuers = case.issuers.clone().revoke(LEAF, 1);
    };
    check(other_name, Err("certificate_revocation_unknown"));
}

#[test]
fn an_authority_whose_key_may_not_sign_lists_has_none() {
    check(|case| case.issuer_usage = &[5], Err("certificate_revocation_unknown"));
    check(|case| case.root_usage = &[5], Err("certificate_revocation_unknown"));
}

#[test]
fn a_list_that_was_verified_once_counts_for_that_key_only() {
    let (key, other) = (es256(), es256());
    let list = RevocationList::from_der(&Builder::new(ROOT).sign_with(&key)).unwrap();
    let anchor =
        |key: &Signer| TrustAnchor::from_der(&certificate::root(key).sign_with(key)).unwrap();
    let (anchor, other) = (anchor(&key), anchor(&other));
    for _ in 0..2 {
        assert!(Issuer::Anchor(&anchor).signed(&list));
        assert!(!Issuer::Anchor(&other).signed(&list));
    }
}

#[test]
fn lists_of_both_versions_are_read() {
    check_list(|_| {}, Ok(()));
    let version_1 = |list: &mut Builder| {
        list.version = 1;
        list.extensions.clear();
        list.entries = vec![(vec![5], Vec::new())];
    };
    check_list(version_1, Ok(()));
    check_list(|list| list.version = 3, Err("revocation_list_malformed"));
}

#[test]
fn only_version_2_has_extensions() {
    check_list(|list| list.version = 1, Err("revocation_list_malformed"));
    let in_entry = |list: &mut Builder| {
        list.version = 1;
        list.extensions.clear();
        *list = list.clone().revoke(&[5], 1);
    };
    check_list(in_entry, Err("revocation_list_malformed"));
}

#[test]
fn fields_of_a_list_that_are_not_what_they_should_be_are_refused() {
    check_list(|list| list.this_update = "260230000000Z", Err("revocation_list_malformed"));
    check_list(|list| list.next_update = Some("2602"), Err("revocation_list_malformed"));
    check_list(|list| list.issuer = null(), Err("revocation_list_malformed"));
    check_list(|list| *list = list.clone().revoke(&[], 1), Err("revocation_list_malformed"));
    let twice = |list: &mut Builder| list.extensions.push(list.extensions[0].clone());
    check_list(twice, Err("revocation_list_malformed"));
}

#[test]
fn an_unknown_critical_extension_makes_a_list_useless() {
    let extension = |critical| (SOMETHING.to_owned(), critical, integer(1));
    check_list(|list| list.extensions.push(extension(false)), Ok(()));
    check_list(
        |list| list.extensions.push(extension(true)),
        Err("revocation_list_critical_extension_unknown"),
    );
    let in_entry = |list: &mut Builder| list.entries.push((vec![5], vec![extension(true)]));
    check_list(in_entry, Err("revocation_list_critical_extension_unknown"));
}

#[test]
fn a_list_that_is_not_the_whole_list_of_its_issuer_is_refused() {
    let refused = Err("revocation_list_incomplete");
    let delta = (DELTA_CRL_INDICATOR.to_owned(), true, integer(1));
    check_list(|list| list.extensions.push(delta), refused);
    let part = sequence(&[context(4, &boolean(true))]);
    let part = (ISSUING_DISTRIBUTION_POINT.to_owned(), true, part);
    check_list(|list| list.extensions.push(part), refused);
    let indirect = (CERTIFICATE_ISSUER.to_owned(), true, sequence(&[]));
    check_list(|list| list.entries.push((vec![5], vec![indirect])), refused);
    // `removeFromCRL`.
    let removed = (CRL_REASON.to_owned(), false, enumerated(8));
    check_list(|list| list.entries.push((vec![5], vec![removed])), refused);
}

#[test]
fn a_list_cut_off_anywhere_or_with_more_behind_it_is_refused() {
    let der = Builder::new(ROOT).revoke(&[5], 1).sign_with(&es256());
    for end in 0..der.len() {
        assert!(RevocationList::from_der(&der[..end]).is_err(), "cut off at {end}");
    }
    let longer = [der.as_slice(), &[0]].concat();
    assert_eq!(RevocationList::from_der(&longer).unwrap_err().code(), "revocation_list_malformed");
    for bit in 0..der.len() * 8 {
        let mut flipped = der.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let _ = RevocationList::from_der(&flipped);
    }
}

/// A leaf below an issuer below a root, and the lists of both.
struct Case {
    issuers: Builder,
    roots: Builder,
    /// Instead of the issuer.
    issuers_signer: Option<Signer>,
    send_issuers: bool,
    send_roots: bool,
    send_root: bool,
    issuer_usage: &'static [u8],
    root_usage: &'static [u8],
    missing: MissingRevocationList,
}

/// Starts from lists that revoke nothing and have to be there, changes one thing, and compares the
/// outcome.
#[track_caller]
fn check(change_one_thing: impl FnOnce(&mut Case), expected: Result<(), &str>) {
    let mut case = Case {
        issuers: Builder::new(ISSUER),
        roots: Builder::new(ROOT),
        issuers_signer: None,
        send_issuers: true,
        send_roots: true,
        send_root: false,
        issuer_usage: &[5, 6],
        root_usage: &[5, 6],
        missing: MissingRevocationList::Refuse,
    };
    change_one_thing(&mut case);

    let (root_key, issuer_key, leaf_key) = (es256(), es256(), es256());
    let usage = |bits| (KEY_USAGE, true, key_usage(bits));
    let (oid, critical, value) = usage(case.root_usage);
    let root = certificate::root(&root_key).extension(oid, critical, value).sign_with(&root_key);
    let (oid, critical, value) = usage(case.issuer_usage);
    let issuer = certificate::intermediate(ISSUER, &issuer_key).serial(INTERMEDIATE);
    let issuer =
        issuer.extension(oid, critical, value).extension(BASIC_CONSTRAINTS, true, ca(None));
    let issuer = issuer.sign_with(&root_key);
    let leaf = certificate::leaf_for_packed([0xaa; 16], &leaf_key).serial(LEAF);
    let leaf = leaf.issuer(name(&[(COMMON_NAME, ISSUER)])).sign_with(&issuer_key);
    let anchor = TrustAnchor::from_der(&root).unwrap();

    let mut lists = Vec::new();
    if case.send_issuers {
        lists.push(case.issuers.sign_with(case.issuers_signer.as_ref().unwrap_or(&issuer_key)));
    }
    if case.send_roots {
        lists.push(case.roots.sign_with(&root_key));
    }
    let lists: Vec<_> = lists.iter().map(|der| RevocationList::from_der(der).unwrap()).collect();
    let mut path = vec![leaf, issuer];
    if case.send_root {
        path.push(root);
    }
    let path: Vec<_> = path.iter().map(|der| Certificate::parse(der).unwrap()).collect();
    let rules = Rules {
        anchors: &[&anchor],
        now: NOW,
        anchor_expiry: AnchorExpiry::Checked,
        sha1: Sha1Signatures::Refused,
        revocation: &Revocation::new(lists.into(), case.missing),
    };
    let outcome = chain::verify(&path, &rules).map(|_| ()).map_err(|err| err.code());
    assert_eq!(outcome, expected);
}

/// Starts from a list that can be read, changes one thing, and compares the outcome.
#[track_caller]
fn check_list(change_one_thing: impl FnOnce(&mut Builder), expected: Result<(), &str>) {
    let mut builder = Builder::new(ROOT);
    change_one_thing(&mut builder);
    let list = RevocationList::from_der(&builder.sign_with(&es256()));
    assert_eq!(list.map(|_| ()).map_err(|err| err.code()), expected);
}

fn es256() -> Signer {
    Signer::new(CoseAlgorithm::Es256)
}
