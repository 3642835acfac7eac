//! The whole server but for the socket: real router, real use cases, real SQL, a manual clock.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops")]

mod administrator;
mod authentication;
mod browser_binding;
mod cors;
mod csrf;
mod development;
mod enumeration;
mod expiry;
mod openapi;
mod operations;
mod pages;
mod passkeys;
mod problems;
mod rate_limits;
mod refresh;
mod registration;
mod replay;
mod sessions;
mod sign_up;
mod socket;
mod step_up;
mod tokens;
