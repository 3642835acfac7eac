//! `keylane authenticator`: a browser and a passkey for scripts, so that `curl` can walk the API.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use keylane_authenticator::{Authenticator, AuthenticatorConfig};

use crate::failure::Failure;
use crate::output;

/// Largest options that are read.
const OPTIONS_BYTES_MAX: u64 = 256 * 1024;

const EXAMPLES: &str = "\
Example, with a session's access token in $TOKEN:
  curl -s -X POST -H \"Authorization: Bearer $TOKEN\" http://localhost:8080/v1/registration/begin |
    keylane authenticator create --store keys.json > credential.json

It reads the options, bare or as the API answers them ({\"publicKey\": ...}), and prints what
PublicKeyCredential.toJSON() gives in a browser. The private keys in the file are not protected:
use it for tests only.";

#[derive(Debug, clap::Subcommand)]
#[command(after_help = EXAMPLES)]
pub(crate) enum Command {
    /// Make a passkey: navigator.credentials.create()
    #[command(after_help = EXAMPLES)]
    Create(Arguments),
    /// Sign in with a passkey: navigator.credentials.get()
    #[command(after_help = EXAMPLES)]
    Get(Arguments),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// File with the passkeys; it is made when it is not there
    #[arg(long, value_name = "FILE", default_value = "keylane-authenticator.json")]
    store: PathBuf,
    /// Origin of the page that asks
    #[arg(long, default_value = "http://localhost:8080")]
    origin: String,
    /// Be a security key with a counter when the file is made, instead of a synced passkey
    #[arg(long)]
    security_key: bool,
}

pub(crate) fn run(command: &Command) -> Result<ExitCode, Failure> {
    let (Command::Create(arguments) | Command::Get(arguments)) = command;
    let mut options = String::new();
    std::io::stdin().take(OPTIONS_BYTES_MAX).read_to_string(&mut options)?;
    let options = bare_options(&options)?;
    let mut authenticator = load(arguments)?;
    let answer = match command {
        Command::Create(_) => authenticator.create(&options, &arguments.origin),
        Command::Get(_) => authenticator.get(&options, &arguments.origin),
    };
    let answer = answer
        .map_err(|err| Failure::refused(format!("the authenticator does not answer: {err}.")))?;
    save(&arguments.store, &authenticator.to_json())?;
    output::line(&answer)?;
    Ok(ExitCode::SUCCESS)
}

/// The options themselves, when they come wrapped as the API answers them.
pub(super) fn bare_options(text: &str) -> Result<String, Failure> {
    let mut value: serde_json::Value = serde_json::from_str(text).map_err(|err| {
        Failure::refused(format!("standard input is not WebAuthn options: {err}."))
    })?;
    if let Some(options) = value.get_mut("publicKey") {
        return Ok(options.take().to_string());
    }
    // A problem passed on by mistake says more than anything that can be said here.
    if let (Some(code), Some(detail)) = (value.get("code"), value.get("detail")) {
        return Err(Failure::refused(format!(
            "standard input is a refusal of the server, {code}: {detail}"
        )));
    }
    Ok(text.to_owned())
}

fn load(arguments: &Arguments) -> Result<Authenticator, Failure> {
    let path = &arguments.store;
    if !path.exists() {
        let security_key = arguments.security_key;
        let config = if security_key {
            AuthenticatorConfig::security_key()
        } else {
            AuthenticatorConfig::default()
        };
        return Ok(Authenticator::new(config));
    }
    let text = fs::read_to_string(path)?;
    Authenticator::from_json(&text).map_err(|err| {
        Failure::refused(format!("{} holds no passkeys: {err}; name another file.", path.display()))
    })
}

/// Replaces the file at once, so that a crash leaves the old keys or the new ones.
fn save(path: &Path, text: &str) -> Result<(), Failure> {
    let fresh = path.with_extension("new");
    let mut file =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(fs::rename(&fresh, path)?)
}
