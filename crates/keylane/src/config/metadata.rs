//! `[metadata]`: what is known of authenticator models, and where it comes from.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use keylane_mds::RevocationPolicy;
use keylane_model::LastPasskey;
use keylane_outbound::MetadataUrl;
use keylane_service::{MetadataPolicy, RevokedModel, StaleMetadata};

use keylane_webauthn::UserVerification;

use super::duration;
use super::key::{Entry, Key, Shape, Value};
use super::policy::Policy;
use super::reader::Reader;

pub(super) const KEYS: &[&Key] = &[
    &SOURCE,
    &URL,
    &FILE,
    &INTERVAL,
    &TIMEOUT,
    &EXTRA_ROOTS_FILE,
    &CRL_FILES,
    &REVOCATION,
    &WHEN_STALE,
    &ON_REVOKED_MODEL,
    &LAST_PASSKEY,
];

/// Where the FIDO Alliance publishes its metadata.
const FIDO_ALLIANCE: &str = "https://mds3.fidoalliance.org/";
/// Shortest time between two downloads.
const INTERVAL_MIN: Duration = Duration::from_secs(5 * 60);
/// Longest time for one download.
const TIMEOUT_MAX: Duration = Duration::from_secs(10 * 60);

static SOURCE: Key = Key::open(
    "metadata",
    "source",
    "\"stored\", \"download\", \"file\" or \"off\"",
    "Where the metadata of authenticators (FIDO Metadata Service 3) comes from. `stored` uses what \
     `keylane metadata update` has stored, and asks nobody. `download` asks `metadata.url` in the \
     background; the metadata of the FIDO Alliance says that to retrieve it is to accept the terms \
     at https://fidoalliance.org/metadata/metadata-legal-terms/, so nothing is retrieved before \
     you set this. `file` reads `metadata.file`, again whenever it has changed. `off` uses none, \
     stored or not. Whatever goes wrong, the last good metadata stays in use.",
);
pub(crate) static URL: Key = Key::open(
    "metadata",
    "url",
    "an https URL without user and password",
    "Where metadata is downloaded from.",
);
pub(crate) static FILE: Key =
    Key::open("metadata", "file", "a file", "File with a metadata BLOB, for `source = \"file\"`.");
static INTERVAL: Key = Key::open(
    "metadata",
    "interval",
    duration::ALLOWED,
    "How often metadata is asked for, at least `5m`. When nothing has changed, that costs a few \
     hundred bytes. After a failure it is asked for again in a minute, then in two, four and so \
     on, up to six hours.",
);
static TIMEOUT: Key = Key::open(
    "metadata",
    "timeout",
    duration::ALLOWED,
    "How long one download may take, at most `10m`.",
);
static EXTRA_ROOTS_FILE: Key = Key::open(
    "metadata",
    "extra_roots_file",
    "a file that can be read",
    "PEM file with certificates that may vouch for metadata besides the roots of the FIDO \
     Alliance's own, which are built in: for metadata that you sign yourself.",
);
static CRL_FILES: Key = Key::open(
    "metadata",
    "crl_files",
    "a list of files",
    "Certificate revocation lists, DER or PEM, for the certificates that metadata is signed with; \
     of several lists of one issuer the newest goes first. They are read again each time, and \
     never fetched.",
);
static REVOCATION: Key = Key::open(
    "metadata",
    "revocation",
    "\"soft\" or \"hard\"",
    "What holds when a revocation list is missing or out of date. `soft` accepts the metadata; \
     `hard` refuses it, and the last good one stays.",
);
static WHEN_STALE: Key = Key::open(
    "metadata",
    "when_stale",
    "\"use\" or \"ignore\"",
    "What becomes of metadata past its next update. `use` goes on with it: that a model was \
     revoked stays true. `ignore` is as if there were none, until there is newer.",
);
static ON_REVOKED_MODEL: Key = Key::open(
    "metadata",
    "on_revoked_model",
    "\"record\", \"step-up\" or \"hold\"",
    "What becomes of a passkey when the model of its authenticator, proved by attestation, is \
     revoked or compromised. `record` notes it in the audit log, then and with each sign-in. \
     `step-up` besides refuses sign-ins in which the authenticator did not verify the person, and \
     marks the others: their sessions have the assurance `doubtful-passkey`, also in access tokens \
     (`acr`). `hold` sets the passkey aside until `keylane credential release`.",
);
static LAST_PASSKEY: Key = Key::open(
    "metadata",
    "last_passkey",
    "\"keep\" or \"hold\"",
    "Whether `on_revoked_model = \"hold\"` holds a passkey even when its owner has no other that \
     signs in. After that, only an operator can let the person in.",
);

/// `[metadata]`.
#[derive(Debug, Clone)]
pub(crate) struct Metadata {
    pub(crate) source: Source,
    pub(crate) url: SourceUrl,
    pub(crate) file: Option<PathBuf>,
    pub(crate) interval: Duration,
    pub(crate) timeout: Duration,
    pub(crate) extra_roots_file: Option<PathBuf>,
    pub(crate) crl_files: Vec<FilePath>,
    pub(crate) revocation: RevocationPolicy,
    pub(crate) policy: MetadataPolicy,
}

/// Where metadata comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Stored,
    Download,
    File,
    Off,
}

impl Metadata {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let policy = MetadataPolicy::default();
        let metadata = Self {
            source: reader.value(&SOURCE, Source::Stored),
            url: reader.value(&URL, SourceUrl(FIDO_ALLIANCE.to_owned())),
            file: reader.optional(&FILE),
            interval: reader.value(&INTERVAL, Duration::from_secs(24 * 60 * 60)),
            timeout: reader.value(&TIMEOUT, Duration::from_secs(2 * 60)),
            extra_roots_file: reader.optional(&EXTRA_ROOTS_FILE),
            crl_files: reader.value(&CRL_FILES, Vec::new()),
            revocation: reader.value(&REVOCATION, RevocationPolicy::Soft),
            policy: MetadataPolicy {
                when_stale: reader.value(&WHEN_STALE, policy.when_stale),
                on_revoked_model: reader.value(&ON_REVOKED_MODEL, policy.on_revoked_model),
                last_passkey: reader.value(&LAST_PASSKEY, policy.last_passkey),
            },
        };
        metadata.examine(reader);
        metadata
    }

    /// What cannot go together with another section.
    pub(super) fn compare(&self, policy: &Policy, reader: &mut Reader) {
        if self.policy.on_revoked_model == RevokedModel::StepUp
            && policy.user_verification == UserVerification::Discouraged
        {
            let sentence = "metadata.on_revoked_model is \"step-up\", which refuses sign-ins \
                            without user verification, but policy.user_verification asks \
                            browsers to leave it out: set that to \"preferred\".";
            reader.object(&ON_REVOKED_MODEL, sentence.to_owned());
        }
    }

    fn examine(&self, reader: &mut Reader) {
        if self.interval < INTERVAL_MIN {
            let sentence = "metadata.interval is shorter than 5m: make it longer, best 24h.";
            reader.object(&INTERVAL, sentence.to_owned());
        }
        if self.timeout > TIMEOUT_MAX {
            let sentence = "metadata.timeout is longer than 10m: make it shorter.";
            reader.object(&TIMEOUT, sentence.to_owned());
        }
        if self.source == Source::File && self.file.is_none() {
            let sentence = "metadata.source is \"file\", but metadata.file names none: set it.";
            reader.object(&SOURCE, sentence.to_owned());
        }
    }
}

impl Value for Source {
    const SHAPE: Shape = Shape::Text;

    fn parse(text: &str) -> Option<Self> {
        [Self::Stored, Self::Download, Self::File, Self::Off]
            .into_iter()
            .find(|it| it.show() == text)
    }

    fn show(&self) -> String {
        let name = match self {
            Self::Stored => "stored",
            Self::Download => "download",
            Self::File => "file",
            Self::Off => "off",
        };
        name.to_owned()
    }
}

impl Value for RevocationPolicy {
    const SHAPE: Shape = Shape::Text;

    fn parse(text: &str) -> Option<Self> {
        [Self::Soft, Self::Hard].into_iter().find(|it| it.show() == text)
    }

    fn show(&self) -> String {
        let name = match self {
            Self::Soft => "soft",
            Self::Hard => "hard",
        };
        name.to_owned()
    }
}

impl Value for StaleMetadata {
    const SHAPE: Shape = Shape::Text;

    fn parse(text: &str) -> Option<Self> {
        [Self::Use, Self::Ignore].into_iter().find(|it| it.show() == text)
    }

    fn show(&self) -> String {
        let name = match self {
            Self::Use => "use",
            Self::Ignore => "ignore",
        };
        name.to_owned()
    }
}

impl Value for RevokedModel {
    const SHAPE: Shape = Shape::Text;

    fn parse(text: &str) -> Option<Self> {
        [Self::Record, Self::StepUp, Self::Hold].into_iter().find(|it| it.show() == text)
    }

    fn show(&self) -> String {
        let name = match self {
            Self::Record => "record",
            Self::StepUp => "step-up",
            Self::Hold => "hold",
        };
        name.to_owned()
    }
}

impl Value for LastPasskey {
    const SHAPE: Shape = Shape::Text;

    fn parse(text: &str) -> Option<Self> {
        [Self::Keep, Self::Remove].into_iter().find(|it| it.show() == text)
    }

    fn show(&self) -> String {
        let name = match self {
            Self::Keep => "keep",
            Self::Remove => "hold",
        };
        name.to_owned()
    }
}

/// A URL that [`MetadataUrl`] takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceUrl(pub(crate) String);

impl Value for SourceUrl {
    const SHAPE: Shape = Shape::Text;

    fn parse(text: &str) -> Option<Self> {
        text.parse::<MetadataUrl>().ok().map(|_| Self(text.to_owned()))
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

/// A file in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FilePath(pub(crate) PathBuf);

impl Entry for FilePath {
    fn parse(text: &str) -> Option<Self> {
        PathBuf::parse(text).map(Self)
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(f)
    }
}
