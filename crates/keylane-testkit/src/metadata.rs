//! Metadata BLOBs with an authority of their own.
//!
//! The signer is certified by the root itself and good from 2020 to 2045, so a test can stand at
//! any moment in between.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use serde_json::{Value, json};

/// Whoever signs metadata in a test.
#[derive(Debug)]
pub struct MetadataAuthority {
    root_der: Vec<u8>,
    signer_der: Vec<u8>,
    /// PKCS #8.
    signer_key: Vec<u8>,
}

/// A model in a test's metadata.
#[derive(Debug, Clone)]
pub struct TestModel {
    /// Its AAGUID.
    pub aaguid: [u8; 16],
    /// Its description.
    pub description: String,
    /// Its status reports: a status and the day from which it holds.
    pub reports: Vec<(String, String)>,
}

impl TestModel {
    /// A model with one report from 2024 on.
    #[must_use]
    pub fn new(aaguid: [u8; 16], description: &str, status: &str) -> Self {
        let reports = vec![(status.to_owned(), "2024-01-01".to_owned())];
        Self { aaguid, description: description.to_owned(), reports }
    }

    /// The same model with one more report.
    #[must_use]
    pub fn reported(mut self, status: &str, from: &str) -> Self {
        self.reports.push((status.to_owned(), from.to_owned()));
        self
    }

    /// The AAGUID as metadata writes it.
    #[must_use]
    pub fn aaguid_text(&self) -> String {
        let hex: String = self.aaguid.iter().map(|byte| format!("{byte:02x}")).collect();
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    }

    fn entry(&self, root: &[u8]) -> Value {
        let aaguid = self.aaguid_text();
        let reports = self
            .reports
            .iter()
            .map(|(status, from)| json!({ "status": status, "effectiveDate": from }));
        json!({
            "aaguid": aaguid,
            "metadataStatement": {
                "aaguid": aaguid,
                "description": self.description,
                "protocolFamily": "fido2",
                "schema": 3,
                "attestationTypes": ["basic_full"],
                "attestationRootCertificates": [STANDARD.encode(root)],
                "keyProtection": ["hardware", "secure_element"],
                "matcherProtection": ["on_chip"],
                "userVerificationDetails": [[{ "userVerificationMethod": "passcode_external" }]],
            },
            "statusReports": reports.collect::<Vec<_>>(),
            "timeOfLastStatusChange": "2024-01-01",
        })
    }
}

impl Default for MetadataAuthority {
    fn default() -> Self {
        Self::new()
    }
}

impl MetadataAuthority {
    /// A new authority; another one each time.
    #[must_use]
    pub fn new() -> Self {
        let (root_key, signer_key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let mut root = params("Test metadata root");
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root_der = root.self_signed(&root_key).unwrap().der().to_vec();
        let issuer = Issuer::new(root, root_key);
        let signer = params("mds.example.org").signed_by(&signer_key, &issuer).unwrap();
        let signer_der = signer.der().to_vec();
        Self { root_der, signer_der, signer_key: signer_key.serialize_der() }
    }

    /// The root certificate, DER.
    #[must_use]
    pub fn root_der(&self) -> &[u8] {
        &self.root_der
    }

    /// The root certificate, PEM.
    #[must_use]
    pub fn root_pem(&self) -> String {
        let text = STANDARD.encode(&self.root_der);
        let lines: Vec<&str> =
            text.as_bytes().chunks(64).map(|it| std::str::from_utf8(it).unwrap()).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }

    /// A BLOB of these models.
    #[must_use]
    pub fn blob(&self, number: u64, next_update: &str, models: &[TestModel]) -> Vec<u8> {
        let entries: Vec<_> = models.iter().map(|it| it.entry(&self.root_der)).collect();
        let payload = json!({
            "legalHeader": "For tests only.",
            "no": number,
            "nextUpdate": next_update,
            "entries": entries,
        });
        let header =
            json!({ "alg": "ES256", "typ": "JWT", "x5c": [STANDARD.encode(&self.signer_der)] });
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encode(&header), encode(&payload));
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &self.signer_key).unwrap();
        let signature = pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)).into_bytes()
    }
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.replace(' ', "-")]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2045, 1, 1);
    params
}
