//! Layers, and what is said when something is wrong.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::*;

#[test]
fn nothing_needs_to_be_configured() {
    let config = Config::load(&Sources::default()).unwrap();
    assert_eq!(config.server.listen, SocketAddr::from(([127, 0, 0, 1], 8080)));
    assert_eq!(config.server.public_url.as_str(), "http://localhost:8080");
    assert_eq!(config.application.rp_id().unwrap().as_str(), "localhost");
    assert_eq!(config.store.master_key_file, PathBuf::from("keylane-data/master.key"));
    assert_eq!(config.mode(), Mode::Development);
}

#[test]
fn public_url_follows_the_listening_port() {
    let config = Config::load(&sources("[server]\nlisten = \"0.0.0.0:9000\"", &[], &[])).unwrap();
    assert_eq!(config.server.public_url.as_str(), "http://localhost:9000");
}

#[test]
fn rp_id_follows_the_public_url() {
    let config =
        Config::load(&sources("[server]\npublic_url = \"https://login.example.org\"", &[], &[]));
    let config = config.unwrap();
    assert_eq!(config.application.rp_id().unwrap().as_str(), "login.example.org");
    assert_eq!(config.mode(), Mode::Production);
}

#[test]
fn environment_wins_over_the_file_and_a_flag_over_both() {
    let file = "[server]\nlisten = \"127.0.0.1:1000\"";
    check_port(&sources(file, &[], &[]), 1000, "keylane.toml line 2");
    let variable = ("KEYLANE_SERVER__LISTEN", "127.0.0.1:2000");
    let from = "environment variable KEYLANE_SERVER__LISTEN";
    check_port(&sources(file, &[variable], &[]), 2000, from);
    let flag = (&LISTEN as &'static Key, "--listen", "127.0.0.1:3000");
    check_port(&sources(file, &[variable], &[flag]), 3000, "flag --listen");
}

#[test]
fn lists_are_arrays_in_the_file_and_separated_by_commas_in_the_environment() {
    let file = "[application]\norigins = [\"https://a.example\", \"https://b.example/\"]";
    let config = Config::load(&sources(file, &[], &[])).unwrap();
    assert_eq!(config.application.origins.len(), 2);
    let variable = ("KEYLANE_APPLICATION__ORIGINS", "https://a.example, https://b.example");
    let config = Config::load(&sources("", &[variable], &[])).unwrap();
    assert_eq!(config.application.origins.len(), 2);
}

#[test]
fn unknown_key_is_named_with_its_line_and_the_nearest_key() {
    check(
        "# a comment\n[server]\nlisen = \"127.0.0.1:80\"",
        "keylane.toml line 3: server.lisen is not a key of the configuration. Did you mean \
         server.listen?",
    );
}

#[test]
fn key_in_the_wrong_section_is_sent_to_the_right_one() {
    check(
        "[server]\nrp_id = \"example.org\"",
        "keylane.toml line 2: server.rp_id is not a key of the configuration. Did you mean \
         application.rp_id?",
    );
}

#[test]
fn unknown_section_is_named_with_the_nearest_section() {
    check(
        "[aplication]\nname = \"x\"",
        "keylane.toml line 2: [aplication] is not a section of the configuration. Did you mean \
         [application]?",
    );
    check(
        "\n[mial]",
        "keylane.toml line 2: [mial] is not a section of the configuration. Did you mean [mail]?",
    );
}

#[test]
fn key_outside_any_section_is_named() {
    check(
        "listen = 1",
        "keylane.toml line 1: \"listen\" stands outside any section; put it below a line such as \
         [server].",
    );
}

#[test]
fn wrong_value_is_named_with_what_is_allowed() {
    check(
        "[policy]\nuser_verification = \"always\"",
        "keylane.toml line 2: policy.user_verification is \"always\", but it must be \
         \"preferred\", \"required\" or \"discouraged\".",
    );
}

#[test]
fn value_of_the_wrong_type_is_named_with_what_is_allowed() {
    check(
        "[server]\nbody_bytes_max = \"64k\"",
        "keylane.toml line 2: server.body_bytes_max is \"64k\", but it must be a whole number of \
         at least 1.",
    );
    check(
        "[server]\nlisten = 8080",
        "keylane.toml line 2: server.listen is \"8080\", but it must be an address and a port \
         such as \"127.0.0.1:8080\" or \"[::]:8080\".",
    );
}

#[test]
fn rp_id_with_a_scheme_is_named_with_what_is_allowed() {
    check(
        "[application]\nrp_id = \"https://example.org/\"",
        "keylane.toml line 2: application.rp_id is \"https://example.org/\", but it must be a \
         domain without scheme, port or path, such as \"example.org\".",
    );
}

#[test]
fn broken_toml_is_named_with_its_line() {
    let problems = Config::load(&sources("[server]\n\nlisten = ", &[], &[])).unwrap_err();
    let said = problems[0].to_string();
    assert!(said.starts_with("keylane.toml line 3: this is not valid TOML:"), "{said}");
}

#[test]
fn everything_that_is_wrong_is_named_at_once() {
    let file = "[server]\nlisen = \"x\"\npublic_url = \"http://example.org\"";
    let variable = ("KEYLANE_LOG__FORMAT", "xml");
    let problems = Config::load(&sources(file, &[variable], &[])).unwrap_err();
    assert_eq!(problems.len(), 3, "{problems:?}");
}

#[test]
fn unknown_variable_of_ours_is_named() {
    let problems = Config::load(&sources("", &[("KEYLANE_SERVER__LISEN", "x")], &[])).unwrap_err();
    assert_eq!(
        problems[0].to_string(),
        "environment variable KEYLANE_SERVER__LISEN: server.lisen is not a key of the \
         configuration. Did you mean server.listen?"
    );
}

#[test]
fn wrong_secret_is_not_repeated() {
    let problems = Config::load(&sources("[mail]\nsmtp_url = \"hunter2\"", &[], &[])).unwrap_err();
    assert!(!problems[0].to_string().contains("hunter2"), "{}", problems[0]);
}

#[test]
fn secret_is_not_shown_in_settings_or_debug() {
    let file = "[mail]\nsmtp_url = \"smtps://ada:hunter2@mail.example.org\"";
    let config = Config::load(&sources(file, &[], &[])).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
    assert_eq!(config.mail.smtp_url.unwrap().expose(), "smtps://ada:hunter2@mail.example.org");
}

#[test]
fn password_file_completes_the_url() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("password");
    std::fs::write(&path, "p@ss word\n").unwrap();
    let file = format!(
        "[mail]\nsmtp_url = \"smtps://ada@mail.example.org\"\npassword_file = \"{}\"",
        path.display()
    );
    let config = Config::load(&sources(&file, &[], &[])).unwrap();
    assert_eq!(
        config.mail.smtp_url.unwrap().expose(),
        "smtps://ada:p%40ss%20word@mail.example.org"
    );
}

#[test]
fn password_file_that_is_not_there_is_named_with_its_line() {
    let file = "[mail]\nsmtp_url = \"smtps://a@b.example\"\npassword_file = \"/nowhere/at/all\"";
    let problems = Config::load(&sources(file, &[], &[])).unwrap_err();
    let said = problems[0].to_string();
    assert!(said.starts_with("keylane.toml line 3: mail.password_file names /nowhere"), "{said}");
}

#[test]
fn metadata_from_a_file_needs_a_file() {
    check(
        "[metadata]\nsource = \"file\"",
        "keylane.toml line 2: metadata.source is \"file\", but metadata.file names none: set it.",
    );
}

#[test]
fn metadata_is_not_downloaded_in_the_clear() {
    check(
        "[metadata]\nurl = \"http://mds.example.org/\"",
        "keylane.toml line 2: metadata.url is \"http://mds.example.org/\", but it must be an https \
         URL without user and password.",
    );
}

#[test]
fn metadata_is_not_asked_for_all_the_time() {
    check(
        "[metadata]\ninterval = \"30s\"",
        "keylane.toml line 2: metadata.interval is shorter than 5m: make it longer, best 24h.",
    );
    check(
        "[metadata]\ntimeout = \"1h\"",
        "keylane.toml line 2: metadata.timeout is longer than 10m: make it shorter.",
    );
}

#[test]
fn step_up_needs_user_verification() {
    check(
        "[policy]\nuser_verification = \"discouraged\"\n[metadata]\non_revoked_model = \"step-up\"",
        "keylane.toml line 4: metadata.on_revoked_model is \"step-up\", which refuses sign-ins \
         without user verification, but policy.user_verification asks browsers to leave it out: \
         set that to \"preferred\".",
    );
}

#[test]
fn every_default_is_a_value_that_may_be_set() {
    for setting in Config::load(&Sources::default()).unwrap().settings {
        let Some(value) = setting.value.filter(|it| !it.is_empty()) else { continue };
        let variable = setting.key.variable();
        let loaded = Config::load(&sources("", &[(&variable, &value)], &[]));
        assert!(loaded.is_ok(), "{variable}={value}: {:?}", loaded.unwrap_err());
    }
}

#[test]
fn every_key_is_read() {
    let config = Config::load(&Sources::default()).unwrap();
    let mut read: Vec<_> = config.settings.iter().map(|it| it.key.path()).collect();
    let mut all: Vec<_> = KEYS.iter().map(|key| key.path()).collect();
    read.sort();
    all.sort();
    assert_eq!(read, all);
}

#[test]
fn reference_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/configuration.md");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let fix = "run `cargo run -p keylane -- config reference > docs/reference/configuration.md`";
    assert_eq!(committed, reference::markdown(), "{fix}");
}

/// Loads a file with one thing wrong, and compares what is said.
#[track_caller]
fn check(file: &str, expected: &str) {
    let problems = Config::load(&sources(file, &[], &[])).unwrap_err();
    let said: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(said, [expected]);
}

#[track_caller]
fn check_port(sources: &Sources, port: u16, from: &str) {
    let config = Config::load(sources).unwrap();
    assert_eq!(config.server.listen.port(), port);
    let setting = config.settings.iter().find(|it| it.key.name == "listen").unwrap();
    assert_eq!(setting.place.as_ref().map(ToString::to_string).as_deref(), Some(from));
}

fn sources(
    file: &str,
    variables: &[(&str, &str)],
    flags: &[(&'static Key, &'static str, &str)],
) -> Sources {
    Sources {
        file: Some(ConfigFile { path: "keylane.toml".into(), text: file.to_owned() }),
        variables: variables.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
        flags: flags.iter().map(|(key, flag, text)| (*key, *flag, (*text).to_owned())).collect(),
    }
}

#[test]
fn authenticators_that_nobody_could_have_are_a_mistake() {
    let file = "[authenticators]\nsynced = \"refuse\"\ndevice_bound = \"refuse\"";
    let problems = Config::load(&sources(file, &[], &[])).unwrap_err();
    assert!(problems[0].to_string().contains("no passkey could be added"), "{problems:?}");
}

#[test]
fn rules_that_need_proof_need_attestation() {
    let file = "[authenticators]\nallow_models = [\"cb69481e-8ff7-4039-93ec-0a2729a154a8\"]";
    let problems = Config::load(&sources(file, &[], &[])).unwrap_err();
    assert!(
        problems[0].to_string().starts_with(
            "keylane.toml line 2: authenticators.allow_models needs proof, but \
             authenticators.attestation is \"none\""
        ),
        "{problems:?}"
    );
    let file = format!("{file}\nattestation = \"direct\"");
    Config::load(&sources(&file, &[], &[])).unwrap();
}

#[test]
fn serial_numbers_need_enterprise_attestation() {
    let file = "[authenticators]\nattestation = \"direct\"\nserial_numbers = [\"0a1B\"]";
    let problems = Config::load(&sources(file, &[], &[])).unwrap_err();
    assert!(problems[0].to_string().contains("\"enterprise\""), "{problems:?}");
    let file = file.replace("direct", "enterprise");
    let config = Config::load(&sources(&file, &[], &[])).unwrap();
    assert_eq!(config.authenticators.serial_numbers[0].0, [0x0a, 0x1b]);
}

#[test]
fn rules_about_metadata_need_metadata() {
    let file = "[authenticators]\nattestation = \"direct\"\ncertification = \"L2\"\n[metadata]\nsource = \"off\"";
    let problems = Config::load(&sources(file, &[], &[])).unwrap_err();
    assert!(
        problems[0].to_string().contains("authenticators.certification needs metadata"),
        "{problems:?}"
    );
    Config::load(&sources(&file.replace("off", "stored"), &[], &[])).unwrap();
}
