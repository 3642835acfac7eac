//! The FIDO Metadata Service, version 3, for relying parties, sans-IO: the text of a BLOB in, entries
//! that can be looked up out, or a precise refusal.
//!
//! # What it does
//!
//! - Verifies a BLOB as the [specification](https://fidoalliance.org/specs/mds/fido-metadata-service-v3.1.1-ps-20260105.html)
//!   says, section 3.2 ([`MetadataBlob::verify`]): its signature, the chain of its signer to the
//!   caller's [`Anchors`], revocation lists that the caller has fetched ([`Crl`]), and that its
//!   number never goes back.
//! - Reads single statements, as vendors hand them out ([`MetadataStatement::from_json`]).
//! - Looks authenticators up by AAGUID, AAID and the key of an attestation certificate
//!   ([`Metadata`]).
//! - Says what the status reports of an authenticator make of it on a day, under a policy
//!   ([`StatusPolicy::assess`]).
//! - Knows the names of the most common passkey providers ([`provider_name`]), so that it is of use
//!   before there is any metadata.
//!
//! # What it does not do
//!
//! - It has no clock, no randomness, no storage and no network. It follows no URL: neither `x5u` nor
//!   the distribution points of revocation lists.
//! - It forgets nothing and replaces nothing: a refused BLOB leaves the caller with the last good
//!   one.
//! - It does not judge attestations. It says what they have to chain to.
//!
//! # What it tolerates
//!
//! Metadata is written by many hands and changes faster than software. White space in certificates,
//! surplus and unordered certificates, unknown members and unknown words are taken as they come and
//! kept ([`OtherMember`], `Other` of each vocabulary); a member that is not of its type counts as
//! unknown. An entry that cannot be read is put aside ([`MetadataBlob::unreadable`]). What decides
//! about trust is strict: the signature, the chain, the number, and that each status report can be
//! read.
//!
//! # An update
//!
//! ```
//! # use aws_lc_rs::{rand::SystemRandom, signature::{EcdsaKeyPair, ECDSA_P256_SHA256_FIXED_SIGNING}};
//! # use base64::{Engine, engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD}};
//! use keylane_mds::*;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let mut root = rcgen::CertificateParams::default();
//! # root.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
//! # let root_key = rcgen::KeyPair::generate()?;
//! # let your_root_der = root.self_signed(&root_key)?.der().to_vec();
//! # let key = rcgen::KeyPair::generate()?;
//! # let signer = rcgen::CertificateParams::new(vec!["mds.example.org".to_owned()])?;
//! # let signer = signer.signed_by(&key, &rcgen::Issuer::new(root, root_key))?;
//! # let header = format!(r#"{{"alg":"ES256","x5c":["{}"]}}"#, STANDARD.encode(signer.der()));
//! # let payload = r#"{"no":7,"nextUpdate":"2026-02-01","legalHeader":"...","entries":[{
//! #   "aaguid":"01020304-0506-0708-0910-111213141516",
//! #   "metadataStatement":{"description":"Example Key","attestationRootCertificates":["MAA="]},
//! #   "statusReports":[{"status":"FIDO_CERTIFIED_L2","effectiveDate":"2025-01-01"},
//! #                    {"status":"REVOKED","effectiveDate":"2026-01-03"}]}]}"#;
//! # let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
//! # let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &key.serialize_der())?;
//! # let signature = pair.sign(&SystemRandom::new(), signed.as_bytes())?;
//! # let download = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
//! let now = UnixMillis(1_767_225_600_000); // 2026-01-01
//! let anchors = Anchors::from_der([your_root_der])?; // or Anchors::global_sign()
//! let policy = BlobPolicy {
//!     anchors: &anchors,
//!     crls: &[],
//!     revocation: RevocationPolicy::Soft,
//!     previous_number: Some(6),
//!     icons: Icons::Drop,
//! };
//! let blob = MetadataBlob::verify(download.as_bytes(), &policy, now)?;
//! assert_eq!(blob.number(), 7);
//! assert_eq!(blob.freshness(now), Freshness::Current);
//!
//! let entry = blob.metadata().by_aaguid("01020304-0506-0708-0910-111213141516".parse()?).unwrap();
//! assert_eq!(entry.description(), Some("Example Key"));
//! assert_eq!(entry.attestation_roots().len(), 1);
//!
//! let judge = |date| {
//!     let policy = StatusPolicy::default();
//!     policy.assess(entry, date, &KnownAuthenticator::default())
//! };
//! let today = judge(now.date());
//! assert_eq!(today.verdict, StatusVerdict::Acceptable);
//! assert_eq!(today.certification, Some(CertificationLevel::L2));
//! assert_eq!(judge("2026-01-03".parse()?).verdict, StatusVerdict::Revoked);
//!
//! // A page from a portal instead of a BLOB changes nothing: `blob` is still there.
//! let err = MetadataBlob::verify(b"<!DOCTYPE html>", &policy, now).unwrap_err();
//! assert_eq!(err.code(), "blob_is_html");
//! # Ok(())
//! # }
//! ```

mod anchors;
mod assessment;
mod base64_text;
mod blob;
mod chain;
mod crl;
mod date;
mod der;
mod entry;
mod ids;
mod jws;
mod metadata;
mod object;
mod provider;
#[cfg(test)]
mod sample;
mod statement;
mod status;
mod vocabulary;

#[doc(hidden)]
pub mod fuzzing;

pub use anchors::{ANCHORS_MAX, AnchorError, Anchors};
pub use assessment::{
    CertificationLevel, Compromise, KnownAuthenticator, StatusAssessment, StatusPolicy,
    StatusVerdict, Tolerance,
};
pub use blob::{BLOB_BYTES_MAX, BlobError, BlobPolicy, ENTRIES_MAX, Freshness, MetadataBlob};
pub use chain::{ChainError, RevocationCheck, RevocationPolicy};
pub use crl::{CRL_BYTES_MAX, Crl, CrlError};
pub use date::{Date, DateError, UnixMillis};
pub use entry::{EntryError, MetadataEntry, UnreadableEntry};
pub use ids::{Aaguid, Aaid, IdError, KeyIdentifier};
pub use jws::{HEADER_BYTES_MAX, X5C_CERTIFICATES_MAX};
pub use metadata::{Insertion, Metadata};
pub use object::{MEMBERS_MAX, OtherMember};
pub use provider::provider_name;
pub use statement::{
    ATTESTATION_ROOTS_MAX, Icons, KEY_IDENTIFIERS_MAX, MetadataStatement, STATEMENT_BYTES_MAX,
    StatementError, USER_VERIFICATIONS_MAX, UserVerification,
};
pub use status::{STATUS_REPORTS_MAX, StatusReport};
pub use vocabulary::{
    AttachmentHint, AttestationType, AuthenticatorStatus, KeyProtection, MatcherProtection,
    ProtocolFamily, UserVerificationMethod,
};

#[cfg(test)]
mod tests;
