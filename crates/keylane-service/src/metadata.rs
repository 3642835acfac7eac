//! What is known of authenticator models, as use cases ask for it.
//!
//! [`Metadata`] hands out the newest [`VerifiedMetadata`]. Whoever has one keeps it for as long as
//! the question takes, whatever is put in its place meanwhile. There may be none: at start, until
//! the stored BLOB has been verified again in the background, and for ever when nobody asked for
//! metadata. Everything works without it, with less knowledge.
//!
//! Invariants:
//!
//! - Only [`VerifiedMetadata::verify`] makes one, out of bytes that `keylane-mds` has verified.
//! - A refusal puts nothing in the place of what is there.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use keylane_mds::{
    Anchors, BlobError, BlobPolicy, ChainError, Compromise, Crl, Date, Freshness, Icons,
    KeyIdentifier, KnownAuthenticator, MetadataBlob, MetadataEntry, RevocationPolicy, StatusPolicy,
    StatusVerdict,
};
use keylane_model::{
    Clock, LastPasskey, MetadataHead, MetadataSnapshot, ModelProof, ModelStanding, UnixMillis,
};
use keylane_webauthn::{Aaguid, AttestationClaim};

use crate::judge_credentials::Judged;
use crate::provider::provider_name;

/// Most bytes of a BLOB that is fetched or stored. The real one has some megabytes.
pub const METADATA_BYTES_MAX: usize = 16 << 20;

/// What metadata is believed by.
#[derive(Debug)]
pub struct MetadataTrust {
    /// What a BLOB may chain to; each with its own rule for the signer.
    pub anchors: Vec<Anchors>,
    /// Revocation lists that the operator has fetched.
    pub crls: Vec<Crl>,
    /// What holds when one of them is missing or stale.
    pub revocation: RevocationPolicy,
}

/// What an operator decides about metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetadataPolicy {
    /// What becomes of a BLOB past its next update.
    pub when_stale: StaleMetadata,
    /// What becomes of passkeys whose model is revoked or compromised.
    pub on_revoked_model: RevokedModel,
    /// Whether [`RevokedModel::Hold`] is for somebody's last usable passkey too.
    pub last_passkey: LastPasskey,
}

/// What becomes of metadata past its next update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaleMetadata {
    /// It is used: what it says of a revoked model stays true.
    Use,
    /// It is as if there were none.
    Ignore,
}

/// What becomes of passkeys whose model is revoked or compromised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevokedModel {
    /// It is noted, in the passkey and with each sign-in.
    Record,
    /// Sign-ins must verify the person, and their sessions are marked as doubtful.
    StepUp,
    /// The passkey is held, until an operator releases it.
    Hold,
}

impl Default for MetadataPolicy {
    fn default() -> Self {
        Self {
            when_stale: StaleMetadata::Use,
            on_revoked_model: RevokedModel::Record,
            last_passkey: LastPasskey::Keep,
        }
    }
}

/// A BLOB that has been verified, with what is kept beside it.
#[derive(Debug)]
pub struct VerifiedMetadata {
    head: MetadataHead,
    blob: MetadataBlob,
}

impl VerifiedMetadata {
    /// Verifies a BLOB as of when it was fetched. Takes as long as reading some megabytes of JSON
    /// does: not on a thread that answers requests.
    ///
    /// # Errors
    ///
    /// [`BlobError`], for the first check that fails under the anchors that come nearest.
    pub fn verify(
        snapshot: &MetadataSnapshot,
        trust: &MetadataTrust,
        previous_number: Option<u64>,
    ) -> Result<Self, BlobError> {
        let MetadataSnapshot { head, blob } = snapshot;
        let blob = verify_metadata(blob, trust, previous_number, head.fetched_at)?;
        let next_update = UnixMillis(blob.next_update().start().0);
        let head = MetadataHead { number: blob.number(), next_update, ..head.clone() };
        Ok(Self { head, blob })
    }

    /// Where it came from and when.
    #[must_use]
    pub fn head(&self) -> &MetadataHead {
        &self.head
    }

    /// The BLOB.
    #[must_use]
    pub fn blob(&self) -> &MetadataBlob {
        &self.blob
    }

    /// The entry of a model.
    #[must_use]
    pub fn by_aaguid(&self, aaguid: Aaguid) -> Option<&MetadataEntry> {
        self.blob.metadata().by_aaguid(keylane_mds::Aaguid(aaguid.0))
    }

    /// The entry of a model without AAGUID, by SHA-1 of the key of its attestation certificate.
    #[must_use]
    pub fn by_key_identifier(&self, key: [u8; 20]) -> Option<&MetadataEntry> {
        self.blob.metadata().by_key_identifier(KeyIdentifier(key))
    }

    /// The entry of the model that a registration claims to be. Keys count only where there is no
    /// AAGUID, or one model's key would find another model's entry.
    #[must_use]
    pub fn entry_for(&self, claim: &AttestationClaim) -> Option<&MetadataEntry> {
        if claim.aaguid.is_zero() {
            claim.key_identifiers.iter().find_map(|key| self.by_key_identifier(*key))
        } else {
            self.by_aaguid(claim.aaguid)
        }
    }

    /// The certificates, DER, that the attestation of such a registration has to lead to
    /// (`attestationRootCertificates`); none when the model is not listed.
    pub fn anchors_for(&self, claim: &AttestationClaim) -> impl Iterator<Item = &[u8]> {
        let roots = self.entry_for(claim).map_or(&[] as &[_], MetadataEntry::attestation_roots);
        roots.iter().map(|root| &**root)
    }

    /// The entry of a model as a passkey remembers it.
    #[must_use]
    pub fn entry_of(&self, aaguid: Aaguid, proof: ModelProof) -> Option<&MetadataEntry> {
        match proof {
            ModelProof::Attested { key: Some(key) } if aaguid.is_zero() => {
                self.by_key_identifier(key)
            }
            _ => self.by_aaguid(aaguid),
        }
    }
}

/// Verifies the bytes of a BLOB under the first anchors that its signer leads to.
///
/// # Errors
///
/// [`BlobError`]; that of the last anchors when the signer leads to none.
pub fn verify_metadata(
    blob: &[u8],
    trust: &MetadataTrust,
    previous_number: Option<u64>,
    now: UnixMillis,
) -> Result<MetadataBlob, BlobError> {
    if blob.len() > METADATA_BYTES_MAX {
        return Err(BlobError::TooLarge);
    }
    let mut refusal = BlobError::Chain(ChainError::Untrusted);
    for anchors in &trust.anchors {
        let policy = BlobPolicy {
            anchors,
            crls: &trust.crls,
            revocation: trust.revocation,
            previous_number,
            icons: Icons::Drop,
        };
        match MetadataBlob::verify(blob, &policy, keylane_mds::UnixMillis(now.0)) {
            Err(err @ BlobError::Chain(ChainError::Untrusted | ChainError::SignerDomain)) => {
                refusal = err;
            }
            settled => return settled,
        }
    }
    Err(refusal)
}

/// What an entry makes of its model on a day.
///
/// The certificates of a passkey's attestation are not kept, so a compromise that names batches
/// says only that this passkey may be of one.
#[must_use]
pub fn model_standing(entry: &MetadataEntry, date: Date) -> ModelStanding {
    let assess = |trust_path| {
        let known = KnownAuthenticator { firmware_version: None, trust_path };
        StatusPolicy::default().assess(entry, date, &known).verdict
    };
    match (assess(Some(&[])), assess(None)) {
        (StatusVerdict::Revoked, _) => ModelStanding::Revoked,
        (StatusVerdict::Compromised(compromise), _) => match compromise {
            Compromise::UserVerificationBypass => ModelStanding::UserVerificationBypass,
            Compromise::UserKeyRemote => ModelStanding::UserKeyRemoteCompromise,
            Compromise::UserKeyPhysical => ModelStanding::UserKeyPhysicalCompromise,
            // Also for kinds that are younger than this code: none is harmless.
            _ => ModelStanding::AttestationKeyCompromise,
        },
        (_, StatusVerdict::Compromised(_)) => ModelStanding::BatchCompromise,
        _ => ModelStanding::Clear,
    }
}

/// The newest metadata, and what has happened to it.
pub struct Metadata {
    clock: Arc<dyn Clock>,
    policy: MetadataPolicy,
    current: RwLock<Option<Arc<VerifiedMetadata>>>,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    refreshes: BTreeMap<&'static str, u64>,
    last_refresh: Option<&'static str>,
    judged: Judged,
}

/// What operators watch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MetadataFigures {
    /// The number of the BLOB in use; `None` without one.
    pub number: Option<u64>,
    /// Its entries.
    pub entries: u64,
    /// Milliseconds since it was fetched.
    pub age_ms: u64,
    /// Milliseconds since its next update was due; 0 while it is not.
    pub overdue_ms: u64,
    /// How often each outcome of a refresh has come about, by stable code.
    pub refreshes: Vec<(&'static str, u64)>,
    /// The outcome of the last time that credentials were judged.
    pub judged: Judged,
}

impl Metadata {
    pub(crate) fn new(policy: MetadataPolicy, clock: Arc<dyn Clock>) -> Self {
        let (current, counts) = (RwLock::default(), Mutex::default());
        Self { clock, policy, current, counts }
    }

    /// The newest metadata that may be used now; `None` when there is none, or when it is past its
    /// next update and the policy says to ignore it then.
    #[must_use]
    pub fn current(&self) -> Option<Arc<VerifiedMetadata>> {
        let now = keylane_mds::UnixMillis(self.clock.now().0);
        let ignored = |it: &Arc<VerifiedMetadata>| {
            self.policy.when_stale == StaleMetadata::Ignore
                && it.blob.freshness(now) == Freshness::Overdue
        };
        self.newest().filter(|it| !ignored(it))
    }

    /// The newest metadata, however old.
    #[must_use]
    pub fn newest(&self) -> Option<Arc<VerifiedMetadata>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What to call a model: what its statement says, or the built-in name. A label, no proof.
    #[must_use]
    pub fn name(&self, aaguid: Aaguid) -> Option<String> {
        let current = self.current();
        let described = current.as_ref().and_then(|it| it.by_aaguid(aaguid)?.description());
        described.or(provider_name(aaguid)).map(str::to_owned)
    }

    /// What the newest metadata makes of a model; clear when only the authenticator says that it
    /// is of that model, or when the model is not listed.
    #[must_use]
    pub fn standing(&self, aaguid: Aaguid, proof: ModelProof) -> ModelStanding {
        let current = self.current().filter(|_| proof != ModelProof::Claimed);
        let entry = current.as_ref().and_then(|it| it.entry_of(aaguid, proof));
        entry.map_or(ModelStanding::Clear, |it| model_standing(it, self.today()))
    }

    /// What operators watch.
    #[must_use]
    pub fn figures(&self) -> MetadataFigures {
        let now = self.clock.now();
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut figures = MetadataFigures {
            refreshes: counts.refreshes.iter().map(|(code, count)| (*code, *count)).collect(),
            judged: counts.judged.clone(),
            ..MetadataFigures::default()
        };
        if let Some(newest) = self.newest() {
            figures.number = Some(newest.head.number);
            figures.entries = u64::try_from(newest.blob.metadata().len()).unwrap_or(u64::MAX);
            figures.age_ms = now.millis_since(newest.head.fetched_at);
            figures.overdue_ms = overdue_ms(&newest.head, now);
        }
        figures
    }

    pub(crate) fn policy(&self) -> MetadataPolicy {
        self.policy
    }

    pub(crate) fn today(&self) -> Date {
        keylane_mds::UnixMillis(self.clock.now().0).date()
    }

    /// Puts `verified` in the place of what is there, unless that has a higher number: the store
    /// may have been read before somebody else's commit.
    pub(crate) fn swap(&self, verified: Arc<VerifiedMetadata>) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref().is_none_or(|it| it.head.number <= verified.head.number) {
            *current = Some(verified);
        }
    }

    /// Counts the outcome of a refresh and tells whether the last one was another.
    pub(crate) fn note_refresh(&self, code: &'static str) -> bool {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.refreshes.entry(code).or_default() += 1;
        counts.last_refresh.replace(code) != Some(code)
    }

    pub(crate) fn note_judged(&self, judged: Judged) {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).judged = judged;
    }
}

/// Milliseconds since the end of the day of the next update.
fn overdue_ms(head: &MetadataHead, now: UnixMillis) -> u64 {
    const DAY_MS: u64 = 24 * 60 * 60 * 1000;
    now.millis_since(head.next_update.saturating_add_ms(DAY_MS))
}

impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metadata")
            .field("policy", &self.policy)
            .field("number", &self.newest().map(|it| it.head.number))
            .finish_non_exhaustive()
    }
}
