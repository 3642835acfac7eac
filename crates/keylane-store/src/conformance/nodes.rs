//! Two stores on the same data: the server and the command line, or two nodes.
//!
//! Whatever one keeps in memory, the other's commits count.

use std::sync::Arc;

use keylane_model::{CODE_ATTEMPTS_MAX, Change, LastPasskey, PasskeyState, UserStatus};

use super::passkey::revocation;
use super::world::{World, check, winners};
use crate::Store;

pub async fn nodes_refuse_a_sign_in_that_goes_by_an_old_copy(
    one: Arc<dyn Store>,
    two: Arc<dyn Store>,
) {
    let here = World::new(one);
    let there = here.through(two);
    let (user, passkey, session) = here.person("ada@example.org").await;
    let kept = here.register(&user, session.id).await;
    let held = here.register(&user, session.id).await;
    for passkey in [&passkey, &kept, &held] {
        here.sign_in(passkey).await;
        here.found(passkey).await;
    }
    let sign_in = |passkey| {
        let session = here.session(user.id, Some(keylane_model::Passkey::clone(passkey).id));
        here.authentication(passkey, &session)
    };

    there.commit(revocation(&passkey, LastPasskey::Keep)).await.unwrap();
    check(here.commit(sign_in(&passkey)).await, Err("passkey_gone"));
    assert_eq!(here.found(&passkey).await.passkey.state, PasskeyState::Revoked);

    let hold = Change::HoldPasskey {
        passkey: held.id,
        user: user.id,
        code: "counter_fell",
        ceremony: None,
    };
    there.commit(hold).await.unwrap();
    check(here.commit(sign_in(&held)).await, Err("passkey_gone"));

    there.commit(Change::LockUser { user: user.id }).await.unwrap();
    check(here.commit(sign_in(&kept)).await, Err("user_locked"));
    assert_eq!(here.found(&kept).await.user.status, UserStatus::Locked);
    assert!(here.store.list_sessions(user.id, here.now()).await.unwrap().is_empty());
}

/// An old copy must not keep a rightful person out: nothing but a commit could correct it, and
/// who is turned away before the commit makes none.
pub async fn nodes_let_in_whom_another_unlocked(one: Arc<dyn Store>, two: Arc<dyn Store>) {
    let here = World::new(one);
    let there = here.through(two);
    let (user, passkey, _) = here.person("ada@example.org").await;
    let hold = Change::HoldPasskey {
        passkey: passkey.id,
        user: user.id,
        code: "counter_fell",
        ceremony: None,
    };
    here.commit(Change::LockUser { user: user.id }).await.unwrap();
    here.commit(hold).await.unwrap();
    let found = here.found(&passkey).await;
    assert_eq!(found.user.status, UserStatus::Locked);
    assert_eq!(found.passkey.state, PasskeyState::Held);

    there.commit(Change::UnlockUser { user: user.id }).await.unwrap();
    let release = Change::ReleasePasskey { passkey: passkey.id, user: user.id };
    there.commit(release).await.unwrap();
    let found = here.found(&passkey).await;
    assert_eq!(found.user.status, UserStatus::Active);
    assert_eq!(found.passkey.state, PasskeyState::Active);
    here.sign_in(&passkey).await;
}

pub async fn nodes_spend_a_ceremony_once_between_them(one: Arc<dyn Store>, two: Arc<dyn Store>) {
    let here = World::new(one);
    let there = here.through(two);
    let (_, passkey, _) = here.person("ada@example.org").await;
    for _ in 0..8 {
        let session = here.session(passkey.user, Some(passkey.id));
        let change = here.authentication(&passkey, &session);
        let (left, right) = tokio::join!(
            here.commit_at_once(std::iter::repeat_n(change.clone(), 4)),
            there.commit_at_once(std::iter::repeat_n(change, 4)),
        );
        assert_eq!(winners(&[left, right].concat(), "ceremony_spent"), 1);
    }
}

pub async fn nodes_count_the_tries_of_a_code_together(one: Arc<dyn Store>, two: Arc<dyn Store>) {
    let here = World::new(one);
    let there = here.through(two);
    let code = here.code("ada@example.org");
    let attempt = Change::AttemptCode { code: code.id };
    here.commit(Change::IssueCode { code, mail: here.mail() }).await.unwrap();
    let (left, right) = tokio::join!(
        here.commit_at_once(std::iter::repeat_n(attempt.clone(), 10)),
        there.commit_at_once(std::iter::repeat_n(attempt, 10)),
    );
    let counted = winners(&[left, right].concat(), "code_dead");
    assert_eq!(counted, CODE_ATTEMPTS_MAX as usize);
    assert_eq!(there.latest_entry().await, 1 + u64::from(CODE_ATTEMPTS_MAX));
}
