//! Tests that are about the crate as a whole.

mod codes;
mod external;
mod seeds;
