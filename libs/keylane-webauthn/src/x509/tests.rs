use crate::CoseAlgorithm;
use crate::sample::Signer;
use crate::sample::certificate::{self, NOW};
use crate::x509::chain::{self, AnchorExpiry, Rules, Sha1Signatures};
use crate::x509::revocation::Revocation;
use crate::x509::{Certificate, TrustAnchor};

#[test]
fn signatures_of_every_algorithm_verify() {
    for algorithm in CoseAlgorithm::ALL {
        let root_key = Signer::new(algorithm);
        let leaf_key = Signer::new(CoseAlgorithm::Es256);
        let root =
            TrustAnchor::from_der(&certificate::root(&root_key).sign_with(&root_key)).unwrap();
        let leaf = certificate::leaf_for_packed([0xaa; 16], &leaf_key).sign_with(&root_key);
        let path = [Certificate::parse(&leaf).unwrap()];
        let trusted = chain::verify(
            &path,
            &Rules {
                anchors: &[&root],
                now: NOW,
                anchor_expiry: AnchorExpiry::Checked,
                sha1: Sha1Signatures::Refused,
                revocation: &Revocation::default(),
            },
        );
        assert!(trusted.is_ok(), "{algorithm:?}: {trusted:?}");
    }
}
