//! The server that is measured: one of its own in another process, or one that runs already.

use std::net::{SocketAddr, ToSocketAddrs};
use std::process::Stdio;
use std::time::Duration;

use keylane_authenticator::{Authenticator, AuthenticatorConfig};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::time::Instant;
use url::Url;

use super::cost::Cost;
use super::person::Person;
use super::seed;
use crate::client::{Client, text};
use crate::command::demo::{options, parse, refused};
use crate::config::{self, Config, PublicUrl, Sources, Value as _};
use crate::failure::Failure;

/// Origin of its own server, whatever port it gets.
const OWN_ORIGIN: &str = "http://localhost:8080";
/// How long its own server may take to start.
const READY_MAX: Duration = Duration::from_secs(60);
const MAIL_EVERY: Duration = Duration::from_millis(5);
const MAIL_TRIES_MAX: u32 = 2_000;

/// A server that is measured.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) address: SocketAddr,
    pub(super) authority: String,
    pub(super) origin: String,
    /// From its start to its first word, for a server of its own.
    pub(super) ready_ms: Option<u64>,
    own: Option<OwnServer>,
}

#[derive(Debug)]
struct OwnServer {
    process: Child,
    id: u32,
    log: Lines<BufReader<ChildStderr>>,
    _output: Lines<BufReader<ChildStdout>>,
    _folder: TempDir,
}

impl Target {
    /// Prepares users, and starts a server for them.
    pub(super) async fn own(
        users: u32,
        threads: Option<u32>,
        keys: &AuthenticatorConfig,
    ) -> Result<(Self, Vec<Person>), Failure> {
        let folder = tempfile::Builder::new().prefix("keylane-load-").tempdir()?;
        let data = folder.path().join("data").display().to_string();
        let sources = Sources::default()
            .with_flag(&config::PUBLIC_URL, "load", Some(OWN_ORIGIN.to_owned()))
            .with_flag(&config::STORE_PATH, "load", Some(data.clone()));
        let people = seed::people(&Config::load(&sources)?, users, keys).await?;

        let started = Instant::now();
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--ops-listen", "off"])
            .args(["--public-url", OWN_ORIGIN, "--log-format", "json", "--data", &data])
            .current_dir(folder.path())
            // The caller's own configuration is not what is measured.
            .env_clear()
            .env("KEYLANE_LIMITS__PER_ADDRESS", "off")
            .env("KEYLANE_LOG__FILTER", "info")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        if let Some(threads) = threads {
            command.env("KEYLANE_SERVER__THREADS", threads.to_string());
        }
        let mut process = command.spawn()?;
        let gone = || Failure::refused("the server did not start.");
        let mut output = BufReader::new(process.stdout.take().ok_or_else(gone)?).lines();
        let log = BufReader::new(process.stderr.take().ok_or_else(gone)?).lines();
        let address = tokio::time::timeout(READY_MAX, listening(&mut output)).await;
        let address = address.map_err(|_| gone())??.ok_or_else(gone)?;
        let ready_ms = u64::try_from(started.elapsed().as_millis()).ok();
        let id = process.id().ok_or_else(gone)?;
        let own = OwnServer { process, id, log, _output: output, _folder: folder };
        let authority = OWN_ORIGIN.trim_start_matches("http://").to_owned();
        let origin = OWN_ORIGIN.to_owned();
        Ok((Self { address, authority, origin, ready_ms, own: Some(own) }, people))
    }

    /// Signs people up at a server that runs already.
    pub(super) async fn running(
        url: &str,
        owned: bool,
        users: u32,
        keys: &AuthenticatorConfig,
    ) -> Result<(Self, Vec<Person>), Failure> {
        let target = Self::at(url, owned)?;
        let mut client = Client::connect(target.address, &target.authority).await?;
        let mut people = Vec::new();
        for number in 0..users {
            let handle = format!("load{number}.{}@example.org", std::process::id());
            people.push(sign_up(&mut client, &handle, &target.origin, keys.clone()).await?);
        }
        Ok((target, people))
    }

    fn at(url: &str, owned: bool) -> Result<Self, Failure> {
        let usable = Url::parse(url).ok().filter(|it| it.scheme() == "http");
        let (Some(parsed), Some(origin)) = (usable, PublicUrl::parse(url)) else {
            return Err(Failure::refused(format!(
                "{url} cannot be measured: name a server in development mode, such as \
                 http://localhost:8080."
            )));
        };
        let port = parsed.port_or_known_default().unwrap_or(80);
        let host = parsed.host_str().unwrap_or("localhost");
        let mut addresses = (host, port).to_socket_addrs()?.collect::<Vec<_>>();
        addresses.sort_by_key(SocketAddr::is_ipv6);
        let address = addresses
            .first()
            .copied()
            .ok_or_else(|| Failure::refused(format!("{host} has no address.")))?;
        if !address.ip().is_loopback() && !owned {
            return Err(Failure::refused(format!(
                "{url} is not on this machine: add --i-own-this-server if you may load it."
            )));
        }
        let origin = origin.as_str().to_owned();
        let authority = origin.trim_start_matches("http://").to_owned();
        Ok(Self { address, authority, origin, ready_ms: None, own: None })
    }

    /// What the server has cost so far, when it is our own.
    pub(super) fn server_cost(&self) -> Result<Option<Cost>, Failure> {
        self.own.as_ref().map(|own| Cost::of(own.id)).transpose()
    }

    /// Stops the server, when it is our own; the transactions it wrote.
    pub(super) async fn stop(self) -> Result<Option<u64>, Failure> {
        let Some(mut own) = self.own else { return Ok(None) };
        let process = i32::try_from(own.id).ok().and_then(rustix::process::Pid::from_raw);
        if let Some(process) = process {
            rustix::process::kill_process(process, rustix::process::Signal::TERM)
                .map_err(|err| Failure::refused(format!("the server cannot be stopped: {err}.")))?;
        }
        let mut transactions = None;
        while let Some(line) = own.log.next_line().await? {
            let line: Value = serde_json::from_str(&line).unwrap_or_default();
            transactions = line.get("transactions").and_then(Value::as_u64).or(transactions);
        }
        own.process.wait().await?;
        Ok(transactions)
    }
}

/// Reads what the server prints until it is ready; where it listens.
async fn listening(
    output: &mut Lines<BufReader<ChildStdout>>,
) -> Result<Option<SocketAddr>, Failure> {
    let mut address = None;
    while let Some(line) = output.next_line().await? {
        let line = line.trim();
        address = line.strip_prefix("Listening  on ").and_then(|it| it.parse().ok()).or(address);
        if line.starts_with("Ready.") {
            break;
        }
    }
    Ok(address)
}

async fn sign_up(
    client: &mut Client,
    handle: &str,
    origin: &str,
    keys: AuthenticatorConfig,
) -> Result<Person, Failure> {
    let sent = client.post("/v1/signup", None, &json!({ "handle": handle })).await?;
    let code = wait_for_code(client, handle).await?;
    let answer = json!({ "signup_id": text(&sent, "signup_id")?, "code": code });
    let session = client.post("/v1/signup/verify", None, &answer).await?;
    let token = Some(text(&session, "access_token")?);
    let begun = client.post("/v1/registration/begin", token, &json!({})).await?;
    let mut authenticator = Authenticator::new(keys);
    let made = authenticator.create(&options(&begun), origin).map_err(refused)?;
    let body = json!({ "credential": parse(&made)? });
    client.post("/v1/registration/finish", token, &body).await?;
    Ok(Person { authenticator })
}

/// The newest code for this handle in the development mailbox.
async fn wait_for_code(client: &mut Client, handle: &str) -> Result<String, Failure> {
    for _ in 0..MAIL_TRIES_MAX {
        let mailbox = client.get("/dev/mailbox.json", None).await?;
        let mails = mailbox.get("mails").and_then(Value::as_array).into_iter().flatten();
        let ours = mails.filter(|mail| mail.get("to").and_then(Value::as_str) == Some(handle));
        if let Some(code) = ours.filter_map(|mail| mail.get("code")?.as_str()).next() {
            return Ok(code.to_owned());
        }
        tokio::time::sleep(MAIL_EVERY).await;
    }
    Err(Failure::refused("a code did not arrive in the mailbox."))
}
