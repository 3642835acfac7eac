//! What a configuration key is, and how a text becomes its value.

use std::fmt::Display;
use std::net::SocketAddr;
use std::path::PathBuf;

/// One key: everything that messages, `config show` and the reference say about it.
#[derive(Debug)]
pub(crate) struct Key {
    /// The table it stands in.
    pub(crate) section: &'static str,
    /// Its name in the table.
    pub(crate) name: &'static str,
    /// What a value must be; completes "it must be …".
    pub(crate) allowed: &'static str,
    /// The default in words, where it follows from other keys.
    pub(crate) default_is: Option<&'static str>,
    /// What it does, in plain sentences.
    pub(crate) about: &'static str,
    /// Whether its value may be shown.
    pub(crate) secrecy: Secrecy,
}

/// Whether a value may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secrecy {
    Open,
    Secret,
}

impl Key {
    /// A key that anybody may see.
    pub(crate) const fn open(
        section: &'static str,
        name: &'static str,
        allowed: &'static str,
        about: &'static str,
    ) -> Self {
        Self { section, name, allowed, default_is: None, about, secrecy: Secrecy::Open }
    }

    /// The same key, with a default that follows from other keys.
    pub(crate) const fn default_is(mut self, words: &'static str) -> Self {
        self.default_is = Some(words);
        self
    }

    /// The same key, never shown.
    pub(crate) const fn secret(mut self) -> Self {
        self.secrecy = Secrecy::Secret;
        self
    }

    /// `section.name`.
    pub(crate) fn path(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }

    /// The environment variable that sets it.
    pub(crate) fn variable(&self) -> String {
        format!("KEYLANE_{}__{}", self.section.to_uppercase(), self.name.to_uppercase())
    }
}

/// How a value is written in TOML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    Number,
    List,
}

/// A type that a key can have.
pub(crate) trait Value: Sized {
    /// How it is written.
    const SHAPE: Shape;
    /// The value, or `None` when the text is not one.
    fn parse(text: &str) -> Option<Self>;
    /// The value as text that [`Value::parse`] takes.
    fn show(&self) -> String;
}

impl Value for String {
    const SHAPE: Shape = Shape::Text;

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn show(&self) -> String {
        self.clone()
    }
}

impl Value for PathBuf {
    const SHAPE: Shape = Shape::Text;

    fn parse(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self::from(text))
    }

    fn show(&self) -> String {
        self.display().to_string()
    }
}

impl Value for SocketAddr {
    const SHAPE: Shape = Shape::Text;

    fn parse(text: &str) -> Option<Self> {
        text.replace("localhost:", "127.0.0.1:").parse().ok()
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl Value for u32 {
    const SHAPE: Shape = Shape::Number;

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok().filter(|number| *number > 0)
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

/// A value that can be switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OrOff<T> {
    On(T),
    Off,
}

impl<T> OrOff<T> {
    /// The value, unless it is off.
    pub(crate) fn on(self) -> Option<T> {
        match self {
            Self::On(value) => Some(value),
            Self::Off => None,
        }
    }
}

impl Value for OrOff<SocketAddr> {
    const SHAPE: Shape = Shape::Text;

    fn parse(text: &str) -> Option<Self> {
        if text == "off" { Some(Self::Off) } else { SocketAddr::parse(text).map(Self::On) }
    }

    fn show(&self) -> String {
        self.on().map_or_else(|| "off".to_owned(), |address| address.to_string())
    }
}

/// Entries of a list key.
pub(crate) trait Entry: Display + Sized {
    /// The entry, or `None` when the text is not one.
    fn parse(text: &str) -> Option<Self>;
}

impl<T: Entry> Value for Vec<T> {
    const SHAPE: Shape = Shape::List;

    fn parse(text: &str) -> Option<Self> {
        text.split(',').map(str::trim).filter(|it| !it.is_empty()).map(T::parse).collect()
    }

    fn show(&self) -> String {
        self.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
    }
}
