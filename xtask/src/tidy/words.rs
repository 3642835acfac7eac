//! Words that a finished tree does not hold, and headers that every longer file has.

use super::{files, read};

/// Longest file without a header that says what it is, in lines.
const LINES_WITHOUT_HEADER_MAX: usize = 40;

#[test]
fn nothing_is_left_unfinished() {
    let words = [["TO", "DO"].concat(), ["FIX", "ME"].concat(), ["todo", "!("].concat()];
    for path in files(&[".rs", ".ts", ".mjs", ".css", ".html", ".toml"]) {
        for (number, line) in read(&path).lines().enumerate() {
            let unfinished = words.iter().any(|word| line.contains(word.as_str()));
            assert!(!unfinished, "{path:?}:{}: {line}", number + 1);
        }
    }
}

#[test]
fn longer_files_say_what_they_are() {
    for path in files(&[".rs"]).iter().filter(|it| is_source(it)) {
        let text = read(path);
        let long = text.lines().count() > LINES_WITHOUT_HEADER_MAX;
        assert!(!long || text.starts_with("//!"), "{path:?} has no header");
    }
}

fn is_source(path: &std::path::Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name != "tests.rs" && !path.components().any(|it| it.as_os_str() == "tests")
}
