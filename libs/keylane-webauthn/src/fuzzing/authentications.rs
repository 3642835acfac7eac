//! Assertions that pass, and what becomes of them when they are changed.

use super::Outcome;
use super::tree::{Choices, Node};
use crate::base64url;
use crate::{
    AuthenticationCeremony, AuthenticationPurpose, AuthenticationResponse, CredentialRecord,
    Framing, PendingAuthentication, PublicKey, RequestExtensions, UnixMillis, UserHandle,
    UserVerification,
};

/// Assertions that are right, each by a key of its own.
#[derive(Debug)]
pub struct Authentications {
    right: Vec<Authentication>,
    challenge: Vec<u8>,
}

#[derive(Debug)]
struct Authentication {
    record: CredentialRecord,
    /// Client data, authenticator data, signature, user handle.
    parts: Node,
}

impl Authentications {
    /// Takes right answers to one challenge, each with the COSE key of its credential in base64url.
    /// `None` when one of them cannot be read.
    #[must_use]
    pub fn read(answers: &[(&str, &str)]) -> Option<Self> {
        let mut challenge = Vec::new();
        let mut right = Vec::new();
        for (json, key) in answers {
            let response = AuthenticationResponse::from_json(json).ok()?;
            challenge = response.unverified_challenge()?;
            right.push(Authentication::read(&response, key)?);
        }
        Some(Self { right, challenge })
    }

    /// Changes one of the answers as the bytes say, and verifies it. The first byte chooses; when
    /// no others follow, nothing is changed.
    ///
    /// Panics when something was accepted that the key has not signed.
    #[must_use]
    pub fn check(&self, bytes: &[u8]) -> Outcome {
        match self.accepted(bytes) {
            Some(()) => Outcome::Accepted,
            None => Outcome::Refused,
        }
    }

    fn accepted(&self, bytes: &[u8]) -> Option<()> {
        let mut choices = Choices(bytes);
        let authentication = self.right.get(usize::from(choices.byte()?) % self.right.len())?;
        let mut parts = authentication.parts.clone();
        while let Some(donor) = choices.byte() {
            let donor = self.right.get(usize::from(donor) % self.right.len())?;
            if parts.change(&mut choices, &donor.parts).is_none() {
                break;
            }
        }
        let response = authentication.json(&parts)?;
        let response = AuthenticationResponse::from_json(&response).ok()?;
        self.verify(&authentication.record, &response)?;
        let signed = |parts: &Node| {
            let Node::Array(parts) = parts else { return None };
            Some([parts.first()?.content().to_vec(), parts.get(1)?.content().to_vec()])
        };
        assert_eq!(signed(&parts), signed(&authentication.parts), "accepted, and not signed");
        Some(())
    }

    fn verify(&self, record: &CredentialRecord, response: &AuthenticationResponse) -> Option<()> {
        let ceremony = PendingAuthentication::new(AuthenticationCeremony {
            challenge: self.challenge.clone(),
            rp_id: "example.org".parse().ok()?,
            origin: "https://example.org".parse().ok()?,
            user_verification: UserVerification::Preferred,
            framing: Framing::SameOriginOnly,
            allow_credentials: Vec::new(),
            user: None,
            purpose: AuthenticationPurpose::SignIn,
            extensions: RequestExtensions::default(),
            deadline: UnixMillis(0),
        });
        let verified = ceremony.verify(response, record, UnixMillis(0)).ok()?;
        assert_eq!(verified.user_handle(), &record.user_handle);
        Some(())
    }
}

impl Authentication {
    fn read(response: &AuthenticationResponse, key: &str) -> Option<Self> {
        let user_handle: UserHandle = response.unverified_user_handle()?.clone();
        let parts = vec![
            Node::bytes(&response.client_data_json),
            Node::bytes(&response.authenticator_data),
            Node::bytes(&response.signature),
            Node::bytes(user_handle.as_bytes()),
        ];
        let record = CredentialRecord {
            id: response.credential_id().clone(),
            user_handle,
            public_key: PublicKey::from_cose(&base64url::decode(key)?).ok()?,
            sign_count: 0,
            backup_eligible: true,
            backed_up: true,
            uv_initialized: true,
            rp_id: "example.org".parse().ok()?,
        };
        Some(Self { record, parts: Node::Array(parts) })
    }

    /// The answer of a browser that has these parts; `None` when there are too few of them.
    fn json(&self, parts: &Node) -> Option<String> {
        let Node::Array(parts) = parts else { return None };
        let [client_data, data, signature, user_handle, ..] = parts.as_slice() else { return None };
        let id = base64url::encode(self.record.id.as_bytes());
        let text = |node: &Node| base64url::encode(node.content());
        Some(format!(
            r#"{{"id":"{id}","rawId":"{id}","type":"public-key","clientExtensionResults":{{}},"response":{{"clientDataJSON":"{}","authenticatorData":"{}","signature":"{}","userHandle":"{}"}}}}"#,
            text(client_data),
            text(data),
            text(signature),
            text(user_handle),
        ))
    }
}
