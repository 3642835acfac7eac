use proptest::prelude::*;

use super::*;

#[test]
fn date_is_read_in_its_one_form() {
    for text in ["2026-08-21", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"] {
        check(text, Some(text));
    }
    for text in [
        "",
        "2026",
        "2026-08",
        "2026-8-21",
        "26-08-21",
        "2026-08-21T00:00:00Z",
        "2026-08-21-01",
        "2026/08/21",
        " 2026-08-21",
        "+026-08-21",
        "2026-00-10",
        "2026-13-01",
        "2026-04-31",
        "2026-01-00",
        "2026-01-32",
        "2023-02-29",
        "1900-02-29",
        "２026-01-01",
        "soon",
    ] {
        check(text, None);
    }
}

#[test]
fn instant_is_in_the_day_of_utc() {
    for (ms, text) in [
        (0, "1970-01-01"),
        (86_399_999, "1970-01-01"),
        (86_400_000, "1970-01-02"),
        (951_782_399_999, "2000-02-28"),
        (951_782_400_000, "2000-02-29"),
        (1_767_225_599_999, "2025-12-31"),
        (1_767_225_600_000, "2026-01-01"),
        (u64::MAX, "9999-12-31"),
    ] {
        assert_eq!(UnixMillis(ms).date().to_string(), text, "{ms}");
    }
}

#[test]
fn days_before_the_epoch_start_with_it() {
    assert_eq!("1969-12-31".parse::<Date>().unwrap().start(), UnixMillis(0));
}

proptest! {
    #[test]
    fn day_of_any_instant_begins_at_most_a_day_before(ms in 0..253_402_300_800_000u64) {
        let date = UnixMillis(ms).date();
        let start = date.start().0;
        prop_assert!(start <= ms && ms - start < 86_400_000);
        prop_assert_eq!(date.to_string().parse(), Ok(date));
    }

    #[test]
    fn later_days_are_greater(a in 0..250_000_000_000_000u64, b in 0..250_000_000_000_000u64) {
        let (a, b) = (a.min(b), a.max(b));
        prop_assert!(UnixMillis(a).date() <= UnixMillis(b).date());
    }

    #[test]
    fn date_never_panics(text in ".{0,12}") {
        let _ = text.parse::<Date>();
    }
}

/// Reads `text` and compares what it is written as.
#[track_caller]
fn check(text: &str, expected: Option<&str>) {
    let written = text.parse::<Date>().ok().map(|date| date.to_string());
    assert_eq!(written.as_deref(), expected, "{text}");
}
