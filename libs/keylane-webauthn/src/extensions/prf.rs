//! The pseudo-random function of a credential (§10.1.4), and the CTAP extension `hmac-secret`
//! that most authenticators build it on (CTAP 2.2, §12.7).
//!
//! The page asks with any bytes, the client hashes them into salts, the authenticator answers
//! encrypted for the client. So a relying party can work out which salts its inputs stand for,
//! and it can tell the encrypted outputs inside the signed authenticator data apart; decrypt them
//! it cannot, only the client shares a key with the authenticator.

use serde::Serialize;

use super::SecretBytes;
use crate::cbor::{self, CborError, Form, Value};
use crate::origin::sha256;

/// Bytes of one result of the function, and of one salt.
pub const PRF_RESULT_BYTES: usize = 32;
/// Most bytes of one input that are read from JSON. The specification has no limit.
pub const PRF_INPUT_BYTES_MAX: usize = 4 * 1024;

/// Bytes of the initialisation vector in front of what protocol two encrypts.
const PROTOCOL_TWO_IV_BYTES: usize = 16;

/// One or two inputs on which the function is evaluated.
#[derive(Debug, Clone, Serialize)]
pub struct PrfInputs {
    /// The first input.
    pub first: SecretBytes,
    /// The second input, if a second result is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second: Option<SecretBytes>,
}

impl PrfInputs {
    /// The salts that a client sends to the authenticator for these inputs.
    #[must_use]
    pub fn salts(&self) -> (SecretBytes, Option<SecretBytes>) {
        let salt = |input: &SecretBytes| SecretBytes::new(prf_salt(input.expose()).to_vec());
        (salt(&self.first), self.second.as_ref().map(salt))
    }
}

/// The salt that a client makes of one input: SHA-256 of `WebAuthn PRF`, a zero byte and the
/// input (§10.1.4). The prefix keeps pages away from salts that a platform uses for itself.
#[must_use]
pub fn prf_salt(input: &[u8]) -> [u8; PRF_RESULT_BYTES] {
    sha256(&[b"WebAuthn PRF\0", input].concat())
}

/// Results of the function: secrets of 32 bytes each.
#[derive(Debug, Clone, Serialize)]
pub struct PrfResults {
    /// For the first input.
    pub first: SecretBytes,
    /// For the second input, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second: Option<SecretBytes>,
}

/// What the client says about `prf`.
#[derive(Debug, Clone, Default)]
pub struct PrfOutputs {
    /// Whether the new credential has the function; only said at registration.
    pub enabled: Option<bool>,
    /// The results, if there are any and the page sent them along.
    pub results: Option<PrfResults>,
}

/// The protocol under which client and authenticator encrypt for each other (CTAP 2.2, §6.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PinUvAuthProtocol {
    /// Encryption without an initialisation vector, authentication with 16 bytes.
    One,
    /// Encryption behind an initialisation vector, authentication with 32 bytes.
    Two,
}

/// How many salts went in, and results came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SaltCount {
    /// One.
    One,
    /// Two.
    Two,
}

/// The output of `hmac-secret` in authenticator data: encrypted for the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HmacSecretOutput(Box<[u8]>, PinUvAuthProtocol, SaltCount);

impl HmacSecretOutput {
    /// Tells protocol and number of results from the length, which is all that shows.
    ///
    /// # Errors
    ///
    /// [`HmacSecretError::Length`].
    pub fn parse(bytes: &[u8]) -> Result<Self, HmacSecretError> {
        let (protocol, count) = encrypted_form(bytes)?;
        Ok(Self(bytes.into(), protocol, count))
    }

    /// The encrypted bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The protocol that encrypted them.
    #[must_use]
    pub fn protocol(&self) -> PinUvAuthProtocol {
        self.1
    }

    /// How many results they are.
    #[must_use]
    pub fn count(&self) -> SaltCount {
        self.2
    }
}

/// The input of `hmac-secret` as it goes from client to authenticator: a CBOR map.
///
/// No relying party sends one. It is here for those that drive an authenticator themselves, such
/// as native clients and tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HmacSecretInput {
    /// The client's half of the key agreement, as a COSE key.
    pub key_agreement: Vec<u8>,
    /// The salts, encrypted.
    pub salt_enc: Vec<u8>,
    /// The authentication of `salt_enc`.
    pub salt_auth: Vec<u8>,
    /// The protocol; protocol one is not written down.
    pub protocol: PinUvAuthProtocol,
}

/// Why bytes are not the wire form of `hmac-secret`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HmacSecretError {
    /// Not canonical CBOR.
    #[error("the input of hmac-secret is not canonical CBOR")]
    Cbor(#[source] CborError),
    /// A member is missing or has the wrong type, or the protocol is unknown.
    #[error("the input of hmac-secret is malformed")]
    Malformed,
    /// Not one or two times 32 bytes, encrypted by a known protocol.
    #[error("the length is not one of encrypted salts or results")]
    Length,
}

impl HmacSecretError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cbor(err) => err.code(),
            Self::Malformed => "hmac_secret_malformed",
            Self::Length => "hmac_secret_length",
        }
    }
}

impl HmacSecretInput {
    /// Decodes the map of CTAP 2.2, §12.7. Members that are not known are ignored.
    ///
    /// # Errors
    ///
    /// [`HmacSecretError`].
    pub fn from_cbor(bytes: &[u8]) -> Result<Self, HmacSecretError> {
        let map = cbor::decode(bytes, Form::Canonical).map_err(HmacSecretError::Cbor)?;
        let entries = map.as_map().ok_or(HmacSecretError::Malformed)?;
        let find = |label| entries.iter().find(|(key, _)| key.as_i64() == Some(label));
        let string = |label| {
            find(label).and_then(|(_, value)| value.as_bytes()).ok_or(HmacSecretError::Malformed)
        };
        let protocol = match find(4).map(|(_, value)| value.as_i64()) {
            None | Some(Some(1)) => PinUvAuthProtocol::One,
            Some(Some(2)) => PinUvAuthProtocol::Two,
            Some(_) => return Err(HmacSecretError::Malformed),
        };
        let (salt_enc, salt_auth) = (string(2)?, string(3)?);
        let (encrypted_by, _) = encrypted_form(salt_enc)?;
        let auth_bytes = if protocol == PinUvAuthProtocol::One { 16 } else { 32 };
        if encrypted_by != protocol || salt_auth.len() != auth_bytes {
            return Err(HmacSecretError::Length);
        }
        Ok(Self {
            key_agreement: key_agreement(bytes, entries)?,
            salt_enc: salt_enc.to_vec(),
            salt_auth: salt_auth.to_vec(),
            protocol,
        })
    }

    /// The map, in canonical CBOR.
    #[must_use]
    pub fn to_cbor(&self) -> Vec<u8> {
        let two = self.protocol == PinUvAuthProtocol::Two;
        let mut out = vec![if two { 0xa4 } else { 0xa3 }, 1];
        out.extend_from_slice(&self.key_agreement);
        for (label, bytes) in [(2, &self.salt_enc), (3, &self.salt_auth)] {
            out.push(label);
            // Byte strings here have at most 80 bytes.
            let length = u8::try_from(bytes.len()).unwrap_or(u8::MAX);
            match length {
                0..24 => out.push(0x40 | length),
                _ => out.extend([0x58, length]),
            }
            out.extend_from_slice(bytes);
        }
        if two {
            out.extend([4, 2]);
        }
        out
    }
}

/// The encoded key out of the map. Label 1 is the lowest, so the key begins at the third byte.
fn key_agreement(
    map: &[u8],
    entries: &[(Value<'_>, Value<'_>)],
) -> Result<Vec<u8>, HmacSecretError> {
    let Some((label, Value::Map(_))) = entries.first() else {
        return Err(HmacSecretError::Malformed);
    };
    if label.as_i64() != Some(1) || entries.len() >= 24 {
        return Err(HmacSecretError::Malformed);
    }
    let rest = map.get(2..).ok_or(HmacSecretError::Malformed)?;
    let (_, length) = cbor::decode_prefix(rest, Form::Canonical).map_err(HmacSecretError::Cbor)?;
    rest.get(..length).map(<[u8]>::to_vec).ok_or(HmacSecretError::Malformed)
}

/// What the length of encrypted salts or results says.
fn encrypted_form(bytes: &[u8]) -> Result<(PinUvAuthProtocol, SaltCount), HmacSecretError> {
    use PinUvAuthProtocol as Protocol;
    const ONE: usize = PRF_RESULT_BYTES;
    const TWO: usize = 2 * PRF_RESULT_BYTES;
    match bytes.len() {
        ONE => Ok((Protocol::One, SaltCount::One)),
        TWO => Ok((Protocol::One, SaltCount::Two)),
        length if length == ONE + PROTOCOL_TWO_IV_BYTES => Ok((Protocol::Two, SaltCount::One)),
        length if length == TWO + PROTOCOL_TWO_IV_BYTES => Ok((Protocol::Two, SaltCount::Two)),
        _ => Err(HmacSecretError::Length),
    }
}
