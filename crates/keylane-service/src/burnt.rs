//! Ceremonies that this node has refused.
//!
//! A successful ceremony is spent in the store. A refused one writes nothing there, or a flood of
//! refusals would be a flood of writes; it is remembered here instead, so that nobody gets a
//! second try with the same challenge on this node.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use keylane_webauthn::UnixMillis;

/// Most ceremonies remembered: 3 MB. Beyond that the oldest are forgotten first, and those are the
/// closest to expiry.
const BURNT_MAX: usize = 65_536;

/// The ids of refused ceremonies, until they expire.
#[derive(Debug, Default)]
pub(crate) struct Burnt {
    /// Ordered by time of expiry.
    ids: Mutex<BTreeSet<(UnixMillis, [u8; 16])>>,
}

impl Burnt {
    /// Remembers a refused ceremony.
    pub(crate) fn burn(&self, id: [u8; 16], expires_at: UnixMillis, now: UnixMillis) {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        while ids.first().is_some_and(|(expiry, _)| *expiry < now) || ids.len() >= BURNT_MAX {
            ids.pop_first();
        }
        ids.insert((expires_at, id));
    }

    /// Whether this ceremony was refused here.
    pub(crate) fn contains(&self, id: [u8; 16], expires_at: UnixMillis) -> bool {
        let ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        ids.contains(&(expires_at, id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_ceremony_is_remembered_until_it_expires() {
        let burnt = Burnt::default();
        burnt.burn([1; 16], UnixMillis(100), UnixMillis(0));
        assert!(burnt.contains([1; 16], UnixMillis(100)));

        burnt.burn([2; 16], UnixMillis(300), UnixMillis(101));
        assert!(!burnt.contains([1; 16], UnixMillis(100)));
        assert!(burnt.contains([2; 16], UnixMillis(300)));
    }

    #[test]
    fn memory_stays_bounded_under_a_flood() {
        let burnt = Burnt::default();
        for n in 0..=u64::try_from(BURNT_MAX).unwrap() {
            let mut id = [0; 16];
            id[..8].copy_from_slice(&n.to_be_bytes());
            burnt.burn(id, UnixMillis(1_000 + n), UnixMillis(0));
        }
        assert_eq!(burnt.ids.lock().unwrap().len(), BURNT_MAX);
        assert!(!burnt.contains([0; 16], UnixMillis(1_000)), "the oldest goes first");
    }
}
