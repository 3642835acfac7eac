//! Names of passkey providers, from the built-in table of `keylane-mds`.

use keylane_webauthn::Aaguid;

/// The provider's name, when it is in the built-in table.
///
/// An AAGUID is what an unattested authenticator says of itself: good for a label, for nothing
/// else.
#[must_use]
pub fn provider_name(aaguid: Aaguid) -> Option<&'static str> {
    keylane_mds::provider_name(keylane_mds::Aaguid(aaguid.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_provider_has_its_name() {
        check(0xea9b_8d66_4d01_1d21_3ce4_b6b4_8cb5_75d4, Some("Google Password Manager"));
    }

    #[test]
    fn unknown_provider_has_none() {
        check(0, None);
    }

    #[track_caller]
    fn check(aaguid: u128, expected: Option<&str>) {
        assert_eq!(provider_name(Aaguid(aaguid.to_be_bytes())), expected);
    }
}
