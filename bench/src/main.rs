//! Measures Keylane's verifier in one run with its yardsticks: the bare signature verification
//! below it, and webauthn-rs beside it.
//!
//! `cargo run --release` prints tables and how the targets went; `cargo xtask bench` runs this and
//! the server's own measurements and writes `docs/benchmarks.md`.

mod attested;
mod clock;
mod instructions;
mod interleave;
mod material;
mod report;
mod subject;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::material::Materials;
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
            std::fs::write(&file, serde_json::to_vec(&Materials::generate()?)?)?;
            instructions::run(&file, &group, &subject, count)
        }
        Some(Task::Material { file }) => {
            Ok(std::fs::write(file, serde_json::to_vec(&Materials::generate()?)?)?)
        }
        None => compare(&arguments),
    }
}

fn compare(arguments: &Arguments) -> anyhow::Result<()> {
    let materials = Materials::generate()?;
    let mut groups = Vec::new();
    for (name, subjects) in groups_of(&materials)? {
        let refused = materials.attested.iter().find(|it| it.statement.heading() == name);
        let peer_refusal = refused.and_then(|it| it.peer_refusal.clone());
        let figures = interleave::compare(subjects, arguments.rounds);
        groups.push(Group { name, figures, peer_refusal });
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

/// The groups of subjects that are measured in turns, with their headings.
fn groups_of(materials: &Materials) -> anyhow::Result<Vec<(String, Vec<Named>)>> {
    let mut groups = Vec::new();
    for material in &materials.algorithms {
        let name = material.algorithm.name();
        groups.push((format!("{name} assertion"), subject::authentication(material)?));
    }
    for material in &materials.algorithms {
        let name = material.algorithm.name();
        groups.push((format!("{name} registration, none"), subject::registration(material)?));
    }
    for attested in &materials.attested {
        let heading = attested.statement.heading().to_owned();
        groups.push((heading, subject::attested::subjects(attested)?));
    }
    Ok(groups)
}
