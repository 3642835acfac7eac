//! `keylane conformance` as an outside suite sees it: the built binary, over a socket, driven with
//! the software authenticator.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod assertions;
mod extensions;
mod formats;
mod http;
mod options;
mod registrations;
mod roots;
mod sessions;
mod site;
mod start;
