//! Every stable code of the verifier is reached by a test or a vector.

use std::path::Path;

use super::{files, read};

#[test]
fn every_code_of_the_verifier_is_reached() {
    let tests = evidence();
    for path in files(&[".rs"]).iter().filter(|it| is_verifier(it) && !is_test(it)) {
        for code in codes(&read(path)) {
            let quoted = format!("\"{code}\"");
            assert!(tests.contains(&quoted), "no test or vector reaches {quoted} of {path:?}");
        }
    }
}

fn evidence() -> String {
    let tests = files(&[".rs"]).into_iter().filter(|it| is_verifier(it) && is_test(it));
    let vectors = files(&[".json"]).into_iter().filter(|it| it.starts_with("vectors"));
    tests.chain(vectors).map(|path| read(&path)).collect()
}

fn is_verifier(path: &Path) -> bool {
    path.starts_with("libs/keylane-webauthn")
}

fn is_test(path: &Path) -> bool {
    path.ends_with("tests.rs") || path.components().any(|it| it.as_os_str() == "tests")
}

/// The strings in the bodies of `fn code`.
fn codes(text: &str) -> Vec<&str> {
    text.split("fn code(")
        .skip(1)
        .filter_map(|rest| rest.split("\n    }\n").next())
        .flat_map(|body| body.split("=> \"").skip(1))
        .filter_map(|rest| rest.split('"').next())
        .collect()
}
