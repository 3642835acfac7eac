//! Whether a new passkey's authenticator may be used here.

use keylane_mds::UnixMillis as MetadataTime;
use keylane_webauthn::{
    AttestationPolicy, PolicySwitch, RegistrationResponse, VerifiedRegistration,
};

use crate::authenticator_rules::{Authenticator, AuthenticatorRefusal, Verification};
use crate::ceremony::Ceremony;
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
    ) -> AttestationPolicy {
        let claim = response.unverified_attestation();
        let metadata = self.metadata.current();
        let metadata = metadata.as_ref().map(|it| it.blob().metadata());
        let policy = self.authenticators.policy(claim.as_ref(), metadata);
        if self.judges_at_once(ceremony) {
            policy
        } else {
            policy.with_switches(PolicySwitch::ALL.to_vec())
        }
    }

    /// Holds a verified registration to the rules.
    pub(crate) fn admit_authenticator(
        &self,
        verified: &VerifiedRegistration,
    ) -> Result<(), AuthenticatorRefusal> {
        let verdict = verified.attestation();
        let permitted = |switch| self.authenticators.switches.contains(switch);
        let anchored = verdict.is_anchored() && verdict.switches.iter().all(permitted);
        let trust_path: Vec<&[u8]> = verdict.certificates().collect();
        let authenticator = Authenticator {
            aaguid: verified.aaguid(),
            backup_eligible: verified.backup_eligible(),
            anchored,
            key_storage: verdict.proven_key_storage().filter(|_| anchored),
            serial_number: verdict.proven_serial_number().filter(|_| anchored),
            trust_path: &trust_path,
        };
        let metadata = self.metadata.current();
        let metadata = metadata.as_ref().map(|it| it.blob().metadata());
        let today = MetadataTime(self.now().0).date();
        self.authenticators.judge(&authenticator, metadata, today)
    }
}
