//! Codes and accounts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is a test")]

mod support;

use keylane_model::{Assurance, AuditAction, CODE_ATTEMPTS_MAX, RequestContext};
use keylane_service::{BeginSignUpError, VerifySignUpError};
use keylane_store::Store as _;
use support::{Away, World, place, synced_passkey};

#[tokio::test]
async fn sweep_goes_on_until_nothing_that_has_expired_is_left() {
    let world = World::new().await;
    let mut asked = Vec::new();
    for number in 0..1_100 {
        asked.push(world.ask_for_code(&format!("person{number}@example.org")).await.signup);
    }
    world.pass_ms(10 * 60 * 1000 + 1);
    world.service.sweep().await.unwrap();
    for signup in asked {
        assert!(world.store.find_code(signup).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn right_code_opens_an_account_at_the_assurance_of_a_code() {
    let world = World::new().await;
    let opened = world.sign_up("ada@example.org").await;
    assert_eq!(opened.session.assurance, Assurance::Code);
    assert_eq!(opened.user.email.as_str(), "ada@example.org");
    assert_eq!(world.audited(AuditAction::UserCreated).await.len(), 1);
}

#[tokio::test]
async fn code_may_be_typed_with_spaces() {
    let world = World::new().await;
    let sent = world.ask_for_code("ada@example.org").await;
    let digits = world.digits().await;
    let spaced = format!(" {} {} ", &digits[..3], &digits[3..]);
    assert!(world.service.verify_sign_up(sent.signup, &spaced, place()).await.is_ok());
}

#[tokio::test]
async fn code_is_good_once() {
    let world = World::new().await;
    let sent = world.ask_for_code("ada@example.org").await;
    let digits = world.digits().await;
    world.service.verify_sign_up(sent.signup, &digits, place()).await.unwrap();
    let again = world.service.verify_sign_up(sent.signup, &digits, place()).await;
    assert!(matches!(again, Err(VerifySignUpError::Refused)));
}

#[tokio::test]
async fn right_code_after_five_wrong_ones_is_refused() {
    let world = World::new().await;
    let sent = world.ask_for_code("ada@example.org").await;
    let digits = world.digits().await;
    for _ in 0..CODE_ATTEMPTS_MAX {
        let wrong = world.service.verify_sign_up(sent.signup, "abcdef", place()).await;
        assert!(matches!(wrong, Err(VerifySignUpError::Refused)));
    }
    let right = world.service.verify_sign_up(sent.signup, &digits, place()).await;
    assert!(matches!(right, Err(VerifySignUpError::Refused)));
}

#[tokio::test]
async fn person_who_used_up_the_tries_gets_in_with_a_new_code() {
    let world = World::new().await;
    let sent = world.ask_for_code("ada@example.org").await;
    for _ in 0..CODE_ATTEMPTS_MAX {
        let _refused = world.service.verify_sign_up(sent.signup, "abcdef", place()).await;
    }
    world.pass_ms(1_000);
    world.sign_up("ada@example.org").await;
}

#[tokio::test]
async fn code_after_ten_minutes_is_refused() {
    let world = World::new().await;
    let sent = world.ask_for_code("ada@example.org").await;
    let digits = world.digits().await;
    world.pass_ms(10 * 60 * 1000 + 1);
    let late = world.service.verify_sign_up(sent.signup, &digits, place()).await;
    assert!(matches!(late, Err(VerifySignUpError::Refused)));
}

#[tokio::test]
async fn newer_code_ends_the_older_one() {
    let world = World::new().await;
    let older = world.ask_for_code("ada@example.org").await;
    let digits = world.digits().await;
    world.pass_ms(1);
    world.ask_for_code("ada@example.org").await;
    let late = world.service.verify_sign_up(older.signup, &digits, place()).await;
    assert!(matches!(late, Err(VerifySignUpError::Refused)));
}

#[tokio::test]
async fn account_with_a_passkey_gets_a_mail_without_a_code_and_the_same_answer() {
    let world = World::new().await;
    world.person("ada@example.org", &mut synced_passkey()).await;
    world.newest_mail().await;
    world.pass_ms(60_000);

    let known = world.ask_for_code("ada@example.org").await;
    let mail = world.newest_mail().await;
    assert!(mail.code.is_none() && mail.subject.contains("already have an account"));

    let unknown = world.ask_for_code("bob@example.org").await;
    assert_eq!(
        (known.expires_in_s, known.resend_after_s),
        (unknown.expires_in_s, unknown.resend_after_s)
    );
}

#[tokio::test]
async fn account_without_a_passkey_goes_on_where_it_stopped() {
    let world = World::new().await;
    let first = world.sign_up("ada@example.org").await;
    world.pass_ms(60_000);
    let second = world.sign_up("ada@example.org").await;
    assert_eq!(first.user.id, second.user.id);
    assert_eq!(world.audited(AuditAction::UserCreated).await.len(), 1);
    assert_eq!(world.audited(AuditAction::CodeSignIn).await.len(), 1);
}

#[tokio::test]
async fn too_many_codes_for_one_address_must_wait_whoever_asks() {
    let world = World::new().await;
    for _ in 0..5 {
        world.ask_for_code("ada@example.org").await;
    }
    let email = "ada@example.org".parse().unwrap();
    let sixth = world.service.begin_sign_up(&email, RequestContext::default()).await;
    let Err(BeginSignUpError::TooMany(wait)) = sixth else { panic!("{sixth:?}") };
    world.pass_ms(wait.retry_after_s * 1000);
    world.ask_for_code("ada@example.org").await;
}

#[tokio::test]
async fn mail_waits_while_the_mail_server_is_away() {
    let world = World::new().await;
    world.ask_for_code("ada@example.org").await;
    let delivered = world.service.deliver_mails(&Away).await.unwrap();
    assert_eq!((delivered.sent, delivered.deferred), (0, 1));

    let too_soon = world.service.deliver_mails(&world.mailbox).await.unwrap();
    assert_eq!(too_soon.sent, 0);
    world.pass_ms(5_000);
    assert_eq!(world.digits().await.len(), 6);
}

#[tokio::test]
async fn mail_with_a_dead_code_is_not_sent_any_more() {
    let world = World::new().await;
    world.ask_for_code("ada@example.org").await;
    world.pass_ms(10 * 60 * 1000 + 1);
    let delivered = world.service.deliver_mails(&world.mailbox).await.unwrap();
    assert_eq!((delivered.sent, delivered.given_up), (0, 1));
}
