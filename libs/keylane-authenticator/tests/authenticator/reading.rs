//! Reading responses, without any code of the authenticator.

use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P256K1_SHA256_ASN1, ECDSA_P384_SHA384_ASN1,
        ECDSA_P521_SHA512_ASN1, ED25519, ML_DSA_44, ML_DSA_65, ML_DSA_87, ParsedPublicKey,
        RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256,
        RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
        RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, VerificationAlgorithm,
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ciborium::Value as Cbor;
use ed448_goldilocks::{Signature, VerifyingKey};
use serde_json::Value;
use std::io::Cursor;
use x509_parser::certificate::X509Certificate;

pub(crate) fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

pub(crate) fn bytes_of(value: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(value.as_str().unwrap()).unwrap()
}

/// Whether the signature verifies with the key of the SPKI.
pub(crate) fn verifies(spki: &[u8], algorithm: i64, message: &[u8], signature: &[u8]) -> bool {
    if algorithm == -53 {
        // The prefix of an Ed448 SPKI has 12 bytes too, and aws-lc does not have the curve.
        let key = VerifyingKey::from_bytes(spki[12..].try_into().unwrap()).unwrap();
        let signature = Signature::from_slice(signature).unwrap();
        return key.verify_raw(&signature, message).is_ok();
    }
    let algorithm: &'static dyn VerificationAlgorithm = match algorithm {
        -7 | -9 => &ECDSA_P256_SHA256_ASN1,
        -35 | -51 => &ECDSA_P384_SHA384_ASN1,
        -36 | -52 => &ECDSA_P521_SHA512_ASN1,
        -47 => &ECDSA_P256K1_SHA256_ASN1,
        -8 | -19 => &ED25519,
        -65535 => &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        -257 => &RSA_PKCS1_2048_8192_SHA256,
        -258 => &RSA_PKCS1_2048_8192_SHA384,
        -259 => &RSA_PKCS1_2048_8192_SHA512,
        -37 => &RSA_PSS_2048_8192_SHA256,
        -38 => &RSA_PSS_2048_8192_SHA384,
        -39 => &RSA_PSS_2048_8192_SHA512,
        -48 => &ML_DSA_44,
        -49 => &ML_DSA_65,
        -50 => &ML_DSA_87,
        other => panic!("algorithm {other}"),
    };
    // An Ed25519 SPKI is a fixed prefix of 12 bytes and the key.
    let key = if spki.len() == 44 { &spki[12..] } else { spki };
    ParsedPublicKey::new(algorithm, key).unwrap().verify_sig(message, signature).is_ok()
}

pub(crate) fn certificate(der: &[u8]) -> X509Certificate<'_> {
    let (rest, certificate) = x509_parser::parse_x509_certificate(der).unwrap();
    assert!(rest.is_empty());
    certificate
}

/// The SPKI of a certificate.
pub(crate) fn public_key_of(der: &[u8]) -> Vec<u8> {
    certificate(der).public_key().raw.to_vec()
}

/// Whether the one certificate names the other as its issuer and was signed by its key.
pub(crate) fn issued(issuer: &[u8], subject: &[u8]) -> bool {
    let subject = certificate(subject);
    let algorithm = match subject.signature_algorithm.algorithm.to_id_string().as_str() {
        "1.2.840.10045.4.3.2" => -7,
        "1.2.840.10045.4.3.3" => -35,
        "1.2.840.10045.4.3.4" => -36,
        "1.2.840.113549.1.1.5" => -65535,
        "1.2.840.113549.1.1.11" => -257,
        "1.2.840.113549.1.1.12" => -258,
        "1.2.840.113549.1.1.13" => -259,
        "1.3.101.112" => -8,
        other => panic!("signature algorithm {other}"),
    };
    assert_eq!(subject.signature_algorithm, subject.tbs_certificate.signature);
    let message = subject.tbs_certificate.as_ref();
    certificate(issuer).subject() == subject.issuer()
        && verifies(&public_key_of(issuer), algorithm, message, &subject.signature_value.data)
}

pub(crate) struct AuthData {
    pub(crate) bytes: Vec<u8>,
    pub(crate) rp_id_hash: Vec<u8>,
    pub(crate) flags: u8,
    pub(crate) sign_count: u32,
    /// What follows the 37 bytes.
    pub(crate) rest: Vec<u8>,
}

impl AuthData {
    pub(crate) fn read(bytes: Vec<u8>) -> Self {
        Self {
            rp_id_hash: bytes[..32].to_vec(),
            flags: bytes[32],
            sign_count: u32::from_be_bytes(bytes[33..37].try_into().unwrap()),
            rest: bytes[37..].to_vec(),
            bytes,
        }
    }
}

/// Attested credential data and what follows it.
pub(crate) struct Attested {
    pub(crate) aaguid: Vec<u8>,
    pub(crate) credential_id: Vec<u8>,
    pub(crate) cose_key: Vec<(Cbor, Cbor)>,
    pub(crate) trailing: Vec<u8>,
}

impl Attested {
    pub(crate) fn read(rest: &[u8]) -> Self {
        let (aaguid, rest) = rest.split_at(16);
        let (length, rest) = rest.split_at(2);
        let length = usize::from(u16::from_be_bytes(length.try_into().unwrap()));
        let (credential_id, rest) = rest.split_at(length);
        let mut cursor = Cursor::new(rest);
        let cose_key: Cbor = ciborium::from_reader(&mut cursor).unwrap();
        let read = usize::try_from(cursor.position()).unwrap();
        Self {
            aaguid: aaguid.to_vec(),
            credential_id: credential_id.to_vec(),
            cose_key: cose_key.into_map().unwrap(),
            trailing: rest[read..].to_vec(),
        }
    }

    pub(crate) fn key_member(&self, label: i64) -> &Cbor {
        let found = self.cose_key.iter().find(|(key, _)| *key == Cbor::from(label));
        &found.unwrap_or_else(|| panic!("no member {label}")).1
    }

    pub(crate) fn key_bytes(&self, label: i64) -> &[u8] {
        self.key_member(label).as_bytes().unwrap()
    }
}

pub(crate) struct Registration {
    pub(crate) json: Value,
    pub(crate) client_data: Vec<u8>,
    pub(crate) fmt: String,
    pub(crate) att_stmt: Vec<(Cbor, Cbor)>,
    pub(crate) auth_data: AuthData,
    /// Bytes after the attestation object.
    pub(crate) trailing: usize,
}

impl Registration {
    pub(crate) fn read(json: &str) -> Self {
        let json: Value = serde_json::from_str(json).unwrap();
        let object = bytes_of(&json["response"]["attestationObject"]);
        let mut cursor = Cursor::new(&object[..]);
        let members: Cbor = ciborium::from_reader(&mut cursor).unwrap();
        let trailing = object.len() - usize::try_from(cursor.position()).unwrap();
        let members = members.into_map().unwrap();
        let [(fmt_key, fmt), (stmt_key, stmt), (data_key, data)] = &members[..] else {
            panic!("an attestation object has three members");
        };
        assert_eq!(
            [fmt_key, stmt_key, data_key],
            [&Cbor::from("fmt"), &Cbor::from("attStmt"), &Cbor::from("authData")]
        );
        Self {
            client_data: bytes_of(&json["response"]["clientDataJSON"]),
            fmt: fmt.as_text().unwrap().to_owned(),
            att_stmt: stmt.as_map().unwrap().clone(),
            auth_data: AuthData::read(data.as_bytes().unwrap().clone()),
            trailing,
            json,
        }
    }

    pub(crate) fn attested(&self) -> Attested {
        Attested::read(&self.auth_data.rest)
    }

    pub(crate) fn spki(&self) -> Vec<u8> {
        bytes_of(&self.json["response"]["publicKey"])
    }

    pub(crate) fn algorithm(&self) -> i64 {
        self.json["response"]["publicKeyAlgorithm"].as_i64().unwrap()
    }

    pub(crate) fn statement_member(&self, name: &str) -> &Cbor {
        let found = self.att_stmt.iter().find(|(key, _)| *key == Cbor::from(name));
        &found.unwrap_or_else(|| panic!("no member {name}")).1
    }

    pub(crate) fn signature(&self) -> &[u8] {
        self.statement_member("sig").as_bytes().unwrap()
    }

    pub(crate) fn x5c(&self) -> Vec<Vec<u8>> {
        let certificates = self.statement_member("x5c").as_array().unwrap();
        certificates.iter().map(|it| it.as_bytes().unwrap().clone()).collect()
    }

    pub(crate) fn statement_algorithm(&self) -> i64 {
        self.statement_member("alg").as_integer().unwrap().try_into().unwrap()
    }

    /// What most formats sign.
    pub(crate) fn signed_bytes(&self) -> Vec<u8> {
        [&self.auth_data.bytes[..], &sha256(&self.client_data)].concat()
    }

    /// Whether the credential's own key signed the statement.
    pub(crate) fn statement_verifies(&self) -> bool {
        verifies(&self.spki(), self.algorithm(), &self.signed_bytes(), self.signature())
    }

    /// Whether the key of the leaf signed the statement.
    pub(crate) fn certified_statement_verifies(&self) -> bool {
        let key = public_key_of(&self.x5c()[0]);
        verifies(&key, self.statement_algorithm(), &self.signed_bytes(), self.signature())
    }
}

pub(crate) struct Assertion {
    pub(crate) json: Value,
    pub(crate) client_data: Vec<u8>,
    pub(crate) auth_data: AuthData,
    pub(crate) signature: Vec<u8>,
}

impl Assertion {
    pub(crate) fn read(json: &str) -> Self {
        let json: Value = serde_json::from_str(json).unwrap();
        let response = &json["response"];
        Self {
            client_data: bytes_of(&response["clientDataJSON"]),
            auth_data: AuthData::read(bytes_of(&response["authenticatorData"])),
            signature: bytes_of(&response["signature"]),
            json,
        }
    }

    pub(crate) fn verifies_with(&self, registration: &Registration) -> bool {
        let message = [&self.auth_data.bytes[..], &sha256(&self.client_data)].concat();
        verifies(&registration.spki(), registration.algorithm(), &message, &self.signature)
    }
}
