//! Format `android-safetynet` (WebAuthn Level 3, §8.5): a JWS of a service that Google has shut
//! down, about the device and not about the key.

use super::{Evidence, certificates, sign};
use crate::{
    AuthenticatorError, Cbor, CreateParts, RS256,
    encoding::{base64url, sha256},
    x509::{Extension, Name},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// Whom the service's certificate is issued to.
const HOST: &str = "attest.android.com";

/// What a SafetyNet statement consists of, open to change before it is signed.
#[derive(Debug, Clone, PartialEq)]
pub struct SafetyNetParts {
    /// The member `ver`: the version of Google Play services.
    pub version: String,
    /// The protected header of the JWS. The certificates go into `x5c` unless that is there.
    pub header: Value,
    /// The payload of the JWS.
    pub payload: Value,
}

pub(super) fn make(
    evidence: &Evidence<'_>,
    parts: &mut CreateParts,
) -> Result<Cbor, AuthenticatorError> {
    let authority = evidence.authenticator.authority()?;
    let key = evidence.attestation_key(RS256)?;
    if key.algorithm() != RS256 {
        return Err(AuthenticatorError::NotSupported);
    }
    let mut leaf = authority.issued_by_intermediate(Name::common(HOST), key.to_spki()?);
    leaf.extensions = vec![Extension::end_entity(), Extension::dns_name(HOST)];
    let x5c = certificates::issue(vec![leaf, authority.intermediate_parts()?], parts)?;

    let mut safetynet = SafetyNetParts {
        version: "254415035".to_owned(),
        header: json!({ "alg": "RS256" }),
        payload: json!({
            "nonce": STANDARD.encode(sha256(&evidence.signed_bytes())),
            "timestampMs": evidence.authenticator.config.now_ms,
            "apkPackageName": "com.google.android.gms",
            "apkDigestSha256": STANDARD.encode([0x2a; 32]),
            "ctsProfileMatch": true,
            "apkCertificateDigestSha256": [STANDARD.encode([0x3b; 32])],
            "basicIntegrity": true,
        }),
    };
    parts.safetynet_edit.take_and_apply(&mut safetynet);
    if safetynet.header.get("x5c").is_none() {
        safetynet.header["x5c"] = x5c.iter().map(|der| STANDARD.encode(der)).collect();
    }
    let encoded = |part: &Value| base64url(part.to_string().as_bytes());
    let signed = format!("{}.{}", encoded(&safetynet.header), encoded(&safetynet.payload));
    let signature = sign(signed.clone().into_bytes(), &key, parts)?;
    let response = format!("{signed}.{}", base64url(&signature));
    Ok(Cbor::Map(vec![
        (Cbor::text("ver"), Cbor::Text(safetynet.version)),
        (Cbor::text("response"), Cbor::bytes(response)),
    ]))
}
