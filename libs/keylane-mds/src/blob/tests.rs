use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::sample::{self, AAGUID, Case, NOW, accepted, check};

#[test]
fn verify_reads_a_blob() {
    let blob = accepted(|_| {});
    assert_eq!(blob.number(), 7);
    assert_eq!(blob.next_update().to_string(), "2026-02-01");
    assert_eq!(blob.legal_header(), Some("For tests only."));
    assert_eq!(blob.metadata().name(AAGUID.parse().unwrap()), Some("Example Key"));
    assert!(blob.unreadable().is_empty() && blob.others().is_empty());
    assert_eq!(blob.into_metadata().len(), 1);
}

#[test]
fn last_good_blob_stays_when_an_error_page_comes() {
    let good = accepted(|_| {});
    let mut kept = &good;
    let pages = ["<html>503</html>", "", "{\"error\":\"down\"}", "Bad Gateway", "a.b.c"];
    let refused: Vec<_> = pages
        .into_iter()
        .map(|page| Case { raw: Some(page.into()), ..Case::default() }.verify())
        .collect();
    for outcome in &refused {
        kept = outcome.as_ref().unwrap_or(kept);
    }
    assert_eq!(kept.number(), 7);
    let newer = accepted(|case| case.payload["no"] = json!(8));
    assert_eq!(newer.number(), 8);
}

#[test]
fn verify_keeps_members_it_does_not_know() {
    let blob = accepted(|case| {
        case.payload["x-members"] = json!({ "z": [1, 2] });
        case.payload["entries"][0]["rogueListHash"] = json!("AA");
    });
    assert_eq!(&*blob.others()[0].name, "x-members");
    assert_eq!(&*blob.others()[0].json, r#"{"z":[1,2]}"#);
    assert_eq!(&*blob.metadata().entries()[0].others[0].name, "rogueListHash");
}

#[test]
fn verify_reads_words_that_are_younger_than_the_code() {
    let blob = accepted(|case| {
        case.entry()["statusReports"][0]["status"] = json!("FROBNICATED");
        case.entry()["metadataStatement"]["protocolFamily"] = json!("fido3");
        case.entry()["metadataStatement"]["keyProtection"] = json!(["quantum_vault"]);
    });
    let entry = &blob.metadata().entries()[0];
    assert_eq!(entry.status_reports[0].status.as_str(), "FROBNICATED");
    let statement = entry.statement.as_ref().unwrap();
    assert_eq!(statement.protocol_family.as_ref().unwrap().as_str(), "fido3");
    assert_eq!(statement.key_protection[0].as_str(), "quantum_vault");
}

#[test]
fn verify_reads_reports_without_an_effective_date() {
    let undated = |case: &mut Case| {
        case.entry()["statusReports"] = json!([{ "status": "FIDO_CERTIFIED" }]);
    };
    let blob = accepted(undated);
    assert_eq!(blob.metadata().entries()[0].status_reports[0].effective_date, None);
}

#[test]
fn verify_refuses_a_number_that_goes_back() {
    for (previous, expected) in [
        (None, Ok(1)),
        (Some(0), Ok(1)),
        (Some(6), Ok(1)),
        (Some(7), Ok(1)),
        (Some(8), Err("blob_number_went_back")),
        (Some(u64::MAX), Err("blob_number_went_back")),
    ] {
        check(|case| case.previous_number = previous, expected);
    }
    let refused = Case { previous_number: Some(8), ..Case::default() }.verify().unwrap_err();
    assert_eq!(refused, BlobError::NumberWentBack { number: 7, previous: 8 });
}

#[test]
fn overdue_update_is_a_fact_and_no_refusal() {
    let day = 86_400_000;
    let next_update = NOW.0 + 31 * day;
    for (now, expected) in [
        (NOW.0, Freshness::Current),
        (next_update, Freshness::Current),
        (next_update + day - 1, Freshness::Current),
        (next_update + day, Freshness::Overdue),
    ] {
        let blob = accepted(|case| case.now = UnixMillis(now));
        assert_eq!(blob.freshness(UnixMillis(now)), expected, "{now}");
    }
}

#[test]
fn verify_refuses_a_payload_without_what_it_is_for() {
    let code = Err("blob_payload_malformed");
    for member in ["no", "nextUpdate", "entries"] {
        check(|case| drop(case.payload.as_object_mut().unwrap().remove(member)), code);
    }
    for (member, value) in [
        ("no", json!("7")),
        ("no", json!(-1)),
        ("no", json!(7.5)),
        ("no", json!(null)),
        ("nextUpdate", json!("soon")),
        ("nextUpdate", json!(20_260_201)),
        ("entries", json!({})),
        ("entries", json!(null)),
    ] {
        check(|case| case.payload[member] = value, code);
    }
}

#[test]
fn verify_refuses_a_payload_that_is_no_object() {
    let raw = |payload: &str| {
        let payload = payload.as_bytes().to_vec();
        move |case: &mut Case| case.raw_payload = Some(payload)
    };
    for payload in ["null", "[]", "{", "{} {}", "<html>"] {
        check(raw(payload), Err("blob_payload_malformed"));
    }
    let twice = r#"{"no":7,"no":8,"nextUpdate":"2026-02-01","entries":[]}"#;
    check(raw(twice), Err("blob_payload_malformed"));
    check(|case| case.raw_payload = Some(vec![0xff]), Err("blob_payload_malformed"));
}

#[test]
fn verify_refuses_a_signed_payload_that_is_not_base64url() {
    for payload in ["e30=", "e31", "e 30", "*"] {
        let spoiled = |case: &mut Case| {
            let text = String::from_utf8(case.to_bytes()).unwrap();
            let header = text.split('.').next().unwrap();
            case.raw = Some(case.sign_parts(header, payload));
        };
        check(spoiled, Err("blob_payload_malformed"));
    }
}

#[test]
fn one_entry_that_cannot_be_read_does_not_take_the_others_with_it() {
    let odd = [json!(null), json!({}), json!({ "aaguid": 7 }), json!("x")];
    for entry in &odd {
        check(|case| case.payload["entries"] = json!([entry, sample::entry(), entry]), Ok(1));
    }
    let blob = accepted(|case| {
        case.payload["entries"].as_array_mut().unwrap().extend(odd.clone());
    });
    assert_eq!((blob.metadata().len(), blob.unreadable().len()), (1, 4));
    let places: Vec<_> = blob.unreadable().iter().map(|it| it.index).collect();
    assert_eq!(places, [1, 2, 3, 4]);
}

#[test]
fn blob_of_nothing_that_can_be_read_is_refused() {
    check(|case| case.payload["entries"] = json!([{}, 7]), Err("blob_nothing_readable"));
    check(|case| case.payload["entries"] = json!([]), Ok(0));
}

#[test]
fn verify_is_bounded() {
    let entries = |count| vec![json!(0); count];
    let many = |case: &mut Case| case.payload["entries"] = json!(entries(ENTRIES_MAX + 1));
    check(many, Err("blob_too_many_entries"));
    let most = |case: &mut Case| {
        case.payload["entries"] = json!(entries(ENTRIES_MAX));
        case.payload["entries"][0] = sample::entry();
    };
    check(most, Ok(1));
    check(|case| case.raw = Some(vec![b'A'; BLOB_BYTES_MAX + 1]), Err("blob_too_large"));
}

#[test]
fn verify_survives_deep_nesting() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for member in ["x", "statusReports", "metadataStatement", "aaguid"] {
        let nested = |case: &mut Case| {
            let entry = format!(r#"{{"aaid":"1234#5678","{member}":{deep}}}"#);
            let text = case.payload.to_string();
            case.raw_payload =
                Some(text.replacen("\"entries\":[", &format!("\"entries\":[{entry},"), 1).into());
        };
        let readable = if matches!(member, "x" | "aaguid") { 2 } else { 1 };
        check(nested, Ok(readable));
    }
}

#[test]
fn verify_refuses_a_blob_cut_anywhere() {
    let case = Case::default();
    let whole = case.to_bytes();
    for end in 0..whole.len() {
        let cut = Case { raw: Some(whole[..end].to_vec()), ..Case::default() };
        assert!(cut.verify().is_err(), "cut at {end}");
    }
}

#[test]
fn verify_refuses_a_blob_with_any_bit_flipped() {
    let whole = Case::default().to_bytes();
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut raw = whole.clone();
            raw[at] ^= 1 << bit;
            let flipped = Case { raw: Some(raw), ..Case::default() };
            // A last character that turns into white space leaves a signature that is too short.
            assert!(flipped.verify().is_err(), "bit {bit} of byte {at}");
        }
    }
}

proptest! {
    #[test]
    fn verify_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let case = Case { raw: Some(bytes), ..Case::default() };
        prop_assert!(case.verify().is_err());
    }

    #[test]
    fn verify_never_panics_on_a_signed_header_of_any_shape(
        header in r#"[\{\}\[\],:"a-c0-9\\tu ]{0,60}"#,
    ) {
        let case = Case::default();
        let case = Case { raw: Some(case.sign(header.as_bytes())), ..case };
        prop_assert!(case.verify().is_err());
    }

    #[test]
    fn verify_never_panics_on_a_signed_payload_of_any_shape(
        payload in r#"[\{\}\[\],:"a-c0-9\\tu ]{0,60}"#,
    ) {
        let case = Case { raw_payload: Some(payload.into_bytes()), ..Case::default() };
        prop_assert!(case.verify().is_err());
    }

    #[test]
    fn verify_puts_aside_any_entry_it_cannot_read(entry in json_value()) {
        let case = Case {
            payload: json!({ "no": 7, "nextUpdate": "2026-02-01", "entries": [sample::entry(), entry] }),
            ..Case::default()
        };
        let blob = case.verify().unwrap();
        prop_assert_eq!(blob.metadata().len() + blob.unreadable().len(), 2);
    }
}

/// JSON with the names of metadata in it.
fn json_value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        ".{0,8}".prop_map(Json::from),
        Just(json!("REVOKED")),
        Just(json!("2026-01-01")),
        Just(json!("1234#5678")),
        Just(json!("AAAA")),
    ];
    let name = prop_oneof![
        Just("aaguid"),
        Just("aaid"),
        Just("status"),
        Just("statusReports"),
        Just("metadataStatement"),
        Just("attestationRootCertificates"),
        Just("attestationCertificateKeyIdentifiers"),
        Just("userVerificationDetails"),
        Just("effectiveDate"),
        Just("certificate"),
        Just("other"),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            proptest::collection::hash_map(name.clone(), inner, 0..4)
                .prop_map(|members| members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
        ]
    })
}
