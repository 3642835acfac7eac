use serde_json::json;

use super::*;
use crate::attestation::manufacturers;
use crate::client_data::{ClientData, Expectation, Surroundings};
use crate::sample::{self, ClientDataParts, int, map};
use crate::{
    HmacSecretInput, HmacSecretOutput, PinUvAuthProtocol, PrfInputs, PublicSuffixes,
    RelatedOrigins, SaltCount,
};

fn table(name: &str, rows: &str) -> Option<Vec<Json>> {
    let table = read(&data()?.join("tables").join(name));
    Some(table[rows].as_array().unwrap().clone())
}

/// We compare origins as strings, so whatever a table accepts by reading more into an origin
/// (subdomains, any port, a path, a user) is refused here.
#[test]
fn the_table_of_origins_is_followed_but_for_its_relaxations() {
    let Some(rows) = table("origin-matching.json", "rows") else { return };
    let mut count = 0;
    for row in &rows {
        let (allowed, reported) =
            (row["allowed"].as_str().unwrap(), row["origin"].as_str().unwrap());
        let relaxed = row["allowSubdomains"] == true || row["allowAnyPort"] == true;
        let decorated = reported.contains('@') || reported.matches('/').count() > 2;
        let expected = row["accept"] == true && !relaxed && !decorated;
        let parts =
            ClientDataParts { origin: reported.to_owned(), ..ClientDataParts::new("webauthn.get") };
        assert_eq!(
            passes(&parts, &allowed.parse().unwrap(), &Framing::SameOriginOnly),
            expected,
            "{row}"
        );
        count += 1;
    }
    println!("{count} rows of origins");
}

#[test]
fn the_table_of_rp_ids_is_followed() {
    let Some(rows) = table("rp-id-validation.json", "cases") else { return };
    for row in &rows {
        let text = match row["rpId"].as_str().unwrap() {
            text if text.contains("Repeat") => "a".repeat(64) + ".com",
            text if text.contains("\\x00") => "https://example\0.com".into(),
            text => text.to_owned(),
        };
        assert_eq!(text.parse::<RpId>().is_ok(), row["valid"] == true, "{row}");
    }
    println!("{} rows of RP IDs", rows.len());
}

/// The rows of a verifier that looks. The others show one that was told to look away, which ours
/// cannot be: a `topOrigin` without `crossOrigin` contradicts itself under every policy.
#[test]
fn the_table_of_framed_pages_is_followed() {
    let Some(rows) = table("cross-origin-top-origin-matrix.json", "rows") else { return };
    let mut count = 0;
    for row in rows.iter().filter(|row| row["policy.verifyCrossOrigin"] == true) {
        let framing = match row["policy.allowedTopOrigins"].as_array() {
            None => Framing::SameOriginOnly,
            Some(origins) => Framing::AllowedIn(
                origins.iter().map(|origin| sample::origin(origin.as_str().unwrap())).collect(),
            ),
        };
        let parts = ClientDataParts {
            cross_origin: row["clientData.crossOrigin"].as_bool(),
            top_origin: row["clientData.topOrigin"].as_str().map(str::to_owned),
            ..ClientDataParts::new("webauthn.get")
        };
        let origin = sample::origin("https://example.org");
        assert_eq!(passes(&parts, &origin, &framing), row["accept"] == true, "{row}");
        count += 1;
    }
    println!("{count} rows of framed pages");
    assert!(count > 0);
}

#[test]
fn the_table_of_algorithms_and_curves_is_followed() {
    let Some(rows) = table("cose-alg-curve-binding.json", "cases") else { return };
    let mut count = 0;
    for row in &rows {
        let algorithm = row["alg"].as_i64().unwrap();
        let Some(known) = CoseAlgorithm::from_id(algorithm) else { continue };
        // The key of a rightful signer, with the curve of the row.
        let cose = sample::Signer::new(known).cose();
        let value = crate::cbor::decode(&cose, crate::cbor::Form::Canonical).unwrap();
        let coordinates = value.as_map().unwrap().iter().skip(3);
        let mut entries =
            vec![(int(1), int(row["kty"].as_i64().unwrap())), (int(3), int(algorithm))];
        entries.extend(row["crv"].as_i64().map(|curve| (int(-1), int(curve))));
        entries.extend(coordinates.map(|(label, value)| {
            (int(label.as_i64().unwrap()), sample::bytes(value.as_bytes().unwrap()))
        }));
        let accepted = PublicKey::from_cose(&map(&entries)).is_ok();
        assert_eq!(accepted, row["accept"] == true, "{row}");
        count += 1;
    }
    println!("{count} rows of curves");
    assert_eq!(count, rows.len(), "an algorithm of the table is not built");
}

/// Each transformation of the table stands in
/// `authentication::tests::verify_rejects_every_other_encoding_of_a_right_signature`.
#[test]
fn the_table_of_signature_encodings_has_nothing_that_is_not_tested() {
    let Some(rows) = table("ecdsa-der-malleation.json", "cases") else { return };
    let names: Vec<_> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
    let tested = [
        "ShouldRejectTrailingDataAfterSignature",
        "ShouldRejectTrailingElementWithinSequence",
        "ShouldRejectBERPaddedR",
        "ShouldRejectBERPaddedS",
    ];
    assert_eq!(names, tested);
    println!("{} encodings of signatures", names.len());
}

/// The builder of the document.
#[test]
fn the_table_of_related_origins_is_followed() {
    let Some(rows) = table("related-origins-normalisation.json", "cases") else { return };
    let suffixes = PublicSuffixes::from_list("com\nau\ncom.au\nde");
    for row in &rows {
        let origins: Vec<_> = row["origins"].as_array().unwrap().iter().collect();
        let document =
            RelatedOrigins::new(origins.iter().map(|it| it.as_str().unwrap()), &suffixes);
        let normalised = document.map(|it| it.origins().map(Json::from).collect::<Json>());
        assert_eq!(normalised.unwrap_or_default(), row["normalised"], "{row}");
    }
    println!("{} rows of related origins", rows.len());
    assert!(rows.len() >= 20);
}

/// The client's side: an RP ID that is none is refused before a document is looked at.
#[test]
fn the_table_of_pages_with_related_origins_is_followed() {
    let Some(rows) = table("related-origins-client-scenarios.json", "rows") else { return };
    for row in &rows {
        let at = row["sameWellKnown"].as_u64().map(|at| usize::try_from(at).unwrap());
        let known = at.map_or(row, |at| &rows[at]);
        let json = json!({ "origins": known["wellKnown"] }).to_string();
        let document = RelatedOrigins::from_json(&json).unwrap();
        let caller = format!("https://{}", row["caller"].as_str().unwrap()).parse().unwrap();
        let allowed = row["rpId"].as_str().unwrap().parse::<RpId>().is_ok()
            && document.allows(&caller, &PublicSuffixes::default());
        assert_eq!(allowed, row["accept"] == true, "{row}");
    }
    println!("{} rows of pages with related origins", rows.len());
    assert!(rows.len() >= 8);
}

/// The salts and wire forms in the specification's examples of `prf`.
#[test]
fn the_vectors_of_prf_are_followed() {
    let Some(folder) = data() else { return };
    let vectors = read(&folder.join("w3c-l3/90-prf.json"));
    let hex = |text: &Json| {
        let text = text.as_str().unwrap();
        let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
        (0..text.len()).step_by(2).map(byte).collect::<Vec<u8>>()
    };
    let cases = vectors["cases"].as_array().unwrap();
    for case in cases {
        let second = &case["prf_eval_second"];
        let inputs = PrfInputs {
            first: hex(&case["prf_eval_first"]).into(),
            second: second.is_string().then(|| hex(second).into()),
        };
        let (salt1, salt2) = inputs.salts();
        assert_eq!(salt1.expose(), hex(&case["salt1"]));
        assert_eq!(salt2.is_some(), second.is_string());
        assert!(salt2.is_none_or(|salt| salt.expose() == hex(&case["salt2"])));

        let two = case["name"].as_str().unwrap().ends_with('2');
        let protocol = if two { PinUvAuthProtocol::Two } else { PinUvAuthProtocol::One };
        let count = if second.is_string() { SaltCount::Two } else { SaltCount::One };
        let output = HmacSecretOutput::parse(&hex(&case["output_enc"])).unwrap();
        assert_eq!((output.protocol(), output.count()), (protocol, count), "{}", case["name"]);
        let input = HmacSecretInput {
            key_agreement: key_agreement(&vectors["shared"], hex),
            salt_enc: hex(&case["salt_enc"]),
            salt_auth: vec![0; if two { 32 } else { 16 }],
            protocol,
        };
        assert_eq!(HmacSecretInput::from_cbor(&input.to_cbor()), Ok(input));
    }
    println!("{} vectors of prf", cases.len());
    assert_eq!(cases.len(), 3);
}

fn key_agreement(shared: &Json, hex: impl Fn(&Json) -> Vec<u8>) -> Vec<u8> {
    let key = &shared["authenticator_key_agreement_public_key"];
    let numbers = ["1", "3", "-1"]
        .map(|label| (int(label.parse().unwrap()), int(key[label].as_i64().unwrap())));
    let coordinates =
        ["-2", "-3"].map(|label| (int(label.parse().unwrap()), sample::bytes(&hex(&key[label]))));
    map(&[&numbers[..], &coordinates[..]].concat())
}

fn passes(parts: &ClientDataParts, origin: &Origin, framing: &Framing) -> bool {
    let expected = Expectation {
        kind: "webauthn.get",
        challenge: &base64url::encode(&sample::CHALLENGE),
        origin,
        framing: Surroundings::Policy(framing),
    };
    ClientData::parse(&parts.to_bytes()).is_ok_and(|it| it.check(&expected).is_ok())
}

#[test]
fn the_table_of_tpm_manufacturers_is_ours() {
    let Some(rows) = table("tpm-manufacturers.json", "rows") else { return };
    for row in &rows {
        let id = manufacturers::parse(row["id"].as_str().unwrap()).unwrap();
        assert_eq!(manufacturers::is_known(id), row["production"] == true, "{row}");
    }
    println!("{} manufacturers of TPMs", rows.len());
    assert!(rows.len() >= 30);
}
