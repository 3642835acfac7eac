//! Subjects that verify registrations with attestation.

use std::hint::black_box;

use anyhow::anyhow;
use aws_lc_rs::signature::ParsedPublicKey;
use webauthn_rs_core::WebauthnCore;
use webauthn_rs_core::proto::AttestationCaList;
use webauthn_rs_proto::RegisterPublicKeyCredential;

use super::{Named, Register, Subject, name, step};
use crate::attested::{Attested, Case, Check, Signer};
use crate::material;

/// The subjects that verify one kind of statement, the yardstick first.
pub(crate) fn subjects(attested: &Attested) -> anyhow::Result<Vec<Named>> {
    let registrations = attested.cases.iter().map(|it| it.registration.clone()).collect();
    let mut subjects = vec![
        Named::new(name::BARE_SUM, BareSum::new(attested, KeyParsing::Before)?),
        Named::new(name::BARE_SUM_UNPARSED, BareSum::new(attested, KeyParsing::Measured)?),
        Named::new(name::REGISTER, Register::new(registrations, attested.policy()?)?),
    ];
    if attested.peer_refusal.is_none() {
        subjects.push(Named::new(name::PEER, Peer::new(attested)?));
    }
    Ok(subjects)
}

/// When the keys of certificates in the response are parsed. Those of anchors and credentials lie
/// ready in both cases.
#[derive(Clone, Copy, PartialEq, Eq)]
enum KeyParsing {
    Before,
    Measured,
}

/// Every signature from the statement up to the anchor, and nothing else.
struct BareSum {
    cases: Vec<Vec<(Option<ParsedPublicKey>, Check)>>,
    at: usize,
}

impl BareSum {
    fn new(attested: &Attested, parsing: KeyParsing) -> anyhow::Result<Self> {
        let ready = |check: &Check| {
            let lies_ready = parsing == KeyParsing::Before || check.signer != Signer::Certificate;
            let key = if lies_ready { Some(parse(check)?) } else { None };
            Ok((key, check.clone()))
        };
        let case = |case: &Case| case.checks.iter().map(ready).collect::<anyhow::Result<_>>();
        Ok(Self { cases: attested.cases.iter().map(case).collect::<anyhow::Result<_>>()?, at: 0 })
    }
}

fn parse(check: &Check) -> anyhow::Result<ParsedPublicKey> {
    ParsedPublicKey::new(check.scheme.verification(), black_box(&check.key))
        .map_err(|_| anyhow!("a key is refused"))
}

impl Subject for BareSum {
    fn run(&mut self, count: usize) {
        for _ in 0..count {
            for (ready, check) in &self.cases[step(&mut self.at, self.cases.len())] {
                let verify = |key: &ParsedPublicKey| {
                    key.verify_sig(black_box(&check.message), black_box(&check.signature)).is_ok()
                };
                let verified = match ready {
                    Some(key) => verify(key),
                    None => parse(check).is_ok_and(|key| verify(&key)),
                };
                assert!(verified, "a signature does not verify");
            }
        }
    }
}

/// `serde_json::from_str` and `WebauthnCore::register_credential`.
struct Peer {
    core: WebauthnCore,
    anchors: Option<AttestationCaList>,
    cases: Vec<Case>,
    at: usize,
}

impl Peer {
    fn new(attested: &Attested) -> anyhow::Result<Self> {
        Ok(Self {
            core: material::peer()?,
            anchors: attested.peer_anchors()?,
            cases: attested.cases.clone(),
            at: 0,
        })
    }
}

impl Subject for Peer {
    fn run(&mut self, count: usize) {
        for _ in 0..count {
            let it = &self.cases[step(&mut self.at, self.cases.len())];
            let response: Option<RegisterPublicKeyCredential> =
                serde_json::from_str(black_box(&it.registration.json)).ok();
            let outcome = response.and_then(|response| {
                self.core.register_credential(&response, &it.peer, self.anchors.as_ref()).ok()
            });
            assert!(black_box(&outcome).is_some(), "the peer refuses");
        }
    }
}
