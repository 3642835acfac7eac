//! `keylane demo`: a sign-up, a registration and a sign-in, through real HTTP, step by step.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use keylane_authenticator::{Authenticator, AuthenticatorConfig};
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::client::{Client, text};
use crate::config::{self, Config, Sources};
use crate::failure::Failure;
use crate::output;
use crate::server::Server;
use crate::wiring;

const HANDLE: &str = "ada@example.org";
/// How often and how long the mailbox is looked into.
const MAIL_EVERY: Duration = Duration::from_millis(5);
const MAIL_TRIES_MAX: u32 = 1_000;

#[derive(Debug, clap::Args)]
#[command(after_help = "It uses a free port and a temporary directory, and leaves nothing behind.")]
pub(crate) struct Arguments {}

pub(crate) fn run(_: &Arguments) -> Result<ExitCode, Failure> {
    wiring::block_on(async {
        let folder = tempfile::Builder::new().prefix("keylane-demo-").tempdir()?;
        let sources = Sources::default()
            .with_flag(&config::LISTEN, "demo", Some("127.0.0.1:0".into()))
            .with_flag(&config::OPS_LISTEN, "demo", Some("off".into()))
            .with_flag(&config::STORE_PATH, "demo", Some(folder.path().display().to_string()));
        let started = Instant::now();
        let server = Server::prepare(Config::load(&sources)?).await?;
        let url = server.config().server.public_url.as_str().to_owned();
        let address = server.config().server.listen;
        let stop = CancellationToken::new();
        let mut walk = Walk { last: started, step: 0 };
        walk.step(&format!("started a server of its own on {url}"))?;

        let walked = async {
            let outcome = walk.through(address, &url).await;
            stop.cancel();
            outcome
        };
        let (outcome, _drained) = tokio::join!(walked, server.run(stop.clone()));
        outcome?;
        output::line(&format!(
            "\nDone in {} ms. Now yours: `keylane serve`, then open http://localhost:8080.",
            started.elapsed().as_millis()
        ))?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Tells each step with the time it took.
struct Walk {
    last: Instant,
    step: u32,
}

impl Walk {
    fn step(&mut self, what: &str) -> Result<(), Failure> {
        let now = Instant::now();
        let took_us = now.duration_since(self.last).as_micros();
        self.step += 1;
        self.last = now;
        let took = format!("{}.{:01} ms", took_us / 1000, took_us % 1000 / 100);
        output::line(&format!("{:>2}. {took:>9}  {what}", self.step))
    }

    async fn through(&mut self, address: SocketAddr, url: &str) -> Result<(), Failure> {
        let authority = url.trim_start_matches("http://");
        let mut client = Client::connect(address, authority).await?;
        let mut authenticator = Authenticator::new(AuthenticatorConfig::default());

        let sent = client.post("/v1/signup", None, &json!({ "handle": HANDLE })).await?;
        self.step(&format!("signed up as {HANDLE}: a code is on its way"))?;
        let code = wait_for_code(&mut client).await?;
        self.step("read the code in the development mailbox")?;
        let answer = json!({ "signup_id": text(&sent, "signup_id")?, "code": code });
        let session = client.post("/v1/signup/verify", None, &answer).await?;
        self.step("proved the address with the code: the account is open")?;

        self.register(&mut client, &mut authenticator, text(&session, "access_token")?, url)
            .await?;
        let session = self.sign_in(&mut client, &mut authenticator, url).await?;

        let token = text(&session, "access_token")?;
        let me = client.get("/v1/me", Some(token)).await?;
        let assurance = me.pointer("/session/assurance").and_then(Value::as_str).unwrap_or("?");
        self.step(&format!("asked who is signed in: {HANDLE}, by {assurance}"))
    }

    async fn register(
        &mut self,
        client: &mut Client,
        authenticator: &mut Authenticator,
        token: &str,
        origin: &str,
    ) -> Result<(), Failure> {
        let begun = client.post("/v1/registration/begin", Some(token), &json!({})).await?;
        self.step("asked to add a passkey: options with a sealed challenge")?;
        let made = authenticator.create(&options(&begun), origin).map_err(refused)?;
        self.step("made a passkey in the software authenticator")?;
        let body = json!({ "credential": parse(&made)?, "nickname": "Demo passkey" });
        client.post("/v1/registration/finish", Some(token), &body).await?;
        self.step("registered it: verified, on disk, in the audit log")
    }

    async fn sign_in(
        &mut self,
        client: &mut Client,
        authenticator: &mut Authenticator,
        origin: &str,
    ) -> Result<Value, Failure> {
        let begun = client.post("/v1/authentication/begin", None, &json!({})).await?;
        self.step("asked to sign in, without saying who: another challenge")?;
        let proof = authenticator.get(&options(&begun), origin).map_err(refused)?;
        self.step("signed the challenge with the passkey")?;
        let body = json!({ "credential": parse(&proof)? });
        let session = client.post("/v1/authentication/finish", None, &body).await?;
        self.step("signed in: verified, on disk, in the audit log")?;
        Ok(session)
    }
}

async fn wait_for_code(client: &mut Client) -> Result<String, Failure> {
    for _ in 0..MAIL_TRIES_MAX {
        let mailbox = client.get("/dev/mailbox.json", None).await?;
        if let Some(code) = mailbox.pointer("/mails/0/code").and_then(Value::as_str) {
            return Ok(code.to_owned());
        }
        tokio::time::sleep(MAIL_EVERY).await;
    }
    Err(Failure::refused("the code did not arrive in the mailbox."))
}

/// The WebAuthn options of a `begin` answer, as text.
pub(super) fn options(begun: &Value) -> String {
    begun.get("publicKey").unwrap_or(&Value::Null).to_string()
}

pub(super) fn parse(text: &str) -> Result<Value, Failure> {
    serde_json::from_str(text)
        .map_err(|err| Failure::refused(format!("the authenticator answered no JSON: {err}.")))
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` wants")]
pub(super) fn refused(err: keylane_authenticator::AuthenticatorError) -> Failure {
    Failure::refused(format!("the authenticator refused: {err}."))
}
