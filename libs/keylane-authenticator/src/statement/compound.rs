//! Format `compound` (WebAuthn Level 3, §8.9): several statements about one credential.

use super::Evidence;
use crate::{AuthenticatorError, Cbor, CreateParts};

pub(super) fn make(
    evidence: &Evidence<'_>,
    parts: &mut CreateParts,
) -> Result<Cbor, AuthenticatorError> {
    // Taken out, so that a compound statement inside, which no authenticator makes, is empty and
    // does not go on for ever.
    let formats = std::mem::take(&mut parts.compound);
    let statement = |attestation| {
        let (fmt, statement) = super::make(attestation, evidence, parts)?;
        Ok(Cbor::Map(vec![
            (Cbor::text("fmt"), Cbor::text(fmt)),
            (Cbor::text("attStmt"), statement),
        ]))
    };
    formats.into_iter().map(statement).collect::<Result<_, _>>().map(Cbor::Array)
}
