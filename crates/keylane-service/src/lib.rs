//! Keylane's use cases: one file each, named after what a person or a program wants.
//!
//! A use case takes values, asks the store, lets `keylane-webauthn` judge, and commits one
//! [`Change`](keylane_model::Change). It knows nothing of HTTP, SQL, SMTP or configuration; time
//! and randomness are handed to it.
//!
//! Each use case has an error enum of its own. Which status and which words a stranger gets to see
//! is decided in `keylane-http`; the code that says why goes to the audit log.

mod access_token;
mod admit_authenticator;
mod authenticator_rules;
mod begin_authentication;
mod begin_registration;
mod begin_sign_up;
mod burnt;
mod ceremony;
mod claim_administrator;
mod deliver_mails;
mod end_session;
mod finish_authentication;
mod finish_registration;
mod judge_credentials;
mod key_ring;
mod keys;
mod limit;
mod mail;
mod metadata;
mod metadata_source;
mod open_session;
mod passkeys;
mod place;
mod policy;
mod provider;
mod refresh_metadata;
mod refresh_schedule;
mod refresh_session;
mod relying_party;
mod resolve_session;
mod revoke_passkey;
mod service;
mod session_token;
mod sweep;
mod verify_sign_up;

pub use authenticator_rules::{
    Admission, Authenticator, AuthenticatorRefusal, AuthenticatorRules, DemandedProtection,
    Verification, Vouched,
};
pub use begin_authentication::{BeginAuthenticationError, BegunAuthentication};
pub use begin_registration::{BeginRegistrationError, BegunRegistration};
pub use begin_sign_up::{BeginSignUpError, CodeSent};
pub use ceremony::{CEREMONY_LIFETIME_MS, CeremonyError};
pub use claim_administrator::{ClaimAdministratorError, FirstAdministratorError};
pub use deliver_mails::Delivered;
pub use end_session::EndSessionError;
pub use finish_authentication::FinishAuthenticationError;
pub use finish_registration::{FinishRegistrationError, Registered};
pub use judge_credentials::{AffectedPage, AffectedPasskey, Judged, list_affected};
pub use key_ring::{KeyRingError, MasterKey};
pub use keys::RotateKeysError;
pub use limit::{RateLimit, TooMany};
pub use mail::{Mail, MailError, Mailer};
pub use metadata::{
    METADATA_BYTES_MAX, Metadata, MetadataFigures, MetadataPolicy, MetadataTrust, RevokedModel,
    StaleMetadata, VerifiedMetadata, model_standing, verify_metadata,
};
pub use metadata_source::{
    FetchMetadataError, FetchedMetadata, MetadataSource, UnverifiedMetadata,
};
pub use open_session::{Opened, Tokens};
pub use passkeys::RenamePasskeyError;
pub use place::{Binding, Current, Place};
pub use policy::{FallingCounter, Policy};
pub use provider::provider_name;
pub use refresh_metadata::{
    RefreshMetadataError, RefreshedMetadata, audit_refusal, newly_affected, store_metadata,
};
pub use refresh_schedule::RefreshSchedule;
pub use refresh_session::RefreshError;
pub use relying_party::{AllowedOrigins, RelyingParty};
pub use revoke_passkey::RevokePasskeyError;
pub use service::{InternalError, Service, ServiceConfig, StartError};
pub use verify_sign_up::VerifySignUpError;
