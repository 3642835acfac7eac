//! Status reports as policy: what they make of an authenticator on a day.
//!
//! [`StatusPolicy::assess`] is a pure function of an entry, a day and what is known of the one
//! authenticator. Its rules, where the specification leaves them to relying parties:
//!
//! - A report counts from its effective date on; without one it counts while it is listed
//!   (section 3.1.3).
//! - `REVOKED` stands for ever. No report that comes later undoes it.
//! - A compromise stands, whatever certification comes later, but for one way out: a later
//!   `UPDATE_AVAILABLE` names firmware beyond the compromised one, and the authenticator is known to
//!   run at least that. `ATTESTATION_KEY_COMPROMISE` has no such way out: whoever has the key attests
//!   any firmware.
//! - A compromise that names certificates is about authenticators whose trust path has one of them
//!   or its key. With an unknown trust path it counts.
//! - Of the certifications in force the highest counts, unless `NOT_FIDO_CERTIFIED` is later. One for
//!   newer firmware than the authenticator is known to run does not count.
//! - Of two reports the later is that of the later effective date; on the same day, or when one has
//!   no date, it is the one that is listed later.

use crate::date::Date;
use crate::entry::MetadataEntry;
use crate::status::StatusReport;
use crate::vocabulary::AuthenticatorStatus;

/// A FIDO certification, from the lowest to the highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CertificationLevel {
    /// `FIDO_CERTIFIED`: functional conformance, from before there were levels.
    Certified,
    /// Level 1.
    L1,
    /// Level 1+.
    L1Plus,
    /// Level 2.
    L2,
    /// Level 2+.
    L2Plus,
    /// Level 3.
    L3,
    /// Level 3+.
    L3Plus,
}

/// A kind of compromise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Compromise {
    /// `USER_VERIFICATION_BYPASS`.
    UserVerificationBypass,
    /// `ATTESTATION_KEY_COMPROMISE`.
    AttestationKey,
    /// `USER_KEY_REMOTE_COMPROMISE`.
    UserKeyRemote,
    /// `USER_KEY_PHYSICAL_COMPROMISE`.
    UserKeyPhysical,
}

/// What becomes of authenticators whose reports are not clearly for or against them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tolerance {
    /// They are acceptable.
    #[default]
    Accept,
    /// They are not.
    Refuse,
}

/// What reports are judged by. The default accepts what is neither revoked nor compromised.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatusPolicy {
    /// Compromises that are put up with.
    pub tolerated: Vec<Compromise>,
    /// The lowest certification that will do; any or none without it.
    pub certification_min: Option<CertificationLevel>,
    /// Authenticators that have been retired.
    pub retired: Tolerance,
    /// Authenticators with a report in force that is younger than this code.
    pub unknown_status: Tolerance,
}

/// What is known of one authenticator.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KnownAuthenticator<'a> {
    /// Its firmware, from the extension `id-fido-gen-ce-fw-version` of its attestation certificate.
    pub firmware_version: Option<u64>,
    /// The certificates of its attestation, DER, in any order.
    pub trust_path: Option<&'a [&'a [u8]]>,
}

/// What the policy says. Variants stand in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StatusVerdict {
    /// Nothing speaks against it.
    Acceptable,
    /// It is revoked.
    Revoked,
    /// It is compromised, in a way that is not tolerated.
    Compromised(Compromise),
    /// It has been retired.
    Retired,
    /// It has a report that is younger than this code.
    UnknownStatus,
    /// Its certification is lower than the policy's, or it has none.
    CertificationTooLow,
}

/// What status reports make of an authenticator.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusAssessment<'a> {
    /// What the policy says.
    pub verdict: StatusVerdict,
    /// Its highest certification, whatever the verdict.
    pub certification: Option<CertificationLevel>,
    /// The revocations and the compromises that count, tolerated ones included.
    pub incidents: Vec<&'a StatusReport>,
    /// The newest firmware that is offered.
    pub update: Option<&'a StatusReport>,
}

impl CertificationLevel {
    /// The level that a status attests.
    #[must_use]
    pub fn of(status: &AuthenticatorStatus) -> Option<Self> {
        match status {
            AuthenticatorStatus::FidoCertified => Some(Self::Certified),
            AuthenticatorStatus::FidoCertifiedL1 => Some(Self::L1),
            AuthenticatorStatus::FidoCertifiedL1Plus => Some(Self::L1Plus),
            AuthenticatorStatus::FidoCertifiedL2 => Some(Self::L2),
            AuthenticatorStatus::FidoCertifiedL2Plus => Some(Self::L2Plus),
            AuthenticatorStatus::FidoCertifiedL3 => Some(Self::L3),
            AuthenticatorStatus::FidoCertifiedL3Plus => Some(Self::L3Plus),
            _ => None,
        }
    }
}

impl Compromise {
    /// The compromise that a status reports.
    #[must_use]
    pub fn of(status: &AuthenticatorStatus) -> Option<Self> {
        match status {
            AuthenticatorStatus::UserVerificationBypass => Some(Self::UserVerificationBypass),
            AuthenticatorStatus::AttestationKeyCompromise => Some(Self::AttestationKey),
            AuthenticatorStatus::UserKeyRemoteCompromise => Some(Self::UserKeyRemote),
            AuthenticatorStatus::UserKeyPhysicalCompromise => Some(Self::UserKeyPhysical),
            _ => None,
        }
    }

    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UserVerificationBypass => "status_user_verification_bypass",
            Self::AttestationKey => "status_attestation_key_compromise",
            Self::UserKeyRemote => "status_user_key_remote_compromise",
            Self::UserKeyPhysical => "status_user_key_physical_compromise",
        }
    }

    fn is_cured_by_firmware(self) -> bool {
        self != Self::AttestationKey
    }
}

impl StatusVerdict {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Acceptable => "status_acceptable",
            Self::Revoked => "status_revoked",
            Self::Compromised(compromise) => compromise.code(),
            Self::Retired => "status_retired",
            Self::UnknownStatus => "status_unknown",
            Self::CertificationTooLow => "status_certification_too_low",
        }
    }
}

impl StatusPolicy {
    /// Judges what `entry` reports on `date` about an authenticator.
    #[must_use]
    pub fn assess<'e>(
        &self,
        entry: &'e MetadataEntry,
        date: Date,
        authenticator: &KnownAuthenticator<'_>,
    ) -> StatusAssessment<'e> {
        let reports = entry.status_reports.iter().filter(|it| it.in_force(date)).collect();
        let reports = Reports { reports, authenticator };
        let certification = reports.certification();
        let incidents = reports.incidents();
        let verdict = self.verdict(&reports, &incidents, certification);
        StatusAssessment { verdict, certification, incidents, update: reports.update() }
    }

    fn verdict(
        &self,
        reports: &Reports<'_, '_>,
        incidents: &[&StatusReport],
        certification: Option<CertificationLevel>,
    ) -> StatusVerdict {
        if reports.has(|status| *status == AuthenticatorStatus::Revoked) {
            return StatusVerdict::Revoked;
        }
        let compromises = incidents.iter().filter_map(|it| Compromise::of(&it.status));
        if let Some(compromise) = compromises.filter(|it| !self.tolerated.contains(it)).min() {
            return StatusVerdict::Compromised(compromise);
        }
        let retired = reports.has(|status| *status == AuthenticatorStatus::Retired);
        if retired && self.retired == Tolerance::Refuse {
            return StatusVerdict::Retired;
        }
        let unknown = reports.has(|status| matches!(status, AuthenticatorStatus::Other(_)));
        if unknown && self.unknown_status == Tolerance::Refuse {
            return StatusVerdict::UnknownStatus;
        }
        if self.certification_min.is_some() && certification < self.certification_min {
            return StatusVerdict::CertificationTooLow;
        }
        StatusVerdict::Acceptable
    }
}

/// The reports in force, in the order of the entry.
struct Reports<'e, 'k> {
    reports: Vec<&'e StatusReport>,
    authenticator: &'k KnownAuthenticator<'k>,
}

impl<'e> Reports<'e, '_> {
    fn has(&self, status: impl Fn(&AuthenticatorStatus) -> bool) -> bool {
        self.reports.iter().any(|it| status(&it.status))
    }

    fn certification(&self) -> Option<CertificationLevel> {
        let withdrawn = |at, report| {
            self.later_than(at, report).any(|it| it.status == AuthenticatorStatus::NotFidoCertified)
        };
        let certifications = self.reports.iter().enumerate().filter_map(|(at, report)| {
            let level = CertificationLevel::of(&report.status)?;
            (self.may_run(report.authenticator_version) && !withdrawn(at, report)).then_some(level)
        });
        certifications.max()
    }

    fn incidents(&self) -> Vec<&'e StatusReport> {
        let counts = |at, report: &StatusReport| match Compromise::of(&report.status) {
            Some(compromise) => {
                let cured = compromise.is_cured_by_firmware() && self.has_cure(at, report);
                self.concerns(report) && !cured
            }
            None => report.status == AuthenticatorStatus::Revoked,
        };
        let reports = self.reports.iter().enumerate();
        reports.filter(|(at, report)| counts(*at, report)).map(|(_, report)| *report).collect()
    }

    fn update(&self) -> Option<&'e StatusReport> {
        let updates =
            self.reports.iter().filter(|it| it.status == AuthenticatorStatus::UpdateAvailable);
        updates.max_by_key(|it| it.authenticator_version).copied()
    }

    fn concerns(&self, report: &StatusReport) -> bool {
        self.authenticator.trust_path.is_none_or(|path| report.concerns(path))
    }

    /// Whether an update beyond the compromised firmware is known to be installed.
    fn has_cure(&self, at: usize, compromise: &StatusReport) -> bool {
        let Some(running) = self.authenticator.firmware_version else { return false };
        self.later_than(at, compromise)
            .filter(|it| it.status == AuthenticatorStatus::UpdateAvailable)
            .filter_map(|it| it.authenticator_version)
            .any(|cured| cured <= running && compromise.authenticator_version < Some(cured))
    }

    /// Whether the authenticator may run `version` or what came after it.
    fn may_run(&self, version: Option<u64>) -> bool {
        match (version, self.authenticator.firmware_version) {
            (Some(version), Some(running)) => version <= running,
            _ => true,
        }
    }

    /// The reports that are later than that of place `at`.
    fn later_than(
        &self,
        at: usize,
        report: &StatusReport,
    ) -> impl Iterator<Item = &'e StatusReport> {
        let date = report.effective_date;
        self.reports.iter().enumerate().filter_map(move |(other_at, other)| {
            let later = match (other.effective_date, date) {
                (Some(other), Some(date)) if other != date => other > date,
                _ => other_at > at,
            };
            later.then_some(*other)
        })
    }
}

#[cfg(test)]
mod tests;
