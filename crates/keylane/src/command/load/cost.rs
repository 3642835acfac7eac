//! What a process has cost so far, as the kernel counts it.

use std::fs;

use crate::failure::Failure;

/// Processor time and memory of a process.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    /// In user and kernel mode, all threads, in microseconds.
    pub(super) processor_us: u64,
    /// Memory that is really there.
    pub(super) resident_bytes: u64,
}

impl Cost {
    /// Of the process with this id.
    pub(super) fn of(process: u32) -> Result<Self, Failure> {
        Self::read(&process.to_string())
    }

    /// Of this process.
    pub(super) fn of_this_process() -> Result<Self, Failure> {
        Self::read("self")
    }

    fn read(process: &str) -> Result<Self, Failure> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
        let ticks_per_s = rustix::param::clock_ticks_per_second();
        let page_bytes = u64::try_from(rustix::param::page_size()).unwrap_or(4096);
        parse(&stat, ticks_per_s, page_bytes)
            .ok_or_else(|| Failure::refused("/proc does not look as it should."))
    }
}

/// Fields 14, 15 and 24 of proc_pid_stat(5), counted after the name, which may hold anything.
fn parse(stat: &str, ticks_per_s: u64, page_bytes: u64) -> Option<Cost> {
    let (_, fields) = stat.rsplit_once(')')?;
    let field = |number: usize| fields.split_whitespace().nth(number - 3)?.parse::<u64>().ok();
    let ticks = field(14)? + field(15)?;
    Some(Cost {
        processor_us: ticks * 1_000_000 / ticks_per_s.max(1),
        resident_bytes: field(24)? * page_bytes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cost_is_read_behind_a_name_with_spaces_and_brackets() {
        let stat = "7 (a) b) S 1 1 1 0 -1 0 0 0 0 0 150 50 0 0 20 0 5 0 9 9 300 0";
        let cost = parse(stat, 100, 4096).unwrap();
        assert_eq!(cost.processor_us, 2_000_000);
        assert_eq!(cost.resident_bytes, 300 * 4096);
    }

    #[test]
    fn cost_of_nonsense_is_refused() {
        assert!(parse("nonsense", 100, 4096).is_none());
    }
}
