//! CPU time of this thread, and wall time.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// What an interval took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Elapsed {
    /// Microseconds on the CPU.
    pub(crate) cpu_us: f64,
    /// Microseconds on the wall.
    pub(crate) wall_us: f64,
}

/// Runs `work` and measures it.
pub(crate) fn measure(work: impl FnOnce()) -> Elapsed {
    let (cpu, wall) = (read(ClockId::ThreadCPUTime), read(ClockId::Monotonic));
    work();
    Elapsed {
        cpu_us: (read(ClockId::ThreadCPUTime) - cpu).as_secs_f64() * 1e6,
        wall_us: (read(ClockId::Monotonic) - wall).as_secs_f64() * 1e6,
    }
}

fn read(clock: ClockId) -> Duration {
    let now = clock_gettime(clock);
    // Neither clock is ever negative.
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or(0))
}
