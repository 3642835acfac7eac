//! Against a mail server of a few lines, on a socket of its own.

use keylane_service::{Mail, MailError, Mailer};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use super::*;

#[tokio::test]
async fn mail_arrives_with_its_headers_and_text() {
    let received = check("250 ok", Ok(())).await;
    assert!(received.contains("MAIL FROM:<login@example.org>"), "{received}");
    assert!(received.contains("RCPT TO:<ada@example.net>"), "{received}");
    assert!(received.contains("From: Example <login@example.org>"), "{received}");
    assert!(received.contains("Subject: 123456 is your code"), "{received}");
    assert!(received.contains("It is good for ten minutes."), "{received}");
    assert!(received.contains("Date: "), "{received}");
    assert!(received.contains("Content-Type: text/plain; charset=utf-8"), "{received}");
}

#[tokio::test]
async fn refusal_with_450_is_temporary() {
    check("450 mailbox of ada@example.net is busy", Err("temporary: it answered 450")).await;
}

#[tokio::test]
async fn refusal_with_550_is_permanent_and_says_nothing_of_the_recipient() {
    check("550 no such user ada@example.net", Err("permanent: it answered 550")).await;
}

#[tokio::test]
async fn refused_login_is_temporary_since_a_password_can_be_put_right() {
    check("535 authentication failed", Err("temporary: it answered 535")).await;
}

#[tokio::test]
async fn server_that_is_not_there_is_temporary() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let outcome = mailer(port).send(&mail()).await;
    assert!(matches!(outcome, Err(MailError::Temporary(_))), "{outcome:?}");
}

#[tokio::test]
async fn server_that_never_greets_is_given_up_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mailer = SmtpMailer::new(&format!("smtp://127.0.0.1:{port}"), FROM, 50).unwrap();
    let outcome = mailer.send(&mail()).await;
    assert!(matches!(outcome, Err(MailError::Temporary(_))), "{outcome:?}");
    drop(listener);
}

#[tokio::test]
async fn check_signs_in_and_sends_nothing() {
    let (port, sink) = sink("250 ok").await;
    mailer(port).check().await.unwrap();
    let received = sink.await.unwrap();
    assert!(received.contains("EHLO") && !received.contains("MAIL FROM"), "{received}");
}

#[test]
fn url_of_another_scheme_is_refused() {
    assert!(matches!(SmtpMailer::new("https://example.org", FROM, 1), Err(SmtpError::Url(_))));
}

#[test]
fn sender_that_is_no_address_is_refused() {
    assert!(matches!(SmtpMailer::new("smtp://127.0.0.1", "nobody", 1), Err(SmtpError::From)));
}

#[test]
fn debug_hides_the_password() {
    let mailer = SmtpMailer::new("smtps://ada:secret@example.org", FROM, 1).unwrap();
    assert_eq!(format!("{mailer:?}"), "SmtpMailer(…)");
}

const FROM: &str = "Example <login@example.org>";

/// Sends a mail to a server that answers its recipient with `answer`; what the server heard.
async fn check(answer: &'static str, expected: Result<(), &str>) -> String {
    let (port, sink) = sink(answer).await;
    let outcome = mailer(port).send(&mail()).await.map_err(|err| match err {
        MailError::Temporary(text) => format!("temporary: {text}"),
        MailError::Permanent(text) => format!("permanent: {text}"),
    });
    assert_eq!(outcome, expected.map_err(str::to_owned));
    sink.await.unwrap()
}

fn mailer(port: u16) -> SmtpMailer {
    SmtpMailer::new(&format!("smtp://127.0.0.1:{port}"), FROM, SMTP_TIMEOUT_MS).unwrap()
}

fn mail() -> Mail {
    Mail {
        to: "ada@example.net".parse().unwrap(),
        subject: "123456 is your code".into(),
        text: "Your code is 123456. It is good for ten minutes.\n".into(),
        code: Some("123456".into()),
    }
}

/// A mail server for one connection, which answers `RCPT` with `answer`.
#[expect(clippy::disallowed_methods, reason = "a test has no task tracker; it joins the task")]
async fn sink(answer: &'static str) -> (u16, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let task = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let (reader, mut writer) = stream.into_split();
        let mut lines = BufReader::new(reader).lines();
        let (mut received, mut in_text) = (String::new(), false);
        writer.write_all(b"220 sink\r\n").await.unwrap();
        while let Ok(Some(line)) = lines.next_line().await {
            received += &line;
            received.push('\n');
            in_text &= line != ".";
            if in_text {
                continue;
            }
            let reply = match line.get(..4).unwrap_or(".") {
                "RCPT" => answer,
                "DATA" => "354 go on",
                "QUIT" => "221 bye",
                _ => "250 ok",
            };
            in_text = line == "DATA";
            if writer.write_all(format!("{reply}\r\n").as_bytes()).await.is_err() {
                break;
            }
        }
        received
    });
    (port, task)
}
