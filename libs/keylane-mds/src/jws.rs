//! The signature of a BLOB: a compact JWS (RFC 7515) under the key of a certificate.
//!
//! The text in, its parts out, still unproved; then a certificate and a verdict. Keys come from
//! `x5c` alone: nothing is fetched, and nothing else in the header names a key.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    UnparsedPublicKey, VerificationAlgorithm,
};

use crate::base64_text;
use crate::blob::BlobError;
use crate::der;
use crate::object::{JsonError, Object, list};

/// Most bytes of the header, in base64url.
pub const HEADER_BYTES_MAX: usize = 256 << 10;
/// Most certificates of `x5c`.
pub const X5C_CERTIFICATES_MAX: usize = 16;

/// The algorithms that a BLOB may be signed with. BLOBs have been signed with `RS256` (the real
/// service) and `ES256` (conformance tests); the others are their stronger relatives.
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

/// A JWS that has been taken apart and not verified.
pub(crate) struct Jws<'a> {
    signed: &'a str,
    payload: &'a str,
    signature: Vec<u8>,
    algorithm: &'static dyn VerificationAlgorithm,
    /// The certificates of `x5c`, DER.
    pub(crate) certificates: Vec<Box<[u8]>>,
}

impl<'a> Jws<'a> {
    pub(crate) fn parse(text: &'a str) -> Result<Self, BlobError> {
        let text = text.trim_ascii();
        if text.starts_with('<') {
            return Err(BlobError::Html);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(BlobError::NotJws)?;
        let (header, payload) = signed.split_once('.').ok_or(BlobError::NotJws)?;
        if header.is_empty() || payload.is_empty() || payload.contains('.') {
            return Err(BlobError::NotJws);
        }
        let (algorithm, certificates) = parse_header(header)?;
        let signature = base64_text::decode_url(signature).ok_or(BlobError::Signature)?;
        Ok(Self { signed, payload, signature, algorithm, certificates })
    }

    /// The places in `x5c` of the certificates under whose keys the signature verifies. RFC 7515
    /// wants such a one first; wherever it stands, it has yet to chain to an anchor.
    pub(crate) fn signers(&self) -> impl Iterator<Item = usize> {
        let certificates = self.certificates.iter().enumerate();
        certificates.filter(|(_, it)| self.is_signed_by(it)).map(|(at, _)| at)
    }

    /// The bytes of the payload.
    pub(crate) fn payload(&self) -> Result<Vec<u8>, BlobError> {
        base64_text::decode_url(self.payload).ok_or(BlobError::Payload)
    }

    fn is_signed_by(&self, certificate: &[u8]) -> bool {
        der::subject_public_key_info(certificate).is_some_and(|key| {
            let key = UnparsedPublicKey::new(self.algorithm, key);
            key.verify(self.signed.as_bytes(), &self.signature).is_ok()
        })
    }
}

type Header = (&'static dyn VerificationAlgorithm, Vec<Box<[u8]>>);

fn parse_header(header: &str) -> Result<Header, BlobError> {
    if header.len() > HEADER_BYTES_MAX {
        return Err(BlobError::Header);
    }
    let json = base64_text::decode_url(header).ok_or(BlobError::Header)?;
    let json = std::str::from_utf8(&json).map_err(|_| BlobError::Header)?;
    let mut header = Object::parse(json).map_err(|_| BlobError::Header)?;
    let name = header.take_text("alg").ok_or(BlobError::Header)?;
    let algorithm = ALGORITHMS.iter().find(|(known, _)| *known == &*name);
    let Some((_, algorithm)) = algorithm else {
        return Err(BlobError::Algorithm);
    };
    // What must be understood is not: no extension of JWS has a place here (RFC 7515, 4.1.11).
    if header.take_raw("crit").is_some() {
        return Err(BlobError::CriticalHeader);
    }
    if header.take_raw("x5u").is_some() {
        return Err(BlobError::X5u);
    }
    let x5c = header.take_raw("x5c").ok_or(BlobError::X5cMissing)?;
    Ok((*algorithm, parse_x5c(x5c)?))
}

fn parse_x5c(json: &str) -> Result<Vec<Box<[u8]>>, BlobError> {
    let texts = list(json, X5C_CERTIFICATES_MAX).map_err(|err| match err {
        JsonError::TooMany => BlobError::X5cTooMany,
        JsonError::Malformed | JsonError::DuplicateMember => BlobError::X5cMalformed,
    })?;
    if texts.is_empty() {
        return Err(BlobError::X5cMissing);
    }
    let certificate = |json| {
        let text: String = serde_json::from_str(json).ok()?;
        base64_text::decode_lenient(&text)
    };
    texts.into_iter().map(|it| certificate(it).ok_or(BlobError::X5cMalformed)).collect()
}

#[cfg(test)]
mod tests;
