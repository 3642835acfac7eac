//! The built binary as a child process, and a blocking HTTP client of a few lines.

#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use keylane_authenticator::Authenticator;
use serde_json::{Value, json};

/// The origin that servers under test believe to have, whatever port they got.
pub(crate) const ORIGIN: &str = "http://localhost:8080";
const HOST: &str = "localhost:8080";
/// Longest wait for anything, so that a broken server fails a test instead of stopping it.
const PATIENCE: Duration = Duration::from_secs(30);

/// The binary with nothing of our environment's configuration, in a folder of its own.
pub(crate) fn keylane(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keylane"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("KEYLANE_") {
            command.env_remove(name);
        }
    }
    command
}

/// What a command answered.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Ran {
    keylane(folder, arguments).output().unwrap().into()
}

pub(crate) fn run_with_input(folder: &Path, arguments: &[&str], input: &str) -> Ran {
    let mut command = keylane(folder, arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap().into()
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A server in a child process, on a free port.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    /// What it printed until it was ready.
    pub(crate) banner: String,
}

impl Server {
    /// Starts it and waits until it says where it listens.
    pub(crate) fn start(folder: &Path) -> Self {
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--ops-listen", "off"];
        let mut command = keylane(folder, &arguments);
        command
            .args(["--public-url", ORIGIN])
            .env("KEYLANE_LIMITS__PER_ADDRESS", "off")
            .env("KEYLANE_SESSION__ACCESS_TOKEN_LIFETIME", "1h")
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (sender, receiver) = mpsc::channel();
        // Reads on until the end, or the server would wait for room in the pipe.
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _test_is_over = sender.send(line);
            }
        });
        let mut banner = String::new();
        while !banner.contains("Ready.") {
            banner += &receiver.recv_timeout(PATIENCE).expect("the server says that it is ready");
            banner.push('\n');
        }
        let address = banner.lines().find_map(|it| it.trim().strip_prefix("Listening  on "));
        let address = address.map(|it| it.parse().unwrap());
        Self { child, address: address.unwrap(), banner }
    }

    /// Ends it with SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it with SIGTERM and waits; its exit code.
    pub(crate) fn terminate(mut self) -> i32 {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _already_ended = self.child.kill();
        let _already_waited_for = self.child.wait();
    }
}

/// A keep-alive connection to a server.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
}

/// A status and a JSON body; `Null` when there is none.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Sends a request and reads the answer. An error means that nobody knows whether it was
    /// done.
    pub(crate) fn send(
        &mut self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: &str,
    ) -> std::io::Result<Answer> {
        let token = token.map(|it| format!("authorization: Bearer {it}\r\n")).unwrap_or_default();
        let content = format!("content-type: application/json\r\ncontent-length: {}", body.len());
        let request =
            format!("{method} {path} HTTP/1.1\r\nhost: {HOST}\r\n{token}{content}\r\n\r\n{body}");
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.answer()
    }

    pub(crate) fn post(&mut self, path: &str, token: Option<&str>, body: &Value) -> Answer {
        self.send("POST", path, token, &body.to_string()).unwrap()
    }

    fn answer(&mut self) -> std::io::Result<Answer> {
        let status_line = self.line()?;
        let status = status_line.split(' ').nth(1).and_then(|it| it.parse().ok());
        let status = status.ok_or(std::io::ErrorKind::InvalidData)?;
        let mut length = 0;
        loop {
            let line = self.line()?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().map_err(|_| std::io::ErrorKind::InvalidData)?;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(Answer { status, body: serde_json::from_slice(&body).unwrap_or_default() })
    }

    fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        line.truncate(line.trim_end().len());
        Ok(line)
    }

    /// Signs up; the session object of the new account.
    pub(crate) fn sign_up(&mut self, handle: &str) -> Value {
        let sent = self.post("/v1/signup", None, &json!({ "handle": handle }));
        assert_eq!(sent.status, 202, "{sent:?}");
        let code = loop {
            let mailbox = self.send("GET", "/dev/mailbox.json", None, "").unwrap();
            let mails = mailbox.body["mails"].as_array().unwrap().clone();
            let mail = mails.iter().find(|it| it["to"] == handle);
            if let Some(code) = mail.and_then(|it| it["code"].as_str()) {
                break code.to_owned();
            }
        };
        let answer = json!({ "signup_id": sent.body["signup_id"], "code": code });
        let session = self.post("/v1/signup/verify", None, &answer);
        assert_eq!(session.status, 200, "{session:?}");
        session.body
    }

    /// Adds a passkey; the answer of `finish`.
    pub(crate) fn register(&mut self, token: &str, authenticator: &mut Authenticator) -> Value {
        let begun = self.post("/v1/registration/begin", Some(token), &json!({}));
        assert_eq!(begun.status, 200, "{begun:?}");
        let made = authenticator.create(&begun.body["publicKey"].to_string(), ORIGIN).unwrap();
        let body = json!({ "credential": serde_json::from_str::<Value>(&made).unwrap() });
        let finished = self.post("/v1/registration/finish", Some(token), &body);
        assert_eq!(finished.status, 201, "{finished:?}");
        finished.body
    }

    /// Signs in; the answer, whatever it is.
    pub(crate) fn sign_in(&mut self, authenticator: &mut Authenticator) -> Answer {
        let begun = self.post("/v1/authentication/begin", None, &json!({}));
        let proof = authenticator.get(&begun.body["publicKey"].to_string(), ORIGIN).unwrap();
        let body = json!({ "credential": serde_json::from_str::<Value>(&proof).unwrap() });
        self.post("/v1/authentication/finish", None, &body)
    }
}

/// A text member of a JSON object.
pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} in {value}"))
}
