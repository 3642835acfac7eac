//! The JSON API: one endpoint per file, with its request, its answer and its refusals.
//!
//! `session` and `passkey` hold the shapes that several endpoints answer with.

pub(crate) mod begin_authentication;
pub(crate) mod begin_registration;
pub(crate) mod begin_sign_up;
pub(crate) mod claim_administrator;
pub(crate) mod end_session;
pub(crate) mod end_sessions;
pub(crate) mod finish_authentication;
pub(crate) mod finish_registration;
pub(crate) mod handle;
pub(crate) mod internal;
pub(crate) mod list_passkeys;
pub(crate) mod list_sessions;
pub(crate) mod passkey;
pub(crate) mod read_config;
pub(crate) mod read_me;
pub(crate) mod refresh_session;
pub(crate) mod rename_passkey;
pub(crate) mod revoke_passkey;
pub(crate) mod session;
pub(crate) mod sign_out;
pub(crate) mod verify_sign_up;
pub(crate) mod well_known;
