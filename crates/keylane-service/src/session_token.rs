//! Session cookies and refresh tokens: ids under a MAC.
//!
//! The store keeps no secret of a session, not even a hash: a token is the session's id with an
//! HMAC under a key that is not in the store. Whoever reads the database cannot make one.
//!
//! Layout, in base64url: kind and version (1), key tag (4), session id (16), refresh generation
//! (4, refresh tokens only), HMAC-SHA-256 (32).

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keylane_model::{KeyPurpose, SessionId};
use secrecy::SecretString;

use crate::key_ring::{KeyRing, KeyRingError};

const COOKIE: u8 = 0x11;
const REFRESH: u8 = 0x21;
const MAC_BYTES: usize = 32;

/// Longest token that is looked at, in characters.
const TOKEN_CHARS_MAX: usize = 128;

/// The cookie's value for a session.
pub(crate) fn cookie(keys: &KeyRing, session: SessionId) -> Result<SecretString, KeyRingError> {
    seal(keys, COOKIE, session.as_bytes())
}

/// The session that a cookie names, when the cookie is ours.
pub(crate) fn open_cookie(keys: &KeyRing, value: &str) -> Option<SessionId> {
    open::<16>(keys, COOKIE, value).map(SessionId::from_bytes)
}

/// The refresh token of a session in its current generation.
pub(crate) fn refresh(
    keys: &KeyRing,
    session: SessionId,
    generation: u32,
) -> Result<SecretString, KeyRingError> {
    let mut body = [0; 20];
    body[..16].copy_from_slice(session.as_bytes());
    body[16..].copy_from_slice(&generation.to_be_bytes());
    seal(keys, REFRESH, &body)
}

/// The session and generation that a refresh token names, when the token is ours.
pub(crate) fn open_refresh(keys: &KeyRing, value: &str) -> Option<(SessionId, u32)> {
    let body = open::<20>(keys, REFRESH, value)?;
    let (session, generation) = body.split_first_chunk::<16>()?;
    Some((SessionId::from_bytes(*session), u32::from_be_bytes(generation.try_into().ok()?)))
}

fn seal(keys: &KeyRing, kind: u8, body: &[u8]) -> Result<SecretString, KeyRingError> {
    let key = keys.current(KeyPurpose::TokenMac)?;
    let mut token = Vec::with_capacity(5 + body.len() + MAC_BYTES);
    token.push(kind);
    token.extend_from_slice(&key.tag());
    token.extend_from_slice(body);
    let mac = hmac::sign(key.mac().ok_or(KeyRingError::Crypto)?, &token);
    token.extend_from_slice(mac.as_ref());
    Ok(SecretString::from(URL_SAFE_NO_PAD.encode(token)))
}

fn open<const N: usize>(keys: &KeyRing, kind: u8, value: &str) -> Option<[u8; N]> {
    if value.len() > TOKEN_CHARS_MAX {
        return None;
    }
    let token = URL_SAFE_NO_PAD.decode(value).ok()?;
    let (signed, mac) = token.split_at_checked(5 + N)?;
    let tag = signed.get(1..5)?.try_into().ok()?;
    let key = keys.find(KeyPurpose::TokenMac, tag)?;
    hmac::verify(key.mac()?, signed, mac).ok()?;
    if signed.first() != Some(&kind) {
        return None;
    }
    signed.get(5..)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use keylane_model::{SystemEntropy, UnixMillis};
    use secrecy::ExposeSecret;

    use super::*;
    use crate::key_ring::MasterKey;

    #[test]
    fn cookie_opens_as_its_session() {
        let ring = ring();
        let value = cookie(&ring, session()).unwrap();
        assert_eq!(open_cookie(&ring, value.expose_secret()), Some(session()));
    }

    #[test]
    fn refresh_token_opens_with_its_generation() {
        let ring = ring();
        let value = refresh(&ring, session(), 7).unwrap();
        assert_eq!(open_refresh(&ring, value.expose_secret()), Some((session(), 7)));
    }

    #[test]
    fn refresh_token_is_no_cookie() {
        let ring = ring();
        let value = refresh(&ring, session(), 7).unwrap();
        assert_eq!(open_cookie(&ring, value.expose_secret()), None);
        let value = cookie(&ring, session()).unwrap();
        assert_eq!(open_refresh(&ring, value.expose_secret()), None);
    }

    #[test]
    fn token_with_any_character_changed_is_refused() {
        let ring = ring();
        let value = cookie(&ring, session()).unwrap().expose_secret().to_owned();
        for position in 0..value.len() {
            let mut spoiled = value.clone().into_bytes();
            spoiled[position] = if spoiled[position] == b'A' { b'B' } else { b'A' };
            let spoiled = String::from_utf8(spoiled).unwrap();
            assert_eq!(open_cookie(&ring, &spoiled), None, "character {position}");
            assert_eq!(open_cookie(&ring, &value[..position]), None, "cut at {position}");
        }
    }

    #[test]
    fn token_of_another_installation_is_refused() {
        let value = cookie(&ring(), session()).unwrap();
        assert_eq!(open_cookie(&ring(), value.expose_secret()), None);
    }

    fn session() -> SessionId {
        SessionId::from_bytes([5; 16])
    }

    fn ring() -> KeyRing {
        let ring = KeyRing::new(MasterKey::from_bytes(&[1; 32]).unwrap());
        let key = ring.make(KeyPurpose::TokenMac, UnixMillis(0), &SystemEntropy).unwrap();
        ring.load(&[key]).unwrap();
        ring
    }
}
