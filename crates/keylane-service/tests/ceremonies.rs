//! Registration and sign-in, and what must not lead to either.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is a test")]

mod support;

use keylane_authenticator::{Authenticator, AuthenticatorConfig};
use keylane_model::{AuditAction, Change, Commit, Delivery, LastPasskey, PasskeyState};
use keylane_service::{
    BeginRegistrationError, CeremonyError, FallingCounter, FinishAuthenticationError,
    FinishRegistrationError, Place, Policy, RevokePasskeyError,
};
use keylane_store::Store;
use keylane_webauthn::{AuthenticationResponse, RegistrationResponse};
use support::{ORIGIN, World, own_page, place, synced_passkey};

#[tokio::test]
async fn first_passkey_raises_the_session_of_the_code() {
    let world = World::new().await;
    let code_session = world.sign_up("ada@example.org").await;
    let registered = world.register(&code_session, &mut synced_passkey()).await;
    let raised = registered.opened.expect("a new session");
    assert_eq!(raised.session.passkey, Some(registered.passkey.id));
    let ended = world.store.find_session(code_session.session.id, world.service.now()).await;
    assert!(ended.unwrap().is_none(), "the session of the code has ended");
}

#[tokio::test]
async fn passkey_signs_in_and_its_last_use_is_known_though_its_counter_stays_at_zero() {
    let world = World::new().await;
    let mut key = synced_passkey();
    let person = world.person("ada@example.org", &mut key).await;
    world.pass_ms(60_000);
    let opened = world.sign_in(&mut key).await;
    assert_eq!(opened.user.id, person.user.id);
    let passkeys = world.store.list_passkeys(person.user.id).await.unwrap();
    assert_eq!(passkeys[0].last_used_at, Some(opened.session.authenticated_at));
    assert_eq!(passkeys[0].record.sign_count, 0);
}

#[tokio::test]
async fn same_answer_twice_signs_in_once() {
    let world = World::new().await;
    let mut key = synced_passkey();
    world.person("ada@example.org", &mut key).await;
    let assertion = world.assertion(None, &mut key).await;
    world.finish(&assertion).await.unwrap();
    check_ceremony(world.finish(&assertion).await, CeremonyError::Spent);
}

#[tokio::test]
async fn same_answer_from_two_nodes_signs_in_once() {
    let world = World::new().await;
    let mut key = synced_passkey();
    world.person("ada@example.org", &mut key).await;
    let other_node =
        support::start(Policy::default(), world.store.clone(), world.clock.clone()).await;
    let assertion = world.assertion(None, &mut key).await;
    world.finish(&assertion).await.unwrap();
    let response = AuthenticationResponse::from_json(&assertion).unwrap();
    let second = other_node.finish_authentication(&response, None, place()).await;
    check_ceremony(second, CeremonyError::Spent);
}

#[tokio::test]
async fn ceremony_survives_a_restart_and_a_new_sealing_key() {
    let world = World::new().await;
    let mut key = synced_passkey();
    let person = world.person("ada@example.org", &mut key).await;
    world.pass_ms(24 * 60 * 60 * 1000 - 1);
    let assertion = world.assertion(None, &mut key).await;

    world.pass_ms(1);
    let restarted =
        support::start(Policy::default(), world.store.clone(), world.clock.clone()).await;
    let response = AuthenticationResponse::from_json(&assertion).unwrap();
    let opened = restarted.finish_authentication(&response, None, place()).await.unwrap();
    assert_eq!(opened.user.id, person.user.id);
    let installed = world.audited(AuditAction::KeyInstalled).await;
    let seals = installed.iter().flatten().filter(|it| *it == "ceremony_seal").count();
    assert_eq!(seals, 2, "the restart was due to make a new key");
}

#[tokio::test]
async fn refused_answer_burns_its_ceremony() {
    let world = World::new().await;
    let mut key = synced_passkey();
    world.person("ada@example.org", &mut key).await;
    let begun = world.service.begin_authentication(None, &place()).await.unwrap();
    let options = serde_json::to_string(&begun.options).unwrap();
    let spoiled = key.get_with(&options, ORIGIN, |parts| parts.flags &= !1).unwrap();
    let good = key.get(&options, ORIGIN).unwrap();

    let refused = world.finish(&spoiled).await;
    assert!(
        matches!(refused, Err(FinishAuthenticationError::Refused { code: "user_not_present" })),
        "{refused:?}"
    );
    check_ceremony(world.finish(&good).await, CeremonyError::Spent);
    let audited = world.audited(AuditAction::CeremonyRefused).await;
    assert_eq!(audited, [Some("user_not_present".to_owned())]);
}

#[tokio::test]
async fn answer_after_five_minutes_has_expired() {
    let world = World::new().await;
    let mut key = synced_passkey();
    world.person("ada@example.org", &mut key).await;
    let assertion = world.assertion(None, &mut key).await;
    world.pass_ms(5 * 60 * 1000 + 1);
    check_ceremony(world.finish(&assertion).await, CeremonyError::Expired);
}

#[tokio::test]
async fn answer_from_another_browser_is_foreign() {
    let world = World::new().await;
    let mut key = synced_passkey();
    world.person("ada@example.org", &mut key).await;
    let begun = world.service.begin_authentication(None, &own_page(1)).await.unwrap();
    let assertion = key.get(&serde_json::to_string(&begun.options).unwrap(), ORIGIN).unwrap();
    let response = AuthenticationResponse::from_json(&assertion).unwrap();

    let other = world.service.finish_authentication(&response, None, own_page(2)).await;
    check_ceremony(other, CeremonyError::Foreign);
    let opened = world.service.finish_authentication(&response, None, own_page(1)).await.unwrap();
    assert_eq!(opened.session.delivery, Delivery::Cookie);
}

#[tokio::test]
async fn named_handle_accepts_only_its_owners_passkey() {
    let world = World::new().await;
    let (mut ada, mut bob) = (synced_passkey(), synced_passkey());
    world.person("ada@example.org", &mut ada).await;
    world.person("bob@example.org", &mut bob).await;

    let assertion = world.assertion(Some("ada@example.org"), &mut ada).await;
    assert!(world.finish(&assertion).await.is_ok());
    for named in ["ada@example.org", "nobody@example.org"] {
        let assertion = world.assertion(Some(named), &mut bob).await;
        let refused = world.finish(&assertion).await;
        assert!(
            matches!(
                refused,
                Err(FinishAuthenticationError::Refused { code: "passkey_of_another_account" })
            ),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn registration_is_bound_to_the_session_that_began_it() {
    let world = World::new().await;
    let ada = world.sign_up("ada@example.org").await;
    let bob = world.sign_up("bob@example.org").await;
    let (ada, bob) = (world.current(&ada).await, world.current(&bob).await);
    let begun = world.service.begin_registration(&ada, &place()).await.unwrap();
    let options = serde_json::to_string(&begun.options).unwrap();
    let answer = synced_passkey().create(&options, ORIGIN).unwrap();
    let response = RegistrationResponse::from_json(&answer).unwrap();
    let stolen = world.service.finish_registration(&bob, &response, None, place()).await;
    assert!(matches!(stolen, Err(FinishRegistrationError::Ceremony(CeremonyError::Foreign))));
}

#[tokio::test]
async fn second_passkey_needs_a_proof_of_the_last_quarter_of_an_hour() {
    let world = World::new().await;
    let mut key = synced_passkey();
    let person = world.person("ada@example.org", &mut key).await;
    let current = world.current(&person).await;
    world.pass_ms(15 * 60 * 1000);
    assert!(world.service.begin_registration(&current, &place()).await.is_ok());
    world.pass_ms(1);
    let late = world.service.begin_registration(&current, &place()).await;
    assert!(matches!(late, Err(BeginRegistrationError::StepUpRequired)));
}

#[tokio::test]
async fn session_of_a_code_cannot_add_to_an_account_that_has_a_passkey() {
    let world = World::new().await;
    let first = world.sign_up("ada@example.org").await;
    world.pass_ms(1_000);
    let second = world.sign_up("ada@example.org").await;
    world.register(&first, &mut synced_passkey()).await;
    let current = world.current(&second).await;
    let refused = world.service.begin_registration(&current, &place()).await;
    assert!(matches!(refused, Err(BeginRegistrationError::StepUpRequired)));
}

#[tokio::test]
async fn registration_begun_with_a_code_is_too_late_once_there_is_a_passkey() {
    let world = World::new().await;
    let first = world.sign_up("ada@example.org").await;
    let second = world.sign_up("ada@example.org").await;
    let current = world.current(&second).await;
    let begun = world.service.begin_registration(&current, &place()).await.unwrap();
    world.register(&first, &mut synced_passkey()).await;

    let options = serde_json::to_string(&begun.options).unwrap();
    let answer = synced_passkey().create(&options, ORIGIN).unwrap();
    let response = RegistrationResponse::from_json(&answer).unwrap();
    let finish = || world.service.finish_registration(&current, &response, None, place());
    assert!(matches!(finish().await, Err(FinishRegistrationError::StepUpRequired)));
    let again = finish().await;
    assert!(matches!(again, Err(FinishRegistrationError::Ceremony(CeremonyError::Spent))));
    let refusals = world.audited(AuditAction::CeremonyRefused).await;
    assert_eq!(refusals, [Some("passkey_exists".to_owned())]);
    assert_eq!(world.store.list_passkeys(second.user.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn session_of_a_code_cannot_remove_a_passkey_made_meanwhile() {
    let world = World::new().await;
    let first = world.sign_up("ada@example.org").await;
    let second = world.sign_up("ada@example.org").await;
    let made = world.register(&first, &mut synced_passkey()).await.passkey.id;
    let current = world.current(&second).await;
    let last = LastPasskey::Remove;
    let refused = world.service.revoke_passkey(&current, made, last, place().request).await;
    assert!(matches!(refused, Err(RevokePasskeyError::StepUpRequired)));
}

#[tokio::test]
async fn removed_passkey_signs_nobody_in_and_its_sessions_are_dead() {
    let world = World::new().await;
    let (mut kept, mut lost) = (synced_passkey(), synced_passkey());
    let person = world.person("ada@example.org", &mut kept).await;
    let lost_id = world.register(&person, &mut lost).await.passkey.id;
    let thief = world.sign_in(&mut lost).await;

    let current = world.current(&person).await;
    let request = place().request;
    let keep = LastPasskey::Keep;
    world.service.revoke_passkey(&current, lost_id, keep, request).await.unwrap();

    let alive = world.store.find_session(thief.session.id, world.service.now()).await.unwrap();
    assert!(alive.is_none(), "the thief's session has ended");
    world.current(&person).await;
    let assertion = world.assertion(None, &mut lost).await;
    let refused = world.finish(&assertion).await;
    assert!(matches!(refused, Err(FinishAuthenticationError::UnknownCredential)));
}

#[tokio::test]
async fn last_passkey_goes_only_when_somebody_said_so() {
    let world = World::new().await;
    let person = world.person("ada@example.org", &mut synced_passkey()).await;
    let current = world.current(&person).await;
    let passkey = person.session.passkey.unwrap();
    let request = place().request;
    let kept =
        world.service.revoke_passkey(&current, passkey, LastPasskey::Keep, request.clone()).await;
    assert!(matches!(kept, Err(RevokePasskeyError::LastPasskey)));
    world.service.revoke_passkey(&current, passkey, LastPasskey::Remove, request).await.unwrap();

    world.pass_ms(1_000);
    let back = world.sign_up("ada@example.org").await;
    assert_eq!(back.user.id, person.user.id, "a code leads back to the same account");
}

#[tokio::test]
async fn locked_account_signs_nobody_in() {
    let world = World::new().await;
    let mut key = synced_passkey();
    let person = world.person("ada@example.org", &mut key).await;
    let commit = Commit {
        at: world.service.now(),
        actor: keylane_model::Actor::Operator,
        request: place().request,
        change: Change::LockUser { user: person.user.id },
    };
    world.store.commit(commit).await.unwrap();
    let assertion = world.assertion(None, &mut key).await;
    let refused = world.finish(&assertion).await;
    assert!(
        matches!(refused, Err(FinishAuthenticationError::Refused { code: "user_locked" })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn counter_that_falls_is_recorded_by_default() {
    let (world, outcome, _) = falling_counter(FallingCounter::Record).await;
    assert!(outcome.is_ok());
    let codes = world.audited(AuditAction::Authenticated).await;
    assert!(codes.iter().flatten().any(|it| it.contains("sign_count_did_not_rise")), "{codes:?}");
}

#[tokio::test]
async fn counter_that_falls_holds_a_device_bound_passkey_when_the_policy_says_so() {
    let (_, outcome, state) = falling_counter(FallingCounter::Hold).await;
    assert!(
        matches!(outcome, Err(FinishAuthenticationError::Refused { code: "sign_count_fell" })),
        "{outcome:?}"
    );
    assert_eq!(state, PasskeyState::Held);
}

#[tokio::test]
async fn old_answer_sent_again_holds_no_passkey() {
    let policy = Policy { falling_counter: FallingCounter::Hold, ..Policy::default() };
    let world = World::with_policy(policy).await;
    let mut key = Authenticator::new(AuthenticatorConfig::security_key());
    let person = world.person("ada@example.org", &mut key).await;
    let assertion = world.assertion(None, &mut key).await;
    world.finish(&assertion).await.unwrap();
    world.sign_in(&mut key).await;

    check_ceremony(world.finish(&assertion).await, CeremonyError::Spent);
    let passkeys = world.store.list_passkeys(person.user.id).await.unwrap();
    assert_eq!(passkeys[0].state, PasskeyState::Active);
}

async fn falling_counter(
    policy: FallingCounter,
) -> (World, Result<keylane_service::Opened, FinishAuthenticationError>, PasskeyState) {
    let policy = Policy { falling_counter: policy, ..Policy::default() };
    let world = World::with_policy(policy).await;
    let mut key = Authenticator::new(AuthenticatorConfig::security_key());
    let person = world.person("ada@example.org", &mut key).await;
    for _ in 0..3 {
        world.sign_in(&mut key).await;
    }
    let begun = world.service.begin_authentication(None, &place()).await.unwrap();
    let options = serde_json::to_string(&begun.options).unwrap();
    let copied = key.get_with(&options, ORIGIN, |parts| parts.sign_count = 1).unwrap();
    let outcome = world.finish(&copied).await;
    let state = world.store.list_passkeys(person.user.id).await.unwrap()[0].state;
    (world, outcome, state)
}

#[tokio::test]
async fn signing_in_again_replaces_the_session_of_the_same_browser() {
    let world = World::new().await;
    let mut key = synced_passkey();
    let person = world.person("ada@example.org", &mut key).await;
    let current = world.current(&person).await;
    let assertion = world.assertion(None, &mut key).await;
    let response = AuthenticationResponse::from_json(&assertion).unwrap();
    let fresh =
        world.service.finish_authentication(&response, Some(&current), place()).await.unwrap();
    let sessions = world.store.list_sessions(person.user.id, world.service.now()).await.unwrap();
    assert_eq!(sessions.iter().map(|it| it.id).collect::<Vec<_>>(), [fresh.session.id]);
}

#[tokio::test]
async fn begin_writes_nothing() {
    let world = World::new().await;
    let person = world.person("ada@example.org", &mut synced_passkey()).await;
    let current = world.current(&person).await;
    let before = world.store.statistics(world.service.now()).await.unwrap();
    for _ in 0..10 {
        world.service.begin_authentication(None, &place()).await.unwrap();
        world.service.begin_registration(&current, &Place { ..place() }).await.unwrap();
    }
    assert_eq!(world.store.statistics(world.service.now()).await.unwrap(), before);
}

#[track_caller]
fn check_ceremony<T: std::fmt::Debug>(
    outcome: Result<T, FinishAuthenticationError>,
    expected: CeremonyError,
) {
    match outcome {
        Err(FinishAuthenticationError::Ceremony(err)) => assert_eq!(err, expected),
        other => panic!("{other:?}"),
    }
}
