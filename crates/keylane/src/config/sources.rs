//! Where configuration comes from: the only place that reads the environment.

use std::path::{Path, PathBuf};

use super::file::ConfigFile;
use super::key::Key;
use super::problem::Problem;

/// The file that is read when none is named and it is there.
const FILE_DEFAULT: &str = "keylane.toml";

/// The layers above the defaults, unread.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sources {
    /// The file, if there is one.
    pub(crate) file: Option<ConfigFile>,
    /// Variables of the environment: name and value.
    pub(crate) variables: Vec<(String, String)>,
    /// Flags of the command line: key, name of the flag, value.
    pub(crate) flags: Vec<(&'static Key, &'static str, String)>,
}

impl Sources {
    /// Takes in the file and the environment.
    ///
    /// # Errors
    ///
    /// A [`Problem`] when a file that was named, or is there, cannot be read.
    pub(crate) fn collect(named: Option<&Path>) -> Result<Self, Problem> {
        let path = match named {
            Some(path) => Some(path.to_owned()),
            None => Some(PathBuf::from(FILE_DEFAULT)).filter(|path| path.exists()),
        };
        let file = path.map(read_file).transpose()?;
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| name.starts_with("KEYLANE_"))
            .collect();
        Ok(Self { file, variables, flags: Vec::new() })
    }

    /// Adds a flag, when it was given.
    pub(crate) fn with_flag(
        mut self,
        key: &'static Key,
        flag: &'static str,
        value: Option<String>,
    ) -> Self {
        self.flags.extend(value.map(|value| (key, flag, value)));
        self
    }
}

fn read_file(path: PathBuf) -> Result<ConfigFile, Problem> {
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(ConfigFile { path, text }),
        Err(err) => {
            let sentence = format!(
                "the configuration file {} cannot be read ({err}); name one that can with --config.",
                path.display()
            );
            Err(Problem { place: None, sentence })
        }
    }
}
