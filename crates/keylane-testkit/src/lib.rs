//! A Keylane in the test process.
