//! People, passkeys and sessions for the tests, made through commits like any other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use keylane_model::{
    Actor, Assurance, Change, CodeId, CodePurpose, Commit, Committed, CredentialUpdate, Delivery,
    MailId, ModelProof, ModelStanding, OneTimeCode, OutboxMail, Passkey, PasskeyId, PasskeyState,
    RequestContext, Role, Session, SessionId, SpentCeremony, SystemEntropy, UnixMillis, User,
    UserId, UserStatus, entropy::random_bytes,
};
use keylane_webauthn::{Aaguid, CredentialId, CredentialRecord, PublicKey, UserHandle};
use tokio::task::JoinSet;

use crate::{CommitError, Store};

/// One minute, in milliseconds.
pub(super) const MINUTE: u64 = 60_000;
/// How long the sessions of the tests live, in milliseconds.
pub(super) const SESSION_MS: u64 = 60 * MINUTE;
/// How long the codes and ceremonies of the tests live, in milliseconds.
pub(super) const CODE_MS: u64 = 10 * MINUTE;

/// A store, a clock that stands still unless told, and ways to make things.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) store: Arc<dyn Store>,
    now: Arc<AtomicU64>,
}

impl World {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, now: Arc::new(AtomicU64::new(1_800_000_000_000)) }
    }

    /// The same people at the same time, by another door.
    pub(super) fn through(&self, store: Arc<dyn Store>) -> Self {
        Self { store, now: Arc::clone(&self.now) }
    }

    pub(super) fn now(&self) -> UnixMillis {
        UnixMillis(self.now.load(Ordering::SeqCst))
    }

    pub(super) fn advance_ms(&self, by: u64) {
        self.now.fetch_add(by, Ordering::SeqCst);
    }

    pub(super) fn set_back_ms(&self, by: u64) {
        self.now.fetch_sub(by, Ordering::SeqCst);
    }

    /// Commits a change, made by the system, now.
    pub(super) async fn commit(&self, change: Change) -> Result<Committed, CommitError> {
        let (actor, request) = (Actor::System, RequestContext::default());
        self.store.commit(Commit { at: self.now(), actor, request, change }).await
    }

    /// Commits all changes at once and tells how each ended, in no order.
    pub(super) async fn commit_at_once(
        &self,
        changes: impl IntoIterator<Item = Change>,
    ) -> Vec<Result<Committed, &'static str>> {
        let mut tasks = JoinSet::new();
        for change in changes {
            let world = self.clone();
            tasks.spawn(async move { world.commit(change).await.map_err(|err| err.code()) });
        }
        tasks.join_all().await
    }

    pub(super) fn code(&self, email: &str) -> OneTimeCode {
        OneTimeCode {
            id: CodeId::new(self.now(), &SystemEntropy).unwrap(),
            email: email.parse().unwrap(),
            purpose: CodePurpose::SignUp,
            mac: bytes(),
            attempts: 0,
            issued_at: self.now(),
            expires_at: self.now().saturating_add_ms(CODE_MS),
        }
    }

    pub(super) fn mail(&self) -> OutboxMail {
        OutboxMail {
            id: MailId::new(self.now(), &SystemEntropy).unwrap(),
            sealed: b"sealed".to_vec(),
            failures: 0,
            due_at: self.now(),
            expires_at: self.now().saturating_add_ms(CODE_MS),
        }
    }

    /// An account that nobody has opened yet.
    pub(super) fn user(&self, email: &str) -> User {
        User {
            id: UserId::new(self.now(), &SystemEntropy).unwrap(),
            user_handle: UserHandle::try_from(bytes::<64>().as_slice()).unwrap(),
            email: email.parse().unwrap(),
            status: UserStatus::Active,
            role: Role::Member,
            created_at: self.now(),
        }
    }

    pub(super) fn session(&self, user: UserId, passkey: Option<PasskeyId>) -> Session {
        Session {
            id: SessionId::new(self.now(), &SystemEntropy).unwrap(),
            user,
            passkey,
            assurance: if passkey.is_some() { Assurance::Passkey } else { Assurance::Code },
            user_verified: passkey.is_some(),
            authenticated_at: self.now(),
            expires_at: self.now().saturating_add_ms(SESSION_MS),
            delivery: Delivery::Cookie,
            device: "Firefox on Linux".to_owned(),
            refresh_generation: 0,
            refreshed_at: self.now(),
        }
    }

    pub(super) fn ceremony(&self) -> SpentCeremony {
        let expires_at = self.now().saturating_add_ms(CODE_MS);
        SpentCeremony { issued_at: self.now(), id: bytes(), expires_at }
    }

    /// A passkey that nobody has registered yet.
    pub(super) fn passkey(&self, user: &User) -> Passkey {
        Passkey {
            id: PasskeyId::new(self.now(), &SystemEntropy).unwrap(),
            user: user.id,
            record: CredentialRecord {
                id: CredentialId::try_from(bytes::<16>().as_slice()).unwrap(),
                user_handle: user.user_handle.clone(),
                public_key: public_key(),
                sign_count: 0,
                backup_eligible: true,
                backed_up: true,
                uv_initialized: true,
                rp_id: "example.org".parse().unwrap(),
            },
            aaguid: Aaguid(bytes()),
            model_proof: ModelProof::Attested { key: Some(bytes()) },
            model_standing: ModelStanding::Clear,
            transports: ["internal", "new,\"odd\""].map(|it| it.parse().unwrap()).to_vec(),
            discoverable: Some(true),
            attestation_format: "none".to_owned(),
            nickname: "Ada's key".parse().unwrap(),
            created_in: Some("Firefox on Linux".to_owned()),
            created_at: self.now(),
            last_used_at: None,
            state: PasskeyState::Active,
        }
    }

    /// Opens an account with a code and tells its session.
    pub(super) async fn sign_up(&self, email: &str) -> (User, Session) {
        let code = self.code(email);
        let (user, id) = (self.user(email), code.id);
        let session = self.session(user.id, None);
        self.commit(Change::IssueCode { code, mail: self.mail() }).await.unwrap();
        self.commit(Change::AttemptCode { code: id }).await.unwrap();
        let change = Change::SignUp { code: id, user: user.clone(), session: session.clone() };
        self.commit(change).await.unwrap();
        (user, session)
    }

    /// Registers a passkey; `asked_by` stays.
    pub(super) async fn register(&self, user: &User, asked_by: SessionId) -> Passkey {
        let passkey = self.passkey(user);
        self.commit(self.registration(&passkey, asked_by)).await.unwrap();
        passkey
    }

    pub(super) fn registration(&self, passkey: &Passkey, asked_by: SessionId) -> Change {
        Change::RegisterCredential {
            passkey: Box::new(passkey.clone()),
            asked_by,
            ceremony: self.ceremony(),
            raised: None,
            mail: self.mail(),
        }
    }

    /// A person with a passkey, and the session that a code opened for them.
    pub(super) async fn person(&self, email: &str) -> (User, Passkey, Session) {
        let (user, session) = self.sign_up(email).await;
        let passkey = self.register(&user, session.id).await;
        (user, passkey, session)
    }

    pub(super) fn authentication(&self, passkey: &Passkey, session: &Session) -> Change {
        self.authentication_with(passkey, session, None)
    }

    pub(super) fn authentication_with(
        &self,
        passkey: &Passkey,
        session: &Session,
        update: Option<CredentialUpdate>,
    ) -> Change {
        Change::RecordAuthentication {
            passkey: passkey.id,
            ceremony: self.ceremony(),
            update,
            session: session.clone(),
            replaces: None,
            signals: Vec::new(),
        }
    }

    /// Signs in with a passkey.
    pub(super) async fn sign_in(&self, passkey: &Passkey) -> Session {
        let session = self.session(passkey.user, Some(passkey.id));
        self.commit(self.authentication(passkey, &session)).await.unwrap();
        session
    }

    pub(super) async fn is_alive(&self, session: &Session) -> bool {
        self.store.find_session(session.id, self.now()).await.unwrap().is_some()
    }

    /// The passkey as a ceremony would find it.
    pub(super) async fn found(&self, passkey: &Passkey) -> Arc<crate::PasskeyWithUser> {
        self.store.find_passkey(&passkey.record.id).await.unwrap().unwrap()
    }

    /// The sequence number of the latest audit entry.
    pub(super) async fn latest_entry(&self) -> u64 {
        self.store.statistics(self.now()).await.unwrap().audit_entries
    }
}

/// What a commit ended with, as tests compare it.
#[track_caller]
pub(super) fn check(outcome: Result<Committed, CommitError>, expected: Result<(), &str>) {
    assert_eq!(outcome.map(drop).map_err(|err| err.code()), expected);
}

/// How many succeeded; all others must have been refused with `code`.
#[track_caller]
pub(super) fn winners(outcomes: &[Result<Committed, &'static str>], code: &str) -> usize {
    for refusal in outcomes.iter().filter_map(|it| it.err()) {
        assert_eq!(refusal, code);
    }
    outcomes.iter().filter(|it| it.is_ok()).count()
}

pub(super) fn bytes<const N: usize>() -> [u8; N] {
    random_bytes(&SystemEntropy).unwrap()
}

/// An ES256 key: the generator of P-256, which is as valid as any point.
pub(super) fn public_key() -> PublicKey {
    let x: [u8; 32] = [
        0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40,
        0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98,
        0xc2, 0x96,
    ];
    let y: [u8; 32] = [
        0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e,
        0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf,
        0x51, 0xf5,
    ];
    let head = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
    PublicKey::from_cose(&[&head[..], &x, &[0x22, 0x58, 0x20], &y].concat()).unwrap()
}
