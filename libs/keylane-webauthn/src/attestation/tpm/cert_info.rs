//! `certInfo`: the `TPMS_ATTEST` that a TPM makes and signs (TPM 2.0 Library, Part 2, 10.12).

use super::TpmError;
use super::reader::Reader;

/// `TPM_GENERATED_VALUE`: a TPM puts it in front of what it has made itself, and signs nothing from
/// outside that begins so.
const MAGIC: u32 = 0xff54_4347;
/// `TPM_ST_ATTEST_CERTIFY`.
const CERTIFY: u16 = 0x8017;

/// Clock, counters of resets and restarts, `safe`; then the firmware version. §8.3 ignores them,
/// and its own test vector has impossible values there.
const CLOCK_AND_FIRMWARE_BYTES: usize = 8 + 4 + 4 + 1 + 8;

/// What a TPM says about an object that it holds.
pub(crate) struct CertInfo<'a> {
    /// What it was given to sign with it.
    pub(super) extra_data: &'a [u8],
    /// Which object it is about.
    pub(super) name: &'a [u8],
}

impl<'a> CertInfo<'a> {
    /// Reads an attestation structure that takes up all of `bytes`.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, TpmError> {
        let mut reader = Reader::new(bytes);
        if reader.u32().ok_or(TpmError::CertInfo)? != MAGIC {
            return Err(TpmError::Magic);
        }
        // What follows depends on it.
        if reader.u16().ok_or(TpmError::CertInfo)? != CERTIFY {
            return Err(TpmError::Kind);
        }
        Self::certified(&mut reader).ok_or(TpmError::CertInfo)
    }

    fn certified(reader: &mut Reader<'a>) -> Option<Self> {
        let _qualified_signer = reader.sized()?;
        let extra_data = reader.sized()?;
        reader.skip(CLOCK_AND_FIRMWARE_BYTES)?;
        let name = reader.sized()?;
        let _qualified_name = reader.sized()?;
        reader.end()?;
        Some(Self { extra_data, name })
    }
}
