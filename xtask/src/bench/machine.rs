//! What the figures were measured on. Figures without it say nothing.

use super::output;
use crate::tree::root;

/// A heading and a fact, in the order in which they are shown.
pub(super) type Notes = Vec<(&'static str, String)>;

/// The name of how busy the machine was.
pub(super) const LOAD: &str = "Load of the machine at the end";

pub(super) fn notes() -> anyhow::Result<Notes> {
    let run = |program, arguments: &[&str]| {
        output(&root(), program, arguments).map(|text| text.trim().to_owned())
    };
    let read = |file| std::fs::read_to_string(file).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        let value = line.and_then(|line| line.split_once(':'));
        value.map_or_else(|| "unknown".to_owned(), |(_, value)| value.trim().to_owned())
    };
    let (cpus, memory) = (read("/proc/cpuinfo"), read("/proc/meminfo"));
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let busy = read("/proc/loadavg");
    let busy = busy.split(' ').next().unwrap_or("unknown");
    Ok(vec![
        ("Date", run("date", &["-u", "+%Y-%m-%d"])?),
        ("Processor", field(&cpus, "model name")),
        ("Processors in use", cores.to_string()),
        ("Memory", field(&memory, "MemTotal")),
        ("Kernel", run("uname", &["-sr"])?),
        ("Compiler", run("rustc", &["--version"])?),
        ("Commit", run("git", &["describe", "--always", "--dirty"])?),
        (LOAD, busy.to_owned()),
    ])
}
