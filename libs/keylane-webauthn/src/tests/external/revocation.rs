//! Revocation lists of a public authority.

use super::*;
use crate::x509::Certificate;
use crate::x509::chain::{self, AnchorExpiry, Rules, Sha1Signatures};
use crate::x509::revocation::Revocation;
use crate::{MissingRevocationList, RevocationList, TrustAnchor};

/// 2024-09-01, when both lists were current.
const NOW: UnixMillis = UnixMillis(1_725_148_800_000);

#[test]
fn lists_of_a_public_authority_are_read_and_count_for_it() {
    let Some(folder) = data() else { return };
    let certificate = |name: &str| {
        let pem = fs::read_to_string(folder.join("roots").join(name)).unwrap();
        TrustAnchor::all_from_pem(&pem).unwrap().pop().unwrap()
    };
    let list = |name: &str| {
        let der = fs::read(folder.join("mds").join(name)).unwrap();
        RevocationList::from_der(&der).unwrap()
    };
    let root = certificate("cbb522d7b7f127ad.pem");
    let issuer = certificate("aed5dd9a5339685d.pem");
    let path = [Certificate::parse(issuer.as_der()).unwrap()];
    let outcome = |lists: Vec<RevocationList>, now| {
        let rules = Rules {
            anchors: &[&root],
            now,
            anchor_expiry: AnchorExpiry::Checked,
            sha1: Sha1Signatures::Refused,
            revocation: &Revocation::new(lists.into(), MissingRevocationList::Refuse),
        };
        chain::verify(&path, &rules).map(|_| ()).map_err(|err| err.code())
    };
    let unknown = Err("certificate_revocation_unknown");
    assert_eq!(outcome(vec![list("root-r3.crl")], NOW), Ok(()));
    assert_eq!(outcome(vec![list("gsextendvalsha2g3r3.crl")], NOW), unknown);
    let next_update = list("root-r3.crl").next_update().unwrap();
    assert_eq!(outcome(vec![list("root-r3.crl")], next_update), Ok(()));
    assert_eq!(outcome(vec![list("root-r3.crl")], next_update.saturating_add_ms(1)), unknown);
    assert!(list("gsextendvalsha2g3r3.crl").this_update() < NOW);
}
