//! `keylane config`: check, show, reference.

use std::process::ExitCode;

use serde::Serialize;

use crate::check;
use crate::cli::{Common, JsonFlag};
use crate::config::{Config, Setting, reference};
use crate::failure::Failure;
use crate::finding::{Finding, Level, worst};
use crate::output::{self, Format};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Say what is wrong with the configuration (exit code 2: it cannot be used; 1: it would not work)
    Check(Arguments),
    /// Print every value and where it came from; secrets are not shown
    Show(Arguments),
    /// Print the reference of all keys as Markdown
    Reference,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    json: JsonFlag,
}

pub(crate) fn run(common: &Common, command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Check(arguments) => check(common, arguments.json.format()),
        Command::Show(arguments) => show(common, arguments.json.format()),
        Command::Reference => {
            output::line(reference::markdown().trim_end())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn check(common: &Common, format: Format) -> Result<ExitCode, Failure> {
    let (findings, code) = match Config::load(&common.sources()?) {
        Ok(config) => {
            let findings = check::of_values(&config);
            let code = if worst(&findings) == Level::Fail { 1 } else { 0 };
            (findings, code)
        }
        Err(problems) => {
            let findings = problems.iter().map(|it| Finding::fail("config", it.to_string()));
            (findings.collect(), 2)
        }
    };
    match format {
        Format::Json => output::json(&findings)?,
        Format::Human => {
            for finding in &findings {
                output::line(&finding.to_string())?;
            }
        }
    }
    Ok(ExitCode::from(code))
}

#[derive(Serialize)]
struct Shown<'a> {
    key: String,
    value: Option<&'a str>,
    from: String,
}

fn show(common: &Common, format: Format) -> Result<ExitCode, Failure> {
    let config = common.load()?;
    let shown: Vec<Shown<'_>> = config.settings.iter().map(Shown::of).collect();
    match format {
        Format::Json => output::json(&shown)?,
        Format::Human => {
            let rows: Vec<Vec<String>> = shown
                .iter()
                .map(|it| vec![it.key.clone(), it.value.unwrap_or("-").to_owned(), it.from.clone()])
                .collect();
            output::table(&["KEY", "VALUE", "FROM"], &rows)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl<'a> Shown<'a> {
    fn of(setting: &'a Setting) -> Self {
        Self {
            key: setting.key.path(),
            value: setting.value.as_deref(),
            from: setting.place.as_ref().map_or_else(|| "default".to_owned(), ToString::to_string),
        }
    }
}
