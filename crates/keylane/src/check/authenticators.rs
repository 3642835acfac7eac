//! The rules about authenticators: whether the roots can be read.

use crate::config::Config;
use crate::finding::Finding;
use crate::wiring;

/// What would keep the server from starting.
pub(super) fn examine(config: &Config) -> Option<Finding> {
    let failure = wiring::service_config(config).err()?;
    Some(Finding::fail("authenticators", failure.sentence()))
}
