//! Bytes that belong into no log.

use std::fmt;

use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

use crate::base64url;

/// Bytes that are a secret, or that a secret is made from: results and inputs of `prf`, contents
/// of `largeBlob` and `credBlob`. `Debug` does not show them, and their memory is wiped when they
/// are dropped. They are not compared, so no comparison can be timed.
///
/// Serde writes them as base64url: the options for the browser are the one place they go to.
#[derive(Clone, Default)]
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// Takes the bytes over.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, for whoever really needs them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for SecretBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(bytes)
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretBytes(..)")
    }
}

impl Serialize for SecretBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        base64url::serialize(self.expose(), serializer)
    }
}
