//! Ceremonies are spent once; signing in writes what it must and nothing else.

use std::sync::Arc;

use keylane_model::{Change, CredentialUpdate};

use super::world::{MINUTE, World, check, winners};
use crate::Store;

pub async fn ceremony_is_spent_once_by_many_at_once(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (_, passkey, _) = world.person("ada@example.org").await;
    let ceremony = world.ceremony();
    let changes = (0..32).map(|_| Change::RecordAuthentication {
        passkey: passkey.id,
        ceremony,
        update: None,
        session: world.session(passkey.user, Some(passkey.id)),
        replaces: None,
        signals: Vec::new(),
    });
    let changes: Vec<_> = changes.collect();
    assert_eq!(winners(&world.commit_at_once(changes).await, "ceremony_spent"), 1);
}

pub async fn ceremony_of_a_refused_change_is_not_spent(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (_, passkey, _) = world.person("ada@example.org").await;
    let hold = Change::HoldPasskey {
        passkey: passkey.id,
        user: passkey.user,
        code: "counter_fell",
        ceremony: None,
    };
    world.commit(hold).await.unwrap();
    let session = world.session(passkey.user, Some(passkey.id));
    let sign_in = world.authentication(&passkey, &session);
    check(world.commit(sign_in.clone()).await, Err("passkey_gone"));
    let release = Change::ReleasePasskey { passkey: passkey.id, user: passkey.user };
    world.commit(release).await.unwrap();
    check(world.commit(sign_in).await, Ok(()));
}

pub async fn authentication_opens_a_session_and_ends_the_one_it_replaces(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (_, passkey, first) = world.person("ada@example.org").await;
    let (_, _, of_bob) = world.person("bob@example.org").await;
    let second = world.session(passkey.user, Some(passkey.id));
    let replacing = |session, replaces| Change::RecordAuthentication {
        passkey: passkey.id,
        ceremony: world.ceremony(),
        update: None,
        session,
        replaces: Some(replaces),
        signals: vec!["sign_count_did_not_rise"],
    };
    let committed = world.commit(replacing(second.clone(), first.id)).await.unwrap();
    assert_eq!(committed.sessions_ended, 1);
    assert!(world.is_alive(&second).await && !world.is_alive(&first).await);
    let found = world.store.find_session(second.id, world.now()).await.unwrap().unwrap();
    assert_eq!(found.session, second);
    assert_eq!(found.user.id, passkey.user);

    // A session that is not the user's is left alone.
    let third = world.session(passkey.user, Some(passkey.id));
    let committed = world.commit(replacing(third, of_bob.id)).await.unwrap();
    assert_eq!(committed.sessions_ended, 0);
    assert!(world.is_alive(&of_bob).await);
}

pub async fn authentication_keeps_the_larger_counter(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (_, passkey, _) = world.person("ada@example.org").await;
    for (received, expected) in [(5, 5), (3, 5), (9, 9)] {
        world.found(&passkey).await;
        let update = CredentialUpdate {
            sign_count: received,
            backed_up: false,
            backup_eligible: true,
            uv_initialized: true,
        };
        let session = world.session(passkey.user, Some(passkey.id));
        let change = world.authentication_with(&passkey, &session, Some(update));
        world.commit(change).await.unwrap();
        let record = &world.found(&passkey).await.passkey.record;
        assert_eq!((record.sign_count, record.backed_up), (expected, false));
    }
}

pub async fn authentication_with_a_passkey_that_is_not_active_is_refused(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, held, session) = world.person("ada@example.org").await;
    let revoked = world.register(&user, session.id).await;
    let never = world.passkey(&user);
    let hold = Change::HoldPasskey {
        passkey: held.id,
        user: user.id,
        code: "counter_fell",
        ceremony: None,
    };
    let revoke = super::passkey::revocation(&revoked, keylane_model::LastPasskey::Remove);
    world.commit(hold).await.unwrap();
    world.commit(revoke).await.unwrap();
    for passkey in [held, revoked, never] {
        let session = world.session(user.id, Some(passkey.id));
        let change = world.authentication(&passkey, &session);
        check(world.commit(change).await, Err("passkey_gone"));
        assert!(!world.is_alive(&session).await);
    }
}

pub async fn authentication_with_another_users_passkey_is_refused(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (ada, ..) = world.person("ada@example.org").await;
    let (_, of_bob, _) = world.person("bob@example.org").await;
    let session = world.session(ada.id, Some(of_bob.id));
    let change = world.authentication(&of_bob, &session);
    check(world.commit(change).await, Err("passkey_gone"));
}

pub async fn authentication_works_when_the_clock_was_set_back(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (_, passkey, _) = world.person("ada@example.org").await;
    let early = world.sign_in(&passkey).await;
    world.set_back_ms(90 * MINUTE);
    let session = world.sign_in(&passkey).await;
    assert!(world.is_alive(&session).await);
    let end = super::session::end(&early);
    check(world.commit(end).await, Ok(()));
    assert!(!world.is_alive(&early).await);
}
