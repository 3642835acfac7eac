//! The handle, as requests carry it.

use keylane_model::EmailAddress;

use crate::problem::{INVALID_REQUEST, Problem};

/// Reads a handle, or says which member is at fault.
pub(crate) fn handle_of(text: &str) -> Result<EmailAddress, Problem> {
    text.parse()
        .map_err(|_| Problem::with_detail(INVALID_REQUEST, "`handle`: not a valid e-mail address."))
}
