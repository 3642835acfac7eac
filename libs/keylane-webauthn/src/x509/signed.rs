//! What an authority has signed: certificates and revocation lists have the same frame
//! (`SIGNED{…}`, RFC 5280, §4.1.1 and §5.1.1).

use super::der::{BadDer, Element, Reader, Tag};
use super::public_key::{self, BadSignature, Hash, Scheme, VerifyingKey};

/// The frame, with the content not yet decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Signed<'a> {
    pub(super) content: Element<'a>,
    /// The encoded `AlgorithmIdentifier`, which the content has to repeat.
    pub(super) algorithm: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Signed<'a> {
    /// Reads a frame that takes up all of `der`.
    pub(super) fn parse(der: &'a [u8]) -> Result<Self, BadDer> {
        let mut outer = Reader::new(der);
        let mut parts = outer.sequence()?;
        outer.end()?;
        let content = parts.expect(Tag::SEQUENCE)?;
        let algorithm = parts.expect(Tag::SEQUENCE)?.raw;
        let signature = signature(&mut parts)?;
        parts.end()?;
        Ok(Self { content, algorithm, signature })
    }

    /// Whether the holder of `key` signed the content.
    pub(super) fn verify(&self, key: &impl VerifyingKey) -> Result<(), BadSignature> {
        key.verify(self.scheme().ok_or(BadSignature)?, self.content.raw, self.signature)
    }

    /// Whether the content was hashed with SHA-1, for which anybody can make two contents with one
    /// signature.
    pub(super) fn uses_sha1(&self) -> bool {
        matches!(self.scheme(), Some(Scheme::RsaPkcs1(Hash::Sha1) | Scheme::Ecdsa(Hash::Sha1)))
    }

    fn scheme(&self) -> Option<Scheme> {
        public_key::scheme(self.algorithm).ok().flatten()
    }
}

/// The signature. Its count of unused bits says nothing, and some U2F certificates of Yubico have a
/// wrong one there; the verification takes all bits.
fn signature<'a>(parts: &mut Reader<'a>) -> Result<&'a [u8], BadDer> {
    match parts.expect(Tag::BIT_STRING)?.value.split_first() {
        Some((0..=7, signature)) => Ok(signature),
        _ => Err(BadDer),
    }
}
