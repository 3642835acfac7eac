//! The example of a whole server registers a passkey and signs in with it, over HTTP.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;
use std::thread;

use keylane_authenticator::{Authenticator, AuthenticatorConfig};

#[path = "../examples/minimal_server.rs"]
#[allow(dead_code, unreachable_pub, reason = "its main is not ours")]
mod minimal_server;

#[test]
fn a_passkey_is_registered_and_signs_in() {
    let server = start();
    let origin = format!("http://localhost:{}", server.port());
    let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
    assert!(send(server, "GET", "/", "").1.contains("navigator.credentials"));

    let (status, options) = send(server, "POST", "/register", "Ada");
    assert_eq!(status, 200, "{options}");
    let registration = authenticator.create(&options, &origin).unwrap();
    let answer = send(server, "PUT", "/register", &registration);
    assert_eq!(answer, (200, "registered".to_owned()));

    let options = send(server, "POST", "/sign-in", "").1;
    let assertion = authenticator.get(&options, &origin).unwrap();
    let answer = send(server, "PUT", "/sign-in", &assertion);
    assert_eq!(answer, (200, "signed in as Ada".to_owned()));
}

#[test]
fn an_answer_is_good_for_one_ceremony_of_this_server() {
    let server = start();
    let origin = format!("http://localhost:{}", server.port());
    let mut authenticator = Authenticator::new(AuthenticatorConfig::default());
    let refused = |reason: &str| (400, reason.to_owned());

    let options = send(server, "POST", "/register", "Ada").1;
    let registration = authenticator.create(&options, &origin).unwrap();
    assert_eq!(send(server, "PUT", "/register", &registration).0, 200);
    let again = send(server, "PUT", "/register", &registration);
    assert_eq!(again, refused("unknown ceremony"));

    let options = send(server, "POST", "/sign-in", "").1;
    let elsewhere = authenticator.get(&options, "http://localhost:1").unwrap();
    let answer = send(server, "PUT", "/sign-in", &elsewhere);
    assert_eq!(answer, refused("the origin is not the one that began the ceremony"));
    let assertion = authenticator.get(&options, &origin).unwrap();
    assert_eq!(send(server, "PUT", "/sign-in", &assertion), refused("unknown ceremony"));
    assert_eq!(send(server, "PUT", "/sign-in", "{}").0, 400);
}

/// The server, on a port that was free, for as long as the test runs.
fn start() -> SocketAddr {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            minimal_server::serve(listener).await.unwrap();
        });
    });
    told.recv().unwrap()
}

/// Status and body of the answer to one request.
fn send(server: SocketAddr, method: &str, path: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(server).unwrap();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}
