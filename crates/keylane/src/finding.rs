//! What the doctor found: one sentence each, with the fix in it.

use std::fmt;

use serde::Serialize;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    /// What was looked at: a stable name.
    pub(crate) check: &'static str,
    /// How it is.
    pub(crate) level: Level,
    /// One sentence; when something is wrong, with the fix.
    pub(crate) sentence: String,
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Ok,
    Warn,
    Fail,
}

impl Finding {
    pub(crate) fn ok(check: &'static str, sentence: impl Into<String>) -> Self {
        Self { check, level: Level::Ok, sentence: sentence.into() }
    }

    pub(crate) fn warn(check: &'static str, sentence: impl Into<String>) -> Self {
        Self { check, level: Level::Warn, sentence: sentence.into() }
    }

    pub(crate) fn fail(check: &'static str, sentence: impl Into<String>) -> Self {
        Self { check, level: Level::Fail, sentence: sentence.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Ok => "ok  ",
            Level::Warn => "warn",
            Level::Fail => "FAIL",
        };
        write!(f, "{level}  {:<12} {}", self.check, self.sentence)
    }
}

/// The worst of them.
pub(crate) fn worst(findings: &[Finding]) -> Level {
    findings.iter().map(|it| it.level).max().unwrap_or(Level::Ok)
}
