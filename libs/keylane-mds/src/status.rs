//! Status reports: what FIDO says has happened to an authenticator (section 3.1.3).

use std::borrow::Cow;

use crate::base64_text;
use crate::date::Date;
use crate::der;
use crate::object::{JsonError, Object, OtherMember, list};
use crate::vocabulary::AuthenticatorStatus;

/// Most status reports of one entry.
pub const STATUS_REPORTS_MAX: usize = 1_000;

/// One status report.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusReport {
    /// What is reported.
    pub status: AuthenticatorStatus,
    /// The day from which it holds. Without one it holds for as long as it is listed.
    pub effective_date: Option<Date>,
    /// The firmware that the report is about; of an update, the firmware that it brings.
    pub authenticator_version: Option<u64>,
    /// The certificate that the report is about, DER: a root or intermediate one as a rule.
    pub certificate: Option<Box<[u8]>>,
    /// The batch certificate that the report is about, DER.
    pub batch_certificate: Option<Box<[u8]>>,
    /// Where more is to be read.
    pub url: Option<Box<str>>,
    /// What was certified, in words.
    pub certification_descriptor: Option<Box<str>>,
    /// The number of the certificate that FIDO issued.
    pub certificate_number: Option<Box<str>>,
    /// The certification policy that was followed.
    pub certification_policy_version: Option<Box<str>>,
    /// The security requirements that were met.
    pub certification_requirements_version: Option<Box<str>>,
    /// Members that are not modelled, or that could not be read.
    pub others: Vec<OtherMember>,
}

impl StatusReport {
    /// A report of `status` and nothing else.
    #[must_use]
    pub fn new(status: AuthenticatorStatus) -> Self {
        Self {
            status,
            effective_date: None,
            authenticator_version: None,
            certificate: None,
            batch_certificate: None,
            url: None,
            certification_descriptor: None,
            certificate_number: None,
            certification_policy_version: None,
            certification_requirements_version: None,
            others: Vec::new(),
        }
    }

    /// Whether the report is in force on `date`.
    #[must_use]
    pub fn in_force(&self, date: Date) -> bool {
        self.effective_date.is_none_or(|from| from <= date)
    }

    /// The certificates that the report is about, DER. Without any it is about all of the model.
    pub fn certificates(&self) -> impl Iterator<Item = &[u8]> {
        [&self.certificate, &self.batch_certificate].into_iter().flatten().map(|it| &**it)
    }

    /// Whether an authenticator with this trust path (DER, in any order) is meant: one of its
    /// certificates is named or has the key of one that is named, or the report names none.
    #[must_use]
    pub fn concerns(&self, trust_path: &[&[u8]]) -> bool {
        let mut named = self.certificates().peekable();
        named.peek().is_none()
            || named.any(|named| trust_path.iter().any(|it| same_certificate_or_key(it, named)))
    }

    pub(crate) fn parse(json: &str) -> Result<Self, JsonError> {
        let mut object = Object::parse(json)?;
        let status = object.take::<Cow<'_, str>>("status").ok_or(JsonError::Malformed)?;
        Ok(Self {
            effective_date: object.take_date("effectiveDate"),
            authenticator_version: object.take("authenticatorVersion"),
            certificate: take_certificate(&mut object, "certificate"),
            batch_certificate: take_certificate(&mut object, "batchCertificate"),
            url: object.take_text("url"),
            certification_descriptor: object.take_text("certificationDescriptor"),
            certificate_number: object.take_text("certificateNumber"),
            certification_policy_version: object.take_text("certificationPolicyVersion"),
            certification_requirements_version: object
                .take_text("certificationRequirementsVersion"),
            others: object.others(),
            ..Self::new(AuthenticatorStatus::from(&*status))
        })
    }
}

/// The reports of an entry. Each must be readable: one that is passed over might be a revocation.
pub(crate) fn parse_reports(json: &str) -> Result<Vec<StatusReport>, JsonError> {
    list(json, STATUS_REPORTS_MAX)?.into_iter().map(StatusReport::parse).collect()
}

/// An empty text is how some reports say that there is no certificate.
fn take_certificate(object: &mut Object<'_>, name: &str) -> Option<Box<[u8]>> {
    object
        .take_with(name, |json| {
            let text: Cow<'_, str> = serde_json::from_str(json).ok()?;
            base64_text::decode_lenient(&text)
        })
        .filter(|certificate| !certificate.is_empty())
}

fn same_certificate_or_key(a: &[u8], b: &[u8]) -> bool {
    let key = der::subject_public_key_info(a);
    a == b || (key.is_some() && key == der::subject_public_key_info(b))
}

#[cfg(test)]
mod tests;
