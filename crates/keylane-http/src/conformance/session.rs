//! Sessions: which ceremonies wait for an answer, by browser.

use std::collections::{HashMap, VecDeque};
use std::fmt;

use super::authentication::PendingAssertion;
use super::registration::PendingAttestation;

/// Bytes of a session's id.
pub(super) const ID_BYTES: usize = 32;
/// Most sessions; the oldest makes room for the next.
const SESSIONS_MAX: usize = 10_000;

/// The id of a session: a random number, and all that a browser needs to be it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct SessionId([u8; ID_BYTES]);

impl SessionId {
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<[u8; ID_BYTES]> for SessionId {
    fn from(bytes: [u8; ID_BYTES]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(..)")
    }
}

/// At most one ceremony of each kind.
#[derive(Debug, Default)]
pub(super) struct Session {
    pub(super) registration: Option<PendingAttestation>,
    pub(super) authentication: Option<PendingAssertion>,
}

/// The sessions, in the order in which they were opened.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    by_id: HashMap<SessionId, Session>,
    order: VecDeque<SessionId>,
}

impl Sessions {
    /// The named session, or a new one under `fresh` when there is none by that name: a client
    /// does not choose its id.
    pub(super) fn find_or_open(
        &mut self,
        named: Option<SessionId>,
        fresh: SessionId,
    ) -> (SessionId, &mut Session) {
        let id = named.filter(|id| self.by_id.contains_key(id)).unwrap_or_else(|| {
            self.make_room();
            self.order.push_back(fresh);
            fresh
        });
        (id, self.by_id.entry(id).or_default())
    }

    /// Takes the registration that waits for an answer.
    pub(super) fn take_registration(&mut self, id: &SessionId) -> Option<PendingAttestation> {
        self.by_id.get_mut(id)?.registration.take()
    }

    /// Takes the authentication that waits for an answer.
    pub(super) fn take_authentication(&mut self, id: &SessionId) -> Option<PendingAssertion> {
        self.by_id.get_mut(id)?.authentication.take()
    }

    fn make_room(&mut self) {
        while self.order.len() >= SESSIONS_MAX {
            let Some(oldest) = self.order.pop_front() else { break };
            self.by_id.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn session_is_found_again() {
        let mut sessions = Sessions::default();
        let (first, _) = sessions.find_or_open(None, id(1));
        let (again, _) = sessions.find_or_open(Some(first), id(2));
        assert_eq!((first, again), (id(1), id(1)));
    }

    #[test]
    fn id_that_the_client_made_up_is_not_taken() {
        let mut sessions = Sessions::default();
        let (opened, _) = sessions.find_or_open(Some(id(9)), id(1));
        assert_eq!(opened, id(1));
    }

    #[test]
    fn oldest_session_makes_room() {
        let mut sessions = Sessions::default();
        let count = u32::try_from(SESSIONS_MAX).unwrap();
        for number in 0..=count {
            sessions.find_or_open(None, id(number));
        }
        assert_eq!(sessions.by_id.len(), SESSIONS_MAX);
        assert!(!sessions.by_id.contains_key(&id(0)));
        assert!(sessions.by_id.contains_key(&id(count)));
    }

    fn id(number: u32) -> SessionId {
        let mut bytes = [0; ID_BYTES];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        SessionId(bytes)
    }
}
