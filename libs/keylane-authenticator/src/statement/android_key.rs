//! Format `android-key` (WebAuthn Level 3, §8.4): the credential's key signs, and a certificate for
//! it describes how the device keeps it.

use super::{Evidence, certificates, sign_with_credential};
use crate::{
    AuthenticatorError, Cbor, CreateParts,
    key::{PublicComponents, SigningKey},
    x509::{Extension, Name, der, extension},
};

const TAG_PURPOSE: u64 = 1;
const TAG_ALGORITHM: u64 = 2;
const TAG_KEY_SIZE: u64 = 3;
const TAG_DIGEST: u64 = 5;
const TAG_EC_CURVE: u64 = 10;
const TAG_NO_AUTH_REQUIRED: u64 = 503;
const TAG_CREATION_DATE_TIME: u64 = 701;
const TAG_ORIGIN: u64 = 702;
const TAG_ROOT_OF_TRUST: u64 = 704;
const TAG_OS_VERSION: u64 = 705;
const TAG_OS_PATCH_LEVEL: u64 = 706;

/// The contents of the attestation extension, open to change before the certificate is issued.
///
/// Field by field the schema `KeyDescription` of Android's key attestation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDescription {
    /// The version of the schema: 1, 2, 3, 4, 100, 200, 300, 400. The layout is the same.
    pub attestation_version: u64,
    /// Where the attestation was made: 0 in software, 1 in the trusted environment, 2 in a
    /// StrongBox.
    pub attestation_security_level: u64,
    /// The version of the key store.
    pub keymaster_version: u64,
    /// Where the key is kept, as above.
    pub keymaster_security_level: u64,
    /// The tag of the two security levels: that of an ENUMERATED.
    pub security_level_tag: u8,
    /// The challenge: the hash of the client data.
    pub attestation_challenge: Vec<u8>,
    /// The id of the device for the application; empty.
    pub unique_id: Vec<u8>,
    /// What Android itself sees to.
    pub software_enforced: Vec<Authorization>,
    /// What the hardware sees to.
    pub tee_enforced: Vec<Authorization>,
}

/// An entry of an authorization list: the number of its tag, and the value encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// Such as 1 for `purpose`, 600 for `allApplications`, 702 for `origin`.
    pub tag: u64,
    /// The value in DER, without the explicit tag.
    pub value: Vec<u8>,
}

impl Authorization {
    /// `purpose`, tag 1: 2 is `KM_PURPOSE_SIGN`.
    #[must_use]
    pub fn purposes(purposes: &[u64]) -> Self {
        Self::set_of(TAG_PURPOSE, purposes)
    }

    /// `origin`, tag 702: 0 is `KM_ORIGIN_GENERATED`.
    #[must_use]
    pub fn origin(origin: u64) -> Self {
        Self::integer(TAG_ORIGIN, origin)
    }

    /// `allApplications`, tag 600: the key is not bound to one application.
    #[must_use]
    pub fn all_applications() -> Self {
        Self { tag: 600, value: der::null() }
    }

    /// An entry that is an INTEGER.
    #[must_use]
    pub fn integer(tag: u64, number: u64) -> Self {
        Self { tag, value: der::integer(number) }
    }

    /// An entry that is a SET OF INTEGER.
    #[must_use]
    pub fn set_of(tag: u64, numbers: &[u64]) -> Self {
        let numbers: Vec<_> = numbers.iter().copied().map(der::integer).collect();
        Self { tag, value: der::set_of(&numbers) }
    }

    fn to_der(&self) -> Vec<u8> {
        der::explicit(self.tag, &self.value)
    }
}

impl KeyDescription {
    /// A key that was made in the trusted environment and never leaves it.
    fn of(key: &SigningKey, challenge: &[u8], now_ms: u64) -> Result<Self, AuthenticatorError> {
        let mut tee_enforced = vec![Authorization::purposes(&[2])];
        tee_enforced.extend(kind_of(key)?);
        tee_enforced.extend([
            Authorization { tag: TAG_NO_AUTH_REQUIRED, value: der::null() },
            Authorization::origin(0),
            Authorization { tag: TAG_ROOT_OF_TRUST, value: root_of_trust() },
            Authorization::integer(TAG_OS_VERSION, 160_000),
            Authorization::integer(TAG_OS_PATCH_LEVEL, 202_512),
        ]);
        Ok(Self {
            attestation_version: 300,
            attestation_security_level: 1,
            keymaster_version: 300,
            keymaster_security_level: 1,
            security_level_tag: 0x0a,
            attestation_challenge: challenge.to_vec(),
            unique_id: Vec::new(),
            software_enforced: vec![Authorization::integer(TAG_CREATION_DATE_TIME, now_ms)],
            tee_enforced,
        })
    }

    /// Moves everything that the hardware saw to over to what Android sees to.
    pub fn enforce_in_software(&mut self) {
        self.attestation_security_level = 0;
        self.keymaster_security_level = 0;
        self.software_enforced.append(&mut self.tee_enforced);
        self.software_enforced.sort_by_key(|entry| entry.tag);
    }

    /// Removes the entries with this tag from both lists.
    pub fn remove(&mut self, tag: u64) {
        self.software_enforced.retain(|entry| entry.tag != tag);
        self.tee_enforced.retain(|entry| entry.tag != tag);
    }

    /// Puts an entry into a list at the place of its tag, in place of one with the same tag.
    pub fn set(list: &mut Vec<Authorization>, entry: Authorization) {
        list.retain(|it| it.tag != entry.tag);
        list.push(entry);
        list.sort_by_key(|it| it.tag);
    }

    /// The encoded extension value.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        let level = |number: u64| {
            let mut encoded = der::enumerated(number);
            if let Some(tag) = encoded.first_mut() {
                *tag = self.security_level_tag;
            }
            encoded
        };
        let list = |entries: &[Authorization]| {
            der::sequence(&entries.iter().map(Authorization::to_der).collect::<Vec<_>>())
        };
        der::sequence(&[
            der::integer(self.attestation_version),
            level(self.attestation_security_level),
            der::integer(self.keymaster_version),
            level(self.keymaster_security_level),
            der::octet_string(&self.attestation_challenge),
            der::octet_string(&self.unique_id),
            list(&self.software_enforced),
            list(&self.tee_enforced),
        ])
    }
}

pub(super) fn make(
    evidence: &Evidence<'_>,
    parts: &mut CreateParts,
) -> Result<Cbor, AuthenticatorError> {
    let authority = evidence.authenticator.authority()?;
    let now_ms = evidence.authenticator.config.now_ms;
    let mut description = KeyDescription::of(evidence.key, evidence.client_data_hash, now_ms)?;
    parts.key_description_edit.take_and_apply(&mut description);
    let subject = Name::common("Android Keystore Key");
    let mut leaf = authority.issued_by_intermediate(subject, evidence.key.to_spki()?);
    leaf.extensions.extend([
        Extension::key_usage(0x80),
        Extension::new(extension::ANDROID_KEY_DESCRIPTION, description.to_der()),
    ]);
    let path = vec![leaf, authority.intermediate_parts()?];
    // Devices send the whole chain.
    let x5c = certificates::issue_up_to(path, Some(authority.root()), parts)?;
    let signature = sign_with_credential(evidence.signed_bytes(), evidence.key, parts)?;
    let algorithm = parts.statement_algorithm.unwrap_or(evidence.key.algorithm());
    Ok(Cbor::Map(vec![
        (Cbor::text("alg"), Cbor::Int(algorithm)),
        (Cbor::text("sig"), Cbor::Bytes(signature)),
        certificates::member(x5c),
    ]))
}

/// Algorithm, size, digest and curve of the key, in the order of their tags.
fn kind_of(key: &SigningKey) -> Result<Vec<Authorization>, AuthenticatorError> {
    const RSA: u64 = 1;
    const EC: u64 = 3;
    const SHA256: u64 = 4;
    Ok(match key.public_components()? {
        PublicComponents::Ec { curve: curve @ 1..=3, .. } => {
            // P-256 is 1 here, P-384 2 and P-521 3, as in COSE.
            let (size, curve) = match curve {
                1 => (256, 1),
                2 => (384, 2),
                _ => (521, 3),
            };
            vec![
                Authorization::integer(TAG_ALGORITHM, EC),
                Authorization::integer(TAG_KEY_SIZE, size),
                Authorization::set_of(TAG_DIGEST, &[SHA256]),
                Authorization::integer(TAG_EC_CURVE, curve),
            ]
        }
        PublicComponents::Rsa { modulus, .. } => vec![
            Authorization::integer(TAG_ALGORITHM, RSA),
            Authorization::integer(TAG_KEY_SIZE, modulus.len() as u64 * 8),
            Authorization::set_of(TAG_DIGEST, &[SHA256]),
        ],
        _ => return Err(AuthenticatorError::NotSupported),
    })
}

/// A locked device that booted what its vendor signed.
fn root_of_trust() -> Vec<u8> {
    const VERIFIED: u64 = 0;
    der::sequence(&[
        der::octet_string(&[0x4b; 32]),
        der::true_value(),
        der::enumerated(VERIFIED),
        der::octet_string(&[0x6c; 32]),
    ])
}
