//! Checks that no compiler makes. They run with `cargo test`, like every other test.

mod error_codes;
mod evidence;
mod layers;
mod words;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::tree::root;

/// The files that git knows and that end so.
fn files(endings: &[&str]) -> Vec<PathBuf> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git lists the files");
    assert!(listed.status.success(), "git ls-files failed");
    String::from_utf8(listed.stdout)
        .expect("file names are UTF-8")
        .lines()
        .filter(|name| endings.iter().any(|ending| name.ends_with(ending)))
        .map(PathBuf::from)
        .filter(|path| root().join(path).is_file())
        .collect()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|err| panic!("{path:?}: {err}"))
}
