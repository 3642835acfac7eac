//! The tables of `docs/reference/webauthn.md`, made from the vectors that were replayed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use keylane_webauthn::CoseAlgorithm;
use serde_json::Value;

use crate::files::{paths, read, root};
use crate::format::{AuthenticationAsked, RegistrationAsked, Vector};
use crate::replay::{replay_authentication, replay_registration};

const BEGIN: &str = "<!-- tables: begin -->\n";
const END: &str = "<!-- tables: end -->";

#[test]
fn the_tables_of_the_reference_are_fresh() {
    let text = fs::read_to_string(page()).unwrap();
    assert!(
        text == with_tables(&text),
        "run `cargo test -p keylane-webauthn --test vectors write_the_tables -- --ignored`"
    );
}

#[test]
#[ignore = "writes docs/reference/webauthn.md"]
fn write_the_tables() {
    let text = fs::read_to_string(page()).unwrap();
    fs::write(page(), with_tables(&text)).unwrap();
}

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/webauthn.md")
}

fn with_tables(text: &str) -> String {
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    format!("{before}{BEGIN}\n{}\n{END}{after}", Tables::of_vectors().to_markdown())
}

/// What came out of the vectors.
#[derive(Default)]
struct Tables {
    /// By format and algorithm.
    registrations: BTreeMap<(String, String), Tally>,
    /// By algorithm.
    authentications: BTreeMap<String, Tally>,
    /// By code, how many vectors end in it.
    refusals: BTreeMap<String, usize>,
}

#[derive(Default)]
struct Tally {
    /// What accepted statements proved.
    kinds: BTreeSet<String>,
    accepted: usize,
    refused: usize,
}

impl Tables {
    fn of_vectors() -> Self {
        let mut tables = Self::default();
        for path in paths("registration") {
            let vector: Vector<RegistrationAsked> = read(&path);
            let format = path.parent().unwrap().strip_prefix(root().join("registration")).unwrap();
            let algorithm = algorithm(vector.response["response"]["publicKeyAlgorithm"].as_i64());
            let key = (format.display().to_string(), algorithm);
            let tally = tables.registrations.entry(key).or_default();
            match replay_registration(&vector) {
                Ok(outcome) => tally.accept(&outcome),
                Err(code) => tally.refuse(code, &mut tables.refusals),
            }
        }
        for path in paths("authentication") {
            let vector: Vector<AuthenticationAsked> = read(&path);
            let key = vector.credential.as_ref().unwrap().to_record().public_key;
            let tally = tables.authentications.entry(algorithm(Some(key.algorithm().id())));
            let tally = tally.or_default();
            match replay_authentication(&vector) {
                Ok(outcome) => tally.accept(&outcome),
                Err(code) => tally.refuse(code, &mut tables.refusals),
            }
        }
        tables
    }

    fn to_markdown(&self) -> String {
        let mut text =
            "### Registrations\n\n| format | algorithm | accepted as | accepted | refused |\n\
                        | --- | --- | --- | --- | --- |\n"
                .to_owned();
        for ((format, algorithm), tally) in &self.registrations {
            let kinds: Vec<_> = tally.kinds.iter().map(|kind| format!("`{kind}`")).collect();
            text += &format!(
                "| `{format}` | {algorithm} | {} | {} | {} |\n",
                kinds.join(", "),
                tally.accepted,
                tally.refused
            );
        }
        text +=
            "\n### Authentications\n\n| algorithm | accepted | refused |\n| --- | --- | --- |\n";
        for (algorithm, tally) in &self.authentications {
            text += &format!("| {algorithm} | {} | {} |\n", tally.accepted, tally.refused);
        }
        text += "\n### Refusals\n\n| code | vectors |\n| --- | --- |\n";
        for (code, count) in &self.refusals {
            text += &format!("| `{code}` | {count} |\n");
        }
        text
    }
}

impl Tally {
    fn accept(&mut self, outcome: &Value) {
        self.accepted += 1;
        self.kinds.extend(outcome["attestation_kind"].as_str().map(str::to_owned));
    }

    fn refuse(&mut self, code: &str, refusals: &mut BTreeMap<String, usize>) {
        self.refused += 1;
        *refusals.entry(code.to_owned()).or_default() += 1;
    }
}

/// The name of an algorithm with its number; what the client did not name is left open.
fn algorithm(id: Option<i64>) -> String {
    match id {
        None => "(not named)".to_owned(),
        Some(id) => match CoseAlgorithm::from_id(id) {
            Some(algorithm) => format!("{algorithm:?} ({id})"),
            None => format!("({id})"),
        },
    }
}
