//! A service on SQLite in memory, with a clock, randomness and a mailbox that the test owns.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is a test")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use keylane_authenticator::{Authenticator, AuthenticatorConfig};
use keylane_model::entropy::EntropyError;
use keylane_model::{
    AuditAction, AuditQuery, Clock, Delivery, EmailAddress, Entropy, RequestContext, UnixMillis,
};
use keylane_service::{
    AllowedOrigins, AuthenticatorRules, Binding, CodeSent, Current, FinishAuthenticationError,
    FinishRegistrationError, Mail, MailError, Mailer, MasterKey, Opened, Place, Policy, Registered,
    RelyingParty, Service, ServiceConfig, Tokens,
};
use keylane_store::Store;
use keylane_store_sqlite::SqliteStore;
use keylane_webauthn::{AuthenticationResponse, RegistrationResponse};
use secrecy::ExposeSecret;

pub const ORIGIN: &str = "https://login.example.org";
pub const START_MS: u64 = 1_767_225_600_000;

pub struct World {
    pub service: Service,
    pub clock: Arc<TestClock>,
    pub mailbox: Mailbox,
    pub store: Arc<SqliteStore>,
}

impl World {
    pub async fn new() -> Self {
        Self::with_policy(Policy::default()).await
    }

    pub async fn with_policy(policy: Policy) -> Self {
        Self::with_rules(policy, AuthenticatorRules::default()).await
    }

    pub async fn with_rules(policy: Policy, rules: AuthenticatorRules) -> Self {
        let store = Arc::new(SqliteStore::in_memory().unwrap());
        let clock = Arc::new(TestClock(AtomicU64::new(START_MS)));
        let service = start_with(policy, rules, store.clone(), clock.clone()).await;
        Self { service, clock, mailbox: Mailbox::default(), store }
    }

    pub fn pass_ms(&self, ms: u64) {
        self.clock.0.fetch_add(ms, Ordering::Relaxed);
    }

    pub async fn ask_for_code(&self, email: &str) -> CodeSent {
        let email: EmailAddress = email.parse().unwrap();
        self.service.begin_sign_up(&email, RequestContext::default()).await.unwrap()
    }

    /// Delivers what waits and answers with the newest mail.
    pub async fn newest_mail(&self) -> Mail {
        self.service.deliver_mails(&self.mailbox).await.unwrap();
        self.mailbox.0.lock().unwrap().last().cloned().expect("a mail has come")
    }

    pub async fn digits(&self) -> String {
        self.newest_mail().await.code.expect("the mail has a code").expose_secret().to_owned()
    }

    pub async fn sign_up(&self, email: &str) -> Opened {
        let sent = self.ask_for_code(email).await;
        let digits = self.digits().await;
        self.service.verify_sign_up(sent.signup, &digits, place()).await.unwrap()
    }

    pub async fn current(&self, opened: &Opened) -> Current {
        let Tokens::Bearer { access_token, .. } = &opened.tokens else { panic!("no bearer") };
        let current = self.service.resolve_access_token(access_token.expose_secret()).await;
        current.unwrap().expect("the session is alive")
    }

    pub async fn register(&self, opened: &Opened, key: &mut Authenticator) -> Registered {
        self.try_to_register(opened, key).await.unwrap()
    }

    pub async fn try_to_register(
        &self,
        opened: &Opened,
        key: &mut Authenticator,
    ) -> Result<Registered, FinishRegistrationError> {
        let current = self.current(opened).await;
        let begun = self.service.begin_registration(&current, &place()).await.unwrap();
        let options = serde_json::to_string(&begun.options).unwrap();
        let answer = key.create(&options, ORIGIN).unwrap();
        let response = RegistrationResponse::from_json(&answer).unwrap();
        self.service.finish_registration(&current, &response, None, place()).await
    }

    pub async fn assertion(&self, email: Option<&str>, key: &mut Authenticator) -> String {
        let email = email.map(|it| it.parse().unwrap());
        let begun = self.service.begin_authentication(email.as_ref(), &place()).await.unwrap();
        key.get(&serde_json::to_string(&begun.options).unwrap(), ORIGIN).unwrap()
    }

    pub async fn finish(&self, assertion: &str) -> Result<Opened, FinishAuthenticationError> {
        let response = AuthenticationResponse::from_json(assertion).unwrap();
        self.service.finish_authentication(&response, None, place()).await
    }

    pub async fn sign_in(&self, key: &mut Authenticator) -> Opened {
        let assertion = self.assertion(None, key).await;
        self.finish(&assertion).await.unwrap()
    }

    /// A signed-up person with one passkey.
    pub async fn person(&self, email: &str, key: &mut Authenticator) -> Opened {
        let opened = self.sign_up(email).await;
        self.register(&opened, key).await.opened.expect("a first passkey raises the session")
    }

    /// The codes of the audit entries of this action.
    pub async fn audited(&self, action: AuditAction) -> Vec<Option<String>> {
        let query = AuditQuery { action: Some(action), limit: 1000, ..AuditQuery::default() };
        let entries = self.store.list_audit(&query).await.unwrap();
        entries.into_iter().map(|it| it.code).collect()
    }
}

pub async fn start(policy: Policy, store: Arc<SqliteStore>, clock: Arc<TestClock>) -> Service {
    start_with(policy, AuthenticatorRules::default(), store, clock).await
}

pub async fn start_with(
    policy: Policy,
    authenticators: AuthenticatorRules,
    store: Arc<SqliteStore>,
    clock: Arc<TestClock>,
) -> Service {
    let config = ServiceConfig {
        relying_party: RelyingParty {
            id: "example.org".parse().unwrap(),
            name: "Example".into(),
            own_origin: ORIGIN.parse().unwrap(),
            origins: AllowedOrigins::Listed(Vec::new()),
        },
        policy,
        authenticators,
        issuer: ORIGIN.into(),
    };
    let master = MasterKey::from_bytes(&[7; 32]).unwrap();
    let entropy = Arc::new(SeededEntropy::default());
    Service::start(config, store, clock, entropy, master).await.unwrap()
}

pub fn synced_passkey() -> Authenticator {
    Authenticator::new(AuthenticatorConfig::default())
}

pub fn place() -> Place {
    Place {
        origin: ORIGIN.parse().unwrap(),
        delivery: Delivery::Tokens,
        binding: None,
        request: RequestContext::default(),
    }
}

pub fn own_page(browser: u8) -> Place {
    Place { delivery: Delivery::Cookie, binding: Some(Binding([browser; 16])), ..place() }
}

#[derive(Debug)]
pub struct TestClock(pub AtomicU64);

impl Clock for TestClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::Relaxed))
    }
}

/// Distinct bytes in a fixed order.
#[derive(Debug, Default)]
pub struct SeededEntropy(AtomicU64);

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        for chunk in buffer.chunks_mut(8) {
            // SplitMix64: enough for tests, and different on every call.
            let step = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            let mixed = (step ^ (step >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&mixed.to_be_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

#[derive(Debug, Default)]
pub struct Mailbox(pub Mutex<Vec<Mail>>);

#[async_trait]
impl Mailer for Mailbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.0.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

/// A mail server that is away.
#[derive(Debug)]
pub struct Away;

#[async_trait]
impl Mailer for Away {
    async fn send(&self, _mail: &Mail) -> Result<(), MailError> {
        Err(MailError::Temporary("connection refused".into()))
    }
}
