//! `cargo xtask ci`: every check, in order of speed, with one sum at the end.
//!
//! Each stage is a command that anybody can run by hand. The stages go on after a failure, so that
//! one run shows everything that is wrong.

use std::io::{BufRead, BufReader};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, bail};

use crate::tree::root;

struct Stage {
    name: &'static str,
    folder: &'static str,
    command: &'static [&'static str],
}

#[rustfmt::skip]
const STAGES: &[Stage] = &[
    Stage { name: "format",  folder: ".",    command: &["cargo", "fmt", "--all", "--check"] },
    Stage { name: "deny",    folder: ".",    command: &["cargo", "deny", "--offline", "--log-level", "error", "check", "licenses", "bans", "sources"] },
    Stage { name: "clippy",  folder: ".",    command: &["cargo", "clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"] },
    Stage { name: "docs",    folder: ".",    command: &["cargo", "doc", "--workspace", "--all-features", "--no-deps", "--quiet"] },
    Stage { name: "web",     folder: "web",  command: &["npm", "test"] },
    Stage { name: "rust",    folder: ".",    command: &["cargo", "test", "--workspace", "--all-features", "--no-fail-fast"] },
    Stage { name: "bench",   folder: "bench", command: &["cargo", "test"] },
    Stage { name: "fuzz",    folder: ".",    command: &["fuzz/smoke"] },
    Stage { name: "browser", folder: "web",  command: &["npm", "run", "e2e"] },
];

/// How many tests ran, and how they ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
    skipped: u64,
}

/// Runs the stages named in `only`, or all.
pub(crate) fn run(only: &[String], list: bool) -> anyhow::Result<ExitCode> {
    for name in only {
        if !STAGES.iter().any(|stage| stage.name == name) {
            bail!("there is no stage {name}; `cargo xtask ci --list` shows them");
        }
    }
    let mut total = Count::default();
    let mut broken = Vec::new();
    for stage in STAGES.iter().filter(|it| only.is_empty() || only.iter().any(|o| o == it.name)) {
        if list {
            println!("{:8} {}", stage.name, stage.command.join(" "));
        } else if !run_stage(stage, &mut total)? {
            broken.push(stage.name);
        }
    }
    if list {
        return Ok(ExitCode::SUCCESS);
    }
    if !broken.is_empty() {
        println!("\nThese stages failed: {}", broken.join(", "));
    }
    // A stage without tests of its own, like clippy, counts as one.
    println!("\n{} passed, {} failed, {} skipped", total.passed, total.failed, total.skipped);
    Ok(if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run_stage(stage: &Stage, total: &mut Count) -> anyhow::Result<bool> {
    println!("\n== {}: {}", stage.name, stage.command.join(" "));
    let (program, arguments) = stage.command.split_first().context("a stage has a command")?;
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(root().join(stage.folder))
        .env("RUSTDOCFLAGS", "-D warnings")
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {program}"))?;
    let mut count = Count::default();
    let stdout = child.stdout.take().context("stdout is a pipe")?;
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        println!("{line}");
        count.read(&line);
    }
    let succeeded = child.wait()?.success();
    if count == Count::default() {
        count.passed = u64::from(succeeded);
    }
    if !succeeded && count.failed == 0 {
        count.failed = 1;
    }
    total.passed += count.passed;
    total.failed += count.failed;
    total.skipped += count.skipped;
    Ok(succeeded)
}

impl Count {
    /// Adds what a closing line of cargo's or Node's test runner says.
    fn read(&mut self, line: &str) {
        if let Some(summary) = line.strip_prefix("test result: ") {
            self.passed += number_before(summary, " passed");
            self.failed += number_before(summary, " failed");
            self.skipped += number_before(summary, " ignored");
        }
        let words: Vec<_> = line.split_whitespace().collect();
        if let ["#" | "ℹ", name, number] = words[..] {
            let number = number.parse().unwrap_or(0);
            match name {
                "pass" => self.passed += number,
                "fail" => self.failed += number,
                "skipped" => self.skipped += number,
                _ => {}
            }
        }
    }
}

fn number_before(text: &str, label: &str) -> u64 {
    let number = text.split(label).next().and_then(|before| before.rsplit(' ').next());
    number.and_then(|it| it.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_line_of_cargo_test_is_counted() {
        check(
            "test result: ok. 36 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out",
            Count { passed: 36, failed: 1, skipped: 2 },
        );
    }

    #[test]
    fn closing_lines_of_node_are_counted() {
        check("# pass 12", Count { passed: 12, ..Count::default() });
        check("ℹ fail 3", Count { failed: 3, ..Count::default() });
        check("# skipped 1", Count { skipped: 1, ..Count::default() });
    }

    #[test]
    fn other_lines_are_not() {
        check("# tests 12", Count::default());
        check("12 passed, or so it says", Count::default());
    }

    #[track_caller]
    fn check(line: &str, expected: Count) {
        let mut count = Count::default();
        count.read(line);
        assert_eq!(count, expected);
    }
}
