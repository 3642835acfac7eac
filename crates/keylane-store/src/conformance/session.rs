//! Sessions.

use std::sync::Arc;

use keylane_model::{Change, Session, SessionEnd};

use super::world::{MINUTE, SESSION_MS, World, check, winners};
use crate::Store;

pub(super) fn end(session: &Session) -> Change {
    Change::EndSession { session: session.id, user: session.user, why: SessionEnd::SignedOut }
}

fn refresh(world: &World, session: &Session, from: u32) -> Change {
    let expires_at = world.now().saturating_add_ms(SESSION_MS);
    Change::RefreshSession { session: session.id, user: session.user, from, expires_at }
}

pub async fn session_is_found_while_it_is_alive(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, passkey, _) = world.person("ada@example.org").await;
    let session = world.sign_in(&passkey).await;
    world.advance_ms(SESSION_MS - 1);
    let found = world.store.find_session(session.id, world.now()).await.unwrap().unwrap();
    assert_eq!((found.session, found.user), (session.clone(), user));
    world.advance_ms(1);
    assert!(!world.is_alive(&session).await);
    check(world.commit(end(&session)).await, Err("session_gone"));
}

pub async fn session_ends_once(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (_, passkey, other) = world.person("ada@example.org").await;
    let (bob, ..) = world.person("bob@example.org").await;
    let session = world.sign_in(&passkey).await;
    let foreign =
        Change::EndSession { session: session.id, user: bob.id, why: SessionEnd::EndedByUser };
    check(world.commit(foreign).await, Err("session_gone"));
    assert!(world.is_alive(&session).await);
    let ends = std::iter::repeat_n(end(&session), 8);
    assert_eq!(winners(&world.commit_at_once(ends).await, "session_gone"), 1);
    assert!(!world.is_alive(&session).await && world.is_alive(&other).await);
}

pub async fn sessions_end_together(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, passkey, _) = world.person("ada@example.org").await;
    let (_, _, of_bob) = world.person("bob@example.org").await;
    let expired = world.sign_in(&passkey).await;
    world.advance_ms(SESSION_MS / 2);
    let session = world.sign_in(&passkey).await;
    world.commit(refresh(&world, &of_bob, 0)).await.unwrap();
    world.advance_ms(SESSION_MS / 2);
    let committed = world.commit(Change::EndSessions { user: user.id }).await.unwrap();
    assert_eq!(committed.sessions_ended, 1);
    assert!(!world.is_alive(&session).await && world.is_alive(&of_bob).await);
    // Not even a clock that is set back brings one to life.
    world.set_back_ms(SESSION_MS / 2);
    assert!(!world.is_alive(&expired).await);
}

pub async fn sessions_are_listed_newest_first(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, passkey, first) = world.person("ada@example.org").await;
    world.person("bob@example.org").await;
    world.advance_ms(MINUTE);
    let second = world.sign_in(&passkey).await;
    world.advance_ms(MINUTE);
    let third = world.sign_in(&passkey).await;
    let listed = world.store.list_sessions(user.id, world.now()).await.unwrap();
    assert_eq!(listed, [third.clone(), second.clone(), first]);
    world.commit(end(&second)).await.unwrap();
    world.advance_ms(SESSION_MS - 2 * MINUTE);
    assert_eq!(world.store.list_sessions(user.id, world.now()).await.unwrap(), [third]);
}

pub async fn refresh_race_has_one_winner(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (_, passkey, _) = world.person("ada@example.org").await;
    let session = world.sign_in(&passkey).await;
    world.advance_ms(MINUTE);
    let refreshes: Vec<_> = (0..16).map(|_| refresh(&world, &session, 0)).collect();
    assert_eq!(winners(&world.commit_at_once(refreshes).await, "refresh_raced"), 1);
    let found = world.store.find_session(session.id, world.now()).await.unwrap().unwrap();
    let expected = Session {
        refresh_generation: 1,
        refreshed_at: world.now(),
        expires_at: world.now().saturating_add_ms(SESSION_MS),
        ..session.clone()
    };
    assert_eq!(found.session, expected);
    check(world.commit(refresh(&world, &session, 1)).await, Ok(()));
    check(world.commit(refresh(&world, &session, 1)).await, Err("refresh_raced"));
}

pub async fn refresh_of_a_dead_session_is_refused(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (_, passkey, _) = world.person("ada@example.org").await;
    let ended = world.sign_in(&passkey).await;
    let expiring = world.sign_in(&passkey).await;
    let never = world.session(passkey.user, None);
    world.commit(end(&ended)).await.unwrap();
    world.advance_ms(SESSION_MS);
    for session in [ended, expiring, never] {
        check(world.commit(refresh(&world, &session, 0)).await, Err("session_gone"));
    }
}
