//! Scenarios of §8: statements with certificates, one file for each format.
//!
//! Every statement is sound and leads to the trust anchor until something is changed.

mod android_key;
mod apple;
mod compound;
mod fido_u2f;
mod packed;
mod paths;
mod revocation;
mod safetynet;
mod tpm;

use crate::{case::Result, vector::Vector};

pub(crate) fn vectors() -> Result<Vec<Vector>> {
    let mut vectors = Vec::new();
    vectors.extend(packed::vectors()?);
    vectors.extend(fido_u2f::vectors()?);
    vectors.extend(apple::vectors()?);
    vectors.extend(tpm::vectors()?);
    vectors.extend(android_key::vectors()?);
    vectors.extend(safetynet::vectors()?);
    vectors.extend(compound::vectors()?);
    Ok(vectors)
}
