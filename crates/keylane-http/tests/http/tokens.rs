//! Access tokens, checked as an application's back end does: with the JWKS and another library.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use keylane_testkit::{Client, Setup, SoftwareBrowser, TestServer};
use serde_json::{Value, json};

const ADA: &str = "ada@example.org";
const SHOP: &str = "https://shop.example.org";

#[tokio::test]
async fn token_verifies_against_the_jwks() {
    let (server, ada) = ada_at_the_shop().await;
    let claims = verify(&server, ada.client.access_token().unwrap()).await.unwrap();
    assert_eq!(claims["iss"], "https://login.example.org");
    assert_eq!(claims["aud"], "example.org");
    assert_eq!(claims["email"], ADA);
    assert_eq!(claims["role"], "member");
    assert_eq!(claims["acr"], "passkey");
    assert_eq!(claims["amr"], json!(["pop", "user"]));
    let now = server.now().0 / 1000;
    assert_eq!(claims["iat"], now);
    assert_eq!(claims["auth_time"], now);
    assert_eq!(claims["exp"], now + 300);
}

#[tokio::test]
async fn token_names_the_user_and_session_of_the_api() {
    let (server, mut ada) = ada_at_the_shop().await;
    let claims = verify(&server, ada.client.access_token().unwrap()).await.unwrap();
    let me = ada.client.get("/v1/me").await.expect(200).json();
    assert_eq!(claims["sub"], me["user"]["id"]);
    assert_eq!(claims["sid"], me["session"]["id"]);
}

#[tokio::test]
async fn token_that_was_changed_does_not_verify() {
    let (server, ada) = ada_at_the_shop().await;
    let token = ada.client.access_token().unwrap();
    let (head, signature) = token.rsplit_once('.').unwrap();
    let (header, _claims) = head.split_once('.').unwrap();
    let forged = format!("{header}.eyJyb2xlIjoiYWRtaW5pc3RyYXRvciJ9.{signature}");
    assert!(verify(&server, &forged).await.is_none());
    let mut client = Client::page(&server, SHOP);
    client.set_access_token(Some(&forged));
    client.get("/v1/me").await.expect_problem(401, "session_required");
}

#[tokio::test]
async fn token_of_another_installation_is_nobody_here() {
    let (_there, ada) = ada_at_the_shop().await;
    let here = TestServer::start().await;
    let mut client = Client::program(&here);
    client.set_access_token(ada.client.access_token());
    client.get("/v1/me").await.expect_problem(401, "session_required");
}

#[tokio::test]
async fn token_of_an_ended_session_is_refused_at_once_by_the_api() {
    let (_server, mut ada) = ada_at_the_shop().await;
    let token = ada.client.access_token().unwrap().to_owned();
    ada.client.delete("/v1/me/sessions").await.expect(204);
    ada.client.set_access_token(Some(&token));
    ada.client.get("/v1/me").await.expect_problem(401, "session_required");
}

#[tokio::test]
async fn jwks_holds_public_keys_only_and_may_be_kept() {
    let (server, _ada) = ada_at_the_shop().await;
    let jwks = Client::program(&server).get("/.well-known/jwks.json").await.expect(200);
    assert_eq!(jwks.header("cache-control"), "public, max-age=3600");
    for key in jwks.json()["keys"].as_array().unwrap() {
        assert!(key.get("d").is_none());
        assert_eq!(key["crv"], "P-256");
        assert_eq!(key["alg"], "ES256");
    }
}

/// As a back end does it. Time is not checked here: the test's clock is not the library's.
async fn verify(server: &TestServer, token: &str) -> Option<Value> {
    let jwks = Client::program(server).get("/.well-known/jwks.json").await.expect(200);
    let jwks: JwkSet = serde_json::from_slice(jwks.bytes()).unwrap();
    let header = decode_header(token).unwrap();
    assert_eq!(header.typ.as_deref(), Some("at+jwt"));
    let key = DecodingKey::from_jwk(jwks.find(&header.kid.unwrap())?).unwrap();
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_issuer(&["https://login.example.org"]);
    validation.set_audience(&["example.org"]);
    validation.validate_exp = false;
    decode::<Value>(token, &key, &validation).ok().map(|token| token.claims)
}

async fn ada_at_the_shop() -> (TestServer, SoftwareBrowser) {
    let server = TestServer::start_with(Setup::production()).await;
    let mut ada = SoftwareBrowser::at(&server, SHOP);
    ada.open_account(ADA).await;
    (server, ada)
}
