//! A small HTTP client for the server's own API: one keep-alive connection, JSON in and out.

use std::net::SocketAddr;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, HeaderValue, ORIGIN};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::failure::Failure;

/// Largest answer that is read.
const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The pre-session cookie of a browser at plain `http://localhost`.
const PRE_SESSION: &str = "keylane-pre=a2V5bGFuZS1sb2FkLTAwMQ";

/// A connection to a server. It closes when this is dropped.
#[derive(Debug)]
pub(crate) struct Client {
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
    /// The origin of the page that asks, when it is a page of Keylane's own.
    own_page: Option<HeaderValue>,
    driver: JoinHandle<()>,
}

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

impl Client {
    /// Connects to `address`; requests name `authority` as their host.
    #[expect(clippy::disallowed_methods, reason = "the task is aborted when the client is dropped")]
    pub(crate) async fn connect(address: SocketAddr, authority: &str) -> Result<Self, Failure> {
        let host = HeaderValue::from_str(authority)
            .map_err(|_| Failure::refused(format!("{authority} is not a host.")))?;
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(broken)?;
        // What ends a connection is told by the request that was waiting on it.
        let driver = tokio::spawn(async move { drop(connection.await) });
        Ok(Self { sender, host, own_page: None, driver })
    }

    /// From now on, asks as a page of Keylane's own does in a browser: with its origin and a
    /// pre-session cookie. Sessions then come as cookies, which this client does not keep.
    pub(crate) fn ask_as_own_page(&mut self, origin: &str) -> Result<(), Failure> {
        let origin = HeaderValue::from_str(origin)
            .map_err(|_| Failure::refused(format!("{origin} is not an origin.")))?;
        self.own_page = Some(origin);
        Ok(())
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: impl Into<Bytes>,
    ) -> Result<Answer, Failure> {
        let mut request = Request::builder().method(method).uri(path).header(HOST, &self.host);
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(origin) = &self.own_page {
            request = request.header(ORIGIN, origin).header(COOKIE, PRE_SESSION);
        }
        let request = request
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(body.into()))
            .map_err(|err| Failure::refused(format!("the request cannot be written: {err}.")))?;
        self.sender.ready().await.map_err(broken)?;
        let response = self.sender.send_request(request).await.map_err(broken)?;
        let status = response.status();
        let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect().await;
        let body = body.map_err(|err| Failure::refused(format!("the answer broke off: {err}.")))?;
        Ok(Answer { status, body: body.to_bytes() })
    }

    /// `POST` of a JSON body that must succeed.
    pub(crate) async fn post(
        &mut self,
        path: &str,
        token: Option<&str>,
        body: &Value,
    ) -> Result<Value, Failure> {
        self.send(Method::POST, path, token, body.to_string()).await?.json(path)
    }

    /// `GET` that must succeed.
    pub(crate) async fn get(&mut self, path: &str, token: Option<&str>) -> Result<Value, Failure> {
        self.send(Method::GET, path, token, Bytes::new()).await?.json(path)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Answer {
    /// The JSON of an answer that says yes.
    pub(crate) fn json(&self, path: &str) -> Result<Value, Failure> {
        if !self.status.is_success() {
            return Err(self.refusal(path));
        }
        serde_json::from_slice(&self.body)
            .map_err(|err| Failure::refused(format!("{path} answered no JSON: {err}.")))
    }

    /// The problem's code, when the answer says no.
    pub(crate) fn code(&self) -> Option<String> {
        let problem: Value = serde_json::from_slice(&self.body).ok()?;
        problem.get("code")?.as_str().map(str::to_owned)
    }

    /// What to say about an answer that says no.
    pub(crate) fn refusal(&self, path: &str) -> Failure {
        let code = self.code().unwrap_or_default();
        Failure::refused(format!("{path} answered {} {code}.", self.status.as_u16()))
    }
}

/// A text member of a JSON object.
pub(crate) fn text<'a>(value: &'a Value, member: &str) -> Result<&'a str, Failure> {
    value
        .get(member)
        .and_then(Value::as_str)
        .ok_or_else(|| Failure::refused(format!("the server's answer has no {member}.")))
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` wants")]
fn broken(err: hyper::Error) -> Failure {
    Failure::refused(format!("the connection to the server broke: {err}."))
}
