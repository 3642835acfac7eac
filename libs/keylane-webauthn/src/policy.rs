//! What a ceremony accepts: user verification, mediation, framing, attestation.

use serde::{Deserialize, Serialize};

use crate::attestation::AttestationFormat;
use crate::origin::Origin;

/// Whether the authenticator must verify the user, by PIN or biometrics (§5.8.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UserVerification {
    /// An answer without user verification is refused.
    Required,
    /// Asked for; an answer without it is accepted.
    Preferred,
    /// Not asked for.
    Discouraged,
}

/// How the browser was asked to create the credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mediation {
    /// In a dialogue; the user must be present.
    Modal,
    /// Silently after another sign-in (conditional create): the UP flag may be clear (§7.1,
    /// step 15).
    Conditional,
}

/// From inside which other pages the ceremony may come (§7.1, steps 10 and 11; §7.2, steps 13
/// and 14).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Framing {
    /// From no page of another origin: neither `crossOrigin: true` nor a `topOrigin`.
    SameOriginOnly,
    /// Also from a frame in a page of one of these origins, which the client must name. An
    /// answer from a frame whose client does not name the page around it is refused.
    AllowedIn(Vec<Origin>),
    /// From a frame in any page, named or not. Any site can then frame the sign-in and lure
    /// people into it; only for pages that are made for it.
    DangerAnywhere,
}

/// Which attestation is asked for (§5.4.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttestationConveyance {
    /// None; the client removes most of it.
    #[default]
    None,
    /// Any, perhaps anonymised by the client.
    Indirect,
    /// As the authenticator makes it.
    Direct,
    /// One that may identify the single device.
    Enterprise,
}

/// Which attestation statements are accepted (§7.1, steps 21 to 24).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttestationPolicy(Acceptance);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Acceptance {
    Anything,
    Only(Vec<AttestationFormat>),
}

impl AttestationPolicy {
    /// For ceremonies that asked for no attestation.
    ///
    /// A statement that this build can verify is verified, and refused if it is wrong. One that
    /// it cannot verify proves nothing, which is all that was asked for: the credential is
    /// accepted as [`AttestationKind::Unverified`](crate::AttestationKind::Unverified).
    #[must_use]
    pub fn none_requested() -> Self {
        Self(Acceptance::Anything)
    }

    /// Only these formats, each verified fully; everything else is refused.
    #[must_use]
    pub fn strict(formats: Vec<AttestationFormat>) -> Self {
        Self(Acceptance::Only(formats))
    }

    /// Whether step 21 lets the format pass.
    pub(crate) fn allows(&self, format: &AttestationFormat) -> bool {
        match &self.0 {
            Acceptance::Anything => true,
            Acceptance::Only(formats) => formats.contains(format),
        }
    }

    /// Whether a statement that this build cannot verify counts as no attestation.
    pub(crate) fn allows_unverified(&self) -> bool {
        self.0 == Acceptance::Anything
    }
}

impl Default for AttestationPolicy {
    fn default() -> Self {
        Self::none_requested()
    }
}
