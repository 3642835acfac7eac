use crate::attestation::tests::{HASH, judge_bytes};
use crate::sample::certificate::{self, Builder, NOW};
use crate::sample::{AT, DataParts, Signer, UP, array, bytes, int, map, text};
use crate::x509::der::Reader;
use crate::{
    AttestationFormat, AttestationKind, AttestationPolicy, CoseAlgorithm, PolicySwitch,
    TrustAnchor, TrustAnchors,
};

const CREDENTIAL_ID_AT: usize = 37 + 16 + 2;

#[test]
fn a_statement_under_a_trusted_certificate_is_accepted() {
    check(|_| {}, Ok(&[]));
}

#[test]
fn a_statement_without_its_members_is_refused() {
    let (certificate, signature) = (bytes(&[0x30, 0]), bytes(&[0x30, 0]));
    let x5c = || (text("x5c"), array(std::slice::from_ref(&certificate)));
    let sig = || (text("sig"), signature.clone());
    for statement in [
        int(0),
        array(&[]),
        map(&[]),
        map(&[sig()]),
        map(&[x5c()]),
        map(&[sig(), x5c(), (text("alg"), int(-7))]),
        map(&[sig(), (text("x5c"), array(&[]))]),
        map(&[sig(), (text("x5c"), certificate.clone())]),
        map(&[sig(), (text("x5c"), array(&[text("certificate")]))]),
        map(&[sig(), (text("x5c"), array(&vec![certificate.clone(); 11]))]),
        map(&[(text("sig"), text("signature")), x5c()]),
        map(&[(text("signature"), signature.clone()), x5c()]),
    ] {
        let instead = |case: &mut Case| case.statement = Some(statement);
        check(instead, Err("attestation_statement_malformed"));
    }
    let no_certificate = map(&[sig(), x5c()]);
    check(|case| case.statement = Some(no_certificate), Err("certificate_malformed"));
}

#[test]
fn a_second_certificate_is_refused() {
    let second = |case: &mut Case| {
        let root = certificate::root(&case.root_key).sign_with(&case.root_key);
        case.more_certificates.push(root);
    };
    check(second, Err("fido_u2f_certificate_count"));
}

#[test]
fn a_certificate_for_a_key_off_p256_is_refused() {
    for algorithm in [CoseAlgorithm::Es384, CoseAlgorithm::Es256K, CoseAlgorithm::Rs256] {
        let other = |case: &mut Case| {
            case.key = Signer::new(algorithm);
            case.certificate = case.certificate.clone().key(&case.key);
        };
        check(other, Err("fido_u2f_certificate_key"));
    }
}

#[test]
fn a_credential_that_is_not_of_es256_is_refused() {
    use CoseAlgorithm as A;
    for algorithm in [A::Es384, A::Es256K, A::Esp256, A::EdDsa, A::Rs256] {
        let other = |case: &mut Case| {
            case.signed_cose = Some(case.data.cose.clone());
            case.data.cose = Signer::new(algorithm).cose();
        };
        check(other, Err("fido_u2f_credential_key"));
    }
}

#[test]
fn a_signature_over_another_registration_is_refused() {
    // The RP ID, the credential id and the key; the flags and the counter are not covered.
    for place in [0, 31, CREDENTIAL_ID_AT, CREDENTIAL_ID_AT + 15] {
        check(|case| case.flip_after = Some(place), Err("attestation_signature_invalid"));
    }
    let other_client_data = |case: &mut Case| case.client_data_hash = [0x12; 32];
    check(other_client_data, Err("attestation_signature_invalid"));
    let other_credential_key = |case: &mut Case| {
        case.signed_cose = Some(Signer::new(CoseAlgorithm::Es256).cose());
    };
    check(other_credential_key, Err("attestation_signature_invalid"));
}

#[test]
fn a_signature_by_another_key_is_refused() {
    let other = |case: &mut Case| case.key = Signer::new(CoseAlgorithm::Es256);
    check(other, Err("attestation_signature_invalid"));
}

#[test]
fn a_signature_with_bytes_after_it_is_refused() {
    check(|case| case.after_signature = vec![0], Err("attestation_signature_invalid"));
}

/// What other formats sign is not what this one signs.
#[test]
fn a_signature_over_the_authenticator_data_is_refused() {
    check(|case| case.signs_whole_data = true, Err("attestation_signature_invalid"));
}

#[test]
fn an_aaguid_needs_a_switch_that_is_then_recorded() {
    check(|case| case.data.aaguid[15] = 1, Err("fido_u2f_aaguid_not_zero"));
    let allowed = |case: &mut Case| {
        case.data.aaguid[15] = 1;
        case.switches = vec![PolicySwitch::FidoU2fNonzeroAaguid];
    };
    check(allowed, Ok(&[PolicySwitch::FidoU2fNonzeroAaguid]));
    check(|case| case.switches = vec![PolicySwitch::FidoU2fNonzeroAaguid], Ok(&[]));
}

#[test]
fn a_certificate_that_nobody_trusted_has_issued_is_refused() {
    let own_root = |case: &mut Case| case.root_key = Signer::new(CoseAlgorithm::Es256);
    check(own_root, Err("attestation_untrusted"));
    let expired = |case: &mut Case| {
        case.certificate = case.certificate.clone().validity("200101000000Z", "250101000000Z");
    };
    check(expired, Err("certificate_not_valid_now"));
}

/// Yubico issued some whose signature claims to have unused bits.
#[test]
fn a_certificate_with_a_wrong_count_of_unused_bits_is_accepted() {
    check(|case| case.unused_bits = 2, Ok(&[]));
    check(|case| case.unused_bits = 8, Err("certificate_malformed"));
}

struct Case {
    root_key: Signer,
    key: Signer,
    certificate: Builder,
    /// In the signature of the certificate.
    unused_bits: u8,
    more_certificates: Vec<Vec<u8>>,
    data: DataParts,
    /// Another key than the credential's to sign over.
    signed_cose: Option<Vec<u8>>,
    signs_whole_data: bool,
    client_data_hash: [u8; 32],
    after_signature: Vec<u8>,
    /// The byte of the authenticator data that changes after it was signed.
    flip_after: Option<usize>,
    /// Instead of everything above.
    statement: Option<Vec<u8>>,
    switches: Vec<PolicySwitch>,
}

impl Case {
    fn message(&self) -> Vec<u8> {
        let data = self.data.to_bytes();
        if self.signs_whole_data {
            return [data.as_slice(), &self.client_data_hash].concat();
        }
        let cose = self.signed_cose.as_ref().unwrap_or(&self.data.cose);
        // … 21 58 20 <x> 22 58 20 <y>
        let (x, y) = (&cose[cose.len() - 67..][..32], &cose[cose.len() - 32..]);
        let id = &self.data.credential_id;
        [&[0], &data[..32], &self.client_data_hash, id, &[4], x, y].concat()
    }

    fn statement(&self) -> Vec<u8> {
        let mut leaf = self.certificate.sign_with(&self.root_key);
        let at = leaf.len() - signature_bits(&leaf).len();
        leaf[at] = self.unused_bits;
        let more = self.more_certificates.iter().map(|it| bytes(it));
        let x5c: Vec<_> = std::iter::once(bytes(&leaf)).chain(more).collect();
        let signature = [self.key.sign(&self.message()), self.after_signature.clone()].concat();
        map(&[(text("sig"), bytes(&signature)), (text("x5c"), array(&x5c))])
    }
}

/// The content of the BIT STRING at the end of a certificate.
fn signature_bits(certificate: &[u8]) -> &[u8] {
    let mut parts = Reader::new(certificate).sequence().unwrap();
    parts.any().unwrap();
    parts.any().unwrap();
    parts.any().unwrap().value
}

/// Breaks one thing of a statement that passes, and compares the switches that it took or the code
/// of its refusal.
#[track_caller]
fn check(break_one_thing: impl FnOnce(&mut Case), expected: Result<&[PolicySwitch], &str>) {
    let (root_key, key) = (Signer::new(CoseAlgorithm::Es256), Signer::new(CoseAlgorithm::Es256));
    let root = certificate::root(&root_key).sign_with(&root_key);
    let cose = Signer::new(CoseAlgorithm::Es256).cose();
    let mut case = Case {
        certificate: Builder::new(&key),
        root_key,
        key,
        unused_bits: 0,
        more_certificates: Vec::new(),
        data: DataParts { aaguid: [0; 16], ..DataParts::new(UP | AT, cose) },
        signed_cose: None,
        signs_whole_data: false,
        client_data_hash: HASH,
        after_signature: Vec::new(),
        flip_after: None,
        statement: None,
        switches: Vec::new(),
    };
    break_one_thing(&mut case);
    let statement = case.statement.clone().unwrap_or_else(|| case.statement());
    let mut data = case.data.to_bytes();
    if let Some(place) = case.flip_after {
        data[place] ^= 1;
    }
    let anchors = TrustAnchors::from_iter([TrustAnchor::from_der(&root).unwrap()]);
    let format = AttestationFormat::FidoU2f;
    let policy = AttestationPolicy::required(vec![format.clone()], anchors)
        .with_switches(case.switches.clone());
    let outcome = judge_bytes(&format, &statement, &data, &policy, NOW);
    let switches = outcome.map(|verdict| {
        assert_eq!(verdict.kind, AttestationKind::Basic);
        assert!(verdict.is_anchored());
        verdict.switches
    });
    assert_eq!(switches.as_deref().map_err(|code| *code), expected);
}
