//! A metadata BLOB: through the whole verification, and its payload and statements beyond it.

#![no_main]

use std::sync::LazyLock;

use keylane_mds::Anchors;

static ANCHORS: LazyLock<Anchors> = LazyLock::new(Anchors::global_sign);

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| keylane_mds::fuzzing::blob(bytes, &ANCHORS));
