//! Certificates that pass, for tests to break.
//!
//! ```text
//! let root_key = Signer::new(CoseAlgorithm::Es256);
//! let root = certificate::root(&root_key);
//! let leaf_key = Signer::new(CoseAlgorithm::Es256);
//! let leaf = certificate::leaf_for_packed([0xaa; 16], &leaf_key).sign_with(&root_key);
//! let anchor = TrustAnchor::from_der(&root.sign_with(&root_key));
//! ```
//!
//! At [`NOW`] all of them are valid.

use super::der::{
    bit_string, boolean, context, integer, null, octet_string, oid, sequence, set, time, tlv, utf8,
};
use super::{CoseAlgorithm, Signer};
use crate::UnixMillis;

/// 2026-01-01.
pub(crate) const NOW: UnixMillis = UnixMillis(1_767_225_600_000);

pub(crate) const COUNTRY: &str = "2.5.4.6";
pub(crate) const ORGANIZATION: &str = "2.5.4.10";
pub(crate) const UNIT: &str = "2.5.4.11";
pub(crate) const COMMON_NAME: &str = "2.5.4.3";

pub(crate) const KEY_USAGE: &str = "2.5.29.15";
pub(crate) const SUBJECT_ALT_NAME: &str = "2.5.29.17";
pub(crate) const BASIC_CONSTRAINTS: &str = "2.5.29.19";
pub(crate) const EXTENDED_KEY_USAGE: &str = "2.5.29.37";
pub(crate) const FIDO_AAGUID: &str = "1.3.6.1.4.1.45724.1.1.4";
pub(crate) const FIDO_SERIAL_NUMBER: &str = "1.3.6.1.4.1.45724.1.1.2";

pub(crate) const SHA256: &str = "2.16.840.1.101.3.4.2.1";
pub(crate) const SHA384: &str = "2.16.840.1.101.3.4.2.2";
pub(crate) const SHA512: &str = "2.16.840.1.101.3.4.2.3";

/// The name of what [`root`] makes.
pub(crate) const ROOT: &str = "Keylane Test Root";

/// A certificate, field by field.
#[derive(Clone)]
pub(crate) struct Builder {
    version: u64,
    serial: Vec<u8>,
    issuer: Vec<u8>,
    not_before: String,
    not_after: String,
    subject: Vec<u8>,
    public_key: Vec<u8>,
    extensions: Vec<Extension>,
    signature_algorithm: Option<Vec<u8>>,
}

/// Dotted OID, critical, content of the OCTET STRING.
pub(crate) type Extension = (String, bool, Vec<u8>);

/// The certificate of an authority that vouches for itself.
pub(crate) fn root(key: &Signer) -> Builder {
    Builder::new(key)
        .subject(name(&[(COMMON_NAME, ROOT)]))
        .extension(BASIC_CONSTRAINTS, true, ca(None))
        .extension(KEY_USAGE, true, key_usage(&[5, 6]))
}

/// The certificate of an authority below [`root`].
pub(crate) fn intermediate(common_name: &str, key: &Signer) -> Builder {
    root(key).subject(name(&[(COMMON_NAME, common_name)]))
}

/// The certificate of an authenticator below [`root`], as §8.2.1 wants it.
pub(crate) fn leaf_for_packed(aaguid: [u8; 16], key: &Signer) -> Builder {
    let subject = [
        (COUNTRY, "SE"),
        (ORGANIZATION, "Keylane"),
        (UNIT, "Authenticator Attestation"),
        (COMMON_NAME, "Keylane Test Authenticator"),
    ];
    Builder::new(key)
        .subject(name(&subject))
        .extension(BASIC_CONSTRAINTS, true, sequence(&[]))
        .extension(FIDO_AAGUID, false, octet_string(&aaguid))
}

impl Builder {
    /// A certificate of version 3 for this key, by [`ROOT`], without a subject and extensions.
    pub(crate) fn new(key: &Signer) -> Self {
        Self {
            version: 3,
            serial: vec![1],
            issuer: name(&[(COMMON_NAME, ROOT)]),
            not_before: "250101000000Z".to_owned(),
            not_after: "350101000000Z".to_owned(),
            subject: sequence(&[]),
            public_key: key.spki(),
            extensions: Vec::new(),
            signature_algorithm: None,
        }
    }

    /// 1, 2 or 3, or what there is not.
    pub(crate) fn version(self, version: u64) -> Self {
        Self { version, ..self }
    }

    /// The content of the INTEGER.
    pub(crate) fn serial(self, serial: &[u8]) -> Self {
        Self { serial: serial.to_vec(), ..self }
    }

    /// An encoded [`name`].
    pub(crate) fn issuer(self, issuer: Vec<u8>) -> Self {
        Self { issuer, ..self }
    }

    /// An encoded [`name`].
    pub(crate) fn subject(self, subject: Vec<u8>) -> Self {
        Self { subject, ..self }
    }

    /// `YYYYMMDDHHMMSSZ` or `YYMMDDHHMMSSZ`.
    pub(crate) fn validity(self, not_before: &str, not_after: &str) -> Self {
        Self { not_before: not_before.to_owned(), not_after: not_after.to_owned(), ..self }
    }

    /// Certifies another key.
    pub(crate) fn key(self, key: &Signer) -> Self {
        self.public_key(key.spki())
    }

    /// Certifies a key that is encoded already.
    pub(crate) fn public_key(self, public_key: Vec<u8>) -> Self {
        Self { public_key, ..self }
    }

    /// Adds an extension, or replaces it when it is there. `value` is the content of the OCTET
    /// STRING.
    pub(crate) fn extension(mut self, oid: &str, critical: bool, value: Vec<u8>) -> Self {
        let extension = (oid.to_owned(), critical, value);
        match self.extensions.iter_mut().find(|known| known.0 == oid) {
            Some(known) => *known = extension,
            None => self.extensions.push(extension),
        }
        self
    }

    /// Adds an extension even when it is there.
    pub(crate) fn extension_again(mut self, oid: &str, critical: bool, value: Vec<u8>) -> Self {
        self.extensions.push((oid.to_owned(), critical, value));
        self
    }

    /// Takes an extension away.
    pub(crate) fn without(mut self, oid: &str) -> Self {
        self.extensions.retain(|known| known.0 != oid);
        self
    }

    /// Names another algorithm than the one that signs.
    pub(crate) fn signature_algorithm(self, identifier: Vec<u8>) -> Self {
        Self { signature_algorithm: Some(identifier), ..self }
    }

    /// The certificate in DER, signed by its issuer.
    pub(crate) fn sign_with(&self, issuer: &Signer) -> Vec<u8> {
        let algorithm =
            self.signature_algorithm.clone().unwrap_or_else(|| algorithm_identifier(issuer));
        sign(&self.to_be_signed(&algorithm), &algorithm, issuer)
    }

    fn to_be_signed(&self, algorithm: &[u8]) -> Vec<u8> {
        let mut fields = Vec::new();
        if self.version != 1 {
            fields.push(context(0, &integer(self.version - 1)));
        }
        fields.push(tlv(0x02, &self.serial));
        fields.push(algorithm.to_vec());
        fields.push(self.issuer.clone());
        fields.push(sequence(&[time(&self.not_before), time(&self.not_after)]));
        fields.push(self.subject.clone());
        fields.push(self.public_key.clone());
        if !self.extensions.is_empty() {
            let items: Vec<_> = self.extensions.iter().map(extension).collect();
            fields.push(context(3, &sequence(&items)));
        }
        sequence(&fields)
    }
}

/// Puts a signature beside what it covers, as certificates and revocation lists do.
pub(super) fn sign(to_be_signed: &[u8], algorithm: &[u8], issuer: &Signer) -> Vec<u8> {
    let signature = bit_string(&issuer.sign(to_be_signed));
    sequence(&[to_be_signed.to_vec(), algorithm.to_vec(), signature])
}

pub(super) fn extension((id, critical, value): &Extension) -> Vec<u8> {
    let flag = if *critical { boolean(true) } else { Vec::new() };
    sequence(&[oid(id), flag, octet_string(value)])
}

/// An encoded `Name` of these attributes, one to a set.
pub(crate) fn name(attributes: &[(&str, &str)]) -> Vec<u8> {
    let attribute = |(id, text): &(&str, &str)| set(&[sequence(&[oid(id), utf8(text)])]);
    sequence(&attributes.iter().map(attribute).collect::<Vec<_>>())
}

/// `BasicConstraints` of an authority.
pub(crate) fn ca(path_length_max: Option<u64>) -> Vec<u8> {
    sequence(&[boolean(true), path_length_max.map(integer).unwrap_or_default()])
}

/// `KeyUsage` with these bits: 0 is `digitalSignature`, 5 is `keyCertSign`, 6 is `cRLSign`.
pub(crate) fn key_usage(bits: &[u8]) -> Vec<u8> {
    let byte = bits.iter().fold(0_u8, |byte, bit| byte | 0x80 >> bit);
    let unused = u8::try_from(byte.trailing_zeros().min(7)).unwrap();
    tlv(0x03, &[unused, byte])
}

/// `ExtKeyUsage` with these purposes.
pub(crate) fn extended_key_usage(purposes: &[&str]) -> Vec<u8> {
    sequence(&purposes.iter().map(|purpose| oid(purpose)).collect::<Vec<_>>())
}

/// How a key signs, as certificates name it.
pub(crate) fn algorithm_identifier(signer: &Signer) -> Vec<u8> {
    use CoseAlgorithm as A;
    let plain = |id: &str| sequence(&[oid(id)]);
    let with_null = |id: &str| sequence(&[oid(id), null()]);
    match signer.algorithm {
        A::Es256 | A::Esp256 | A::Es256K => plain("1.2.840.10045.4.3.2"),
        A::Es384 | A::Esp384 => plain("1.2.840.10045.4.3.3"),
        A::Es512 | A::Esp512 => plain("1.2.840.10045.4.3.4"),
        A::EdDsa | A::Ed25519 => plain("1.3.101.112"),
        A::Ed448 => plain("1.3.101.113"),
        A::Rs256 => with_null("1.2.840.113549.1.1.11"),
        A::Rs384 => with_null("1.2.840.113549.1.1.12"),
        A::Rs512 => with_null("1.2.840.113549.1.1.13"),
        A::Ps256 => pss(SHA256, SHA256, 32),
        A::Ps384 => pss(SHA384, SHA384, 48),
        A::Ps512 => pss(SHA512, SHA512, 64),
        A::MlDsa44 => plain("2.16.840.1.101.3.4.3.17"),
        A::MlDsa65 => plain("2.16.840.1.101.3.4.3.18"),
        A::MlDsa87 => plain("2.16.840.1.101.3.4.3.19"),
    }
}

/// RSASSA-PSS with these hashes for the message and the mask, and a salt of so many bytes.
pub(crate) fn pss(hash_name: &str, mask_hash: &str, salt: u64) -> Vec<u8> {
    let hash = |hash| sequence(&[oid(hash), null()]);
    let mask = sequence(&[oid("1.2.840.113549.1.1.8"), hash(mask_hash)]);
    let parameters = [context(0, &hash(hash_name)), context(1, &mask), context(2, &integer(salt))];
    sequence(&[oid("1.2.840.113549.1.1.10"), sequence(&parameters)])
}
