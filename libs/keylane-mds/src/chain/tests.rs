use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, IsCa, KeyPair, date_time_ymd};

use super::*;
use crate::sample::{Authority, Case, NOW, PKI, SIGNER_DOMAIN, accepted, check};

const DAY_MS: u64 = 86_400_000;

#[test]
fn verify_accepts_any_order_of_certificates() {
    check(|case| case.x5c.reverse(), Ok(1));
    let (upper, middle, lower) = long_chain();
    let key = &PKI.signer_key;
    let signer = lower.certify(key, |_| {});
    let chain = [&signer, &lower.certificate, &middle.certificate, &upper.certificate];
    for order in [[0, 1, 2, 3], [0, 3, 2, 1], [0, 2, 3, 1], [3, 1, 0, 2]] {
        check(|case| case.x5c = order.iter().map(|at| chain[*at].clone()).collect(), Ok(1));
    }
}

#[test]
fn verify_accepts_surplus_certificates() {
    let other = Authority::root("Somebody Else");
    check(|case| case.x5c.push(PKI.root.certificate.clone()), Ok(1));
    check(|case| case.x5c.push(other.certificate.clone()), Ok(1));
    check(|case| case.x5c.insert(0, other.certificate.clone()), Ok(1));
    check(|case| case.x5c.push(PKI.signer.clone()), Ok(1));
    check(|case| case.x5c.push(b"not a certificate".to_vec()), Ok(1));
    check(|case| case.x5c.insert(1, Vec::new()), Ok(1));
}

#[test]
fn verify_follows_more_than_one_intermediate_and_misses_none() {
    let (upper, middle, lower) = long_chain();
    let signer = lower.certify(&PKI.signer_key, |_| {});
    let chain = [signer, lower.certificate, middle.certificate, upper.certificate];
    check(|case| case.x5c = chain.to_vec(), Ok(1));
    for missing in 1..chain.len() {
        let incomplete = |case: &mut Case| {
            case.x5c = chain.to_vec();
            case.x5c.remove(missing);
        };
        check(incomplete, Err("chain_untrusted"));
    }
}

#[test]
fn verify_finds_either_root_of_a_cross_signed_authority() {
    let (old, new) = (Authority::root("Old Root"), Authority::root("New Root"));
    let cross = old.cross_sign(&new, "New Root", 9);
    let signer = new.certify(&PKI.signer_key, |_| {});
    for root in [&old, &new] {
        let anchored = |case: &mut Case| {
            case.x5c = vec![signer.clone(), cross.clone(), new.certificate.clone()];
            case.anchors = Anchors::from_der([&root.certificate]).unwrap();
        };
        check(anchored, Ok(1));
    }
}

#[test]
fn verify_refuses_a_chain_to_a_root_that_only_the_blob_brings() {
    let own = Authority::root("Own Root");
    let signer = own.certify(&PKI.signer_key, |_| {});
    check(|case| case.x5c = vec![signer, own.certificate.clone()], Err("chain_untrusted"));
    // Nor does the name of a root make one.
    let impostor = Authority::root("Test Root");
    let signer = impostor.certify(&PKI.signer_key, |_| {});
    check(|case| case.x5c = vec![signer, impostor.certificate.clone()], Err("chain_untrusted"));
    check(|case| case.anchors = Anchors::global_sign(), Err("chain_untrusted"));
}

#[test]
fn verify_refuses_a_key_that_is_not_the_signers_own() {
    // The signature verifies under a certificate that chains nowhere, beside one that chains.
    let own = Authority::root("Own Root");
    let key = KeyPair::generate().unwrap();
    let beside = |case: &mut Case| {
        case.key = key.serialize_der();
        case.x5c.push(own.certify(&key, |_| {}));
    };
    check(beside, Err("chain_untrusted"));
}

#[test]
fn verify_passes_over_an_older_certificate_of_the_same_key() {
    let expired = PKI.intermediate.certify(&PKI.signer_key, |params| {
        params.not_after = date_time_ymd(2025, 12, 1);
    });
    check(|case| case.x5c.insert(0, expired.clone()), Ok(1));
    check(|case| case.x5c[0] = expired, Err("chain_expired"));
}

#[test]
fn verify_looks_at_no_extended_key_usage() {
    use ExtendedKeyUsagePurpose as Usage;
    for usages in [
        vec![],
        vec![Usage::CodeSigning],
        vec![Usage::Any, Usage::TimeStamping],
        vec![Usage::Other(vec![1, 3, 6, 1, 4, 1, 99_999, 1])],
    ] {
        check(|case| signer(case, |params| params.extended_key_usages = usages), Ok(1));
    }
}

#[test]
fn verify_refuses_certificates_out_of_their_time() {
    let june = 13_046_400_000;
    for (now, expected) in [
        (NOW.0 + june, Ok(1)),
        (NOW.0 + june + 1_000, Err("chain_expired")),
        (NOW.0 - 214 * DAY_MS, Ok(1)),
        (NOW.0 - 214 * DAY_MS - 1_000, Err("chain_not_yet_valid")),
        (0, Err("chain_not_yet_valid")),
        (u64::MAX, Err("chain_expired")),
    ] {
        check(|case| case.now = UnixMillis(now), expected);
    }
    let old = PKI.root.certify_intermediate("Old Intermediate", |params| {
        params.not_after = date_time_ymd(2025, 12, 31);
    });
    let expired = |case: &mut Case| {
        case.x5c = vec![old.certify(&PKI.signer_key, |_| {}), old.certificate.clone()];
    };
    check(expired, Err("chain_expired"));
}

#[test]
fn verify_refuses_a_signer_that_is_an_authority() {
    let authority = |case: &mut Case| {
        signer(case, |params| params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained));
    };
    check(authority, Err("chain_unacceptable"));
}

#[test]
fn verify_refuses_an_issuer_that_is_no_authority() {
    let key = KeyPair::generate().unwrap();
    let leaf = PKI.intermediate.certify_intermediate("Leaf", |params| params.is_ca = IsCa::NoCa);
    let through_leaf = |case: &mut Case| {
        case.key = key.serialize_der();
        case.x5c = vec![
            leaf.certify(&key, |_| {}),
            leaf.certificate.clone(),
            PKI.intermediate.certificate.clone(),
        ];
    };
    check(through_leaf, Err("chain_unacceptable"));
}

#[test]
fn verify_demands_a_signer_of_the_domain() {
    for (domain, expected) in [
        ("mds.example.org", Ok(1)),
        ("example.org", Ok(1)),
        ("EXAMPLE.org", Ok(1)),
        ("ample.org", Err("signer_domain_mismatch")),
        ("other.example.org", Err("signer_domain_mismatch")),
        ("www.mds.example.org", Err("signer_domain_mismatch")),
        ("example.com", Err("signer_domain_mismatch")),
    ] {
        check(|case| case.anchors = case.anchors.clone().with_signer_domain(domain), expected);
    }
    let unnamed = |case: &mut Case| {
        case.anchors = case.anchors.clone().with_signer_domain(SIGNER_DOMAIN);
        signer(case, |params| params.subject_alt_names.clear());
    };
    check(unnamed, Err("signer_domain_mismatch"));
}

#[test]
fn verify_refuses_revoked_certificates_under_either_policy() {
    let (root, intermediate) = (&PKI.root, &PKI.intermediate);
    for policy in [RevocationPolicy::Hard, RevocationPolicy::Soft] {
        let lists = |case: &mut Case, crls: Vec<Vec<u8>>| {
            case.revocation = policy;
            case.crls = crls;
        };
        check(|case| lists(case, vec![root.crl(&[]), intermediate.crl(&[])]), Ok(1));
        check(|case| lists(case, vec![root.crl(&[8]), intermediate.crl(&[2])]), Ok(1));
        let signer = vec![root.crl(&[]), intermediate.crl(&[3])];
        check(|case| lists(case, signer), Err("chain_revoked"));
        let issuer = vec![root.crl(&[2]), intermediate.crl(&[])];
        check(|case| lists(case, issuer), Err("chain_revoked"));
    }
}

#[test]
fn soft_policy_heeds_what_lists_there_are() {
    let (root, intermediate) = (&PKI.root, &PKI.intermediate);
    let stale = |revoked: &[u64]| intermediate.crl_until(revoked, 2025, 12, 31);
    check(|case| case.crls = vec![root.crl(&[2])], Err("chain_revoked"));
    check(|case| case.crls = vec![intermediate.crl(&[3])], Err("chain_revoked"));
    check(|case| case.crls = vec![stale(&[3])], Err("chain_revoked"));
    check(|case| case.crls = vec![root.crl(&[2]), stale(&[])], Err("chain_revoked"));
    check(|case| case.crls = vec![stale(&[])], Ok(1));
}

#[test]
fn hard_policy_refuses_without_current_lists() {
    let (root, intermediate) = (&PKI.root, &PKI.intermediate);
    let stale = intermediate.crl_until(&[], 2025, 12, 31);
    let other = Authority::root("Somebody Else").crl(&[]);
    for (crls, code) in [
        (vec![], "crl_missing"),
        (vec![root.crl(&[])], "crl_missing"),
        (vec![intermediate.crl(&[])], "crl_missing"),
        (vec![root.crl(&[]), other], "crl_missing"),
        (vec![root.crl(&[]), stale], "crl_stale"),
    ] {
        check(|case| hard(case, crls), Err(code));
    }
    // Whoever signed it comes first: only an issuer in order is worth a list.
    let untrusted = |case: &mut Case| {
        case.anchors = Anchors::global_sign();
        hard(case, Vec::new());
    };
    check(untrusted, Err("chain_untrusted"));
}

#[test]
fn verify_refuses_a_list_that_somebody_else_signed() {
    let impostor = Authority::root("Test Intermediate").crl(&[]);
    for policy in [RevocationPolicy::Hard, RevocationPolicy::Soft] {
        let forged = |case: &mut Case| {
            case.revocation = policy;
            case.crls = vec![PKI.root.crl(&[]), impostor.clone()];
        };
        check(forged, Err("crl_signature_invalid"));
    }
}

#[test]
fn blob_says_how_far_revocation_was_checked() {
    let (root, intermediate) = (&PKI.root, &PKI.intermediate);
    let both = || vec![root.crl(&[]), intermediate.crl(&[])];
    let complete = accepted(|case| case.crls = both());
    assert_eq!(complete.revocation(), RevocationCheck::Complete);
    let hard = accepted(|case| hard(case, both()));
    assert_eq!(hard.revocation(), RevocationCheck::Complete);
    let half = accepted(|case| case.crls = vec![root.crl(&[])]);
    assert_eq!(half.revocation(), RevocationCheck::Incomplete);
    assert_eq!(accepted(|_| {}).revocation(), RevocationCheck::Incomplete);
}

fn hard(case: &mut Case, crls: Vec<Vec<u8>>) {
    case.revocation = RevocationPolicy::Hard;
    case.crls = crls;
}

/// Replaces the signer's certificate by one with something changed.
fn signer(case: &mut Case, change_one_thing: impl FnOnce(&mut CertificateParams)) {
    case.x5c[0] = PKI.intermediate.certify(&PKI.signer_key, change_one_thing);
}

fn long_chain() -> (Authority, Authority, Authority) {
    let upper = PKI.root.authority("Upper", 4);
    let middle = upper.authority("Middle", 5);
    let lower = middle.authority("Lower", 6);
    (upper, middle, lower)
}
