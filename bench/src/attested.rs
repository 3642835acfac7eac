//! Registrations with attestation: real statements of every format below a test authority, and
//! the signatures in each that a verifier cannot do without.

mod checks;

use std::sync::Arc;

use anyhow::{Context, anyhow};
use keylane_authenticator::{
    Attestation, Authenticator, AuthenticatorConfig, RS256, TestAuthority,
};
use keylane_webauthn::{AttestationFormat, AttestationPolicy, TrustAnchor, TrustAnchors};
use serde::{Deserialize, Serialize};
use webauthn_rs_core::WebauthnCore;
use webauthn_rs_core::proto::{AttestationCaList, RegistrationState};
use webauthn_rs_proto::{AttestationConveyancePreference, COSEAlgorithm};

pub(crate) use self::checks::{Check, Signer};
use crate::material::{self, Registration};

/// Registrations of each format; each has a credential key and certificates of its own.
const REGISTRATIONS: usize = 8;

/// What is measured: the formats, and the variants of them that cost differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Statement {
    PackedSelf,
    Packed,
    TpmEcc,
    TpmRsa,
    FidoU2f,
    AndroidKey,
    Apple,
    AndroidSafetyNet,
    Compound,
}

impl Statement {
    pub(crate) const ALL: [Self; 9] = [
        Self::PackedSelf,
        Self::Packed,
        Self::TpmEcc,
        Self::TpmRsa,
        Self::FidoU2f,
        Self::AndroidKey,
        Self::Apple,
        Self::AndroidSafetyNet,
        Self::Compound,
    ];

    /// The heading of its group.
    pub(crate) fn heading(self) -> &'static str {
        match self {
            Self::PackedSelf => "packed registration, self attestation",
            Self::Packed => "packed registration",
            Self::TpmEcc => "tpm registration, ECC",
            Self::TpmRsa => "tpm registration, RSA",
            Self::FidoU2f => "fido-u2f registration",
            Self::AndroidKey => "android-key registration",
            Self::Apple => "apple registration",
            Self::AndroidSafetyNet => "android-safetynet registration",
            Self::Compound => "compound registration, tpm and packed",
        }
    }

    fn attestation(self) -> Attestation {
        match self {
            Self::PackedSelf => Attestation::PackedSelf,
            Self::Packed => Attestation::PackedAttestationCa,
            Self::TpmEcc | Self::TpmRsa => Attestation::Tpm,
            Self::FidoU2f => Attestation::FidoU2f,
            Self::AndroidKey => Attestation::AndroidKey,
            Self::Apple => Attestation::Apple,
            Self::AndroidSafetyNet => Attestation::AndroidSafetyNet,
            Self::Compound => Attestation::Compound,
        }
    }

    /// The formats that the relying party has to accept.
    fn formats(self) -> Vec<AttestationFormat> {
        use AttestationFormat as F;
        match self {
            Self::PackedSelf | Self::Packed => vec![F::Packed],
            Self::TpmEcc | Self::TpmRsa => vec![F::Tpm],
            Self::FidoU2f => vec![F::FidoU2f],
            Self::AndroidKey => vec![F::AndroidKey],
            Self::Apple => vec![F::Apple],
            Self::AndroidSafetyNet => vec![F::AndroidSafetyNet],
            Self::Compound => vec![F::Compound, F::Tpm, F::Packed],
        }
    }

    fn config(self) -> AuthenticatorConfig {
        let defaults = AuthenticatorConfig::default();
        let attestation = self.attestation();
        match self {
            // As TPMs mostly are: RSA from the credential up to the root.
            Self::TpmRsa => AuthenticatorConfig {
                attestation,
                algorithms: vec![RS256],
                attestation_algorithm: Some(RS256),
                ..defaults
            },
            _ => AuthenticatorConfig { attestation, ..defaults },
        }
    }

    fn authority(self) -> anyhow::Result<Arc<TestAuthority>> {
        let now_s = AuthenticatorConfig::default().now_ms / 1000;
        Ok(match self {
            Self::TpmRsa => Arc::new(TestAuthority::generate("Keylane RSA", RS256, RS256, now_s)?),
            _ => TestAuthority::shared(now_s)?,
        })
    }
}

/// One registration.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Case {
    pub(crate) registration: Registration,
    /// Every signature from the statement up to the anchor.
    pub(crate) checks: Vec<Check>,
    pub(crate) peer: RegistrationState,
}

/// Everything that is measured for one kind of statement.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Attested {
    pub(crate) statement: Statement,
    pub(crate) anchor_pem: String,
    pub(crate) cases: Vec<Case>,
    /// Why the peer refuses them.
    pub(crate) peer_refusal: Option<String>,
}

impl Attested {
    /// Makes the registrations and takes them apart.
    pub(crate) fn generate(statement: Statement) -> anyhow::Result<Self> {
        let (peer, authority) = (material::peer()?, statement.authority()?);
        let mut attested = Self {
            statement,
            anchor_pem: authority.root_pem(),
            cases: Vec::new(),
            peer_refusal: None,
        };
        for _ in 0..REGISTRATIONS {
            let mut authenticator = Authenticator::new(statement.config());
            authenticator.set_authority(Arc::clone(&authority));
            let (registration, state) = material::register(
                &peer,
                vec![COSEAlgorithm::ES256, COSEAlgorithm::RS256],
                AttestationConveyancePreference::Direct,
                &mut authenticator,
            )?;
            let checks = checks::of(&registration, attested.policy()?, authority.root())
                .with_context(|| format!("cannot take a {} apart", statement.heading()))?;
            attested.cases.push(Case { registration, checks, peer: state });
        }
        attested.peer_refusal = attested.try_peer(&peer)?;
        Ok(attested)
    }

    /// Demands the format, and the authority of the statement.
    pub(crate) fn policy(&self) -> anyhow::Result<AttestationPolicy> {
        let anchors: TrustAnchors =
            TrustAnchor::all_from_pem(&self.anchor_pem)?.into_iter().collect();
        Ok(AttestationPolicy::required(self.statement.formats(), anchors))
    }

    /// The same for the peer; `None` where there is no certificate, since it then wants no list.
    pub(crate) fn peer_anchors(&self) -> anyhow::Result<Option<AttestationCaList>> {
        if self.statement == Statement::PackedSelf {
            return Ok(None);
        }
        let list = AttestationCaList::try_from(self.anchor_pem.as_bytes());
        list.map(Some).map_err(|err| anyhow!("the peer refuses the anchor: {err:?}"))
    }

    /// Why the peer refuses one of the registrations; `None` when it accepts them all.
    fn try_peer(&self, peer: &WebauthnCore) -> anyhow::Result<Option<String>> {
        let anchors = self.peer_anchors()?;
        for it in &self.cases {
            let outcome = serde_json::from_str(&it.registration.json)
                .map(|response| peer.register_credential(&response, &it.peer, anchors.as_ref()));
            match outcome {
                Ok(Ok(_)) => {}
                Ok(Err(err)) => return Ok(Some(format!("{err:?}"))),
                Err(err) => return Ok(Some(format!("cannot read it: {err}"))),
            }
        }
        Ok(None)
    }
}
