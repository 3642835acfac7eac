//! The TOML file, as raw settings with their lines.

use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::key::Shape;
use super::problem::{Place, Problem};

/// A configuration file that has been read.
#[derive(Debug, Clone)]
pub(crate) struct ConfigFile {
    /// Its path, as messages name it.
    pub(crate) path: PathBuf,
    /// What it says.
    pub(crate) text: String,
}

/// A value before it is known which key it belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Raw {
    pub(crate) section: String,
    pub(crate) name: String,
    pub(crate) text: String,
    /// How it was written; `None` where everything is text (environment, flags).
    pub(crate) written: Option<Written>,
    pub(crate) place: Place,
}

/// How a value was written in TOML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    Text,
    Integer,
    List,
    Other,
}

impl Written {
    /// Whether a value of this shape may be written so.
    pub(crate) fn suits(self, shape: Shape) -> bool {
        match shape {
            Shape::Text => self == Self::Text,
            Shape::Number => self == Self::Integer,
            Shape::List => self == Self::List,
        }
    }
}

impl ConfigFile {
    /// Every setting in the file, in its order; and what cannot be a setting.
    pub(crate) fn settings(&self) -> (Vec<Raw>, Vec<Problem>) {
        let lines = Lines { path: &self.path, text: &self.text };
        let document = match DeTable::parse(&self.text) {
            Ok(document) => document,
            Err(err) => {
                let at = err.span().map_or(0, |span| span.start);
                let sentence =
                    format!("this is not valid TOML: {}.", err.message().replace('\n', ", "));
                return (Vec::new(), vec![Problem { place: Some(lines.place(at)), sentence }]);
            }
        };
        let (mut settings, mut problems) = (Vec::new(), Vec::new());
        for (section, value) in document.get_ref() {
            let place = lines.place(section.span().start);
            let DeValue::Table(table) = value.get_ref() else {
                let sentence = format!(
                    "\"{}\" stands outside any section; put it below a line such as [server].",
                    section.get_ref()
                );
                problems.push(Problem { place: Some(place), sentence });
                continue;
            };
            if table.is_empty() {
                settings.push(Raw::empty_section(section.get_ref(), place));
            }
            for (name, value) in table {
                let place = lines.place(name.span().start);
                settings.push(Raw::of(section.get_ref(), name.get_ref(), value.get_ref(), place));
            }
        }
        (settings, problems)
    }
}

impl Raw {
    fn of(section: &str, name: &str, value: &DeValue<'_>, place: Place) -> Self {
        let (written, text) = match value {
            DeValue::String(text) => (Written::Text, text.to_string()),
            DeValue::Integer(number) => (Written::Integer, number.to_string()),
            DeValue::Array(entries) => {
                let texts = entries.iter().map(|it| it.get_ref().as_str());
                match texts.collect::<Option<Vec<_>>>() {
                    Some(texts) => (Written::List, texts.join(",")),
                    None => (Written::Other, String::new()),
                }
            }
            _ => (Written::Other, String::new()),
        };
        let (section, name) = (section.to_owned(), name.to_owned());
        Self { section, name, text, written: Some(written), place }
    }

    /// A section without keys: its name is still checked.
    fn empty_section(section: &str, place: Place) -> Self {
        let (section, name, text) = (section.to_owned(), String::new(), String::new());
        Self { section, name, text, written: None, place }
    }
}

struct Lines<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Lines<'_> {
    fn place(&self, offset: usize) -> Place {
        let before = self.text.as_bytes().iter().take(offset);
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        Place::File { path: self.path.to_owned(), line }
    }
}
