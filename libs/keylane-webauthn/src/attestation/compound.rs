//! The `compound` format (§8.9): several statements about one credential.
//!
//! §8.9 leaves it to the relying party what becomes of a statement that is wrong. Here every one
//! must stand on its own under the same policy, its format and its certificates included, and the
//! first one that does not refuses the whole: a wrong statement says that something is wrong with
//! the authenticator or with the client, and a right one beside it does not take that back.

use super::{
    AttestationError, AttestationFormat, AttestationKind, AttestationVerdict, Evidence, Proven,
    StatementFormat, judge,
};
use crate::cbor::Value;

/// Most statements in a `compound` one.
pub const COMPOUND_STATEMENTS_MAX: usize = 8;

pub(super) struct Compound;

/// Which rule of §8.9 a `compound` statement breaks. Variants stand in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompoundError {
    /// Fewer than two statements, or more than [`COMPOUND_STATEMENTS_MAX`].
    #[error("the number of statements is refused")]
    Count,
    /// A statement is itself `compound`.
    #[error("a compound statement is inside another one")]
    Nested,
    /// A statement is `none`: it says nothing and would only be counted.
    #[error("one of the statements is none")]
    NoStatement,
}

impl CompoundError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Count => "compound_statement_count",
            Self::Nested => "compound_statement_nested",
            Self::NoStatement => "compound_statement_none",
        }
    }
}

impl From<CompoundError> for AttestationError {
    fn from(err: CompoundError) -> Self {
        Self::Compound(err)
    }
}

impl StatementFormat for Compound {
    fn format(&self) -> AttestationFormat {
        AttestationFormat::Compound
    }

    fn verify<'a>(&self, evidence: &Evidence<'_, 'a>) -> Result<Proven<'a>, AttestationError> {
        let Value::Array(items) = evidence.statement else {
            return Err(AttestationError::StatementMalformed);
        };
        if !(2..=COMPOUND_STATEMENTS_MAX).contains(&items.len()) {
            return Err(CompoundError::Count.into());
        }
        // All formats before any signature: what is not compound costs nothing.
        let statements = items.iter().map(statement).collect::<Result<Vec<_>, _>>()?;
        let mut proven = Proven::new(AttestationKind::Compound, Vec::new());
        for (format, statement) in statements {
            let part = judge(&format, &Evidence { statement, ..*evidence })?;
            take_switches(&mut proven, &part);
            proven.parts.push(part);
        }
        Ok(proven)
    }
}

/// One entry of the list: a map of `fmt` and `attStmt`, as an attestation object has them.
fn statement<'e, 'a>(
    item: &'e Value<'a>,
) -> Result<(AttestationFormat, &'e Value<'a>), AttestationError> {
    let format = item.entry("fmt").and_then(Value::as_text);
    let members = item.as_map().map(<[_]>::len);
    let (Some(format), Some(statement), Some(2)) = (format, item.entry("attStmt"), members) else {
        return Err(AttestationError::StatementMalformed);
    };
    match format.parse().map_err(|_| AttestationError::StatementMalformed)? {
        AttestationFormat::Compound => Err(CompoundError::Nested.into()),
        AttestationFormat::None => Err(CompoundError::NoStatement.into()),
        format => Ok((format, statement)),
    }
}

/// What one of the statements needed, the whole has needed.
fn take_switches(proven: &mut Proven<'_>, part: &AttestationVerdict) {
    for switch in &part.switches {
        if !proven.switches.contains(switch) {
            proven.switches.push(*switch);
        }
    }
}

#[cfg(test)]
mod tests;
