//! Days, as metadata writes them, and the instants that callers compare them with.

use std::fmt;
use std::str::FromStr;

const DAY_MS: u64 = 86_400_000;

/// A point in time: milliseconds since the Unix epoch, leap seconds not counted.
///
/// The crate never asks for the time; every function that needs it takes one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct UnixMillis(pub u64);

/// A day of the Gregorian calendar, in UTC: `2026-08-21`. Days compare in the order of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A text is not a day of the calendar in the form `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date of the form YYYY-MM-DD")]
pub struct DateError;

impl UnixMillis {
    /// The day that the instant is in. After the year 9999 it is that year's last day.
    #[must_use]
    pub fn date(self) -> Date {
        let mut days = self.0 / DAY_MS;
        let mut date = Date { year: 1970, month: 1, day: 1 };
        while days >= date.days_in_year() {
            if date.year == 9999 {
                return Date { year: 9999, month: 12, day: 31 };
            }
            days -= date.days_in_year();
            date.year += 1;
        }
        while days >= u64::from(date.days_in_month()) {
            days -= u64::from(date.days_in_month());
            date.month += 1;
        }
        // Less than a month is left, which fits.
        date.day = u8::try_from(days).map_or(date.days_in_month(), |days| days + 1);
        date
    }
}

impl Date {
    /// A day of the calendar, or `None` when there is no such day.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let date = Self { year, month, day };
        let exists = year <= 9999 && (1..=12).contains(&month) && day >= 1;
        (exists && day <= date.days_in_month()).then_some(date)
    }

    /// The first instant of the day. Days before 1970 have none; theirs is the first of 1970.
    #[must_use]
    pub fn start(self) -> UnixMillis {
        let years = (1970..self.year).map(|year| Self { year, month: 1, day: 1 }.days_in_year());
        let months = (1..self.month).map(|month| u64::from(Self { month, ..self }.days_in_month()));
        if self.year < 1970 {
            return UnixMillis(0);
        }
        let days = years.sum::<u64>() + months.sum::<u64>() + u64::from(self.day - 1);
        UnixMillis(days * DAY_MS)
    }

    fn is_leap(self) -> bool {
        self.year.is_multiple_of(4)
            && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400))
    }

    fn days_in_year(self) -> u64 {
        if self.is_leap() { 366 } else { 365 }
    }

    fn days_in_month(self) -> u8 {
        match self.month {
            2 if self.is_leap() => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        fn number<T: FromStr>(text: &str, digits: usize) -> Result<T, DateError> {
            let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
            if plain { text.parse().map_err(|_| DateError) } else { Err(DateError) }
        }
        let mut parts = text.split('-');
        let mut next = || parts.next().ok_or(DateError);
        let (year, month, day) = (number(next()?, 4)?, number(next()?, 2)?, number(next()?, 2)?);
        if parts.next().is_some() {
            return Err(DateError);
        }
        Self::new(year, month, day).ok_or(DateError)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests;
