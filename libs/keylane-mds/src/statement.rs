//! Metadata statements: what a vendor says about a model (FIDO Metadata Statement 3).
//!
//! JSON in, a [`MetadataStatement`] out. What relying parties decide by is typed; the rest, such
//! as `authenticatorGetInfo`, stays as the text that it came in. Pictures are most of a BLOB's
//! bytes, so they are dropped unless asked for.

use std::borrow::Cow;

use crate::base64_text;
use crate::ids::{Aaguid, Aaid, KeyIdentifier};
use crate::object::{JsonError, Object, OtherMember, list};
use crate::vocabulary::{
    AttachmentHint, AttestationType, KeyProtection, MatcherProtection, ProtocolFamily,
    UserVerificationMethod,
};

/// Most bytes of a statement that is read by itself.
pub const STATEMENT_BYTES_MAX: usize = 4 << 20;
/// Most attestation roots of one statement.
pub const ATTESTATION_ROOTS_MAX: usize = 1_000;
/// Most combinations of user verification methods, and most methods of a combination.
pub const USER_VERIFICATIONS_MAX: usize = 100;
/// Most key identifiers of one statement or entry.
pub const KEY_IDENTIFIERS_MAX: usize = 1_000;

/// Members that are pictures as data URLs.
const PICTURES: &[&str] = &["iconDark", "providerLogoLight", "providerLogoDark"];

/// Whether pictures are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Icons {
    /// They are dropped.
    #[default]
    Drop,
    /// They are kept, as the data URLs that they are.
    Keep,
}

/// A metadata statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MetadataStatement {
    /// The model of a FIDO2 authenticator.
    pub aaguid: Option<Aaguid>,
    /// The model of a UAF authenticator.
    pub aaid: Option<Aaid>,
    /// The attestation keys of a U2F authenticator.
    pub key_identifiers: Vec<KeyIdentifier>,
    /// What it is called, in English.
    pub description: Option<Box<str>>,
    /// The earliest firmware that the statement is about.
    pub authenticator_version: Option<u64>,
    /// The family of protocols that it speaks.
    pub protocol_family: Option<ProtocolFamily>,
    /// How it attests its keys.
    pub attestation_types: Vec<AttestationType>,
    /// The certificates that its attestations chain to, DER: roots, intermediate ones, or the
    /// attestation certificates themselves.
    pub attestation_roots: Vec<Box<[u8]>>,
    /// How many listed certificates are not base64. They are no anchors.
    pub unreadable_roots: usize,
    /// How it protects private keys.
    pub key_protection: Vec<KeyProtection>,
    /// Whether its keys sign nothing but FIDO signatures; `None` when it does not say, which means
    /// yes.
    pub is_key_restricted: Option<bool>,
    /// Where it compares what the user shows it.
    pub matcher_protection: Vec<MatcherProtection>,
    /// How it can verify its user: any of the combinations, each by all of its methods.
    pub user_verification: Vec<Vec<UserVerification>>,
    /// How it may be attached.
    pub attachment_hints: Vec<AttachmentHint>,
    /// Its picture as a data URL, when [`Icons::Keep`] was asked for.
    pub icon: Option<Box<str>>,
    /// The terms of use of the statement.
    pub legal_header: Option<Box<str>>,
    /// Members that are not modelled, or that could not be read.
    pub others: Vec<OtherMember>,
}

/// One method of verifying a user.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserVerification {
    /// The method.
    pub method: UserVerificationMethod,
    /// How well it works: `caDesc`, `baDesc` or `paDesc`, and what is not modelled.
    pub others: Vec<OtherMember>,
}

/// Why a statement cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatementError {
    /// More than [`STATEMENT_BYTES_MAX`].
    #[error("the statement is too large")]
    TooLarge,
    /// Not a JSON object in UTF-8.
    #[error("the statement is not a JSON object")]
    Malformed,
    /// A member comes twice: two readers could see two different statements.
    #[error("the statement has the same member twice")]
    DuplicateMember,
    /// More than [`MEMBERS_MAX`](crate::MEMBERS_MAX) members.
    #[error("the statement has too many members")]
    TooManyMembers,
    /// It does not say which authenticator it is about.
    #[error("the statement names no authenticator")]
    NoId,
}

impl StatementError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "statement_too_large",
            Self::Malformed => "statement_malformed",
            Self::DuplicateMember => "statement_duplicate_member",
            Self::TooManyMembers => "statement_too_many_members",
            Self::NoId => "statement_without_id",
        }
    }
}

impl From<JsonError> for StatementError {
    fn from(err: JsonError) -> Self {
        match err {
            JsonError::Malformed => Self::Malformed,
            JsonError::DuplicateMember => Self::DuplicateMember,
            JsonError::TooMany => Self::TooManyMembers,
        }
    }
}

impl MetadataStatement {
    /// Reads a statement that stands by itself. A leading byte order mark is passed over.
    ///
    /// Nothing vouches for such a statement but whoever put it there.
    ///
    /// # Errors
    ///
    /// [`StatementError`], for the first reason found. Members of an unexpected type are no
    /// reason; they stay in [`others`](Self::others).
    pub fn from_json(json: &[u8], icons: Icons) -> Result<Self, StatementError> {
        if json.len() > STATEMENT_BYTES_MAX {
            return Err(StatementError::TooLarge);
        }
        let json = std::str::from_utf8(json).map_err(|_| StatementError::Malformed)?;
        let json = json.strip_prefix('\u{feff}').unwrap_or(json);
        let statement = Self::parse(json, icons)?;
        let named = statement.aaguid.is_some()
            || statement.aaid.is_some()
            || !statement.key_identifiers.is_empty();
        if named { Ok(statement) } else { Err(StatementError::NoId) }
    }

    pub(crate) fn parse(json: &str, icons: Icons) -> Result<Self, StatementError> {
        let mut object = Object::parse(json)?;
        let (attestation_roots, unreadable_roots) = take_roots(&mut object);
        let icon = object.take_text("icon").filter(|_| icons == Icons::Keep);
        if icons == Icons::Drop {
            for picture in PICTURES {
                object.take_raw(picture);
            }
        }
        Ok(Self {
            aaguid: object.take_parsed("aaguid"),
            aaid: object.take_parsed("aaid"),
            key_identifiers: take_key_identifiers(&mut object),
            description: object.take_text("description"),
            authenticator_version: object.take("authenticatorVersion"),
            protocol_family: object.take_text("protocolFamily").map(|text| (&*text).into()),
            attestation_types: object.take_texts("attestationTypes").unwrap_or_default(),
            attestation_roots,
            unreadable_roots,
            key_protection: object.take_texts("keyProtection").unwrap_or_default(),
            is_key_restricted: object.take("isKeyRestricted"),
            matcher_protection: object.take_texts("matcherProtection").unwrap_or_default(),
            user_verification: object
                .take_with("userVerificationDetails", read_user_verification)
                .unwrap_or_default(),
            attachment_hints: object.take_texts("attachmentHint").unwrap_or_default(),
            icon,
            legal_header: object.take_text("legalHeader"),
            others: object.others(),
        })
    }
}

/// The readable ones of the key identifiers. With an unreadable one among them, the member stays.
pub(crate) fn take_key_identifiers(object: &mut Object<'_>) -> Vec<KeyIdentifier> {
    const NAME: &str = "attestationCertificateKeyIdentifiers";
    let texts = object.peek_raw(NAME).and_then(|json| list(json, KEY_IDENTIFIERS_MAX).ok());
    let texts = texts.unwrap_or_default();
    let listed = texts.len();
    let identifiers: Vec<_> =
        texts.into_iter().filter_map(read_text).filter_map(|it| it.parse().ok()).collect();
    if !identifiers.is_empty() && identifiers.len() == listed {
        object.take_raw(NAME);
    }
    identifiers
}

/// The attestation roots, and how many of them are unreadable.
fn take_roots(object: &mut Object<'_>) -> (Vec<Box<[u8]>>, usize) {
    let texts = object
        .take_with("attestationRootCertificates", |json| list(json, ATTESTATION_ROOTS_MAX).ok());
    let texts = texts.unwrap_or_default();
    let listed = texts.len();
    let roots: Vec<_> = texts
        .into_iter()
        .filter_map(read_text)
        .filter_map(|text| base64_text::decode_lenient(&text))
        .filter(|root| !root.is_empty())
        .collect();
    let unreadable = listed - roots.len();
    (roots, unreadable)
}

fn read_user_verification(json: &str) -> Option<Vec<Vec<UserVerification>>> {
    let combination = |json| -> Option<Vec<UserVerification>> {
        let methods = list(json, USER_VERIFICATIONS_MAX).ok()?;
        methods.into_iter().map(UserVerification::parse).collect()
    };
    list(json, USER_VERIFICATIONS_MAX).ok()?.into_iter().map(combination).collect()
}

impl UserVerification {
    fn parse(json: &str) -> Option<Self> {
        let mut object = Object::parse(json).ok()?;
        // Statements that were carried over from version 2 have the older name.
        let method = object
            .take_text("userVerificationMethod")
            .or_else(|| object.take_text("userVerification"))?;
        Some(Self { method: (&*method).into(), others: object.others() })
    }
}

fn read_text(json: &str) -> Option<Cow<'_, str>> {
    serde_json::from_str::<&str>(json)
        .map(Cow::Borrowed)
        .or_else(|_| serde_json::from_str::<String>(json).map(Cow::Owned))
        .ok()
}

#[cfg(test)]
mod tests;
