//! How metadata names the authenticators that it speaks of: texts in, ids out.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest;

use crate::der;

/// The model of a FIDO2 authenticator: 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Aaguid(pub [u8; 16]);

/// The model of a UAF authenticator: a vendor and one of its models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Aaid {
    /// The vendor's number.
    pub vendor: u16,
    /// The vendor's number for the model.
    pub model: u16,
}

/// The key of an attestation certificate, by which U2F authenticators are found: the SHA-1 digest
/// of its subject public key, the method 1 of RFC 5280, section 4.2.1.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyIdentifier(pub [u8; 20]);

/// Why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// Not a UUID of 32 hexadecimal digits, with or without its four hyphens.
    #[error("not an AAGUID")]
    Aaguid,
    /// Not four hexadecimal digits, a number sign and four more.
    #[error("not an AAID")]
    Aaid,
    /// Not 40 hexadecimal digits.
    #[error("not a key identifier")]
    KeyIdentifier,
}

impl IdError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Aaguid => "aaguid_malformed",
            Self::Aaid => "aaid_malformed",
            Self::KeyIdentifier => "key_identifier_malformed",
        }
    }
}

impl KeyIdentifier {
    /// The identifier of the key in a DER certificate; `None` when it cannot be found there.
    ///
    /// Only the way to the key is read, so that odd extensions do not matter.
    #[must_use]
    pub fn of_certificate(certificate: &[u8]) -> Option<Self> {
        let key = der::public_key_bits(der::subject_public_key_info(certificate)?)?;
        let digest = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, key);
        digest.as_ref().try_into().ok().map(Self)
    }
}

impl FromStr for Aaguid {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let hyphens = |(at, char)| char == '-' && matches!(at, 8 | 13 | 18 | 23);
        let plain: String = match text.len() {
            36 if text.char_indices().filter(|it| hyphens(*it)).count() == 4 => {
                text.chars().filter(|char| *char != '-').collect()
            }
            32 => text.to_owned(),
            _ => return Err(IdError::Aaguid),
        };
        hex(&plain).map(Self).ok_or(IdError::Aaguid)
    }
}

impl FromStr for Aaid {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let number = |part| hex::<2>(part).map(u16::from_be_bytes).ok_or(IdError::Aaid);
        let (vendor, model) = text.split_once('#').ok_or(IdError::Aaid)?;
        Ok(Self { vendor: number(vendor)?, model: number(model)? })
    }
}

impl FromStr for KeyIdentifier {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        hex(text).map(Self).ok_or(IdError::KeyIdentifier)
    }
}

impl fmt::Display for Aaguid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Aaid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}#{:04X}", self.vendor, self.model)
    }
}

impl fmt::Display for KeyIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The bytes of exactly `2 * N` hexadecimal digits of either case.
fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|it| u8::try_from(it).ok());
    let mut bytes = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests;
