//! Certificates of authenticators (RFC 5280), as far as attestation needs them.
//!
//! DER in, a [`Certificate`] that borrows from it out, and [`verify_chain`](chain::verify), which
//! walks from a certificate up to a [`TrustAnchor`] of the relying party. Read leniently: only the
//! extensions that somebody asks for are decoded, and what the real world writes into the others
//! is nobody's concern. Judged strictly: names, signatures, validity, CA and path length
//! constraints, key usage of issuers, unknown critical extensions, revocation.
//!
//! Nothing here fetches anything: addresses inside certificates are never followed, and revocation
//! lists are inputs ([`RevocationList`]).

pub(crate) mod anchor;
pub(crate) mod certificate;
pub(crate) mod chain;
pub(crate) mod der;
pub(crate) mod extension;
mod kept_key;
pub(crate) mod name;
pub(crate) mod oid;
pub(crate) mod public_key;
pub(crate) mod revocation;
mod revocation_list;
mod signed;
pub(crate) mod time;

pub use anchor::TrustAnchor;
pub(crate) use certificate::Certificate;
pub use certificate::CertificateError;
pub use chain::ChainError;
pub use revocation::MissingRevocationList;
pub use revocation_list::{RevocationList, RevocationListError};
