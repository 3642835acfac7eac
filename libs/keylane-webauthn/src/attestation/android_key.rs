//! The `android-key` format (§8.4): the keystore of an Android device describes the credential's
//! key in that key's own certificate.

mod key_description;

pub(crate) use self::key_description::KeyDescription;
use self::key_description::{AuthorizationList, SecurityLevel};
use super::{
    AttestationError, AttestationFormat, AttestationKind, AttestationPolicy, Evidence, KeyStorage,
    PolicySwitch, Proven, StatementFormat, certificates,
};
use crate::cbor::Value;

pub(super) struct AndroidKey;

/// The extension with the description, 1.3.6.1.4.1.11129.2.1.17.
const KEY_DESCRIPTION: &[u8] = &[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 1, 17];

/// `KM_ORIGIN_GENERATED`: made in the keystore, and never outside.
const ORIGIN_GENERATED: i64 = 0;
/// `KM_PURPOSE_SIGN`.
const PURPOSE_SIGN: i64 = 2;
/// `KM_PURPOSE_VERIFY`, which takes nothing but the public key.
const PURPOSE_VERIFY: i64 = 3;

/// Which rule of §8.4 an `android-key` statement breaks. Variants stand in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AndroidKeyError {
    /// The certificate is for another key than the credential's.
    #[error("the certificate is for another key than the credential's")]
    KeyMismatch,
    /// The certificate does not describe its key.
    #[error("the certificate does not describe its key")]
    DescriptionAbsent,
    /// The description cannot be read.
    #[error("the description of the key is malformed")]
    DescriptionMalformed,
    /// The description was made for another registration.
    #[error("the description of the key is for another registration")]
    ChallengeMismatch,
    /// Every app of the device may use the key.
    #[error("every app may use the key")]
    AllApplications,
    /// It is not said that the key was made in the keystore.
    #[error("the key was not made in the keystore")]
    Origin,
    /// It is not said that the key is for signing, or it is for something else as well.
    #[error("the key is not for signing only")]
    Purpose,
}

impl AndroidKeyError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::KeyMismatch => "android_key_mismatch",
            Self::DescriptionAbsent => "android_key_description_absent",
            Self::DescriptionMalformed => "android_key_description_malformed",
            Self::ChallengeMismatch => "android_key_challenge_mismatch",
            Self::AllApplications => "android_key_all_applications",
            Self::Origin => "android_key_origin_refused",
            Self::Purpose => "android_key_purpose_refused",
        }
    }
}

impl From<AndroidKeyError> for AttestationError {
    fn from(err: AndroidKeyError) -> Self {
        Self::AndroidKey(err)
    }
}

impl StatementFormat for AndroidKey {
    fn format(&self) -> AttestationFormat {
        AttestationFormat::AndroidKey
    }

    fn verify<'a>(&self, evidence: &Evidence<'_, 'a>) -> Result<Proven<'a>, AttestationError> {
        let statement = evidence.statement;
        let algorithm = statement.entry("alg").and_then(Value::as_i64);
        let signature = statement.entry("sig").and_then(Value::as_bytes);
        let members = statement.as_map().map_or(0, <[_]>::len);
        let (Some(algorithm), Some(signature), 3) = (algorithm, signature, members) else {
            return Err(AttestationError::StatementMalformed);
        };
        let path = certificates::read(statement)?;
        let leaf = path.first().ok_or(AttestationError::StatementMalformed)?;
        leaf.public_key
            .verify_cose(algorithm, &evidence.signed_bytes(), signature)
            .map_err(|_| AttestationError::SignatureInvalid)?;
        if !leaf.public_key.is(evidence.public_key) {
            return Err(AndroidKeyError::KeyMismatch.into());
        }
        let extension =
            leaf.extension(KEY_DESCRIPTION).ok_or(AndroidKeyError::DescriptionAbsent)?;
        let description = KeyDescription::parse(extension.value)
            .map_err(|_| AndroidKeyError::DescriptionMalformed)?;
        if description.challenge != evidence.client_data_hash {
            return Err(AndroidKeyError::ChallengeMismatch.into());
        }
        let mut proven = Proven::new(AttestationKind::Basic, path);
        let storage = check_lists(&description, evidence.policy, &mut proven.switches)?;
        proven.key_storage = Some(storage);
        Ok(proven)
    }
}

/// What both lists say about the key; where it lives, as far as they prove it.
fn check_lists(
    description: &KeyDescription<'_>,
    policy: &AttestationPolicy,
    switches: &mut Vec<PolicySwitch>,
) -> Result<KeyStorage, AndroidKeyError> {
    let (hardware, software) = (&description.hardware_enforced, &description.software_enforced);
    if hardware.all_applications || software.all_applications {
        return Err(AndroidKeyError::AllApplications);
    }
    // What only software enforces is the word of an operating system that may be broken.
    let Err(reason) = check_authorizations(&[hardware]) else {
        // The system need not say anything about it, but it must not say otherwise.
        check_authorizations(&[hardware, software])?;
        return Ok(key_storage(description));
    };
    let liberty = if check_authorizations(&[hardware, software]).is_ok() {
        PolicySwitch::AndroidKeySoftwareEnforced
    } else if hardware.says_nothing() && software.says_nothing() {
        PolicySwitch::AndroidKeyEmptyAuthorizations
    } else {
        return Err(reason);
    };
    if !policy.permits(liberty) {
        return Err(reason);
    }
    switches.push(liberty);
    Ok(KeyStorage::Software)
}

/// That the lists together say that the key was generated and is for signing. A list that says
/// nothing about it says neither yes nor no; somebody must say yes, and nobody no.
fn check_authorizations(lists: &[&AuthorizationList]) -> Result<(), AndroidKeyError> {
    let origins: Vec<_> = lists.iter().filter_map(|list| list.origin).collect();
    if origins.is_empty() || origins.iter().any(|origin| *origin != ORIGIN_GENERATED) {
        return Err(AndroidKeyError::Origin);
    }
    let purposes: Vec<_> =
        lists.iter().filter_map(|list| list.purposes.as_ref()).flatten().collect();
    let signs = purposes.iter().any(|purpose| **purpose == PURPOSE_SIGN);
    let only = purposes.iter().all(|it| matches!(**it, PURPOSE_SIGN | PURPOSE_VERIFY));
    if signs && only { Ok(()) } else { Err(AndroidKeyError::Purpose) }
}

/// Both who describes the key and who keeps it must be that secure.
fn key_storage(description: &KeyDescription<'_>) -> KeyStorage {
    match description.attestation_level.min(description.keystore_level) {
        SecurityLevel::Software => KeyStorage::Software,
        SecurityLevel::TrustedEnvironment => KeyStorage::TrustedEnvironment,
        SecurityLevel::StrongBox => KeyStorage::StrongBox,
    }
}

#[cfg(test)]
mod tests;
