//! Registrations that pass, and what becomes of them when they are changed.

use super::Outcome;
use super::tree::{Choices, Node};
use crate::attestation::{AttestationFormat, AttestationObject};
use crate::base64url;
use crate::cbor::{self, Form};
use crate::{
    AttestationPolicy, CoseAlgorithm, CreationExtensions, Framing, Mediation, PendingRegistration,
    RegistrationCeremony, RegistrationResponse, TrustAnchor, TrustAnchors, UnixMillis,
    UserVerification,
};

/// Registrations that are right at `now`, each of them with an attestation that leads to one root
/// or was made with the credential's own key.
#[derive(Debug)]
pub struct Registrations {
    right: Vec<Registration>,
    policy: AttestationPolicy,
    challenge: Vec<u8>,
    now: UnixMillis,
}

#[derive(Debug)]
struct Registration {
    id: String,
    /// The client data, and the attestation object as a tree.
    parts: Node,
    signed: Signed,
}

/// What the signature of an attestation statement covers.
#[derive(Debug, PartialEq, Eq)]
struct Signed {
    format: AttestationFormat,
    client_data: Vec<u8>,
    authenticator_data: Vec<u8>,
}

impl Registrations {
    /// Takes right answers to one challenge, with the root of their certificates in DER. `None`
    /// when one of them cannot be read.
    #[must_use]
    pub fn read(answers: &[&str], root: &[u8], now: UnixMillis) -> Option<Self> {
        let mut challenge = Vec::new();
        let mut right = Vec::new();
        for json in answers {
            let response = RegistrationResponse::from_json(json).ok()?;
            challenge = response.unverified_challenge()?;
            right.push(Registration::read(&response)?);
        }
        let formats = right.iter().map(|it| it.signed.format.clone()).collect();
        let anchors = TrustAnchors::from_iter([TrustAnchor::from_der(root).ok()?]);
        Some(Self { right, policy: AttestationPolicy::required(formats, anchors), challenge, now })
    }

    /// Changes one of the answers as the bytes say, and verifies it. The first byte chooses; when
    /// no others follow, nothing is changed.
    ///
    /// Panics when something was accepted that nobody has signed.
    #[must_use]
    pub fn check(&self, bytes: &[u8]) -> Outcome {
        match self.accepted(bytes) {
            Some(()) => Outcome::Accepted,
            None => Outcome::Refused,
        }
    }

    fn accepted(&self, bytes: &[u8]) -> Option<()> {
        let mut choices = Choices(bytes);
        let registration = self.right.get(usize::from(choices.byte()?) % self.right.len())?;
        let mut parts = registration.parts.clone();
        while let Some(donor) = choices.byte() {
            let donor = self.right.get(usize::from(donor) % self.right.len())?;
            if parts.change(&mut choices, &donor.parts).is_none() {
                break;
            }
        }
        let response = RegistrationResponse::from_json(&json(&registration.id, &parts)?).ok()?;
        self.verify(&response)?;
        let signed = Signed::read(&response);
        let known = self.right.iter().any(|it| Some(&it.signed) == signed.as_ref());
        assert!(known, "accepted, and signed by nobody: {signed:?}");
        Some(())
    }

    fn verify(&self, response: &RegistrationResponse) -> Option<()> {
        let ceremony = PendingRegistration::new(RegistrationCeremony {
            challenge: self.challenge.clone(),
            rp_id: "example.org".parse().ok()?,
            origin: "https://example.org".parse().ok()?,
            algorithms: CoseAlgorithm::ALL.to_vec(),
            user_verification: UserVerification::Preferred,
            mediation: Mediation::Conditional,
            framing: Framing::SameOriginOnly,
            attestation: self.policy.clone(),
            extensions: CreationExtensions::default(),
            deadline: self.now,
        });
        let verified = ceremony.verify(response, self.now).ok()?;
        assert_eq!(verified.credential_id(), response.credential_id());
        Some(())
    }
}

impl Registration {
    fn read(response: &RegistrationResponse) -> Option<Self> {
        let object = cbor::decode(&response.attestation_object, Form::Envelope).ok()?;
        Some(Self {
            id: base64url::encode(response.credential_id().as_bytes()),
            parts: Node::Array(vec![Node::bytes(&response.client_data_json), Node::from(&object)]),
            signed: Signed::read(response)?,
        })
    }
}

impl Signed {
    fn read(response: &RegistrationResponse) -> Option<Self> {
        let object = AttestationObject::parse(&response.attestation_object).ok()?;
        let data = &object.authenticator_data;
        let authenticator_data = match object.format {
            // U2F authenticators sign neither flags nor counter, nor what the client adds.
            AttestationFormat::FidoU2f => {
                let attested = data.attested.as_ref()?;
                [&data.rp_id_hash[..], attested.credential_id, attested.public_key].concat()
            }
            _ => object.authenticator_data_bytes.to_vec(),
        };
        let client_data = response.client_data_json.clone();
        Some(Self { format: object.format, client_data, authenticator_data })
    }
}

/// The answer of a browser that has these parts; `None` when there are too few of them.
fn json(id: &str, parts: &Node) -> Option<String> {
    let Node::Array(parts) = parts else { return None };
    let [client_data, object, ..] = parts.as_slice() else { return None };
    let mut encoded = Vec::new();
    object.encode(&mut encoded);
    let (client_data, object) =
        (base64url::encode(client_data.content()), base64url::encode(&encoded));
    Some(format!(
        r#"{{"id":"{id}","rawId":"{id}","type":"public-key","clientExtensionResults":{{}},"response":{{"clientDataJSON":"{client_data}","attestationObject":"{object}"}}}}"#
    ))
}
