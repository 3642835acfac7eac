//! A software WebAuthn authenticator, with the client (what a browser does) in front of it.
//!
//! It takes the options of a relying party as JSON and answers with the JSON of
//! `PublicKeyCredential.toJSON()`: real keys, real signatures, the rules of a browser. Tests,
//! `keylane demo`, `keylane load` and `keylane authenticator` sign in with it.
//!
//! It shares no code with the verifier in `keylane-webauthn` and does not depend on it, so that
//! no mistake can stand on both sides and cancel out: CBOR, flags, client data and options are
//! written here a second time.
//!
//! What it does: discoverable and other credentials, user verification, keys of ECDSA, Ed25519,
//! RSA and ML-DSA, BE and BS, sign counts, extensions, and attestation with certificates of a
//! [`TestAuthority`] of its own in every format of the specification.
//! What it does not: PINs, transports on a wire, a list of public suffixes.
//!
//! Nothing here reads a clock, a file or a socket. Randomness comes from the crypto library.
//!
//! ```
//! use keylane_authenticator::{Authenticator, AuthenticatorConfig};
//!
//! let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
//!
//! let registration = authenticator.create(
//!     r#"{
//!         "rp": { "id": "example.org", "name": "Example" },
//!         "user": { "id": "dXNlci0x", "name": "ada", "displayName": "Ada" },
//!         "challenge": "c29tZS1jaGFsbGVuZ2U",
//!         "pubKeyCredParams": [{ "type": "public-key", "alg": -7 }],
//!         "authenticatorSelection": { "residentKey": "required" }
//!     }"#,
//!     "https://login.example.org",
//! )?;
//! assert!(registration.contains("attestationObject"));
//!
//! let assertion = authenticator.get(
//!     r#"{ "challenge": "YW5vdGhlcg", "rpId": "example.org", "userVerification": "required" }"#,
//!     "https://login.example.org",
//! )?;
//! assert!(assertion.contains(r#""userHandle":"dXNlci0x""#));
//!
//! // The same credential, made to break one rule: a sound signature for another RP ID.
//! let options = r#"{ "challenge": "YW5vdGhlcg", "rpId": "example.org" }"#;
//! let spoilt = authenticator
//!     .get_with(options, "https://example.org", |parts| parts.rp_id_hash = [0; 32])?;
//! assert!(spoilt.contains("signature"));
//! # Ok::<(), keylane_authenticator::AuthenticatorError>(())
//! ```
//!
//! With attestation there is an authority to trust, and more to break:
//!
//! ```
//! use keylane_authenticator::{Attestation, Authenticator, AuthenticatorConfig};
//!
//! let mut authenticator = Authenticator::new(AuthenticatorConfig {
//!     attestation: Attestation::Tpm,
//!     ..AuthenticatorConfig::default()
//! });
//! let trust_anchor = authenticator.authority()?.root_pem();
//! assert!(trust_anchor.starts_with("-----BEGIN CERTIFICATE-----"));
//!
//! let options = r#"{
//!     "rp": { "id": "example.org", "name": "Example" },
//!     "user": { "id": "dXNlci0x", "name": "ada", "displayName": "Ada" },
//!     "challenge": "c29tZS1jaGFsbGVuZ2U",
//!     "pubKeyCredParams": [{ "type": "public-key", "alg": -7 }],
//!     "attestation": "direct"
//! }"#;
//! // A TPM whose certificate expires in 1970 and is sound otherwise.
//! let expired = authenticator.create_with(options, "https://example.org", |parts| {
//!     parts.edit_certificates(|path| path[0].not_after_s = 0);
//! })?;
//! assert!(expired.contains("attestationObject"));
//! # Ok::<(), keylane_authenticator::AuthenticatorError>(())
//! ```

mod authenticator;
mod authenticator_data;
mod cbor;
mod client_data;
mod config;
mod create;
mod credential;
mod edit;
mod encoding;
mod error;
mod extensions;
mod get;
mod key;
mod options;
mod parts;
mod response;
mod rp_id;
mod saved;

pub mod statement;
pub mod x509;

pub use authenticator::Authenticator;
pub use authenticator_data::flags;
pub use cbor::Cbor;
pub use client_data::ClientDataParts;
pub use config::{Attestation, AuthenticatorConfig, Counter};
pub use credential::StoredCredential;
pub use error::AuthenticatorError;
pub use key::{
    ED448, ED25519, EDDSA, ES256, ES256K, ES384, ES512, ESP256, ESP384, ESP512, ML_DSA_44,
    ML_DSA_65, ML_DSA_87, PS256, PS384, PS512, RS1, RS256, RS384, RS512,
};
pub use parts::{CreateParts, GetParts};
pub use x509::{CertificateParts, RevocationListParts, TestAuthority, TestKey};
