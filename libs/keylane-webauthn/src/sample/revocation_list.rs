//! Revocation lists that pass, for tests to break.

use super::Signer;
use super::certificate::{self, COMMON_NAME, Extension, algorithm_identifier, name};
use super::der::{context, enumerated, integer, sequence, time, tlv};

pub(crate) const CRL_NUMBER: &str = "2.5.29.20";
pub(crate) const CRL_REASON: &str = "2.5.29.21";
pub(crate) const DELTA_CRL_INDICATOR: &str = "2.5.29.27";
pub(crate) const ISSUING_DISTRIBUTION_POINT: &str = "2.5.29.28";
pub(crate) const CERTIFICATE_ISSUER: &str = "2.5.29.29";

/// A list, field by field.
#[derive(Clone)]
pub(crate) struct Builder {
    pub(crate) version: u64,
    /// An encoded name.
    pub(crate) issuer: Vec<u8>,
    pub(crate) this_update: &'static str,
    pub(crate) next_update: Option<&'static str>,
    /// Contents of the INTEGERs, each with its extensions.
    pub(crate) entries: Vec<(Vec<u8>, Vec<Extension>)>,
    pub(crate) extensions: Vec<Extension>,
}

impl Builder {
    /// A list of the authority with this name, current at [`NOW`](certificate::NOW), in which
    /// nothing is revoked.
    pub(crate) fn new(common_name: &str) -> Self {
        Self {
            version: 2,
            issuer: name(&[(COMMON_NAME, common_name)]),
            this_update: "251201000000Z",
            next_update: Some("260201000000Z"),
            entries: Vec::new(),
            extensions: vec![(CRL_NUMBER.to_owned(), false, integer(1))],
        }
    }

    /// Adds a serial number, with a reason.
    pub(crate) fn revoke(mut self, serial: &[u8], reason: u8) -> Self {
        let reason = (CRL_REASON.to_owned(), false, enumerated(reason));
        self.entries.push((serial.to_vec(), vec![reason]));
        self
    }

    /// The list in DER, signed by its issuer.
    pub(crate) fn sign_with(&self, issuer: &Signer) -> Vec<u8> {
        let algorithm = algorithm_identifier(issuer);
        let mut fields = Vec::new();
        if self.version != 1 {
            fields.push(integer(self.version - 1));
        }
        fields.push(algorithm.clone());
        fields.push(self.issuer.clone());
        fields.push(time(self.this_update));
        fields.extend(self.next_update.map(time));
        if !self.entries.is_empty() {
            fields.push(sequence(&self.entries.iter().map(entry).collect::<Vec<_>>()));
        }
        if !self.extensions.is_empty() {
            fields.push(context(0, &extensions(&self.extensions)));
        }
        certificate::sign(&sequence(&fields), &algorithm, issuer)
    }
}

fn entry((serial, reasons): &(Vec<u8>, Vec<Extension>)) -> Vec<u8> {
    let reasons = if reasons.is_empty() { Vec::new() } else { extensions(reasons) };
    sequence(&[tlv(0x02, serial), time("251201000000Z"), reasons])
}

fn extensions(extensions: &[Extension]) -> Vec<u8> {
    sequence(&extensions.iter().map(certificate::extension).collect::<Vec<_>>())
}
