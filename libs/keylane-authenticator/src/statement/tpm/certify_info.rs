//! `TPMS_ATTEST` of a certified key (TPM 2.0 Library, Part 2, 10.12.12).

/// `TPM_GENERATED_VALUE`.
const MAGIC: u32 = 0xff54_4347;

/// `TPM_ST_ATTEST_CERTIFY`.
const CERTIFY: u16 = 0x8017;

/// The fields of `certInfo` that no other part of the statement decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertifyInfo {
    /// `TPM_GENERATED_VALUE`: a TPM wrote it.
    pub magic: u32,
    /// The type of what is attested: `TPM_ST_ATTEST_CERTIFY`.
    pub kind: u16,
    /// The name of the key that signs.
    pub qualified_signer: Vec<u8>,
    /// `clockInfo`: clock, resets, restarts and whether the clock is safe.
    pub clock_info: [u8; 17],
    /// The version of the firmware.
    pub firmware_version: u64,
    /// The qualified name of the certified key.
    pub qualified_name: Vec<u8>,
}

impl Default for CertifyInfo {
    fn default() -> Self {
        Self {
            magic: MAGIC,
            kind: CERTIFY,
            qualified_signer: qualified("signer"),
            clock_info: [0, 0, 0, 0, 0x0b, 0x21, 0x4c, 0x30, 0, 0, 0, 7, 0, 0, 0, 2, 1],
            firmware_version: 0x000d_0002_0005_0001,
            qualified_name: qualified("name"),
        }
    }
}

impl CertifyInfo {
    pub(super) fn encode(&self, extra_data: &[u8], name: &[u8]) -> Vec<u8> {
        let mut out = self.magic.to_be_bytes().to_vec();
        out.extend_from_slice(&self.kind.to_be_bytes());
        push_sized(&mut out, &self.qualified_signer);
        push_sized(&mut out, extra_data);
        out.extend_from_slice(&self.clock_info);
        out.extend_from_slice(&self.firmware_version.to_be_bytes());
        push_sized(&mut out, name);
        push_sized(&mut out, &self.qualified_name);
        out
    }
}

/// A `TPM2B`: two bytes of length, then the bytes.
pub(super) fn push_sized(out: &mut Vec<u8>, bytes: &[u8]) {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
}

/// Looks like a name under SHA-256; a relying party has nothing to compare it with.
fn qualified(of: &str) -> Vec<u8> {
    [&[0, 0x0b], &crate::encoding::sha256(of.as_bytes())[..]].concat()
}
