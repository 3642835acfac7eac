#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| keylane_webauthn::fuzzing::key_description(bytes));
