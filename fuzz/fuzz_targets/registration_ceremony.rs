//! Right registrations of every kind, changed piece by piece: what is accepted was signed.

#![no_main]

use std::sync::LazyLock;

use keylane_webauthn::UnixMillis;
use keylane_webauthn::fuzzing::Registrations;

static REGISTRATIONS: LazyLock<Registrations> = LazyLock::new(|| {
    let answers = [
        include_str!("../ceremonies/registration/packed-self.json"),
        include_str!("../ceremonies/registration/packed.json"),
        include_str!("../ceremonies/registration/fido-u2f.json"),
        include_str!("../ceremonies/registration/apple.json"),
        include_str!("../ceremonies/registration/compound.json"),
        include_str!("../ceremonies/registration/tpm.json"),
        include_str!("../ceremonies/registration/android-key.json"),
        include_str!("../ceremonies/registration/safetynet.json"),
    ];
    // 2026-01-01, when they were right.
    let now = UnixMillis(1_767_225_600_000);
    Registrations::read(&answers, include_bytes!("../ceremonies/root.der"), now)
        .expect("right registrations")
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = REGISTRATIONS.check(bytes);
});
