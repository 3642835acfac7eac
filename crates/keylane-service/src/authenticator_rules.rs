//! Which authenticators an application lets its people use.
//!
//! The verifier proves what an authenticator is; metadata knows what its model is worth; these
//! rules decide. A rule about the model needs proof: an AAGUID is what an authenticator says of
//! itself, so as soon as a rule lets some models in and others not, only those that a trust anchor
//! vouches for can pass. A TPM, Android's keystore and Apple vouch for a key, and whoever asked them
//! for it wrote the AAGUID beside it: any app on a telephone could say that it is a certain security
//! key. There, only an anchor that metadata has for the model proves the model.

use std::sync::Arc;

use keylane_mds::{
    CertificationLevel, Date, KeyProtection, KnownAuthenticator, Metadata, MetadataEntry,
    StatusPolicy, StatusVerdict,
};
use keylane_webauthn::{
    Aaguid, AttestationClaim, AttestationConveyance, AttestationPolicy, KeyStorage, PolicySwitch,
    TrustAnchor, TrustAnchors,
};

/// What an application demands of authenticators. The default takes every one.
#[derive(Debug, Clone)]
pub struct AuthenticatorRules {
    /// Which attestation browsers are asked for.
    pub conveyance: AttestationConveyance,
    /// When the rules are applied.
    pub verification: Verification,
    /// The only models that may be used; all when empty.
    pub allowed_models: Vec<Aaguid>,
    /// Models that may not be used.
    pub denied_models: Vec<Aaguid>,
    /// The lowest FIDO certification.
    pub certification_min: Option<CertificationLevel>,
    /// Where private keys have to live.
    pub key_protection: DemandedProtection,
    /// What becomes of passkeys that are copied between devices.
    pub synced: Admission,
    /// What becomes of passkeys that stay on one device.
    pub device_bound: Admission,
    /// What becomes of authenticators whose model is not in metadata.
    pub unknown_models: Admission,
    /// Serial numbers of the single authenticators that may be used (enterprise attestation, section
    /// 8.2.2); all when empty.
    pub serial_numbers: Vec<Vec<u8>>,
    /// Liberties of the verifier.
    pub switches: Vec<PolicySwitch>,
    /// Whom the operator trusts besides metadata.
    pub anchors: Arc<TrustAnchors>,
}

/// When the rules are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verification {
    /// Before the passkey is added; one that breaks a rule is not added.
    Required,
    /// After it was added; what happens to one that breaks a rule is decided elsewhere.
    Background,
    /// Before it is added, for a share of all registrations; in the background for the others.
    Sampled {
        /// How many of a thousand registrations are judged at once.
        per_thousand: u16,
    },
}

/// Whether something may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It may.
    Accept,
    /// It may not.
    Refuse,
}

/// Where private keys have to live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemandedProtection {
    /// Anywhere.
    Any,
    /// In hardware: a secure element, a trusted execution environment or a TPM, proved by the
    /// statement itself or by the metadata of its model.
    Hardware,
}

/// What a trust anchor vouches for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vouched {
    /// Nothing.
    Nothing,
    /// Where the key comes from. The model is the word of whoever made the credential.
    Key,
    /// The model too.
    Model,
}

/// What is known of one authenticator.
#[derive(Debug, Clone, Copy)]
pub struct Authenticator<'a> {
    /// Its model, as it says of itself.
    pub aaguid: Aaguid,
    /// Whether its passkey may be copied to other devices.
    pub backup_eligible: bool,
    /// What a trust anchor vouches for.
    pub vouched: Vouched,
    /// Where the key lives, when an anchored statement says.
    pub key_storage: Option<KeyStorage>,
    /// Its serial number, when an anchored statement says.
    pub serial_number: Option<&'a [u8]>,
    /// The certificates of its statement in DER.
    pub trust_path: &'a [&'a [u8]],
}

/// Why an authenticator may not be used. Variants stand in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthenticatorRefusal {
    /// Passkeys that are copied between devices are not accepted.
    #[error("synced passkeys are not accepted")]
    Synced,
    /// Passkeys that stay on one device are not accepted.
    #[error("device-bound passkeys are not accepted")]
    DeviceBound,
    /// The model is on the list of denied ones.
    #[error("the model is denied")]
    Denied,
    /// Metadata says that the model is revoked or compromised.
    #[error("the model is revoked or compromised")]
    Revoked,
    /// A rule about the model cannot be applied, since nothing proves what the model is.
    #[error("nothing proves which model the authenticator is")]
    Unproven,
    /// The model is not on the list of allowed ones.
    #[error("the model is not one of those that are allowed")]
    NotListed,
    /// The model is not in metadata.
    #[error("the model is not known")]
    Unknown,
    /// The certification of the model is too low.
    #[error("the certification of the model is too low")]
    Certification,
    /// Nothing proves that the key lives in hardware.
    #[error("the private key is not protected by hardware")]
    KeyProtection,
    /// The serial number is not on the list.
    #[error("the authenticator is not one of those that were handed out")]
    SerialNumber,
}

impl AuthenticatorRefusal {
    /// A stable name for answers, logs and metrics.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Synced => "authenticator_synced",
            Self::DeviceBound => "authenticator_device_bound",
            Self::Denied => "authenticator_denied",
            Self::Revoked => "authenticator_revoked",
            Self::Unproven => "authenticator_unproven",
            Self::NotListed => "authenticator_not_listed",
            Self::Unknown => "authenticator_unknown",
            Self::Certification => "authenticator_certification_too_low",
            Self::KeyProtection => "authenticator_not_in_hardware",
            Self::SerialNumber => "authenticator_serial_not_listed",
        }
    }
}

impl Default for AuthenticatorRules {
    fn default() -> Self {
        Self {
            conveyance: AttestationConveyance::None,
            verification: Verification::Required,
            allowed_models: Vec::new(),
            denied_models: Vec::new(),
            certification_min: None,
            key_protection: DemandedProtection::Any,
            synced: Admission::Accept,
            device_bound: Admission::Accept,
            unknown_models: Admission::Accept,
            serial_numbers: Vec::new(),
            switches: vec![PolicySwitch::TpmRs1],
            anchors: Arc::new(TrustAnchors::new()),
        }
    }
}

impl AuthenticatorRules {
    /// What the verifier is to make of a statement when the rules are applied at once.
    ///
    /// The anchors are those of the model's metadata when it has any, since a vendor vouches for
    /// its own models only, and the operator's otherwise. Whether somebody has to vouch is the
    /// rules' business ([`Self::judge`]), so that the person can be told what was missing.
    #[must_use]
    pub fn policy(
        &self,
        claim: Option<&AttestationClaim>,
        metadata: Option<&Metadata>,
    ) -> AttestationPolicy {
        if self.conveyance == AttestationConveyance::None {
            return AttestationPolicy::none_requested();
        }
        let entry = claim.zip(metadata).and_then(|(claim, metadata)| find(claim, metadata));
        let roots = entry.map(roots_of).unwrap_or_default();
        let anchors = if roots.is_empty() { (*self.anchors).clone() } else { roots };
        AttestationPolicy::recorded(anchors).with_switches(self.switches.clone())
    }

    /// Whether an authenticator may be used on `date`. `metadata` is what [`Self::policy`] was made
    /// with.
    ///
    /// # Errors
    ///
    /// [`AuthenticatorRefusal`], for the first rule that it breaks.
    pub fn judge(
        &self,
        authenticator: &Authenticator<'_>,
        metadata: Option<&Metadata>,
        date: Date,
    ) -> Result<(), AuthenticatorRefusal> {
        use AuthenticatorRefusal as Refusal;
        let (admission, refusal) = if authenticator.backup_eligible {
            (self.synced, Refusal::Synced)
        } else {
            (self.device_bound, Refusal::DeviceBound)
        };
        if admission == Admission::Refuse {
            return Err(refusal);
        }
        if self.denied_models.contains(&authenticator.aaguid) {
            return Err(Refusal::Denied);
        }
        let entry = metadata.and_then(|metadata| entry_of(authenticator, metadata));
        let known = KnownAuthenticator {
            trust_path: Some(authenticator.trust_path),
            ..KnownAuthenticator::default()
        };
        let assessment = entry.map(|entry| StatusPolicy::default().assess(entry, date, &known));
        let verdict = assessment.as_ref().map(|it| it.verdict);
        if matches!(verdict, Some(StatusVerdict::Revoked | StatusVerdict::Compromised(_))) {
            return Err(Refusal::Revoked);
        }
        if !self.demands_proof() {
            return Ok(());
        }
        let model_proved = match authenticator.vouched {
            Vouched::Nothing => return Err(Refusal::Unproven),
            Vouched::Key => entry.is_some_and(|entry| !roots_of(entry).is_empty()),
            Vouched::Model => true,
        };
        if self.names_models() && !model_proved {
            return Err(Refusal::Unproven);
        }
        if !self.allowed_models.is_empty() && !self.allowed_models.contains(&authenticator.aaguid) {
            return Err(Refusal::NotListed);
        }
        if self.unknown_models == Admission::Refuse && entry.is_none() {
            return Err(Refusal::Unknown);
        }
        if assessment.and_then(|it| it.certification) < self.certification_min {
            return Err(Refusal::Certification);
        }
        let described = entry.filter(|_| model_proved);
        let in_hardware = in_hardware(authenticator, described);
        if self.key_protection == DemandedProtection::Hardware && !in_hardware {
            return Err(Refusal::KeyProtection);
        }
        self.judge_serial_number(authenticator)
    }

    /// Whether a rule can only be applied to authenticators that somebody vouches for.
    #[must_use]
    pub fn demands_proof(&self) -> bool {
        self.names_models()
            || self.key_protection == DemandedProtection::Hardware
            || !self.serial_numbers.is_empty()
    }

    /// Whether a rule depends on which model an authenticator is.
    fn names_models(&self) -> bool {
        !self.allowed_models.is_empty()
            || self.certification_min.is_some()
            || self.unknown_models == Admission::Refuse
    }

    fn judge_serial_number(
        &self,
        authenticator: &Authenticator<'_>,
    ) -> Result<(), AuthenticatorRefusal> {
        let listed = |number: &[u8]| self.serial_numbers.iter().any(|it| it == number);
        if self.serial_numbers.is_empty() || authenticator.serial_number.is_some_and(listed) {
            Ok(())
        } else {
            Err(AuthenticatorRefusal::SerialNumber)
        }
    }
}

/// What metadata has about the authenticator that a response claims to come from. Keys count only
/// where there is no AAGUID, or one model's key would find another model's entry.
fn find<'m>(claim: &AttestationClaim, metadata: &'m Metadata) -> Option<&'m MetadataEntry> {
    if !claim.aaguid.is_zero() {
        return metadata.by_aaguid(keylane_mds::Aaguid(claim.aaguid.0));
    }
    let mut keys = claim.key_identifiers.iter();
    keys.find_map(|key| metadata.by_key_identifier(keylane_mds::KeyIdentifier(*key)))
}

/// The roots of a model that can be read.
fn roots_of(entry: &MetadataEntry) -> TrustAnchors {
    let roots = entry.attestation_roots().iter();
    roots.filter_map(|der| TrustAnchor::from_der(der).ok()).collect()
}

/// What metadata has about an authenticator.
fn entry_of<'m>(
    authenticator: &Authenticator<'_>,
    metadata: &'m Metadata,
) -> Option<&'m MetadataEntry> {
    if !authenticator.aaguid.is_zero() {
        return metadata.by_aaguid(keylane_mds::Aaguid(authenticator.aaguid.0));
    }
    metadata.by_attestation_certificate(authenticator.trust_path.first()?)
}

/// Whether the key lives in hardware, by the statement or by the model's metadata.
fn in_hardware(authenticator: &Authenticator<'_>, entry: Option<&MetadataEntry>) -> bool {
    match authenticator.key_storage {
        Some(KeyStorage::TrustedEnvironment | KeyStorage::StrongBox | KeyStorage::Tpm) => true,
        Some(_) => false,
        None => {
            let statement = entry.and_then(|entry| entry.statement.as_ref());
            let protections = statement.map(|it| it.key_protection.as_slice()).unwrap_or_default();
            protections.iter().any(|it| {
                matches!(
                    it,
                    KeyProtection::Hardware | KeyProtection::Tee | KeyProtection::SecureElement
                )
            })
        }
    }
}

#[cfg(test)]
mod tests;
