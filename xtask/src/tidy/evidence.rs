//! The tests that `docs/vulnerabilities.md` names exist.

use std::collections::HashSet;
use std::path::Path;

use super::{files, read};

#[test]
fn every_test_that_the_page_names_exists() {
    let tests: HashSet<String> = files(&[".rs"]).iter().flat_map(|path| functions(path)).collect();
    let page = read(Path::new("docs/vulnerabilities.md"));
    let named: Vec<_> = page.split('`').filter_map(named_test).collect();
    assert!(named.len() > 50, "the page has been read");
    for name in named {
        assert!(tests.contains(name), "docs/vulnerabilities.md names {name}, which is nowhere");
    }
}

/// The function of `module::function`; the page shortens neighbours to `…::function`.
fn named_test(quoted: &str) -> Option<&str> {
    let (_, name) = quoted.rsplit_once("::")?;
    let is_name = name.contains('_')
        && name.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_');
    let is_type = quoted.starts_with(|first: char| first.is_ascii_uppercase());
    (is_name && !is_type).then_some(name)
}

fn functions(path: &Path) -> Vec<String> {
    let text = read(path);
    let names = text.split("fn ").skip(1).filter_map(|rest| rest.split('(').next());
    names.map(str::to_owned).collect()
}
