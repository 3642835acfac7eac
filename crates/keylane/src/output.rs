//! What commands print: lines for people, JSON for scripts.

use std::io::{Write, stdout};

use keylane_model::UnixMillis;
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::failure::Failure;

/// Whether a person or a script reads the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Human,
    Json,
}

/// Prints a line.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    let mut out = stdout().lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}

/// Prints a value as JSON, on one line.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    line(&to_json(value)?)
}

/// A value as JSON.
pub(crate) fn to_json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value)
        .map_err(|err| Failure::refused(format!("the answer cannot be written as JSON: {err}.")))
}

/// A time as `2026-11-23T10:00:00Z`.
pub(crate) fn time(at: UnixMillis) -> String {
    let seconds = i64::try_from(at.0 / 1000).unwrap_or(i64::MAX);
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|it| it.format(&Rfc3339).ok())
        .unwrap_or_else(|| format!("{} ms", at.0))
}

/// Prints rows under a header, in columns as wide as they need to be.
pub(crate) fn table(header: &[&str], rows: &[Vec<String>]) -> Result<(), Failure> {
    let mut widths: Vec<usize> = header.iter().map(|it| it.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let header: Vec<String> = header.iter().map(|it| (*it).to_owned()).collect();
    for row in std::iter::once(&header).chain(rows) {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        line(cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

/// A text from outside on one line: control characters, which could rewrite a terminal, are
/// replaced.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { '\u{fffd}' } else { it }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_written_to_the_second_in_utc() {
        assert_eq!(time(UnixMillis(1_795_428_000_999)), "2026-11-23T10:00:00Z");
    }

    #[test]
    fn time_beyond_the_calendar_is_written_as_a_number() {
        assert_eq!(time(UnixMillis(u64::MAX)), format!("{} ms", u64::MAX));
    }

    #[test]
    fn escape_sequences_do_not_reach_the_terminal() {
        assert_eq!(clean("a\u{1b}[31mb"), "a\u{fffd}[31mb");
    }
}
