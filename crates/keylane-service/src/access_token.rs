//! Access tokens: what applications check without asking Keylane.
//!
//! A JWT in the profile of RFC 9068: ES256, `typ` `at+jwt`, a few minutes long. Applications find
//! the keys under `/.well-known/jwks.json`. Keylane's own API also asks the store whether the
//! session is alive; an application that must know at once does the same through the API.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use keylane_model::{KeyId, KeyPurpose, Session, SessionId, UnixMillis, User};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::key_ring::{KeyRing, KeyRingError, RingKey};

/// A key is announced in the JWKS for this long before it signs, so that applications which keep
/// the JWKS for up to an hour know it in time.
pub(crate) const ANNOUNCED_BEFORE_MS: u64 = 2 * 60 * 60 * 1000;

const TYPE: &str = "at+jwt";

/// An ES256 key, ready to sign and to check.
pub(crate) struct SigningKey {
    /// Kept parsed: parsing and checking it costs almost as much as a signature.
    pair: EcdsaKeyPair,
    decoding: DecodingKey,
    /// The JOSE header of every token of this key, encoded.
    header: String,
    kid: String,
    x: String,
    y: String,
}

impl SigningKey {
    /// From PKCS #8 and the uncompressed point of its public key.
    pub(crate) fn new(id: KeyId, pkcs8: &[u8], point: &[u8]) -> Result<Self, KeyRingError> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)
            .map_err(|_| KeyRingError::Crypto)?;
        let Some((x, y)) = point.strip_prefix(&[4]).and_then(|it| it.split_at_checked(32)) else {
            return Err(KeyRingError::Crypto);
        };
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        let kid = id.to_string();
        let header = Header {
            typ: Some(TYPE.to_owned()),
            kid: Some(kid.clone()),
            ..Header::new(Algorithm::ES256)
        };
        Ok(Self {
            pair,
            decoding: DecodingKey::from_ec_components(&x, &y).map_err(|_| KeyRingError::Crypto)?,
            header: encoded(&header)?,
            kid,
            x,
            y,
        })
    }

    /// A JWS of these claims (RFC 7515, section 5.1).
    fn sign(&self, claims: &Claims) -> Result<String, KeyRingError> {
        let mut token = [self.header.as_str(), &encoded(claims)?].join(".");
        let signature = self
            .pair
            .sign(&SystemRandom::new(), token.as_bytes())
            .map_err(|_| KeyRingError::Crypto)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    fn jwk(&self) -> serde_json::Value {
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256",
            "kid": self.kid, "x": self.x, "y": self.y,
        })
    }
}

/// A part of a token: JSON in base64url.
fn encoded(part: &impl Serialize) -> Result<String, KeyRingError> {
    serde_json::to_vec(part)
        .map(|json| URL_SAFE_NO_PAD.encode(json))
        .map_err(|_| KeyRingError::Crypto)
}

/// The claims of an access token. Times are seconds, as RFC 7519 has them.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Claims {
    iss: String,
    aud: String,
    sub: String,
    pub(crate) sid: String,
    jti: String,
    iat: u64,
    exp: u64,
    auth_time: u64,
    acr: String,
    amr: Vec<String>,
    email: String,
    role: String,
}

/// How the person proved who they are, in the words of RFC 8176.
pub(crate) fn amr(session: &Session) -> Vec<String> {
    let mut methods = match session.passkey {
        Some(_) => vec!["pop".to_owned()],
        None => vec!["otp".to_owned()],
    };
    if session.user_verified {
        methods.push("user".to_owned());
    }
    methods
}

/// Makes access tokens for one issuer and audience, and reads them.
#[derive(Debug)]
pub(crate) struct AccessTokens {
    /// Keylane's public URL.
    pub(crate) issuer: String,
    /// The RP ID.
    pub(crate) audience: String,
    pub(crate) lifetime_ms: u64,
}

impl AccessTokens {
    /// A token for this session, issued at `now`.
    pub(crate) fn issue(
        &self,
        keys: &KeyRing,
        session: &Session,
        user: &User,
        jti: [u8; 16],
        now: UnixMillis,
    ) -> Result<SecretString, KeyRingError> {
        let key = signing_key(keys, now)?;
        let signing = key.signing().ok_or(KeyRingError::Crypto)?;
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: user.id.to_string(),
            sid: session.id.to_string(),
            jti: URL_SAFE_NO_PAD.encode(jti),
            iat: now.0 / 1000,
            exp: now.saturating_add_ms(self.lifetime_ms).0 / 1000,
            auth_time: session.authenticated_at.0 / 1000,
            acr: session.assurance.name().to_owned(),
            amr: amr(session),
            email: user.email.to_string(),
            role: user.role.name().to_owned(),
        };
        signing.sign(&claims).map(SecretString::from)
    }

    /// The session that a token names, when the token is ours and has not expired.
    pub(crate) fn session(
        &self,
        keys: &KeyRing,
        token: &str,
        now: UnixMillis,
    ) -> Option<SessionId> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        if header.typ.as_deref() != Some(TYPE) {
            return None;
        }
        let kid: KeyId = header.kid?.parse().ok()?;
        let ring = keys.all(KeyPurpose::AccessToken);
        let key = ring.iter().find(|key| key.id == kid)?;

        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        // The library asks the system's clock; ours is an argument, so expiry is checked below.
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.signing()?.decoding, &validation)
            .ok()?
            .claims;
        if claims.exp <= now.0 / 1000 {
            return None;
        }
        claims.sid.parse().ok()
    }
}

/// The public keys, as RFC 7517 has them.
pub(crate) fn jwks(keys: &KeyRing) -> String {
    let keys: Vec<_> = keys
        .all(KeyPurpose::AccessToken)
        .iter()
        .filter_map(|key| key.signing().map(SigningKey::jwk))
        .collect();
    json!({ "keys": keys }).to_string()
}

/// The newest key that has been announced for long enough; the oldest when there is none.
fn signing_key(keys: &KeyRing, now: UnixMillis) -> Result<std::sync::Arc<RingKey>, KeyRingError> {
    let ring = keys.all(KeyPurpose::AccessToken);
    let announced = |key: &&std::sync::Arc<RingKey>| {
        key.created_at.saturating_add_ms(ANNOUNCED_BEFORE_MS) <= now
    };
    let key = ring.iter().rev().find(announced).or_else(|| ring.first());
    key.cloned().ok_or(KeyRingError::NoKey(KeyPurpose::AccessToken))
}
