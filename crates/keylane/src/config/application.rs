//! `[application]`: whose passkeys these are.

use keylane_webauthn::{Origin, RpId};

use super::key::{Entry, Key, Shape, Value};
use super::reader::Reader;
use super::server::PublicUrl;

pub(super) const KEYS: &[&Key] = &[&NAME, &RP_ID, &ORIGINS];

static NAME: Key = Key::open(
    "application",
    "name",
    "a text that is not empty",
    "What people see in the browser's dialog, on the pages and in mails.",
);
pub(crate) static RP_ID: Key = Key::open(
    "application",
    "rp_id",
    "a domain without scheme, port or path, such as \"example.org\"",
    "The domain that passkeys are bound to, for life: the host of the public URL or a parent \
     domain of it. Changing it makes every passkey useless, so Keylane refuses to start when the \
     stored passkeys have another one.",
)
.default_is("the host of `server.public_url`");
pub(crate) static ORIGINS: Key = Key::open(
    "application",
    "origins",
    "a list of origins such as [\"https://shop.example.org\", \"android:apk-key-hash:...\"]",
    "Other sites and apps that may sign people in through the API, besides the public URL.",
);

/// `[application]`.
#[derive(Debug, Clone)]
pub(crate) struct Application {
    pub(crate) name: String,
    /// `None` when it follows the public URL.
    rp_id: Option<RpId>,
    pub(crate) origins: Vec<Origin>,
}

impl Application {
    pub(super) fn read(reader: &mut Reader, public_url: &PublicUrl) -> Self {
        let name = reader.value(&NAME, "Keylane".to_owned());
        let host = public_url.host().parse::<RpId>().ok();
        let rp_id = match host {
            Some(host) => Some(reader.value(&RP_ID, host)),
            None => reader.optional(&RP_ID),
        };
        Self { name, rp_id, origins: reader.value(&ORIGINS, Vec::new()) }
    }

    /// The RP ID; `None` only beside a public URL that was refused already.
    pub(crate) fn rp_id(&self) -> Option<&RpId> {
        self.rp_id.as_ref()
    }
}

impl Value for RpId {
    const SHAPE: Shape = Shape::Text;

    fn parse(text: &str) -> Option<Self> {
        text.trim().parse().ok()
    }

    fn show(&self) -> String {
        self.as_str().to_owned()
    }
}

impl Entry for Origin {
    fn parse(text: &str) -> Option<Self> {
        text.strip_suffix('/').unwrap_or(text).parse().ok()
    }
}
