//! Which attestation statements are accepted, and whom the relying party trusts (§7.1, steps 21 to
//! 24).

use std::sync::Arc;

use super::AttestationFormat;
use crate::credential::Aaguid;
use crate::x509::revocation::Revocation;
use crate::x509::{MissingRevocationList, RevocationList, TrustAnchor};

/// A liberty that a policy can allow, with the reason why somebody may want it. Every one that was
/// needed is listed in [`AttestationVerdict::switches`](crate::AttestationVerdict::switches).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PolicySwitch {
    /// `android-key`: the key description may be enforced by software only.
    AndroidKeySoftwareEnforced,
    /// `android-key`: both authorization lists may lack the origin and the purpose, as in the
    /// specification's own test vector (§16).
    AndroidKeyEmptyAuthorizations,
    /// `tpm`: any manufacturer, as in the specification's own test vector and the tools of the
    /// FIDO Alliance.
    TpmUnknownManufacturer,
    /// `tpm`: the statement may be signed with SHA-1 (RS1), as Windows Hello does.
    TpmRs1,
    /// `fido-u2f`: the AAGUID may be other than zero, as in the specification's own test vector.
    FidoU2fNonzeroAaguid,
    /// `packed` and `tpm`: the certificate may lack basic constraints, where §8.2.1 and §8.3.1
    /// demand them.
    BasicConstraintsAbsent,
    /// The certificate of a trust anchor may have expired, as one of Google's roots has while the
    /// key goes on.
    AnchorExpired,
    /// Certificates of a path, and `packed` statements by a certified key, may be signed with
    /// SHA-1, as those of the first U2F authenticators and of the FIDO Alliance's tools are.
    /// Whoever can have an authority sign one certificate may then own another one.
    Sha1Certificates,
}

impl PolicySwitch {
    /// Every switch.
    pub const ALL: [Self; 8] = [
        Self::AndroidKeySoftwareEnforced,
        Self::AndroidKeyEmptyAuthorizations,
        Self::TpmUnknownManufacturer,
        Self::TpmRs1,
        Self::FidoU2fNonzeroAaguid,
        Self::BasicConstraintsAbsent,
        Self::AnchorExpired,
        Self::Sha1Certificates,
    ];

    /// A stable name for configuration, logs and test vectors.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::AndroidKeySoftwareEnforced => "android_key_software_enforced",
            Self::AndroidKeyEmptyAuthorizations => "android_key_empty_authorizations",
            Self::TpmUnknownManufacturer => "tpm_unknown_manufacturer",
            Self::TpmRs1 => "tpm_rs1",
            Self::FidoU2fNonzeroAaguid => "fido_u2f_nonzero_aaguid",
            Self::BasicConstraintsAbsent => "basic_constraints_absent",
            Self::AnchorExpired => "anchor_expired",
            Self::Sha1Certificates => "sha1_certificates",
        }
    }

    /// The switch with this name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|switch| switch.code() == code)
    }
}

/// The authorities that the relying party trusts, each for every statement, for those of one
/// format, or for those of one format by some models.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustAnchors(Vec<(Scope, TrustAnchor)>);

/// What an authority may vouch for; what is `None` is not limited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Scope {
    format: Option<AttestationFormat>,
    models: Option<Box<[Aaguid]>>,
}

impl TrustAnchors {
    /// Nobody.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts an authority whatever the format.
    pub fn push(&mut self, anchor: TrustAnchor) {
        self.0.push((Scope::default(), anchor));
    }

    /// Trusts an authority for statements of one format.
    pub fn push_for(&mut self, format: AttestationFormat, anchor: TrustAnchor) {
        self.0.push((Scope { format: Some(format), models: None }, anchor));
    }

    /// Trusts an authority for statements of one format by authenticators of these models.
    ///
    /// In `android-key`, `apple` and `tpm` an authority vouches for the key and for what was signed
    /// with it, and the AAGUID is put there by software of the device: whoever owns a phone can
    /// write that of a security key. So where AAGUIDs matter, anchors of these formats belong to
    /// models, as those of metadata do.
    pub fn push_for_models(
        &mut self,
        format: AttestationFormat,
        models: impl Into<Box<[Aaguid]>>,
        anchor: TrustAnchor,
    ) {
        self.0.push((Scope { format: Some(format), models: Some(models.into()) }, anchor));
    }

    /// Whether nobody is trusted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that may vouch for a statement of this format by an authenticator of this model.
    pub(crate) fn vouching_for(
        &self,
        format: &AttestationFormat,
        model: Aaguid,
    ) -> Vec<&TrustAnchor> {
        let serves = |scope: &Scope| {
            scope.format.as_ref().is_none_or(|it| it == format)
                && scope.models.as_ref().is_none_or(|it| it.contains(&model))
        };
        self.0.iter().filter(|(scope, _)| serves(scope)).map(|(_, anchor)| anchor).collect()
    }
}

impl FromIterator<TrustAnchor> for TrustAnchors {
    fn from_iter<I: IntoIterator<Item = TrustAnchor>>(anchors: I) -> Self {
        Self(anchors.into_iter().map(|anchor| (Scope::default(), anchor)).collect())
    }
}

/// Which attestation statements are accepted (§7.1, steps 21 to 24).
///
/// Whatever the policy, a statement of a format that this build knows is verified, and refused when
/// it is wrong; the one exception is `android-safetynet` where nobody asked for it. Policies differ
/// in what else they accept, and in whether somebody trusted has to vouch for the authenticator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttestationPolicy {
    purpose: Purpose,
    self_attestation: SelfAttestation,
    anchors: Arc<TrustAnchors>,
    switches: Vec<PolicySwitch>,
    safetynet: SafetyNet,
    revocation: Revocation,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Purpose {
    /// To know more, if possible.
    Record,
    /// To let in only these formats, their certificates trusted.
    Require(Vec<AttestationFormat>),
}

/// What becomes of `android-safetynet` statements that nobody requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SafetyNet {
    Ignored,
    Verified,
}

/// Whether a statement that the credential's own key has signed will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SelfAttestation {
    /// It will, and so the authenticator can be anything.
    Accept,
    /// Somebody else has to vouch for the authenticator.
    Refuse,
}

impl AttestationPolicy {
    /// For ceremonies that asked for no attestation: [`Self::recorded`] without anchors.
    #[must_use]
    pub fn none_requested() -> Self {
        Self::recorded(TrustAnchors::new())
    }

    /// Accepts authenticators of every kind, and records what their attestation proves.
    ///
    /// Statements that are wrong are refused. Formats that this build does not know count as
    /// [`AttestationKind::Unverified`](crate::AttestationKind::Unverified), certificates that no
    /// anchor vouches for as
    /// [`AttestationTrust::Unanchored`](crate::AttestationTrust::Unanchored), and every
    /// [`PolicySwitch`] is on: nobody is locked out by a statement that was only asked for to know
    /// more. For the same reason statements of `android-safetynet`, whose service no longer exists,
    /// count as unverified unless [`Self::verifying_safetynet`] says otherwise.
    #[must_use]
    pub fn recorded(anchors: TrustAnchors) -> Self {
        Self {
            purpose: Purpose::Record,
            self_attestation: SelfAttestation::Accept,
            anchors: Arc::new(anchors),
            switches: PolicySwitch::ALL.to_vec(),
            safetynet: SafetyNet::Ignored,
            revocation: Revocation::default(),
        }
    }

    /// Accepts only these formats, and certificates only if they lead to one of the anchors.
    ///
    /// `none` in the list lets authenticators pass that say nothing about themselves. Self
    /// attestation is accepted unless [`Self::with_self_attestation`] says otherwise. Of the
    /// switches only [`PolicySwitch::TpmRs1`] is on.
    #[must_use]
    pub fn required(formats: Vec<AttestationFormat>, anchors: TrustAnchors) -> Self {
        Self {
            purpose: Purpose::Require(formats),
            self_attestation: SelfAttestation::Accept,
            anchors: Arc::new(anchors),
            switches: vec![PolicySwitch::TpmRs1],
            safetynet: SafetyNet::Ignored,
            revocation: Revocation::default(),
        }
    }

    /// Sets whether self attestation will do.
    #[must_use]
    pub fn with_self_attestation(self, self_attestation: SelfAttestation) -> Self {
        Self { self_attestation, ..self }
    }

    /// Has `android-safetynet` statements verified, and refused when they are wrong, also where the
    /// policy records. Where [`Self::required`] lists the format, they are in any case.
    #[must_use]
    pub fn verifying_safetynet(self) -> Self {
        Self { safetynet: SafetyNet::Verified, ..self }
    }

    /// Sets which liberties are allowed, instead of the ones that were.
    #[must_use]
    pub fn with_switches(self, switches: Vec<PolicySwitch>) -> Self {
        Self { switches, ..self }
    }

    /// Looks every certificate below an anchor up in the revocation lists of its issuer. Without
    /// this, nothing is looked up.
    ///
    /// A list counts for the authority whose name it has as its issuer and whose key signed it.
    /// Out of date, it still revokes what is in it, and otherwise counts as missing.
    #[must_use]
    pub fn with_revocation(
        self,
        lists: impl Into<Arc<[RevocationList]>>,
        missing: MissingRevocationList,
    ) -> Self {
        Self { revocation: Revocation::new(lists.into(), missing), ..self }
    }

    /// Whether step 21 lets the format pass.
    pub(crate) fn accepts_format(&self, format: &AttestationFormat) -> bool {
        match &self.purpose {
            Purpose::Record => true,
            Purpose::Require(formats) => formats.contains(format),
        }
    }

    /// Whether a format that this build does not know counts as no attestation.
    pub(crate) fn counts_unknown_formats_as_none(&self) -> bool {
        self.purpose == Purpose::Record
    }

    /// Whether statements of a format that this build knows are not looked at.
    pub(crate) fn ignores(&self, format: &AttestationFormat) -> bool {
        *format == AttestationFormat::AndroidSafetyNet
            && self.safetynet == SafetyNet::Ignored
            && self.purpose == Purpose::Record
    }

    /// Whether certificates must lead to an anchor.
    pub(crate) fn needs_trust(&self) -> bool {
        self.purpose != Purpose::Record
    }

    pub(crate) fn accepts_self_attestation(&self) -> bool {
        self.self_attestation == SelfAttestation::Accept
    }

    pub(crate) fn permits(&self, switch: PolicySwitch) -> bool {
        self.switches.contains(&switch)
    }

    pub(crate) fn anchors(&self) -> &TrustAnchors {
        &self.anchors
    }

    pub(crate) fn revocation(&self) -> &Revocation {
        &self.revocation
    }
}

impl Default for AttestationPolicy {
    fn default() -> Self {
        Self::none_requested()
    }
}
