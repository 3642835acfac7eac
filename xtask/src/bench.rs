//! `cargo xtask bench`: measures the verifier, the store and the whole server, and writes
//! `docs/benchmarks.md` with what came out and which of Keylane's targets that meets. `--only verifier`
//! measures that part anew and leaves the page's other figures as they are.
//!
//! Everything is measured by programs that anybody can run by hand; this only runs them one after
//! the other and puts their words together.

mod machine;
mod page;
mod targets;

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::tree::root;

/// What is measured, and how long.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Seconds of each measurement of the server and of the store.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Accounts in the database for the figures that depend on them: memory and start.
    #[arg(long, default_value_t = 1_000_000)]
    users: u32,
    /// Rounds of each comparison with the yardsticks.
    #[arg(long, default_value_t = 1_000)]
    rounds: u32,
    /// Measures only this part and keeps the other figures of the page.
    #[arg(long)]
    only: Option<Part>,
}

/// A part of the page that can be measured by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    Verifier,
}

/// What was measured.
struct Measured {
    /// The tables of the verifier, in Markdown.
    verifier_tables: String,
    /// The same, as its JSON.
    verifier: Value,
    /// What the store's example printed.
    store: String,
    /// The server under load, in the order of [`SCENARIOS`].
    loads: Vec<Value>,
    /// The server with many accounts.
    many_users: Value,
}

/// The server under load: a heading, and the arguments of `keylane load`.
#[rustfmt::skip]
const SCENARIOS: &[(&str, &[&str])] = &[
    ("64 connections, counter stays 0", &["--delivery", "cookie", "--connections", "64", "--counter", "zero"]),
    ("64 connections, counter rises",   &["--delivery", "cookie", "--connections", "64", "--counter", "rising"]),
    ("4 connections, counter stays 0",  &["--delivery", "cookie", "--connections", "4",  "--counter", "zero"]),
    ("4 connections, counter rises",    &["--delivery", "cookie", "--connections", "4",  "--counter", "rising"]),
    ("64 connections, with tokens",     &["--delivery", "tokens", "--connections", "64", "--counter", "zero"]),
];

const PAGE: &str = "docs/benchmarks.md";

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let bench = root().join("bench");
    print_step("building");
    command(&bench, "cargo", &["build", "--release"])?;
    if arguments.only == Some(Part::Verifier) {
        return verifier_only(&bench, arguments.rounds);
    }
    // In one go, so that both are built with the same features.
    let server = ["--package", "keylane", "--bin", "keylane"];
    let store = ["--package", "keylane-store-sqlite", "--example", "commit_rate"];
    command(&root(), "cargo", &[&["build", "--release"], &server[..], &store[..]].concat())?;

    let (verifier_tables, verifier) = verifier(&bench, arguments.rounds)?;
    print_step("store");
    let seconds = arguments.seconds.to_string();
    let store = ["100000", &seconds, "1,64"];
    let store = output(&root(), "target/release/examples/commit_rate", &store)?;
    let mut loads = Vec::new();
    for (heading, scenario) in SCENARIOS {
        print_step(heading);
        loads.push(load(scenario, &seconds)?);
    }
    print_step("many accounts");
    let users = arguments.users.to_string();
    let many_users = load(&["--connections", "64", "--users", &users], &seconds)?;

    let measured = Measured { verifier_tables, verifier, store, loads, many_users };
    let rows = targets::rows(&measured, arguments.users);
    write(&page::render(&measured, &rows, &machine::notes()?, arguments), &rows)
}

/// Measures the verifier and puts it into the page that there is.
fn verifier_only(bench: &Path, rounds: u32) -> anyhow::Result<()> {
    let (tables, report) = verifier(bench, rounds)?;
    let rows = targets::verifier(&report);
    let before = std::fs::read_to_string(root().join(PAGE))
        .with_context(|| format!("cannot read {PAGE}"))?;
    write(&page::with_verifier(&before, &tables, &rows, &machine::notes()?), &rows)
}

fn write(page: &str, rows: &[targets::Row]) -> anyhow::Result<()> {
    std::fs::write(root().join(PAGE), page).with_context(|| format!("cannot write {PAGE}"))?;
    for row in rows {
        println!("{row}");
    }
    println!("written to {PAGE}");
    Ok(())
}

/// Compares the verifier with its yardsticks; counts instructions too, where valgrind is.
fn verifier(bench: &Path, rounds: u32) -> anyhow::Result<(String, Value)> {
    print_step("verifier");
    let file = bench.join("target/verifier.json");
    let (rounds, name) = (rounds.to_string(), file.display().to_string());
    let mut arguments = vec!["--rounds", &rounds, "--json", &name];
    if Command::new("valgrind").arg("--version").output().is_ok() {
        arguments.push("--instructions");
    }
    let tables = output(bench, "target/release/keylane-bench", &arguments)?;
    let json = serde_json::from_slice(&std::fs::read(&file)?)?;
    Ok((tables, json))
}

fn load(scenario: &[&str], seconds: &str) -> anyhow::Result<Value> {
    let arguments = [&["load", "--json", "--seconds", seconds], scenario].concat();
    let text = output(&root(), "target/release/keylane", &arguments)?;
    serde_json::from_str(&text).with_context(|| format!("keylane load printed no JSON: {text}"))
}

fn print_step(what: &str) {
    println!("== {what}");
}

/// Runs a program to its end.
fn command(folder: &Path, program: &str, arguments: &[&str]) -> anyhow::Result<()> {
    let status = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .status()
        .with_context(|| format!("cannot start {program}"))?;
    if !status.success() {
        bail!("{program} {} failed", arguments.join(" "));
    }
    Ok(())
}

/// What a program prints. Relative paths start at `folder`.
fn output(folder: &Path, program: &str, arguments: &[&str]) -> anyhow::Result<String> {
    let program = if program.contains('/') { folder.join(program) } else { program.into() };
    let output = Command::new(&program)
        .args(arguments)
        .current_dir(folder)
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {}", program.display()))?;
    if !output.status.success() {
        bail!("{} {} failed", program.display(), arguments.join(" "));
    }
    Ok(String::from_utf8(output.stdout)?)
}
