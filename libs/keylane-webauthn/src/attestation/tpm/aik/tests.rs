use super::super::tests::case::{Case, check};
use super::*;
use crate::sample::certificate::{
    BASIC_CONSTRAINTS, Builder, COMMON_NAME, EXTENDED_KEY_USAGE, FIDO_AAGUID, SUBJECT_ALT_NAME, ca,
    extended_key_usage, name,
};
use crate::sample::der::{context, context_primitive, octet_string, oid, sequence, set, utf8};
use crate::sample::tpm::{self, MANUFACTURER, MODEL, VERSION, alternative_name};

#[test]
fn tpm_refuses_certificates_that_are_not_of_attestation_keys() {
    // Only version 3 has extensions.
    let bare = |it: Builder| {
        it.without(SUBJECT_ALT_NAME).without(EXTENDED_KEY_USAGE).without(BASIC_CONSTRAINTS)
    };
    for version in [1, 2] {
        check(
            |case| case.certificate(|it| bare(it).version(version)),
            Err("tpm_certificate_version"),
        );
    }
    check(
        |case| case.certificate(|it| it.subject(name(&[(COMMON_NAME, "AIK")]))),
        Err("tpm_certificate_subject"),
    );
    check(
        |case| case.certificate(|it| it.without(SUBJECT_ALT_NAME)),
        Err("tpm_certificate_alternative_name"),
    );
    let unreadable = sequence(&[octet_string(&[])]);
    for value in [unreadable, vec![0x30, 5], alternative_name(&sequence(&[]))] {
        check(
            |case| case.certificate(|it| it.extension(SUBJECT_ALT_NAME, true, value)),
            Err("tpm_certificate_alternative_name"),
        );
    }
}

/// Bug class 17: the layouts of the alternative name.
#[test]
fn tpm_reads_both_layouts_of_the_alternative_name() {
    let attribute = |(id, text): (&str, &str)| sequence(&[oid(id), utf8(text)]);
    let tpm = [(VERSION, "id:13"), (MODEL, "NPCT6xx"), (MANUFACTURER, "id:4E544300")];
    let one_set = sequence(&[set(&tpm.map(attribute))]);
    let three_sets = sequence(&tpm.map(|it| set(&[attribute(it)])));
    for layout in [&one_set, &three_sets] {
        for critical in [true, false] {
            let value = alternative_name(layout);
            check(
                |case| case.certificate(|it| it.extension(SUBJECT_ALT_NAME, critical, value)),
                Ok(&[]),
            );
        }
    }
    // Another kind of name beside it, as some have.
    let other = context_primitive(2, b"tpm.example");
    let beside = sequence(&[other, context(4, &one_set)]);
    check(|case| case.certificate(|it| it.extension(SUBJECT_ALT_NAME, true, beside)), Ok(&[]));
}

#[test]
fn tpm_refuses_an_alternative_name_that_does_not_say_which_tpm() {
    let whole = [(MANUFACTURER, "id:49465800"), (MODEL, "SLB9672"), (VERSION, "id:0010")];
    for missing in 0..3 {
        let mut less = whole.to_vec();
        less.remove(missing);
        check(|case| case.describe(&less), Err("tpm_certificate_alternative_name"));
        let mut empty = whole.to_vec();
        empty[missing].1 = "";
        check(|case| case.describe(&empty), Err("tpm_certificate_alternative_name"));
        let mut twice = whole.to_vec();
        twice.push(whole[missing]);
        check(|case| case.describe(&twice), Err("tpm_certificate_alternative_name"));
    }
    for id in
        ["49465800", "id:4946580", "id:494658000", "id:4946580g", "id:+9465800", "ïd:49465800"]
    {
        let named = [(MANUFACTURER, id), (MODEL, "SLB9672"), (VERSION, "id:0010")];
        check(|case| case.describe(&named), Err("tpm_certificate_alternative_name"));
    }
}

/// Bug class 17: the vendor id of the FIDO Alliance's tools is not one of a manufacturer.
#[test]
fn tpm_refuses_unknown_manufacturers_unless_the_policy_permits_them() {
    for id in ["id:FFFFF1D0", "id:00000000", "id:fffff1d0", "id:58585858"] {
        let tpm = [(MANUFACTURER, id), (MODEL, "model"), (VERSION, "id:1")];
        check(|case| case.describe(&tpm), Err("tpm_manufacturer_unknown"));
        let permitted = |case: &mut Case| {
            case.describe(&tpm);
            case.permit(PolicySwitch::TpmUnknownManufacturer);
        };
        check(permitted, Ok(&[PolicySwitch::TpmUnknownManufacturer]));
    }
    // Known ones in either case; permission that was not needed is not recorded.
    for id in ["id:414d4400", "ID:414D4400", "id:53544D20", "id:494E5443"] {
        let known = |case: &mut Case| {
            case.describe(&[(MANUFACTURER, id), (MODEL, "model"), (VERSION, "id:1")]);
            case.permit(PolicySwitch::TpmUnknownManufacturer);
        };
        check(known, Ok(&[]));
    }
}

/// Bug class 17: missing checks of the extended key usage.
#[test]
fn tpm_refuses_a_certificate_for_other_purposes() {
    let refused = Err("tpm_certificate_key_usage");
    check(|case| case.certificate(|it| it.without(EXTENDED_KEY_USAGE)), refused);
    // The one of the key that only encrypts.
    let other = extended_key_usage(&["2.23.133.8.1"]);
    check(|case| case.certificate(|it| it.extension(EXTENDED_KEY_USAGE, false, other)), refused);
    let both = extended_key_usage(&["2.23.133.8.1", tpm::AIK_CERTIFICATE]);
    check(|case| case.certificate(|it| it.extension(EXTENDED_KEY_USAGE, true, both)), Ok(&[]));
    let malformed = |it: Builder| it.extension(EXTENDED_KEY_USAGE, false, vec![0x30, 9]);
    check(|case| case.certificate(malformed), Err("certificate_extension_malformed"));
}

/// Bug class 17: missing checks of the basic constraints.
#[test]
fn tpm_refuses_the_certificate_of_an_authority() {
    let refused = Err("tpm_certificate_basic_constraints");
    let authority = |it: Builder| it.extension(BASIC_CONSTRAINTS, true, ca(None));
    check(|case| case.certificate(authority), refused);
    let without = |it: Builder| it.without(BASIC_CONSTRAINTS);
    check(|case| case.certificate(without), refused);
    let permitted = |case: &mut Case| {
        case.certificate(without);
        case.permit(PolicySwitch::BasicConstraintsAbsent);
    };
    check(permitted, Ok(&[PolicySwitch::BasicConstraintsAbsent]));
    let permitted = |case: &mut Case| {
        case.certificate(authority);
        case.permit(PolicySwitch::BasicConstraintsAbsent);
    };
    check(permitted, refused);
}

/// Bug class 17: missing checks of the AAGUID.
#[test]
fn tpm_refuses_a_certificate_for_another_model() {
    let certified = |aaguid: [u8; 16]| {
        move |it: Builder| it.extension(FIDO_AAGUID, false, octet_string(&aaguid))
    };
    check(|case| case.certificate(certified([0xaa; 16])), Ok(&[]));
    check(|case| case.certificate(certified([0xab; 16])), Err("tpm_certificate_aaguid_mismatch"));
}
