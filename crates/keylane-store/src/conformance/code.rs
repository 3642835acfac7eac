//! One-time codes.

use std::sync::Arc;

use keylane_model::{CODE_ATTEMPTS_MAX, Change, CodePurpose, OneTimeCode};

use super::world::{CODE_MS, World, check, winners};
use crate::Store;

async fn issued(world: &World, email: &str) -> OneTimeCode {
    let code = world.code(email);
    world.commit(Change::IssueCode { code: code.clone(), mail: world.mail() }).await.unwrap();
    code
}

fn sign_up(world: &World, code: &OneTimeCode, email: &str) -> Change {
    let user = world.user(email);
    Change::SignUp { code: code.id, session: world.session(user.id, None), user }
}

pub async fn code_attempts_are_shared_by_parallel_guesses(store: Arc<dyn Store>) {
    let world = World::new(store);
    let code = issued(&world, "ada@example.org").await;
    let guesses = std::iter::repeat_n(Change::AttemptCode { code: code.id }, 32);
    let counted = winners(&world.commit_at_once(guesses).await, "code_dead");
    assert_eq!(counted, CODE_ATTEMPTS_MAX as usize);
    let found = world.store.find_code(code.id).await.unwrap().unwrap();
    assert_eq!(found, OneTimeCode { attempts: CODE_ATTEMPTS_MAX, ..code.clone() });
    // The last of these tries may have been the right one.
    check(world.commit(sign_up(&world, &code, "ada@example.org")).await, Ok(()));
}

pub async fn code_dies_when_it_expires(store: Arc<dyn Store>) {
    let world = World::new(store);
    let code = issued(&world, "ada@example.org").await;
    world.advance_ms(CODE_MS);
    check(world.commit(Change::AttemptCode { code: code.id }).await, Ok(()));
    world.advance_ms(1);
    check(world.commit(Change::AttemptCode { code: code.id }).await, Err("code_dead"));
    check(world.commit(sign_up(&world, &code, "ada@example.org")).await, Err("code_dead"));
}

pub async fn code_dies_when_a_newer_one_is_issued(store: Arc<dyn Store>) {
    let world = World::new(store);
    let older = issued(&world, "ada@example.org").await;
    let of_bob = issued(&world, "bob@example.org").await;
    let newer = issued(&world, "ada@example.org").await;
    check(world.commit(Change::AttemptCode { code: older.id }).await, Err("code_dead"));
    check(world.commit(Change::AttemptCode { code: of_bob.id }).await, Ok(()));
    check(world.commit(Change::AttemptCode { code: newer.id }).await, Ok(()));
}

pub async fn code_opens_one_account(store: Arc<dyn Store>) {
    let world = World::new(store);
    let code = issued(&world, "ada@example.org").await;
    let changes: Vec<_> = (0..8).map(|_| sign_up(&world, &code, "ada@example.org")).collect();
    assert_eq!(winners(&world.commit_at_once(changes).await, "code_dead"), 1);
    check(world.commit(Change::AttemptCode { code: code.id }).await, Err("code_dead"));
    assert_eq!(world.store.statistics(world.now()).await.unwrap().users, 1);
}

pub async fn code_opens_no_account_for_another_address(store: Arc<dyn Store>) {
    let world = World::new(store);
    let code = issued(&world, "ada@example.org").await;
    check(world.commit(sign_up(&world, &code, "bob@example.org")).await, Err("code_dead"));
    check(world.commit(sign_up(&world, &code, "ada@example.org")).await, Ok(()));

    let (bob, _) = world.sign_up("bob@example.org").await;
    let code = issued(&world, "ada@example.org").await;
    let session = world.session(bob.id, None);
    let sign_in = Change::SignInWithCode { code: code.id, session };
    check(world.commit(sign_in).await, Err("code_dead"));
}

pub async fn code_that_is_a_decoy_opens_nothing(store: Arc<dyn Store>) {
    let world = World::new(store);
    let code = OneTimeCode { purpose: CodePurpose::Decoy, ..world.code("ada@example.org") };
    world.commit(Change::IssueCode { code: code.clone(), mail: world.mail() }).await.unwrap();
    check(world.commit(Change::AttemptCode { code: code.id }).await, Ok(()));
    check(world.commit(sign_up(&world, &code, "ada@example.org")).await, Err("code_dead"));
}

pub async fn code_signs_in_who_has_no_passkey(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, first) = world.sign_up("ada@example.org").await;
    let session = world.session(user.id, None);
    let sign_in =
        |code: &OneTimeCode| Change::SignInWithCode { code: code.id, session: session.clone() };

    let code = issued(&world, "ada@example.org").await;
    check(world.commit(sign_in(&code)).await, Ok(()));
    assert!(world.is_alive(&session).await);
    check(world.commit(sign_in(&code)).await, Err("code_dead"));

    world.register(&user, first.id).await;
    let code = issued(&world, "ada@example.org").await;
    check(world.commit(sign_in(&code)).await, Err("passkey_exists"));
    world.commit(Change::LockUser { user: user.id }).await.unwrap();
    check(world.commit(sign_in(&code)).await, Err("user_locked"));
    // A refusal leaves the code alive.
    check(world.commit(Change::AttemptCode { code: code.id }).await, Ok(()));
}

pub async fn sign_up_race_for_a_handle_has_one_winner(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (ada, _) = world.sign_up("ada@example.org").await;
    let code = issued(&world, "ada@example.org").await;
    check(world.commit(sign_up(&world, &code, "ada@example.org")).await, Err("handle_taken"));

    let code = issued(&world, "bob@example.org").await;
    let changes: Vec<_> = (0..16).map(|_| sign_up(&world, &code, "bob@example.org")).collect();
    assert_eq!(winners(&world.commit_at_once(changes).await, "code_dead"), 1);
    let found = world.store.find_user_by_email(&ada.email).await.unwrap();
    assert_eq!(found, Some(ada));
}
