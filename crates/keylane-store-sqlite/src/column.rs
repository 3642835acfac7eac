//! How the model's types look in columns, both ways.

use keylane_model::UnixMillis;
use rusqlite::types::{FromSql, Type};
use rusqlite::{Error, Result, Row};

/// A time as SQLite keeps it.
pub(crate) fn millis(at: UnixMillis) -> i64 {
    i64::try_from(at.0).unwrap_or(i64::MAX)
}

/// Reads a row from left to right, so that a list of columns and a struct literal in the same
/// order belong together and nobody counts.
pub(crate) struct Columns<'a> {
    row: &'a Row<'a>,
    next: usize,
}

impl<'a> Columns<'a> {
    pub(crate) fn new(row: &'a Row<'a>) -> Self {
        Self { row, next: 0 }
    }

    /// The next column as it is.
    pub(crate) fn value<T: FromSql>(&mut self) -> Result<T> {
        let column = self.step();
        self.row.get(column)
    }

    pub(crate) fn id<T>(&mut self, from_bytes: fn([u8; 16]) -> T) -> Result<T> {
        self.value().map(from_bytes)
    }

    pub(crate) fn optional_id<T>(&mut self, from_bytes: fn([u8; 16]) -> T) -> Result<Option<T>> {
        Ok(self.value::<Option<[u8; 16]>>()?.map(from_bytes))
    }

    /// The next column as a number that cannot be negative.
    pub(crate) fn count(&mut self) -> Result<u64> {
        let column = self.next;
        unsigned(column, self.value()?)
    }

    pub(crate) fn time(&mut self) -> Result<UnixMillis> {
        self.count().map(UnixMillis)
    }

    pub(crate) fn optional_time(&mut self) -> Result<Option<UnixMillis>> {
        let column = self.next;
        self.value::<Option<i64>>()?.map(|it| unsigned(column, it).map(UnixMillis)).transpose()
    }

    /// The next column as bytes that mean something.
    pub(crate) fn bytes<T, E>(&mut self, parse: impl FnOnce(&[u8]) -> Result<T, E>) -> Result<T>
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let column = self.step();
        let bytes = self.row.get_ref(column)?.as_blob().map_err(|err| unfit(column, err))?;
        parse(bytes).map_err(|err| unfit(column, err))
    }

    /// The next column as text that means something.
    pub(crate) fn text<T, E>(&mut self, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<T>
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let column = self.step();
        let text = self.row.get_ref(column)?.as_str().map_err(|err| unfit(column, err))?;
        parse(text).map_err(|err| unfit(column, err))
    }

    /// The next column as one of the model's stable names.
    pub(crate) fn name<T>(&mut self, from_name: fn(&str) -> Option<T>) -> Result<T> {
        self.text(|name| from_name(name).ok_or_else(|| UnknownName(name.to_owned())))
    }

    fn step(&mut self) -> usize {
        let column = self.next;
        self.next += 1;
        column
    }
}

fn unsigned(column: usize, value: i64) -> Result<u64> {
    u64::try_from(value).map_err(|_| Error::IntegralValueOutOfRange(column, value))
}

fn unfit(column: usize, err: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::FromSqlConversionFailure(column, Type::Null, Box::new(err))
}

/// A name that the model does not know.
#[derive(Debug)]
pub(crate) struct UnknownName(pub(crate) String);

impl std::fmt::Display for UnknownName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "unknown name {:?}", self.0)
    }
}

impl std::error::Error for UnknownName {}
