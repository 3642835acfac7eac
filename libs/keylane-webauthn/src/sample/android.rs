//! Key descriptions as Android's keystore writes them, field by field.

#![allow(dead_code, reason = "the tests of each format use what they need")]

use super::der::{boolean, context, enumerated, integer, octet_string, sequence, set};

pub(crate) const KEY_DESCRIPTION: &str = "1.3.6.1.4.1.11129.2.1.17";

/// A `KeyDescription`. The levels are whole elements, and so are the fields of the lists.
#[derive(Clone)]
pub(crate) struct DescriptionParts {
    pub(crate) version: Vec<u8>,
    pub(crate) attestation_level: Vec<u8>,
    pub(crate) keystore_level: Vec<u8>,
    pub(crate) challenge: Vec<u8>,
    pub(crate) software: Vec<Vec<u8>>,
    pub(crate) hardware: Vec<Vec<u8>>,
    pub(crate) trailing: Vec<u8>,
}

impl DescriptionParts {
    /// The description of a key in a trusted environment, with the fields of a real one.
    pub(crate) fn new(challenge: &[u8]) -> Self {
        Self {
            version: integer(300),
            attestation_level: enumerated(1),
            keystore_level: enumerated(1),
            challenge: challenge.to_vec(),
            software: vec![
                context(701, &integer(1_767_225_600_000)),
                context(709, &octet_string(b"application")),
            ],
            hardware: vec![
                purposes(&[2]),
                context(2, &integer(3)),
                context(3, &integer(256)),
                context(5, &set(&[integer(4)])),
                context(10, &integer(1)),
                origin(0),
                context(704, &root_of_trust()),
                context(705, &integer(150_000)),
                context(719, &integer(20_260_101)),
            ],
            trailing: Vec::new(),
        }
    }

    /// A description whose lists say nothing.
    pub(crate) fn empty(challenge: &[u8]) -> Self {
        Self { software: Vec::new(), hardware: Vec::new(), ..Self::new(challenge) }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        sequence(&[
            self.version.clone(),
            self.attestation_level.clone(),
            integer(300),
            self.keystore_level.clone(),
            octet_string(&self.challenge),
            octet_string(&[]),
            sequence(&self.software),
            sequence(&self.hardware),
            self.trailing.clone(),
        ])
    }
}

pub(crate) fn purposes(purposes: &[u64]) -> Vec<u8> {
    context(1, &set(&purposes.iter().map(|it| integer(*it)).collect::<Vec<_>>()))
}

pub(crate) fn origin(origin: u64) -> Vec<u8> {
    context(702, &integer(origin))
}

fn root_of_trust() -> Vec<u8> {
    let parts = [octet_string(&[7; 32]), boolean(true), enumerated(0), octet_string(&[8; 32])];
    sequence(&parts)
}
