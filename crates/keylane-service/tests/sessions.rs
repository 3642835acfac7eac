//! Tokens: refreshed, reused, ended, and the keys under them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is a test")]

mod support;

use std::sync::Arc;

use keylane_model::{AuditAction, RequestContext};
use keylane_service::{Opened, Policy, RefreshError, Tokens};
use secrecy::ExposeSecret;
use support::{World, synced_passkey};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

#[tokio::test]
async fn refresh_token_buys_the_next_one() {
    let world = World::new().await;
    let mut opened = world.person("ada@example.org", &mut synced_passkey()).await;
    for _ in 0..3 {
        world.pass_ms(60_000);
        opened = refresh(&world, &refresh_token(&opened)).await.unwrap();
        world.current(&opened).await;
    }
    assert_eq!(opened.session.refresh_generation, 3);
}

#[tokio::test]
async fn retried_refresh_gets_the_same_token_again_within_ten_seconds() {
    let world = World::new().await;
    let opened = world.person("ada@example.org", &mut synced_passkey()).await;
    let token = refresh_token(&opened);
    let first = refresh(&world, &token).await.unwrap();
    world.pass_ms(10_000);
    let second = refresh(&world, &token).await.unwrap();
    assert_eq!(refresh_token(&first), refresh_token(&second));
}

#[tokio::test]
async fn reused_refresh_token_ends_the_session_for_both_holders() {
    let world = World::new().await;
    let opened = world.person("ada@example.org", &mut synced_passkey()).await;
    let stolen = refresh_token(&opened);
    let rightful = refresh(&world, &stolen).await.unwrap();
    world.pass_ms(10_001);
    assert!(matches!(refresh(&world, &stolen).await, Err(RefreshError::Refused)));
    let late = refresh(&world, &refresh_token(&rightful)).await;
    assert!(matches!(late, Err(RefreshError::Refused)));
    let codes = world.audited(AuditAction::SessionEnded).await;
    assert_eq!(codes, [Some("refresh_reused".to_owned())]);
}

#[tokio::test]
async fn sixteen_refreshes_at_once_agree_on_one_token() {
    let world = Arc::new(World::new().await);
    let opened = world.person("ada@example.org", &mut synced_passkey()).await;
    let token = refresh_token(&opened);
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (world, token) = (world.clone(), token.clone());
        racers.spawn(async move { refresh_token(&refresh(&world, &token).await.unwrap()) });
    }
    let tokens = racers.join_all().await;
    assert!(tokens.iter().all(|it| *it == tokens[0]));
}

#[tokio::test]
async fn access_token_is_good_for_five_minutes() {
    let world = World::new().await;
    let opened = world.person("ada@example.org", &mut synced_passkey()).await;
    let token = access_token(&opened);
    world.pass_ms(5 * 60 * 1000 - 1);
    assert!(world.service.resolve_access_token(&token).await.unwrap().is_some());
    world.pass_ms(1);
    assert!(world.service.resolve_access_token(&token).await.unwrap().is_none());
}

#[tokio::test]
async fn access_token_of_an_ended_session_is_refused_here_at_once() {
    let world = World::new().await;
    let opened = world.person("ada@example.org", &mut synced_passkey()).await;
    let current = world.current(&opened).await;
    world.service.sign_out(&current, RequestContext::default()).await.unwrap();
    let token = access_token(&opened);
    assert!(world.service.resolve_access_token(&token).await.unwrap().is_none());
}

#[tokio::test]
async fn session_ends_by_itself_after_a_week() {
    let world = World::new().await;
    let opened = world.person("ada@example.org", &mut synced_passkey()).await;
    world.pass_ms(7 * DAY_MS + 1);
    let late = refresh(&world, &refresh_token(&opened)).await;
    assert!(matches!(late, Err(RefreshError::Refused)));
}

#[tokio::test]
async fn session_of_a_code_lives_half_an_hour_however_often_it_is_refreshed() {
    let world = World::new().await;
    let mut opened = world.sign_up("ada@example.org").await;
    for _ in 0..3 {
        world.pass_ms(10 * 60 * 1000 - 1);
        opened = refresh(&world, &refresh_token(&opened)).await.unwrap();
    }
    world.pass_ms(3);
    let late = refresh(&world, &refresh_token(&opened)).await;
    assert!(matches!(late, Err(RefreshError::Refused)));
}

#[tokio::test]
async fn tokens_survive_a_restart_and_the_rotation_of_keys() {
    let world = World::new().await;
    let mut opened = world.person("ada@example.org", &mut synced_passkey()).await;
    for _ in 0..12 {
        world.pass_ms(6 * DAY_MS);
        world.service.rotate_keys().await.unwrap();
        let restarted =
            support::start(Policy::default(), world.store.clone(), world.clock.clone()).await;
        let token = refresh_token(&opened);
        opened = restarted.refresh(&token, RequestContext::default()).await.unwrap();
        world.service.rotate_keys().await.unwrap();
        world.current(&opened).await;
    }
    assert!(!world.audited(AuditAction::KeyRetired).await.is_empty());
}

#[tokio::test]
async fn new_signing_key_is_announced_two_hours_before_it_signs() {
    let world = World::new().await;
    let mut key = synced_passkey();
    world.person("ada@example.org", &mut key).await;
    world.pass_ms(30 * DAY_MS);
    world.service.rotate_keys().await.unwrap();
    let announced = world.service.jwks_json();
    assert_eq!(announced.matches("\"kid\"").count(), 2);

    let before = kid(&access_token(&world.sign_in(&mut key).await));
    world.pass_ms(2 * 60 * 60 * 1000);
    let after = kid(&access_token(&world.sign_in(&mut key).await));
    assert_ne!(before, after);
    assert!(announced.contains(&before) && announced.contains(&after));
}

async fn refresh(world: &World, token: &str) -> Result<Opened, RefreshError> {
    world.service.refresh(token, RequestContext::default()).await
}

fn refresh_token(opened: &Opened) -> String {
    match &opened.tokens {
        Tokens::Bearer { refresh_token, .. } => refresh_token.expose_secret().to_owned(),
        Tokens::Cookie { .. } => panic!("a cookie"),
    }
}

fn access_token(opened: &Opened) -> String {
    match &opened.tokens {
        Tokens::Bearer { access_token, .. } => access_token.expose_secret().to_owned(),
        Tokens::Cookie { .. } => panic!("a cookie"),
    }
}

fn kid(token: &str) -> String {
    jsonwebtoken::decode_header(token).unwrap().kid.unwrap()
}
