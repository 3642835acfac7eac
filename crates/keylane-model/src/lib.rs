//! What Keylane talks about, without saying where it is kept or how it is reached.
//!
//! [`change::Change`] lists, in one closed enum, everything that can happen to the data. Whoever
//! has read it knows all that the server can do. The other modules are the nouns it uses.
//!
//! Nothing here does I/O, but for [`clock::SystemClock`] and [`entropy::SystemEntropy`], the two
//! places where the outside world's time and randomness come in.

pub mod audit;
pub mod change;
pub mod clock;
pub mod code;
pub mod credential;
pub mod email;
pub mod entropy;
pub mod id;
pub mod key;
pub mod metadata;
pub mod outbox;
pub mod session;
pub mod user;

pub use audit::{
    Actor, AuditAction, AuditEntry, AuditQuery, AuditSubject, Outcome, RequestContext,
};
pub use change::{Change, Commit, Committed, CredentialUpdate, LastPasskey, SpentCeremony};
pub use clock::{Clock, SystemClock};
pub use code::{CODE_ATTEMPTS_MAX, CodePurpose, OneTimeCode};
pub use credential::{Passkey, PasskeyNickname, PasskeyState};
pub use email::EmailAddress;
pub use entropy::{Entropy, SystemEntropy};
pub use id::{CodeId, KeyId, MailId, PasskeyId, SessionId, UserId};
pub use key::{KeyPurpose, StoredKey};
pub use keylane_webauthn::UnixMillis;
pub use metadata::{
    HoldAffected, MetadataHead, MetadataSnapshot, ModelProof, ModelStanding, PasskeyModel,
};
pub use outbox::{MailOutcome, OutboxMail};
pub use session::{Assurance, Delivery, Session, SessionEnd};
pub use user::{Role, User, UserStatus};
