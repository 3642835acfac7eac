//! BLOBs for tests, with a certification authority of their own, and the one `check` for them.
//!
//! The chain is root, intermediate, signer. Certificates are valid from 2020 to 2045, the signer's
//! from June 2025 to June 2026, and [`NOW`] is the first instant of 2026.

use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
    RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose,
    RevokedCertParams, SerialNumber, date_time_ymd,
};
use serde_json::{Value as Json, json};

use crate::*;

/// 2026-01-01.
pub(crate) const NOW: UnixMillis = UnixMillis(1_767_225_600_000);
pub(crate) const SIGNER_DOMAIN: &str = "mds.example.org";
pub(crate) const AAGUID: &str = "01020304-0506-0708-090a-0b0c0d0e0f10";

/// Whoever issues certificates and revocation lists.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(crate) certificate: Vec<u8>,
}

/// The authorities of all tests, made once.
pub(crate) struct Pki {
    pub(crate) root: Authority,
    pub(crate) intermediate: Authority,
    pub(crate) signer_key: KeyPair,
    pub(crate) signer: Vec<u8>,
}

pub(crate) static PKI: LazyLock<Pki> = LazyLock::new(|| {
    let root = Authority::root("Test Root");
    let intermediate = root.authority("Test Intermediate", 2);
    let signer_key = KeyPair::generate().unwrap();
    let signer = intermediate.certify(&signer_key, |_| {});
    Pki { root, intermediate, signer_key, signer }
});

impl Authority {
    pub(crate) fn root(name: &str) -> Self {
        let (params, key) = (authority(name, 1), KeyPair::generate().unwrap());
        let certificate = params.self_signed(&key).unwrap().der().to_vec();
        Self { issuer: Issuer::new(params, key), certificate }
    }

    pub(crate) fn authority(&self, name: &str, serial: u64) -> Self {
        self.certify_intermediate(name, |params| params.serial_number = Some(serial.into()))
    }

    pub(crate) fn certify_intermediate(
        &self,
        name: &str,
        break_one_thing: impl FnOnce(&mut CertificateParams),
    ) -> Self {
        let (mut params, key) = (authority(name, 8), KeyPair::generate().unwrap());
        break_one_thing(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap().der().to_vec();
        Self { issuer: Issuer::new(params, key), certificate }
    }

    /// A certificate of this authority for the name and the key of `other`.
    pub(crate) fn cross_sign(&self, other: &Self, name: &str, serial: u64) -> Vec<u8> {
        let key = other.issuer.key();
        authority(name, serial).signed_by(key, &self.issuer).unwrap().der().to_vec()
    }

    /// A signer's certificate, serial number 3.
    pub(crate) fn certify(
        &self,
        key: &KeyPair,
        break_one_thing: impl FnOnce(&mut CertificateParams),
    ) -> Vec<u8> {
        let mut params = CertificateParams::new(vec![SIGNER_DOMAIN.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, SIGNER_DOMAIN);
        params.serial_number = Some(3u64.into());
        params.not_before = date_time_ymd(2025, 6, 1);
        params.not_after = date_time_ymd(2026, 6, 1);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        break_one_thing(&mut params);
        params.signed_by(key, &self.issuer).unwrap().der().to_vec()
    }

    /// A revocation list of December 2025, good until 2026-01-15.
    pub(crate) fn crl(&self, revoked: &[u64]) -> Vec<u8> {
        self.crl_until(revoked, 2026, 1, 15)
    }

    pub(crate) fn crl_until(&self, revoked: &[u64], year: i32, month: u8, day: u8) -> Vec<u8> {
        let revoked = revoked.iter().map(|serial| RevokedCertParams {
            serial_number: SerialNumber::from(*serial),
            revocation_time: date_time_ymd(2025, 11, 1),
            reason_code: None,
            invalidity_date: None,
        });
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2025, 12, 1),
            next_update: date_time_ymd(year, month, day),
            crl_number: 1u64.into(),
            issuing_distribution_point: None,
            revoked_certs: revoked.collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&self.issuer).unwrap().der().to_vec()
    }
}

fn authority(name: &str, serial: u64) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.serial_number = Some(serial.into());
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2045, 1, 1);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// A BLOB and what it is judged by.
pub(crate) struct Case {
    /// The header; `x5c` is added unless it is there.
    pub(crate) header: Json,
    pub(crate) x5c: Vec<Vec<u8>>,
    pub(crate) payload: Json,
    /// The bytes of the payload, instead of [`payload`](Self::payload).
    pub(crate) raw_payload: Option<Vec<u8>>,
    /// The key that signs, PKCS #8, with the algorithm of the name.
    pub(crate) key: Vec<u8>,
    pub(crate) algorithm: &'static str,
    /// The whole text, instead of all of the above.
    pub(crate) raw: Option<Vec<u8>>,
    pub(crate) anchors: Anchors,
    pub(crate) crls: Vec<Vec<u8>>,
    pub(crate) revocation: RevocationPolicy,
    pub(crate) previous_number: Option<u64>,
    pub(crate) icons: Icons,
    pub(crate) now: UnixMillis,
}

impl Default for Case {
    /// A BLOB with one entry, which passes.
    fn default() -> Self {
        let pki = &*PKI;
        Self {
            header: json!({ "alg": "ES256", "typ": "JWT" }),
            x5c: vec![pki.signer.clone(), pki.intermediate.certificate.clone()],
            payload: json!({
                "legalHeader": "For tests only.",
                "no": 7,
                "nextUpdate": "2026-02-01",
                "entries": [entry()],
            }),
            raw_payload: None,
            key: pki.signer_key.serialize_der(),
            algorithm: "ES256",
            raw: None,
            anchors: Anchors::from_der([&pki.root.certificate]).unwrap(),
            crls: Vec::new(),
            revocation: RevocationPolicy::Soft,
            previous_number: None,
            icons: Icons::Drop,
            now: NOW,
        }
    }
}

impl Case {
    /// The text of the BLOB.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        if let Some(raw) = &self.raw {
            return raw.clone();
        }
        let mut header = self.header.clone();
        if let Some(members) = header.as_object_mut().filter(|it| !it.contains_key("x5c")) {
            let x5c = self.x5c.iter().map(|it| STANDARD.encode(it)).collect();
            members.insert("x5c".to_owned(), x5c);
        }
        self.sign(header.to_string().as_bytes())
    }

    /// The text of the BLOB with these bytes as its header.
    pub(crate) fn sign(&self, header: &[u8]) -> Vec<u8> {
        let payload = self.raw_payload.clone();
        let payload = payload.unwrap_or_else(|| self.payload.to_string().into_bytes());
        self.sign_parts(&URL_SAFE_NO_PAD.encode(header), &URL_SAFE_NO_PAD.encode(payload))
    }

    /// The text of the BLOB with these texts as its first parts.
    pub(crate) fn sign_parts(&self, header: &str, payload: &str) -> Vec<u8> {
        let signed = format!("{header}.{payload}");
        let signature = sign(self.algorithm, &self.key, signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)).into_bytes()
    }

    pub(crate) fn verify(&self) -> Result<MetadataBlob, BlobError> {
        let crls: Vec<_> = self.crls.iter().map(|it| Crl::parse(it).unwrap()).collect();
        let policy = BlobPolicy {
            anchors: &self.anchors,
            crls: &crls,
            revocation: self.revocation,
            previous_number: self.previous_number,
            icons: self.icons,
        };
        MetadataBlob::verify(&self.to_bytes(), &policy, self.now)
    }

    /// The first entry of the payload.
    pub(crate) fn entry(&mut self) -> &mut Json {
        &mut self.payload["entries"][0]
    }
}

/// The entry of an authenticator with an AAGUID.
pub(crate) fn entry() -> Json {
    json!({
        "aaguid": AAGUID,
        "metadataStatement": statement(),
        "statusReports": [{ "status": "FIDO_CERTIFIED_L1", "effectiveDate": "2024-01-01" }],
        "timeOfLastStatusChange": "2024-01-01",
    })
}

pub(crate) fn statement() -> Json {
    json!({
        "legalHeader": "For tests only.",
        "aaguid": AAGUID,
        "description": "Example Key",
        "authenticatorVersion": 5,
        "protocolFamily": "fido2",
        "schema": 3,
        "attestationTypes": ["basic_full"],
        "attestationRootCertificates": [STANDARD.encode(&PKI.root.certificate)],
        "keyProtection": ["hardware", "secure_element"],
        "matcherProtection": ["on_chip"],
        "attachmentHint": ["external", "nfc"],
        "userVerificationDetails": [
            [{ "userVerificationMethod": "passcode_external", "caDesc": { "base": 10, "minLength": 4 } }],
            [{ "userVerificationMethod": "none" }],
        ],
        "icon": "data:image/png;base64,AAAA",
        "authenticatorGetInfo": { "versions": ["FIDO_2_0"] },
    })
}

/// The signature of a JWS.
fn sign(algorithm: &str, key: &[u8], message: &[u8]) -> Vec<u8> {
    let random = SystemRandom::new();
    let ecdsa = |algorithm| {
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, key).unwrap();
        pair.sign(&random, message).unwrap().as_ref().to_vec()
    };
    let rsa = |padding| {
        let pair = RsaKeyPair::from_pkcs8(key).unwrap();
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(padding, &random, message, &mut signature).unwrap();
        signature
    };
    match algorithm {
        "ES256" => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING),
        "ES384" => ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING),
        "ES512" => ecdsa(&ECDSA_P521_SHA512_FIXED_SIGNING),
        "RS256" => rsa(&RSA_PKCS1_SHA256),
        "RS384" => rsa(&RSA_PKCS1_SHA384),
        "RS512" => rsa(&RSA_PKCS1_SHA512),
        "PS256" => rsa(&RSA_PSS_SHA256),
        "PS384" => rsa(&RSA_PSS_SHA384),
        "PS512" => rsa(&RSA_PSS_SHA512),
        _ => Vec::new(),
    }
}

/// Starts from a BLOB that passes, breaks one thing, and compares the outcome: how many entries can
/// be looked up, or the code of the refusal.
#[track_caller]
pub(crate) fn check(break_one_thing: impl FnOnce(&mut Case), expected: Result<usize, &str>) {
    let mut case = Case::default();
    break_one_thing(&mut case);
    let outcome = case.verify();
    let outcome = outcome.as_ref().map(|it| it.metadata().len()).map_err(BlobError::code);
    assert_eq!(outcome, expected);
}

/// The BLOB with one thing changed, which must pass.
#[track_caller]
pub(crate) fn accepted(change_one_thing: impl FnOnce(&mut Case)) -> MetadataBlob {
    let mut case = Case::default();
    change_one_thing(&mut case);
    case.verify().unwrap()
}
