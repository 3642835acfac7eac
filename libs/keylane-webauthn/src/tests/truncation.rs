//! Every part of every vector, accepted and refused ones alike, cut at every byte: the parsers
//! never panic, and the beginning of a right part is not taken for a right part.
//!
//! `tests/vectors/sweep.rs` cuts the accepted vectors and runs whole ceremonies on what is left. That
//! is too slow for every byte of the large parts; this is about the parsers alone.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::attestation::{AttestationObject, CertInfo, KeyDescription, PubArea};
use crate::authenticator_data::AuthenticatorData;
use crate::base64url;
use crate::cbor::Value;
use crate::client_data::ClientData;
use crate::x509::{Certificate, RevocationList};

#[test]
fn no_part_of_a_vector_can_be_cut() {
    let Some(parts) = Parts::of_all_vectors() else {
        println!("vectors/ absent: skipped");
        return;
    };
    let wholes = [
        check(&parts.client_data, |bytes| ClientData::parse(bytes).is_ok()),
        check(&parts.objects, |bytes| AttestationObject::parse(bytes).is_ok()),
        check(&parts.authenticator_data, |bytes| AuthenticatorData::parse(bytes).is_ok()),
        check(&parts.certificates, |bytes| Certificate::parse(bytes).is_ok()),
        check(&parts.revocation_lists, |bytes| RevocationList::from_der(bytes).is_ok()),
        check(&parts.pub_areas, |bytes| PubArea::parse(bytes).is_some()),
        check(&parts.cert_infos, |bytes| CertInfo::parse(bytes).is_ok()),
        check(&parts.extensions, |bytes| KeyDescription::parse(bytes).is_ok()),
    ];
    println!("{wholes:?} whole parts");
    assert!(wholes.iter().zip([40, 500, 500, 600, 10, 80, 80, 30]).all(|(it, most)| *it >= most));
}

/// Each of them once, since many vectors have most parts in common.
#[derive(Default)]
struct Parts {
    client_data: BTreeSet<Vec<u8>>,
    objects: BTreeSet<Vec<u8>>,
    authenticator_data: BTreeSet<Vec<u8>>,
    certificates: BTreeSet<Vec<u8>>,
    revocation_lists: BTreeSet<Vec<u8>>,
    pub_areas: BTreeSet<Vec<u8>>,
    cert_infos: BTreeSet<Vec<u8>>,
    /// The values of the extensions of certificates, among them descriptions of keys.
    extensions: BTreeSet<Vec<u8>>,
}

impl Parts {
    fn of_all_vectors() -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors");
        let mut parts = Self::default();
        for path in files(&folder)? {
            let text = fs::read_to_string(&path).unwrap();
            parts.take(&serde_json::from_str(&text).unwrap());
        }
        Some(parts)
    }

    fn take(&mut self, vector: &Json) {
        for anchor in strings(&vector["ceremony"]["trust_anchors"]) {
            self.certificates.insert(anchor);
        }
        self.revocation_lists.extend(strings(&vector["ceremony"]["revocation_lists"]));
        // A response that is wrong as JSON stands there as a text, and is perhaps none.
        let text = vector["response"].as_str();
        let parsed = text.and_then(|text| serde_json::from_str(text).ok());
        let response = &parsed.as_ref().unwrap_or(&vector["response"])["response"];
        let part = |name: &str| base64url::decode(response[name].as_str()?);
        self.client_data.extend(part("clientDataJSON"));
        self.authenticator_data.extend(part("authenticatorData"));
        self.objects.extend(part("attestationObject"));
        let Some(object) = part("attestationObject") else { return };
        let Ok(object) = AttestationObject::parse(&object) else { return };
        self.authenticator_data.insert(object.authenticator_data_bytes.to_vec());
        self.take_statement(&object.statement);
    }

    /// Whatever stands under these names in a statement, and in those inside of a compound one.
    fn take_statement(&mut self, statement: &Value<'_>) {
        if let Value::Array(items) = statement {
            items
                .iter()
                .filter_map(|it| it.entry("attStmt"))
                .for_each(|it| self.take_statement(it));
        }
        let member = |name| statement.entry(name).and_then(Value::as_bytes).map(<[u8]>::to_vec);
        self.pub_areas.extend(member("pubArea"));
        self.cert_infos.extend(member("certInfo"));
        let Some(Value::Array(path)) = statement.entry("x5c") else { return };
        for der in path.iter().filter_map(Value::as_bytes) {
            self.certificates.insert(der.to_vec());
            let Ok(certificate) = Certificate::parse(der) else { continue };
            self.extensions.extend(certificate.extensions.iter().map(|it| it.value.to_vec()));
        }
    }
}

/// Cuts each part everywhere; says how many could be parsed as a whole. The others may have a right
/// one inside, in front of bytes that do not belong there.
#[track_caller]
fn check(parts: &BTreeSet<Vec<u8>>, parses: impl Fn(&[u8]) -> bool) -> usize {
    let mut wholes = 0;
    for part in parts {
        let cut = (0..part.len()).filter(|length| parses(&part[..*length])).count();
        if parses(part) {
            assert_eq!(cut, 0, "{part:02x?}");
            wholes += 1;
        }
    }
    wholes
}

fn strings(list: &Json) -> impl Iterator<Item = Vec<u8>> {
    let texts = list.as_array().into_iter().flatten().filter_map(Json::as_str);
    texts.map(|text| base64url::decode(text).unwrap())
}

/// Every file below the folder; `None` when there is none.
fn files(folder: &Path) -> Option<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).ok()? {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|it| it == "json") {
            found.push(path);
        }
    }
    Some(found)
}
