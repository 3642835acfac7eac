use proptest::prelude::*;

use super::*;
use crate::sample::der as encoder;
use crate::x509::der::Reader;

#[test]
fn both_forms_of_a_time_are_read() {
    check("700101000000Z", Ok(0));
    check("19700101000000Z", Ok(0));
    check("20000229235959Z", Ok(951_868_799_000));
    // Two digits of a year mean 1950 to 2049.
    check("491231235959Z", Ok(2_524_607_999_000));
    check("500101000000Z", Ok(0));
    check("99991231235959Z", Ok(253_402_300_799_000));
}

#[test]
fn what_lies_before_1970_counts_as_its_beginning() {
    check("00000101000000Z", Ok(0));
    check("19691231235959Z", Ok(0));
}

#[test]
fn what_is_no_time_is_refused() {
    for text in [
        "",
        "Z",
        "2601010000Z",
        "260101000000",
        "260101000000+0000",
        "20260101000000.5Z",
        "20260101000000Z0",
        "260001000000Z",
        "261301000000Z",
        "260100000000Z",
        "260431000000Z",
        "260229000000Z",
        "21000229000000Z",
        "260101240000Z",
        "260101006000Z",
        "260101000060Z",
        "26010100000:Z",
    ] {
        check(text, Err(BadDer));
    }
    let other = encoder::utf8("260101000000Z");
    assert_eq!(parse(&Reader::new(&other).any().unwrap()), Err(BadDer));
}

proptest! {
    /// A day later is 86,400 seconds later, whichever calendar day it is.
    #[test]
    fn days_follow_one_another(year in 1970_i64..9999, month in 1_i64..13, day in 1_i64..32) {
        prop_assume!(day <= days_in(year, month));
        let next = if day < days_in(year, month) {
            (year, month, day + 1)
        } else if month < 12 {
            (year, month + 1, 1)
        } else {
            (year + 1, 1, 1)
        };
        let at = |(year, month, day): (i64, i64, i64)| {
            read(&format!("{year:04}{month:02}{day:02}120000Z")).unwrap().0
        };
        prop_assert_eq!(at(next) - at((year, month, day)), 86_400_000);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,20}") {
        let _ = read(&text);
    }
}

#[track_caller]
fn check(text: &str, expected: Result<u64, BadDer>) {
    assert_eq!(read(text).map(|it| it.0), expected, "{text}");
}

fn read(text: &str) -> Result<UnixMillis, BadDer> {
    let encoded = encoder::time(text);
    parse(&Reader::new(&encoded).any().unwrap())
}
