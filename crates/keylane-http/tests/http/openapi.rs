//! The committed description of the API is true.

use std::collections::BTreeSet;

use http::Method;
use keylane_http::openapi_json;
use keylane_testkit::{Answer, Client, TestServer};
use serde_json::Value;

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/keylane.json");
const METHODS: [Method; 5] =
    [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// With `KEYLANE_BLESS=1` it writes the file instead.
#[test]
fn committed_description_is_fresh() {
    let fresh = openapi_json().unwrap();
    if std::env::var_os("KEYLANE_BLESS").is_some() {
        std::fs::write(COMMITTED, &fresh).unwrap();
    }
    let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
    assert!(
        committed == fresh,
        "openapi/keylane.json is stale; run: KEYLANE_BLESS=1 cargo test -p keylane-http openapi"
    );
}

#[test]
fn description_is_openapi_3_1() {
    assert_eq!(document()["openapi"], "3.1.0");
}

#[test]
fn every_answer_has_a_description_and_every_refusal_is_a_problem() {
    for (path, method, operation) in operations() {
        let answers = operation["responses"].as_object().unwrap();
        assert!(answers.contains_key("default"), "{method} {path}");
        for (status, answer) in answers {
            let description = answer["description"].as_str().unwrap_or_default();
            assert!(!description.is_empty(), "{method} {path} {status}");
            if status.starts_with('4') || status == "default" {
                let problem = &answer["content"]["application/problem+json"];
                assert!(problem.is_object(), "{method} {path} {status}: {answer}");
            }
        }
    }
}

#[test]
fn operations_have_names_of_their_own() {
    let names: Vec<_> =
        operations().into_iter().map(|(_, _, it)| it["operationId"].to_string()).collect();
    let different: BTreeSet<_> = names.iter().collect();
    assert_eq!(names.len(), different.len(), "{names:?}");
}

/// The server itself says what it takes: whatever is not 405 must be described, and the reverse.
#[tokio::test]
async fn every_operation_of_the_api_is_described_and_no_other() {
    let server = TestServer::start().await;
    let paths = document()["paths"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert!(paths.len() >= 18, "{paths:?}");
    let described: BTreeSet<_> =
        operations().into_iter().map(|(path, method, _)| (path, method)).collect();
    let mut taken = BTreeSet::new();
    for path in keylane_http::api_paths() {
        for method in METHODS {
            if ask(&server, &method, path).await.status() != 405 {
                taken.insert((path.to_owned(), method.as_str().to_lowercase()));
            }
        }
    }
    assert_eq!(described, taken);
}

async fn ask(server: &TestServer, method: &Method, path: &str) -> Answer {
    let mut page = Client::own_page(server);
    let path = path.replace("{id}", "7");
    let request = page.request(method, &path, None);
    page.send(request).await
}

fn document() -> Value {
    serde_json::from_str(&openapi_json().unwrap()).unwrap()
}

fn operations() -> Vec<(String, String, Value)> {
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        let operations = item.as_object().unwrap().iter();
        operations.map(|(method, operation)| (path.clone(), method.clone(), operation.clone()))
    });
    operations.collect()
}
