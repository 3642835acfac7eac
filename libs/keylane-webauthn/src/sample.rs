//! Answers that pass, for tests to break: keys, client data, authenticator data, and the CBOR and
//! JSON around them. The encoder here is written apart from the decoder that it tests.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RsaKeyPair,
};

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
pub(crate) enum Signer {
    Es256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rs256(Box<RsaKeyPair>),
}

impl Signer {
    pub(crate) fn new(algorithm: CoseAlgorithm) -> Self {
        match algorithm {
            CoseAlgorithm::Es256 => {
                Self::Es256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
            }
            CoseAlgorithm::EdDsa => Self::Ed25519(Ed25519KeyPair::generate().unwrap()),
            CoseAlgorithm::Rs256 => {
                Self::Rs256(Box::new(RsaKeyPair::generate(KeySize::Rsa2048).unwrap()))
            }
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Es256(key) => key.sign(&random, message).unwrap().as_ref().to_vec(),
            Self::Ed25519(key) => key.sign(message).as_ref().to_vec(),
            Self::Rs256(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                signature
            }
        }
    }

    pub(crate) fn cose(&self) -> Vec<u8> {
        match self {
            Self::Es256(key) => {
                let point = key.public_key().as_ref();
                es256_cose(&point[1..33], &point[33..])
            }
            Self::Ed25519(key) => ed25519_cose(key.public_key().as_ref()),
            Self::Rs256(key) => {
                let der = key.public_key().as_der().unwrap();
                let (n, e) = rsa_components(der.as_ref());
                rs256_cose(&n, &e)
            }
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

pub(crate) fn es256_cose(x: &[u8], y: &[u8]) -> Vec<u8> {
    map(&[
        (int(1), int(2)),
        (int(3), int(-7)),
        (int(-1), int(1)),
        (int(-2), bytes(x)),
        (int(-3), bytes(y)),
    ])
}

pub(crate) fn ed25519_cose(x: &[u8]) -> Vec<u8> {
    map(&[(int(1), int(1)), (int(3), int(-8)), (int(-1), int(6)), (int(-2), bytes(x))])
}

pub(crate) fn rs256_cose(n: &[u8], e: &[u8]) -> Vec<u8> {
    map(&[(int(1), int(3)), (int(3), int(-257)), (int(-1), bytes(n)), (int(-2), bytes(e))])
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
