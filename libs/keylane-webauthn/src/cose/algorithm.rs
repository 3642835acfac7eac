//! The algorithms of this build: one row each, with the number in the IANA COSE registry and what
//! its keys are made of.
//!
//! A further algorithm is a variant, an entry of [`CoseAlgorithm::ALL`] and a row.

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::parameters::CurveLabel::{self, MayBeLeftOut, Required};
use super::parameters::Parameters;
use super::{KeyError, Verifier, ecdsa, ed448, ed25519, ml_dsa, rsa};

/// A signature algorithm of the IANA COSE registry that this build verifies.
///
/// RS1 is not among them: SHA-1 does not sign anybody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CoseAlgorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// `EdDSA`; in WebAuthn always Ed25519.
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
    /// ML-DSA-44.
    MlDsa44,
    /// ML-DSA-65.
    MlDsa65,
    /// ML-DSA-87.
    MlDsa87,
    /// RSASSA-PSS with SHA-256 and a salt of 32 bytes.
    Ps256,
    /// RSASSA-PSS with SHA-384 and a salt of 48 bytes.
    Ps384,
    /// RSASSA-PSS with SHA-512 and a salt of 64 bytes.
    Ps512,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// ECDSA on secp256k1 with SHA-256.
    Es256K,
    /// What [`Es256`](Self::Es256) is in WebAuthn, under its fully specified number.
    Esp256,
    /// What [`Es384`](Self::Es384) is in WebAuthn, under its fully specified number.
    Esp384,
    /// What [`Es512`](Self::Es512) is in WebAuthn, under its fully specified number.
    Esp512,
    /// What [`EdDsa`](Self::EdDsa) is in WebAuthn, under its fully specified number.
    Ed25519,
    /// Ed448, which has no other number.
    Ed448,
}

/// What the keys of an algorithm are made of.
enum Family {
    Ecdsa(ecdsa::Curve, CurveLabel),
    Ed25519(CurveLabel),
    Ed448(CurveLabel),
    Rsa(&'static RsaParameters),
    MlDsa(ml_dsa::ParameterSet),
}

use Family::{Ecdsa, MlDsa, Rsa};

impl CoseAlgorithm {
    /// Every algorithm of this build, in the order in which we would ask for them.
    ///
    /// An offer is better made of a few of them. Level 3 (§5.4) advises against offering the
    /// fully specified numbers at the end.
    pub const ALL: [Self; 19] = [
        Self::Es256,
        Self::EdDsa,
        Self::Rs256,
        Self::Es384,
        Self::Es512,
        Self::MlDsa44,
        Self::MlDsa65,
        Self::MlDsa87,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Rs384,
        Self::Rs512,
        Self::Es256K,
        Self::Esp256,
        Self::Esp384,
        Self::Esp512,
        Self::Ed25519,
        Self::Ed448,
    ];

    const fn row(self) -> (i64, Family) {
        match self {
            Self::Es256 => (-7, Ecdsa(ecdsa::P256, Required)),
            Self::EdDsa => (-8, Family::Ed25519(Required)),
            Self::Rs256 => (-257, Rsa(&RSA_PKCS1_2048_8192_SHA256)),
            Self::Es384 => (-35, Ecdsa(ecdsa::P384, Required)),
            Self::Es512 => (-36, Ecdsa(ecdsa::P521, Required)),
            Self::MlDsa44 => (-48, MlDsa(ml_dsa::LEVEL_2)),
            Self::MlDsa65 => (-49, MlDsa(ml_dsa::LEVEL_3)),
            Self::MlDsa87 => (-50, MlDsa(ml_dsa::LEVEL_5)),
            Self::Ps256 => (-37, Rsa(&RSA_PSS_2048_8192_SHA256)),
            Self::Ps384 => (-38, Rsa(&RSA_PSS_2048_8192_SHA384)),
            Self::Ps512 => (-39, Rsa(&RSA_PSS_2048_8192_SHA512)),
            Self::Rs384 => (-258, Rsa(&RSA_PKCS1_2048_8192_SHA384)),
            Self::Rs512 => (-259, Rsa(&RSA_PKCS1_2048_8192_SHA512)),
            Self::Es256K => (-47, Ecdsa(ecdsa::SECP256K1, MayBeLeftOut)),
            Self::Esp256 => (-9, Ecdsa(ecdsa::P256, MayBeLeftOut)),
            Self::Esp384 => (-51, Ecdsa(ecdsa::P384, MayBeLeftOut)),
            Self::Esp512 => (-52, Ecdsa(ecdsa::P521, MayBeLeftOut)),
            Self::Ed25519 => (-19, Family::Ed25519(MayBeLeftOut)),
            Self::Ed448 => (-53, Family::Ed448(MayBeLeftOut)),
        }
    }

    /// The number in the COSE registry.
    #[must_use]
    pub const fn id(self) -> i64 {
        self.row().0
    }

    /// The algorithm with this number; `None` when this build does not verify it.
    #[must_use]
    pub fn from_id(id: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.id() == id)
    }

    /// Validates a key of this algorithm.
    pub(super) fn parse_key(self, parameters: &Parameters<'_, '_>) -> Result<Verifier, KeyError> {
        match self.row().1 {
            Ecdsa(curve, label) => ecdsa::parse(parameters, &curve, label).map(Verifier::from),
            Family::Ed25519(label) => ed25519::parse(parameters, label).map(Verifier::from),
            Family::Ed448(label) => ed448::parse(parameters, label).map(Verifier::from),
            Rsa(verification) => rsa::parse(parameters, verification).map(Verifier::from),
            MlDsa(set) => ml_dsa::parse(parameters, &set).map(Verifier::from),
        }
    }
}

impl Serialize for CoseAlgorithm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.id())
    }
}

impl<'de> Deserialize<'de> for CoseAlgorithm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = i64::deserialize(deserializer)?;
        Self::from_id(id).ok_or_else(|| serde::de::Error::custom("not an algorithm of this build"))
    }
}
