//! The ceremonies that are measured: real answers of a software authenticator to the options of
//! the peer, so that both verifiers judge the same bytes for the same challenge.
//!
//! Material is plain JSON, so that a run under an instruction counter can load what another
//! process made and does nothing else.

use std::time::Duration;

use anyhow::{Context, anyhow};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keylane_authenticator::{Authenticator, AuthenticatorConfig, Counter};
use serde::{Deserialize, Serialize};
use url::Url;
use webauthn_rs_core::WebauthnCore;
use webauthn_rs_core::proto::{AuthenticationState, Credential, RegistrationState};
use webauthn_rs_proto::{AttestationConveyancePreference, COSEAlgorithm, UserVerificationPolicy};

use crate::attested::{Attested, Statement};

pub(crate) const RP_ID: &str = "example.org";
pub(crate) const ORIGIN: &str = "https://login.example.org";
pub(crate) const USER_HANDLE: [u8; 16] = *b"user-handle-0001";

/// Keys, and assertions of each key: enough that neither side can learn one signature by heart.
const KEYS: usize = 8;
const ASSERTIONS_PER_KEY: usize = 8;

/// The algorithms, with their names in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Algorithm {
    Es256,
    Ed25519,
    Rs256,
}

impl Algorithm {
    pub(crate) const ALL: [Self; 3] = [Self::Es256, Self::Ed25519, Self::Rs256];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Ed25519 => "Ed25519",
            Self::Rs256 => "RS256",
        }
    }

    fn cose_id(self) -> i64 {
        match self {
            Self::Es256 => keylane_authenticator::ES256,
            Self::Ed25519 => keylane_authenticator::EDDSA,
            Self::Rs256 => keylane_authenticator::RS256,
        }
    }

    fn peer(self) -> COSEAlgorithm {
        match self {
            Self::Es256 => COSEAlgorithm::ES256,
            Self::Ed25519 => COSEAlgorithm::EDDSA,
            Self::Rs256 => COSEAlgorithm::RS256,
        }
    }
}

/// A registration and the challenge it answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Registration {
    pub(crate) challenge: Vec<u8>,
    pub(crate) json: String,
}

/// An assertion, the challenge it answers, and what a bare verification needs of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Assertion {
    pub(crate) registration: Registration,
    pub(crate) challenge: Vec<u8>,
    pub(crate) json: String,
    /// The public key as the signature library takes it: point, coordinate or DER.
    pub(crate) public_key: Vec<u8>,
    /// Authenticator data and the hash of the client data.
    pub(crate) signed: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    /// The peer's state; `None` when the peer does not verify the algorithm.
    pub(crate) peer: Option<AuthenticationState>,
}

/// Everything that is measured.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Materials {
    pub(crate) algorithms: Vec<Material>,
    pub(crate) attested: Vec<Attested>,
}

impl Materials {
    pub(crate) fn generate() -> anyhow::Result<Self> {
        let algorithms = Algorithm::ALL.into_iter().map(Material::generate);
        let attested = Statement::ALL.into_iter().map(Attested::generate);
        Ok(Self {
            algorithms: algorithms.collect::<anyhow::Result<_>>()?,
            attested: attested.collect::<anyhow::Result<_>>()?,
        })
    }
}

/// Everything that is measured for one algorithm.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Material {
    pub(crate) algorithm: Algorithm,
    pub(crate) assertions: Vec<Assertion>,
}

/// The peer, set up for our site.
pub(crate) fn peer() -> anyhow::Result<WebauthnCore> {
    Ok(WebauthnCore::new_unsafe_experts_only(
        "Example",
        RP_ID,
        vec![Url::parse(ORIGIN)?],
        Duration::from_secs(300),
        None,
        None,
    ))
}

impl Material {
    /// Registers keys and signs with them.
    pub(crate) fn generate(algorithm: Algorithm) -> anyhow::Result<Self> {
        let peer = peer()?;
        let mut assertions = Vec::new();
        for _ in 0..KEYS {
            let mut authenticator = Authenticator::new(AuthenticatorConfig {
                algorithms: vec![algorithm.cose_id()],
                counter: Counter::Rising,
                ..AuthenticatorConfig::default()
            });
            let (registration, state) = register(
                &peer,
                vec![algorithm.peer()],
                AttestationConveyancePreference::None,
                &mut authenticator,
            )?;
            let credential = register_with_peer(&peer, &registration.json, &state);
            for _ in 0..ASSERTIONS_PER_KEY {
                let assertion = sign_in(
                    &peer,
                    algorithm,
                    &mut authenticator,
                    registration.clone(),
                    credential.as_ref(),
                )?;
                assertions.push(assertion);
            }
        }
        Ok(Self { algorithm, assertions })
    }
}

/// A registration for options of the peer.
pub(crate) fn register(
    peer: &WebauthnCore,
    algorithms: Vec<COSEAlgorithm>,
    conveyance: AttestationConveyancePreference,
    authenticator: &mut Authenticator,
) -> anyhow::Result<(Registration, RegistrationState)> {
    let builder = peer
        .new_challenge_register_builder(&USER_HANDLE, "ada", "Ada")
        .map_err(|err| anyhow!("the peer refuses to begin: {err:?}"))?
        .attestation(conveyance)
        .credential_algorithms(algorithms)
        .require_resident_key(true)
        .user_verification_policy(UserVerificationPolicy::Required);
    let (options, state) = peer
        .generate_challenge_register(builder)
        .map_err(|err| anyhow!("the peer refuses to begin: {err:?}"))?;
    let json = authenticator.create(&serde_json::to_string(&options.public_key)?, ORIGIN)?;
    let challenge = options.public_key.challenge.clone();
    Ok((Registration { challenge, json }, state))
}

/// `None` when the peer does not know the algorithm.
fn register_with_peer(
    peer: &WebauthnCore,
    json: &str,
    state: &RegistrationState,
) -> Option<Credential> {
    let response = serde_json::from_str(json).ok()?;
    peer.register_credential(&response, state, None).ok()
}

fn sign_in(
    peer: &WebauthnCore,
    algorithm: Algorithm,
    authenticator: &mut Authenticator,
    registration: Registration,
    credential: Option<&Credential>,
) -> anyhow::Result<Assertion> {
    let builder = peer
        .new_challenge_authenticate_builder(
            credential.cloned().into_iter().collect(),
            Some(UserVerificationPolicy::Required),
        )
        .map_err(|err| anyhow!("the peer refuses to begin: {err:?}"))?;
    let (options, state) = peer
        .generate_challenge_authenticate(builder)
        .map_err(|err| anyhow!("the peer refuses to begin: {err:?}"))?;
    let challenge = options.public_key.challenge.clone();
    let json = authenticator.get(&serde_json::to_string(&options.public_key)?, ORIGIN)?;

    let answer: serde_json::Value = serde_json::from_str(&json)?;
    let created: serde_json::Value = serde_json::from_str(&registration.json)?;
    let client_data = member(&answer, "clientDataJSON")?;
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &client_data);
    Ok(Assertion {
        public_key: bare_key(algorithm, &member(&created, "publicKey")?),
        signed: [member(&answer, "authenticatorData")?.as_slice(), hash.as_ref()].concat(),
        signature: member(&answer, "signature")?,
        peer: credential.map(|_| state),
        registration,
        challenge,
        json,
    })
}

/// The key out of its SubjectPublicKeyInfo, in the form that is cheapest to read. RSA stays as
/// it is.
fn bare_key(algorithm: Algorithm, spki: &[u8]) -> Vec<u8> {
    let length = match algorithm {
        Algorithm::Es256 => 65,
        Algorithm::Ed25519 => 32,
        Algorithm::Rs256 => spki.len(),
    };
    spki[spki.len().saturating_sub(length)..].to_vec()
}

/// A member of an answer's `response`, decoded.
pub(crate) fn member(answer: &serde_json::Value, name: &str) -> anyhow::Result<Vec<u8>> {
    let text = answer["response"][name].as_str().with_context(|| format!("no {name}"))?;
    Ok(URL_SAFE_NO_PAD.decode(text)?)
}
