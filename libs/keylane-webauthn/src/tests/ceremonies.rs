//! The ceremonies that `fuzz/ceremonies` holds: a right answer of each kind, for fuzz targets to
//! change. Most signatures are different at every run, so the committed files are not compared with
//! new ones; `fuzzing::tests` verifies them.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::origin::sha256;
use crate::sample::android::{DescriptionParts, KEY_DESCRIPTION};
use crate::sample::certificate::{self, Builder, NOW, SUBJECT_ALT_NAME};
use crate::sample::der::{context, context_primitive, octet_string, sequence};
use crate::sample::tpm::{CertInfoParts, PubAreaParts, aik_certificate};
use crate::sample::{
    self, AT, BE, BS, CREDENTIAL_ID, ClientDataParts, DataParts, Signer, UP, USER_HANDLE, UV,
    array, bytes, int, map, text,
};
use crate::{CoseAlgorithm, base64url};

#[test]
#[ignore = "writes fuzz/ceremonies"]
fn write_the_ceremonies() {
    let maker = Maker::new();
    write("root.der", &maker.root());
    for (name, format, data, statement) in [
        ("packed-self", "packed", maker.data([0xaa; 16]), Maker::packed_self as Statement),
        ("packed", "packed", maker.data([0xaa; 16]), Maker::packed),
        ("fido-u2f", "fido-u2f", maker.data([0; 16]), Maker::fido_u2f),
        ("apple", "apple", maker.data([0; 16]), Maker::apple),
        ("compound", "compound", maker.data([0xaa; 16]), Maker::compound),
        ("tpm", "tpm", maker.data([0xaa; 16]), Maker::tpm),
        ("android-key", "android-key", maker.data([0xaa; 16]), Maker::android_key),
        ("safetynet", "android-safetynet", maker.data([0xaa; 16]), Maker::safetynet),
    ] {
        let statement = statement(&maker, &data);
        let object = sample::attestation_object(format, &statement, &data);
        let json = sample::registration_json(&CREDENTIAL_ID, &maker.client_data, &object);
        write(&format!("registration/{name}.json"), json.as_bytes());
    }
    use CoseAlgorithm as A;
    for (name, algorithm) in
        [("es256", A::Es256), ("eddsa", A::EdDsa), ("rs256", A::Rs256), ("ml-dsa-44", A::MlDsa44)]
    {
        let signer = Signer::new(algorithm);
        let client_data = ClientDataParts::new("webauthn.get").to_bytes();
        let data = DataParts::new(UP | UV | BE | BS, Vec::new()).to_bytes();
        let signature = signer.sign(&[data.as_slice(), &sha256(&client_data)].concat());
        let handle = Some(USER_HANDLE.as_slice());
        let json =
            sample::authentication_json(&CREDENTIAL_ID, &client_data, &data, &signature, handle);
        write(&format!("authentication/{name}.json"), json.as_bytes());
        write(&format!("authentication/{name}.key"), base64url::encode(&signer.cose()).as_bytes());
    }
}

/// Where the ceremonies are; `None` when the crate stands alone.
pub(crate) fn folder() -> Option<PathBuf> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    fuzz.exists().then(|| fuzz.join("ceremonies"))
}

fn write(name: &str, content: &[u8]) {
    let path = folder().unwrap().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

type Statement = fn(&Maker, &[u8]) -> Vec<u8>;

/// Whose statements all lead to one root.
struct Maker {
    root_key: Signer,
    attestation_key: Signer,
    credential: Signer,
    client_data: Vec<u8>,
}

impl Maker {
    fn new() -> Self {
        let key = || Signer::new(CoseAlgorithm::Es256);
        Self {
            root_key: key(),
            attestation_key: key(),
            credential: key(),
            client_data: ClientDataParts::new("webauthn.create").to_bytes(),
        }
    }

    fn root(&self) -> Vec<u8> {
        certificate::root(&self.root_key).sign_with(&self.root_key)
    }

    fn data(&self, aaguid: [u8; 16]) -> Vec<u8> {
        let cose = self.credential.cose();
        DataParts { aaguid, ..DataParts::new(UP | UV | BE | BS | AT, cose) }.to_bytes()
    }

    fn signed(&self, data: &[u8]) -> Vec<u8> {
        [data, &sha256(&self.client_data)].concat()
    }

    fn packed_self(&self, data: &[u8]) -> Vec<u8> {
        let signature = self.credential.sign(&self.signed(data));
        map(&[(text("alg"), int(-7)), (text("sig"), bytes(&signature))])
    }

    fn packed(&self, data: &[u8]) -> Vec<u8> {
        let leaf = certificate::leaf_for_packed([0xaa; 16], &self.attestation_key);
        let signature = self.attestation_key.sign(&self.signed(data));
        map(&[
            (text("alg"), int(-7)),
            (text("sig"), bytes(&signature)),
            (text("x5c"), self.x5c(&leaf)),
        ])
    }

    fn fido_u2f(&self, data: &[u8]) -> Vec<u8> {
        let cose = self.credential.cose();
        let (x, y) = (&cose[cose.len() - 67..][..32], &cose[cose.len() - 32..]);
        let hash = sha256(&self.client_data);
        let message = [&[0], &data[..32], &hash, &CREDENTIAL_ID, &[4], x, y].concat();
        let signature = self.attestation_key.sign(&message);
        let leaf = Builder::new(&self.attestation_key);
        map(&[(text("sig"), bytes(&signature)), (text("x5c"), self.x5c(&leaf))])
    }

    fn apple(&self, data: &[u8]) -> Vec<u8> {
        let nonce = octet_string(&sha256(&self.signed(data)));
        let nonce = sequence(&[context(1, &nonce)]);
        let leaf = Builder::new(&self.credential).extension("1.2.840.113635.100.8.2", false, nonce);
        map(&[(text("x5c"), self.x5c(&leaf))])
    }

    fn tpm(&self, data: &[u8]) -> Vec<u8> {
        let pub_area = PubAreaParts::of(&self.credential).to_bytes();
        let name = [&[0, 0x0b], sha256(&pub_area).as_slice()].concat();
        let cert_info = CertInfoParts::new(&sha256(&self.signed(data)), &name).to_bytes();
        map(&[
            (text("alg"), int(-7)),
            (text("sig"), bytes(&self.attestation_key.sign(&cert_info))),
            (text("ver"), text("2.0")),
            (text("x5c"), self.x5c(&aik_certificate(&self.attestation_key))),
            (text("pubArea"), bytes(&pub_area)),
            (text("certInfo"), bytes(&cert_info)),
        ])
    }

    fn android_key(&self, data: &[u8]) -> Vec<u8> {
        let description = DescriptionParts::new(&sha256(&self.client_data)).to_bytes();
        let leaf = Builder::new(&self.credential).extension(KEY_DESCRIPTION, false, description);
        map(&[
            (text("alg"), int(-7)),
            (text("sig"), bytes(&self.credential.sign(&self.signed(data)))),
            (text("x5c"), self.x5c(&leaf)),
        ])
    }

    fn compound(&self, data: &[u8]) -> Vec<u8> {
        let item =
            |format, statement| map(&[(text("fmt"), text(format)), (text("attStmt"), statement)]);
        array(&[item("packed", self.packed(data)), item("apple", self.apple(data))])
    }

    fn safetynet(&self, data: &[u8]) -> Vec<u8> {
        let key = Signer::new(CoseAlgorithm::Rs256);
        let names = sequence(&[context_primitive(2, b"attest.android.com")]);
        let leaf = Builder::new(&key).extension(SUBJECT_ALT_NAME, false, names);
        let leaf = STANDARD.encode(leaf.sign_with(&self.root_key));
        let header = format!(r#"{{"alg":"RS256","x5c":["{leaf}"]}}"#);
        let nonce = STANDARD.encode(sha256(&self.signed(data)));
        let payload =
            format!(r#"{{"nonce":"{nonce}","timestampMs":{},"ctsProfileMatch":true}}"#, NOW.0);
        let part = |json: String| base64url::encode(json.as_bytes());
        let signed = format!("{}.{}", part(header), part(payload));
        let signature = base64url::encode(&key.sign(signed.as_bytes()));
        let response = format!("{signed}.{signature}");
        map(&[(text("ver"), text("212418046")), (text("response"), bytes(response.as_bytes()))])
    }

    fn x5c(&self, leaf: &Builder) -> Vec<u8> {
        array(&[bytes(&leaf.sign_with(&self.root_key))])
    }
}
