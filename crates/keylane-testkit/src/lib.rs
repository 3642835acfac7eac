//! A Keylane in the test's own process: the real router, the real use cases, real SQL, and a
//! clock, a source of randomness and a mailbox that the test holds in its hand.
//!
//! [`TestServer`] is the server, [`Client`] a program or a page that talks to it, and
//! [`SoftwareBrowser`] a person with a browser and an authenticator.
//!
//! ```
//! use keylane_testkit::{SoftwareBrowser, TestServer};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! let server = TestServer::start().await;
//! let mut ada = SoftwareBrowser::at_home(&server);
//! ada.open_account("ada@example.org").await;
//! ada.forget_session();
//! assert_eq!(ada.sign_in().await.status(), 200);
//! # }
//! ```
//!
//! Whatever goes wrong here panics: it is for tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "it is for tests")]

mod browser;
mod client;
mod clock;
mod entropy;
mod metadata;
mod server;

pub use browser::SoftwareBrowser;
pub use client::{Answer, Client};
pub use clock::ManualClock;
pub use entropy::SeededEntropy;
pub use metadata::{MetadataAuthority, TestModel};
pub use server::{Setup, TestServer};
