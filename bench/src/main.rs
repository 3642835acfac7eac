//! Measures Keylane's verifier in one run with its yardsticks: the bare signature verification
//! below it, and webauthn-rs beside it.
//!
//! `cargo run --release` prints tables and how the targets went; `cargo xtask bench` runs this and
//! the server's own measurements and writes `docs/benchmarks.md`.

mod clock;
mod instructions;
mod interleave;
mod material;
mod report;
mod subject;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::material::{Algorithm, Material};
use crate::report::{Group, Report};
use crate::subject::Named;

/// Measures the verifier against bare signature verification and against webauthn-rs.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    task: Option<Task>,
    /// How often each subject is measured.
    #[arg(long, default_value_t = 1_000)]
    rounds: usize,
    /// Also writes everything to this file, as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Counts instructions as well. Needs valgrind.
    #[arg(long)]
    instructions: bool,
}

#[derive(Subcommand)]
enum Task {
    /// Runs one subject, for a profiler or an instruction counter.
    Run {
        /// Material that `material` wrote; without, it is made anew.
        #[arg(long)]
        material: Option<PathBuf>,
        /// The heading of the group.
        #[arg(long, default_value = "ES256 assertion")]
        group: String,
        /// The name of the subject.
        #[arg(long, default_value = subject::name::KEYLANE)]
        subject: String,
        /// How many operations.
        #[arg(long)]
        count: usize,
    },
    /// Writes material for `run`.
    Material {
        /// The file.
        file: PathBuf,
    },
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    match arguments.task {
        Some(Task::Run { material, group, subject, count }) => {
            if let Some(file) = material {
                return instructions::run(&file, &group, &subject, count);
            }
            let folder = tempfile::tempdir()?;
            let file = folder.path().join("material.json");
            std::fs::write(&file, serde_json::to_vec(&materials()?)?)?;
            instructions::run(&file, &group, &subject, count)
        }
        Some(Task::Material { file }) => {
            Ok(std::fs::write(file, serde_json::to_vec(&materials()?)?)?)
        }
        None => compare(&arguments),
    }
}

fn compare(arguments: &Arguments) -> anyhow::Result<()> {
    let materials = materials()?;
    let mut groups = Vec::new();
    for (name, subjects) in groups_of(&materials)? {
        groups.push(Group { name, figures: interleave::compare(subjects, arguments.rounds) });
    }
    let mut report = Report::new(arguments.rounds, groups);
    if arguments.instructions {
        report.instructions = instructions::count(&materials)?;
    }
    print!("{}", report.to_markdown());
    if let Some(file) = &arguments.json {
        std::fs::write(file, serde_json::to_vec_pretty(&report)?)?;
    }
    Ok(())
}

fn materials() -> anyhow::Result<Vec<Material>> {
    Algorithm::ALL.into_iter().map(Material::generate).collect()
}

/// The groups of subjects that are measured in turns, with their headings.
fn groups_of(materials: &[Material]) -> anyhow::Result<Vec<(String, Vec<Named>)>> {
    let mut groups = Vec::new();
    for material in materials {
        let name = material.algorithm.name();
        groups.push((format!("{name} assertion"), subject::authentication(material)?));
    }
    for material in materials {
        let name = material.algorithm.name();
        groups.push((format!("{name} registration, none"), subject::registration(material)?));
    }
    Ok(groups)
}
