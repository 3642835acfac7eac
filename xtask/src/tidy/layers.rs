//! The architecture: which crate may use which, and what may not be named below the rim.

use cargo_metadata::{DependencyKind, MetadataCommand};

use super::{files, read};

/// A crate uses crates from rows below its own, never from its own row or above.
#[rustfmt::skip]
const LAYERS: &[&[&str]] = &[
    &["keylane", "keylane-testkit", "xtask"],                            // nothing uses these
    &["keylane-http", "keylane-store-sqlite", "keylane-outbound"],       // adapters: the outside world
    &["keylane-service"],                                                // use cases
    &["keylane-store"],                                                  // the trait the adapters implement
    &["keylane-model"],                                                  // what the domain talks about
    &["keylane-webauthn", "keylane-mds", "keylane-authenticator"],       // protocols, sans-IO
];

/// Crates that only an adapter or the binary may use.
const RIM: &[&str] = &["axum", "http", "hyper", "rusqlite", "lettre", "toml", "clap"];

#[test]
fn crates_depend_downwards() {
    for package in packages() {
        for dependency in &package.dependencies {
            let ours = dependency.path.is_some() && dependency.kind == DependencyKind::Normal;
            let downwards = !ours || row_of(&package.name) < row_of(&dependency.name);
            assert!(downwards, "{} must not depend on {}", package.name, dependency.name);
        }
    }
}

#[test]
fn authenticator_shares_no_code_with_the_verifier() {
    for package in packages() {
        for dependency in package.dependencies.iter().filter(|it| it.kind == DependencyKind::Normal)
        {
            let pair = (package.name.as_str(), dependency.name.as_str());
            assert_ne!(pair, ("keylane-authenticator", "keylane-webauthn"));
            assert_ne!(pair, ("keylane-webauthn", "keylane-authenticator"));
        }
    }
}

#[test]
fn http_sql_mail_and_configuration_stay_at_the_rim() {
    for package in packages().iter().filter(|it| row_of(&it.name) >= 2) {
        for dependency in package.dependencies.iter().filter(|it| it.kind == DependencyKind::Normal)
        {
            let allowed = !RIM.contains(&dependency.name.as_str());
            assert!(allowed, "{} must not use {}", package.name, dependency.name);
        }
    }
}

#[test]
fn sql_exists_only_in_stores() {
    for path in files(&[".rs"]) {
        let in_store = path.starts_with("crates/keylane-store-sqlite") || path.starts_with("xtask");
        let text = read(&path);
        let sql = ["INSERT INTO ", "DELETE FROM "].iter().any(|it| text.contains(it));
        assert!(
            in_store || !sql || path.components().any(|it| it.as_os_str() == "tests"),
            "{path:?} holds SQL"
        );
    }
}

fn packages() -> Vec<cargo_metadata::Package> {
    MetadataCommand::new().no_deps().exec().expect("cargo metadata").packages
}

fn row_of(name: &str) -> usize {
    let row = LAYERS.iter().position(|row| row.contains(&name));
    row.unwrap_or_else(|| panic!("give {name} a row in LAYERS"))
}
