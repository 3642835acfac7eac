use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

#[test]
fn every_code_is_reached_by_a_test() {
    let mut codes = BTreeSet::new();
    let mut tested = String::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for path in sources(&folder) {
        let text = fs::read_to_string(&path).unwrap();
        // `tests.rs`, or a part of it in the folder beside it.
        let parts = path.strip_prefix(&folder).unwrap().components().map(Component::as_os_str);
        if parts.into_iter().any(|part| part == "tests.rs" || part == "tests") {
            tested += &text;
        } else {
            codes.extend(codes_of(&text));
        }
    }
    assert!(codes.len() > 60, "only {} codes found", codes.len());
    let untested: Vec<_> =
        codes.iter().filter(|code| !tested.contains(&format!("\"{code}\""))).collect();
    assert!(untested.is_empty(), "no test expects {untested:?}");
}

/// The right-hand sides of `Self::… => "code"` in the bodies of `code()`.
fn codes_of(source: &str) -> Vec<String> {
    let bodies = source.split("pub fn code(&self) -> &'static str {").skip(1);
    let lines = bodies.flat_map(|body| body.split("\n    }\n").next().unwrap_or_default().lines());
    let code = |line: &str| Some(line.split_once("=> \"")?.1.split_once('"')?.0.to_owned());
    lines.filter_map(code).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else {
            found.push(path);
        }
    }
    found
}
