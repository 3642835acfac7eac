//! Times in certificates (RFC 5280, §4.1.2.5).

use super::der::{BadDer, Element, Tag};
use crate::unix_millis::UnixMillis;

/// Reads a `Time`: `UTCTime` or `GeneralizedTime`, in UTC and with seconds. What lies before 1970
/// counts as the beginning of 1970.
pub(crate) fn parse(element: &Element<'_>) -> Result<UnixMillis, BadDer> {
    let (year, rest) = if element.tag == Tag::UTC_TIME {
        let (year, rest) = number(element.value, 2)?;
        (if year < 50 { 2000 + year } else { 1900 + year }, rest)
    } else if element.tag == Tag::GENERALIZED_TIME {
        number(element.value, 4)?
    } else {
        return Err(BadDer);
    };
    let (month, rest) = number(rest, 2)?;
    let (day, rest) = number(rest, 2)?;
    let (hour, rest) = number(rest, 2)?;
    let (minute, rest) = number(rest, 2)?;
    let (second, rest) = number(rest, 2)?;
    let sound = (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60
        && rest == b"Z";
    if !sound {
        return Err(BadDer);
    }
    let seconds = days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    Ok(UnixMillis(u64::try_from(seconds).unwrap_or(0) * 1000))
}

/// A number of exactly `digits` decimal digits from the front of `text`.
fn number(text: &[u8], digits: usize) -> Result<(i64, &[u8]), BadDer> {
    let (digits, rest) = text.split_at_checked(digits).ok_or(BadDer)?;
    let mut value = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return Err(BadDer);
        }
        value = value * 10 + i64::from(digit - b'0');
    }
    Ok((value, rest))
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the Gregorian calendar, with years that begin in March so that the
/// leap day comes last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests;
