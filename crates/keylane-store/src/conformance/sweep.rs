//! Removing what has expired.

use std::sync::Arc;

use keylane_model::Change;

use super::world::{CODE_MS, MINUTE, SESSION_MS, World, check};
use crate::Store;

async fn sweep(world: &World) -> u32 {
    world.commit(Change::Sweep).await.unwrap().rows_swept
}

pub async fn sweep_removes_only_what_expired(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (_, passkey, first) = world.person("ada@example.org").await;
    sweep(&world).await;
    let code = world.code("bob@example.org");
    world.commit(Change::IssueCode { code: code.clone(), mail: world.mail() }).await.unwrap();
    let session = world.session(passkey.user, Some(passkey.id));
    let sign_in = world.authentication(&passkey, &session);
    world.commit(sign_in.clone()).await.unwrap();

    world.advance_ms(CODE_MS);
    assert_eq!(sweep(&world).await, 0);
    check(world.commit(sign_in.clone()).await, Err("ceremony_spent"));
    world.advance_ms(1);
    // Two codes and two ceremonies, but no session.
    assert_eq!(sweep(&world).await, 4);
    assert_eq!(world.store.find_code(code.id).await.unwrap(), None);
    assert!(world.is_alive(&session).await && world.is_alive(&first).await);

    world.advance_ms(SESSION_MS);
    // Two sessions, and three mails that nobody delivered.
    assert_eq!(sweep(&world).await, 5);
    assert!(!world.is_alive(&session).await);
    assert!(world.store.find_user(passkey.user).await.unwrap().is_some());
    assert_eq!(world.store.list_passkeys(passkey.user).await.unwrap().len(), 1);
}

pub async fn sweep_removes_mails_that_nobody_delivers(store: Arc<dyn Store>) {
    let world = World::new(store);
    let code = world.code("ada@example.org");
    world.commit(Change::IssueCode { code, mail: world.mail() }).await.unwrap();
    let waiting = async || world.store.list_due_mails(world.now(), 10).await.unwrap().len();
    world.advance_ms(CODE_MS + 60 * MINUTE);
    sweep(&world).await;
    assert_eq!(waiting().await, 1, "whoever delivers still has time to give it up");
    world.advance_ms(1);
    assert_eq!(sweep(&world).await, 1);
    assert_eq!(waiting().await, 0);
}

pub async fn sweep_carries_the_last_use_over(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, passkey, _) = world.person("ada@example.org").await;
    world.sign_in(&passkey).await;
    world.advance_ms(MINUTE);
    let last = world.sign_in(&passkey).await;
    world.commit(super::session::end(&last)).await.unwrap();
    let used_at = world.now();

    let last_use = async || world.store.list_passkeys(user.id).await.unwrap()[0].last_used_at;
    assert_eq!(last_use().await, Some(used_at));
    world.advance_ms(2 * SESSION_MS);
    while sweep(&world).await > 0 {}
    assert_eq!(last_use().await, Some(used_at));
    // An older use than the one on record does not undo it.
    world.set_back_ms(3 * SESSION_MS);
    world.sign_in(&passkey).await;
    world.advance_ms(9 * SESSION_MS);
    while sweep(&world).await > 0 {}
    assert_eq!(last_use().await, Some(used_at));
}

pub async fn sweep_of_nothing_leaves_no_entry(store: Arc<dyn Store>) {
    let world = World::new(store);
    assert_eq!(world.commit(Change::Sweep).await.unwrap().audit, 0);
    world.sign_up("ada@example.org").await;
    let latest = world.latest_entry().await;
    let committed = world.commit(Change::Sweep).await.unwrap();
    assert_eq!((committed.audit, committed.rows_swept), (latest, 0));
    assert_eq!(world.latest_entry().await, latest);
}

pub async fn sweep_of_many_goes_on_until_it_is_done(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (_, passkey, _) = world.person("ada@example.org").await;
    let changes: Vec<_> = (0..2_000)
        .map(|_| world.authentication(&passkey, &world.session(passkey.user, Some(passkey.id))))
        .collect();
    let outcomes = world.commit_at_once(changes).await;
    assert!(outcomes.iter().all(Result::is_ok));
    world.advance_ms(SESSION_MS + 1);
    let (mut rows, mut slices) = (0, 0);
    loop {
        let swept = sweep(&world).await;
        if swept == 0 {
            break;
        }
        rows += swept;
        slices += 1;
    }
    // Sessions, ceremonies (one of the registration) and a code.
    assert_eq!(rows, 2_001 + 2_001 + 1);
    assert!(slices > 1, "one slice must not hold everything up");
}
