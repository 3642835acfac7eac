//! What a ceremony accepts: user verification, mediation, framing, and which attestation it asks
//! for.

use serde::{Deserialize, Serialize};

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
