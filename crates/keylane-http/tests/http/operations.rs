//! The operators' listener.

use std::sync::Arc;

use async_trait::async_trait;
use axum::body::Body;
use http::Request;
use keylane_mds::{Anchors, RevocationPolicy};
use keylane_model::MetadataHead;
use keylane_service::{
    FetchMetadataError, FetchedMetadata, MetadataSource, MetadataTrust, UnverifiedMetadata,
};
use keylane_testkit::{Answer, Client, MetadataAuthority, SoftwareBrowser, TestModel, TestServer};
use serde_json::json;

#[tokio::test]
async fn server_with_a_store_is_alive_and_ready() {
    let server = TestServer::start().await;
    ops(&server, "/livez").await.expect(200);
    assert_eq!(ops(&server, "/readyz").await.expect(200).text(), "ready\n");
}

#[tokio::test]
async fn metrics_count_ceremonies_and_sessions() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account("ada@example.org").await;
    ada.sign_in().await.expect(200);
    for line in [
        r#"keylane_ceremonies_total{ceremony="registration",step="finish",outcome="ok",code="ok"} 1"#,
        r#"keylane_ceremonies_total{ceremony="authentication",step="finish",outcome="ok",code="ok"} 1"#,
        r#"keylane_sessions_opened_total{assurance="code"} 1"#,
        r#"keylane_sessions_opened_total{assurance="passkey"} 2"#,
        r#"keylane_http_requests_total{route="/v1/authentication/finish",class="2xx"} 1"#,
        r#"keylane_http_request_seconds_count{route="/v1/authentication/finish"} 1"#,
    ] {
        check(&server, line).await;
    }
}

#[tokio::test]
async fn metrics_have_the_reason_that_the_client_was_not_told() {
    let server = TestServer::start().await;
    let mut ada = SoftwareBrowser::at_home(&server);
    ada.open_account("ada@example.org").await;
    let finish = ada.make_assertion(&json!({})).await;
    ada.forget_session();
    let refused = ada.client.post("/v1/authentication/finish", &finish).await;
    refused.expect_problem(401, "authentication_refused");
    let line = r#"keylane_ceremonies_total{ceremony="authentication",step="finish",outcome="refused",code="ceremony_foreign"} 1"#;
    check(&server, line).await;
}

#[tokio::test]
async fn metrics_tell_of_metadata_once_there_is_some() {
    let server = TestServer::start().await;
    let before = ops(&server, "/metrics").await;
    assert!(!before.text().contains("keylane_metadata_number "), "{}", before.text());
    let authority = MetadataAuthority::new();
    let model = TestModel::new([1; 16], "Example Key", "FIDO_CERTIFIED");
    let own = Anchors::from_der([authority.root_der()]).unwrap();
    let (crls, revocation) = (Vec::new(), RevocationPolicy::Soft);
    let trust = Arc::new(MetadataTrust { anchors: vec![own], crls, revocation });
    // The tests begin on the first of January.
    let good = Blob(authority.blob(7, "2026-01-02", &[model]));
    server.service().refresh_metadata(&good, &trust).await.unwrap();
    let page = Blob(b"<html>".to_vec());
    server.service().refresh_metadata(&page, &trust).await.unwrap_err();
    server.clock().advance_s(3 * 24 * 60 * 60);
    for line in [
        "keylane_metadata_number 7",
        "keylane_metadata_entries 1",
        "keylane_metadata_age_seconds 259200",
        "keylane_metadata_overdue_seconds 86400",
        r#"keylane_metadata_refreshes_total{code="stored"} 1"#,
        r#"keylane_metadata_refreshes_total{code="blob_is_html"} 1"#,
        r#"keylane_affected_passkeys{standing="any",proof="claimed"} 0"#,
    ] {
        check(&server, line).await;
    }
}

#[derive(Debug)]
struct Blob(Vec<u8>);

#[async_trait]
impl MetadataSource for Blob {
    async fn fetch(
        &self,
        _known: Option<&MetadataHead>,
    ) -> Result<FetchedMetadata, FetchMetadataError> {
        Ok(FetchedMetadata::New(UnverifiedMetadata {
            blob: self.0.as_slice().into(),
            source: "test".to_owned(),
            etag: None,
            last_modified: None,
        }))
    }
}

#[tokio::test]
async fn made_up_paths_are_counted_under_one_name() {
    let server = TestServer::start().await;
    let mut program = Client::program(&server);
    for path in ["/a", "/b", "/wp-login.php"] {
        program.get(path).await.expect_problem(404, "not_found");
    }
    let metrics = ops(&server, "/metrics").await;
    assert!(!metrics.text().contains("wp-login"));
    check(&server, r#"keylane_http_requests_total{route="nowhere",class="4xx"} 3"#).await;
}

#[tokio::test]
async fn operators_pages_are_not_on_the_public_listener() {
    let server = TestServer::start().await;
    for path in ["/livez", "/readyz", "/metrics"] {
        Client::program(&server).get(path).await.expect_problem(404, "not_found");
    }
}

#[track_caller]
fn assert_line(metrics: &str, line: &str) {
    assert!(metrics.lines().any(|it| it == line), "{line} is not in\n{metrics}");
}

async fn check(server: &TestServer, line: &str) {
    assert_line(ops(server, "/metrics").await.expect(200).text(), line);
}

async fn ops(server: &TestServer, path: &str) -> Answer {
    let request = Request::get(path).body(Body::empty()).unwrap();
    Answer::read(server.answer_ops(request).await).await
}
