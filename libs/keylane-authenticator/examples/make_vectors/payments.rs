//! Scenarios of payments: Secure Payment Confirmation, §7.1, on top of §7.2.

use crate::{
    assertion_case::{AssertionCase, Vectors},
    case::{Change, Result},
    vector::{ORIGIN, RP_ID, Title, Vector},
};
use keylane_authenticator::GetParts;
use serde_json::{Value, json};

const SPEC: &str = "§7.2, for a payment";

const SHOP: &str = "https://shop.example";
const ICON: &str = "https://example.org/card.png";

pub(crate) fn vectors() -> Result<Vec<Vector>> {
    let mut vectors = Vectors::default();
    accepted(&mut vectors)?;
    refused_kinds(&mut vectors)?;
    refused_payments(&mut vectors)?;
    refused_frames(&mut vectors)?;
    Ok(vectors.0)
}

/// A payment to a shop, confirmed on the relying party's own page.
fn expected() -> Value {
    json!({
        "top_origin": ORIGIN,
        "payee_name": "Shop",
        "payee_origin": SHOP,
        "entity_logos": [
            { "url": "https://example.org/network.png", "label": "Network" },
            { "url": "https://example.org/bank.png", "label": "Bank" },
        ],
        "total": { "currency": "EUR", "value": "12.50" },
        "instrument": { "display_name": "Card **** 4321", "icon": ICON, "icon_must_be_shown": true },
    })
}

/// The member `payment` of the client data, as a browser writes what it showed.
fn shown() -> Value {
    json!({
        "rpId": RP_ID,
        "topOrigin": ORIGIN,
        "payeeName": "Shop",
        "payeeOrigin": SHOP,
        "paymentEntitiesLogos": [
            { "url": "https://example.org/network.png", "label": "Network" },
            { "url": "https://example.org/bank.png", "label": "Bank" },
        ],
        "total": { "currency": "EUR", "value": "12.50" },
        "instrument": { "displayName": "Card **** 4321", "icon": ICON },
    })
}

fn confirm(parts: &mut GetParts, payment: &Value) {
    parts.client_data.kind = "payment.get".into();
    parts.client_data.extra = vec![("payment".into(), payment.to_string())];
}

/// Expects the payment and shows it with a change; `edit` changes the client data besides.
fn pay(case: &mut AssertionCase, change: fn(&mut Value), edit: fn(&mut GetParts)) {
    case.ceremony["payment"] = expected();
    let mut payment = shown();
    change(&mut payment);
    case.edit(move |parts| {
        confirm(parts, &payment);
        edit(parts);
    });
}

#[rustfmt::skip]
fn accepted(vectors: &mut Vectors) -> Result<()> {
    vectors.accept(&Title("accept-payment", "what was shown is what was asked for", SPEC), |it| pay(it, |_| {}, |_| {}))?;
    vectors.accept(&Title("accept-payment-with-old-name-of-rp-id", "rp instead of rpId", SPEC), |it| pay(it, |it| {
        if let Some(it) = it.as_object_mut() { it.remove("rpId"); }
        it["rp"] = json!(RP_ID);
    }, |_| {}))?;
    vectors.accept(&Title("accept-payment-logo-left-out", "a browser need not show every logo", SPEC),
        |it| pay(it, |it| if let Some(logos) = it["paymentEntitiesLogos"].as_array_mut() { logos.remove(0); }, |_| {}))?;
    vectors.accept(&Title("accept-payment-icon-not-shown-where-optional", "a browser that cannot show it says so", SPEC), |it| {
        pay(it, |it| it["instrument"]["icon"] = json!(""), |_| {});
        it.ceremony["payment"]["instrument"]["icon_must_be_shown"] = json!(false);
    })?;
    vectors.accept(&Title("accept-payment-framed-in-shop", "the page stands in a page of the shop", SPEC), |it| {
        pay(it, |it| it["topOrigin"] = json!(SHOP), |parts| {
            parts.client_data.cross_origin = Some(true);
            parts.client_data.top_origin = Some(SHOP.into());
        });
        it.ceremony["payment"]["top_origin"] = json!(SHOP);
    })
}

#[rustfmt::skip]
fn refused_kinds(vectors: &mut Vectors) -> Result<()> {
    vectors.reject(&Title("reject-payment-for-sign-in", "a confirmed payment is no sign-in", SPEC), "client_data_type_mismatch",
        |parts| confirm(parts, &shown()))?;
    vectors.add(&Title("reject-sign-in-for-payment", "a sign-in confirms no payment", SPEC), "client_data_type_mismatch",
        |it| it.ceremony["payment"] = expected())?;
    vectors.add(&Title("reject-sign-in-with-payment-member", "the type decides, not the member", SPEC), "client_data_type_mismatch",
        |it| pay(it, |_| {}, |parts| parts.client_data.kind = "webauthn.get".into()))?;
    vectors.add(&Title("reject-payment-member-missing", "nothing says what was shown", SPEC), "payment_malformed",
        |it| pay(it, |_| {}, |parts| parts.client_data.extra.clear()))?;
    vectors.add(&Title("reject-payment-member-malformed", "a text", SPEC), "payment_malformed",
        |it| pay(it, |it| *it = json!("12.50 EUR"), |_| {}))?;
    vectors.add(&Title("reject-payment-without-rp-id", "neither rpId nor rp", SPEC), "payment_malformed",
        |it| pay(it, |it| if let Some(it) = it.as_object_mut() { it.remove("rpId"); }, |_| {}))
}

#[rustfmt::skip]
fn refused_payments(vectors: &mut Vectors) -> Result<()> {
    let refused: &[(&str, &str, &str, Change<Value>)] = &[
        ("reject-payment-of-other-rp", "confirmed for another RP ID", "payment_rp_id_mismatch", |it| it["rpId"] = json!("example.com")),
        ("reject-payment-with-two-rp-ids", "rpId and rp contradict each other", "payment_rp_id_mismatch", |it| it["rp"] = json!("example.com")),
        ("reject-payment-on-other-page", "another page in the address bar", "payment_top_origin_mismatch", |it| it["topOrigin"] = json!("https://evil.example")),
        ("reject-payment-to-other-name", "another payee", "payment_payee_mismatch", |it| it["payeeName"] = json!("Shop Ltd")),
        ("reject-payment-to-other-origin", "another payee", "payment_payee_mismatch", |it| it["payeeOrigin"] = json!("https://evil.example")),
        ("reject-payment-payee-unsaid", "no name was shown", "payment_payee_mismatch", |it| if let Some(it) = it.as_object_mut() { it.remove("payeeName"); }),
        ("reject-payment-with-other-logo", "a logo that was not to be shown", "payment_logos_mismatch", |it| it["paymentEntitiesLogos"][1]["url"] = json!("https://evil.example/logo.png")),
        ("reject-payment-logos-swapped", "the order counts", "payment_logos_mismatch", |it| if let Some(logos) = it["paymentEntitiesLogos"].as_array_mut() { logos.reverse(); }),
        ("reject-payment-of-other-amount", "a hundred times as much", "payment_total_mismatch", |it| it["total"]["value"] = json!("1250")),
        ("reject-payment-in-other-currency", "USD instead of EUR", "payment_total_mismatch", |it| it["total"]["currency"] = json!("USD")),
        ("reject-payment-with-other-instrument", "another card", "payment_instrument_mismatch", |it| it["instrument"]["displayName"] = json!("Card **** 9999")),
        ("reject-payment-with-other-icon", "another picture", "payment_instrument_mismatch", |it| it["instrument"]["icon"] = json!("https://evil.example/card.png")),
        ("reject-payment-icon-not-shown", "it had to be", "payment_instrument_mismatch", |it| it["instrument"]["icon"] = json!("")),
        ("reject-payment-with-details-unasked", "a text that nobody asked for", "payment_instrument_mismatch", |it| it["instrument"]["details"] = json!("limit 10000")),
    ];
    for &(name, comment, code, change) in refused {
        vectors.add(&Title(name, comment, SPEC), code, |it| pay(it, change, |_| {}))?;
    }
    Ok(())
}

#[rustfmt::skip]
fn refused_frames(vectors: &mut Vectors) -> Result<()> {
    vectors.add(&Title("reject-payment-framed-unexpectedly", "the page was to stand alone", SPEC), "cross_origin_refused",
        |it| pay(it, |_| {}, |parts| parts.client_data.cross_origin = Some(true)))?;
    vectors.add(&Title("reject-payment-framed-in-other-page", "not the shop's", SPEC), "top_origin_refused", |it| {
        pay(it, |it| it["topOrigin"] = json!(SHOP), |parts| {
            parts.client_data.cross_origin = Some(true);
            parts.client_data.top_origin = Some("https://evil.example".into());
        });
        it.ceremony["payment"]["top_origin"] = json!(SHOP);
    })?;
    vectors.add(&Title("reject-payment-not-framed-in-shop", "the page was to stand in the shop's", SPEC), "top_origin_refused", |it| {
        pay(it, |it| it["topOrigin"] = json!(SHOP), |_| {});
        it.ceremony["payment"]["top_origin"] = json!(SHOP);
    })
}
