//! The built binary, as people run it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod support;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use keylane_authenticator::{Authenticator, AuthenticatorConfig};
use serde_json::{Value, json};
use support::{Client, ORIGIN, Server, keylane, run, run_with_input, text};

#[test]
fn help_shows_every_command_and_examples() {
    let folder = tempfile::tempdir().unwrap();
    let help = run(folder.path(), &["--help"]);
    assert_eq!(help.code, 0);
    for command in
        ["serve", "demo", "doctor", "config", "audit", "user", "credential", "metadata", "load"]
    {
        assert!(help.stdout.contains(&format!("\n  {command} ")), "{command}: {}", help.stdout);
        let help = run(folder.path(), &[command, "--help"]);
        assert_eq!(help.code, 0, "{command}");
    }
    assert!(help.stdout.contains("Examples:"));
}

#[test]
fn version_is_printed_as_json() {
    let folder = tempfile::tempdir().unwrap();
    let version = run(folder.path(), &["version", "--json"]);
    let version: Value = serde_json::from_str(&version.stdout).unwrap();
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn mistake_in_the_configuration_is_named_with_its_line_and_stops_every_command() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("keylane.toml"), "[server]\n\nlisen = \"x\"\n").unwrap();
    for command in [&["serve"] as &[_], &["config", "show"], &["doctor"], &["user", "list"]] {
        let ran = run(folder.path(), command);
        assert_eq!(ran.code, 2, "{command:?}: {}", ran.stderr);
        let said = "keylane: keylane.toml line 3: server.lisen is not a key of the configuration. \
                    Did you mean server.listen?\n";
        assert_eq!(ran.stderr, said, "{command:?}");
    }
    let ran = run(folder.path(), &["config", "check"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stdout.contains("FAIL  config       keylane.toml line 3:"), "{}", ran.stdout);
}

#[test]
fn config_check_fails_when_nobody_could_use_a_passkey() {
    let folder = tempfile::tempdir().unwrap();
    let file = "[server]\npublic_url = \"https://login.example.org\"\n\
                [application]\nrp_id = \"example.net\"\n";
    std::fs::write(folder.path().join("keylane.toml"), file).unwrap();
    let ran = run(folder.path(), &["config", "check"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("set application.rp_id to login.example.org"), "{}", ran.stdout);
}

#[test]
fn config_show_names_the_source_of_each_value_and_hides_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let file = "[mail]\nsmtp_url = \"smtps://ada:hunter2@mail.example.org\"\n";
    std::fs::write(folder.path().join("keylane.toml"), file).unwrap();
    let mut command = keylane(folder.path(), &["config", "show", "--json", "--data", "elsewhere"]);
    let output = command.env("KEYLANE_LOG__FORMAT", "json").output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(!stdout.contains("hunter2"));
    let shown: Vec<Value> = serde_json::from_str(&stdout).unwrap();
    let from = |key: &str| shown.iter().find(|it| it["key"] == key).unwrap()["from"].clone();
    assert_eq!(from("mail.smtp_url"), "keylane.toml line 2");
    assert_eq!(from("log.format"), "environment variable KEYLANE_LOG__FORMAT");
    assert_eq!(from("store.path"), "flag --data");
    assert_eq!(from("server.listen"), "default");
}

#[test]
fn doctor_has_nothing_to_say_before_the_first_start() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(folder.path(), &["doctor", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(!folder.path().join("keylane-data").exists(), "the doctor changes nothing");
}

#[test]
fn doctor_finds_a_mail_server_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = keylane(folder.path(), &["doctor"]);
    command.env("KEYLANE_MAIL__SMTP_URL", "smtp://127.0.0.1:1");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.contains("FAIL  mail-server"), "{stdout}");
}

#[test]
fn demo_walks_from_sign_up_to_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(folder.path(), &["demo"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("signed in: verified, on disk"), "{}", ran.stdout);
    assert!(ran.stdout.contains("keylane serve"), "{}", ran.stdout);
}

#[test]
fn load_measures_a_server_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "load",
        "--delivery",
        "cookie",
        "--connections",
        "2",
        "--seconds",
        "1",
        "--users",
        "4",
        "--json",
    ];
    let ran = run(folder.path(), &arguments);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert!(report["logins"].as_u64().unwrap() > 0, "{report}");
    assert!(report["transactions_per_login"].as_f64().unwrap() > 0.0, "{report}");
}

#[test]
fn load_leaves_other_machines_alone() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(folder.path(), &["load", "--url", "https://example.org"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("name a server in development mode"), "{}", ran.stderr);
}

#[test]
fn server_starts_without_configuration_and_ends_in_order_at_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    assert!(server.banner.contains("/first-administrator#"), "{}", server.banner);
    assert!(server.banner.contains("/dev/mailbox"), "{}", server.banner);
    assert!(server.banner.contains("keylane-data"), "{}", server.banner);
    assert_eq!(server.terminate(), 0);
    let doctor = run(folder.path(), &["doctor"]);
    assert_eq!(doctor.code, 0, "{}", doctor.stdout);
    assert!(doctor.stdout.contains("ok    store  "), "{}", doctor.stdout);
    assert!(doctor.stdout.contains("Accounts: 0, passkeys: 0"), "{}", doctor.stdout);
    let key = std::fs::metadata(folder.path().join("keylane-data/master.key")).unwrap();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&key.permissions()) & 0o777, 0o600);
}

#[test]
fn server_says_that_its_port_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    check_refusal(folder.path(), &["--listen", &address], "another program listens there");
}

#[test]
fn server_says_that_its_directory_cannot_be_made() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    check_refusal(folder.path(), &["--data", "file/data"], "the data directory file/data cannot");
}

#[test]
fn server_says_that_its_master_key_is_broken_or_gone() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(Server::start(folder.path()).terminate(), 0);
    let key = folder.path().join("keylane-data/master.key");
    std::fs::write(&key, "not a key").unwrap();
    check_refusal(folder.path(), &[], "is broken, it must be 64 hexadecimal digits");
    std::fs::write(&key, "00".repeat(32)).unwrap();
    check_refusal(folder.path(), &[], "put the right master key in keylane-data/master.key");
    std::fs::remove_file(&key).unwrap();
    check_refusal(folder.path(), &[], "there is a database but no master key");
}

#[test]
fn lost_master_key_costs_sessions_but_no_passkey() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let mut client = Client::connect(server.address).unwrap();
    let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
    let token = text(&client.sign_up("ada@example.org"), "/access_token").to_owned();
    client.register(&token, &mut authenticator);
    let signed_in = client.sign_in(&mut authenticator);
    let refresh_token = text(&signed_in.body, "/refresh_token").to_owned();
    assert_eq!(server.terminate(), 0);

    std::fs::remove_file(folder.path().join("keylane-data/master.key")).unwrap();
    check_refusal(folder.path(), &[], "`keylane keys reset` starts anew without it");
    assert_eq!(run(folder.path(), &["keys", "reset"]).code, 1, "not without --yes");
    let reset = run(folder.path(), &["keys", "reset", "--yes"]);
    assert_eq!(reset.code, 0, "{}", reset.stderr);

    let server = Server::start(folder.path());
    let mut client = Client::connect(server.address).unwrap();
    let old = json!({ "refresh_token": refresh_token });
    assert_eq!(client.post("/v1/session/refresh", None, &old).code(), "refresh_refused");
    assert!(client.sign_in(&mut authenticator).ok(), "the passkey signs in as before");
}

#[test]
fn second_server_on_the_same_data_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let first = Server::start(folder.path());
    check_refusal(folder.path(), &[], "another Keylane server is running on keylane-data");
    let reset = run(folder.path(), &["keys", "reset", "--yes"]);
    assert!(reset.stderr.contains("another Keylane server is running"), "{}", reset.stderr);
    assert_eq!(first.terminate(), 0);
    assert_eq!(Server::start(folder.path()).terminate(), 0, "the next one may");
}

#[test]
fn server_refuses_a_database_of_a_newer_version() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(Server::start(folder.path()).terminate(), 0);
    let database =
        rusqlite::Connection::open(folder.path().join("keylane-data/keylane.db")).unwrap();
    let newer = "INSERT INTO schema_migration (version, checksum) VALUES (9999, x'00')";
    database.execute(newer, []).unwrap();
    drop(database);
    check_refusal(folder.path(), &[], "The database has schema version 9999");
    let doctor = run(folder.path(), &["doctor"]);
    assert_eq!(doctor.code, 1, "{}", doctor.stdout);
    assert!(doctor.stdout.contains("start the newer Keylane"), "{}", doctor.stdout);
}

#[test]
fn server_refuses_another_rp_id_than_the_stored_passkeys_have() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let mut client = Client::connect(server.address).unwrap();
    let session = client.sign_up("ada@example.org");
    let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
    client.register(text(&session, "/access_token"), &mut authenticator);
    assert_eq!(server.terminate(), 0);

    let url = ["--public-url", "https://login.example.org"];
    let says = "The configured RP ID is login.example.org, but stored passkeys are bound to \
                localhost (1)";
    check_refusal(folder.path(), &url, says);
    check_refusal(folder.path(), &url, "set application.rp_id = \"localhost\" again");
}

#[test]
fn operator_sees_and_stops_a_person_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let mut client = Client::connect(server.address).unwrap();
    let session = client.sign_up("ada@example.org");
    let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
    let registered = client.register(text(&session, "/access_token"), &mut authenticator);
    let passkey = text(&registered, "/passkey/id");

    let listed = run(folder.path(), &["user", "list"]);
    assert!(listed.stdout.contains("ada@example.org"), "{}{}", listed.stdout, listed.stderr);
    let listed = run(folder.path(), &["credential", "list"]);
    assert!(listed.stdout.contains(passkey), "{}{}", listed.stdout, listed.stderr);
    let shown = run(folder.path(), &["user", "show", "ada@example.org"]);
    assert!(shown.stdout.contains(passkey), "{}{}", shown.stdout, shown.stderr);

    assert_eq!(client.sign_in(&mut authenticator).status, 200);
    assert_eq!(run(folder.path(), &["credential", "hold", passkey]).code, 0);
    assert_eq!(client.sign_in(&mut authenticator).status, 401);
    assert_eq!(run(folder.path(), &["credential", "release", passkey]).code, 0);
    assert_eq!(client.sign_in(&mut authenticator).status, 200);
    assert_eq!(run(folder.path(), &["user", "lock", "ada@example.org"]).code, 0);
    assert_eq!(client.sign_in(&mut authenticator).status, 401);
    assert_eq!(run(folder.path(), &["user", "unlock", "ada@example.org"]).code, 0);

    let last = run(folder.path(), &["credential", "revoke", passkey]);
    assert_eq!(last.code, 1);
    assert!(last.stderr.contains("add --yes"), "{}", last.stderr);
    assert_eq!(run(folder.path(), &["credential", "revoke", passkey, "--yes"]).code, 0);
    let refused = client.sign_in(&mut authenticator);
    assert_eq!((refused.status, refused.code()), (401, "credential_unknown"));

    let log = run(folder.path(), &["audit", "--action", "passkey-revoke"]).stdout;
    assert!(log.contains("passkey-revoke done user="), "{log}");
    assert!(log.contains(&format!("passkey={passkey} by=operator")), "{log}");
    assert_eq!(server.terminate(), 0);
}

#[test]
fn audit_follows_what_happens() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let mut command = keylane(folder.path(), &["audit", "--follow", "--limit", "0", "--json"]);
    let mut follower = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(follower.stdout.take().unwrap()).lines();
    let mut client = Client::connect(server.address).unwrap();
    // The follower starts in its own time: people come until it has seen one.
    let seen = std::thread::spawn(move || lines.next().unwrap().unwrap());
    let mut number = 0;
    while !seen.is_finished() {
        number += 1;
        client.post("/v1/signup", None, &json!({ "handle": format!("p{number}@example.org") }));
    }
    let entry: Value = serde_json::from_str(&seen.join().unwrap()).unwrap();
    assert!(["code-issue", "mail-settle"].contains(&text(&entry, "/action")), "{entry}");
    follower.kill().unwrap();
    follower.wait().unwrap();
}

#[test]
fn scripts_walk_the_api_with_the_authenticator_command() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let mut client = Client::connect(server.address).unwrap();
    let session = client.sign_up("ada@example.org");
    let token = Some(text(&session, "/access_token"));

    let begun = client.post("/v1/registration/begin", token, &json!({}));
    let made = pipe(folder.path(), "create", &begun.body);
    let finished = client.post("/v1/registration/finish", token, &json!({ "credential": made }));
    assert_eq!(finished.status, 201, "{finished:?}");

    let begun = client.post("/v1/authentication/begin", None, &json!({}));
    let proof = pipe(folder.path(), "get", &begun.body["publicKey"]);
    let opened = client.post("/v1/authentication/finish", None, &json!({ "credential": proof }));
    assert_eq!(opened.status, 200, "{opened:?}");
    assert_eq!(opened.body["user"]["handle"], "ada@example.org");

    let ran = run_with_input(folder.path(), &["authenticator", "get"], "nonsense");
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("standard input is not WebAuthn options"), "{}", ran.stderr);
}

#[test]
fn logs_hold_neither_addresses_nor_codes() {
    let folder = tempfile::tempdir().unwrap();
    let log = std::fs::File::create(folder.path().join("log")).unwrap();
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--ops-listen", "off"];
    let mut command = keylane(folder.path(), &arguments);
    command.args(["--public-url", ORIGIN, "--log-format", "json"]);
    command.env("KEYLANE_LOG__FILTER", "trace").stdout(Stdio::piped()).stderr(log);
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let listening = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| line.trim().strip_prefix("Listening  on ").map(|it| it.parse().unwrap()));
    let mut client = Client::connect(listening.unwrap()).unwrap();
    let session = client.sign_up("ada.lovelace@example.org");
    let code = lines.map_while(Result::ok).find_map(|line| {
        line.strip_prefix("  Code for ada.lovelace@example.org: ").map(str::to_owned)
    });
    child.kill().unwrap();
    child.wait().unwrap();

    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(log.contains("\"level\":\"DEBUG\""), "something was logged");
    for secret in ["ada.lovelace", &code.unwrap(), text(&session, "/refresh_token")] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

/// Answers options with the authenticator command, as a script does.
fn pipe(folder: &Path, what: &str, options: &Value) -> Value {
    let arguments = ["authenticator", what, "--store", "keys.json", "--origin", ORIGIN];
    let ran = run_with_input(folder, &arguments, &options.to_string());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

/// `serve` does not start, and says so in one sentence.
#[track_caller]
fn check_refusal(folder: &Path, arguments: &[&str], says: &str) {
    let mut command = keylane(folder, &["serve", "--ops-listen", "off", "--listen", "127.0.0.1:0"]);
    if let Some(position) = arguments.iter().position(|it| *it == "--listen") {
        command =
            keylane(folder, &["serve", "--ops-listen", "off", "--listen", arguments[position + 1]]);
    } else {
        command.args(arguments);
    }
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    let sentences: Vec<_> = stderr.lines().filter(|it| it.starts_with("keylane: ")).collect();
    assert_eq!(sentences.len(), 1, "{stderr}");
    assert!(sentences[0].contains(says), "{stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
}
