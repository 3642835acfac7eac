//! Measuring several subjects in one run, in turns.
//!
//! A machine shared with other work changes speed from one second to the next. So each round
//! measures every subject for about a millisecond, one after the other, and what is compared is
//! the ratio within a round. Every second round goes backwards and each begins with another
//! subject, so that none always comes after the same one; and each block begins with a few
//! operations that are not measured, so that caches are the subject's own. Reported are medians
//! over the rounds, which a disturbed round does not move.

use serde::{Deserialize, Serialize};

use crate::clock::{Elapsed, measure};
use crate::subject::Named;

/// How long each subject runs per round.
const BLOCK_US: f64 = 1_000.0;
const COUNT_MAX: f64 = 2_000.0;

/// What one subject took.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Figure {
    pub(crate) name: String,
    /// Medians, microseconds per operation.
    pub(crate) cpu_us: f64,
    pub(crate) wall_us: f64,
    /// CPU time against the first subject of the group: the median over the rounds, and the
    /// range in which the middle half of the rounds lies.
    pub(crate) ratio: f64,
    pub(crate) ratio_low: f64,
    pub(crate) ratio_high: f64,
    /// CPU time above the first subject: the median of the differences, microseconds.
    pub(crate) above_us: f64,
}

/// Measures the subjects in turns; the first one is the yardstick.
pub(crate) fn compare(mut subjects: Vec<Named>, rounds: usize) -> Vec<Figure> {
    let counts: Vec<usize> = subjects.iter_mut().map(calibrate).collect();
    let mut samples: Vec<Vec<Elapsed>> = vec![Vec::with_capacity(rounds); subjects.len()];
    for round in 0..rounds {
        for at in order(round, subjects.len()) {
            samples[at].push(block(&mut subjects[at], counts[at]));
        }
    }
    let yardstick = samples.first().cloned().unwrap_or_default();
    let figures = subjects.iter().zip(&samples);
    figures.map(|(subject, samples)| figure(subject.name, samples, &yardstick)).collect()
}

/// The order of the subjects in a round.
fn order(round: usize, length: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..length).map(|turn| (round / 2 + turn) % length).collect();
    if round % 2 == 1 {
        order.reverse();
    }
    order
}

/// One block of operations; what one of them took.
fn block(subject: &mut Named, count: usize) -> Elapsed {
    let warm_up = (count / 8).max(2);
    subject.subject.prepare(warm_up);
    subject.subject.run(warm_up);
    subject.subject.prepare(count);
    let elapsed = measure(|| subject.subject.run(count));
    let each = count as f64;
    Elapsed { cpu_us: elapsed.cpu_us / each, wall_us: elapsed.wall_us / each }
}

/// How many operations fill a block. Also warms up.
fn calibrate(subject: &mut Named) -> usize {
    let samples = (0..9).map(|_| block(subject, 20).cpu_us).collect();
    let count = (BLOCK_US / quantile(samples, 0.5)).clamp(4.0, COUNT_MAX);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Clamped above.
    let count = count as usize;
    count
}

fn figure(name: &str, samples: &[Elapsed], yardstick: &[Elapsed]) -> Figure {
    let pairs = || samples.iter().zip(yardstick);
    let ratios: Vec<f64> = pairs().map(|(it, bare)| it.cpu_us / bare.cpu_us).collect();
    Figure {
        name: name.to_owned(),
        cpu_us: quantile(samples.iter().map(|it| it.cpu_us).collect(), 0.5),
        wall_us: quantile(samples.iter().map(|it| it.wall_us).collect(), 0.5),
        ratio: quantile(ratios.clone(), 0.5),
        ratio_low: quantile(ratios.clone(), 0.25),
        ratio_high: quantile(ratios, 0.75),
        above_us: quantile(pairs().map(|(it, bare)| it.cpu_us - bare.cpu_us).collect(), 0.5),
    }
}

/// The value below which `share` of the samples lie; zero without samples.
fn quantile(mut samples: Vec<f64>, share: f64) -> f64 {
    samples.sort_by(f64::total_cmp);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // `share` is below 1.
    let at = (samples.len() as f64 * share) as usize;
    samples.get(at).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantile_is_the_middle_of_samples_in_any_order() {
        assert_eq!(quantile(vec![3.0, 1.0, 2.0], 0.5), 2.0);
    }

    #[test]
    fn quantile_of_nothing_is_zero() {
        assert_eq!(quantile(Vec::new(), 0.5), 0.0);
    }

    #[test]
    fn order_turns_back_every_second_round() {
        assert_eq!(order(2, 3), [1, 2, 0]);
        assert_eq!(order(3, 3), [0, 2, 1]);
    }

    #[test]
    fn ratio_is_taken_within_each_round() {
        let sample = |cpu_us| Elapsed { cpu_us, wall_us: cpu_us };
        // The machine is three times slower in the last two rounds; the ratio does not change.
        let bare = [sample(10.0), sample(30.0), sample(30.0)];
        let ours = [sample(11.0), sample(33.0), sample(33.0)];
        let figure = figure("ours", &ours, &bare);
        assert!((figure.ratio - 1.1).abs() < 1e-9, "{figure:?}");
    }
}
