//! `[authenticators]`: which authenticators people may use, and how that is proved.

use std::fmt;
use std::path::PathBuf;

use keylane_mds::CertificationLevel;
use keylane_service::{Admission, DemandedProtection, Verification};
use keylane_webauthn::{Aaguid, AttestationConveyance, PolicySwitch};

use super::key::{Entry, Key, Shape, Value};
use super::metadata::Source;
use super::reader::Reader;

pub(super) const KEYS: &[&Key] = &[
    &ATTESTATION,
    &VERIFICATION,
    &SAMPLE_PER_THOUSAND,
    &ALLOW_MODELS,
    &DENY_MODELS,
    &CERTIFICATION,
    &KEY_PROTECTION,
    &SYNCED,
    &DEVICE_BOUND,
    &UNKNOWN_MODELS,
    &SERIAL_NUMBERS,
    &SWITCHES,
    &VENDOR_ROOTS,
    &ROOTS_FILE,
];

static ATTESTATION: Key = Key::open(
    "authenticators",
    "attestation",
    "\"none\", \"indirect\", \"direct\" or \"enterprise\"",
    "What browsers are asked to tell about the authenticator. Anything but `none` makes some \
     browsers warn people, and synced passkeys have nothing to tell: leave it at `none` unless a \
     rule below needs proof.",
);
static VERIFICATION: Key = Key::open(
    "authenticators",
    "verification",
    "\"required\", \"background\" or \"sampled\"",
    "When the rules of this section are applied: before a passkey is added, which is then refused \
     (`required`); after it was added, with the consequences that `metadata.on_revoked_model` \
     names (`background`); or before it is added for a share of all registrations, and after for \
     the others (`sampled`).",
);
static SAMPLE_PER_THOUSAND: Key = Key::open(
    "authenticators",
    "sample_per_thousand",
    "a whole number from 1 to 1000",
    "With `verification = \"sampled\"`: how many of a thousand registrations are judged at once.",
);
static ALLOW_MODELS: Key = Key::open(
    "authenticators",
    "allow_models",
    "a list of AAGUIDs such as [\"cb69481e-8ff7-4039-93ec-0a2729a154a8\"]",
    "The only models that may be used. Needs `attestation`: without proof, a model is what an \
     authenticator says of itself. TPMs, Android and Apple prove theirs only together with \
     `[metadata]`.",
);
static DENY_MODELS: Key = Key::open(
    "authenticators",
    "deny_models",
    "a list of AAGUIDs such as [\"cb69481e-8ff7-4039-93ec-0a2729a154a8\"]",
    "Models that may not be used, proved or not.",
);
static CERTIFICATION: Key = Key::open(
    "authenticators",
    "certification",
    "\"any\", \"certified\", \"L1\", \"L1plus\", \"L2\", \"L2plus\", \"L3\" or \"L3plus\"",
    "The lowest FIDO certification of the model. Needs `attestation` and `[metadata]`.",
);
static KEY_PROTECTION: Key = Key::open(
    "authenticators",
    "key_protection",
    "\"any\" or \"hardware\"",
    "Where private keys have to live. `hardware` needs `attestation`, and for security keys \
     `[metadata]`; synced passkeys cannot prove it.",
);
static SYNCED: Key = Key::open(
    "authenticators",
    "synced",
    "\"accept\" or \"refuse\"",
    "Whether passkeys may be used that are copied between a person's devices. Most people have \
     no others.",
);
static DEVICE_BOUND: Key = Key::open(
    "authenticators",
    "device_bound",
    "\"accept\" or \"refuse\"",
    "Whether passkeys may be used that stay on one device.",
);
static UNKNOWN_MODELS: Key = Key::open(
    "authenticators",
    "unknown_models",
    "\"accept\" or \"refuse\"",
    "Whether authenticators may be used whose model is not in metadata. `refuse` needs \
     `attestation` and `[metadata]`.",
);
static SERIAL_NUMBERS: Key = Key::open(
    "authenticators",
    "serial_numbers",
    "a list of serial numbers in hexadecimal digits",
    "The single authenticators that were handed out and may be used. Needs `attestation = \
     \"enterprise\"` and browsers that are managed to allow it.",
);
static SWITCHES: Key = Key::open(
    "authenticators",
    "switches",
    "a list of names from docs/reference/webauthn.md",
    "Liberties of the verifier towards attestation statements.",
);
static VENDOR_ROOTS: Key = Key::open(
    "authenticators",
    "vendor_roots",
    "\"trust\" or \"ignore\"",
    "Whether the built-in roots of Apple, Google, Microsoft and Yubico may vouch for \
     authenticators, each for its own formats.",
);
static ROOTS_FILE: Key = Key::open(
    "authenticators",
    "roots_file",
    "a file",
    "Further roots that may vouch for authenticators: certificates in PEM, one after the other. For \
     a model whose metadata names roots, those alone count.",
);

/// `[authenticators]`.
#[derive(Debug, Clone)]
pub(crate) struct Authenticators {
    pub(crate) attestation: AttestationConveyance,
    pub(crate) verification: Verification,
    pub(crate) allow_models: Vec<Aaguid>,
    pub(crate) deny_models: Vec<Aaguid>,
    pub(crate) certification: Option<CertificationLevel>,
    pub(crate) key_protection: DemandedProtection,
    pub(crate) synced: Admission,
    pub(crate) device_bound: Admission,
    pub(crate) unknown_models: Admission,
    pub(crate) serial_numbers: Vec<SerialNumber>,
    pub(crate) switches: Vec<PolicySwitch>,
    pub(crate) vendor_roots: VendorRoots,
    pub(crate) roots_file: Option<PathBuf>,
}

impl Authenticators {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let attestation = reader.value(&ATTESTATION, AttestationConveyance::None);
        let verification = reader.value(&VERIFICATION, Moment::Required);
        let per_thousand = reader.value(&SAMPLE_PER_THOUSAND, Share(100)).0;
        let read = Self {
            attestation,
            verification: match verification {
                Moment::Required => Verification::Required,
                Moment::Background => Verification::Background,
                Moment::Sampled => Verification::Sampled { per_thousand },
            },
            allow_models: reader.value(&ALLOW_MODELS, Vec::new()),
            deny_models: reader.value(&DENY_MODELS, Vec::new()),
            certification: reader.value(&CERTIFICATION, Certification(None)).0,
            key_protection: reader.value(&KEY_PROTECTION, DemandedProtection::Any),
            synced: reader.value(&SYNCED, Admission::Accept),
            device_bound: reader.value(&DEVICE_BOUND, Admission::Accept),
            unknown_models: reader.value(&UNKNOWN_MODELS, Admission::Accept),
            serial_numbers: reader.value(&SERIAL_NUMBERS, Vec::new()),
            switches: {
                let names = reader.value(&SWITCHES, vec![Switch(PolicySwitch::TpmRs1)]);
                names.into_iter().map(|it| it.0).collect()
            },
            vendor_roots: reader.value(&VENDOR_ROOTS, VendorRoots::Trust),
            roots_file: reader.optional(&ROOTS_FILE),
        };
        read.object_to_contradictions(reader);
        read
    }

    /// The first rule that only metadata can answer.
    pub(crate) fn rule_about_metadata(&self) -> Option<&'static Key> {
        if self.certification.is_some() {
            Some(&CERTIFICATION)
        } else {
            (self.unknown_models == Admission::Refuse).then_some(&UNKNOWN_MODELS)
        }
    }

    /// A rule about metadata that is switched off is one that nobody could pass.
    pub(super) fn object_without_metadata(&self, source: Source, reader: &mut Reader) {
        if let Some(key) = self.rule_about_metadata().filter(|_| source == Source::Off) {
            let path = key.path();
            let sentence = format!(
                "{path} needs metadata, but metadata.source is \"off\", so no passkey could be \
                 added. Set it to \"download\", \"file\" or \"stored\", or leave {path} out."
            );
            reader.object(key, sentence);
        }
    }

    /// Rules that nobody could pass are mistakes.
    fn object_to_contradictions(&self, reader: &mut Reader) {
        if self.synced == Admission::Refuse && self.device_bound == Admission::Refuse {
            let sentence = "authenticators.synced and authenticators.device_bound both refuse, so \
                            no passkey could be added. Accept one of them.";
            reader.object(&DEVICE_BOUND, sentence.to_owned());
        }
        let asked = self.attestation != AttestationConveyance::None;
        let demands: [(&'static Key, bool); 5] = [
            (&ALLOW_MODELS, !self.allow_models.is_empty()),
            (&CERTIFICATION, self.certification.is_some()),
            (&KEY_PROTECTION, self.key_protection == DemandedProtection::Hardware),
            (&UNKNOWN_MODELS, self.unknown_models == Admission::Refuse),
            (&SERIAL_NUMBERS, !self.serial_numbers.is_empty()),
        ];
        for (key, demanded) in demands {
            if demanded && !asked {
                let path = key.path();
                let sentence = format!(
                    "{path} needs proof, but authenticators.attestation is \"none\", so no \
                     passkey could be added. Set it to \"direct\", or leave {path} out."
                );
                reader.object(key, sentence);
            }
        }
        let enterprise = self.attestation == AttestationConveyance::Enterprise;
        if asked && !enterprise && !self.serial_numbers.is_empty() {
            let sentence = "authenticators.serial_numbers needs authenticators.attestation = \
                            \"enterprise\": other attestation has no serial numbers.";
            reader.object(&SERIAL_NUMBERS, sentence.to_owned());
        }
    }
}

/// Whether the built-in roots count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VendorRoots {
    Trust,
    Ignore,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    Required,
    Background,
    Sampled,
}

/// Implements [`Value`] for a type with a fixed set of values, each with its word.
macro_rules! words {
    ($type:ty { $($value:expr => $word:literal,)+ }) => {
        impl Value for $type {
            const SHAPE: Shape = Shape::Text;

            fn parse(text: &str) -> Option<Self> {
                match text {
                    $($word => Some($value),)+
                    _ => None,
                }
            }

            fn show(&self) -> String {
                let words = [$(($value, $word)),+];
                let word = words.into_iter().find(|(value, _)| value == self);
                word.map_or("", |(_, word)| word).to_owned()
            }
        }
    };
}

words! { AttestationConveyance {
    Self::None => "none",
    Self::Indirect => "indirect",
    Self::Direct => "direct",
    Self::Enterprise => "enterprise",
} }
words! { Moment {
    Self::Required => "required",
    Self::Background => "background",
    Self::Sampled => "sampled",
} }
words! { Admission {
    Self::Accept => "accept",
    Self::Refuse => "refuse",
} }
words! { DemandedProtection {
    Self::Any => "any",
    Self::Hardware => "hardware",
} }
words! { VendorRoots {
    Self::Trust => "trust",
    Self::Ignore => "ignore",
} }
words! { Certification {
    Self(None) => "any",
    Self(Some(CertificationLevel::Certified)) => "certified",
    Self(Some(CertificationLevel::L1)) => "L1",
    Self(Some(CertificationLevel::L1Plus)) => "L1plus",
    Self(Some(CertificationLevel::L2)) => "L2",
    Self(Some(CertificationLevel::L2Plus)) => "L2plus",
    Self(Some(CertificationLevel::L3)) => "L3",
    Self(Some(CertificationLevel::L3Plus)) => "L3plus",
} }

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Certification(Option<CertificationLevel>);

/// A share of a thousand.
struct Share(u16);

impl Value for Share {
    const SHAPE: Shape = Shape::Number;

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok().filter(|share| (1..=1000).contains(share)).map(Self)
    }

    fn show(&self) -> String {
        self.0.to_string()
    }
}

impl Entry for Aaguid {
    fn parse(text: &str) -> Option<Self> {
        text.parse::<keylane_mds::Aaguid>().ok().map(|it| Self(it.0))
    }
}

/// A serial number, written in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SerialNumber(pub(crate) Vec<u8>);

impl fmt::Display for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Entry for SerialNumber {
    fn parse(text: &str) -> Option<Self> {
        let digits: Option<Vec<u32>> = text.chars().map(|it| it.to_digit(16)).collect();
        let digits = digits.filter(|it| !it.is_empty() && it.len().is_multiple_of(2))?;
        let byte = |pair: &[u32]| u8::try_from(pair[0] * 16 + pair[1]).ok();
        digits.chunks(2).map(byte).collect::<Option<Vec<u8>>>().map(Self)
    }
}

/// A liberty of the verifier, by its name.
#[derive(Debug, Clone, Copy)]
struct Switch(PolicySwitch);

impl fmt::Display for Switch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code())
    }
}

impl Entry for Switch {
    fn parse(text: &str) -> Option<Self> {
        PolicySwitch::from_code(text).map(Self)
    }
}
