//! Entries of a BLOB: one authenticator each, with its statement and its status reports
//! (section 3.1.1).

use crate::date::Date;
use crate::ids::{Aaguid, Aaid, KeyIdentifier};
use crate::object::{JsonError, Object, OtherMember};
use crate::statement::{Icons, MetadataStatement, StatementError, take_key_identifiers};
use crate::status::{StatusReport, parse_reports};

/// What metadata has about one authenticator.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MetadataEntry {
    /// The model of a FIDO2 authenticator.
    pub aaguid: Option<Aaguid>,
    /// The model of a UAF authenticator.
    pub aaid: Option<Aaid>,
    /// The attestation keys of a U2F authenticator.
    pub key_identifiers: Vec<KeyIdentifier>,
    /// What the vendor says. FIDO may list an authenticator without it.
    pub statement: Option<MetadataStatement>,
    /// What has happened to it, in the order of the BLOB.
    pub status_reports: Vec<StatusReport>,
    /// When the reports last changed.
    pub time_of_last_status_change: Option<Date>,
    /// Members that are not modelled, or that could not be read.
    pub others: Vec<OtherMember>,
}

/// An entry that could not be read, put aside so that it does not take the others with it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnreadableEntry {
    /// Its place in the BLOB, from 0.
    pub index: usize,
    /// The model it is about, if that much could be read.
    pub aaguid: Option<Aaguid>,
    /// Why it could not be read.
    pub error: EntryError,
}

/// Why an entry cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryError {
    /// Not an object, or one with a member twice or with too many of them.
    #[error("the entry is malformed")]
    Malformed,
    /// It does not say which authenticator it is about.
    #[error("the entry names no authenticator")]
    NoId,
    /// A status report cannot be read: it might be a revocation.
    #[error("a status report of the entry is malformed")]
    StatusReports,
    /// The statement cannot be read.
    #[error("the statement of the entry is malformed")]
    Statement(#[source] StatementError),
    /// All that it is about has been the subject of an entry before it.
    #[error("the entry is about an authenticator that has one already")]
    Duplicate,
}

impl EntryError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "entry_malformed",
            Self::NoId => "entry_without_id",
            Self::StatusReports => "entry_status_reports_malformed",
            Self::Statement(_) => "entry_statement_malformed",
            Self::Duplicate => "entry_duplicate",
        }
    }
}

impl From<JsonError> for EntryError {
    fn from(_: JsonError) -> Self {
        Self::Malformed
    }
}

impl From<MetadataStatement> for MetadataEntry {
    /// An entry for a statement that stands by itself: nothing is reported.
    fn from(statement: MetadataStatement) -> Self {
        Self {
            aaguid: statement.aaguid,
            aaid: statement.aaid,
            key_identifiers: statement.key_identifiers.clone(),
            statement: Some(statement),
            status_reports: Vec::new(),
            time_of_last_status_change: None,
            others: Vec::new(),
        }
    }
}

impl MetadataEntry {
    /// What the authenticator is called, in English.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.statement.as_ref().and_then(|it| it.description.as_deref())
    }

    /// The certificates that its attestations chain to, DER; none without a statement.
    #[must_use]
    pub fn attestation_roots(&self) -> &[Box<[u8]>] {
        self.statement.as_ref().map_or(&[], |it| &it.attestation_roots)
    }

    /// Reads an entry. Ids that it does not give itself are those of its statement.
    pub(crate) fn parse(json: &str, icons: Icons) -> Result<Self, EntryError> {
        let mut object = Object::parse(json)?;
        let reports = object.take_raw("statusReports").map(parse_reports).transpose();
        let statement = object.take_raw("metadataStatement");
        let statement = statement.map(|json| MetadataStatement::parse(json, icons)).transpose();
        let mut entry = Self {
            aaguid: object.take_parsed("aaguid"),
            aaid: object.take_parsed("aaid"),
            key_identifiers: take_key_identifiers(&mut object),
            statement: statement.map_err(EntryError::Statement)?,
            status_reports: reports.map_err(|_| EntryError::StatusReports)?.unwrap_or_default(),
            time_of_last_status_change: object.take_date("timeOfLastStatusChange"),
            others: object.others(),
        };
        if !entry.has_id() {
            entry.take_ids_of_statement();
        }
        if entry.has_id() { Ok(entry) } else { Err(EntryError::NoId) }
    }

    /// The model that an unreadable entry is about, as far as that can be told.
    pub(crate) fn aaguid_of_unreadable(json: &str) -> Option<Aaguid> {
        Object::parse(json).ok()?.take_parsed("aaguid")
    }

    fn has_id(&self) -> bool {
        self.aaguid.is_some() || self.aaid.is_some() || !self.key_identifiers.is_empty()
    }

    fn take_ids_of_statement(&mut self) {
        if let Some(statement) = &self.statement {
            self.aaguid = statement.aaguid;
            self.aaid = statement.aaid;
            self.key_identifiers.clone_from(&statement.key_identifiers);
        }
    }
}

#[cfg(test)]
mod tests;
