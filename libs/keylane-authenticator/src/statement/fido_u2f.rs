//! Format `fido-u2f` (WebAuthn Level 3, §8.6): a U2F registration in other clothes.

use super::{Evidence, certificates, sign};
use crate::{
    AuthenticatorError, Cbor, CreateParts, ES256,
    x509::{Extension, Name, der, extension},
};

/// A point on P-256 without compression: 0x04, x and y.
const POINT_BYTES: usize = 65;

pub(super) fn make(
    evidence: &Evidence<'_>,
    parts: &mut CreateParts,
) -> Result<Cbor, AuthenticatorError> {
    let key = evidence.attestation_key(ES256)?;
    let subject = Name::common("Keylane Test U2F Authenticator");
    let mut leaf = evidence.authenticator.authority()?.issued_by_root(subject, key.to_spki()?);
    // Transports: USB, the fourth bit.
    let usb = Extension::new(extension::FIDO_U2F_TRANSPORTS, der::value(0x03, &[4, 0x10]));
    leaf.extensions = vec![Extension::end_entity(), usb];
    let x5c = certificates::issue(vec![leaf], parts)?;

    let spki = evidence.key.to_spki()?;
    // A U2F authenticator has no other keys; what a caller forces on it goes in as it is.
    let point = spki.get(spki.len().saturating_sub(POINT_BYTES)..).unwrap_or_default();
    // §8.6, step 5 of the verification.
    let message =
        [&[0], &parts.rp_id_hash[..], evidence.client_data_hash, &parts.credential_id, point]
            .concat();
    let signature = sign(message, &key, parts)?;
    Ok(Cbor::Map(vec![(Cbor::text("sig"), Cbor::Bytes(signature)), certificates::member(x5c)]))
}
