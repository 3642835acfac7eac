//! Public keys of certificates, and checking signatures with them.
//!
//! A `SubjectPublicKeyInfo` in; it says what kind of key it is. Which hash is used is said by
//! whoever signed: the algorithm identifier of a certificate, or the COSE number in an attestation
//! statement. Both lead to a [`Scheme`], and key and scheme must belong together.

use aws_lc_rs::signature::{self, ParsedPublicKey, VerificationAlgorithm};

use super::der::{BadDer, Reader, Tag};
use super::oid;
use crate::cose::{CoseAlgorithm, PublicKey, Verifier};

/// The number of RSASSA-PKCS1-v1_5 with SHA-1 in the COSE registry. It never signs anybody in;
/// the attestation keys of TPMs still use it.
pub(crate) const COSE_RS1: i64 = -65535;

/// The kind of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyKind {
    Rsa,
    P256,
    P384,
    P521,
    Secp256k1,
    Ed25519,
    Ed448,
    MlDsa44,
    MlDsa65,
    MlDsa87,
}

/// How a message was signed, apart from the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    RsaPkcs1(Hash),
    RsaPss(Hash),
    Ecdsa(Hash),
    Ed25519,
    Ed448,
    MlDsa,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

/// The signature does not verify, or key and scheme do not belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadSignature;

/// A `SubjectPublicKeyInfo` (RFC 5280, §4.1.2.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SubjectPublicKeyInfo<'a> {
    /// As encoded, with its outer tag.
    pub(crate) der: &'a [u8],
    kind: Option<KeyKind>,
    /// The content of its BIT STRING.
    pub(crate) key: &'a [u8],
}

impl<'a> SubjectPublicKeyInfo<'a> {
    /// Reads an encoded key. A kind that we do not know is not an error until it has to verify.
    pub(crate) fn parse(der: &'a [u8]) -> Result<Self, BadDer> {
        let mut outer = Reader::new(der);
        let mut fields = outer.sequence()?;
        outer.end()?;
        let algorithm = fields.sequence()?;
        let key = fields.bit_string()?;
        fields.end()?;
        Ok(Self { der, kind: kind(algorithm)?, key })
    }

    /// The key in the form that verifies signatures of `scheme`.
    pub(super) fn parsed_for(&self, scheme: Scheme) -> Result<Verifier, BadSignature> {
        let kind = self.kind.ok_or(BadSignature)?;
        if (kind, scheme) == (KeyKind::Ed448, Scheme::Ed448) {
            return Verifier::ed448(self.key).map_err(|_| BadSignature);
        }
        let algorithm = algorithm(kind, scheme).ok_or(BadSignature)?;
        ParsedPublicKey::new(algorithm, self.der).map(Verifier::from).map_err(|_| BadSignature)
    }

    /// Checks the signature of an attestation statement whose `alg` is `cose_algorithm`, which must
    /// belong to the curve of this key as §5.8.5 binds them.
    pub(crate) fn verify_cose(
        &self,
        cose_algorithm: i64,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        let kind = self.kind.ok_or(BadSignature)?;
        let scheme = cose_scheme(cose_algorithm, kind).ok_or(BadSignature)?;
        self.verify(scheme, message, signature)
    }

    /// Whether this is a key of the kind that the algorithm signs with.
    pub(crate) fn suits(&self, algorithm: CoseAlgorithm) -> bool {
        self.kind == Some(kind_of(algorithm))
    }

    /// Whether this is the same key as the credential's.
    pub(crate) fn is(&self, key: &PublicKey) -> bool {
        self.kind == Some(kind_of(key.algorithm()))
            && key.material().is_some_and(|material| material.spki_bits() == self.key)
    }
}

/// A key with which signatures can be checked.
pub(super) trait VerifyingKey {
    /// The encoded `SubjectPublicKeyInfo`.
    fn der(&self) -> &[u8];

    /// Checks a signature that was made by `scheme`. RSA keys of fewer than 2,048 bits verify
    /// nothing.
    fn verify(&self, scheme: Scheme, message: &[u8], signature: &[u8]) -> Result<(), BadSignature>;
}

impl VerifyingKey for SubjectPublicKeyInfo<'_> {
    fn der(&self) -> &[u8] {
        self.der
    }

    fn verify(&self, scheme: Scheme, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        self.parsed_for(scheme)?.verify(message, signature).map_err(|_| BadSignature)
    }
}

fn kind(mut algorithm: Reader<'_>) -> Result<Option<KeyKind>, BadDer> {
    let id = algorithm.oid()?;
    let kind = match id {
        _ if id == oid::RSA_ENCRYPTION => KeyKind::Rsa,
        _ if id == oid::ED25519 => KeyKind::Ed25519,
        _ if id == oid::ED448 => KeyKind::Ed448,
        _ if id == oid::ML_DSA_44 => KeyKind::MlDsa44,
        _ if id == oid::ML_DSA_65 => KeyKind::MlDsa65,
        _ if id == oid::ML_DSA_87 => KeyKind::MlDsa87,
        // The curve is named, or the key is of no use to us.
        _ if id == oid::EC_PUBLIC_KEY => match algorithm.optional(Tag::OID)? {
            Some(curve) if curve.value == oid::P256 => KeyKind::P256,
            Some(curve) if curve.value == oid::P384 => KeyKind::P384,
            Some(curve) if curve.value == oid::P521 => KeyKind::P521,
            Some(curve) if curve.value == oid::SECP256K1 => KeyKind::Secp256k1,
            _ => return Ok(None),
        },
        _ => return Ok(None),
    };
    Ok(Some(kind))
}

/// What an `AlgorithmIdentifier` of a signature means; `None` for one that we do not verify.
pub(crate) fn scheme(identifier: &[u8]) -> Result<Option<Scheme>, BadDer> {
    let mut outer = Reader::new(identifier);
    let mut fields = outer.sequence()?;
    outer.end()?;
    let id = fields.oid()?;
    Ok(Some(match id {
        _ if id == oid::RSA_SHA1 => Scheme::RsaPkcs1(Hash::Sha1),
        _ if id == oid::RSA_SHA256 => Scheme::RsaPkcs1(Hash::Sha256),
        _ if id == oid::RSA_SHA384 => Scheme::RsaPkcs1(Hash::Sha384),
        _ if id == oid::RSA_SHA512 => Scheme::RsaPkcs1(Hash::Sha512),
        _ if id == oid::ECDSA_SHA1 => Scheme::Ecdsa(Hash::Sha1),
        _ if id == oid::ECDSA_SHA256 => Scheme::Ecdsa(Hash::Sha256),
        _ if id == oid::ECDSA_SHA384 => Scheme::Ecdsa(Hash::Sha384),
        _ if id == oid::ECDSA_SHA512 => Scheme::Ecdsa(Hash::Sha512),
        _ if id == oid::ED25519 => Scheme::Ed25519,
        _ if id == oid::ED448 => Scheme::Ed448,
        _ if [oid::ML_DSA_44, oid::ML_DSA_65, oid::ML_DSA_87].contains(&id) => Scheme::MlDsa,
        _ if id == oid::RSA_PSS => return pss_scheme(fields),
        _ => return Ok(None),
    }))
}

/// The parameters of RSASSA-PSS (RFC 4055, §3.1). Only the ones with which everybody signs are
/// verified: the mask is made with the same hash, and the salt is as long as it.
fn pss_scheme(mut fields: Reader<'_>) -> Result<Option<Scheme>, BadDer> {
    let mut parameters = fields.sequence()?;
    let Some(hash) = parameters.optional(Tag::context(0))? else { return Ok(None) };
    let hash = Reader::new(hash.value).sequence()?.oid()?;
    let Some(mask) = parameters.optional(Tag::context(1))? else { return Ok(None) };
    let mut mask = Reader::new(mask.value).sequence()?;
    let mask = (mask.oid()?, mask.sequence()?.oid()?);
    let Some(salt) = parameters.optional(Tag::context(2))? else { return Ok(None) };
    let salt = Reader::new(salt.value).integer(Tag::INTEGER)?;
    if mask != (oid::MGF1, hash) || !parameters.is_empty() {
        return Ok(None);
    }
    Ok(match salt {
        32 if hash == oid::SHA256 => Some(Scheme::RsaPss(Hash::Sha256)),
        48 if hash == oid::SHA384 => Some(Scheme::RsaPss(Hash::Sha384)),
        64 if hash == oid::SHA512 => Some(Scheme::RsaPss(Hash::Sha512)),
        _ => None,
    })
}

/// The scheme of a COSE number, when it goes with a key of this kind.
fn cose_scheme(id: i64, kind: KeyKind) -> Option<Scheme> {
    use CoseAlgorithm as A;
    if id == COSE_RS1 {
        return Some(Scheme::RsaPkcs1(Hash::Sha1));
    }
    let algorithm = CoseAlgorithm::from_id(id)?;
    if kind_of(algorithm) != kind {
        return None;
    }
    Some(match algorithm {
        A::Es256 | A::Esp256 | A::Es256K => Scheme::Ecdsa(Hash::Sha256),
        A::Es384 | A::Esp384 => Scheme::Ecdsa(Hash::Sha384),
        A::Es512 | A::Esp512 => Scheme::Ecdsa(Hash::Sha512),
        A::EdDsa | A::Ed25519 => Scheme::Ed25519,
        A::Ed448 => Scheme::Ed448,
        A::Rs256 => Scheme::RsaPkcs1(Hash::Sha256),
        A::Rs384 => Scheme::RsaPkcs1(Hash::Sha384),
        A::Rs512 => Scheme::RsaPkcs1(Hash::Sha512),
        A::Ps256 => Scheme::RsaPss(Hash::Sha256),
        A::Ps384 => Scheme::RsaPss(Hash::Sha384),
        A::Ps512 => Scheme::RsaPss(Hash::Sha512),
        A::MlDsa44 | A::MlDsa65 | A::MlDsa87 => Scheme::MlDsa,
    })
}

/// The kind of the keys of an algorithm.
fn kind_of(algorithm: CoseAlgorithm) -> KeyKind {
    use CoseAlgorithm as A;
    match algorithm {
        A::Es256 | A::Esp256 => KeyKind::P256,
        A::Es384 | A::Esp384 => KeyKind::P384,
        A::Es512 | A::Esp512 => KeyKind::P521,
        A::Es256K => KeyKind::Secp256k1,
        A::EdDsa | A::Ed25519 => KeyKind::Ed25519,
        A::Ed448 => KeyKind::Ed448,
        A::Rs256 | A::Rs384 | A::Rs512 | A::Ps256 | A::Ps384 | A::Ps512 => KeyKind::Rsa,
        A::MlDsa44 => KeyKind::MlDsa44,
        A::MlDsa65 => KeyKind::MlDsa65,
        A::MlDsa87 => KeyKind::MlDsa87,
    }
}

/// The verification of a scheme with a key; `None` when they do not belong together.
fn algorithm(kind: KeyKind, scheme: Scheme) -> Option<&'static dyn VerificationAlgorithm> {
    use Hash::{Sha1, Sha256, Sha384, Sha512};
    Some(match (kind, scheme) {
        (KeyKind::Rsa, Scheme::RsaPkcs1(Sha1)) => {
            &signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY
        }
        (KeyKind::Rsa, Scheme::RsaPkcs1(Sha256)) => &signature::RSA_PKCS1_2048_8192_SHA256,
        (KeyKind::Rsa, Scheme::RsaPkcs1(Sha384)) => &signature::RSA_PKCS1_2048_8192_SHA384,
        (KeyKind::Rsa, Scheme::RsaPkcs1(Sha512)) => &signature::RSA_PKCS1_2048_8192_SHA512,
        (KeyKind::Rsa, Scheme::RsaPss(Sha256)) => &signature::RSA_PSS_2048_8192_SHA256,
        (KeyKind::Rsa, Scheme::RsaPss(Sha384)) => &signature::RSA_PSS_2048_8192_SHA384,
        (KeyKind::Rsa, Scheme::RsaPss(Sha512)) => &signature::RSA_PSS_2048_8192_SHA512,
        (KeyKind::P256, Scheme::Ecdsa(Sha256)) => &signature::ECDSA_P256_SHA256_ASN1,
        (KeyKind::P256, Scheme::Ecdsa(Sha384)) => &signature::ECDSA_P256_SHA384_ASN1,
        (KeyKind::P256, Scheme::Ecdsa(Sha512)) => &signature::ECDSA_P256_SHA512_ASN1,
        (KeyKind::P384, Scheme::Ecdsa(Sha256)) => &signature::ECDSA_P384_SHA256_ASN1,
        (KeyKind::P384, Scheme::Ecdsa(Sha384)) => &signature::ECDSA_P384_SHA384_ASN1,
        (KeyKind::P384, Scheme::Ecdsa(Sha512)) => &signature::ECDSA_P384_SHA512_ASN1,
        (KeyKind::P521, Scheme::Ecdsa(Sha256)) => &signature::ECDSA_P521_SHA256_ASN1,
        (KeyKind::P521, Scheme::Ecdsa(Sha384)) => &signature::ECDSA_P521_SHA384_ASN1,
        (KeyKind::P521, Scheme::Ecdsa(Sha512)) => &signature::ECDSA_P521_SHA512_ASN1,
        (KeyKind::Secp256k1, Scheme::Ecdsa(Sha256)) => &signature::ECDSA_P256K1_SHA256_ASN1,
        (KeyKind::Ed25519, Scheme::Ed25519) => &signature::ED25519,
        (KeyKind::MlDsa44, Scheme::MlDsa) => &signature::ML_DSA_44,
        (KeyKind::MlDsa65, Scheme::MlDsa) => &signature::ML_DSA_65,
        (KeyKind::MlDsa87, Scheme::MlDsa) => &signature::ML_DSA_87,
        _ => return None,
    })
}
