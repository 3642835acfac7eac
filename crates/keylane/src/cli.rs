//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::command;
use crate::config::{self, Config, Sources};
use crate::failure::Failure;
use crate::output::Format;

const EXAMPLES: &str = "\
Examples:
  keylane serve                       start; nothing needs to be configured
  keylane demo                        watch a sign-up and a sign-in in a server made for it
  keylane doctor                      find out why something does not work
  keylane audit --follow              watch what happens
  keylane user lock ada@example.org   lock an account and end its sessions";

/// Keeps the flags of every command apart from a command's own.
const GLOBAL: &str = "Options of every command";

/// Keylane lets people sign in with passkeys: a self-hosted server in one binary.
#[derive(Debug, Parser)]
#[command(name = "keylane", version, after_help = EXAMPLES, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags of every command.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// Configuration file [default: keylane.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE", env = "KEYLANE_CONFIG", help_heading = GLOBAL)]
    pub(crate) config: Option<PathBuf>,
    /// Directory of the data (store.path) [default: keylane-data]
    #[arg(long, global = true, value_name = "DIRECTORY", help_heading = GLOBAL)]
    pub(crate) data: Option<String>,
}

impl Common {
    /// The layers of configuration that every command has.
    pub(crate) fn sources(&self) -> Result<Sources, Failure> {
        let sources = Sources::collect(self.config.as_deref())?;
        Ok(sources.with_flag(&config::STORE_PATH, "--data", self.data.clone()))
    }

    /// The configuration of a command without flags for it.
    pub(crate) fn load(&self) -> Result<Config, Failure> {
        Ok(Config::load(&self.sources()?)?)
    }
}

/// `--json`.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct JsonFlag {
    /// Print JSON instead of text
    #[arg(long)]
    json: bool,
}

impl JsonFlag {
    pub(crate) fn format(self) -> Format {
        if self.json { Format::Json } else { Format::Human }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the server
    Serve(command::serve::Arguments),
    /// Watch a sign-up, a registration and a sign-in against a server made for it
    Demo(command::demo::Arguments),
    /// Look for what is wrong, and say how to put it right
    Doctor(command::doctor::Arguments),
    /// Check or show the configuration
    #[command(subcommand)]
    Config(command::config::Command),
    /// List or follow what has happened
    Audit(command::audit::Arguments),
    /// List, show, lock and unlock accounts
    #[command(subcommand)]
    User(command::user::Command),
    /// List, show, hold, release and revoke passkeys
    #[command(subcommand)]
    Credential(command::credential::Command),
    /// List the server's own keys, or start anew when the master key is lost
    #[command(subcommand)]
    Keys(command::keys::Command),
    /// Answer WebAuthn options with a software authenticator, for scripts
    #[command(subcommand)]
    Authenticator(command::authenticator::Command),
    /// Answer outside test suites for WebAuthn servers; for test tools, not for people
    Conformance(command::conformance::Arguments),
    /// Measure sign-ins against a server made for it, or against your own
    Load(command::load::Arguments),
    /// Print the version
    Version(command::version::Arguments),
}
