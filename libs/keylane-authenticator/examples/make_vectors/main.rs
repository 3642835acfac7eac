//! Writes `vectors/`: ceremonies that a relying party must accept or refuse, each in one file.
//!
//! `cargo run -p keylane-authenticator --example make_vectors`
//!
//! The authenticator's hooks break one rule per scenario and sign what is broken. What is expected
//! is written down here by hand, in the codes of `keylane-webauthn`; the verifier is not run. Keys
//! and most signatures are random, so that every run changes the bytes of every file. With
//! `-- --missing`, only scenarios without a file are written and the others stay as they are.

mod authentication;
mod case;
mod formats;
mod registration;
mod vector;

use std::{error::Error, fs, path::Path};
use vector::Vector;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors");
    let only_missing = std::env::args().any(|it| it == "--missing");
    for folder in ["registration", "authentication"] {
        let folder = root.join(folder);
        if folder.exists() && !only_missing {
            // Scenarios that were renamed or dropped must not stay behind.
            fs::remove_dir_all(folder)?;
        }
    }
    let mut vectors = registration::vectors()?;
    vectors.extend(formats::vectors()?);
    vectors.extend(authentication::vectors()?);
    if only_missing {
        vectors.retain(|vector| !root.join(&vector.path).exists());
    }
    for vector in &vectors {
        write(&root, vector)?;
    }
    println!("{} vectors in {}", vectors.len(), root.canonicalize()?.display());
    Ok(())
}

fn write(root: &Path, vector: &Vector) -> Result<(), Box<dyn Error>> {
    let path = root.join(&vector.path);
    if path.exists() {
        return Err(format!("two scenarios are called {}", vector.path).into());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, serde_json::to_string_pretty(vector)? + "\n")?;
    Ok(())
}
