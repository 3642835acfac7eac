//! The key description in the certificates of Android's keystore: the schema of Keymaster 2 to 4
//! and `KeyMint`, versions 1 to 400.
//!
//! DER in, a [`KeyDescription`] out with what §8.4 asks for. The lists have dozens of fields, more
//! with every version of Android; those that are not asked for are passed over undecoded.

use crate::x509::der::{BadDer, Element, Reader, Tag, integer, single};

/// Most fields of one list; the newest schema has less than fifty.
const FIELDS_MAX: usize = 128;

/// `purpose [1] EXPLICIT SET OF INTEGER`.
const PURPOSE: u32 = 1;
/// `allApplications [600] EXPLICIT NULL`.
const ALL_APPLICATIONS: u32 = 600;
/// `origin [702] EXPLICIT INTEGER`.
const ORIGIN: u32 = 702;

/// What the keystore says about a key.
pub(crate) struct KeyDescription<'a> {
    /// How secure the place is where the description was made.
    pub(super) attestation_level: SecurityLevel,
    /// How secure the place is where the key is kept.
    pub(super) keystore_level: SecurityLevel,
    pub(super) challenge: &'a [u8],
    /// What the operating system sees to.
    pub(super) software_enforced: AuthorizationList,
    /// What the trusted environment or secure element sees to (`teeEnforced`).
    pub(super) hardware_enforced: AuthorizationList,
}

/// `SecurityLevel`, the least secure first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SecurityLevel {
    Software,
    TrustedEnvironment,
    StrongBox,
}

/// `AuthorizationList`, as far as §8.4 asks. An absent field is `None`, never a zero.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct AuthorizationList {
    pub(super) purposes: Option<Vec<i64>>,
    pub(super) all_applications: bool,
    pub(super) origin: Option<i64>,
}

impl<'a> KeyDescription<'a> {
    /// Reads a description that takes up all of `der`.
    pub(crate) fn parse(der: &'a [u8]) -> Result<Self, BadDer> {
        let mut fields = Reader::new(single(der, Tag::SEQUENCE)?);
        // Newer versions have the same fields here, and further ones in the lists.
        if fields.integer(Tag::INTEGER)? < 1 {
            return Err(BadDer);
        }
        let attestation_level = security_level(&mut fields)?;
        let _keystore_version = fields.integer(Tag::INTEGER)?;
        let keystore_level = security_level(&mut fields)?;
        let challenge = fields.expect(Tag::OCTET_STRING)?.value;
        let _unique_id = fields.expect(Tag::OCTET_STRING)?;
        let software_enforced = AuthorizationList::read(fields.sequence()?)?;
        let hardware_enforced = AuthorizationList::read(fields.sequence()?)?;
        fields.end()?;
        Ok(Self {
            attestation_level,
            keystore_level,
            challenge,
            software_enforced,
            hardware_enforced,
        })
    }
}

impl AuthorizationList {
    /// Whether it is silent about where the key is from and what it is for.
    pub(super) fn says_nothing(&self) -> bool {
        self.purposes.is_none() && self.origin.is_none()
    }

    fn read(mut fields: Reader<'_>) -> Result<Self, BadDer> {
        let mut list = Self::default();
        let mut tags = Vec::new();
        while !fields.is_empty() {
            let field = fields.any()?;
            // Devices disagree about the order.
            if tags.contains(&field.tag) || tags.len() == FIELDS_MAX {
                return Err(BadDer);
            }
            tags.push(field.tag);
            list.take(&field)?;
        }
        Ok(list)
    }

    fn take(&mut self, field: &Element<'_>) -> Result<(), BadDer> {
        // Every field is explicitly tagged, so one of the numbers below in another form is none.
        let number = field.tag.context_number().ok_or(BadDer)?;
        if field.tag != Tag::context(number) {
            return Err(BadDer);
        }
        match number {
            PURPOSE => self.purposes = Some(integers(single(field.value, Tag::SET)?)?),
            ALL_APPLICATIONS => self.all_applications = true,
            ORIGIN => self.origin = Some(integer(single(field.value, Tag::INTEGER)?)?),
            _ => {}
        }
        Ok(())
    }
}

fn integers(set: &[u8]) -> Result<Vec<i64>, BadDer> {
    let mut items = Reader::new(set);
    let mut integers = Vec::new();
    while !items.is_empty() {
        integers.push(items.integer(Tag::INTEGER)?);
    }
    Ok(integers)
}

/// An ENUMERATED. The specification's test vector once had INTEGERs here; no keystore has.
fn security_level(fields: &mut Reader<'_>) -> Result<SecurityLevel, BadDer> {
    match fields.integer(Tag::ENUMERATED)? {
        0 => Ok(SecurityLevel::Software),
        1 => Ok(SecurityLevel::TrustedEnvironment),
        2 => Ok(SecurityLevel::StrongBox),
        _ => Err(BadDer),
    }
}
