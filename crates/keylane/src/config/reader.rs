//! Putting the layers together: defaults, then the file, the environment, the flags.
//!
//! A [`Reader`] answers each key with the value of the highest layer that has one, remembers
//! where it came from, and collects everything that is wrong instead of stopping at the first.

use super::file::Raw;
use super::key::{Key, Secrecy, Value};
use super::problem::{Place, Problem, nearest};
use super::{KEYS, Sources};

/// A key's value as it counts, and where it came from.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    /// Which key.
    pub(crate) key: &'static Key,
    /// The value, `(set)` for a secret; `None` when there is none.
    pub(crate) value: Option<String>,
    /// Where it came from; `None` is the default.
    pub(crate) place: Option<Place>,
}

/// Answers keys from the layers.
#[derive(Debug)]
pub(crate) struct Reader {
    /// Lowest layer first.
    raw: Vec<Raw>,
    settings: Vec<Setting>,
    problems: Vec<Problem>,
}

impl Reader {
    /// Reads the layers and checks that every name in them is a key.
    pub(crate) fn new(sources: &Sources) -> Self {
        let (mut raw, mut problems) =
            sources.file.as_ref().map(super::ConfigFile::settings).unwrap_or_default();
        raw.extend(sources.variables.iter().filter_map(|(name, text)| from_variable(name, text)));
        raw.extend(sources.flags.iter().map(|(key, flag, text)| Raw {
            section: key.section.to_owned(),
            name: key.name.to_owned(),
            text: text.clone(),
            written: None,
            place: Place::Flag(flag),
        }));
        problems.extend(raw.iter().filter_map(unknown));
        Self { raw, settings: Vec::new(), problems }
    }

    /// The value of a key that always has one.
    pub(crate) fn value<T: Value>(&mut self, key: &'static Key, default: T) -> T {
        match self.highest::<T>(key) {
            Some((value, place)) => {
                self.note(key, Some(value.show()), Some(place));
                value
            }
            None => {
                self.note(key, Some(default.show()), None);
                default
            }
        }
    }

    /// The value of a key that may have none.
    pub(crate) fn optional<T: Value>(&mut self, key: &'static Key) -> Option<T> {
        let found = self.highest::<T>(key);
        let (value, place) =
            found.map_or((None, None), |(value, place)| (Some(value), Some(place)));
        self.note(key, value.as_ref().map(T::show), place);
        value
    }

    /// Adds something that is wrong with a key's value beside others.
    pub(crate) fn object(&mut self, key: &Key, sentence: String) {
        let place = self.raw.iter().rev().find(|raw| raw.is_for(key)).map(|raw| raw.place.clone());
        self.problems.push(Problem { place, sentence });
    }

    /// All settings, and all that is wrong.
    pub(crate) fn finish(self) -> (Vec<Setting>, Vec<Problem>) {
        (self.settings, self.problems)
    }

    fn highest<T: Value>(&mut self, key: &'static Key) -> Option<(T, Place)> {
        let mut highest = None;
        for raw in self.raw.iter().filter(|raw| raw.is_for(key)) {
            let suits = raw.written.is_none_or(|written| written.suits(T::SHAPE));
            match Some(&raw.text).filter(|_| suits).and_then(|text| T::parse(text)) {
                Some(value) => highest = Some((value, raw.place.clone())),
                None => self.problems.push(wrong_value(key, raw)),
            }
        }
        highest
    }

    fn note(&mut self, key: &'static Key, value: Option<String>, place: Option<Place>) {
        let value = match key.secrecy {
            Secrecy::Open => value,
            Secrecy::Secret => value.map(|_| "(set, not shown)".to_owned()),
        };
        self.settings.push(Setting { key, value, place });
    }
}

impl Raw {
    fn is_for(&self, key: &Key) -> bool {
        self.section == key.section && self.name == key.name
    }
}

/// `KEYLANE_SECTION__KEY`. Other variables are none of ours.
fn from_variable(name: &str, text: &str) -> Option<Raw> {
    let (section, key) = name.strip_prefix("KEYLANE_")?.split_once("__")?;
    Some(Raw {
        section: section.to_lowercase(),
        name: key.to_lowercase(),
        text: text.to_owned(),
        written: None,
        place: Place::Variable(name.to_owned()),
    })
}

fn wrong_value(key: &Key, raw: &Raw) -> Problem {
    let shown = match key.secrecy {
        Secrecy::Open if !raw.text.is_empty() => format!("is \"{}\"", raw.text),
        _ => "has a value that cannot be used".to_owned(),
    };
    let sentence = format!("{} {shown}, but it must be {}.", key.path(), key.allowed);
    Problem { place: Some(raw.place.clone()), sentence }
}

fn unknown(raw: &Raw) -> Option<Problem> {
    let mut sections: Vec<&str> = KEYS.iter().map(|key| key.section).collect();
    sections.dedup();
    let place = Some(raw.place.clone());
    if !sections.contains(&raw.section.as_str()) {
        let hint = nearest(&raw.section, sections.iter().copied()).map_or_else(
            || format!("The sections are {}.", sections.join(", ")),
            |name| format!("Did you mean [{name}]?"),
        );
        let sentence = format!("[{}] is not a section of the configuration. {hint}", raw.section);
        return Some(Problem { place, sentence });
    }
    let keys = || KEYS.iter().filter(|key| key.section == raw.section);
    if raw.name.is_empty() || keys().any(|key| key.name == raw.name) {
        return None;
    }
    let everywhere = KEYS.iter().find(|key| key.name == raw.name).map(|key| key.path());
    let near = nearest(&raw.name, keys().map(|key| key.name))
        .map(|name| format!("{}.{name}", raw.section));
    let hint = everywhere.or(near).map_or_else(
        || {
            let names: Vec<_> = keys().map(|key| key.name).collect();
            format!("The keys of [{}] are {}.", raw.section, names.join(", "))
        },
        |path| format!("Did you mean {path}?"),
    );
    let sentence =
        format!("{}.{} is not a key of the configuration. {hint}", raw.section, raw.name);
    Some(Problem { place, sentence })
}
