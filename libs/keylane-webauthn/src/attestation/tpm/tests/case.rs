//! A `tpm` statement that passes, for tests to break.

use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512, digest};

use crate::attestation::{
    AttestationError, AttestationFormat, AttestationPolicy, AttestationVerdict, Evidence,
    PolicySwitch, TrustAnchors, judge,
};
use crate::authenticator_data::AuthenticatorData;
use crate::cbor::{self, Form};
use crate::cose::{CoseAlgorithm, PublicKey};
use crate::sample::certificate::{Builder, NOW, SUBJECT_ALT_NAME, name};
use crate::sample::tpm::{
    CertInfoParts, KeyParts, PubAreaParts, aik_certificate, alternative_name,
};
use crate::sample::{
    AT, DataParts, Signer, UP, array, bytes, ec2_cose, int, map, p256_base_point, text,
};
use crate::x509::public_key::COSE_RS1;

pub(in crate::attestation::tpm) const HASH: [u8; 32] = [0x11; 32];

/// The members of a statement, encoded.
pub(in crate::attestation::tpm) type Members = Vec<(Vec<u8>, Vec<u8>)>;

/// A statement that passes, with what can be broken in it.
pub(in crate::attestation::tpm) struct Case {
    pub(in crate::attestation::tpm) cose: Vec<u8>,
    pub(in crate::attestation::tpm) aik: Signer,
    pub(in crate::attestation::tpm) root_key: Signer,
    pub(in crate::attestation::tpm) version: &'static str,
    pub(in crate::attestation::tpm) algorithm: i64,
    pub(in crate::attestation::tpm) pub_area: PubAreaParts,
    pub(in crate::attestation::tpm) pub_area_length: Option<usize>,
    pub(in crate::attestation::tpm) flip_pub_area: Option<usize>,
    pub(in crate::attestation::tpm) cert_info: CertInfoParts,
    pub(in crate::attestation::tpm) cert_info_length: Option<usize>,
    pub(in crate::attestation::tpm) flip_cert_info: Option<usize>,
    pub(in crate::attestation::tpm) extra_data_hash: Option<&'static Algorithm>,
    pub(in crate::attestation::tpm) flip_extra_data: u8,
    pub(in crate::attestation::tpm) flip_name: u8,
    pub(in crate::attestation::tpm) certificate: Builder,
    pub(in crate::attestation::tpm) signature: Option<Vec<u8>>,
    pub(in crate::attestation::tpm) edit: Box<dyn Fn(&mut Members)>,
    pub(in crate::attestation::tpm) switches: Vec<PolicySwitch>,
    pub(in crate::attestation::tpm) policy: AttestationPolicy,
}

impl Case {
    pub(in crate::attestation::tpm) fn new() -> Self {
        let credential = Signer::new(CoseAlgorithm::Es256);
        let aik = Signer::new(CoseAlgorithm::Es256);
        Self {
            cose: credential.cose(),
            root_key: Signer::new(CoseAlgorithm::Es256),
            version: "2.0",
            algorithm: -7,
            pub_area: PubAreaParts::of(&credential),
            pub_area_length: None,
            flip_pub_area: None,
            cert_info: CertInfoParts::new(&[], &[]),
            cert_info_length: None,
            flip_cert_info: None,
            extra_data_hash: None,
            flip_extra_data: 0,
            flip_name: 0,
            certificate: aik_certificate(&aik),
            aik,
            signature: None,
            edit: Box::new(|_| {}),
            switches: Vec::new(),
            policy: AttestationPolicy::recorded(TrustAnchors::new()).with_switches(Vec::new()),
        }
    }

    pub(in crate::attestation::tpm) fn set_credential(&mut self, credential: &Signer) {
        self.cose = credential.cose();
        self.pub_area = PubAreaParts::of(credential);
    }

    /// The base point of P-256 as a key, which is the same at every run.
    pub(in crate::attestation::tpm) fn set_fixed_credential(&mut self) {
        let (x, y) = p256_base_point();
        self.cose = ec2_cose(-7, 1, &x, &y);
        self.pub_area = PubAreaParts::new(KeyParts::Ecc { curve: 3, derivation: vec![0x10], x, y });
    }

    pub(in crate::attestation::tpm) fn set_rsa(
        &mut self,
        modulus_bits: u16,
        written_exponent: u32,
    ) {
        self.set_credential(&Signer::new(CoseAlgorithm::Rs256));
        let KeyParts::Rsa { bits, exponent, .. } = &mut self.pub_area.key else { unreachable!() };
        (*bits, *exponent) = (modulus_bits, written_exponent);
    }

    pub(in crate::attestation::tpm) fn set_aik(&mut self, aik: Signer) {
        self.algorithm = PublicKey::from_cose(&aik.cose()).unwrap().algorithm().id();
        self.certificate(|it| it.key(&aik));
        self.aik = aik;
    }

    pub(in crate::attestation::tpm) fn certificate(
        &mut self,
        edit: impl FnOnce(Builder) -> Builder,
    ) {
        self.certificate = edit(self.certificate.clone());
    }

    pub(in crate::attestation::tpm) fn describe(&mut self, tpm: &[(&str, &str)]) {
        let value = alternative_name(&name(tpm));
        self.certificate(|it| it.extension(SUBJECT_ALT_NAME, true, value));
    }

    pub(in crate::attestation::tpm) fn permit(&mut self, switch: PolicySwitch) {
        self.switches.push(switch);
        self.policy = self.policy.clone().with_switches(self.switches.clone());
    }

    pub(in crate::attestation::tpm) fn data(&self) -> Vec<u8> {
        DataParts::new(UP | AT, self.cose.clone()).to_bytes()
    }

    pub(in crate::attestation::tpm) fn pub_area(&self) -> Vec<u8> {
        let mut bytes = self.pub_area.to_bytes();
        bytes.truncate(self.pub_area_length.unwrap_or(bytes.len()));
        if let Some(bit) = self.flip_pub_area {
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        bytes
    }

    /// With the hashes in it, unless they are to be wrong.
    pub(in crate::attestation::tpm) fn cert_info(&self) -> Vec<u8> {
        // The hash of the algorithm, by its number.
        let hash: &Algorithm = match self.algorithm {
            COSE_RS1 => &SHA1_FOR_LEGACY_USE_ONLY,
            -35 | -258 | -38 => &SHA384,
            -36 | -259 | -39 => &SHA512,
            _ => &SHA256,
        };
        let signed = [self.data().as_slice(), &HASH].concat();
        let mut parts = self.cert_info.clone();
        parts.extra_data = digest(self.extra_data_hash.unwrap_or(hash), &signed).as_ref().to_vec();
        parts.extra_data[0] ^= self.flip_extra_data;
        let name_hash: &Algorithm = match self.pub_area.name_algorithm {
            0x0004 => &SHA1_FOR_LEGACY_USE_ONLY,
            0x000c => &SHA384,
            0x000d => &SHA512,
            _ => &SHA256,
        };
        let digest = digest(name_hash, &self.pub_area.to_bytes());
        parts.name = [&self.pub_area.name_algorithm.to_be_bytes(), digest.as_ref()].concat();
        parts.name[2] ^= self.flip_name;
        let mut bytes = parts.to_bytes();
        bytes.truncate(self.cert_info_length.unwrap_or(bytes.len()));
        if let Some(bit) = self.flip_cert_info {
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        bytes
    }

    pub(in crate::attestation::tpm) fn judge(
        &self,
    ) -> Result<AttestationVerdict, AttestationError> {
        let cert_info = self.cert_info();
        let signature = self.signature.clone().unwrap_or_else(|| self.aik.sign(&cert_info));
        let certificate = self.certificate.sign_with(&self.root_key);
        let mut members = vec![
            (text("alg"), int(self.algorithm)),
            (text("sig"), bytes(&signature)),
            (text("x5c"), array(&[bytes(&certificate)])),
            (text("ver"), text(self.version)),
            (text("pubArea"), bytes(&self.pub_area())),
            (text("certInfo"), bytes(&cert_info)),
        ];
        (self.edit)(&mut members);
        let (statement, data) = (map(&members), self.data());
        let evidence = Evidence {
            statement: &cbor::decode(&statement, Form::Envelope).unwrap(),
            authenticator_data: &AuthenticatorData::parse(&data).unwrap(),
            authenticator_data_bytes: &data,
            public_key: &PublicKey::from_cose(&self.cose).unwrap(),
            client_data_hash: &HASH,
            policy: &self.policy,
            now: NOW,
        };
        judge(&AttestationFormat::Tpm, &evidence)
    }
}

pub(in crate::attestation::tpm) fn code(
    outcome: Result<AttestationVerdict, AttestationError>,
) -> Result<Vec<PolicySwitch>, &'static str> {
    outcome.map(|verdict| verdict.switches).map_err(|err| err.code())
}

/// Starts from a statement that passes without any liberty, breaks one thing, and compares the
/// outcome: the liberties that were needed, or the error's code.
#[track_caller]
pub(in crate::attestation::tpm) fn check(
    break_one_thing: impl FnOnce(&mut Case),
    expected: Result<&[PolicySwitch], &'static str>,
) {
    let mut case = Case::new();
    break_one_thing(&mut case);
    assert_eq!(code(case.judge()), expected.map(<[_]>::to_vec));
}
