use super::*;
use crate::client_data::{ClientData, Expectation, Surroundings};
use crate::sample::{self, ClientDataParts, int, map};

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

fn passes(parts: &ClientDataParts, origin: &Origin, framing: &Framing) -> bool {
    let expected = Expectation {
        kind: "webauthn.get",
        challenge: &base64url::encode(&sample::CHALLENGE),
        origin,
        framing: Surroundings::Policy(framing),
    };
    ClientData::parse(&parts.to_bytes()).is_ok_and(|it| it.check(&expected).is_ok())
}
