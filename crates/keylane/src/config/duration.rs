//! Durations as people write them: `30s`, `5m`, `12h`, `30d`.

use std::time::Duration;

use super::key::{Shape, Value};

/// What messages say about a duration.
pub(crate) const ALLOWED: &str = "a duration such as \"30s\", \"5m\", \"12h\" or \"30d\"";

/// Longest duration, in days: what is longer is a typing error.
const DAYS_MAX: u64 = 3660;

const UNITS: [(&str, u64); 4] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];

impl Value for Duration {
    const SHAPE: Shape = Shape::Text;

    fn parse(text: &str) -> Option<Self> {
        let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let (_, seconds) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
        let whole = number.parse::<u64>().ok()?.checked_mul(seconds)?;
        (1..=DAYS_MAX * 86_400).contains(&whole).then(|| Self::from_secs(whole))
    }

    fn show(&self) -> String {
        let seconds = self.as_secs();
        let unit = UNITS.into_iter().find(|(_, unit)| seconds.is_multiple_of(*unit));
        unit.map_or_else(
            || format!("{seconds}s"),
            |(name, unit)| format!("{}{name}", seconds / unit),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duration_of_each_unit_is_read() {
        check("30s", Some(30));
        check("5m", Some(300));
        check("12h", Some(43_200));
        check("30d", Some(2_592_000));
    }

    #[test]
    fn duration_without_a_unit_is_refused() {
        check("30", None);
    }

    #[test]
    fn duration_of_nothing_is_refused() {
        check("0s", None);
        check("", None);
        check("s", None);
    }

    #[test]
    fn duration_beyond_ten_years_is_refused() {
        check("4000d", None);
        check("18446744073709551615d", None);
    }

    #[test]
    fn duration_that_ends_in_a_wide_character_is_refused() {
        check("5µ", None);
    }

    #[test]
    fn duration_is_shown_in_its_largest_whole_unit() {
        assert_eq!(Duration::from_secs(90).show(), "90s");
        assert_eq!(Duration::from_secs(7200).show(), "2h");
    }

    #[track_caller]
    fn check(text: &str, seconds: Option<u64>) {
        assert_eq!(Duration::parse(text), seconds.map(Duration::from_secs), "{text}");
    }
}
