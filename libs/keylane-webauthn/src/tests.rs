//! Tests that look at the crate as a whole.

mod codes;
mod external;
mod seeds;
