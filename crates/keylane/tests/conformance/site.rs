//! The command in a child process, and browsers that talk to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use keylane_authenticator::{Authenticator, AuthenticatorConfig, CreateParts, GetParts};
use keylane_model::{Clock as _, SystemClock};
use serde_json::{Value, json};

/// Longest wait for an answer, so that a hang fails a test instead of stopping it.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) const REGISTER: [&str; 2] = ["/attestation/options", "/attestation/result"];
pub(crate) const SIGN_IN: [&str; 2] = ["/assertion/options", "/assertion/result"];

/// The command, on a free port.
pub(crate) struct Site {
    child: Child,
    pub(crate) address: SocketAddr,
}

/// The command itself, without anything of our environment's configuration.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keylane"));
    command.arg("conformance").args(arguments).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("KEYLANE_") {
            command.env_remove(name);
        }
    }
    command
}

impl Site {
    /// Starts it with nobody to trust.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts it with this directory of roots.
    pub(crate) fn with_roots(folder: &Path) -> Self {
        Self::start_with(&["--roots", folder.to_str().unwrap()])
    }

    pub(crate) fn start_with(arguments: &[&str]) -> Self {
        let mut command = command(&["--listen", "127.0.0.1:0"]);
        let mut child = command.args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://");
        let address = address.unwrap_or_else(|| panic!("{line}")).parse().unwrap();
        Self { child, address }
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    /// A browser that has not been here.
    pub(crate) fn browser(&self) -> Browser {
        Browser { address: self.address, origin: self.origin(), cookie: None }
    }

    /// Sends bytes as they are, closes our side, and reads to the end.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Answer {
        exchange(self.address, bytes)
    }

    /// Ends it with SIGTERM and waits; its exit code.
    pub(crate) fn terminate(mut self) -> i32 {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _already_ended = self.child.kill();
        let _already_waited_for = self.child.wait();
    }
}

/// A cookie jar at a page.
pub(crate) struct Browser {
    address: SocketAddr,
    pub(crate) origin: String,
    pub(crate) cookie: Option<String>,
}

/// A status, the headers and a JSON body; `Null` when it is none.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Value,
}

impl Answer {
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        let expected = self.status == 200
            && self.body["status"] == "ok"
            && self.body["errorMessage"] == ""
            && self.head.contains("content-type: application/json\r\n");
        assert!(expected, "{self:?}");
        self.body
    }

    /// A refusal of the one shape that there is, with this code.
    #[track_caller]
    pub(crate) fn refused(&self, code: &str) {
        let message = self.body["errorMessage"].as_str().unwrap_or_default();
        let expected = (400..500).contains(&self.status)
            && self.body["status"] == "failed"
            && self.body.as_object().is_some_and(|it| it.len() == 2)
            && message.len() < 250
            && message.ends_with(&format!(" ({code})"));
        assert!(expected, "{self:?} instead of {code}");
    }
}

impl Browser {
    pub(crate) fn post(&mut self, path: &str, body: &str) -> Answer {
        let cookie = self.cookie.as_ref().map(|it| format!("Cookie: {it}\r\n"));
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{}\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            cookie.unwrap_or_default(),
            body.len()
        );
        let answer = exchange(self.address, request.as_bytes());
        let set = answer.head.lines().find_map(|line| line.strip_prefix("set-cookie: "));
        if let Some(pair) = set.and_then(|it| it.split(';').next()) {
            self.cookie = Some(pair.to_owned());
        }
        answer
    }

    /// Asks for a new credential with direct attestation.
    pub(crate) fn ask_to_register(&mut self, user: &str) -> Value {
        let asked = json!({ "username": user, "displayName": user, "attestation": "direct" });
        self.post(REGISTER[0], &asked.to_string()).ok()
    }

    /// Asks for, makes and delivers a credential in which `spoil` may break something.
    pub(crate) fn register_with(
        &mut self,
        authenticator: &mut Authenticator,
        asked: &Value,
        spoil: impl FnOnce(&mut CreateParts),
    ) -> Answer {
        let options = self.post(REGISTER[0], &asked.to_string()).ok();
        let made = authenticator.create_with(&options.to_string(), &self.origin, spoil).unwrap();
        self.post(REGISTER[1], &made)
    }

    /// The same, nothing asked but direct attestation and nothing broken.
    pub(crate) fn register(&mut self, authenticator: &mut Authenticator, user: &str) -> Answer {
        let asked = json!({ "username": user, "displayName": user, "attestation": "direct" });
        self.register_with(authenticator, &asked, |_| ())
    }

    /// Asks for, makes and delivers an assertion in which `spoil` may break something.
    pub(crate) fn sign_in_with(
        &mut self,
        authenticator: &mut Authenticator,
        asked: &Value,
        spoil: impl FnOnce(&mut GetParts),
    ) -> Answer {
        let options = self.post(SIGN_IN[0], &asked.to_string()).ok();
        let made = authenticator.get_with(&options.to_string(), &self.origin, spoil).unwrap();
        self.post(SIGN_IN[1], &made)
    }

    pub(crate) fn sign_in(&mut self, authenticator: &mut Authenticator, user: &str) -> Answer {
        self.sign_in_with(authenticator, &json!({ "username": user }), |_| ())
    }
}

fn exchange(address: SocketAddr, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    let mut part = [0; 16 * 1024];
    while !is_whole(&answer) {
        match stream.read(&mut part) {
            Ok(0) | Err(_) => break,
            Ok(length) => answer.extend_from_slice(&part[..length]),
        }
    }
    let text = String::from_utf8(answer).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    Answer {
        status: head.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or(0),
        head: format!("{head}\r\n"),
        body: serde_json::from_str(body).unwrap_or_default(),
    }
}

/// Whether as many bytes are there as the answer says that it has.
fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    length.and_then(|it| it.parse().ok()).is_some_and(|length: usize| body.len() >= length)
}

/// A security key of today.
pub(crate) fn security_key() -> AuthenticatorConfig {
    AuthenticatorConfig { now_ms: now_ms(), ..AuthenticatorConfig::security_key() }
}

/// The start of this day, so that all tests of a process share their test authority.
pub(crate) fn now_ms() -> u64 {
    SystemClock.now().0 / 86_400_000 * 86_400_000
}
