//! A person with a browser and an authenticator.

use keylane_authenticator::{Authenticator, AuthenticatorConfig};
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::server::TestServer;

/// A person with a browser and an authenticator, who does in one call what takes a page several.
#[derive(Debug)]
pub struct SoftwareBrowser {
    /// The page's connection.
    pub client: Client,
    /// What holds the passkeys.
    pub authenticator: Authenticator,
}

impl SoftwareBrowser {
    /// On Keylane's own pages, with a synced passkey provider.
    #[must_use]
    pub fn at_home(server: &TestServer) -> Self {
        Self::with(Client::own_page(server), AuthenticatorConfig::default())
    }

    /// On the page of an application, with a synced passkey provider.
    #[must_use]
    pub fn at(server: &TestServer, origin: &str) -> Self {
        Self::with(Client::page(server, origin), AuthenticatorConfig::default())
    }

    /// With this connection and authenticator.
    #[must_use]
    pub fn with(client: Client, config: AuthenticatorConfig) -> Self {
        Self { client, authenticator: Authenticator::new(config) }
    }

    /// Signs up with the code that was sent: a session that stands on a code.
    pub async fn sign_up(&mut self, email: &str) -> Answer {
        let begun = self.client.post("/v1/signup", &json!({ "handle": email })).await.expect(202);
        let signup_id = begun.json()["signup_id"].clone();
        let code = self.client.server().code_for(email).await;
        let answer = json!({ "signup_id": signup_id, "code": code });
        self.client.post("/v1/signup/verify", &answer).await
    }

    /// Adds a passkey to the account that is signed in.
    pub async fn register(&mut self) -> Answer {
        let finish = self.make_registration().await;
        self.client.post("/v1/registration/finish", &finish).await
    }

    /// The body of a registration's `finish`, not sent yet.
    pub async fn make_registration(&mut self) -> Value {
        let begun = self.client.post("/v1/registration/begin", &json!({})).await.expect(200);
        let options = begun.json()["publicKey"].to_string();
        let made = self.authenticator.create(&options, &self.origin()).unwrap();
        json!({ "credential": parsed(&made) })
    }

    /// Signs up and adds a first passkey.
    pub async fn open_account(&mut self, email: &str) {
        let _session = self.sign_up(email).await.expect(200);
        let _passkey = self.register().await.expect(201);
    }

    /// Signs in with a passkey that the authenticator has.
    pub async fn sign_in(&mut self) -> Answer {
        let finish = self.make_assertion(&json!({})).await;
        self.client.post("/v1/authentication/finish", &finish).await
    }

    /// The body of a sign-in's `finish`, not sent yet; `begin` is the body of the first half.
    pub async fn make_assertion(&mut self, begin: &Value) -> Value {
        let begun = self.client.post("/v1/authentication/begin", begin).await.expect(200);
        let options = begun.json()["publicKey"].to_string();
        let signed = self.authenticator.get(&options, &self.origin()).unwrap();
        json!({ "credential": parsed(&signed) })
    }

    /// Forgets cookies and tokens; the authenticator keeps its passkeys.
    pub fn forget_session(&mut self) {
        self.client.forget();
    }

    /// The page's origin; a program without a page speaks for Keylane's own.
    fn origin(&self) -> String {
        let own = &self.client.server().setup().own_origin;
        self.client.origin().unwrap_or(own).to_owned()
    }
}

fn parsed(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}
