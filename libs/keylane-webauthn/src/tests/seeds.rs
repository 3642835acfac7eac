//! The seeds that `fuzz/corpus` starts from: one rightful input of each kind for each target.
//! They are the same at every run, so the committed files can be compared with them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::origin::sha256;
use crate::sample::android::{DescriptionParts, KEY_DESCRIPTION};
use crate::sample::certificate::Builder;
use crate::sample::certificate::{self, BASIC_CONSTRAINTS, KEY_USAGE};
use crate::sample::revocation_list;
use crate::sample::tpm::{CertInfoParts, KeyParts, PubAreaParts, aik_certificate};
use crate::sample::{
    self, AT, BE, BS, CREDENTIAL_ID, ClientDataParts, DataParts, ED, Signer, UP, USER_HANDLE, UV,
    array, bytes, int, map, text,
};

#[test]
fn the_committed_seeds_are_what_the_tests_make() {
    let folder = folder();
    if !folder.exists() {
        println!("fuzz/ absent: skipped");
        return;
    }
    for (name, seed) in seeds() {
        let committed = fs::read(folder.join(name)).unwrap_or_default();
        assert_eq!(
            committed, seed,
            "run `cargo test -p keylane-webauthn write_the_seeds -- --ignored`"
        );
    }
}

#[test]
#[ignore = "writes fuzz/corpus"]
fn write_the_seeds() {
    for (name, seed) in seeds() {
        let path = folder().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, seed).unwrap();
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus")
}

fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let signer = Signer::from_seed([1; 32]);
    let create = ClientDataParts::new("webauthn.create").to_bytes();
    let get = ClientDataParts::new("webauthn.get").to_bytes();
    let framed = ClientDataParts {
        cross_origin: Some(true),
        top_origin: Some("https://top.example".into()),
        extra: r#","tokenBinding":{"status":"supported"}"#.into(),
        ..ClientDataParts::new("webauthn.get")
    };
    let attested = DataParts::new(UP | UV | BE | BS | AT | ED, signer.cose()).to_bytes();
    let asserted = DataParts::new(UP | UV | BE | BS, Vec::new()).to_bytes();
    let none = sample::attestation_object("none", &map(&[]), &attested);
    let statement = map(&[
        (text("alg"), int(-8)),
        (text("sig"), bytes(&signer.sign(&[attested.as_slice(), &sha256(&create)].concat()))),
    ]);
    let packed = sample::attestation_object("packed", &statement, &attested);
    let signature = signer.sign(&[asserted.as_slice(), &sha256(&get)].concat());
    let registration =
        |object: &[u8]| sample::registration_json(&CREDENTIAL_ID, &create, object).into_bytes();
    let assertion = |handle: Option<&[u8]>| {
        sample::authentication_json(&CREDENTIAL_ID, &get, &asserted, &signature, handle)
            .into_bytes()
    };
    let mut seeds = certificates(&signer);
    seeds.extend([
        ("cbor/attestation-object", packed.clone()),
        ("cbor/ed25519-key", signer.cose()),
        ("cbor/rsa-key", sample::rs256_cose(&[0xff; 256], &[1, 0, 1])),
        ("cbor/indefinite-envelope", b"\xbf\x63fmt\x64none\x63att\x9f\x01\xff\xff".to_vec()),
        ("client_data/create", create.clone()),
        ("client_data/framed", framed.to_bytes()),
        ("client_data/byte-order-mark", ["\u{feff}".as_bytes(), &get].concat()),
        ("authenticator_data/attested", attested.clone()),
        ("authenticator_data/asserted", asserted.clone()),
        ("registration_response/none", registration(&none)),
        ("registration_response/packed-self", registration(&packed)),
        ("registration_response/tpm", registration(&tpm_object(&signer, &create))),
        ("registration_response/android-key", registration(&android_object(&signer, &create))),
        ("authentication_response/with-user-handle", assertion(Some(&USER_HANDLE))),
        ("authentication_response/without-user-handle", assertion(None)),
        // Which ceremony, and then for each change: a donor, a node of it and one of the donor's,
        // and what happens to it.
        ("registration_ceremony/unchanged", vec![4]),
        ("registration_ceremony/flipped-byte", vec![1, 0, 0, 1, 0, 0, 2, 0, 0, 20, 1]),
        ("registration_ceremony/other-statement", vec![4, 1, 0, 6, 0, 6, 0]),
        ("authentication_ceremony/unchanged", vec![3]),
        ("authentication_ceremony/flipped-byte", vec![0, 0, 0, 3, 0, 0, 2, 0, 0, 9, 1]),
        ("authentication_ceremony/other-signature", vec![1, 2, 0, 3, 0, 3, 0]),
        ("tpm/ecc-public-area", ecc_public_area().to_bytes()),
        ("tpm/rsa-public-area", rsa_public_area().to_bytes()),
        ("tpm/certify-information", CertInfoParts::new(&[0xed; 32], &[0x0b; 34]).to_bytes()),
        ("key_description/trusted-environment", DescriptionParts::new(&[0xc4; 32]).to_bytes()),
        ("key_description/empty-lists", DescriptionParts::empty(&[0xc4; 32]).to_bytes()),
    ]);
    seeds
}

fn certificates(signer: &Signer) -> Vec<(&'static str, Vec<u8>)> {
    let root = certificate::root(signer);
    let plain = root.clone().version(1).without(BASIC_CONSTRAINTS).without(KEY_USAGE);
    let leaf = certificate::leaf_for_packed([0xaa; 16], signer);
    let list = revocation_list::Builder::new(certificate::ROOT);
    vec![
        ("certificate/root", root.sign_with(signer)),
        ("certificate/version-1", plain.sign_with(signer)),
        ("certificate/leaf-for-packed", leaf.sign_with(signer)),
        ("revocation_list/empty", list.sign_with(signer)),
        ("revocation_list/two-entries", list.revoke(&[1], 1).revoke(&[2], 4).sign_with(signer)),
    ]
}

fn ecc_public_area() -> PubAreaParts {
    let (x, y) = sample::p256_base_point();
    PubAreaParts::new(KeyParts::Ecc { curve: 3, derivation: vec![0x10], x, y })
}

fn rsa_public_area() -> PubAreaParts {
    PubAreaParts::new(KeyParts::Rsa { bits: 2048, exponent: 0, modulus: vec![0xff; 256] })
}

/// Right up to the signature, which would not be the same at every run.
fn tpm_object(aik: &Signer, client_data: &[u8]) -> Vec<u8> {
    let (x, y) = sample::p256_base_point();
    let data = DataParts::new(UP | AT, sample::ec2_cose(-7, 1, &x, &y)).to_bytes();
    let extra_data = sha256(&[data.as_slice(), &sha256(client_data)].concat());
    let pub_area = ecc_public_area().to_bytes();
    let name = [&[0, 0x0b], sha256(&pub_area).as_slice()].concat();
    let statement = map(&[
        (text("alg"), int(-7)),
        (text("sig"), bytes(&[0x30, 6, 2, 1, 1, 2, 1, 1])),
        (text("x5c"), array(&[bytes(&aik_certificate(aik).sign_with(aik))])),
        (text("ver"), text("2.0")),
        (text("pubArea"), bytes(&pub_area)),
        (text("certInfo"), bytes(&CertInfoParts::new(&extra_data, &name).to_bytes())),
    ]);
    sample::attestation_object("tpm", &statement, &data)
}

fn android_object(key: &Signer, client_data: &[u8]) -> Vec<u8> {
    let data = DataParts::new(UP | AT, key.cose()).to_bytes();
    let hash = sha256(client_data);
    let description = DescriptionParts::new(&hash).to_bytes();
    let certificate = Builder::new(key).extension(KEY_DESCRIPTION, false, description);
    let statement = map(&[
        (text("alg"), int(-8)),
        (text("sig"), bytes(&key.sign(&[data.as_slice(), &hash].concat()))),
        (text("x5c"), array(&[bytes(&certificate.sign_with(key))])),
    ]);
    sample::attestation_object("android-key", &statement, &data)
}
