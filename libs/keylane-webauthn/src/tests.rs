//! Tests that look at the crate as a whole.

pub(crate) mod ceremonies;
mod codes;
mod external;
mod seeds;
mod truncation;
