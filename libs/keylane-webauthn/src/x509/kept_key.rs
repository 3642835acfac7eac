//! Keys that verify again and again: those of trust anchors.

use std::sync::OnceLock;

use super::public_key::{BadSignature, Scheme, SubjectPublicKeyInfo, VerifyingKey};
use crate::cose::Verifier;

/// A key that remembers its parsed form, so that not every registration pays for parsing.
///
/// The parsed form belongs to one scheme. An authority signs with one scheme for years, so the
/// first one that verified is kept and others are parsed each time.
#[derive(Debug, Clone)]
pub(super) struct KeptKey {
    der: Box<[u8]>,
    parsed: OnceLock<(Scheme, Verifier)>,
}

impl KeptKey {
    pub(super) fn new(key: &SubjectPublicKeyInfo<'_>) -> Self {
        Self { der: key.der.into(), parsed: OnceLock::new() }
    }
}

impl VerifyingKey for KeptKey {
    fn der(&self) -> &[u8] {
        &self.der
    }

    fn verify(&self, scheme: Scheme, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        if let Some((_, key)) = self.parsed.get().filter(|(kept, _)| *kept == scheme) {
            return key.verify(message, signature).map_err(|_| BadSignature);
        }
        let info = SubjectPublicKeyInfo::parse(&self.der).map_err(|_| BadSignature)?;
        let key = info.parsed_for(scheme)?;
        key.verify(message, signature).map_err(|_| BadSignature)?;
        // Somebody else may have been first; either form will do.
        let _ = self.parsed.set((scheme, key));
        Ok(())
    }
}
