//! How a command fails: with a sentence and an exit code, never with a backtrace.

use std::process::ExitCode;

use keylane_store::{CommitError, StoreError};

use crate::config::Problem;

/// Why a command ended without doing what it was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It was asked for something that cannot be done. Exit code 1.
    Refused(String),
    /// The configuration or the machine does not let it start. Exit code 2.
    CannotStart(Vec<String>),
    /// Whoever read the output has gone, which is their good right. Exit code 0.
    NobodyListens,
}

impl Failure {
    /// It was asked for something that cannot be done.
    pub(crate) fn refused(sentence: impl Into<String>) -> Self {
        Self::Refused(sentence.into())
    }

    /// The machine does not let it start.
    pub(crate) fn cannot_start(sentence: impl Into<String>) -> Self {
        Self::CannotStart(vec![sentence.into()])
    }

    /// What to tell, for logs.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::Refused(sentence) => sentence.clone(),
            Self::CannotStart(sentences) => sentences.join(" "),
            Self::NobodyListens => String::new(),
        }
    }

    /// Tells the person at the terminal.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::Refused(sentence) => {
                eprintln!("keylane: {sentence}");
                ExitCode::from(1)
            }
            Self::CannotStart(sentences) => {
                for sentence in sentences {
                    eprintln!("keylane: {sentence}");
                }
                ExitCode::from(2)
            }
            Self::NobodyListens => ExitCode::SUCCESS,
        }
    }
}

impl From<Vec<Problem>> for Failure {
    fn from(problems: Vec<Problem>) -> Self {
        Self::CannotStart(problems.iter().map(ToString::to_string).collect())
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        vec![problem].into()
    }
}

impl From<std::io::Error> for Failure {
    fn from(err: std::io::Error) -> Self {
        if err.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::NobodyListens;
        }
        Self::Refused(format!("reading or writing failed: {err}."))
    }
}

impl From<StoreError> for Failure {
    fn from(err: StoreError) -> Self {
        Self::Refused(format!("{err}. Run `keylane doctor` to find out why."))
    }
}

impl From<CommitError> for Failure {
    fn from(err: CommitError) -> Self {
        match err {
            CommitError::Store(err) => err.into(),
            refusal => Self::Refused(format!("{refusal}; nothing was changed.")),
        }
    }
}
