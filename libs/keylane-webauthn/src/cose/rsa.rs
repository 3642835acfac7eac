//! Keys of RSA: COSE key type RSA (RFC 8230, §4), for both paddings.

use aws_lc_rs::signature::{ParsedPublicKey, RsaParameters, RsaPublicKeyComponents};

use super::KeyError;
use super::parameters::{KEY_TYPE_RSA, Parameters, label};

/// Fewest bits of an RSA modulus.
pub const RSA_MODULUS_BITS_MIN: usize = 2048;
/// Most bits of an RSA modulus; beyond it a verification costs more than a sign-in is worth.
pub const RSA_MODULUS_BITS_MAX: usize = 8192;
/// Most bytes of an RSA exponent. All known authenticators use 65537.
pub const RSA_EXPONENT_BYTES_MAX: usize = 4;

pub(super) fn parse(
    parameters: &Parameters<'_, '_>,
    verification: &'static RsaParameters,
) -> Result<ParsedPublicKey, KeyError> {
    parameters.expect_type(KEY_TYPE_RSA, &[label::RSA_N, label::RSA_E])?;
    let (n, e) = (parameters.bytes(label::RSA_N)?, parameters.bytes(label::RSA_E)?);
    // RFC 8230, §4: the shortest form, so no leading zeros.
    let bits = match n.first() {
        None | Some(0) => return Err(KeyError::RsaModulus),
        Some(first) => n.len() * 8 - first.leading_zeros() as usize,
    };
    let odd = n.last().is_some_and(|last| last & 1 == 1);
    if !odd || !(RSA_MODULUS_BITS_MIN..=RSA_MODULUS_BITS_MAX).contains(&bits) {
        return Err(KeyError::RsaModulus);
    }
    let padded = matches!(e.first(), None | Some(0));
    let odd = e.last().is_some_and(|last| last & 1 == 1);
    if padded || !odd || e == [1] || e.len() > RSA_EXPONENT_BYTES_MAX {
        return Err(KeyError::RsaExponent);
    }
    let components = RsaPublicKeyComponents { n, e };
    components.to_parsed_public_key(verification).map_err(|_| KeyError::RsaModulus)
}
