//! Right assertions by keys of every kind, changed piece by piece: what is accepted was signed.

#![no_main]

use std::sync::LazyLock;

use keylane_webauthn::fuzzing::Authentications;

macro_rules! ceremony {
    ($name:literal) => {
        (
            include_str!(concat!("../ceremonies/authentication/", $name, ".json")),
            include_str!(concat!("../ceremonies/authentication/", $name, ".key")),
        )
    };
}

static AUTHENTICATIONS: LazyLock<Authentications> = LazyLock::new(|| {
    let answers =
        [ceremony!("es256"), ceremony!("eddsa"), ceremony!("rs256"), ceremony!("ml-dsa-44")];
    Authentications::read(&answers).expect("right assertions")
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = AUTHENTICATIONS.check(bytes);
});
