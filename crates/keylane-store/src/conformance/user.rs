//! Accounts.

use std::sync::Arc;

use keylane_model::{Change, Role, SystemEntropy, UserId, UserStatus};

use super::world::{World, check, winners};
use crate::{Statistics, Store};

pub async fn user_is_found_by_id_and_by_handle(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, _) = world.sign_up("ada@example.org").await;
    assert_eq!(world.store.find_user(user.id).await.unwrap(), Some(user.clone()));
    assert_eq!(world.store.find_user_by_email(&user.email).await.unwrap(), Some(user));
    let stranger = world.user("bob@example.org");
    assert_eq!(world.store.find_user(stranger.id).await.unwrap(), None);
    assert_eq!(world.store.find_user_by_email(&stranger.email).await.unwrap(), None);
}

pub async fn user_locked_has_no_session_and_cannot_sign_in(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, passkey, first) = world.person("ada@example.org").await;
    let second = world.sign_in(&passkey).await;
    world.found(&passkey).await;
    let committed = world.commit(Change::LockUser { user: user.id }).await.unwrap();
    assert_eq!(committed.sessions_ended, 2);
    assert!(!world.is_alive(&first).await && !world.is_alive(&second).await);
    assert_eq!(world.found(&passkey).await.user.status, UserStatus::Locked);

    let session = world.session(user.id, Some(passkey.id));
    let sign_in = world.authentication(&passkey, &session);
    check(world.commit(sign_in.clone()).await, Err("user_locked"));
    let another = world.passkey(&user);
    check(world.commit(world.registration(&another, first.id)).await, Err("user_locked"));

    // Locking twice is no mistake, and unlocking brings the person back, but no session.
    check(world.commit(Change::LockUser { user: user.id }).await, Ok(()));
    check(world.commit(Change::UnlockUser { user: user.id }).await, Ok(()));
    assert_eq!(world.found(&passkey).await.user.status, UserStatus::Active);
    check(world.commit(sign_in).await, Ok(()));
    assert!(world.is_alive(&session).await && !world.is_alive(&second).await);
}

pub async fn user_that_does_not_exist_cannot_be_locked(store: Arc<dyn Store>) {
    let world = World::new(store);
    let user = UserId::new(world.now(), &SystemEntropy).unwrap();
    check(world.commit(Change::LockUser { user }).await, Err("user_gone"));
    check(world.commit(Change::UnlockUser { user }).await, Err("user_gone"));
    check(world.commit(Change::ClaimAdministrator { user }).await, Err("user_gone"));
}

pub async fn administrator_race_has_one_winner(store: Arc<dyn Store>) {
    let world = World::new(store);
    let mut changes = Vec::new();
    for number in 0..8 {
        let (user, _) = world.sign_up(&format!("user{number}@example.org")).await;
        changes.push(Change::ClaimAdministrator { user: user.id });
    }
    assert!(!world.store.has_administrator().await.unwrap());
    assert_eq!(winners(&world.commit_at_once(changes).await, "administrator_exists"), 1);
    assert!(world.store.has_administrator().await.unwrap());
    let page = world.store.list_users(None, 100).await.unwrap();
    let administrators = page.users.iter().filter(|it| it.user.role == Role::Administrator);
    assert_eq!(administrators.count(), 1);
}

pub async fn users_are_listed_in_pages(store: Arc<dyn Store>) {
    let world = World::new(store);
    let mut expected = Vec::new();
    for number in 0..5 {
        world.advance_ms(1);
        let (user, session) = world.sign_up(&format!("user{number}@example.org")).await;
        for _ in 0..number {
            world.register(&user, session.id).await;
        }
        expected.push((user.id, number));
    }
    let mut listed = Vec::new();
    let mut after = None;
    loop {
        let page = world.store.list_users(after, 2).await.unwrap();
        assert!(page.users.len() <= 2);
        listed.extend(page.users.iter().map(|it| (it.user.id, it.passkeys)));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(listed, expected);
}

pub async fn statistics_count_what_is_there(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (_, passkey, _) = world.person("ada@example.org").await;
    world.sign_up("bob@example.org").await;
    let session = world.sign_in(&passkey).await;
    world.commit(super::session::end(&session)).await.unwrap();
    let expected = Statistics { users: 2, passkeys: 1, sessions: 2, mails: 3, audit_entries: 9 };
    assert_eq!(world.store.statistics(world.now()).await.unwrap(), expected);
}

pub async fn store_answers_a_ping(store: Arc<dyn Store>) {
    store.ping().await.unwrap();
}
