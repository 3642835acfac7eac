//! The accept loop, over a real socket, with short limits where a test waits for one.

use std::sync::Arc;

use keylane_http::{Answer, ConnectionLimits, Drained, serve};
use keylane_testkit::TestServer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn request_is_answered_and_the_connection_kept() {
    let server = Running::start(ConnectionLimits::default()).await;
    let mut stream = server.connect().await;
    for _ in 0..2 {
        let answer = ask(&mut stream, "GET /v1/config HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    }
    drop(stream);
    assert_eq!(server.stop().await, Drained::Completely);
}

#[tokio::test]
async fn refusal_has_the_length_of_its_own_body() {
    let server = Running::start(ConnectionLimits::default()).await;
    let mut stream = server.connect().await;
    let answer = ask(&mut stream, "GET /v1/nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    assert!(answer.contains("\"code\":\"not_found\"") && answer.ends_with('}'), "{answer}");
}

#[tokio::test]
async fn post_without_body_and_type_has_nothing_to_add() {
    let server = Running::start(ConnectionLimits::default()).await;
    let mut stream = server.connect().await;
    let request = "POST /v1/authentication/begin HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let answer = ask(&mut stream, request).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

#[tokio::test]
async fn request_that_is_none_is_told_so() {
    for (request, expected) in [
        ("GET / HTTP/1.1\r\nHost : localhost\r\n\r\n".to_owned(), "HTTP/1.1 400 "),
        (format!("GET / HTTP/1.1\r\n{}\r\n", "X-Y: z\r\n".repeat(200)), "HTTP/1.1 431 "),
        (format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "y".repeat(20_000)), "HTTP/1.1 431 "),
    ] {
        let server = Running::start(ConnectionLimits::default()).await;
        let mut stream = server.connect().await;
        let answer = ask(&mut stream, &request).await;
        assert!(answer.starts_with(expected), "{answer:?} to {}…", &request[..40]);
    }
}

#[tokio::test]
async fn http2_with_prior_knowledge_is_spoken() {
    let server = Running::start(ConnectionLimits::default()).await;
    let mut stream = server.connect().await;
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).await.unwrap();
    assert_eq!(frame[3], 4, "a SETTINGS frame");
}

#[tokio::test]
async fn request_under_way_is_answered_while_the_server_stops() {
    let server = Running::start(ConnectionLimits::default()).await;
    let mut stream = server.connect().await;
    let head = "POST /v1/authentication/begin HTTP/1.1\r\nHost: localhost\r\n\
                Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    // The handler reads the body now: hyper says so.
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).await.unwrap();
    assert!(interim.starts_with(b"HTTP/1.1 100 Continue"));
    server.stop.cancel();
    stream.write_all(b"{}").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert_eq!(server.stop().await, Drained::Completely);
}

#[tokio::test]
async fn request_that_never_ends_is_cut_when_the_server_stops() {
    let limits = ConnectionLimits { drain_ms: 50, ..ConnectionLimits::default() };
    let server = Running::start(limits).await;
    let mut stream = server.connect().await;
    let head = "POST /v1/authentication/begin HTTP/1.1\r\nHost: localhost\r\n\
                Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).await.unwrap();
    assert_eq!(server.stop().await, Drained::Cut(1));
}

#[tokio::test]
async fn silent_connection_is_cut() {
    check_is_cut(b"").await;
}

#[tokio::test]
async fn connection_that_stops_inside_the_headers_is_cut() {
    check_is_cut(b"GET / HTTP/1.1\r\nHost: lo").await;
}

#[tokio::test]
async fn connection_that_stops_inside_the_preface_of_http2_is_cut() {
    check_is_cut(b"PRI * HT").await;
}

#[tokio::test]
async fn body_that_does_not_arrive_in_time_is_refused() {
    let mut setup = keylane_testkit::Setup::development();
    setup.http.requests.body_timeout_ms = 50;
    let server = TestServer::start_with(setup).await;
    let server = Running::of(server.site(), ConnectionLimits::default()).await;
    let mut stream = server.connect().await;
    let head = "POST /v1/authentication/begin HTTP/1.1\r\nHost: localhost\r\n\
                Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{";
    let answer = ask(&mut stream, head).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("\"code\":\"body_timeout\""), "{answer}");
}

#[tokio::test]
async fn headers_that_never_end_are_refused() {
    let server = Running::start(ConnectionLimits::default()).await;
    let mut stream = server.connect().await;
    let head = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {}", "a".repeat(20_000));
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut rest = Vec::new();
    let _over = stream.read_to_end(&mut rest).await;
    let rest = String::from_utf8_lossy(&rest);
    assert!(rest.is_empty() || rest.starts_with("HTTP/1.1 431 "), "{rest}");
}

/// Sends the beginning of something and nothing more.
async fn check_is_cut(beginning: &[u8]) {
    let limits = ConnectionLimits { header_timeout_ms: 50, ..ConnectionLimits::default() };
    let server = Running::start(limits).await;
    let mut stream = server.connect().await;
    stream.write_all(beginning).await.unwrap();
    let mut rest = Vec::new();
    // The end of the stream, or a reset: either way it is over.
    let _over = stream.read_to_end(&mut rest).await;
    assert!(!rest.starts_with(b"HTTP/1.1 200"));
}

struct Running {
    address: std::net::SocketAddr,
    stop: CancellationToken,
    tasks: JoinSet<Drained>,
}

impl Running {
    async fn start(limits: ConnectionLimits) -> Self {
        Self::of(TestServer::start().await.site(), limits).await
    }

    async fn of<A: Answer>(site: Arc<A>, limits: ConnectionLimits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(listener, site, limits, stop.clone()));
        Self { address, stop, tasks }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn stop(mut self) -> Drained {
        self.stop.cancel();
        self.tasks.join_next().await.unwrap().unwrap()
    }
}

/// Sends a request and reads one answer, by its length.
async fn ask(stream: &mut TcpStream, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await.unwrap();
        answer.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&answer).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            assert!(read > 0, "{text}");
            continue;
        };
        let length = head.to_lowercase().lines().find_map(|line| {
            line.strip_prefix("content-length: ").and_then(|it| it.parse::<usize>().ok())
        });
        if read == 0 || body.len() >= length.unwrap_or(0) {
            return text;
        }
    }
}
