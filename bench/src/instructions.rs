//! Counting instructions with valgrind's callgrind.
//!
//! The same subject runs twice in processes of its own, once with more operations than the other
//! time; the difference of the totals belongs to the additional operations. That leaves loading
//! the material, which is the same both times, out of the count.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

use crate::material::Materials;
use crate::report::Instructions;
use crate::{groups_of, subject::Named};

/// A whole number of cycles through the material, so that both runs see each case equally often.
const CYCLE: usize = 64;

/// Counts for every subject of the material.
pub(crate) fn count(materials: &Materials) -> anyhow::Result<Vec<Instructions>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("material.json");
    std::fs::write(&file, serde_json::to_vec(materials)?)?;
    let mut counts = Vec::new();
    for (group, subjects) in groups_of(materials)? {
        for Named { name, .. } in subjects {
            let few = total(&file, folder.path(), &group, name, CYCLE)?;
            let many = total(&file, folder.path(), &group, name, 3 * CYCLE)?;
            let per_operation = many.saturating_sub(few) / (2 * CYCLE) as u64;
            counts.push(Instructions {
                group: group.clone(),
                name: name.to_owned(),
                per_operation,
            });
        }
    }
    Ok(counts)
}

/// Runs one subject and nothing else; what the counted processes do.
pub(crate) fn run(file: &Path, group: &str, name: &str, count: usize) -> anyhow::Result<()> {
    let materials: Materials = serde_json::from_slice(&std::fs::read(file)?)?;
    let (_, subjects) = groups_of(&materials)?
        .into_iter()
        .find(|(it, _)| it == group)
        .context("there is no such group")?;
    let mut named =
        subjects.into_iter().find(|it| it.name == name).context("there is no such subject")?;
    named.subject.prepare(count);
    named.subject.run(count);
    Ok(())
}

fn total(file: &Path, folder: &Path, group: &str, name: &str, count: usize) -> anyhow::Result<u64> {
    let output = folder.join("callgrind.out");
    let run = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", output.display()))
        .arg(std::env::current_exe()?)
        .args(["run", "--material"])
        .arg(file)
        .args(["--group", group, "--subject", name, "--count", &count.to_string()])
        .output()
        .context("cannot start valgrind; Debian has it in the package of that name")?;
    if !run.status.success() {
        bail!("valgrind failed: {}", String::from_utf8_lossy(&run.stderr));
    }
    let text = std::fs::read_to_string(output)?;
    let totals = text.lines().find_map(|line| line.strip_prefix("totals: "));
    Ok(totals.context("callgrind wrote no totals")?.trim().parse()?)
}
