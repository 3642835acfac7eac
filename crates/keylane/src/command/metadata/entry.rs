//! An entry of metadata in lists and JSON.

use aws_lc_rs::digest::{SHA256, digest};
use keylane_mds::{CertificationLevel, Date, KnownAuthenticator, MetadataEntry, StatusPolicy};
use keylane_service::model_standing;
use serde::Serialize;

use crate::failure::Failure;
use crate::output;

/// What metadata has about a model.
#[derive(Debug, Serialize)]
pub(super) struct ShownEntry {
    pub(super) description: Option<String>,
    aaguid: Option<String>,
    aaid: Option<String>,
    key_identifiers: Vec<String>,
    /// What the server makes of it.
    standing: &'static str,
    certification: Option<&'static str>,
    key_protection: Vec<String>,
    matcher_protection: Vec<String>,
    attestation_types: Vec<String>,
    user_verification: Vec<String>,
    attachment: Vec<String>,
    status_reports: Vec<ShownReport>,
    last_status_change: Option<String>,
    /// SHA-256 of each certificate that its attestations lead to.
    attestation_roots: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ShownReport {
    status: String,
    effective_date: Option<String>,
    firmware: Option<u64>,
    certificate_number: Option<String>,
    url: Option<String>,
    /// SHA-256 of the certificates that it is about; about all of the model without any.
    certificates: Vec<String>,
}

impl ShownEntry {
    pub(super) fn new(entry: &MetadataEntry, today: Date) -> Self {
        let statement = entry.statement.clone().unwrap_or_default();
        let known = KnownAuthenticator::default();
        let assessment = StatusPolicy::default().assess(entry, today, &known);
        let methods = statement.user_verification.iter().map(|combination| {
            combination.iter().map(|it| it.method.as_str()).collect::<Vec<_>>().join(" and ")
        });
        Self {
            description: entry.description().map(str::to_owned),
            aaguid: entry.aaguid.map(|it| it.to_string()),
            aaid: entry.aaid.map(|it| it.to_string()),
            key_identifiers: texts(&entry.key_identifiers),
            standing: model_standing(entry, today).name(),
            certification: assessment.certification.map(level),
            key_protection: texts(&statement.key_protection),
            matcher_protection: texts(&statement.matcher_protection),
            attestation_types: texts(&statement.attestation_types),
            user_verification: methods.collect(),
            attachment: texts(&statement.attachment_hints),
            status_reports: entry.status_reports.iter().map(ShownReport::new).collect(),
            last_status_change: entry.time_of_last_status_change.map(|it| it.to_string()),
            attestation_roots: entry.attestation_roots().iter().map(|it| sha256(it)).collect(),
        }
    }

    /// One line of a list.
    pub(super) fn row(&self) -> Vec<String> {
        let ids = [&self.aaguid, &self.aaid];
        let id = ids.into_iter().flatten().chain(&self.key_identifiers).next();
        vec![
            id.cloned().unwrap_or_default(),
            output::clean(self.description.as_deref().unwrap_or("-")),
            self.certification.unwrap_or("none").to_owned(),
            self.standing.to_owned(),
        ]
    }

    /// All that there is, for people.
    pub(super) fn print(&self) -> Result<(), Failure> {
        let option = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        let mut rows = vec![
            ("description", option(&self.description)),
            ("AAGUID", option(&self.aaguid)),
            ("AAID", option(&self.aaid)),
            ("key identifiers", list(&self.key_identifiers)),
            ("standing", self.standing.to_owned()),
            ("certification", self.certification.unwrap_or("none").to_owned()),
            ("key protection", list(&self.key_protection)),
            ("matcher", list(&self.matcher_protection)),
            ("attestation", list(&self.attestation_types)),
            ("verifies people by", list(&self.user_verification)),
            ("attachment", list(&self.attachment)),
            ("last change", option(&self.last_status_change)),
        ];
        rows.extend(self.status_reports.iter().map(|it| ("report", it.line())));
        rows.extend(self.attestation_roots.iter().map(|it| ("root (SHA-256)", it.clone())));
        let rows: Vec<Vec<String>> = rows
            .into_iter()
            .map(|(name, value)| vec![name.to_owned(), output::clean(&value)])
            .collect();
        output::table(&["FIELD", "VALUE"], &rows)
    }
}

impl ShownReport {
    fn new(report: &keylane_mds::StatusReport) -> Self {
        Self {
            status: report.status.to_string(),
            effective_date: report.effective_date.map(|it| it.to_string()),
            firmware: report.authenticator_version,
            certificate_number: report.certificate_number.as_deref().map(str::to_owned),
            url: report.url.as_deref().map(str::to_owned),
            certificates: report.certificates().map(sha256).collect(),
        }
    }

    fn line(&self) -> String {
        let mut line = self.status.clone();
        let details = [
            self.effective_date.as_ref().map(|it| format!(" from {it}")),
            self.firmware.map(|it| format!(", firmware {it}")),
            self.certificate_number.as_ref().map(|it| format!(", certificate {it}")),
            (!self.certificates.is_empty()).then(|| ", of certain batches".to_owned()),
            self.url.as_ref().map(|it| format!(", {it}")),
        ];
        line.extend(details.into_iter().flatten());
        line
    }
}

fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(T::to_string).collect()
}

fn list(texts: &[String]) -> String {
    if texts.is_empty() { "-".to_owned() } else { texts.join(", ") }
}

fn level(level: CertificationLevel) -> &'static str {
    match level {
        CertificationLevel::Certified => "certified",
        CertificationLevel::L1 => "L1",
        CertificationLevel::L1Plus => "L1plus",
        CertificationLevel::L2 => "L2",
        CertificationLevel::L2Plus => "L2plus",
        CertificationLevel::L3 => "L3",
        CertificationLevel::L3Plus => "L3plus",
        _ => "newer than this program",
    }
}

/// SHA-256 in hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
