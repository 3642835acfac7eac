use serde_json::{Value as Json, json};

use super::*;

#[test]
fn check_accepts_the_payment_that_was_to_be_shown() {
    check(|_, _| {}, Ok(()));
}

#[test]
fn check_accepts_the_old_name_of_the_rp_id_beside_the_new_one_or_alone() {
    check(|shown, _| shown["rp"] = json!("bank.example"), Ok(()));
    let old = |shown: &mut Json, _: &mut PaymentExpectation| {
        shown["rp"] = shown["rpId"].take();
        shown.as_object_mut().unwrap().remove("rpId");
    };
    check(old, Ok(()));
    check(|shown, _| shown["rp"] = json!("shop.example"), Err("payment_rp_id_mismatch"));
    check(|shown, _| drop(shown.as_object_mut().unwrap().remove("rpId")), Err("payment_malformed"));
}

#[test]
fn check_ignores_members_it_does_not_know_and_keys_of_the_browser() {
    let more = |shown: &mut Json, _: &mut PaymentExpectation| {
        shown["browserBoundPublicKey"] = json!("AQID");
        shown["instrument"]["iconMustBeShown"] = json!(true);
        shown["new"] = json!([1]);
    };
    check(more, Ok(()));
}

#[test]
fn check_refuses_another_rp_id() {
    check(|shown, _| shown["rpId"] = json!("shop.example"), Err("payment_rp_id_mismatch"));
}

#[test]
fn check_refuses_another_page_in_the_address_bar() {
    for other in ["https://evil.example", "https://shop.example/", "https://shop.example:443"] {
        check(|shown, _| shown["topOrigin"] = json!(other), Err("payment_top_origin_mismatch"));
    }
}

#[test]
fn check_refuses_another_payee_one_too_many_and_one_too_few() {
    let refused = Err("payment_payee_mismatch");
    check(|shown, _| shown["payeeName"] = json!("Shop "), refused);
    check(|shown, _| shown["payeeOrigin"] = json!("https://evil.example"), refused);
    check(|shown, _| drop(shown.as_object_mut().unwrap().remove("payeeName")), refused);
    check(|_, expected| expected.payee_origin = None, refused);
    let none = |shown: &mut Json, expected: &mut PaymentExpectation| {
        shown["payeeName"] = Json::Null;
        expected.payee_name = None;
    };
    check(none, Ok(()));
}

#[test]
fn check_accepts_fewer_logos_but_no_others_and_no_other_order() {
    let logo = |name: &str| json!({ "url": format!("https://{name}.example"), "label": name });
    for (shown_logos, expected) in [
        (vec![], Ok(())),
        (vec!["a"], Ok(())),
        (vec!["b"], Ok(())),
        (vec!["a", "b"], Ok(())),
        (vec!["b", "a"], Err("payment_logos_mismatch")),
        (vec!["a", "a"], Err("payment_logos_mismatch")),
        (vec!["c"], Err("payment_logos_mismatch")),
    ] {
        let logos: Vec<_> = shown_logos.iter().map(|name| logo(name)).collect();
        check(|shown, _| shown["paymentEntitiesLogos"] = json!(logos), expected);
    }
}

#[test]
fn check_refuses_another_amount() {
    let refused = Err("payment_total_mismatch");
    check(|shown, _| shown["total"]["value"] = json!("12.5"), refused);
    check(|shown, _| shown["total"]["currency"] = json!("USD"), refused);
}

#[test]
fn check_refuses_another_instrument() {
    let refused = Err("payment_instrument_mismatch");
    check(|shown, _| shown["instrument"]["displayName"] = json!("Other"), refused);
    check(|shown, _| shown["instrument"]["icon"] = json!("https://evil.example"), refused);
    check(|shown, _| shown["instrument"]["details"] = json!("more"), refused);
    check(|shown, _| shown["instrument"]["icon"] = json!(""), refused);
    let optional = |shown: &mut Json, expected: &mut PaymentExpectation| {
        shown["instrument"]["icon"] = json!("");
        expected.instrument.icon_display = IconDisplay::Optional;
    };
    check(optional, Ok(()));
}

fn expectation() -> PaymentExpectation {
    let logo = |name: &str| PaymentEntityLogo {
        url: format!("https://{name}.example"),
        label: name.to_owned(),
    };
    PaymentExpectation {
        top_origin: "https://shop.example".parse().unwrap(),
        payee_name: Some("Shop".to_owned()),
        payee_origin: Some("https://shop.example".parse().unwrap()),
        entity_logos: vec![logo("a"), logo("b")],
        total: PaymentAmount { currency: "EUR".to_owned(), value: "12.50".to_owned() },
        instrument: PaymentInstrument {
            display_name: "Card".to_owned(),
            icon: "https://bank.example/card.png".to_owned(),
            icon_display: IconDisplay::Required,
            details: None,
        },
    }
}

/// Starts from a payment that passes, breaks one thing, and compares the outcome.
#[track_caller]
fn check(
    break_one_thing: impl FnOnce(&mut Json, &mut PaymentExpectation),
    outcome: Result<(), &str>,
) {
    let mut expected = expectation();
    let mut shown = json!({
        "rpId": "bank.example",
        "topOrigin": "https://shop.example",
        "payeeName": "Shop",
        "payeeOrigin": "https://shop.example",
        "total": { "currency": "EUR", "value": "12.50" },
        "instrument": { "displayName": "Card", "icon": "https://bank.example/card.png" },
    });
    break_one_thing(&mut shown, &mut expected);
    let data: PaymentData = serde_json::from_value(shown).unwrap();
    let checked = data.check(&expected, &"bank.example".parse().unwrap());
    assert_eq!(checked.map_err(|err| err.code()), outcome);
}
