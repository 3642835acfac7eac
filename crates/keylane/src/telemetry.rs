//! Logs: text for people, one JSON object per line for machines, both on standard error.
//!
//! A log line says what happened and in which request, by ids. It never holds an address, a code,
//! a token or a key: types that could carry one hide it in `Debug`, and no message formats one.

use std::io::IsTerminal;

use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Log, LogFormat};

/// Starts logging. A second call changes nothing.
pub(crate) fn start(log: &Log) {
    let colour = std::io::stderr().is_terminal();
    let to_stderr = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colour);
    let layer = match log.format {
        LogFormat::Text => to_stderr.with_target(false).boxed(),
        LogFormat::Json => to_stderr.json().flatten_event(true).with_current_span(true).boxed(),
    };
    let _already_started = tracing_subscriber::registry()
        .with(layer.with_filter(log.filter.to_env_filter()))
        .try_init();
}
