//! A program or a page that talks to the server, and keeps what the server gives it.

use std::collections::BTreeMap;
use std::net::IpAddr;

use axum::body::Body;
use http::header::{
    AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, HeaderMap, HeaderName, ORIGIN, SET_COOKIE,
    USER_AGENT,
};
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;

use crate::server::TestServer;

/// What a test sends as `User-Agent` unless it says otherwise.
const CHROME_ON_LINUX: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 \
    (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/// A program or a page that talks to the server. Keeps cookies and tokens as a browser and an
/// application do.
#[derive(Debug, Clone)]
pub struct Client {
    server: TestServer,
    origin: Option<String>,
    cookies: BTreeMap<String, String>,
    access_token: Option<String>,
    refresh_token: Option<String>,
    peer: IpAddr,
    headers: Vec<(HeaderName, String)>,
}

impl Client {
    /// A page on Keylane's own origin.
    #[must_use]
    pub fn own_page(server: &TestServer) -> Self {
        Self::page(server, &server.setup().own_origin)
    }

    /// A page of this origin.
    #[must_use]
    pub fn page(server: &TestServer, origin: &str) -> Self {
        Self { origin: Some(origin.to_owned()), ..Self::program(server) }
    }

    /// A program without a page, such as `curl`.
    #[must_use]
    pub fn program(server: &TestServer) -> Self {
        Self {
            server: server.clone(),
            origin: None,
            cookies: BTreeMap::new(),
            access_token: None,
            refresh_token: None,
            peer: IpAddr::from([192, 0, 2, 1]),
            headers: vec![(USER_AGENT, CHROME_ON_LINUX.to_owned())],
        }
    }

    /// The same from another address.
    #[must_use]
    pub fn from_address(mut self, peer: &str) -> Self {
        self.peer = peer.parse().unwrap();
        self
    }

    /// The same with one more header on every request; an earlier one of that name goes.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The server.
    #[must_use]
    pub fn server(&self) -> &TestServer {
        &self.server
    }

    /// The page's origin.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// The cookies that it has.
    pub fn cookies(&mut self) -> &mut BTreeMap<String, String> {
        &mut self.cookies
    }

    /// The newest access token.
    #[must_use]
    pub fn access_token(&self) -> Option<&str> {
        self.access_token.as_deref()
    }

    /// The newest refresh token.
    #[must_use]
    pub fn refresh_token(&self) -> Option<&str> {
        self.refresh_token.as_deref()
    }

    /// Uses this access token from now on, or none.
    pub fn set_access_token(&mut self, token: Option<&str>) {
        self.access_token = token.map(str::to_owned);
    }

    /// Forgets cookies and tokens, as in a fresh private window.
    pub fn forget(&mut self) {
        self.cookies.clear();
        self.access_token = None;
        self.refresh_token = None;
    }

    /// `GET`.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(self.request(&Method::GET, path, None)).await
    }

    /// `POST` with a JSON body.
    pub async fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.post_text(path, &body.to_string()).await
    }

    /// `POST` with a body that may be no JSON at all.
    pub async fn post_text(&mut self, path: &str, body: &str) -> Answer {
        self.send(self.request(&Method::POST, path, Some(body))).await
    }

    /// `PATCH` with a JSON body.
    pub async fn patch(&mut self, path: &str, body: &Value) -> Answer {
        self.send(self.request(&Method::PATCH, path, Some(&body.to_string()))).await
    }

    /// `DELETE`.
    pub async fn delete(&mut self, path: &str) -> Answer {
        self.send(self.request(&Method::DELETE, path, None)).await
    }

    /// A request with everything that this client sends along.
    #[must_use]
    pub fn request(&self, method: &Method, path: &str, body: Option<&str>) -> Request<Body> {
        let own = &self.server.setup().own_origin;
        let mut request = Request::builder().method(method).uri(path);
        request = request.header(HOST, own.split_once("://").unwrap().1);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        // Browsers leave the origin out when a page just reads from its own server.
        let own_read = method.is_safe() && self.origin.as_ref() == Some(own);
        if let Some(origin) = self.origin.as_ref().filter(|_| !own_read) {
            request = request.header(ORIGIN, origin);
        }
        if let Some(token) = &self.access_token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<_> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
            request = request.header(COOKIE, pairs.join("; "));
        }
        if body.is_some() {
            let given = self.headers.iter().any(|(name, _)| *name == CONTENT_TYPE);
            if !given {
                request = request.header(CONTENT_TYPE, "application/json");
            }
        }
        request.body(Body::from(body.unwrap_or_default().to_owned())).unwrap()
    }

    /// Sends a request, and keeps the cookies and tokens that come back.
    pub async fn send(&mut self, request: Request<Body>) -> Answer {
        let answer = Answer::read(self.server.answer(self.peer, request).await).await;
        self.keep_cookies(&answer);
        if let Some(body) = answer.try_json() {
            let session = body.get("session").filter(|it| it.get("access_token").is_some());
            let holder = session.unwrap_or(&body);
            if let Some(token) = holder["access_token"].as_str() {
                self.access_token = Some(token.to_owned());
                self.refresh_token = holder["refresh_token"].as_str().map(str::to_owned);
            }
        }
        answer
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        for line in answer.headers().get_all(SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// What the server answered, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    /// Reads an answer to its end.
    pub async fn read(response: axum::response::Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Self { status: parts.status, headers: parts.headers, body }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The header with this name, empty when it is absent.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }

    /// The body as it came.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        self.try_json().unwrap_or_else(|| panic!("{} is not JSON: {}", self.status, self.text()))
    }

    /// The problem's code; empty when it is no problem.
    #[must_use]
    pub fn code(&self) -> String {
        let body = self.try_json().unwrap_or_default();
        body["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The same answer, when its status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        let said = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status.as_u16(), status, "{said}");
        self
    }

    /// The same answer, when it is a problem with this status and code.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Self {
        let answer = self.expect(status);
        assert_eq!(answer.code(), code, "{}", answer.text());
        assert_eq!(answer.header("content-type"), "application/problem+json");
        answer
    }

    fn try_json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}
