//! What kind of authenticator this is.

use crate::key::{ED25519, EDDSA, ES256, ES256K, ML_DSA_44, ML_DSA_65, ML_DSA_87, RS256};
use serde::{Deserialize, Serialize};

/// What the authenticator can do and how its credentials behave.
///
/// The default is a synced passkey provider: ES256 first, user verification, BE and BS set, a
/// sign count that stays zero, attestation none, transports `hybrid` and `internal`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthenticatorConfig {
    /// The model. The default is one of our own that no vendor uses.
    pub aaguid: [u8; 16],
    /// COSE algorithms it can make keys for, the preferred one first. The first that the relying
    /// party also offers is taken. Those with a constant in this crate exist; another value is
    /// passed over. The default is [`ES256`](crate::ES256), [`EDDSA`](crate::EDDSA) and
    /// [`RS256`](crate::RS256).
    pub algorithms: Vec<i64>,
    /// It can verify its user, and the user passes.
    pub user_verification: bool,
    /// BE of the credentials that it makes from now on.
    pub backup_eligible: bool,
    /// BS of its backup eligible credentials. Without BE there is no BS, whatever this says.
    pub backed_up: bool,
    /// How sign counts move.
    pub counter: Counter,
    /// The attestation statement it gives when the relying party wants one.
    ///
    /// As in a browser (§5.1.3), a self attestation passes with conveyance `none` only when the
    /// AAGUID is zero; otherwise the client replaces it by `none`.
    pub attestation: Attestation,
    /// What `getTransports()` answers. With `internal` among them the authenticator is a
    /// `platform` one, otherwise `cross-platform`.
    pub transports: Vec<String>,
    /// It can keep discoverable credentials.
    pub resident: bool,
    /// Extension `minPinLength`: the shortest PIN that it takes, when it has a PIN.
    #[serde(default)]
    pub min_pin_length: Option<u32>,
    /// Extension `largeBlob`: it can keep a blob for each discoverable credential.
    #[serde(default)]
    pub large_blob: bool,
    /// COSE algorithm of the attestation key, where the statement has one of its own; that of
    /// the format when `None`: [`ES256`](crate::ES256), for `android-safetynet`
    /// [`RS256`](crate::RS256).
    #[serde(default)]
    pub attestation_algorithm: Option<i64>,
    /// The serial number in the certificate of an enterprise attestation.
    #[serde(default = "default_serial_number")]
    pub serial_number: Vec<u8>,
    /// The instant that certificates and statements are made for, in milliseconds since the Unix
    /// epoch, since there is no clock here. The default is 2026-01-01T00:00:00Z.
    #[serde(default = "default_now_ms")]
    pub now_ms: u64,
}

fn default_serial_number() -> Vec<u8> {
    b"KEYLANE-0001".to_vec()
}

fn default_now_ms() -> u64 {
    1_767_225_600_000
}

/// How sign counts move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counter {
    /// They stay zero, as with synced passkeys.
    Zero,
    /// Each credential has one; it is 1 after the registration and rises by one per assertion.
    Rising,
}

/// The attestation statement of new credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attestation {
    /// Format `none`, empty statement (§8.7).
    None,
    /// Format `packed`, signed with the credential's own key (§8.2).
    PackedSelf,
    /// Format `packed` with a certificate of the model right below the root (§8.2).
    PackedBasic,
    /// Format `packed` with a certificate below an intermediate authority (§8.2).
    PackedAttestationCa,
    /// Format `packed` with a certificate that has the serial number of the device (§8.2.2).
    /// Only under conveyance `enterprise`; otherwise as [`PackedBasic`](Self::PackedBasic).
    PackedEnterprise,
    /// Format `fido-u2f` (§8.6). Keys are of [`ES256`](crate::ES256) only, and the AAGUID is
    /// zero.
    FidoU2f,
    /// Format `tpm`, with an attestation identity key below an intermediate (§8.3). Keys are of
    /// ECDSA on the NIST curves or of RSA.
    Tpm,
    /// Format `android-key`, described as kept in the trusted environment, with the chain up to
    /// the root (§8.4). Keys are of ECDSA on the NIST curves or of RSA.
    AndroidKey,
    /// Format `android-safetynet`, with a certificate below an intermediate (§8.5).
    AndroidSafetyNet,
    /// Format `apple`, below an intermediate (§8.8).
    Apple,
    /// Format `compound` of a [`Tpm`](Self::Tpm) and a [`PackedBasic`](Self::PackedBasic)
    /// statement (§8.9).
    Compound,
}

impl Attestation {
    /// Whether authenticators of this kind have keys of the COSE algorithm.
    pub(crate) fn has_keys_of(self, algorithm: i64) -> bool {
        match self {
            Self::FidoU2f => algorithm == ES256,
            Self::Tpm | Self::AndroidKey | Self::Compound => {
                !matches!(algorithm, EDDSA | ED25519 | ES256K | ML_DSA_44 | ML_DSA_65 | ML_DSA_87)
            }
            _ => true,
        }
    }
}

impl Default for AuthenticatorConfig {
    fn default() -> Self {
        Self {
            aaguid: *b"KeylaneSoftAuth1",
            algorithms: vec![ES256, EDDSA, RS256],
            user_verification: true,
            backup_eligible: true,
            backed_up: true,
            counter: Counter::Zero,
            attestation: Attestation::None,
            transports: vec!["hybrid".to_owned(), "internal".to_owned()],
            resident: true,
            min_pin_length: None,
            large_blob: true,
            attestation_algorithm: None,
            serial_number: default_serial_number(),
            now_ms: default_now_ms(),
        }
    }
}

impl AuthenticatorConfig {
    /// A security key: device-bound, rising counter, transport `usb`, user verification by PIN.
    #[must_use]
    pub fn security_key() -> Self {
        Self {
            backup_eligible: false,
            backed_up: false,
            counter: Counter::Rising,
            transports: vec!["usb".to_owned()],
            min_pin_length: Some(4),
            ..Self::default()
        }
    }

    pub(crate) fn attachment(&self) -> &'static str {
        if self.transports.iter().any(|it| it == "internal") {
            "platform"
        } else {
            "cross-platform"
        }
    }
}
