//! The tables, and what they mean for the targets.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::attested::Statement;
use crate::interleave::Figure;
use crate::subject::name;

/// Everything that was measured.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) rounds: usize,
    pub(crate) groups: Vec<Group>,
    pub(crate) targets: Vec<Target>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) instructions: Vec<Instructions>,
}

/// Subjects that were measured in turns.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) figures: Vec<Figure>,
    /// Why the peer is not among them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) peer_refusal: Option<String>,
}

/// Instructions of one operation, from an instruction counter.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Instructions {
    pub(crate) group: String,
    pub(crate) name: String,
    pub(crate) per_operation: u64,
}

/// One target and how it went.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Target {
    pub(crate) number: u8,
    pub(crate) text: String,
    pub(crate) measured: String,
    pub(crate) met: bool,
}

/// The most that an assertion may cost, as a multiple of the bare verification.
const GLUE_RATIO_MAX: f64 = 1.05;
/// How many times faster than the peer an assertion must be.
const PEER_RATIO_MIN: f64 = 4.0;
/// The most that a registration with a chain may cost, as a multiple of its bare verifications.
const ATTESTED_RATIO_MAX: f64 = 1.3;
/// The most that verifying a registration may add to parsing it, microseconds.
const REGISTRATION_US_MAX: f64 = 3.0;

impl Report {
    pub(crate) fn new(rounds: usize, groups: Vec<Group>) -> Self {
        let targets = targets(&groups);
        Self { rounds, groups, targets, instructions: Vec::new() }
    }

    /// The tables in Markdown.
    pub(crate) fn to_markdown(&self) -> String {
        let mut text = String::new();
        for group in &self.groups {
            // Writing to a string does not fail.
            let _ = write_group(&mut text, group);
        }
        let _ = write_instructions(&mut text, &self.instructions);
        for target in &self.targets {
            let met = if target.met { "met" } else { "not met" };
            let _ = writeln!(
                text,
                "- target {}: {}: {}, **{met}**",
                target.number, target.text, target.measured
            );
        }
        text
    }
}

fn write_group(text: &mut String, group: &Group) -> std::fmt::Result {
    writeln!(text, "| {} | CPU µs | wall µs | ratio | middle half | above, µs |", group.name)?;
    writeln!(text, "| --- | ---: | ---: | ---: | ---: | ---: |")?;
    for it in &group.figures {
        writeln!(
            text,
            "| {} | {:.2} | {:.2} | {:.3} | {:.3} to {:.3} | {:.2} |",
            it.name, it.cpu_us, it.wall_us, it.ratio, it.ratio_low, it.ratio_high, it.above_us
        )?;
    }
    if let Some(reason) = &group.peer_refusal {
        writeln!(text, "\nwebauthn-rs 0.6 refuses these: `{reason}`.")?;
    }
    writeln!(text)
}

fn write_instructions(text: &mut String, counts: &[Instructions]) -> std::fmt::Result {
    if counts.is_empty() {
        return Ok(());
    }
    writeln!(text, "| instructions per operation | | count |\n| --- | --- | ---: |")?;
    for it in counts {
        writeln!(text, "| {} | {} | {} |", it.group, it.name, it.per_operation)?;
    }
    writeln!(text)
}

fn targets(groups: &[Group]) -> Vec<Target> {
    let find = |group: &str, subject: &str| {
        let group = groups.iter().find(|it| it.name == group)?;
        group.figures.iter().find(|it| it.name == subject)
    };
    let mut targets = Vec::new();
    if let Some(ours) = find("ES256 assertion", name::KEYLANE) {
        targets.push(Target {
            number: 1,
            text: format!("ES256 assertion from JSON at most {GLUE_RATIO_MAX}x the bare verify"),
            measured: format!("{:.3}x", ours.ratio),
            met: ours.ratio <= GLUE_RATIO_MAX,
        });
        if let Some(peer) = find("ES256 assertion", name::PEER) {
            let faster = peer.ratio / ours.ratio;
            targets.push(Target {
                number: 3,
                text: format!(
                    "ES256 assertion at least {PEER_RATIO_MIN}x faster than webauthn-rs 0.6"
                ),
                measured: format!("{faster:.2}x"),
                met: faster >= PEER_RATIO_MIN,
            });
        }
    }
    if let Some(ours) = find("ES256 registration, none", name::REGISTER) {
        targets.push(Target {
            number: 4,
            text: format!("ES256 registration at most {REGISTRATION_US_MAX} µs more than parsing"),
            measured: format!("{:.2} µs", ours.above_us),
            met: ours.above_us <= REGISTRATION_US_MAX,
        });
    }
    let chained = [Statement::TpmEcc, Statement::TpmRsa, Statement::Packed];
    for (number, statement) in (11..).zip(chained) {
        if let Some(ours) = find(statement.heading(), name::REGISTER) {
            targets.push(Target {
                number,
                text: format!(
                    "{} from JSON at most {ATTESTED_RATIO_MAX}x the bare verifications of its \
                     signature and chain",
                    statement.heading()
                ),
                measured: format!("{:.3}x", ours.ratio),
                met: ours.ratio <= ATTESTED_RATIO_MAX,
            });
        }
    }
    targets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn target_is_met_at_its_limit() {
        check("ES256 assertion", name::KEYLANE, 1.05, true);
    }

    #[test]
    fn target_is_missed_above_its_limit() {
        check("ES256 assertion", name::KEYLANE, 1.0501, false);
    }

    #[test]
    fn target_of_attested_registrations_is_met_at_its_limit() {
        check("tpm registration, RSA", name::REGISTER, 1.3, true);
        check("packed registration", name::REGISTER, 1.3, true);
    }

    #[test]
    fn target_of_attested_registrations_is_missed_above_its_limit() {
        check("tpm registration, ECC", name::REGISTER, 1.3001, false);
        check("packed registration", name::REGISTER, 1.3001, false);
    }

    #[track_caller]
    fn check(group: &str, subject: &str, ratio: f64, met: bool) {
        let figure = Figure {
            name: subject.to_owned(),
            cpu_us: 1.0,
            wall_us: 1.0,
            ratio,
            ratio_low: ratio,
            ratio_high: ratio,
            above_us: 0.0,
        };
        let groups = [Group { name: group.to_owned(), figures: vec![figure], peer_refusal: None }];
        assert_eq!(targets(&groups).iter().map(|it| it.met).collect::<Vec<_>>(), [met]);
    }
}
