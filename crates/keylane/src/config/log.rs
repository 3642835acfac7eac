//! `[log]`: what is logged, and how.

use tracing_subscriber::EnvFilter;

use super::key::{Key, Shape, Value};
use super::reader::Reader;

pub(super) const KEYS: &[&Key] = &[&FORMAT, &FILTER];

pub(crate) static FORMAT: Key = Key::open(
    "log",
    "format",
    "\"text\" or \"json\"",
    "`text` for people, `json` (one object per line) for machines. Logs go to standard error.",
);
static FILTER: Key = Key::open(
    "log",
    "filter",
    "a level (\"error\", \"warn\", \"info\", \"debug\", \"trace\") or directives such as \"info,keylane_http=debug\"",
    "Which messages are logged.",
);

/// `[log]`.
#[derive(Debug, Clone)]
pub(crate) struct Log {
    pub(crate) format: LogFormat,
    pub(crate) filter: LogFilter,
}

impl Log {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            format: reader.value(&FORMAT, LogFormat::Text),
            filter: reader.value(&FILTER, LogFilter("info".to_owned())),
        }
    }
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

impl Value for LogFormat {
    const SHAPE: Shape = Shape::Text;

    fn parse(text: &str) -> Option<Self> {
        [Self::Text, Self::Json].into_iter().find(|it| it.show() == text)
    }

    fn show(&self) -> String {
        let name = match self {
            Self::Text => "text",
            Self::Json => "json",
        };
        name.to_owned()
    }
}

/// Which messages are logged.
#[derive(Debug, Clone)]
pub(crate) struct LogFilter(String);

impl LogFilter {
    /// The filter as `tracing` takes it.
    pub(crate) fn to_env_filter(&self) -> EnvFilter {
        EnvFilter::builder().parse_lossy(&self.0)
    }
}

impl Value for LogFilter {
    const SHAPE: Shape = Shape::Text;

    fn parse(text: &str) -> Option<Self> {
        const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
        let sound = |directive: &str| match directive.rsplit_once('=') {
            Some((_, level)) => LEVELS.contains(&level),
            None => LEVELS.contains(&directive),
        };
        (text.split(',').all(sound) && EnvFilter::try_new(text).is_ok())
            .then(|| Self(text.to_owned()))
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}
