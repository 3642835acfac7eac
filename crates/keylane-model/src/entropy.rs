//! Where randomness comes from. Everything that needs it takes an [`Entropy`], so that a test can
//! replay a whole sign-up byte for byte.

use std::fmt::Debug;

/// A source of random bytes fit for keys and ids.
pub trait Entropy: Debug + Send + Sync {
    /// Fills `buffer` with random bytes.
    ///
    /// # Errors
    ///
    /// [`EntropyError`] when the source has failed. The caller refuses the request: nothing may go
    /// on with predictable bytes.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError>;
}

/// The source of randomness has failed.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the system's source of randomness has failed")]
pub struct EntropyError;

/// `N` random bytes.
///
/// # Errors
///
/// As [`Entropy::fill`].
pub fn random_bytes<const N: usize>(entropy: &dyn Entropy) -> Result<[u8; N], EntropyError> {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes)?;
    Ok(bytes)
}

/// The crypto library's generator, seeded by the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        aws_lc_rs::rand::fill(buffer).map_err(|_| EntropyError)
    }
}
