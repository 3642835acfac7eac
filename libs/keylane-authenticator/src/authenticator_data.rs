//! Writing authenticator data: WebAuthn Level 3, §6.1.

/// The bits of the flags byte of authenticator data.
pub mod flags {
    /// User present.
    pub const UP: u8 = 1 << 0;
    /// User verified.
    pub const UV: u8 = 1 << 2;
    /// Backup eligible: the credential may be synced.
    pub const BE: u8 = 1 << 3;
    /// Backed up: the credential is synced now.
    pub const BS: u8 = 1 << 4;
    /// Attested credential data follows the sign count.
    pub const AT: u8 = 1 << 6;
    /// Extension data stands at the end.
    pub const ED: u8 = 1 << 7;
}

/// `rpIdHash`, `flags` and `signCount`: the 37 bytes that every authenticator data begins with.
pub(crate) fn head(rp_id_hash: &[u8; 32], flags: u8, sign_count: u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    out.extend_from_slice(rp_id_hash);
    out.push(flags);
    out.extend_from_slice(&sign_count.to_be_bytes());
    out
}

/// Appends the attested credential data of §6.5.1. `declared_length` is what the length field
/// says, which only a negative test makes differ from the length of `credential_id`.
pub(crate) fn push_attested_credential(
    out: &mut Vec<u8>,
    aaguid: &[u8; 16],
    declared_length: u16,
    credential_id: &[u8],
    cose_key: &[u8],
) {
    out.extend_from_slice(aaguid);
    out.extend_from_slice(&declared_length.to_be_bytes());
    out.extend_from_slice(credential_id);
    out.extend_from_slice(cose_key);
}
