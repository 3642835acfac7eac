//! Passkeys.

use std::sync::Arc;

use keylane_model::{Change, LastPasskey, Passkey, PasskeyState, Session};

use super::world::{MINUTE, World, check, winners};
use crate::Store;

pub(super) fn revocation(passkey: &Passkey, last: LastPasskey) -> Change {
    let (passkey, user) = (passkey.id, passkey.user);
    Change::RevokePasskey { passkey, user, last, mail: None }
}

fn hold(passkey: &Passkey) -> Change {
    Change::HoldPasskey {
        passkey: passkey.id,
        user: passkey.user,
        code: "counter_fell",
        ceremony: None,
    }
}

fn release(passkey: &Passkey) -> Change {
    Change::ReleasePasskey { passkey: passkey.id, user: passkey.user }
}

pub async fn passkey_is_read_back_as_it_was_registered(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, session) = world.sign_up("ada@example.org").await;
    let rich = world.passkey(&user);
    let plain = Passkey {
        transports: Vec::new(),
        discoverable: None,
        created_in: None,
        ..world.passkey(&user)
    };
    for passkey in [rich, plain] {
        world.commit(world.registration(&passkey, session.id)).await.unwrap();
        let found = world.found(&passkey).await;
        // Keys have no equality of their own; their COSE bytes do.
        let record = &found.passkey.record;
        let key = passkey.record.public_key.as_cose_bytes();
        assert_eq!(record.public_key.as_cose_bytes(), key);
        assert_eq!(format!("{:?}", found.passkey), format!("{passkey:?}"));
        assert_eq!(record.user_handle, user.user_handle);
        assert_eq!(found.user, user);
        assert!(
            world.store.list_passkeys(user.id).await.unwrap().iter().any(|it| it.id == passkey.id)
        );
    }
    let unknown = world.passkey(&user).record.id;
    assert!(world.store.find_passkey(&unknown).await.unwrap().is_none());
}

pub async fn passkey_with_a_known_credential_id_is_refused(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (ada, of_ada, session) = world.person("ada@example.org").await;
    let (bob, bobs_session) = world.sign_up("bob@example.org").await;
    let known = of_ada.record.id.clone();
    let copy_for = |user, credential_id| {
        let mut copy = world.passkey(user);
        copy.record.id = credential_id;
        copy
    };
    for (user, session) in [(&bob, &bobs_session), (&ada, &session)] {
        let copy = copy_for(user, known.clone());
        let change = world.registration(&copy, session.id);
        check(world.commit(change).await, Err("credential_exists"));
    }
    // Nor when it was revoked: authenticators make a new id each time.
    world.commit(revocation(&of_ada, LastPasskey::Remove)).await.unwrap();
    let change = world.registration(&copy_for(&bob, known), bobs_session.id);
    check(world.commit(change).await, Err("credential_exists"));

    let new = world.passkey(&bob).record.id;
    let users = [(&ada, &session), (&bob, &bobs_session)];
    let changes: Vec<_> = (0..8)
        .map(|n| users[n % 2])
        .map(|(user, session)| world.registration(&copy_for(user, new.clone()), session.id))
        .collect();
    assert_eq!(winners(&world.commit_at_once(changes).await, "credential_exists"), 1);
}

pub async fn passkey_raises_the_session_that_asked(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, by_code) = world.sign_up("ada@example.org").await;
    let passkey = world.passkey(&user);
    let raised = world.session(user.id, Some(passkey.id));
    let mut change = world.registration(&passkey, by_code.id);
    if let Change::RegisterCredential { raised: slot, .. } = &mut change {
        *slot = Some(raised.clone());
    }
    assert_eq!(world.commit(change).await.unwrap().sessions_ended, 1);
    assert!(world.is_alive(&raised).await && !world.is_alive(&by_code).await);
}

pub async fn passkey_is_not_held_for_a_ceremony_that_is_spent(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (_, passkey, _) = world.person("ada@example.org").await;
    let (spent, session) = (world.ceremony(), world.session(passkey.user, Some(passkey.id)));
    let mut sign_in = world.authentication(&passkey, &session);
    if let Change::RecordAuthentication { ceremony, .. } = &mut sign_in {
        *ceremony = spent;
    }
    world.commit(sign_in).await.unwrap();
    let hold = |ceremony| Change::HoldPasskey {
        passkey: passkey.id,
        user: passkey.user,
        code: "counter_fell",
        ceremony: Some(ceremony),
    };
    check(world.commit(hold(spent)).await, Err("ceremony_spent"));
    assert_eq!(world.found(&passkey).await.passkey.state, PasskeyState::Active);
    check(world.commit(hold(world.ceremony())).await, Ok(()));
}

pub async fn passkey_raises_a_session_only_while_it_is_the_first(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, _) = world.sign_up("ada@example.org").await;
    let mut changes = Vec::new();
    for _ in 0..8 {
        let code = world.code("ada@example.org");
        let (id, by_code) = (code.id, world.session(user.id, None));
        world.commit(Change::IssueCode { code, mail: world.mail() }).await.unwrap();
        let sign_in = Change::SignInWithCode { code: id, session: by_code.clone() };
        world.commit(sign_in).await.unwrap();
        let passkey = world.passkey(&user);
        let mut change = world.registration(&passkey, by_code.id);
        if let Change::RegisterCredential { raised, .. } = &mut change {
            *raised = Some(world.session(user.id, Some(passkey.id)));
        }
        changes.push(change);
    }
    assert_eq!(winners(&world.commit_at_once(changes).await, "passkey_exists"), 1);
    assert_eq!(world.store.list_passkeys(user.id).await.unwrap().len(), 1);
}

pub async fn passkey_asked_for_by_a_dead_session_is_refused(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, session) = world.sign_up("ada@example.org").await;
    let (_, of_bob) = world.sign_up("bob@example.org").await;
    world.commit(super::session::end(&session)).await.unwrap();
    let passkey = world.passkey(&user);
    for session in [session, of_bob] {
        let change = world.registration(&passkey, session.id);
        check(world.commit(change).await, Err("session_gone"));
    }
    assert!(world.store.list_passkeys(user.id).await.unwrap().is_empty());
}

pub async fn passkeys_of_one_user_are_bounded(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, session) = world.sign_up("ada@example.org").await;
    let changes: Vec<_> =
        (0..100).map(|_| world.registration(&world.passkey(&user), session.id)).collect();
    let registered = winners(&world.commit_at_once(changes).await, "too_many_passkeys");
    assert_eq!(registered, 64);
    let passkeys = world.store.list_passkeys(user.id).await.unwrap();
    assert_eq!(passkeys.len(), registered);
    world.commit(revocation(&passkeys[0], LastPasskey::Keep)).await.unwrap();
    check(world.commit(world.registration(&world.passkey(&user), session.id)).await, Ok(()));
}

pub async fn passkey_revoked_ends_the_sessions_it_opened_and_only_these(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, lost, by_code) = world.person("ada@example.org").await;
    let kept = world.register(&user, by_code.id).await;
    let [first, second] = [world.sign_in(&lost).await, world.sign_in(&lost).await];
    let other = world.sign_in(&kept).await;
    world.found(&lost).await;
    let change = Change::RevokePasskey {
        passkey: lost.id,
        user: user.id,
        last: LastPasskey::Keep,
        mail: Some(world.mail()),
    };
    assert_eq!(world.commit(change.clone()).await.unwrap().sessions_ended, 2);
    assert!(!world.is_alive(&first).await && !world.is_alive(&second).await);
    for session in [&other, &by_code] {
        assert!(world.is_alive(session).await);
    }
    assert_eq!(world.found(&lost).await.passkey.state, PasskeyState::Revoked);
    let listed = world.store.list_passkeys(user.id).await.unwrap();
    assert_eq!(listed.iter().map(|it| it.id).collect::<Vec<_>>(), [kept.id]);
    check(world.commit(change).await, Err("passkey_gone"));
}

pub async fn passkey_that_is_the_last_is_kept_unless_told(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, passkey, session) = world.person("ada@example.org").await;
    check(world.commit(revocation(&passkey, LastPasskey::Keep)).await, Err("last_passkey"));
    // A held one signs nobody in, so it does not count.
    let held = world.register(&user, session.id).await;
    world.commit(hold(&held)).await.unwrap();
    check(world.commit(revocation(&passkey, LastPasskey::Keep)).await, Err("last_passkey"));
    check(world.commit(revocation(&held, LastPasskey::Keep)).await, Ok(()));
    check(world.commit(revocation(&passkey, LastPasskey::Remove)).await, Ok(()));
    assert!(world.store.list_passkeys(user.id).await.unwrap().is_empty());
}

pub async fn passkey_that_is_the_last_is_kept_in_a_race(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, _, session) = world.person("ada@example.org").await;
    for _ in 0..8 {
        world.register(&user, session.id).await;
        let passkeys = world.store.list_passkeys(user.id).await.unwrap();
        assert_eq!(passkeys.len(), 2);
        let changes: Vec<_> = passkeys.iter().map(|it| revocation(it, LastPasskey::Keep)).collect();
        assert_eq!(winners(&world.commit_at_once(changes).await, "last_passkey"), 1);
        let left = world.store.list_passkeys(user.id).await.unwrap();
        assert_eq!(left.len(), 1);
        assert!(passkeys.iter().any(|it| it.id == left[0].id));
    }
}

pub async fn passkey_held_can_be_released(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, passkey, by_code) = world.person("ada@example.org").await;
    let session = world.sign_in(&passkey).await;
    check(world.commit(release(&passkey)).await, Err("passkey_gone"));
    assert_eq!(world.commit(hold(&passkey)).await.unwrap().sessions_ended, 1);
    assert!(!world.is_alive(&session).await && world.is_alive(&by_code).await);
    check(world.commit(hold(&passkey)).await, Err("passkey_gone"));
    let listed = world.store.list_passkeys(user.id).await.unwrap();
    assert_eq!(listed[0].state, PasskeyState::Held);
    check(world.commit(release(&passkey)).await, Ok(()));
    assert!(!world.is_alive(&session).await);
    world.sign_in(&passkey).await;
}

pub async fn passkey_reads_are_fresh_after_each_commit(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, passkey, session) = world.person("ada@example.org").await;
    world.register(&user, session.id).await;
    // Each read may fill a cache that the next commit must empty, with readers all the while.
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let (world, passkey) = (world.clone(), passkey.clone());
            tokio::task::JoinSet::from_iter([async move {
                loop {
                    world.found(&passkey).await;
                    tokio::task::yield_now().await;
                }
            }])
        })
        .collect();
    for round in 0..50 {
        let nickname = format!("Key {round}");
        let rename = Change::RenamePasskey {
            passkey: passkey.id,
            user: user.id,
            nickname: nickname.parse().unwrap(),
        };
        world.commit(rename).await.unwrap();
        assert_eq!(world.found(&passkey).await.passkey.nickname.as_str(), nickname);
        world.commit(hold(&passkey)).await.unwrap();
        assert_eq!(world.found(&passkey).await.passkey.state, PasskeyState::Held);
        world.commit(release(&passkey)).await.unwrap();
        assert_eq!(world.found(&passkey).await.passkey.state, PasskeyState::Active);
    }
    world.commit(revocation(&passkey, LastPasskey::Keep)).await.unwrap();
    assert_eq!(world.found(&passkey).await.passkey.state, PasskeyState::Revoked);
    drop(readers);
}

pub async fn passkey_counts_follow_registration_and_revocation(store: Arc<dyn Store>) {
    let world = World::new(store);
    assert!(world.store.list_rp_ids().await.unwrap().is_empty());
    let (user, passkey, session) = world.person("ada@example.org").await;
    let mut elsewhere = world.passkey(&user);
    elsewhere.record.rp_id = "localhost".parse().unwrap();
    world.commit(world.registration(&elsewhere, session.id)).await.unwrap();
    let counts = async || -> Vec<(String, u64)> {
        let listed = world.store.list_rp_ids().await.unwrap();
        let mut counts: Vec<_> =
            listed.into_iter().map(|(rp_id, count)| (rp_id.as_str().to_owned(), count)).collect();
        counts.sort();
        counts
    };
    let both = [("example.org".to_owned(), 1), ("localhost".to_owned(), 1)];
    assert_eq!(counts().await, both);
    world.commit(hold(&elsewhere)).await.unwrap();
    assert_eq!(counts().await, both);
    world.commit(revocation(&passkey, LastPasskey::Remove)).await.unwrap();
    assert_eq!(counts().await, both[1..]);
}

pub async fn passkey_last_use_follows_from_sessions(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, used, session) = world.person("ada@example.org").await;
    world.advance_ms(1);
    let unused = world.register(&user, session.id).await;
    world.advance_ms(MINUTE);
    let first: Session = world.sign_in(&used).await;
    world.advance_ms(MINUTE);
    let second = world.sign_in(&used).await;
    for session in [&first, &second] {
        world.commit(super::session::end(session)).await.unwrap();
    }
    let listed = world.store.list_passkeys(user.id).await.unwrap();
    let uses: Vec<_> = listed.iter().map(|it| (it.id, it.last_used_at)).collect();
    let expected = [(used.id, Some(second.authenticated_at)), (unused.id, None)];
    assert_eq!(uses, expected);
}
