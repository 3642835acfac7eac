//! Takes a registration apart into the signatures that vouch for it.
//!
//! Which certificates lie between the statement and the anchor is the verifier's answer; what is
//! signed is read here with other libraries, and each subject that uses it checks that it is right.

use anyhow::{Context, bail};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, RSA_PKCS1_2048_8192_SHA256,
    VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keylane_webauthn::{AttestationPolicy, AttestationVerdict};
use serde::{Deserialize, Serialize};
use serde_cbor_2::Value;
use x509_cert::Certificate;
use x509_cert::der::{Decode as _, Encode as _};

use crate::material::{Registration, member};
use crate::subject;

/// How something was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Scheme {
    Es256,
    Es384,
    Rs256,
}

impl Scheme {
    pub(crate) fn verification(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::Es256 => &ECDSA_P256_SHA256_ASN1,
            Self::Es384 => &ECDSA_P384_SHA384_ASN1,
            Self::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
        }
    }

    fn of_certificate(certificate: &Certificate) -> anyhow::Result<Self> {
        let oid = certificate.signature_algorithm().oid.to_string();
        Ok(match oid.as_str() {
            "1.2.840.10045.4.3.2" => Self::Es256,
            "1.2.840.10045.4.3.3" => Self::Es384,
            "1.2.840.113549.1.1.11" => Self::Rs256,
            _ => bail!("a certificate is signed with {oid}"),
        })
    }

    fn of_cose(algorithm: i128) -> anyhow::Result<Self> {
        Ok(match algorithm {
            -7 => Self::Es256,
            -35 => Self::Es384,
            -257 => Self::Rs256,
            _ => bail!("the statement is signed with {algorithm}"),
        })
    }
}

/// Where the key of a signature comes from, and so whether it can lie ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Signer {
    /// The relying party has it for years.
    Anchor,
    /// It is the credential's own, which every registration has to parse.
    Credential,
    /// It comes in a certificate of the response.
    Certificate,
}

/// One signature, with all that its verification needs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Check {
    pub(crate) scheme: Scheme,
    pub(crate) signer: Signer,
    /// A `SubjectPublicKeyInfo`.
    pub(crate) key: Vec<u8>,
    pub(crate) message: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

/// What a statement speaks of.
struct Subject {
    authenticator_data: Vec<u8>,
    client_data_hash: Vec<u8>,
    credential_key: Vec<u8>,
}

/// The signatures of a registration up to the certificate `root`.
pub(super) fn of(
    registration: &Registration,
    policy: AttestationPolicy,
    root: &[u8],
) -> anyhow::Result<Vec<Check>> {
    let answer: serde_json::Value = serde_json::from_str(&registration.json)?;
    let client_data = member(&answer, "clientDataJSON")?;
    let object: Value = serde_cbor_2::from_slice(&member(&answer, "attestationObject")?)?;
    let subject = Subject {
        authenticator_data: member(&answer, "authenticatorData")?,
        client_data_hash: digest(&SHA256, &client_data).as_ref().to_vec(),
        credential_key: member(&answer, "publicKey")?,
    };
    let verdict = subject::verify_registration(registration, policy)?.attestation().clone();
    let (root, statement) = (Certificate::from_der(root)?, entry(&object, "attStmt")?);
    let parts = match statement {
        // `compound`: entries that look like attestation objects, in the order of the verdicts.
        Value::Array(entries) => {
            let statements = entries.iter().map(|it| entry(it, "attStmt"));
            statements
                .collect::<anyhow::Result<Vec<_>>>()?
                .into_iter()
                .zip(&verdict.parts)
                .collect()
        }
        statement => vec![(statement, &verdict)],
    };
    let mut checks = Vec::new();
    for (statement, verdict) in parts {
        checks.extend(of_statement(statement, verdict, &subject, &root)?);
    }
    Ok(checks)
}

fn of_statement(
    statement: &Value,
    verdict: &AttestationVerdict,
    subject: &Subject,
    root: &Certificate,
) -> anyhow::Result<Vec<Check>> {
    let path: Vec<_> = verdict
        .trust_path
        .iter()
        .map(|der| Certificate::from_der(der))
        .collect::<Result<_, _>>()?;
    let mut checks = Vec::new();
    if let Some((scheme, message, signature)) = signed(verdict.format.as_str(), statement, subject)?
    {
        let (signer, key) = match path.first() {
            Some(leaf) => (Signer::Certificate, key_of(leaf)?),
            None => (Signer::Credential, subject.credential_key.clone()),
        };
        checks.push(Check { scheme, signer, key, message, signature });
    }
    for (at, certificate) in path.iter().enumerate() {
        let issuer_is_root =
            certificate.tbs_certificate().issuer() == root.tbs_certificate().subject();
        let (signer, issuer) = if issuer_is_root {
            (Signer::Anchor, root)
        } else {
            (Signer::Certificate, path.get(at + 1).context("the chain has no end")?)
        };
        checks.push(Check {
            scheme: Scheme::of_certificate(certificate)?,
            signer,
            key: key_of(issuer)?,
            message: certificate.tbs_certificate().to_der()?,
            signature: certificate.signature().raw_bytes().to_vec(),
        });
        if issuer_is_root {
            break;
        }
    }
    Ok(checks)
}

/// Scheme, message and signature of a statement; `None` where only certificates are signed.
fn signed(
    format: &str,
    statement: &Value,
    subject: &Subject,
) -> anyhow::Result<Option<(Scheme, Vec<u8>, Vec<u8>)>> {
    let both = || [&subject.authenticator_data[..], &subject.client_data_hash].concat();
    let message = match format {
        "apple" => return Ok(None),
        "android-safetynet" => return safetynet(statement).map(Some),
        "packed" | "android-key" => both(),
        "tpm" => bytes(statement, "certInfo")?.to_vec(),
        "fido-u2f" => u2f_message(subject)?,
        _ => bail!("the format {format} is not known here"),
    };
    let scheme = match entry(statement, "alg") {
        Ok(Value::Integer(algorithm)) => Scheme::of_cose(*algorithm)?,
        // U2F knows one algorithm only.
        _ => Scheme::Es256,
    };
    Ok(Some((scheme, message, bytes(statement, "sig")?.to_vec())))
}

/// A compact JWS, always of RS256 here.
fn safetynet(statement: &Value) -> anyhow::Result<(Scheme, Vec<u8>, Vec<u8>)> {
    let response = std::str::from_utf8(bytes(statement, "response")?)?;
    let (message, signature) = response.rsplit_once('.').context("not a JWS")?;
    Ok((Scheme::Rs256, message.as_bytes().to_vec(), URL_SAFE_NO_PAD.decode(signature)?))
}

/// FIDO U2F Raw Message Formats, §4.3.
fn u2f_message(subject: &Subject) -> anyhow::Result<Vec<u8>> {
    let data = &subject.authenticator_data;
    let length = data.get(53..55).context("no credential id")?;
    let length = usize::from(length[0]) << 8 | usize::from(length[1]);
    let id = data.get(55..55 + length).context("no credential id")?;
    let point = &subject.credential_key[subject.credential_key.len().saturating_sub(65)..];
    Ok([&[0], &data[..32], &subject.client_data_hash, id, point].concat())
}

fn key_of(certificate: &Certificate) -> anyhow::Result<Vec<u8>> {
    Ok(certificate.tbs_certificate().subject_public_key_info().to_der()?)
}

fn entry<'v>(value: &'v Value, name: &str) -> anyhow::Result<&'v Value> {
    let Value::Map(members) = value else { bail!("not a map: no {name}") };
    members.get(&Value::Text(name.to_owned())).with_context(|| format!("no {name}"))
}

fn bytes<'v>(value: &'v Value, name: &str) -> anyhow::Result<&'v [u8]> {
    match entry(value, name)? {
        Value::Bytes(bytes) => Ok(bytes),
        _ => bail!("{name} is not a byte string"),
    }
}
