use super::*;
use crate::{Asked, IconDisplay, PaymentAmount, PaymentInstrument, UvInitialized};

const APP_ID: &str = "https://example.org/u2f/app.json";

/// §10.1.1: the AppID takes the place of the RP ID exactly when it was asked for and used.
#[test]
fn verify_takes_the_app_id_instead_of_the_rp_id_when_it_was_asked_for_and_used() {
    let mismatch = Err("rp_id_hash_mismatch");
    for (asked, used, signed, expected) in [
        (Some(APP_ID), "true", APP_ID, Ok(())),
        (Some(APP_ID), "true", "example.org", mismatch),
        (Some(APP_ID), "false", APP_ID, mismatch),
        (Some(APP_ID), "false", "example.org", Ok(())),
        (Some("https://example.org/other"), "true", APP_ID, mismatch),
        (None, "true", APP_ID, mismatch),
        (None, "true", "example.org", Ok(())),
        (Some(APP_ID), "1", "example.org", Err("client_extension_output_malformed")),
        (Some(APP_ID), "1", APP_ID, mismatch),
        (None, "1", "example.org", Ok(())),
    ] {
        let mut case = Case::new();
        case.ceremony.extensions.app_id = asked.map(|it| it.parse().unwrap());
        case.data.rp_id = signed;
        let results = format!(r#""clientExtensionResults":{{"appid":{used}}}"#);
        let json = case.parts().3.replace(r#""clientExtensionResults":{}"#, &results);
        let outcome = case.verify_json(&json).map(|_| ()).map_err(|err| err.code());
        assert_eq!(outcome, expected, "{asked:?} {used} {signed}");
    }
}

#[test]
fn verify_rejects_malformed_outputs_that_were_asked_for_after_the_signature() {
    let malformed = |case: &mut Case| {
        case.data.flags |= ED;
        case.data.extensions = sample::map(&[(sample::text("credBlob"), vec![0xf5])]);
    };
    check(malformed, Ok((8, &[])));
    let asked = |case: &mut Case| {
        malformed(case);
        case.ceremony.extensions.cred_blob = Asked::Yes;
    };
    check(asked, Err("authenticator_extension_output_malformed"));
    let forged = |case: &mut Case| {
        asked(case);
        case.edit_signature = |signature| signature[8] ^= 1;
    };
    check(forged, Err("signature_invalid"));
}

#[test]
fn verify_accepts_a_payment_that_was_asked_for() {
    check(pay, Ok((8, &[])));
}

#[test]
fn verify_rejects_a_payment_at_a_sign_in_and_a_sign_in_at_a_payment() {
    let sign_in = |case: &mut Case| {
        pay(case);
        case.ceremony.purpose = AuthenticationPurpose::SignIn;
    };
    check(sign_in, Err("client_data_type_mismatch"));
    for kind in ["webauthn.get", "webauthn.create"] {
        let payment = |case: &mut Case| {
            pay(case);
            case.client_data.kind = kind;
        };
        check(payment, Err("client_data_type_mismatch"));
    }
}

#[test]
fn verify_rejects_a_payment_that_was_not_shown_as_it_should() {
    let show = |from: &'static str, to: &'static str| {
        move |case: &mut Case| {
            pay(case);
            case.client_data.extra = case.client_data.extra.replace(from, to);
        }
    };
    check(show("12.50", "1250"), Err("payment_total_mismatch"));
    check(show("payment", "other"), Err("payment_malformed"));
    check(show(r#"{"rpId""#, r#"{"rpId":"a.b","rpId""#), Err("payment_malformed"));
    check(show(r#""12.50""#, "12.50"), Err("payment_malformed"));
}

/// The page of a shop, framed by nobody, at which the bank's credential confirms a payment.
fn pay(case: &mut Case) {
    let shop = sample::origin("https://shop.example");
    case.client_data.kind = "payment.get";
    case.client_data.origin = shop.to_string();
    case.client_data.extra = concat!(
        r#","payment":{"rpId":"example.org","topOrigin":"https://shop.example","payeeName":"Shop","#,
        r#""total":{"value":"12.50","currency":"EUR"},"#,
        r#""instrument":{"icon":"https://example.org/card.png","displayName":"Card"}}"#
    )
    .to_owned();
    case.ceremony.origin = shop.clone();
    case.ceremony.purpose = AuthenticationPurpose::Payment(Box::new(PaymentExpectation {
        top_origin: shop,
        payee_name: Some("Shop".to_owned()),
        payee_origin: None,
        entity_logos: Vec::new(),
        total: PaymentAmount { currency: "EUR".to_owned(), value: "12.50".to_owned() },
        instrument: PaymentInstrument {
            display_name: "Card".to_owned(),
            icon: "https://example.org/card.png".to_owned(),
            icon_display: IconDisplay::Required,
            details: None,
        },
    }));
}

#[test]
fn the_obligations_of_an_assertion_are_what_changed() {
    let update = |edit: fn(&mut Case)| {
        let mut case = Case::new();
        edit(&mut case);
        case.verify().unwrap().obligations()
    };
    let unchanged = RecordUpdate::default();
    let risen = RecordUpdate { sign_count: Some(8), ..unchanged };
    assert_eq!(update(|_| {}), risen);
    assert_eq!(update(|case| case.record.sign_count = 8), unchanged);
    assert_eq!(update(|case| case.record.sign_count = 9), unchanged);
    assert!(unchanged.is_empty() && !risen.is_empty());
    let backed_up = RecordUpdate { backed_up: Some(true), ..risen };
    assert_eq!(update(|case| case.record.backed_up = false), backed_up);
    let eligible = RecordUpdate { backup_eligible: Some(true), ..risen };
    assert_eq!(update(|case| case.record.backup_eligible = false), eligible);
    let verified = RecordUpdate { uv_initialized: UvInitialized::MayBeSet, ..risen };
    assert_eq!(update(|case| case.record.uv_initialized = false), verified);
}

/// Another factor has to vouch for user verification that is new (§7.2, step 24).
#[test]
fn an_update_is_applied_but_for_the_first_verification_of_the_user() {
    let mut case = Case::new();
    case.record.uv_initialized = false;
    case.record.backed_up = false;
    let update = case.verify().unwrap().obligations();
    update.apply(&mut case.record);
    assert_eq!((case.record.sign_count, case.record.backed_up), (8, true));
    assert!(case.record.backup_eligible && !case.record.uv_initialized);
}
