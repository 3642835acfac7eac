//! What the project does to itself. `cargo xtask --help` lists it.

mod bench;
mod ci;
mod differential;
#[cfg(test)]
mod tidy;
mod tree;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What the project does to itself.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Runs what CI runs, in order of speed, and closes with the sum of all tests.
    Ci {
        /// Only the stages with these names.
        #[arg(long, value_delimiter = ',')]
        only: Vec<String>,
        /// Lists the stages and stops.
        #[arg(long)]
        list: bool,
    },
    /// Measures verifier, store and server, and writes docs/benchmarks.md.
    Bench(bench::Arguments),
    /// Lets other libraries judge the vectors, and writes docs/reference/differential.md.
    Differential,
}

fn main() -> anyhow::Result<ExitCode> {
    match Arguments::parse().task {
        Task::Ci { only, list } => ci::run(&only, list),
        Task::Bench(arguments) => bench::run(&arguments).map(|()| ExitCode::SUCCESS),
        Task::Differential => differential::run().map(|()| ExitCode::SUCCESS),
    }
}
