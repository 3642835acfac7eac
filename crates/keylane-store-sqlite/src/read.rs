//! Reading: one file for each kind of thing, each with its columns, its row and its questions.

pub(crate) mod audit;
pub(crate) mod code;
pub(crate) mod key;
pub(crate) mod mail;
pub(crate) mod metadata;
pub(crate) mod passkey;
pub(crate) mod session;
pub(crate) mod statistics;
pub(crate) mod user;
