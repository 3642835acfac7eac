//! What is known about an authenticator after its attestation was judged.

use super::AttestationFormat;
use super::policy::PolicySwitch;
use crate::x509::ChainError;

/// What an attestation statement proves (§6.5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttestationKind {
    /// There was no statement.
    None,
    /// The credential's own key signed it: nothing is known about the authenticator.
    SelfSigned,
    /// There was a statement of a format that this build does not know, and nobody asked for it:
    /// nothing is known about the authenticator.
    Unverified,
    /// A key that the manufacturer put into a batch of authenticators signed it. `AttCA`, where an
    /// authority certifies a key of each single authenticator, looks the same in `packed`; only
    /// metadata tells them apart.
    Basic,
    /// An authority certified a key of this authenticator, as for TPMs.
    AttCa,
    /// An authority certified the credential's key without naming the authenticator, as Apple
    /// does.
    AnonCa,
    /// Several statements, each with its own verdict in [`AttestationVerdict::parts`].
    Compound,
}

impl AttestationKind {
    /// A stable name for stores, logs and test vectors.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::SelfSigned => "self_signed",
            Self::Unverified => "unverified",
            Self::Basic => "basic",
            Self::AttCa => "att_ca",
            Self::AnonCa => "anon_ca",
            Self::Compound => "compound",
        }
    }
}

/// Whether somebody whom the relying party trusts vouches for the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttestationTrust {
    /// There are no certificates to trust.
    NoCertificates,
    /// The certificates lead to a trust anchor.
    Anchored {
        /// SHA-256 of the anchor's certificate.
        anchor: [u8; 32],
    },
    /// They do not, and the policy let that pass.
    Unanchored {
        /// Why not.
        reason: ChainError,
    },
}

/// Where the private key lives, as far as the statement proves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyStorage {
    /// In software, or it may have been there or get there: `android-key` without hardware
    /// enforcement, and keys that a TPM did not make or may give away.
    Software,
    /// In a trusted execution environment (`android-key`).
    TrustedEnvironment,
    /// In a secure element of its own (`android-key`, StrongBox).
    StrongBox,
    /// In a TPM, which made it and lets no other one have it.
    Tpm,
}

/// The outcome of §7.1, steps 21 to 24.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttestationVerdict {
    /// The format of the statement.
    pub format: AttestationFormat,
    /// What it proves.
    pub kind: AttestationKind,
    /// Whether that is believed.
    pub trust: AttestationTrust,
    /// The certificates of the statement in DER, the authenticator's first. Empty for a compound
    /// one; see [`Self::certificates`].
    pub trust_path: Vec<Box<[u8]>>,
    /// The liberties of the policy without which the statement had been refused.
    pub switches: Vec<PolicySwitch>,
    /// Where the private key lives, when the statement says; worth as much as its certificates are
    /// trusted, see [`Self::proven_key_storage`].
    pub key_storage: Option<KeyStorage>,
    /// The serial number of the single authenticator, in enterprise attestation (§8.2.2); worth as
    /// much as its certificate is trusted, see [`Self::proven_serial_number`].
    pub serial_number: Option<Box<[u8]>>,
    /// The verdicts on the parts of a compound statement, in order.
    pub parts: Vec<Self>,
}

impl AttestationVerdict {
    /// A statement that was not looked at.
    pub(crate) fn unverified(format: AttestationFormat) -> Self {
        Self {
            format,
            kind: AttestationKind::Unverified,
            trust: AttestationTrust::NoCertificates,
            trust_path: Vec::new(),
            switches: Vec::new(),
            key_storage: None,
            serial_number: None,
            parts: Vec::new(),
        }
    }

    /// Whether a trust anchor vouches for the authenticator; for a compound statement, for one of
    /// its parts.
    ///
    /// Only then is its AAGUID more than the word of whoever made the credential. In `android-key`,
    /// `apple` and `tpm` it is so only if the anchor was given for this model
    /// ([`TrustAnchors::push_for_models`](crate::TrustAnchors::push_for_models)).
    #[must_use]
    pub fn is_anchored(&self) -> bool {
        match self.kind {
            AttestationKind::Compound => self.parts.iter().any(Self::is_anchored),
            _ => matches!(self.trust, AttestationTrust::Anchored { .. }),
        }
    }

    /// Every certificate of the statement in DER; for a compound one, of all of its parts.
    pub fn certificates(&self) -> impl Iterator<Item = &[u8]> {
        let parts = self.parts.iter().flat_map(|part| &part.trust_path);
        self.trust_path.iter().chain(parts).map(|der| &**der)
    }

    /// Where the private key lives, if an anchor vouches for whoever says so.
    #[must_use]
    pub fn proven_key_storage(&self) -> Option<KeyStorage> {
        self.anchored_statements().find_map(|it| it.key_storage)
    }

    /// The serial number of the single authenticator, if an anchor vouches for it.
    #[must_use]
    pub fn proven_serial_number(&self) -> Option<&[u8]> {
        self.anchored_statements().find_map(|it| it.serial_number.as_deref())
    }

    /// This statement, or the parts of a compound one, as far as an anchor vouches for them.
    fn anchored_statements(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.parts).filter(|it| it.is_anchored())
    }
}
