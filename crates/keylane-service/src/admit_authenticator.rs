//! Whether a new passkey's authenticator may be used here.

use keylane_mds::UnixMillis as MetadataTime;
use keylane_webauthn::{
    AttestationFormat, AttestationPolicy, AttestationVerdict, PolicySwitch, RegistrationResponse,
    VerifiedRegistration,
};

use crate::authenticator_rules::{Authenticator, AuthenticatorRefusal, Verification, Vouched};
use crate::ceremony::Ceremony;
use crate::metadata::VerifiedMetadata;
use crate::service::Service;

impl Service {
    /// Whether the rules are applied before the passkey of this ceremony is added.
    ///
    /// A sample is drawn by the ceremony's random id, so a second try with the same challenge is
    /// not drawn anew.
    pub(crate) fn judges_at_once(&self, ceremony: &Ceremony) -> bool {
        match self.authenticators.verification {
            Verification::Required => true,
            Verification::Background => false,
            Verification::Sampled { per_thousand } => {
                let drawn = u16::from_be_bytes([ceremony.id[0], ceremony.id[1]]);
                drawn % 1000 < per_thousand
            }
        }
    }

    /// What the verifier is to make of the attestation. Where the rules are applied later, no
    /// statement is refused for lack of a liberty.
    pub(crate) fn attestation_policy(
        &self,
        ceremony: &Ceremony,
        response: &RegistrationResponse,
        metadata: Option<&VerifiedMetadata>,
    ) -> AttestationPolicy {
        let claim = response.unverified_attestation();
        let metadata = metadata.map(|it| it.blob().metadata());
        let policy = self.authenticators.policy(claim.as_ref(), metadata);
        if self.judges_at_once(ceremony) {
            policy
        } else {
            policy.with_switches(PolicySwitch::ALL.to_vec())
        }
    }

    /// Holds a verified registration to the rules. `metadata` is what it was verified with: newer
    /// metadata may have other roots for the model.
    pub(crate) fn admit_authenticator(
        &self,
        verified: &VerifiedRegistration,
        metadata: Option<&VerifiedMetadata>,
    ) -> Result<(), AuthenticatorRefusal> {
        let verdict = verified.attestation();
        let permitted = |switch| self.authenticators.switches.contains(switch);
        let permitted = verdict.switches.iter().all(permitted);
        let vouched = if permitted { vouched(verdict) } else { Vouched::Nothing };
        let anchored = vouched != Vouched::Nothing;
        let trust_path: Vec<&[u8]> = verdict.certificates().collect();
        let authenticator = Authenticator {
            aaguid: verified.aaguid(),
            backup_eligible: verified.backup_eligible(),
            vouched,
            key_storage: verdict.proven_key_storage().filter(|_| anchored),
            serial_number: verdict.proven_serial_number().filter(|_| anchored),
            trust_path: &trust_path,
        };
        let metadata = metadata.map(|it| it.blob().metadata());
        let today = MetadataTime(self.now().0).date();
        self.authenticators.judge(&authenticator, metadata, today)
    }
}

/// What the anchor of a statement vouches for. `packed` is signed by an authenticator whose maker
/// wrote its AAGUID, and a certificate that names another is refused. The other formats certify a
/// key that any software may have asked for, with any AAGUID beside it.
fn vouched(verdict: &AttestationVerdict) -> Vouched {
    let proves_model =
        |it: &AttestationVerdict| it.is_anchored() && it.format == AttestationFormat::Packed;
    if proves_model(verdict) || verdict.parts.iter().any(proves_model) {
        Vouched::Model
    } else if verdict.is_anchored() {
        Vouched::Key
    } else {
        Vouched::Nothing
    }
}
