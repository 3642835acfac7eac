//! `pubArea`: the `TPMT_PUBLIC` of an RSA or ECC key (TPM 2.0 Library, Part 2, 12.2.4).

use aws_lc_rs::digest::{self, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512, digest};

use super::reader::Reader;
use crate::cose::{CoseAlgorithm, KeyMaterial, PublicKey};

/// Numbers of algorithms (Part 2, 6.3).
mod alg {
    pub(super) const RSA: u16 = 0x0001;
    pub(super) const TDES: u16 = 0x0003;
    pub(super) const SHA1: u16 = 0x0004;
    pub(super) const AES: u16 = 0x0006;
    pub(super) const MGF1: u16 = 0x0007;
    pub(super) const SHA256: u16 = 0x000b;
    pub(super) const SHA384: u16 = 0x000c;
    pub(super) const SHA512: u16 = 0x000d;
    pub(super) const NULL: u16 = 0x0010;
    pub(super) const SM4: u16 = 0x0013;
    pub(super) const RSASSA: u16 = 0x0014;
    pub(super) const RSAES: u16 = 0x0015;
    pub(super) const RSAPSS: u16 = 0x0016;
    pub(super) const OAEP: u16 = 0x0017;
    pub(super) const ECDSA: u16 = 0x0018;
    pub(super) const ECDH: u16 = 0x0019;
    pub(super) const ECDAA: u16 = 0x001a;
    pub(super) const SM2: u16 = 0x001b;
    pub(super) const ECSCHNORR: u16 = 0x001c;
    pub(super) const ECMQV: u16 = 0x001d;
    pub(super) const KDF1_SP800_56A: u16 = 0x0020;
    pub(super) const KDF2: u16 = 0x0021;
    pub(super) const KDF1_SP800_108: u16 = 0x0022;
    pub(super) const ECC: u16 = 0x0023;
    pub(super) const CAMELLIA: u16 = 0x0026;
}

/// The exponent that a TPM means when it writes 0 (Part 2, 12.2.3.5).
const DEFAULT_EXPONENT: u32 = 65_537;

/// `fixedTPM` and `sensitiveDataOrigin` of `TPMA_OBJECT` (Part 2, 8.3).
const BOUND_TO_TPM: u32 = 1 << 1 | 1 << 5;

/// The public area of a key.
pub(crate) struct PubArea<'a> {
    bytes: &'a [u8],
    name_algorithm: u16,
    attributes: u32,
    key: Key<'a>,
}

enum Key<'a> {
    Rsa { modulus_bits: u16, exponent: u32, modulus: &'a [u8] },
    Ecc { curve: u16, x: &'a [u8], y: &'a [u8] },
}

impl<'a> PubArea<'a> {
    /// Reads a public area that takes up all of `bytes`; `None` when it is malformed or of another
    /// kind of object.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let kind = reader.u16()?;
        let name_algorithm = reader.u16()?;
        let attributes = reader.u32()?;
        let _auth_policy = reader.sized()?;
        let key = match kind {
            alg::RSA => rsa(&mut reader)?,
            alg::ECC => ecc(&mut reader)?,
            _ => return None,
        };
        reader.end()?;
        Some(Self { bytes, name_algorithm, attributes, key })
    }

    /// Whether the TPM made the key itself and lets no other one have it. One that was imported, or
    /// may be moved, is certified all the same.
    pub(super) fn never_leaves(&self) -> bool {
        self.attributes & BOUND_TO_TPM == BOUND_TO_TPM
    }

    /// Whether this is the credential's key.
    pub(super) fn is(&self, key: &PublicKey) -> bool {
        match (&self.key, key.material()) {
            (Key::Rsa { modulus_bits, exponent, modulus }, Some(KeyMaterial::Rsa { n, e })) => {
                usize::from(*modulus_bits) == n.len() * 8
                    && significant(modulus) == n
                    && significant(&exponent.to_be_bytes()) == e
            }
            // TPMs cut the zeros in front of a coordinate, and COSE keys have them.
            (Key::Ecc { curve, x, y }, Some(KeyMaterial::Ec2 { x: key_x, y: key_y })) => {
                curve_of(key.algorithm()) == Some(*curve)
                    && significant(x) == significant(key_x)
                    && significant(y) == significant(key_y)
            }
            _ => false,
        }
    }

    /// The name of the object (Part 1, 16): the number of a hash, and that hash of the public area;
    /// `None` for a hash that we do not know.
    pub(super) fn name(&self) -> Option<Vec<u8>> {
        let hash: &'static digest::Algorithm = match self.name_algorithm {
            alg::SHA1 => &SHA1_FOR_LEGACY_USE_ONLY,
            alg::SHA256 => &SHA256,
            alg::SHA384 => &SHA384,
            alg::SHA512 => &SHA512,
            _ => return None,
        };
        let digest = digest(hash, self.bytes);
        Some([&self.name_algorithm.to_be_bytes(), digest.as_ref()].concat())
    }
}

/// `TPMS_RSA_PARMS` and `TPM2B_PUBLIC_KEY_RSA`.
fn rsa<'a>(reader: &mut Reader<'a>) -> Option<Key<'a>> {
    symmetric(reader)?;
    match reader.u16()? {
        alg::NULL | alg::RSAES => {}
        alg::RSASSA | alg::RSAPSS | alg::OAEP => reader.skip(2)?,
        _ => return None,
    }
    let modulus_bits = reader.u16()?;
    let exponent = match reader.u32()? {
        0 => DEFAULT_EXPONENT,
        other => other,
    };
    Some(Key::Rsa { modulus_bits, exponent, modulus: reader.sized()? })
}

/// `TPMS_ECC_PARMS` and `TPMS_ECC_POINT`.
fn ecc<'a>(reader: &mut Reader<'a>) -> Option<Key<'a>> {
    symmetric(reader)?;
    match reader.u16()? {
        alg::NULL => {}
        alg::ECDSA | alg::ECDH | alg::SM2 | alg::ECSCHNORR | alg::ECMQV => reader.skip(2)?,
        // A hash and a counter.
        alg::ECDAA => reader.skip(4)?,
        _ => return None,
    }
    let curve = reader.u16()?;
    // The scheme of a key derivation.
    match reader.u16()? {
        alg::NULL => {}
        alg::MGF1 | alg::KDF1_SP800_56A | alg::KDF2 | alg::KDF1_SP800_108 => reader.skip(2)?,
        _ => return None,
    }
    Some(Key::Ecc { curve, x: reader.sized()?, y: reader.sized()? })
}

/// `TPMT_SYM_DEF_OBJECT`: the cipher with which a storage key protects others, with the size of its
/// keys and its mode. Keys that sign have none.
fn symmetric(reader: &mut Reader<'_>) -> Option<()> {
    match reader.u16()? {
        alg::NULL => Some(()),
        alg::TDES | alg::AES | alg::SM4 | alg::CAMELLIA => reader.skip(4),
        _ => None,
    }
}

/// A big-endian number without the zeros in front.
fn significant(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

/// `TPM_ECC_CURVE` of an algorithm's keys (Part 2, 6.4).
fn curve_of(algorithm: CoseAlgorithm) -> Option<u16> {
    use CoseAlgorithm as A;
    match algorithm {
        A::Es256 | A::Esp256 => Some(0x0003),
        A::Es384 | A::Esp384 => Some(0x0004),
        A::Es512 | A::Esp512 => Some(0x0005),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
