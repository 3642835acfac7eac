//! Against an HTTP server of a few lines, on a socket of its own.

use keylane_model::UnixMillis;
use keylane_service::METADATA_BYTES_MAX;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use super::*;

const BLOB: &str = "HTTP/1.1 200 OK\r\netag: \"7\"\r\nlast-modified: Sat, 01 Aug 2026 00:00:00 GMT\r\n\
                    content-length: 5\r\n\r\na.b.c";

#[tokio::test]
async fn blob_is_fetched_with_its_validators() {
    let fetched = check(&[BLOB], Ok("a.b.c")).await;
    let Some(FetchedMetadata::New(fetched)) = fetched else { panic!("{fetched:?}") };
    assert_eq!(fetched.etag.as_deref(), Some("\"7\""));
    assert_eq!(fetched.last_modified.as_deref(), Some("Sat, 01 Aug 2026 00:00:00 GMT"));
}

#[tokio::test]
async fn blob_without_a_length_is_read_to_its_end() {
    check(&["HTTP/1.1 200 OK\r\n\r\na.b.c"], Ok("a.b.c")).await;
    let chunked =
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\na.b\r\n2\r\n.c\r\n0\r\n\r\n";
    check(&[chunked], Ok("a.b.c")).await;
}

#[tokio::test]
async fn known_metadata_is_asked_for_by_its_validators() {
    let server = Server::answering(&["HTTP/1.1 304 Not Modified\r\n\r\n"]).await;
    let known = known(&server.url());
    let fetched = server.source().fetch(Some(&known)).await;
    assert_eq!(fetched, Ok(FetchedMetadata::NotModified));
    let request = server.requests().await.remove(0).to_lowercase();
    assert!(request.contains("\r\nif-none-match: \"6\"\r\n"), "{request}");
    assert!(
        request.contains("\r\nif-modified-since: wed, 01 jul 2026 00:00:00 gmt\r\n"),
        "{request}"
    );
}

#[tokio::test]
async fn validators_of_another_source_are_not_sent() {
    let server = Server::answering(&[BLOB]).await;
    let known = known("https://elsewhere.example/");
    server.source().fetch(Some(&known)).await.unwrap();
    let request = server.requests().await.remove(0).to_lowercase();
    assert!(!request.contains("if-none-match") && !request.contains("if-modified"), "{request}");
}

#[tokio::test]
async fn request_says_nothing_that_nobody_asked_for() {
    let server = Server::answering(&[BLOB]).await;
    server.source().fetch(None).await.unwrap();
    let request = server.requests().await.remove(0).to_lowercase();
    let mut names: Vec<_> =
        request.lines().skip(1).filter_map(|line| line.split_once(':')).map(|it| it.0).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "connection", "host", "user-agent"], "{request}");
}

#[tokio::test]
async fn not_modified_without_a_question_for_it_is_refused() {
    check(&["HTTP/1.1 304 Not Modified\r\n\r\n"], Err("fetch_status")).await;
}

#[tokio::test]
async fn error_of_the_server_is_told() {
    let page = "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 6\r\n\r\n<html>";
    check(&[page], Err("fetch_status")).await;
    check(&["HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"], Err("fetch_status")).await;
}

#[tokio::test]
async fn page_of_a_portal_is_handed_over_for_the_verifier_to_refuse() {
    let page = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>";
    check(&[page], Ok("<html>")).await;
}

#[tokio::test]
async fn announced_size_beyond_the_limit_is_refused_unread() {
    let length = METADATA_BYTES_MAX + 1;
    check(
        &[&format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n")],
        Err("fetch_too_large"),
    )
    .await;
}

#[tokio::test]
async fn more_than_the_limit_is_refused_while_it_comes() {
    let body = "x".repeat(METADATA_BYTES_MAX + 1);
    check(&[&format!("HTTP/1.1 200 OK\r\n\r\n{body}")], Err("fetch_too_large")).await;
}

#[tokio::test]
async fn answer_that_breaks_off_is_refused() {
    check(&["HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\na.b.c"], Err("fetch_unreachable")).await;
    check(&["HTTP/1.1 2"], Err("fetch_unreachable")).await;
    check(&["SSH-2.0-OpenSSH_9.9\r\n"], Err("fetch_unreachable")).await;
}

#[tokio::test]
async fn redirect_on_the_same_server_is_followed() {
    check(
        &["HTTP/1.1 302 Found\r\nlocation: /blob\r\ncontent-length: 0\r\n\r\n", BLOB],
        Ok("a.b.c"),
    )
    .await;
}

#[tokio::test]
async fn redirect_to_another_server_is_not_followed() {
    for location in
        ["http://127.0.0.2/", "http://169.254.169.254/latest/", "file:///etc/passwd", "//x"]
    {
        let answer =
            format!("HTTP/1.1 301 Moved\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
        check(&[&answer], Err("fetch_redirect")).await;
    }
}

#[tokio::test]
async fn redirect_to_nowhere_is_refused() {
    check(&["HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n"], Err("fetch_redirect")).await;
}

#[tokio::test]
async fn redirects_in_a_circle_end() {
    let again = "HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n";
    check(&[again; 4], Err("fetch_redirect")).await;
}

#[tokio::test]
async fn server_that_never_answers_is_given_up_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let source = HttpMetadataSource::new(url.parse().unwrap(), 50).unwrap();
    assert_eq!(source.fetch(None).await, Err(FetchMetadataError::Timeout));
    assert_eq!(FetchMetadataError::Timeout.code(), "fetch_timeout");
}

#[tokio::test]
async fn server_that_is_not_there_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let source = HttpMetadataSource::new(url.parse().unwrap(), 5_000).unwrap();
    let refusal = source.fetch(None).await.unwrap_err();
    assert_eq!(refusal.code(), "fetch_unreachable");
}

#[tokio::test]
async fn server_without_tls_is_told() {
    let server = Server::answering(&[BLOB]).await;
    let url = server.url().replace("http:", "https:");
    let source = HttpMetadataSource::new(url.parse().unwrap(), 5_000).unwrap();
    assert_eq!(source.fetch(None).await.unwrap_err().code(), "fetch_tls");
}

#[tokio::test]
async fn blob_is_fetched_over_tls_from_a_server_whose_root_is_trusted() {
    let (server, root) = Server::answering_over_tls(BLOB).await;
    let mut source = server.source_over_tls();
    let mut roots = RootCertStore::empty();
    roots.add(root).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap();
    source.tls = Arc::new(config.with_root_certificates(roots).with_no_client_auth());
    let fetched = source.fetch(None).await.unwrap();
    assert!(matches!(fetched, FetchedMetadata::New(new) if *new.blob == *b"a.b.c"));
}

#[tokio::test]
async fn server_whose_root_is_not_trusted_is_told() {
    let (server, _) = Server::answering_over_tls(BLOB).await;
    let refusal = server.source_over_tls().fetch(None).await.unwrap_err();
    assert_eq!(refusal.code(), "fetch_tls");
}

#[tokio::test]
async fn progress_is_the_bytes_that_came() {
    let server = Server::answering(&[BLOB]).await;
    let source = server.source();
    let received = source.received();
    source.fetch(None).await.unwrap();
    assert_eq!(received.load(Ordering::Relaxed), 5);
}

#[test]
fn url_must_be_https_but_on_the_own_machine() {
    let is_url = |text: &str| text.parse::<MetadataUrl>().is_ok();
    for url in [
        "https://mds3.fidoalliance.org/",
        "http://127.0.0.1:8000/x",
        "http://[::1]/",
        "http://localhost/",
    ] {
        assert!(is_url(url), "{url}");
    }
    for url in [
        "http://mds3.fidoalliance.org/",
        "http://127.0.0.1.example.org/",
        "https://a:b@example.org/",
        "ftp://x/",
        "x",
    ] {
        assert!(!is_url(url), "{url}");
    }
}

/// Fetches from a server with these answers, one connection each, and compares the outcome.
async fn check(answers: &[&str], expected: Result<&str, &str>) -> Option<FetchedMetadata> {
    let server = Server::answering(answers).await;
    let fetched = server.source().fetch(None).await;
    let told = match &fetched {
        Ok(FetchedMetadata::New(new)) => Ok(str::from_utf8(&new.blob).unwrap()),
        Ok(FetchedMetadata::NotModified) => Ok("not modified"),
        Err(err) => Err(err.code()),
    };
    assert_eq!(told, expected, "{fetched:?}");
    fetched.ok()
}

fn known(source: &str) -> MetadataHead {
    MetadataHead {
        number: 6,
        next_update: UnixMillis(0),
        fetched_at: UnixMillis(0),
        source: source.to_owned(),
        etag: Some("\"6\"".to_owned()),
        last_modified: Some("Wed, 01 Jul 2026 00:00:00 GMT".to_owned()),
        sha256: [0; 32],
    }
}

struct Server {
    port: u16,
    requests: oneshot::Receiver<Vec<String>>,
}

impl Server {
    #[expect(clippy::disallowed_methods, reason = "it ends with the test")]
    async fn answering(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let answers: Vec<String> = answers.iter().map(|it| (*it).to_owned()).collect();
        let (sender, requests) = oneshot::channel();
        tokio::spawn(async move {
            let mut heads = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                heads.push(head(&mut stream).await);
                // Whoever has seen enough hangs up.
                let _hung_up = stream.write_all(answer.as_bytes()).await;
                let _hung_up = stream.shutdown().await;
            }
            let _nobody_asks = sender.send(heads);
        });
        Self { port, requests }
    }

    /// One answer over TLS, and the certificate that vouches for the server.
    #[expect(clippy::disallowed_methods, reason = "it ends with the test")]
    async fn answering_over_tls(answer: &str) -> (Self, CertificateDer<'static>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let certificate = made.cert.der().clone();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()).into();
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
        let (answer, (_, requests)) = (answer.to_owned(), oneshot::channel());
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            // Whoever does not trust the server hangs up.
            let Ok(mut stream) = TlsAcceptor::from(Arc::new(config)).accept(stream).await else {
                return;
            };
            head(&mut stream).await;
            stream.write_all(answer.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
        });
        (Self { port, requests }, certificate)
    }

    fn source_over_tls(&self) -> HttpMetadataSource {
        let url = format!("https://localhost:{}/", self.port);
        HttpMetadataSource::new(url.parse().unwrap(), 10_000).unwrap()
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    fn source(&self) -> HttpMetadataSource {
        HttpMetadataSource::new(self.url().parse().unwrap(), 10_000).unwrap()
    }

    async fn requests(self) -> Vec<String> {
        self.requests.await.unwrap()
    }
}

/// Reads to the end of a request's head, or of whatever comes instead.
async fn head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let (mut head, mut buffer) = (Vec::new(), [0; 1024]);
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(read) => head.extend_from_slice(&buffer[..read]),
        }
        if head.first() == Some(&0x16) {
            break; // The greeting of TLS.
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}
