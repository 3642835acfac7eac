//! Where a request comes from, and who is signed in there.

use keylane_model::{Delivery, RequestContext, Session, User};
use keylane_webauthn::Origin;

/// Where a ceremony takes place.
#[derive(Debug, Clone)]
pub struct Place {
    /// The page's origin. A ceremony begun at one origin is finished at the same, or not at all.
    pub origin: Origin,
    /// How the session's token will travel: by cookie on Keylane's own pages, as tokens elsewhere.
    pub delivery: Delivery,
    /// What ties the ceremony to this browser; present on Keylane's own pages.
    pub binding: Option<Binding>,
    /// For the audit entry.
    pub request: RequestContext,
}

/// The value of the pre-session cookie: 16 random bytes. A ceremony begun with one is finished
/// with the same, so nobody can make a stranger's browser finish a ceremony begun elsewhere.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Binding(pub [u8; 16]);

impl std::fmt::Debug for Binding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Binding(…)")
    }
}

/// Who is signed in: made only from a token that the service has checked.
#[derive(Debug, Clone)]
pub struct Current {
    pub(crate) session: Session,
    pub(crate) user: User,
}

impl Current {
    /// The session.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The person.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.user
    }
}
