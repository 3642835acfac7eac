//! `keylane metadata` and the server's own care for metadata, as people run them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod support;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use keylane_authenticator::{Authenticator, AuthenticatorConfig};
use keylane_testkit::{MetadataAuthority, TestModel};
use serde_json::Value;
use support::{Client, Ran, Server, keylane, run, text};
use tempfile::TempDir;

const MODEL: [u8; 16] = *b"a model of tests";
const AAGUID: &str = "61206d6f-6465-6c20-6f66-207465737473";
/// Far enough away for tests that ask the system's clock.
const NEXT_UPDATE: &str = "2044-01-01";

#[test]
fn update_from_a_file_is_stored_shown_and_queried() {
    let case = Case::new("");
    let updated = case.update(7, &model("FIDO_CERTIFIED_L2"));
    assert_eq!(updated.code, 0, "{}", updated.stderr);
    assert!(updated.stdout.contains("Metadata number 7 is stored."), "{}", updated.stdout);
    assert!(updated.stdout.contains("1 models, next update 2044-01-01"), "{}", updated.stdout);

    let shown = case.json(&["metadata", "show"]);
    assert_eq!((&shown["number"], &shown["entries"]), (&7.into(), &1.into()));
    assert_eq!(shown["overdue"], false);
    assert_eq!(shown["standings"][0]["name"], "model_clear");
    assert_eq!(shown["statuses"][0]["name"], "FIDO_CERTIFIED_L2");

    for words in [AAGUID, "example", "KEY of"] {
        let found = case.json(&["metadata", "query", words]);
        assert_eq!(text(&found[0], "/description"), "Example Key of Tests", "{words}");
        assert_eq!(text(&found[0], "/certification"), "L2");
        assert_eq!(text(&found[0], "/key_protection/0"), "hardware");
        assert_eq!(text(&found[0], "/attestation_roots/0").len(), 64);
    }
    let human = case.run(&["metadata", "query", "example"]);
    assert!(human.stdout.contains("FIDO_CERTIFIED_L2 from 2024-01-01"), "{}", human.stdout);
    let none = case.run(&["metadata", "query", "nothing of the kind"]);
    assert_eq!(none.code, 1);
    assert!(none.stderr.contains("no model matches"), "{}", none.stderr);
}

#[test]
fn update_says_which_models_are_newly_revoked() {
    let case = Case::new("");
    case.update(7, &model("FIDO_CERTIFIED"));
    let updated = case.update(8, &model("REVOKED"));
    assert!(updated.stdout.contains("number 8 is stored; it was 7 before"), "{}", updated.stdout);
    assert!(updated.stdout.contains("model_revoked"), "{}", updated.stdout);
    let again = case.run(&["metadata", "update", "--file", "blob.jwt", "--json"]);
    let again: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(again["outcome"], "not_modified");
    assert_eq!(again["newly_affected"], Value::Array(Vec::new()));
}

#[test]
fn update_that_is_refused_leaves_what_was_stored() {
    let case = Case::new("");
    case.update(7, &model("FIDO_CERTIFIED"));
    let before = case.json(&["metadata", "show"]);
    let back = case.update(6, &model("REVOKED"));
    check_refused(&back, "blob_number_went_back", "newer metadata is stored already");
    std::fs::write(case.path("page.html"), "<!DOCTYPE html><p>Bad gateway").unwrap();
    let page = case.run(&["metadata", "update", "--file", "page.html"]);
    check_refused(&page, "blob_is_html", "check the URL or file: it is a web page");
    let forged = MetadataAuthority::new().blob(9, NEXT_UPDATE, &[model("REVOKED")]);
    std::fs::write(case.path("forged.jwt"), forged).unwrap();
    let forged = case.run(&["metadata", "update", "--file", "forged.jwt"]);
    check_refused(&forged, "chain_untrusted", "metadata.extra_roots_file");
    let missing = case.run(&["metadata", "update", "--file", "nowhere.jwt"]);
    check_refused(&missing, "fetch_unreadable", "name a file that can be read");
    assert_eq!(without_age(case.json(&["metadata", "show"])), without_age(before));
    let audit = case.run(&["audit", "--action", "metadata-refuse"]);
    assert_eq!(audit.stdout.matches("metadata-refuse").count(), 3, "{}", audit.stdout);
}

#[test]
fn update_reads_the_same_again_when_what_is_stored_is_not_believed() {
    let case = Case::new("");
    case.update(7, &model("FIDO_CERTIFIED"));
    let settings = std::fs::read_to_string(case.path("keylane.toml")).unwrap();
    std::fs::write(case.path("keylane.toml"), "").unwrap();
    let refused = case.run(&["metadata", "update", "--file", "blob.jwt"]);
    check_refused(&refused, "chain_untrusted", "metadata.extra_roots_file");
    std::fs::write(case.path("keylane.toml"), settings).unwrap();
    let good = case.run(&["metadata", "update", "--file", "blob.jwt"]);
    assert!(good.stdout.contains("nothing has changed"), "{}", good.stdout);
}

#[test]
fn wrong_files_stop_the_start_before_the_database_is_touched() {
    let check = |settings: &str| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("garbage.pem"), "garbage").unwrap();
        std::fs::write(folder.path().join("keylane.toml"), settings).unwrap();
        let ran = run(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
        assert_ne!(ran.code, 0);
        assert!(ran.stderr.contains("garbage.pem"), "{}", ran.stderr);
        assert!(!folder.path().join("keylane-data").exists());
    };
    check("[authenticators]\nroots_file = \"garbage.pem\"\n");
    check("[metadata]\nextra_roots_file = \"garbage.pem\"\n");
}

#[test]
fn rule_that_waits_for_metadata_is_told_of_by_server_and_doctor() {
    let case = Case::new("");
    let settings = "[authenticators]\nattestation = \"direct\"\ncertification = \"L1\"\n";
    std::fs::write(case.path("keylane.toml"), settings).unwrap();
    let ran = case.run(&["doctor"]);
    assert!(ran.stdout.contains("so nobody can add a passkey"), "{}", ran.stdout);
    let log = std::fs::File::create(case.path("log")).unwrap();
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--ops-listen", "off"];
    let mut server = keylane(case.folder.path(), &arguments)
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap();
    wait_until(|| {
        let told = std::fs::read_to_string(case.path("log")).unwrap();
        told.contains("so nobody can add a passkey").then_some(())
    });
    server.kill().unwrap();
    server.wait().unwrap();
}

#[test]
fn doctor_fails_when_the_roots_of_authenticators_cannot_be_read() {
    let case = Case::new("");
    let settings = "[authenticators]\nroots_file = \"nowhere.pem\"\n";
    std::fs::write(case.path("keylane.toml"), settings).unwrap();
    let ran = case.run(&["doctor"]);
    assert_ne!(ran.code, 0);
    assert!(ran.stdout.contains("authenticators.roots_file nowhere.pem"), "{}", ran.stdout);
    assert!(ran.stdout.contains("Name a file of certificates in PEM"), "{}", ran.stdout);
}

#[test]
fn update_downloads_and_asks_by_the_validator_the_next_time() {
    let case = Case::new("");
    let blob = case.authority.blob(7, NEXT_UPDATE, &[model("FIDO_CERTIFIED")]);
    let head = format!("HTTP/1.1 200 OK\r\netag: \"7\"\r\ncontent-length: {}\r\n\r\n", blob.len());
    let answers =
        vec![[head.as_bytes(), &blob].concat(), b"HTTP/1.1 304 Not Modified\r\n\r\n".to_vec()];
    let (url, requests) = serve(answers);
    let first = case.run(&["metadata", "update", "--url", &url]);
    assert!(
        first.stdout.contains("Metadata number 7 is stored."),
        "{}{}",
        first.stdout,
        first.stderr
    );
    let second = case.run(&["metadata", "update", "--url", &url]);
    assert!(second.stdout.contains("nothing has changed"), "{}{}", second.stdout, second.stderr);
    let requests = requests.join().unwrap();
    assert!(requests[1].to_lowercase().contains("if-none-match: \"7\""), "{}", requests[1]);
}

#[test]
fn update_that_cannot_download_says_what_to_do() {
    let case = Case::new("");
    let ran = case.run(&["metadata", "update", "--url", "http://127.0.0.1:1/"]);
    check_refused(&ran, "fetch_unreachable", "use --file");
    let ran = case.run(&["metadata", "update", "--url", "http://mds.example.org/"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("not an https URL"), "{}", ran.stderr);
}

#[test]
fn show_without_metadata_says_how_to_get_it() {
    let case = Case::new("");
    let ran = case.run(&["metadata", "show"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("`keylane metadata update` downloads it"), "{}", ran.stderr);
}

#[test]
fn verify_tells_right_from_wrong_and_stores_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let authority = MetadataAuthority::new();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("root.pem", authority.root_pem().as_bytes());
    write("blob.jwt", &authority.blob(7, "2026-02-01", &[model("REVOKED")]));
    let verify = |arguments: &[&str]| {
        let ran = run(
            folder.path(),
            &[&["metadata", "verify", "blob.jwt", "--json"], arguments].concat(),
        );
        let said = serde_json::from_str::<Value>(&ran.stdout).unwrap_or_default();
        (ran.code, said)
    };
    let rooted = ["--root", "root.pem"];
    let (code, said) = verify(&[&rooted[..], &["--at", "2026-02-01"]].concat());
    assert_eq!((code, &said["verified"], &said["overdue"]), (0, &true.into(), &false.into()));
    assert_eq!(said["legal_header"], "For tests only.");
    let (code, said) = verify(&[&rooted[..], &["--at", "2026-02-02T00:00:00Z"]].concat());
    assert_eq!((code, &said["overdue"]), (0, &true.into()));
    for (arguments, expected) in [
        (&[][..], "chain_untrusted"),
        (&["--root", "root.pem", "--at", "2046-01-01"], "chain_expired"),
        (&["--root", "root.pem", "--at", "2019-01-01"], "chain_not_yet_valid"),
        (&["--root", "root.pem", "--at", "2026-01-01", "--hard"], "crl_missing"),
    ] {
        let (code, said) = verify(arguments);
        assert_eq!((code, &said["code"]), (1, &expected.into()), "{arguments:?}");
    }
    let ran = run(folder.path(), &["metadata", "verify", "blob.jwt", "--crl", "root.pem"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--crl names root.pem, which cannot be used"), "{}", ran.stderr);
    assert!(!folder.path().join("keylane-data").exists());
}

#[test]
fn server_reads_a_file_in_the_background_and_again_when_it_changes() {
    let case = Case::new("source = \"file\"\nfile = \"blob.jwt\"\n");
    case.write_blob(7, &model("FIDO_CERTIFIED"));
    let server = Server::start(case.folder.path());
    case.wait_for_number(7);
    assert_eq!(server.terminate(), 0);
    case.write_blob(8, &model("FIDO_CERTIFIED_L1"));
    let _server = Server::start(case.folder.path());
    case.wait_for_number(8);
    let doctor = case.run(&["doctor"]);
    assert!(doctor.stdout.contains("number 8, verified and current"), "{}", doctor.stdout);
}

#[test]
fn server_starts_and_works_when_there_is_no_metadata_to_be_had() {
    let case = Case::new("source = \"download\"\nurl = \"http://127.0.0.1:1/\"\n");
    let server = Server::start(case.folder.path());
    let mut client = Client::connect(server.address).unwrap();
    let session = client.sign_up("ada@example.org");
    let mut key = Authenticator::new(AuthenticatorConfig::default());
    client.register(text(&session, "/access_token"), &mut key);
    assert!(client.sign_in(&mut key).ok());
    let doctor = case.run(&["doctor"]);
    assert!(doctor.stdout.contains("has been downloaded yet"), "{}", doctor.stdout);
    assert_eq!(server.terminate(), 0);
}

#[test]
fn passkeys_of_a_revoked_model_are_judged_held_and_listed() {
    let policy = "source = \"file\"\nfile = \"blob.jwt\"\non_revoked_model = \"hold\"\n\
                  last_passkey = \"hold\"\n";
    let case = Case::new(policy);
    let server = Server::start(case.folder.path());
    let mut client = Client::connect(server.address).unwrap();
    let session = client.sign_up("ada@example.org");
    let mut key = Authenticator::new(AuthenticatorConfig::default());
    client.register(text(&session, "/access_token"), &mut key);
    assert_eq!(server.terminate(), 0);
    // What an attestation of this model would have left.
    let database = rusqlite::Connection::open(case.path("keylane-data/keylane.db")).unwrap();
    let sql = "UPDATE passkey SET aaguid = ?1, model_proven = 1";
    assert_eq!(database.execute(sql, [MODEL]).unwrap(), 1);
    drop(database);

    case.write_blob(7, &model("USER_KEY_REMOTE_COMPROMISE"));
    let server = Server::start(case.folder.path());
    case.wait_for_number(7);
    let compromised = "model_user_key_remote_compromise";
    let affected = wait_until(|| {
        let affected = case.json(&["metadata", "affected"]);
        (affected[0]["recorded_standing"] == compromised).then_some(affected)
    });
    let expected = [("standing", compromised), ("proof", "attested"), ("state", "held")];
    for (member, value) in expected {
        assert_eq!(affected[0][member], value, "{affected}");
    }
    let mut client = Client::connect(server.address).unwrap();
    assert_eq!(client.sign_in(&mut key).status, 401);
    let audit = case.run(&["audit", "--action", "passkey-judge"]);
    assert!(audit.stdout.contains("model_user_key_remote_compromise,hold"), "{}", audit.stdout);
}

fn model(status: &str) -> TestModel {
    TestModel::new(MODEL, "Example Key of Tests", status)
}

#[track_caller]
fn check_refused(ran: &Ran, code: &str, fix: &str) {
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(ran.stderr.contains(code) && ran.stderr.contains(fix), "{}", ran.stderr);
}

fn without_age(mut shown: Value) -> Value {
    shown.as_object_mut().unwrap().remove("age_s");
    shown
}

/// Asks until there is an answer, for as long as a slow machine needs.
fn wait_until<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    for _ in 0..600 {
        if let Some(answer) = ask() {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("it never came");
}

/// A server that gives each connection one of these answers; the URL, and what was asked.
fn serve(answers: Vec<Vec<u8>>) -> (String, std::thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let mut requests = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut request, mut buffer) = (Vec::new(), [0; 1024]);
            while !request.ends_with(b"\r\n\r\n") {
                let read = stream.read(&mut buffer).unwrap();
                assert_ne!(read, 0, "the request broke off");
                request.extend_from_slice(&buffer[..read]);
            }
            stream.write_all(&answer).unwrap();
            requests.push(String::from_utf8(request).unwrap());
        }
        requests
    });
    (url, server)
}

/// A folder with a database, a configuration, and somebody who signs metadata.
struct Case {
    folder: TempDir,
    authority: MetadataAuthority,
}

impl Case {
    /// `settings` go into `[metadata]`.
    fn new(settings: &str) -> Self {
        let case =
            Self { folder: tempfile::tempdir().unwrap(), authority: MetadataAuthority::new() };
        assert_eq!(Server::start(case.folder.path()).terminate(), 0);
        std::fs::write(case.path("root.pem"), case.authority.root_pem()).unwrap();
        let file = format!("[metadata]\nextra_roots_file = \"root.pem\"\n{settings}");
        std::fs::write(case.path("keylane.toml"), file).unwrap();
        case
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        Path::new(self.folder.path()).join(name)
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        run(self.folder.path(), arguments)
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let ran = self.run(&[arguments, &["--json"]].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        serde_json::from_str(&ran.stdout).unwrap()
    }

    fn write_blob(&self, number: u64, model: &TestModel) {
        let blob = self.authority.blob(number, NEXT_UPDATE, std::slice::from_ref(model));
        std::fs::write(self.path("blob.jwt"), blob).unwrap();
    }

    fn update(&self, number: u64, model: &TestModel) -> Ran {
        self.write_blob(number, model);
        self.run(&["metadata", "update", "--file", "blob.jwt"])
    }

    /// Waits until the server has stored metadata with this number.
    fn wait_for_number(&self, number: u64) {
        wait_until(|| {
            let ran = self.run(&["metadata", "show", "--json"]);
            let shown = serde_json::from_str::<Value>(&ran.stdout).ok()?;
            (shown["number"] == number).then_some(())
        });
    }
}
