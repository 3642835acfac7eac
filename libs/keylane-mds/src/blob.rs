//! The metadata BLOB (section 3.1.6), verified as section 3.2 says.
//!
//! [`MetadataBlob::verify`] turns the text of a download into a [`MetadataBlob`], or names the
//! first check that refused it. It changes nothing that the caller has: whoever keeps the last
//! good BLOB and puts the new one in its place keeps it through every error.
//!
//! Invariants:
//!
//! - Only `verify` makes a [`MetadataBlob`], and it reads the payload after the signature and the
//!   chain have been verified.
//! - An entry that cannot be read is put aside and counted. A BLOB of nothing but such entries is
//!   refused.

use crate::anchors::Anchors;
use crate::chain::{ChainError, ChainExpectation, RevocationCheck, RevocationPolicy};
use crate::crl::Crl;
use crate::date::{Date, UnixMillis};
use crate::entry::{EntryError, MetadataEntry, UnreadableEntry};
use crate::jws::Jws;
use crate::metadata::{Insertion, Metadata};
use crate::object::{JsonError, Object, OtherMember, list};
use crate::statement::Icons;

/// Most bytes of a BLOB. The real one has grown to some megabytes.
pub const BLOB_BYTES_MAX: usize = 32 << 20;
/// Most entries of a BLOB. The real one has some hundreds.
pub const ENTRIES_MAX: usize = 20_000;

/// What a BLOB is judged by.
#[derive(Debug, Clone)]
pub struct BlobPolicy<'a> {
    /// What it has to chain to.
    pub anchors: &'a Anchors,
    /// Revocation lists that the caller has fetched.
    pub crls: &'a [Crl],
    /// What holds when one of them is missing or stale.
    pub revocation: RevocationPolicy,
    /// The [`number`](MetadataBlob::number) of the BLOB that was accepted last: a smaller one is
    /// refused, the same is accepted.
    pub previous_number: Option<u64>,
    /// Whether pictures are kept.
    pub icons: Icons,
}

/// A BLOB that has been verified.
#[derive(Debug, Clone)]
pub struct MetadataBlob {
    number: u64,
    next_update: Date,
    legal_header: Option<Box<str>>,
    metadata: Metadata,
    unreadable: Vec<UnreadableEntry>,
    revocation: RevocationCheck,
    others: Vec<OtherMember>,
}

/// Whether a BLOB is still the newest that its publisher promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// The day of the next update has not passed.
    Current,
    /// It has passed, and there should be a newer BLOB. No reason to refuse this one.
    Overdue,
}

/// Why a BLOB was refused. Variants stand in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BlobError {
    /// More than [`BLOB_BYTES_MAX`].
    #[error("the BLOB is too large")]
    TooLarge,
    /// A web page, as error pages and portals are.
    #[error("this is a web page, not a metadata BLOB")]
    Html,
    /// Not three parts with dots between them.
    #[error("this is not a metadata BLOB: not a compact JWS")]
    NotJws,
    /// The header is not base64url of a JSON object with one `alg`, or is longer than
    /// [`HEADER_BYTES_MAX`](crate::HEADER_BYTES_MAX).
    #[error("the header of the BLOB is malformed")]
    Header,
    /// An algorithm that no BLOB is signed with, `none` among them.
    #[error("the BLOB is signed with an algorithm that is not allowed")]
    Algorithm,
    /// The header has an extension that must be understood.
    #[error("the header of the BLOB has a critical extension")]
    CriticalHeader,
    /// The header points to certificates elsewhere. They are never fetched.
    #[error("the BLOB refers to certificates by URL")]
    X5u,
    /// The header has no certificates.
    #[error("the BLOB has no certificates")]
    X5cMissing,
    /// More than [`X5C_CERTIFICATES_MAX`](crate::X5C_CERTIFICATES_MAX).
    #[error("the BLOB has too many certificates")]
    X5cTooMany,
    /// The certificates are not a list of base64 texts.
    #[error("the certificates of the BLOB are malformed")]
    X5cMalformed,
    /// The signature does not verify under any of the certificates.
    #[error("the signature of the BLOB is not valid")]
    Signature,
    /// The signer does not chain to an anchor.
    #[error("the signer of the BLOB is not trusted")]
    Chain(#[from] ChainError),
    /// The payload is not base64url of a JSON object with the members of a BLOB.
    #[error("the payload of the BLOB is malformed")]
    Payload,
    /// More than [`ENTRIES_MAX`] entries.
    #[error("the BLOB has too many entries")]
    TooManyEntries,
    /// Older than the BLOB that was accepted last.
    #[error("the BLOB has number {number}, and number {previous} has been accepted before")]
    NumberWentBack {
        /// The number of the BLOB.
        number: u64,
        /// The number that was accepted before.
        previous: u64,
    },
    /// There are entries, and not one can be read.
    #[error("the BLOB has no entry that can be read")]
    NothingReadable,
}

impl BlobError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "blob_too_large",
            Self::Html => "blob_is_html",
            Self::NotJws => "blob_not_jws",
            Self::Header => "blob_header_malformed",
            Self::Algorithm => "blob_algorithm_refused",
            Self::CriticalHeader => "blob_header_critical",
            Self::X5u => "blob_x5u_refused",
            Self::X5cMissing => "blob_x5c_missing",
            Self::X5cTooMany => "blob_x5c_too_many",
            Self::X5cMalformed => "blob_x5c_malformed",
            Self::Signature => "blob_signature_invalid",
            Self::Chain(err) => err.code(),
            Self::Payload => "blob_payload_malformed",
            Self::TooManyEntries => "blob_too_many_entries",
            Self::NumberWentBack { .. } => "blob_number_went_back",
            Self::NothingReadable => "blob_nothing_readable",
        }
    }
}

impl MetadataBlob {
    /// Verifies a BLOB and reads it. White space around it is passed over.
    ///
    /// `now` is the time at which certificates and revocation lists have to be valid: the caller's
    /// clock for a download. A BLOB that was verified when it was fetched, and kept, is verified
    /// again at the time when it was fetched, as its signer may have expired since.
    ///
    /// # Errors
    ///
    /// [`BlobError`], for the first check that fails. That the next update is overdue is no error:
    /// see [`freshness`](Self::freshness).
    ///
    /// # Specification
    ///
    /// [FIDO Metadata Service 3.1.1](https://fidoalliance.org/specs/mds/fido-metadata-service-v3.1.1-ps-20260105.html),
    /// section 3.2, "Metadata BLOB object processing rules". `x5u` is refused where the
    /// specification would have it fetched.
    pub fn verify(
        blob: &[u8],
        policy: &BlobPolicy<'_>,
        now: UnixMillis,
    ) -> Result<Self, BlobError> {
        if blob.len() > BLOB_BYTES_MAX {
            return Err(BlobError::TooLarge);
        }
        let blob = std::str::from_utf8(blob).map_err(|_| BlobError::NotJws)?;
        let jws = Jws::parse(blob)?;
        let revocation = check_signers(&jws, policy, now)?;
        let payload = jws.payload()?;
        let payload = std::str::from_utf8(&payload).map_err(|_| BlobError::Payload)?;
        Self::read(payload, revocation, policy)
    }

    pub(crate) fn read(
        payload: &str,
        revocation: RevocationCheck,
        policy: &BlobPolicy<'_>,
    ) -> Result<Self, BlobError> {
        let mut object = Object::parse(payload).map_err(|_| BlobError::Payload)?;
        let number = object.take("no").ok_or(BlobError::Payload)?;
        if let Some(previous) = policy.previous_number.filter(|previous| number < *previous) {
            return Err(BlobError::NumberWentBack { number, previous });
        }
        let next_update = object.take_date("nextUpdate").ok_or(BlobError::Payload)?;
        let entries = object.take_raw("entries").ok_or(BlobError::Payload)?;
        let (metadata, unreadable) = read_entries(entries, policy.icons)?;
        if metadata.is_empty() && !unreadable.is_empty() {
            return Err(BlobError::NothingReadable);
        }
        let legal_header = object.take_text("legalHeader");
        let others = object.others();
        Ok(Self { number, next_update, legal_header, metadata, unreadable, revocation, others })
    }

    /// The serial number of the BLOB; the next one's is higher.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The latest day on which there will be a newer BLOB.
    #[must_use]
    pub fn next_update(&self) -> Date {
        self.next_update
    }

    /// Whether the next update is overdue on the day of `now`.
    #[must_use]
    pub fn freshness(&self, now: UnixMillis) -> Freshness {
        if now.date() > self.next_update { Freshness::Overdue } else { Freshness::Current }
    }

    /// The terms under which the BLOB may be used.
    #[must_use]
    pub fn legal_header(&self) -> Option<&str> {
        self.legal_header.as_deref()
    }

    /// The entries.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The entries, given away.
    #[must_use]
    pub fn into_metadata(self) -> Metadata {
        self.metadata
    }

    /// The entries that could not be read.
    #[must_use]
    pub fn unreadable(&self) -> &[UnreadableEntry] {
        &self.unreadable
    }

    /// How far the signer and its issuers could be looked up in revocation lists.
    #[must_use]
    pub fn revocation(&self) -> RevocationCheck {
        self.revocation
    }

    /// Members of the payload that are not modelled.
    #[must_use]
    pub fn others(&self) -> &[OtherMember] {
        &self.others
    }
}

/// One of the signers has to chain to an anchor. When none does, the first says why.
fn check_signers(
    jws: &Jws<'_>,
    policy: &BlobPolicy<'_>,
    now: UnixMillis,
) -> Result<RevocationCheck, BlobError> {
    let BlobPolicy { anchors, crls, revocation, .. } = *policy;
    let expectation = ChainExpectation { anchors, crls, revocation, now };
    let mut refusal = None;
    for signer in jws.signers() {
        match expectation.check(&jws.certificates, signer) {
            Ok(check) => return Ok(check),
            Err(err) => refusal = refusal.or(Some(err)),
        }
    }
    Err(refusal.map_or(BlobError::Signature, BlobError::Chain))
}

fn read_entries(json: &str, icons: Icons) -> Result<(Metadata, Vec<UnreadableEntry>), BlobError> {
    let entries = list(json, ENTRIES_MAX).map_err(|err| match err {
        JsonError::TooMany => BlobError::TooManyEntries,
        JsonError::Malformed | JsonError::DuplicateMember => BlobError::Payload,
    })?;
    let mut metadata = Metadata::default();
    let mut unreadable = Vec::new();
    for (index, json) in entries.into_iter().enumerate() {
        let error = match MetadataEntry::parse(json, icons).map(|it| metadata.insert(it)) {
            Ok(Insertion::Inserted) => continue,
            Ok(Insertion::Duplicate) => EntryError::Duplicate,
            Err(error) => error,
        };
        let aaguid = MetadataEntry::aaguid_of_unreadable(json);
        unreadable.push(UnreadableEntry { index, aaguid, error });
    }
    Ok((metadata, unreadable))
}

#[cfg(test)]
mod tests;
