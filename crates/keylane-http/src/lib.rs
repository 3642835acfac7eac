//! Keylane over HTTP: the API, the hosted pages, the listeners.
//!
//! [`Site`] answers requests; [`serve`] feeds it from a socket. Between them and the use cases of
//! `keylane-service` stands nothing but translation: JSON to arguments, refusals to problems.
//! Statuses, JSON field names and cookies exist in this crate only.
//!
//! A request passes, in this order: [`Site`] (identity of the request, load, rates, origin,
//! time limit, panics), `router` (every route on one screen), `extract` (body, session, place),
//! and one file of `api` or `pages`.

mod api;
mod app;
mod assets;
mod config;
mod conformance;
mod cookies;
mod dev_mailbox;
mod device;
mod extract;
mod layer;
mod metrics;
mod openapi;
mod ops;
mod pages;
mod problem;
mod router;
mod server;
mod site;

pub use app::{App, AppParts};
pub use config::{HttpConfig, MailDelivery, Mode, Rate, RateLimits, RequestLimits};
pub use conformance::{ConformanceConfig, ConformanceSite, ConformanceTrust};
pub use dev_mailbox::{CaughtMail, DevMailbox};
pub use openapi::openapi_json;
pub use ops::OpsSite;
pub use router::api_paths;
pub use server::{Answer, ConnectionLimits, Drained, serve};
pub use site::Site;
