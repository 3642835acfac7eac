//! A compact JWS (RFC 7515, §7.1) that carries its certificates.
//!
//! Keys come from `x5c` alone: nothing is fetched, and nothing else in the header names a key.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    UnparsedPublicKey, VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserializer as _;
use serde::de::{Error as _, MapAccess, Visitor};
use serde_json::Value;

use super::AndroidSafetyNetError;
use crate::attestation::AttestationError;
use crate::base64url;
use crate::x509::Certificate;
use crate::x509::chain::PATH_MAX;

/// Most members of the header or of the payload; Google writes two and eight.
const MEMBERS_MAX: usize = 32;

/// The names in JWA (RFC 7518, §3.1). Its ECDSA signatures are two numbers of fixed length.
const ALGORITHMS: &[(&str, &dyn VerificationAlgorithm)] = &[
    ("RS256", &RSA_PKCS1_2048_8192_SHA256),
    ("RS384", &RSA_PKCS1_2048_8192_SHA384),
    ("RS512", &RSA_PKCS1_2048_8192_SHA512),
    ("PS256", &RSA_PSS_2048_8192_SHA256),
    ("PS384", &RSA_PSS_2048_8192_SHA384),
    ("PS512", &RSA_PSS_2048_8192_SHA512),
    ("ES256", &ECDSA_P256_SHA256_FIXED),
    ("ES384", &ECDSA_P384_SHA384_FIXED),
    ("ES512", &ECDSA_P521_SHA512_FIXED),
];

/// A JWS that has been taken apart; nothing in it is proved.
pub(super) struct Jws<'a> {
    /// Header and payload as they were signed.
    signed: &'a str,
    payload: &'a str,
    signature: Vec<u8>,
    algorithm: &'static dyn VerificationAlgorithm,
    /// The certificates of `x5c` in DER, the signer's first; at most [`PATH_MAX`].
    pub(super) certificates: Vec<Vec<u8>>,
}

impl<'a> Jws<'a> {
    pub(super) fn parse(response: &'a [u8]) -> Result<Self, AndroidSafetyNetError> {
        let malformed = AndroidSafetyNetError::Response;
        let text = std::str::from_utf8(response).map_err(|_| malformed)?;
        let (signed, signature) = text.rsplit_once('.').ok_or(malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(malformed)?;
        if payload.contains('.') {
            return Err(malformed);
        }
        let header = Members::parse(header)?;
        // RFC 7515, §4.1.11: what must be understood is not.
        if header.get("crit").is_some() {
            return Err(malformed);
        }
        let name = header.get("alg").and_then(Value::as_str).ok_or(malformed)?;
        let algorithm = ALGORITHMS.iter().find(|(known, _)| *known == name);
        let (_, algorithm) = algorithm.ok_or(AndroidSafetyNetError::Algorithm)?;
        Ok(Self {
            signed,
            payload,
            signature: base64url::decode(signature).ok_or(malformed)?,
            algorithm: *algorithm,
            certificates: certificates(&header).ok_or(malformed)?,
        })
    }

    /// Checks the signature with the key of a certificate, which has to go with the algorithm.
    pub(super) fn verify(&self, signer: &Certificate<'_>) -> Result<(), AttestationError> {
        UnparsedPublicKey::new(self.algorithm, signer.public_key.der)
            .verify(self.signed.as_bytes(), &self.signature)
            .map_err(|_| AttestationError::SignatureInvalid)
    }

    /// The members of the payload.
    pub(super) fn payload(&self) -> Result<Members, AndroidSafetyNetError> {
        Members::parse(self.payload)
    }
}

/// `x5c`: one certificate at least, in base64 with padding.
fn certificates(header: &Members) -> Option<Vec<Vec<u8>>> {
    let items = header.get("x5c")?.as_array()?;
    if items.is_empty() || items.len() > PATH_MAX {
        return None;
    }
    items.iter().map(|item| STANDARD.decode(item.as_str()?).ok()).collect()
}

/// The members of a JSON object, none of which comes twice.
pub(super) struct Members(Vec<(String, Value)>);

impl Members {
    /// Reads an object in base64url.
    fn parse(encoded: &str) -> Result<Self, AndroidSafetyNetError> {
        let json = base64url::decode(encoded).ok_or(AndroidSafetyNetError::Response)?;
        let mut json = serde_json::Deserializer::from_slice(&json);
        let members = json.deserialize_map(MembersVisitor);
        let members = members.map_err(|_| AndroidSafetyNetError::Response)?;
        json.end().map_err(|_| AndroidSafetyNetError::Response)?;
        Ok(members)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members: Vec<(String, Value)> = Vec::new();
        while let Some((name, value)) = map.next_entry()? {
            if members.len() == MEMBERS_MAX || members.iter().any(|(known, _)| *known == name) {
                return Err(A::Error::custom("a member comes twice, or there are too many"));
            }
            members.push((name, value));
        }
        Ok(Members(members))
    }
}
