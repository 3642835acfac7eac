//! Replays `vectors/`, which an authenticator of other hands has made, through the public API.
//!
//! `vectors/README.md` describes the format. Every member of a file is read: one that this test
//! does not know is an error, so no file can ask for more than is checked.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod cbor_map;
mod extensions;
mod files;
mod format;
mod reference;
mod replay;
mod sweep;

use std::fs;
use std::path::Path;

use self::files::{paths, read, root};
use self::format::{AuthenticationAsked, RegistrationAsked, Vector};
use self::replay::{Outcome, replay_authentication, replay_registration};

#[test]
fn registration_vectors_have_their_expected_outcome() {
    let paths = paths("registration");
    assert!(paths.len() >= 500, "{} vectors", paths.len());
    for path in paths {
        let vector: Vector<RegistrationAsked> = read(&path);
        assert!(vector.credential.is_none(), "{}", path.display());
        let outcome = replay_registration(&vector);
        compare(&path, &vector, &outcome);
    }
}

#[test]
fn authentication_vectors_have_their_expected_outcome() {
    let paths = paths("authentication");
    assert!(paths.len() >= 130, "{} vectors", paths.len());
    for path in paths {
        let vector: Vector<AuthenticationAsked> = read(&path);
        let outcome = replay_authentication(&vector);
        compare(&path, &vector, &outcome);
    }
}

#[test]
fn vectors_folder_holds_nothing_that_is_not_replayed() {
    let mut names: Vec<_> = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["README.md", "authentication", "registration"]);
}

fn compare<C>(path: &Path, vector: &Vector<C>, outcome: &Outcome) {
    let name = path.file_stem().unwrap().to_str().unwrap();
    let shown = path.display();
    let prefix = if vector.expect == "accept" { "accept-" } else { "reject-" };
    assert!(name.starts_with(prefix), "{shown} is named against what it expects");
    assert!(!vector.comment.is_empty() && vector.spec.starts_with("webauthn-3 §"), "{shown}");
    match outcome {
        Ok(outcome) => {
            assert_eq!(vector.expect, "accept", "{shown}");
            assert_eq!(vector.outcome.as_ref(), Some(outcome), "{shown}");
        }
        Err(code) => {
            assert_eq!(vector.expect, *code, "{shown}");
            assert!(vector.outcome.is_none(), "{shown} has an outcome but no acceptance");
        }
    }
}
