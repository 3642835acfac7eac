//! Whom an attestation may chain to, and what metadata says about its authenticator.

use keylane_mds::{
    KeyIdentifier, KnownAuthenticator, Metadata, MetadataEntry, StatusPolicy, StatusVerdict,
};
use keylane_webauthn::{
    AttestationClaim, AttestationConveyance, AttestationFormat, AttestationPolicy, PolicySwitch,
    TrustAnchor, TrustAnchors, UnixMillis,
};

use super::answer::Refusal;

/// Every format that the specification names.
const FORMATS: [AttestationFormat; 8] = [
    AttestationFormat::None,
    AttestationFormat::Packed,
    AttestationFormat::Tpm,
    AttestationFormat::AndroidKey,
    AttestationFormat::AndroidSafetyNet,
    AttestationFormat::FidoU2f,
    AttestationFormat::Apple,
    AttestationFormat::Compound,
];

/// What a suite gives the server to trust.
#[derive(Debug, Default)]
pub struct ConformanceTrust {
    /// The anchors of authenticators that no metadata has roots for.
    pub anchors: TrustAnchors,
    /// Statements by themselves; they come before those of the BLOB.
    pub statements: Metadata,
    /// The entries of a BLOB that was verified.
    pub blob: Metadata,
}

impl ConformanceTrust {
    /// The policy that a ceremony begins with: its answer brings the claim that decides whom to
    /// ask.
    pub(super) fn for_nobody(&self) -> AttestationPolicy {
        strict(AttestationPolicy::required(FORMATS.to_vec(), TrustAnchors::new()))
    }

    /// The policy for an answer that claims to come from a certain authenticator.
    ///
    /// Where attestation was asked for, certificates lead to an anchor, and metadata must not
    /// report the authenticator as revoked or compromised. Where it was not, statements are held
    /// to be right all the same, but nobody needs to vouch for them.
    pub(super) fn policy(
        &self,
        claim: Option<&AttestationClaim>,
        conveyance: AttestationConveyance,
        now: UnixMillis,
    ) -> Result<AttestationPolicy, Refusal> {
        let anchors = self.anchors(claim);
        if conveyance == AttestationConveyance::None {
            return Ok(strict(AttestationPolicy::recorded(anchors)));
        }
        if let Some(entry) = claim.and_then(|claim| find(&self.blob, claim)) {
            check_status(entry, now)?;
        }
        Ok(strict(AttestationPolicy::required(FORMATS.to_vec(), anchors)))
    }

    /// The roots that metadata names for the authenticator, and nobody else; the general anchors
    /// when it names none.
    fn anchors(&self, claim: Option<&AttestationClaim>) -> TrustAnchors {
        let entries = [&self.statements, &self.blob].into_iter();
        let found = claim.and_then(|claim| {
            let mut entries = entries.filter_map(|metadata| find(metadata, claim));
            entries.find(|entry| !entry.attestation_roots().is_empty())
        });
        match found {
            // A root that cannot be read vouches for nobody.
            Some(entry) => entry
                .attestation_roots()
                .iter()
                .filter_map(|der| TrustAnchor::from_der(der).ok())
                .collect(),
            None => self.anchors.clone(),
        }
    }
}

/// The same whatever was asked for: a statement that needs a liberty is a wrong one. Windows signs
/// with SHA-1, which the specification has room for.
fn strict(policy: AttestationPolicy) -> AttestationPolicy {
    policy.with_switches(vec![PolicySwitch::TpmRs1])
}

/// The entry of the authenticator that made the claim: by its model, or by a key of its
/// certificates when it is one of those that have no model (§7.1, step 23).
fn find<'m>(metadata: &'m Metadata, claim: &AttestationClaim) -> Option<&'m MetadataEntry> {
    if !claim.aaguid.is_zero() {
        return metadata.by_aaguid(keylane_mds::Aaguid(claim.aaguid.0));
    }
    let mut keys = claim.key_identifiers.iter();
    keys.find_map(|key| metadata.by_key_identifier(KeyIdentifier(*key)))
}

fn check_status(entry: &MetadataEntry, now: UnixMillis) -> Result<(), Refusal> {
    let date = keylane_mds::UnixMillis(now.0).date();
    let known = KnownAuthenticator::default();
    match StatusPolicy::default().assess(entry, date, &known).verdict {
        StatusVerdict::Acceptable => Ok(()),
        verdict => Err(Refusal::status(verdict.code())),
    }
}
