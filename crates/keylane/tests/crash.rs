//! The server is killed a hundred times while people register, sign in and revoke. Whatever it
//! had said yes to must be there afterwards, with its entry in the audit log; and no answer to a
//! challenge may ever have been accepted twice.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod support;

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use keylane_authenticator::{Authenticator, AuthenticatorConfig};
use keylane_model::{AuditAction, AuditEntry, AuditQuery, Clock, Outcome, SystemClock, UserId};
use keylane_store::Store;
use keylane_store_sqlite::SqliteStore;
use serde_json::{Value, json};

use support::{Answer, Client, ORIGIN, Server, text};

const KILLS: u32 = 100;
const PEOPLE: u32 = 6;
/// Passkeys that a person has besides the first, which is never revoked.
const EXTRA_MAX: usize = 4;
/// The server is killed when it has said yes this often since its start, or a bit more often.
const YESES_PER_LIFE: u32 = 12;

#[test]
fn killed_server_keeps_every_promise_it_made() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Arc::new(Stage::default());
    let (yes, yeses) = channel();

    let server = Server::start(folder.path());
    let mut people: Vec<Person> = (0..PEOPLE).map(|it| Person::arrive(it, &server)).collect();
    stage.raise(server.address);
    let threads: Vec<_> = people
        .drain(..)
        .map(|person| {
            let (stage, yes) = (stage.clone(), yes.clone());
            std::thread::spawn(move || person.live(&stage, &yes))
        })
        .collect();
    drop(yes);

    let last = kill_again_and_again(server, &stage, &yeses, folder.path());
    stage.over.store(true, Ordering::Relaxed);
    stage.changed.notify_all();
    let people: Vec<Person> = threads.into_iter().map(|it| it.join().unwrap()).collect();
    assert_eq!(last.terminate(), 0);

    let promises: usize = people.iter().map(Person::promises).sum();
    let replays: u32 = people.iter().map(|it| it.replays).sum();
    println!("{KILLS} kills, {promises} promises kept, {replays} replays refused");
    assert!(promises > KILLS as usize, "too little happened between the kills: {promises}");
    tokio::runtime::Runtime::new()
        .unwrap()
        .block_on(prove(&folder.path().join("keylane-data"), &people));
}

/// Kills the server in the middle of its work, and starts the next one on the same data.
fn kill_again_and_again(
    mut server: Server,
    stage: &Stage,
    yeses: &Receiver<()>,
    folder: &std::path::Path,
) -> Server {
    for life in 0..KILLS {
        for _ in 0..YESES_PER_LIFE + life % 7 {
            yeses.recv_timeout(Duration::from_secs(30)).expect("the server says yes now and then");
        }
        stage.fall();
        server.kill();
        while yeses.try_recv().is_ok() {}
        server = Server::start(folder);
        stage.raise(server.address);
    }
    server
}

/// Where the server is, for everybody.
#[derive(Default)]
struct Stage {
    address: Mutex<Option<SocketAddr>>,
    changed: Condvar,
    over: AtomicBool,
}

impl Stage {
    fn raise(&self, address: SocketAddr) {
        *self.address.lock().unwrap() = Some(address);
        self.changed.notify_all();
    }

    fn fall(&self) {
        *self.address.lock().unwrap() = None;
    }

    /// Waits for a server; `None` when the show is over.
    fn enter(&self) -> Option<SocketAddr> {
        let mut address = self.address.lock().unwrap();
        loop {
            if self.over.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(address) = *address {
                return Some(address);
            }
            address = self.changed.wait_timeout(address, Duration::from_millis(50)).unwrap().0;
        }
    }
}

/// A passkey: its authenticator, and its id once the server has told it.
struct Key {
    authenticator: Authenticator,
    id: String,
}

/// A request that commits something, so that it can be sent again.
#[derive(Clone)]
struct Attempt {
    act: Act,
    body: String,
}

#[derive(Clone)]
enum Act {
    Register { authenticator: Arc<Mutex<Option<Authenticator>>> },
    SignIn { passkey: String },
    Revoke { passkey: String },
}

/// Somebody with a browser, who remembers everything that the server has promised.
struct Person {
    user: String,
    token: String,
    keys: Vec<Key>,
    dice: u64,
    /// Sent, and the connection broke before the answer: done or not, nobody knows.
    unanswered: Option<Attempt>,
    /// What the server accepted last, to be sent once more after its next start.
    accepted: Vec<Attempt>,
    registered: Vec<String>,
    /// Session and the passkey that opened it.
    signed_in: Vec<(String, String)>,
    revoked: HashSet<String>,
    /// Revocations that were asked for, answered or not.
    perhaps_revoked: HashSet<String>,
    /// Different answers to challenges that were sent: no more sign-ins may be in the log.
    sign_in_attempts: usize,
    register_attempts: usize,
    replays: u32,
}

impl Person {
    fn arrive(number: u32, server: &Server) -> Self {
        let mut client = Client::connect(server.address).unwrap();
        let opened = client.sign_up(&format!("person{number}@example.org"));
        let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
        let registered = client.register(text(&opened, "/access_token"), &mut authenticator);
        let id = text(&registered, "/passkey/id").to_owned();
        let mut person = Self {
            user: text(&opened, "/user/id").to_owned(),
            token: String::new(),
            keys: vec![Key { authenticator, id: id.clone() }],
            dice: u64::from(number) + 1,
            unanswered: None,
            accepted: Vec::new(),
            registered: vec![id.clone()],
            signed_in: Vec::new(),
            revoked: HashSet::new(),
            perhaps_revoked: HashSet::new(),
            sign_in_attempts: 0,
            register_attempts: 1,
            replays: 0,
        };
        let answer = client.sign_in(&mut person.keys[0].authenticator);
        person.sign_in_attempts += 1;
        person.note(&Act::SignIn { passkey: id }, &answer);
        person
    }

    fn promises(&self) -> usize {
        self.registered.len() + self.signed_in.len() + self.revoked.len()
    }

    /// Goes on until the show is over. Every broken connection is a server that was killed.
    fn live(mut self, stage: &Stage, yes: &Sender<()>) -> Self {
        while let Some(address) = stage.enter() {
            let Ok(mut client) = Client::connect(address) else { continue };
            let _killed = self.meet(&mut client, stage, yes);
        }
        self
    }

    fn meet(
        &mut self,
        client: &mut Client,
        stage: &Stage,
        yes: &Sender<()>,
    ) -> std::io::Result<()> {
        for attempt in std::mem::take(&mut self.accepted) {
            let answer = self.perform(client, &attempt)?;
            assert!((400..500).contains(&answer.status), "accepted twice: {answer:?}");
            self.replays += 1;
        }
        if let Some(attempt) = self.unanswered.clone() {
            // Done or not before the kill: now it is done at most once more than not at all.
            let answer = self.perform(client, &attempt)?;
            self.unanswered = None;
            self.take_answer(&attempt, &answer, yes);
        }
        while !stage.over.load(Ordering::Relaxed) {
            let Some(attempt) = self.next_attempt(client)? else { continue };
            self.unanswered = Some(attempt.clone());
            let answer = self.perform(client, &attempt)?;
            self.unanswered = None;
            self.take_answer(&attempt, &answer, yes);
        }
        Ok(())
    }

    /// Begins something; `None` when the server refused to.
    fn next_attempt(&mut self, client: &mut Client) -> std::io::Result<Option<Attempt>> {
        let extras = self.keys.len() - 1;
        match self.roll(4) {
            0 if extras < EXTRA_MAX => self.begin_registration(client),
            1 if extras > 0 => {
                let chosen = 1 + self.roll(extras);
                let passkey = self.keys[chosen].id.clone();
                self.perhaps_revoked.insert(passkey.clone());
                Ok(Some(Attempt { act: Act::Revoke { passkey }, body: String::new() }))
            }
            _ => {
                let key = self.roll(self.keys.len());
                self.begin_sign_in(client, key).map(Some)
            }
        }
    }

    fn begin_registration(&mut self, client: &mut Client) -> std::io::Result<Option<Attempt>> {
        let begun = client.send("POST", "/v1/registration/begin", Some(&self.token), "{}")?;
        if !begun.ok() {
            assert_eq!(begun.status, 401, "{begun:?}");
            return self.begin_sign_in(client, 0).map(Some);
        }
        let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
        let made = authenticator.create(&begun.body["publicKey"].to_string(), ORIGIN).unwrap();
        let body = json!({ "credential": serde_json::from_str::<Value>(&made).unwrap() });
        self.register_attempts += 1;
        let authenticator = Arc::new(Mutex::new(Some(authenticator)));
        Ok(Some(Attempt { act: Act::Register { authenticator }, body: body.to_string() }))
    }

    fn begin_sign_in(&mut self, client: &mut Client, key: usize) -> std::io::Result<Attempt> {
        let begun = client.send("POST", "/v1/authentication/begin", None, "{}")?;
        assert_eq!(begun.status, 200, "{begun:?}");
        let key = &mut self.keys[key];
        let proof = key.authenticator.get(&begun.body["publicKey"].to_string(), ORIGIN).unwrap();
        let body = json!({ "credential": serde_json::from_str::<Value>(&proof).unwrap() });
        self.sign_in_attempts += 1;
        Ok(Attempt { act: Act::SignIn { passkey: key.id.clone() }, body: body.to_string() })
    }

    fn perform(&self, client: &mut Client, attempt: &Attempt) -> std::io::Result<Answer> {
        let token = Some(self.token.as_str());
        match &attempt.act {
            Act::Register { .. } => {
                client.send("POST", "/v1/registration/finish", token, &attempt.body)
            }
            Act::SignIn { .. } => {
                client.send("POST", "/v1/authentication/finish", None, &attempt.body)
            }
            Act::Revoke { passkey } => {
                let path = format!("/v1/me/credentials/{passkey}");
                client.send("DELETE", &path, token, &attempt.body)
            }
        }
    }

    fn take_answer(&mut self, attempt: &Attempt, answer: &Answer, yes: &Sender<()>) {
        assert!(answer.status < 500, "{answer:?}");
        if let Act::Revoke { passkey } = &attempt.act {
            // Gone now or since the lost answer, unless the session that asked has ended.
            if answer.status != 401 {
                self.keys.retain(|it| it.id != *passkey);
            }
        }
        if answer.ok() {
            self.note(&attempt.act, answer);
            self.accepted.push(attempt.clone());
            let _nobody_counts = yes.send(());
        }
    }

    /// Remembers a promise.
    fn note(&mut self, act: &Act, answer: &Answer) {
        match act {
            Act::Register { authenticator } => {
                let id = text(&answer.body, "/passkey/id").to_owned();
                self.registered.push(id.clone());
                let authenticator = authenticator.lock().unwrap().take();
                self.keys.extend(authenticator.map(|authenticator| Key { authenticator, id }));
            }
            Act::SignIn { passkey } => {
                assert_eq!(answer.status, 200, "{answer:?}");
                self.token = text(&answer.body, "/access_token").to_owned();
                self.signed_in
                    .push((text(&answer.body, "/session/id").to_owned(), passkey.clone()));
            }
            Act::Revoke { passkey } => {
                self.revoked.insert(passkey.clone());
            }
        }
    }

    /// A number below `sides`; the same sequence in every run.
    fn roll(&mut self, sides: usize) -> usize {
        self.dice = self
            .dice
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.dice >> 33) as usize % sides
    }
}

/// Every promise is in the database, with its audit entry; and nothing was accepted twice.
async fn prove(data: &std::path::Path, people: &[Person]) {
    let store = SqliteStore::open_read_only(&data.join("keylane.db")).unwrap();
    let log = whole_log(&store).await;
    let logged = |action: AuditAction, object: &str| {
        log.iter().filter(|it| it.action == action && it.outcome == Outcome::Done).any(|it| {
            it.passkey.is_some_and(|id| id.to_string() == object)
                || it.session.is_some_and(|id| id.to_string() == object)
        })
    };
    let gaps = log.windows(2).filter(|pair| pair[1].sequence != pair[0].sequence + 1).count();
    assert_eq!(gaps, 0, "the audit log has gaps");

    for person in people {
        let user: UserId = person.user.parse().unwrap();
        let passkeys = store.list_passkeys(user).await.unwrap();
        let there: HashSet<String> = passkeys.iter().map(|it| it.id.to_string()).collect();
        for id in &person.registered {
            assert!(logged(AuditAction::PasskeyRegistered, id), "no entry of registering {id}");
            assert!(there.contains(id) || person.perhaps_revoked.contains(id), "{id} is lost");
        }
        for id in &person.revoked {
            assert!(logged(AuditAction::PasskeyRevoked, id), "no entry of revoking {id}");
            assert!(!there.contains(id), "{id} was revoked and is there");
        }
        for (session, passkey) in &person.signed_in {
            assert!(logged(AuditAction::Authenticated, session), "no entry of session {session}");
            let found = store.find_session(session.parse().unwrap(), SystemClock.now()).await;
            let ended = person.perhaps_revoked.contains(passkey);
            assert!(found.unwrap().is_some() || ended, "session {session} is lost");
        }
        nothing_happened_twice(person, user, &log);
    }
}

/// There are at least as many entries as promises, and no more than there were challenges
/// answered.
fn nothing_happened_twice(person: &Person, user: UserId, log: &[AuditEntry]) {
    let mut counts: HashMap<AuditAction, usize> = HashMap::new();
    for entry in log.iter().filter(|it| it.user == Some(user) && it.outcome == Outcome::Done) {
        *counts.entry(entry.action).or_default() += 1;
    }
    let signed_in = counts[&AuditAction::Authenticated];
    let range = person.signed_in.len()..=person.sign_in_attempts;
    assert!(range.contains(&signed_in), "{signed_in} sign-ins, expected {range:?}");
    let registered = counts[&AuditAction::PasskeyRegistered];
    let range = person.registered.len()..=person.register_attempts;
    assert!(range.contains(&registered), "{registered} registrations, expected {range:?}");
}

async fn whole_log(store: &SqliteStore) -> Vec<AuditEntry> {
    let mut log: Vec<AuditEntry> = Vec::new();
    loop {
        let after = log.last().map_or(0, |it| it.sequence);
        let query = AuditQuery { after, limit: 1_000, ..AuditQuery::default() };
        let page = store.list_audit(&query).await.unwrap();
        if page.is_empty() {
            return log;
        }
        log.extend(page);
    }
}
