//! Revocation lists (§7.1 step 24; RFC 5280, §6.3).

use crate::{
    case::{Case, Folder, NOW_S, Result},
    vector::{Title, base64url},
};
use keylane_authenticator::{ES256, RevocationListParts, TestAuthority, TestKey};
use serde_json::json;

const SPEC: &str = "§7.1 step 24";

/// The serial number of every leaf.
const LEAF: [u8; 4] = [0x4b, 0x65, 0x79, 0x01];
/// The serial number of the intermediate.
const INTERMEDIATE: [u8; 1] = [2];

/// Whose list it is.
#[derive(Clone, Copy)]
enum By {
    Root,
    Intermediate,
}

/// A list, with one change.
fn list(by: By, change: impl FnOnce(&mut RevocationListParts)) -> Result<Vec<u8>> {
    let authority = TestAuthority::shared(NOW_S)?;
    let mut parts = match by {
        By::Root => authority.root_revocation_list(),
        By::Intermediate => authority.intermediate_revocation_list(),
    };
    change(&mut parts);
    parts.issue()
}

fn give(case: &mut Case, lists: &[&[u8]]) {
    case.ceremony["revocation_lists"] = lists.iter().map(|der| base64url(der)).collect();
}

pub(super) fn lists(folder: &mut Folder) -> Result<()> {
    revoked(folder)?;
    not_revoked(folder)?;
    missing(folder)
}

#[rustfmt::skip]
fn revoked(folder: &mut Folder) -> Result<()> {
    let code = "certificate_revoked";
    let leaf = list(By::Intermediate, |it| it.revoked_serials = vec![LEAF.to_vec()])?;
    folder.add(&Title("reject-leaf-revoked", "the intermediate has revoked the leaf", SPEC), code, |it| give(it, &[&leaf]))?;
    let intermediate = list(By::Root, |it| it.revoked_serials = vec![INTERMEDIATE.to_vec()])?;
    folder.add(&Title("reject-intermediate-revoked", "the root has revoked the intermediate", SPEC), code, |it| give(it, &[&intermediate]))?;
    let among = list(By::Intermediate, |it| it.revoked_serials = vec![vec![1], LEAF.to_vec(), vec![0xff, 0xff]])?;
    folder.add(&Title("reject-leaf-revoked-among-others", "the second of three entries, in the second list", SPEC), code, |it| {
        give(it, &[&intermediate_of_others(), &among]);
    })?;
    let late = list(By::Intermediate, |it| {
        it.revoked_serials = vec![LEAF.to_vec()];
        it.next_update_s = Some(NOW_S - 1);
    })?;
    folder.add(&Title("reject-leaf-revoked-in-list-out-of-date", "who is in a list stays revoked", SPEC), code, |it| give(it, &[&late]))
}

/// A list that is no list of anybody in the path.
fn intermediate_of_others() -> Vec<u8> {
    TestAuthority::generate("Stranger", ES256, ES256, NOW_S)
        .and_then(|it| it.root_revocation_list().issue())
        .unwrap_or_default()
}

#[rustfmt::skip]
fn not_revoked(folder: &mut Folder) -> Result<()> {
    let others = list(By::Intermediate, |it| it.revoked_serials = vec![vec![1], INTERMEDIATE.to_vec()])?;
    folder.accept(&Title("accept-others-revoked", "the list does not name the leaf", SPEC), |it| give(it, &[&others]))?;
    let of_root = list(By::Root, |it| it.revoked_serials = vec![LEAF.to_vec()])?;
    folder.accept(&Title("accept-serial-number-revoked-by-other-authority", "the number is the leaf's, the list the root's", SPEC), |it| give(it, &[&of_root]))?;
    let forged = list(By::Intermediate, |it| {
        it.revoked_serials = vec![LEAF.to_vec()];
        it.edit_signature(|bytes| if let Some(last) = bytes.last_mut() { *last ^= 1 });
    })?;
    folder.accept(&Title("accept-revoked-in-list-with-wrong-signature", "whoever brings lists cannot revoke by them", SPEC), |it| give(it, &[&forged]))?;
    let other_key = TestKey::generate(ES256)?;
    let stranger = list(By::Intermediate, |it| {
        it.revoked_serials = vec![LEAF.to_vec()];
        it.signer = other_key;
    })?;
    folder.accept(&Title("accept-revoked-in-list-of-other-key", "the name of the intermediate and another key", SPEC), |it| give(it, &[&stranger]))?;
    let empty = list(By::Intermediate, |it| it.next_update_s = None)?;
    folder.accept(&Title("accept-empty-list-without-next-update", "nobody is revoked", SPEC), |it| give(it, &[&empty]))
}

/// A policy that wants to know.
#[rustfmt::skip]
fn missing(folder: &mut Folder) -> Result<()> {
    let code = "certificate_revocation_unknown";
    let refuse = |it: &mut Case| it.ceremony["missing_revocation_list"] = json!("refuse");
    let (root, intermediate) = (list(By::Root, |_| {})?, list(By::Intermediate, |_| {})?);
    folder.accept(&Title("accept-lists-of-both-authorities", "a current list for every certificate", SPEC), |it| {
        refuse(it);
        give(it, &[&root, &intermediate]);
    })?;
    folder.add(&Title("reject-without-list-of-root", "nothing tells about the intermediate", SPEC), code, |it| {
        refuse(it);
        give(it, &[&intermediate]);
    })?;
    folder.add(&Title("reject-without-list-of-intermediate", "nothing tells about the leaf", SPEC), code, |it| {
        refuse(it);
        give(it, &[&root]);
    })?;
    folder.add(&Title("reject-without-lists", "nothing tells about anything", SPEC), code, |it| {
        refuse(it);
        give(it, &[]);
    })?;
    let late = list(By::Intermediate, |it| it.next_update_s = Some(NOW_S - 1))?;
    folder.add(&Title("reject-list-out-of-date", "a list of yesterday does not tell about today", SPEC), code, |it| {
        refuse(it);
        give(it, &[&root, &late]);
    })?;
    let early = list(By::Intermediate, |it| it.this_update_s = NOW_S + 1)?;
    folder.add(&Title("reject-list-of-the-future", "it was made after the ceremony", SPEC), code, |it| {
        refuse(it);
        give(it, &[&root, &early]);
    })
}
