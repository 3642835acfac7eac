//! `[policy]`: what a sign-in must be like.

use keylane_service::FallingCounter;
use keylane_webauthn::UserVerification;

use super::key::{Key, Shape, Value};
use super::reader::Reader;

pub(super) const KEYS: &[&Key] = &[&USER_VERIFICATION, &FALLING_COUNTER];

static USER_VERIFICATION: Key = Key::open(
    "policy",
    "user_verification",
    "\"preferred\", \"required\" or \"discouraged\"",
    "Whether the authenticator must verify the person (PIN, fingerprint, face). `required` \
     refuses answers without it; `preferred` asks for it and takes what comes.",
);
static FALLING_COUNTER: Key = Key::open(
    "policy",
    "falling_counter",
    "\"record\" or \"hold\"",
    "What happens when the counter of a device-bound passkey falls, which may mean that it was \
     copied. `record` notes it in the audit log; `hold` refuses the sign-in and sets the passkey \
     aside until `keylane credential release`.",
);

/// `[policy]`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    pub(crate) user_verification: UserVerification,
    pub(crate) falling_counter: FallingCounter,
}

impl Policy {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            user_verification: reader.value(&USER_VERIFICATION, UserVerification::Preferred),
            falling_counter: reader.value(&FALLING_COUNTER, FallingCounter::Record),
        }
    }
}

impl Value for UserVerification {
    const SHAPE: Shape = Shape::Text;

    fn parse(text: &str) -> Option<Self> {
        [Self::Required, Self::Preferred, Self::Discouraged]
            .into_iter()
            .find(|it| it.show() == text)
    }

    fn show(&self) -> String {
        let name = match self {
            Self::Required => "required",
            Self::Preferred => "preferred",
            Self::Discouraged => "discouraged",
        };
        name.to_owned()
    }
}

impl Value for FallingCounter {
    const SHAPE: Shape = Shape::Text;

    fn parse(text: &str) -> Option<Self> {
        [Self::Record, Self::Hold].into_iter().find(|it| it.show() == text)
    }

    fn show(&self) -> String {
        let name = match self {
            Self::Record => "record",
            Self::Hold => "hold",
        };
        name.to_owned()
    }
}
