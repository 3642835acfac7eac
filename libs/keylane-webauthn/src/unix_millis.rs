use serde::{Deserialize, Serialize};

/// A point in time: milliseconds since the Unix epoch, leap seconds not counted.
///
/// The crate never asks for the time; every function that needs it takes one of these.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct UnixMillis(pub u64);

impl UnixMillis {
    /// This instant and `duration_ms` milliseconds more, at most the last instant there is.
    #[must_use]
    pub const fn saturating_add_ms(self, duration_ms: u64) -> Self {
        Self(self.0.saturating_add(duration_ms))
    }

    /// Milliseconds from `earlier` to this instant; 0 when `earlier` is later.
    #[must_use]
    pub const fn millis_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}
