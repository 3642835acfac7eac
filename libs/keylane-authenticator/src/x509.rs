//! Certificates and revocation lists of test authorities (RFC 5280), written from parts that
//! stay open to change until they are signed.
//!
//! A caller takes sound [`CertificateParts`], breaks one of them and issues the certificate; its
//! signature covers what was broken. There is no reader here, on purpose: tests read the output
//! with a parser of other hands.

mod authority;
mod certificate;
mod name;
mod revocation_list;
mod rs1;
mod test_key;
mod time;

pub mod der;
pub mod extension;

pub use authority::TestAuthority;
pub use certificate::CertificateParts;
pub use extension::{Criticality, Extension, TpmNameLayout};
pub use name::{Attribute, Name, StringType};
pub use revocation_list::RevocationListParts;
pub use test_key::TestKey;
