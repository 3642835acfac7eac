//! Times in certificates (RFC 5280, §4.1.2.5), from seconds since the Unix epoch.

use super::der;

const DAY_S: u64 = 86_400;

/// A Time: `UTCTime` through the year 2049, `GeneralizedTime` from then on.
pub(crate) fn encode(unix_s: u64) -> Vec<u8> {
    let (year, month, day) = civil(unix_s / DAY_S);
    let of_day = unix_s % DAY_S;
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    let rest = format!("{month:02}{day:02}{hour:02}{minute:02}{second:02}Z");
    if year < 2050 {
        der::value(0x17, format!("{:02}{rest}", year % 100).as_bytes())
    } else {
        der::value(0x18, format!("{year:04}{rest}").as_bytes())
    }
}

/// Year, month and day in the Gregorian calendar. A year is counted from March here, so that
/// the leap day is its last.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let era_day = days % 146_097;
    let era_year = (era_day - era_day / 1460 + era_day / 36_524 - era_day / 146_096) / 365;
    let year_day = era_day - (365 * era_year + era_year / 4 - era_year / 100);
    let month = (5 * year_day + 2) / 153;
    let day = year_day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = days / 146_097 * 400 + era_year + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn times_are_written_in_the_form_of_their_year() {
        check(0, "700101000000Z");
        check(951_782_400, "000229000000Z");
        check(1_767_225_600, "260101000000Z");
        check(1_798_761_599, "261231235959Z");
        check(2_524_607_999, "491231235959Z");
        check(2_524_608_000, "20500101000000Z");
        check(253_402_300_799, "99991231235959Z");
    }

    #[track_caller]
    fn check(unix_s: u64, expected: &str) {
        assert_eq!(encode(unix_s).get(2..), Some(expected.as_bytes()));
    }
}
