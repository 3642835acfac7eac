//! Attestation: what vouches for the authenticator that made a credential (§6.5, §8).
//!
//! Each statement format is one file under `attestation/` with one implementation of
//! [`StatementFormat`], listed in [`FORMATS`].
//!
//! A format decides whether the statement is right and what it proves, and hands over the
//! certificates that say so ([`Proven`]). Whether they lead to somebody whom the relying party
//! trusts is decided in one place, [`judge`], by [`AttestationPolicy`]. Certificates that the
//! client sent are never trust anchors.

mod android_key;
mod android_safetynet;
mod apple;
mod certificates;
mod compound;
mod error;
mod fido_u2f;
mod none;
mod packed;
mod policy;
mod tpm;
mod vendors;
mod verdict;

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

pub use self::android_key::AndroidKeyError;
pub(crate) use self::android_key::KeyDescription;
pub use self::android_safetynet::{
    AndroidSafetyNetError, SAFETYNET_AGE_MS_MAX, SAFETYNET_CLOCK_SKEW_MS_MAX,
};
pub use self::apple::AppleError;
pub use self::compound::{COMPOUND_STATEMENTS_MAX, CompoundError};
pub use self::error::{AttestationError, AttestationObjectError};
pub use self::fido_u2f::FidoU2fError;
pub use self::packed::PackedError;
pub use self::policy::{AttestationPolicy, PolicySwitch, SelfAttestation, TrustAnchors};
pub use self::tpm::TpmError;
#[cfg(test)]
pub(crate) use self::tpm::manufacturers;
pub(crate) use self::tpm::{CertInfo, PubArea};
pub use self::verdict::{AttestationKind, AttestationTrust, AttestationVerdict, KeyStorage};
use crate::authenticator_data::AuthenticatorData;
use crate::cbor::{self, Form, Value};
use crate::cose::PublicKey;
use crate::credential::Aaguid;
use crate::response::RegistrationResponse;
use crate::unix_millis::UnixMillis;
use crate::x509::Certificate;
use crate::x509::chain::{self, AnchorExpiry, Rules, Sha1Signatures};

/// Most bytes of the name of a format; registered names have at most 32 (RFC 8809, §2.1.1).
pub const FORMAT_BYTES_MAX: usize = 32;

/// Every format of this build.
const FORMATS: &[&dyn StatementFormat] = &[
    &none::NoAttestation,
    &packed::Packed,
    &tpm::Tpm,
    &android_key::AndroidKey,
    &android_safetynet::AndroidSafetyNet,
    &fido_u2f::FidoU2f,
    &apple::Apple,
    &compound::Compound,
];

/// The name of an attestation statement format.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttestationFormat {
    /// `none` (§8.7).
    None,
    /// `packed` (§8.2).
    Packed,
    /// `tpm` (§8.3).
    Tpm,
    /// `android-key` (§8.4).
    AndroidKey,
    /// `android-safetynet` (§8.5), which Google has shut down.
    AndroidSafetyNet,
    /// `fido-u2f` (§8.6).
    FidoU2f,
    /// `apple` (§8.8).
    Apple,
    /// `compound` (§8.9).
    Compound,
    /// A format that this build does not verify.
    Other(OtherFormat),
}

/// The name of a format that this build does not verify: 1 to 32 printable ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OtherFormat(Box<str>);

/// The formats that have a name in the specification.
const NAMES: &[(AttestationFormat, &str)] = &[
    (AttestationFormat::None, "none"),
    (AttestationFormat::Packed, "packed"),
    (AttestationFormat::Tpm, "tpm"),
    (AttestationFormat::AndroidKey, "android-key"),
    (AttestationFormat::AndroidSafetyNet, "android-safetynet"),
    (AttestationFormat::FidoU2f, "fido-u2f"),
    (AttestationFormat::Apple, "apple"),
    (AttestationFormat::Compound, "compound"),
];

impl AttestationFormat {
    /// The name as it stands in attestation objects.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(OtherFormat(name)) => name,
            known => NAMES.iter().find(|(format, _)| format == known).map_or("", |(_, name)| name),
        }
    }
}

impl fmt::Display for AttestationFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AttestationFormat {
    type Err = AttestationObjectError;

    /// Names are case-sensitive (§7.1, step 21).
    fn from_str(name: &str) -> Result<Self, AttestationObjectError> {
        if let Some((format, _)) = NAMES.iter().find(|(_, known)| *known == name) {
            return Ok(format.clone());
        }
        let sound = (1..=FORMAT_BYTES_MAX).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_graphic());
        if sound {
            Ok(Self::Other(OtherFormat(name.into())))
        } else {
            Err(AttestationObjectError::FormatName)
        }
    }
}

/// A decoded attestation object (§6.5.4).
pub(crate) struct AttestationObject<'a> {
    pub(crate) format: AttestationFormat,
    pub(crate) statement: Value<'a>,
    pub(crate) authenticator_data: AuthenticatorData<'a>,
    pub(crate) authenticator_data_bytes: &'a [u8],
}

impl<'a> AttestationObject<'a> {
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, AttestationObjectError> {
        let object = cbor::decode(bytes, Form::Envelope).map_err(AttestationObjectError::Cbor)?;
        let member = |name| object.entry(name).ok_or(AttestationObjectError::Malformed);
        let format = member("fmt")?.as_text().ok_or(AttestationObjectError::Malformed)?;
        let data = member("authData")?.as_bytes().ok_or(AttestationObjectError::Malformed)?;
        let statement = member("attStmt")?.clone();
        Ok(Self {
            format: format.parse()?,
            statement,
            authenticator_data: AuthenticatorData::parse(data)
                .map_err(AttestationObjectError::AuthenticatorData)?,
            authenticator_data_bytes: data,
        })
    }
}

/// What a format gets to see.
#[derive(Clone, Copy)]
pub(crate) struct Evidence<'e, 'a> {
    pub(crate) statement: &'e Value<'a>,
    pub(crate) authenticator_data: &'e AuthenticatorData<'a>,
    pub(crate) authenticator_data_bytes: &'a [u8],
    pub(crate) public_key: &'e PublicKey,
    pub(crate) client_data_hash: &'e [u8; 32],
    pub(crate) policy: &'e AttestationPolicy,
    pub(crate) now: UnixMillis,
}

impl Evidence<'_, '_> {
    /// What most formats sign: the authenticator data and the hash of the client data.
    pub(crate) fn signed_bytes(&self) -> Vec<u8> {
        [self.authenticator_data_bytes, self.client_data_hash].concat()
    }

    /// The AAGUID of the credential.
    pub(crate) fn aaguid(&self) -> Option<Aaguid> {
        self.authenticator_data.attested.as_ref().map(|attested| attested.aaguid)
    }
}

/// The certificates of a statement, the leaf first; empty when there are none.
pub(crate) enum TrustPath<'a> {
    /// Certificates that stand in the attestation object, as they were read there.
    Read(Vec<Certificate<'a>>),
    /// The DER of certificates that stand there in another encoding.
    Decoded(Vec<Vec<u8>>),
}

impl TrustPath<'_> {
    fn is_empty(&self) -> bool {
        match self {
            Self::Read(path) => path.is_empty(),
            Self::Decoded(path) => path.is_empty(),
        }
    }

    fn into_der(self) -> Vec<Box<[u8]>> {
        match self {
            Self::Read(path) => path.into_iter().map(|it| it.der.into()).collect(),
            Self::Decoded(path) => path.into_iter().map(Vec::into_boxed_slice).collect(),
        }
    }
}

/// What a right statement proves, before anybody has asked whether its certificates are trusted.
pub(crate) struct Proven<'a> {
    pub(crate) kind: AttestationKind,
    pub(crate) path: TrustPath<'a>,
    /// Which liberties of the policy were needed.
    pub(crate) switches: Vec<PolicySwitch>,
    pub(crate) key_storage: Option<KeyStorage>,
    pub(crate) serial_number: Option<Box<[u8]>>,
    /// The verdicts on the parts of a compound statement.
    pub(crate) parts: Vec<AttestationVerdict>,
}

impl<'a> Proven<'a> {
    /// A statement of this kind with this path, and nothing else to say about it.
    pub(crate) fn new(kind: AttestationKind, path: Vec<Certificate<'a>>) -> Self {
        Self {
            kind,
            path: TrustPath::Read(path),
            switches: Vec::new(),
            key_storage: None,
            serial_number: None,
            parts: Vec::new(),
        }
    }

    /// Lists a switch once, when it was used.
    fn use_switch(&mut self, switch: PolicySwitch, was_used: bool) {
        if was_used && !self.switches.contains(&switch) {
            self.switches.push(switch);
        }
    }
}

/// One attestation statement format.
trait StatementFormat: Sync {
    fn format(&self) -> AttestationFormat;

    /// Verifies the statement by the procedure of its section in §8, all but the trust path.
    ///
    /// A liberty is taken only when [`AttestationPolicy::permits`] it, and then listed in
    /// [`Proven::switches`].
    fn verify<'a>(&self, evidence: &Evidence<'_, 'a>) -> Result<Proven<'a>, AttestationError>;
}

/// §7.1, steps 21 to 24.
pub(crate) fn judge(
    format: &AttestationFormat,
    evidence: &Evidence<'_, '_>,
) -> Result<AttestationVerdict, AttestationError> {
    let policy = evidence.policy;
    // Step 21.
    if !policy.accepts_format(format) {
        return Err(AttestationError::FormatRefused);
    }
    let Some(verifier) = FORMATS.iter().find(|known| known.format() == *format) else {
        return if policy.counts_unknown_formats_as_none() {
            Ok(AttestationVerdict::unverified(format.clone()))
        } else {
            Err(AttestationError::Unsupported)
        };
    };
    if policy.ignores(format) {
        return Ok(AttestationVerdict::unverified(format.clone()));
    }
    // Step 22.
    let mut proven = verifier.verify(evidence)?;
    // Steps 23 and 24.
    if proven.kind == AttestationKind::SelfSigned && !policy.accepts_self_attestation() {
        return Err(AttestationError::SelfAttestationRefused);
    }
    let trust = assess_trust(format, &mut proven, evidence)?;
    Ok(AttestationVerdict {
        format: format.clone(),
        kind: proven.kind,
        trust,
        trust_path: proven.path.into_der(),
        switches: proven.switches,
        key_storage: proven.key_storage,
        serial_number: proven.serial_number,
        parts: proven.parts,
    })
}

fn assess_trust(
    format: &AttestationFormat,
    proven: &mut Proven<'_>,
    evidence: &Evidence<'_, '_>,
) -> Result<AttestationTrust, AttestationError> {
    if proven.path.is_empty() {
        return Ok(AttestationTrust::NoCertificates);
    }
    let decoded: Vec<_>;
    let path = match &proven.path {
        TrustPath::Read(path) => path.as_slice(),
        TrustPath::Decoded(path) => {
            let read = path.iter().map(|der| Certificate::parse(der)).collect::<Result<_, _>>();
            decoded = read.map_err(AttestationError::Certificate)?;
            &decoded
        }
    };
    let policy = evidence.policy;
    let rules = Rules {
        anchors: &policy.anchors().vouching_for(format, evidence.aaguid().unwrap_or_default()),
        now: evidence.now,
        anchor_expiry: if policy.permits(PolicySwitch::AnchorExpired) {
            AnchorExpiry::Ignored
        } else {
            AnchorExpiry::Checked
        },
        sha1: if policy.permits(PolicySwitch::Sha1Certificates) {
            Sha1Signatures::Accepted
        } else {
            Sha1Signatures::Refused
        },
        revocation: policy.revocation(),
    };
    match chain::verify(path, &rules) {
        Ok(trusted) => {
            proven.use_switch(PolicySwitch::AnchorExpired, trusted.anchor_was_expired);
            proven.use_switch(PolicySwitch::Sha1Certificates, trusted.sha1_was_used);
            Ok(AttestationTrust::Anchored { anchor: trusted.anchor.fingerprint() })
        }
        Err(reason) if policy.needs_trust() => Err(AttestationError::Chain(reason)),
        Err(reason) => Ok(AttestationTrust::Unanchored { reason }),
    }
}

/// What a registration says about its authenticator, before anything is verified: enough to look
/// up the trust anchors for its ceremony in metadata. Anybody can write anything here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttestationClaim {
    /// The format of the statement.
    pub format: AttestationFormat,
    /// The model of the authenticator; all zero for U2F authenticators.
    pub aaguid: Aaguid,
    /// SHA-1 of the public key of each certificate in `x5c`, by which metadata lists U2F
    /// authenticators (`attestationCertificateKeyIdentifiers`).
    pub key_identifiers: Vec<[u8; 20]>,
}

impl RegistrationResponse {
    /// What the response says about its authenticator; `None` when it cannot be read or has no
    /// credential in it, which verification refuses with the reason.
    #[must_use]
    pub fn unverified_attestation(&self) -> Option<AttestationClaim> {
        let object = AttestationObject::parse(&self.attestation_object).ok()?;
        let aaguid = object.authenticator_data.attested.as_ref()?.aaguid;
        let path = certificates::read(&object.statement).unwrap_or_default();
        let key_identifiers = path.iter().filter_map(key_identifier).collect();
        Some(AttestationClaim { format: object.format, aaguid, key_identifiers })
    }
}

/// RFC 5280, §4.2.1.2, method 1.
fn key_identifier(certificate: &Certificate<'_>) -> Option<[u8; 20]> {
    digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate.public_key.key).as_ref().try_into().ok()
}

#[cfg(test)]
mod tests;
