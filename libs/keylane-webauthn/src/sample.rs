//! Answers that pass, for tests to break: keys, client data, authenticator data, and the CBOR and
//! JSON around them. The encoder here is written apart from the decoder that it tests.
//! Certificates are in [`certificate`].

pub(crate) mod android;
pub(crate) mod certificate;
pub(crate) mod der;
pub(crate) mod revocation_list;
pub(crate) mod tpm;

use std::sync::LazyLock;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256K1_SHA256_ASN1_SIGNING,
    ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair as _, ML_DSA_44_SIGNING, ML_DSA_65_SIGNING, ML_DSA_87_SIGNING, PqdsaKeyPair,
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384,
    RSA_PSS_SHA512, RsaKeyPair, RsaSignatureEncoding,
};

use ed448_goldilocks::{SecretKey, SigningKey};

use crate::origin::sha256;
use crate::{CoseAlgorithm, CredentialId, Origin, RpId, UserHandle, base64url};

pub(crate) const CHALLENGE: [u8; 32] = [7; 32];
pub(crate) const CREDENTIAL_ID: [u8; 16] = [0xc1; 16];
pub(crate) const USER_HANDLE: [u8; 8] = [0x05; 8];

pub(crate) const UP: u8 = 0x01;
pub(crate) const UV: u8 = 0x04;
pub(crate) const BE: u8 = 0x08;
pub(crate) const BS: u8 = 0x10;
pub(crate) const AT: u8 = 0x40;
pub(crate) const ED: u8 = 0x80;

pub(crate) fn rp_id() -> RpId {
    "example.org".parse().unwrap()
}

pub(crate) fn origin(text: &str) -> Origin {
    text.parse().unwrap()
}

pub(crate) fn credential_id() -> CredentialId {
    CREDENTIAL_ID.as_slice().try_into().unwrap()
}

pub(crate) fn user_handle() -> UserHandle {
    USER_HANDLE.as_slice().try_into().unwrap()
}

/// A key pair that signs as an authenticator does.
pub(crate) struct Signer {
    algorithm: CoseAlgorithm,
    pair: Pair,
}

enum Pair {
    Ecdsa {
        pair: EcdsaKeyPair,
        curve: i64,
    },
    Ed25519(Ed25519KeyPair),
    /// All share one key, because making one takes long.
    Rsa(&'static RsaSignatureEncoding),
    MlDsa(PqdsaKeyPair),
    Ed448(Box<SigningKey>),
}

static RSA_KEY: LazyLock<RsaKeyPair> =
    LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());

impl Pair {
    fn new(algorithm: CoseAlgorithm) -> Self {
        use CoseAlgorithm as A;
        let ecdsa =
            |curve, signing| Self::Ecdsa { pair: EcdsaKeyPair::generate(signing).unwrap(), curve };
        match algorithm {
            A::Es256 | A::Esp256 => ecdsa(1, &ECDSA_P256_SHA256_ASN1_SIGNING),
            A::Es384 | A::Esp384 => ecdsa(2, &ECDSA_P384_SHA384_ASN1_SIGNING),
            A::Es512 | A::Esp512 => ecdsa(3, &ECDSA_P521_SHA512_ASN1_SIGNING),
            A::Es256K => ecdsa(8, &ECDSA_P256K1_SHA256_ASN1_SIGNING),
            A::EdDsa | A::Ed25519 => Self::Ed25519(Ed25519KeyPair::generate().unwrap()),
            A::Rs256 => Self::Rsa(&RSA_PKCS1_SHA256),
            A::Rs384 => Self::Rsa(&RSA_PKCS1_SHA384),
            A::Rs512 => Self::Rsa(&RSA_PKCS1_SHA512),
            A::Ps256 => Self::Rsa(&RSA_PSS_SHA256),
            A::Ps384 => Self::Rsa(&RSA_PSS_SHA384),
            A::Ps512 => Self::Rsa(&RSA_PSS_SHA512),
            A::MlDsa44 => Self::MlDsa(PqdsaKeyPair::generate(&ML_DSA_44_SIGNING).unwrap()),
            A::MlDsa65 => Self::MlDsa(PqdsaKeyPair::generate(&ML_DSA_65_SIGNING).unwrap()),
            A::MlDsa87 => Self::MlDsa(PqdsaKeyPair::generate(&ML_DSA_87_SIGNING).unwrap()),
            A::Ed448 => {
                let mut seed = [0; 57];
                aws_lc_rs::rand::fill(&mut seed).unwrap();
                Self::Ed448(Box::new(SigningKey::from(SecretKey::from(seed))))
            }
        }
    }
}

impl Signer {
    pub(crate) fn new(algorithm: CoseAlgorithm) -> Self {
        Self { algorithm, pair: Pair::new(algorithm) }
    }

    /// `EdDSA`, which signs without randomness, with the same key every time.
    pub(crate) fn from_seed(seed: [u8; 32]) -> Self {
        let pair = Pair::Ed25519(Ed25519KeyPair::from_seed_unchecked(&seed).unwrap());
        Self { algorithm: CoseAlgorithm::EdDsa, pair }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Ecdsa { pair, .. } => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Pair::Rsa(encoding) => {
                let mut signature = vec![0; RSA_KEY.public_modulus_len()];
                RSA_KEY.sign(*encoding, &random, message, &mut signature).unwrap();
                signature
            }
            Pair::MlDsa(pair) => {
                let mut signature = vec![0; pair.algorithm().signature_len()];
                assert_eq!(pair.sign(message, &mut signature).unwrap(), signature.len());
                signature
            }
            Pair::Ed448(key) => key.sign_raw(message).to_bytes().to_vec(),
        }
    }

    pub(crate) fn cose(&self) -> Vec<u8> {
        self.cose_as(self.algorithm.id())
    }

    /// The key as certificates have it: a `SubjectPublicKeyInfo`.
    pub(crate) fn spki(&self) -> Vec<u8> {
        match &self.pair {
            Pair::Ecdsa { pair, .. } => pair.public_key().as_der().unwrap().as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.public_key().as_der().unwrap().as_ref().to_vec(),
            Pair::Rsa(_) => RSA_KEY.public_key().as_der().unwrap().as_ref().to_vec(),
            Pair::MlDsa(pair) => pair.public_key().as_der().unwrap().as_ref().to_vec(),
            Pair::Ed448(key) => {
                let algorithm = der::sequence(&[der::oid("1.3.101.113")]);
                der::sequence(&[algorithm, der::bit_string(key.verifying_key().as_bytes())])
            }
        }
    }

    /// The key under the number of another algorithm.
    pub(crate) fn cose_as(&self, algorithm: i64) -> Vec<u8> {
        match &self.pair {
            Pair::Ecdsa { pair, curve } => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                ec2_cose(algorithm, *curve, x, y)
            }
            Pair::Ed25519(pair) => okp_cose(algorithm, 6, pair.public_key().as_ref()),
            Pair::Rsa(_) => {
                let der = RSA_KEY.public_key().as_der().unwrap();
                let (n, e) = rsa_components(der.as_ref());
                rsa_cose(algorithm, &n, &e)
            }
            Pair::MlDsa(pair) => akp_cose(algorithm, pair.public_key().as_ref()),
            Pair::Ed448(key) => okp_cose(algorithm, 7, key.verifying_key().as_bytes()),
        }
    }
}

/// Modulus and exponent out of the DER that aws-lc writes: both INTEGERs stand at the end.
fn rsa_components(der: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let e = der[der.len() - 3..].to_vec();
    // … 02 82 01 01 00 <256 bytes of n> 02 03 <e>
    let end = der.len() - 5;
    (der[end - 256..end].to_vec(), e)
}

pub(crate) fn ec2_cose(algorithm: i64, curve: i64, x: &[u8], y: &[u8]) -> Vec<u8> {
    map(&[
        (int(1), int(2)),
        (int(3), int(algorithm)),
        (int(-1), int(curve)),
        (int(-2), bytes(x)),
        (int(-3), bytes(y)),
    ])
}

/// Both coordinates of the base point of P-256: a key that is the same at every run.
pub(crate) fn p256_base_point() -> (Vec<u8>, Vec<u8>) {
    (
        hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
        hex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"),
    )
}

/// Bytes out of hexadecimal digits; whatever is no digit is passed over.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<_> = text.chars().filter(char::is_ascii_hexdigit).collect();
    let byte = |pair: &[char]| u8::from_str_radix(&String::from_iter(pair), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

pub(crate) fn okp_cose(algorithm: i64, curve: i64, x: &[u8]) -> Vec<u8> {
    map(&[(int(1), int(1)), (int(3), int(algorithm)), (int(-1), int(curve)), (int(-2), bytes(x))])
}

pub(crate) fn rsa_cose(algorithm: i64, n: &[u8], e: &[u8]) -> Vec<u8> {
    map(&[(int(1), int(3)), (int(3), int(algorithm)), (int(-1), bytes(n)), (int(-2), bytes(e))])
}

pub(crate) fn akp_cose(algorithm: i64, key: &[u8]) -> Vec<u8> {
    map(&[(int(1), int(7)), (int(3), int(algorithm)), (int(-1), bytes(key))])
}

pub(crate) fn ed25519_cose(x: &[u8]) -> Vec<u8> {
    okp_cose(-8, 6, x)
}

pub(crate) fn rs256_cose(n: &[u8], e: &[u8]) -> Vec<u8> {
    rsa_cose(-257, n, e)
}

/// Client data, member by member. `extra` is put in before the closing brace.
#[derive(Clone)]
pub(crate) struct ClientDataParts {
    pub(crate) kind: &'static str,
    pub(crate) challenge: String,
    pub(crate) origin: String,
    pub(crate) cross_origin: Option<bool>,
    pub(crate) top_origin: Option<String>,
    pub(crate) extra: String,
    /// Instead of everything above.
    pub(crate) raw: Option<Vec<u8>>,
}

impl ClientDataParts {
    pub(crate) fn new(kind: &'static str) -> Self {
        Self {
            kind,
            challenge: base64url::encode(&CHALLENGE),
            origin: "https://example.org".to_owned(),
            cross_origin: Some(false),
            top_origin: None,
            extra: String::new(),
            raw: None,
        }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        if let Some(raw) = &self.raw {
            return raw.clone();
        }
        let mut json = format!(
            r#"{{"type":"{}","challenge":"{}","origin":"{}""#,
            self.kind, self.challenge, self.origin
        );
        if let Some(cross_origin) = self.cross_origin {
            json += &format!(r#","crossOrigin":{cross_origin}"#);
        }
        if let Some(top_origin) = &self.top_origin {
            json += &format!(r#","topOrigin":"{top_origin}""#);
        }
        json += &self.extra;
        json += "}";
        json.into_bytes()
    }
}

/// Authenticator data, part by part.
#[derive(Clone)]
pub(crate) struct DataParts {
    pub(crate) rp_id: &'static str,
    pub(crate) flags: u8,
    pub(crate) sign_count: u32,
    pub(crate) aaguid: [u8; 16],
    pub(crate) credential_id: Vec<u8>,
    pub(crate) cose: Vec<u8>,
    /// Put in when the ED flag is set.
    pub(crate) extensions: Vec<u8>,
    pub(crate) trailing: Vec<u8>,
}

impl DataParts {
    pub(crate) fn new(flags: u8, cose: Vec<u8>) -> Self {
        Self {
            rp_id: "example.org",
            flags,
            sign_count: 8,
            aaguid: [0xaa; 16],
            credential_id: CREDENTIAL_ID.to_vec(),
            cose,
            extensions: map(&[(text("credProtect"), int(2))]),
            trailing: Vec::new(),
        }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut data = sha256(self.rp_id.as_bytes()).to_vec();
        data.push(self.flags);
        data.extend(self.sign_count.to_be_bytes());
        if self.flags & AT != 0 {
            data.extend(self.aaguid);
            data.extend(u16::try_from(self.credential_id.len()).unwrap().to_be_bytes());
            data.extend(&self.credential_id);
            data.extend(&self.cose);
        }
        if self.flags & ED != 0 {
            data.extend(&self.extensions);
        }
        data.extend(&self.trailing);
        data
    }
}

fn head(major: u8, n: u64) -> Vec<u8> {
    let initial = major << 5;
    let be = n.to_be_bytes();
    match n {
        0..=23 => vec![initial | be[7]],
        24..=0xff => vec![initial | 24, be[7]],
        0x100..=0xffff => [&[initial | 25], &be[6..]].concat(),
        0x1_0000..=0xffff_ffff => [&[initial | 26], &be[4..]].concat(),
        _ => [&[initial | 27], &be[..]].concat(),
    }
}

pub(crate) fn unsigned(n: u64) -> Vec<u8> {
    head(0, n)
}

pub(crate) fn negative(n: u64) -> Vec<u8> {
    head(1, n)
}

pub(crate) fn int(n: i64) -> Vec<u8> {
    if n < 0 { negative(n.unsigned_abs() - 1) } else { unsigned(n.unsigned_abs()) }
}

pub(crate) fn bytes(bytes: &[u8]) -> Vec<u8> {
    [&head(2, bytes.len() as u64), bytes].concat()
}

pub(crate) fn text(text: &str) -> Vec<u8> {
    [&head(3, text.len() as u64), text.as_bytes()].concat()
}

pub(crate) fn array(items: &[Vec<u8>]) -> Vec<u8> {
    [head(4, items.len() as u64), items.concat()].concat()
}

/// A map with its entries in the order given.
pub(crate) fn map(entries: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let mut out = head(5, entries.len() as u64);
    for (key, value) in entries {
        out.extend(key);
        out.extend(value);
    }
    out
}

pub(crate) fn attestation_object(format: &str, statement: &[u8], data: &[u8]) -> Vec<u8> {
    map(&[
        (text("fmt"), text(format)),
        (text("attStmt"), statement.to_vec()),
        (text("authData"), bytes(data)),
    ])
}

pub(crate) fn registration_json(id: &[u8], client_data: &[u8], object: &[u8]) -> String {
    let id = base64url::encode(id);
    format!(
        r#"{{"id":"{id}","rawId":"{id}","type":"public-key","authenticatorAttachment":"platform","clientExtensionResults":{{"credProps":{{"rk":true}}}},"response":{{"clientDataJSON":"{}","attestationObject":"{}","transports":["internal","hybrid"]}}}}"#,
        base64url::encode(client_data),
        base64url::encode(object),
    )
}

pub(crate) fn authentication_json(
    id: &[u8],
    client_data: &[u8],
    data: &[u8],
    signature: &[u8],
    user_handle: Option<&[u8]>,
) -> String {
    let id = base64url::encode(id);
    let user_handle =
        user_handle.map_or("null".to_owned(), |it| format!("\"{}\"", base64url::encode(it)));
    format!(
        r#"{{"id":"{id}","rawId":"{id}","type":"public-key","clientExtensionResults":{{}},"response":{{"clientDataJSON":"{}","authenticatorData":"{}","signature":"{}","userHandle":{user_handle}}}}}"#,
        base64url::encode(client_data),
        base64url::encode(data),
        base64url::encode(signature),
    )
}
