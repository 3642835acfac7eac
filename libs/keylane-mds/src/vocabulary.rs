//! The words of metadata, each kind a type.
//!
//! New words appear with new registries of FIDO (FIDO Registry of Predefined Values, section 3), so
//! each type has a place for those that are younger than this code. They keep their text.

use std::fmt;

/// An enum over the words of a registry, with the text of each.
macro_rules! words {
    ($(#[$doc:meta])* $type:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $type {
            $($(#[$variant_doc])* $variant,)+
            /// A word that is younger than this code, as it came.
            Other(Box<str>),
        }

        impl $type {
            /// The word as metadata writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $type {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    other => Self::Other(other.into()),
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// The family of protocols that an authenticator speaks.
    ProtocolFamily {
        /// FIDO UAF.
        Uaf = "uaf",
        /// FIDO U2F.
        U2f = "u2f",
        /// FIDO2.
        Fido2 = "fido2",
    }
}

words! {
    /// How an authenticator attests its keys.
    AttestationType {
        /// With a certificate of its model or batch.
        BasicFull = "basic_full",
        /// With the new key itself (self attestation).
        BasicSurrogate = "basic_surrogate",
        /// With elliptic curve direct anonymous attestation.
        Ecdaa = "ecdaa",
        /// Through an attestation CA.
        AttCa = "attca",
        /// Through an anonymization CA.
        AnonCa = "anonca",
        /// Not at all.
        None = "none",
    }
}

words! {
    /// How an authenticator protects its private keys.
    KeyProtection {
        /// By software.
        Software = "software",
        /// By hardware of any kind.
        Hardware = "hardware",
        /// By a trusted execution environment.
        Tee = "tee",
        /// By a secure element.
        SecureElement = "secure_element",
        /// The key, wrapped, is kept by the relying party.
        RemoteHandle = "remote_handle",
    }
}

words! {
    /// Where an authenticator compares what the user shows it.
    MatcherProtection {
        /// In software.
        Software = "software",
        /// In a trusted execution environment.
        Tee = "tee",
        /// On the chip of the authenticator.
        OnChip = "on_chip",
    }
}

words! {
    /// How an authenticator verifies its user.
    UserVerificationMethod {
        /// Presence only.
        PresenceInternal = "presence_internal",
        /// Fingerprint.
        FingerprintInternal = "fingerprint_internal",
        /// A code typed on the authenticator.
        PasscodeInternal = "passcode_internal",
        /// Voice.
        VoiceprintInternal = "voiceprint_internal",
        /// Face.
        FaceprintInternal = "faceprint_internal",
        /// Place.
        LocationInternal = "location_internal",
        /// Eye.
        EyeprintInternal = "eyeprint_internal",
        /// A pattern drawn on the authenticator.
        PatternInternal = "pattern_internal",
        /// Hand.
        HandprintInternal = "handprint_internal",
        /// A code typed on the client.
        PasscodeExternal = "passcode_external",
        /// A pattern drawn on the client.
        PatternExternal = "pattern_external",
        /// Not at all.
        None = "none",
        /// All methods of the combination together (UAF).
        All = "all",
    }
}

words! {
    /// How an authenticator may be attached.
    AttachmentHint {
        /// Built into the device.
        Internal = "internal",
        /// Can move between devices.
        External = "external",
        /// By wire.
        Wired = "wired",
        /// Without wire.
        Wireless = "wireless",
        /// NFC.
        Nfc = "nfc",
        /// Bluetooth.
        Bluetooth = "bluetooth",
        /// Through a network.
        Network = "network",
        /// Ready for use as it is.
        Ready = "ready",
        /// Wi-Fi Direct.
        WifiDirect = "wifi_direct",
    }
}

words! {
    /// What a report says about an authenticator (FIDO Metadata Service, section 3.1.4).
    AuthenticatorStatus {
        /// Not certified by FIDO.
        NotFidoCertified = "NOT_FIDO_CERTIFIED",
        /// Certified for functional conformance; the older kind of level 1.
        FidoCertified = "FIDO_CERTIFIED",
        /// The user can be made to seem verified.
        UserVerificationBypass = "USER_VERIFICATION_BYPASS",
        /// A key that attests is in wrong hands.
        AttestationKeyCompromise = "ATTESTATION_KEY_COMPROMISE",
        /// Users' keys can be extracted from afar.
        UserKeyRemoteCompromise = "USER_KEY_REMOTE_COMPROMISE",
        /// Users' keys can be extracted by whoever holds the authenticator.
        UserKeyPhysicalCompromise = "USER_KEY_PHYSICAL_COMPROMISE",
        /// There is newer firmware.
        UpdateAvailable = "UPDATE_AVAILABLE",
        /// Withdrawn by its vendor, with nothing said against it.
        Retired = "RETIRED",
        /// Not to be trusted for any reason.
        Revoked = "REVOKED",
        /// The vendor has handed in its own checklist.
        SelfAssertionSubmitted = "SELF_ASSERTION_SUBMITTED",
        /// Certified at level 1.
        FidoCertifiedL1 = "FIDO_CERTIFIED_L1",
        /// Certified at level 1+.
        FidoCertifiedL1Plus = "FIDO_CERTIFIED_L1plus",
        /// Certified at level 2.
        FidoCertifiedL2 = "FIDO_CERTIFIED_L2",
        /// Certified at level 2+.
        FidoCertifiedL2Plus = "FIDO_CERTIFIED_L2plus",
        /// Certified at level 3.
        FidoCertifiedL3 = "FIDO_CERTIFIED_L3",
        /// Certified at level 3+.
        FidoCertifiedL3Plus = "FIDO_CERTIFIED_L3plus",
        /// Its module is certified to FIPS 140 at level 1.
        Fips140CertifiedL1 = "FIPS140_CERTIFIED_L1",
        /// Its module is certified to FIPS 140 at level 2.
        Fips140CertifiedL2 = "FIPS140_CERTIFIED_L2",
        /// Its module is certified to FIPS 140 at level 3.
        Fips140CertifiedL3 = "FIPS140_CERTIFIED_L3",
        /// Its module is certified to FIPS 140 at level 4.
        Fips140CertifiedL4 = "FIPS140_CERTIFIED_L4",
    }
}
