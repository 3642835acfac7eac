//! The REST API by which outside test suites drive a WebAuthn server: that of the FIDO Alliance's
//! conformance tools.
//!
//! [`ConformanceSite`] answers four addresses, `/attestation/options` and `/attestation/result`,
//! `/assertion/options` and `/assertion/result`. It verifies with the strictest policies there are,
//! so that a suite sees the verifier and not the leniency of a product. It keeps accounts, passkeys
//! and ceremonies in memory, bounded, and forgets them when it ends.
//!
//! Whatever it is sent, the answer is one of two shapes: what was asked for with
//! `"status": "ok"`, or a status of 4xx with `{"status": "failed", "errorMessage": "…"}`. The
//! message ends in a stable code in brackets.
//!
//! Absent: rates, roles, audit, a durable store, anything of the product's own API. It is for test
//! tools, not for people.
//!
//! A request passes, in this order: `body` (size and time), the table of addresses here, `cookie`
//! and `session` (whose ceremony is it), `strict_json` and `members` (what does it say), and
//! `registration` or `authentication`.

mod accounts;
mod answer;
mod authentication;
mod body;
mod cookie;
mod members;
mod registration;
mod session;
mod strict_json;
mod trust;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::{Body, HttpBody};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request};
use hyper::body::Incoming;
use keylane_model::entropy::{EntropyError, random_bytes};
use keylane_model::{Clock, Entropy};
use keylane_webauthn::{Origin, RpId, UnixMillis};
use serde_json::{Map, Value};
use tokio_util::task::TaskTracker;

use self::accounts::Accounts;
use self::answer::{Refusal, failed, failed_by_panic, ok};
use self::session::{SessionId, Sessions};
pub use self::trust::ConformanceTrust;
use crate::app::App;
use crate::extract::is_json;
use crate::layer::guard::catch_panic;
use crate::server::Answer;

/// Most headers of a request.
const HEADERS_MAX: usize = 100;
/// Longest headers of a request, names and values.
const HEADER_BYTES_MAX: usize = 16 * 1024;
/// Bytes of a challenge.
const CHALLENGE_BYTES: usize = 32;

/// Whom the site stands for, and for how long it waits.
#[derive(Debug, Clone)]
pub struct ConformanceConfig {
    /// The RP ID of every ceremony.
    pub rp_id: RpId,
    /// The origin of every ceremony.
    pub origin: Origin,
    /// How long a challenge may be answered.
    pub challenge_lifetime_ms: u64,
}

/// The site. Share it in an `Arc`.
#[derive(Debug)]
pub struct ConformanceSite {
    config: ConformanceConfig,
    trust: ConformanceTrust,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    state: Mutex<State>,
    /// Those who read on what nobody wants.
    tasks: TaskTracker,
}

/// What the site remembers.
#[derive(Debug, Default)]
struct State {
    sessions: Sessions,
    accounts: Accounts,
}

/// The addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Endpoint {
    BeginRegistration,
    FinishRegistration,
    BeginAuthentication,
    FinishAuthentication,
}

impl Endpoint {
    fn at(path: &str) -> Option<Self> {
        match path {
            "/attestation/options" => Some(Self::BeginRegistration),
            "/attestation/result" => Some(Self::FinishRegistration),
            "/assertion/options" => Some(Self::BeginAuthentication),
            "/assertion/result" => Some(Self::FinishAuthentication),
            _ => None,
        }
    }
}

impl ConformanceSite {
    /// A site that has seen nobody yet.
    #[must_use]
    pub fn new(
        config: ConformanceConfig,
        trust: ConformanceTrust,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let (state, tasks) = (Mutex::default(), TaskTracker::new());
        Self { config, trust, clock, entropy, state, tasks }
    }

    /// Answers a request. There is always an answer.
    pub async fn answer<B>(&self, request: Request<B>) -> Response
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        let handler = async {
            match self.handle(request.map(Body::new)).await {
                Ok(response) => response,
                Err(refusal) => failed(&refusal),
            }
        };
        catch_panic(handler).await.unwrap_or_else(failed_by_panic)
    }

    async fn handle(&self, request: Request<Body>) -> Result<Response, Refusal> {
        let (parts, body) = request.into_parts();
        // First of all, or a client that is still writing would lose the answer with the
        // connection.
        let body = body::read(&parts.headers, body, &self.tasks).await?;
        let endpoint = admit(&parts)?;
        let session = cookie::find(&parts.headers);
        match endpoint {
            Endpoint::BeginRegistration | Endpoint::BeginAuthentication => {
                self.begin(endpoint, session, &body)
            }
            Endpoint::FinishRegistration => {
                let pending = session
                    .and_then(|id| self.state().sessions.take_registration(&id))
                    .ok_or(Refusal::NO_CEREMONY)?;
                self.finish_registration(pending, &body)?;
                Ok(ok(Map::new()))
            }
            Endpoint::FinishAuthentication => {
                let pending = session
                    .and_then(|id| self.state().sessions.take_authentication(&id))
                    .ok_or(Refusal::NO_CEREMONY)?;
                self.finish_authentication(pending, &body)?;
                Ok(ok(Map::new()))
            }
        }
    }

    /// Answers with options. Who comes without a session that we know gets a new one.
    fn begin(
        &self,
        endpoint: Endpoint,
        session: Option<SessionId>,
        body: &[u8],
    ) -> Result<Response, Refusal> {
        let request = strict_json::object(body)?;
        let fresh = SessionId::from(self.random::<{ session::ID_BYTES }>()?);
        let (options, id) = if endpoint == Endpoint::BeginRegistration {
            let (options, pending) = self.begin_registration(&request)?;
            let mut state = self.state();
            let (id, found) = state.sessions.find_or_open(session, fresh);
            found.registration = Some(pending);
            (options, id)
        } else {
            let (options, pending) = self.begin_authentication(&request)?;
            let mut state = self.state();
            let (id, found) = state.sessions.find_or_open(session, fresh);
            found.authentication = Some(pending);
            (options, id)
        };
        let mut response = ok(options);
        if session != Some(id) {
            cookie::set(response.headers_mut(), &id);
        }
        Ok(response)
    }

    /// The state. A panic while it was held is caught further up, and each change to it is whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> UnixMillis {
        self.clock.now()
    }

    fn deadline(&self) -> UnixMillis {
        self.now().saturating_add_ms(self.config.challenge_lifetime_ms)
    }

    fn random<const N: usize>(&self) -> Result<[u8; N], Refusal> {
        random_bytes(&*self.entropy).map_err(|_: EntropyError| Refusal::NO_RANDOMNESS)
    }
}

/// Turns away what is not a call of this API.
fn admit(parts: &Parts) -> Result<Endpoint, Refusal> {
    let endpoint = Endpoint::at(parts.uri.path()).ok_or(Refusal::UNKNOWN_ADDRESS)?;
    if parts.method != Method::POST {
        return Err(Refusal::METHOD);
    }
    if !is_json(&parts.headers) {
        return Err(Refusal::MEDIA_TYPE);
    }
    let bytes = parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len());
    if parts.headers.len() > HEADERS_MAX || bytes.sum::<usize>() > HEADER_BYTES_MAX {
        return Err(Refusal::HEADERS_TOO_LARGE);
    }
    Ok(endpoint)
}

impl Answer for ConformanceSite {
    async fn answer(&self, _peer: IpAddr, request: Request<Incoming>) -> Response {
        Self::answer(self, request).await
    }

    fn app(&self) -> Option<&App> {
        None
    }
}

/// A credential as the verifier reads it. The FIDO Alliance's API calls the outputs of extensions
/// by the name of the method that returns them.
fn credential_json(mut credential: Map<String, Value>) -> Result<String, Refusal> {
    const OUTPUTS: &str = "clientExtensionResults";
    if let Some(outputs) = credential.remove("getClientExtensionResults") {
        if credential.get(OUTPUTS).is_some_and(|other| *other != outputs) {
            return Err(Refusal::member(OUTPUTS, "the same under both its names"));
        }
        credential.insert(OUTPUTS.to_owned(), outputs);
    }
    // serde would also take lists in place of objects, by the order of their members.
    for name in ["response", OUTPUTS] {
        if credential.get(name).is_some_and(|value| !value.is_object()) {
            return Err(Refusal::member(name, "an object"));
        }
    }
    Ok(Value::Object(credential).to_string())
}

fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
