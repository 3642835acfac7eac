//! The server in the test's process.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::Request;
use keylane_http::{App, CaughtMail, DevMailbox, HttpConfig, Mode, OpsSite, Site};
use keylane_model::{Clock, UnixMillis};
use keylane_service::{
    AllowedOrigins, AuthenticatorRules, MasterKey, Policy, RelyingParty, Service, ServiceConfig,
};
use keylane_store_sqlite::SqliteStore;

use crate::clock::ManualClock;
use crate::entropy::SeededEntropy;

/// When tests begin: 1 January 2026, UTC.
const BEGINNING: UnixMillis = UnixMillis(1_767_225_600_000);

/// How a [`TestServer`] is set up.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Keylane's own origin.
    pub own_origin: String,
    /// The RP ID.
    pub rp_id: String,
    /// Origins of applications.
    pub origins: Vec<String>,
    /// The HTTP side.
    pub http: HttpConfig,
    /// What an operator decides about sign-in.
    pub policy: Policy,
    /// Which authenticators people may use.
    pub authenticators: AuthenticatorRules,
}

impl Setup {
    /// On a developer's machine: `http://localhost:8080`, every other port allowed.
    #[must_use]
    pub fn development() -> Self {
        Self {
            own_origin: "http://localhost:8080".to_owned(),
            rp_id: "localhost".to_owned(),
            origins: Vec::new(),
            http: HttpConfig::new(Mode::Development),
            policy: Policy::default(),
            authenticators: AuthenticatorRules::default(),
        }
    }

    /// For real: `https://login.example.org`, with the application `https://shop.example.org`.
    #[must_use]
    pub fn production() -> Self {
        Self {
            own_origin: "https://login.example.org".to_owned(),
            rp_id: "example.org".to_owned(),
            origins: vec!["https://shop.example.org".to_owned()],
            http: HttpConfig::new(Mode::Production),
            policy: Policy::default(),
            authenticators: AuthenticatorRules::default(),
        }
    }

    fn relying_party(&self) -> RelyingParty {
        let listed = self.origins.iter().map(|it| it.parse().unwrap()).collect();
        RelyingParty {
            id: self.rp_id.parse().unwrap(),
            name: "Example".to_owned(),
            own_origin: self.own_origin.parse().unwrap(),
            origins: match self.http.mode {
                Mode::Development => AllowedOrigins::ListedAndLocalhost(listed),
                Mode::Production => AllowedOrigins::Listed(listed),
            },
        }
    }
}

/// A Keylane in the test's own process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct TestServer(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    site: Arc<Site>,
    ops: OpsSite,
    service: Arc<Service>,
    clock: Arc<ManualClock>,
    mailbox: Arc<DevMailbox>,
    setup: Setup,
}

impl TestServer {
    /// In development mode.
    pub async fn start() -> Self {
        Self::start_with(Setup::development()).await
    }

    /// As set up.
    pub async fn start_with(setup: Setup) -> Self {
        let clock = Arc::new(ManualClock::new(BEGINNING));
        let entropy = Arc::new(SeededEntropy::new(1));
        let config = ServiceConfig {
            relying_party: setup.relying_party(),
            policy: setup.policy.clone(),
            authenticators: setup.authenticators.clone(),
            issuer: setup.own_origin.clone(),
        };
        let store = Arc::new(SqliteStore::in_memory().unwrap());
        let master_key = MasterKey::from_bytes(&[7; 32]).unwrap();
        let service =
            Service::start(config, store, clock.clone(), entropy.clone(), master_key).await;
        let service = Arc::new(service.unwrap());
        let mailbox = Arc::new(DevMailbox::new(clock.clone()));
        let app = App::new(
            service.clone(),
            setup.http.clone(),
            clock.clone(),
            entropy,
            Some(mailbox.clone()),
        );
        let ops = OpsSite::new(app.clone());
        let site = Arc::new(Site::new(app));
        Self(Arc::new(Parts { site, ops, service, clock, mailbox, setup }))
    }

    /// Answers a request of this peer.
    pub async fn answer(&self, peer: IpAddr, request: Request<Body>) -> Response {
        self.0.site.answer(peer, request).await
    }

    /// Answers a request to the operators' listener.
    pub async fn answer_ops(&self, request: Request<Body>) -> Response {
        self.0.ops.answer(IpAddr::from([127, 0, 0, 1]), request).await
    }

    /// The site, for serving it on a socket.
    #[must_use]
    pub fn site(&self) -> Arc<Site> {
        self.0.site.clone()
    }

    /// The use cases.
    #[must_use]
    pub fn service(&self) -> &Arc<Service> {
        &self.0.service
    }

    /// The clock that everything here goes by.
    #[must_use]
    pub fn clock(&self) -> &ManualClock {
        &self.0.clock
    }

    /// What time it is here.
    #[must_use]
    pub fn now(&self) -> UnixMillis {
        self.0.clock.now()
    }

    /// How it was set up.
    #[must_use]
    pub fn setup(&self) -> &Setup {
        &self.0.setup
    }

    /// Delivers what waits, and answers with all mails so far, newest first.
    pub async fn mails(&self) -> Vec<CaughtMail> {
        self.0.service.deliver_mails(&*self.0.mailbox).await.unwrap();
        self.0.mailbox.mails()
    }

    /// The newest code that was sent to this address.
    pub async fn code_for(&self, email: &str) -> String {
        let mails = self.mails().await;
        let newest = mails.into_iter().find(|mail| mail.to == email && mail.code.is_some());
        newest.and_then(|mail| mail.code).expect("a mail with a code")
    }
}
