//! The reference of all keys, made from the same descriptions that the messages use.

use std::fmt::Write;

use super::{Config, Key, Sources};

/// The reference as Markdown, as committed in `docs/reference/configuration.md`.
pub(crate) fn markdown() -> String {
    let mut out = String::from(INTRODUCTION);
    let defaults = Config::load(&Sources::default()).map(|it| it.settings).unwrap_or_default();
    let mut section = "";
    for setting in &defaults {
        let key = setting.key;
        if key.section != section {
            section = key.section;
            let _ = write!(out, "\n## `[{section}]`\n");
        }
        let _ = write!(out, "\n### `{}`\n\n{}\n\n", key.path(), key.about);
        let _ = writeln!(out, "- Must be {}.", key.allowed);
        let _ = writeln!(out, "- Default: {}.", default_in_words(key, setting.value.as_deref()));
        let _ = writeln!(out, "- Environment: `{}`.", key.variable());
    }
    out
}

fn default_in_words(key: &Key, value: Option<&str>) -> String {
    match (key.default_is, value) {
        (Some(words), _) => words.to_owned(),
        (None, None) => "none".to_owned(),
        (None, Some("")) => "an empty list".to_owned(),
        (None, Some(value)) => format!("`{value}`"),
    }
}

const INTRODUCTION: &str = "\
<!-- Made by `keylane config reference`. Change the descriptions in crates/keylane/src/config. -->

# Configuration

Keylane starts without any configuration. What you do configure goes into one TOML file: the one
named by `--config` or `KEYLANE_CONFIG`, otherwise `keylane.toml` in the current directory, if it
is there.

An environment variable `KEYLANE_SECTION__KEY` wins over the file, a flag wins over both. In a
variable, the entries of a list are separated by commas. An unknown key is an error, not a guess.

- `keylane config check` says what is wrong, and how to put it right.
- `keylane config show` prints every value and where it came from.
";
