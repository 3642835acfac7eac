//! The metadata of authenticators, and what it makes of passkeys.

use std::sync::Arc;

use keylane_model::{
    AuditAction, AuditQuery, Change, HoldAffected, LastPasskey, MetadataHead, MetadataSnapshot,
    ModelStanding, Passkey, PasskeyState,
};

use super::passkey::revocation;
use super::world::{World, bytes, check};
use crate::Store;

pub(super) fn snapshot(world: &World, number: u64) -> MetadataSnapshot {
    MetadataSnapshot {
        head: MetadataHead {
            number,
            next_update: world.now().saturating_add_ms(1),
            fetched_at: world.now(),
            source: "https://mds.example.org/".to_owned(),
            etag: Some("\"7\"".to_owned()),
            last_modified: None,
            sha256: bytes(),
        },
        blob: bytes::<64>().as_slice().into(),
    }
}

fn store_of(snapshot: &MetadataSnapshot) -> Change {
    Change::StoreMetadata { snapshot: Box::new(snapshot.clone()) }
}

fn judgement(passkey: &Passkey, standing: ModelStanding, hold: HoldAffected) -> Change {
    Change::JudgePasskey { passkey: passkey.id, user: passkey.user, standing, hold }
}

pub async fn metadata_is_read_back_as_it_was_stored(store: Arc<dyn Store>) {
    let world = World::new(store);
    assert_eq!(world.store.find_metadata().await.unwrap(), None);
    assert_eq!(world.store.load_metadata().await.unwrap(), None);
    let stored = snapshot(&world, 7);
    world.commit(store_of(&stored)).await.unwrap();
    assert_eq!(world.store.find_metadata().await.unwrap(), Some(stored.head.clone()));
    assert_eq!(world.store.load_metadata().await.unwrap(), Some(stored));
}

pub async fn metadata_never_goes_back(store: Arc<dyn Store>) {
    let world = World::new(store);
    world.commit(store_of(&snapshot(&world, 7))).await.unwrap();
    let again = snapshot(&world, 7);
    world.commit(store_of(&again)).await.unwrap();
    check(world.commit(store_of(&snapshot(&world, 6))).await, Err("metadata_went_back"));
    assert_eq!(world.store.load_metadata().await.unwrap(), Some(again));
    let newer = snapshot(&world, 8);
    world.commit(store_of(&newer)).await.unwrap();
    assert_eq!(world.store.load_metadata().await.unwrap(), Some(newer));
}

pub async fn metadata_that_is_refused_leaves_only_its_entry(store: Arc<dyn Store>) {
    let world = World::new(store);
    let stored = snapshot(&world, 7);
    world.commit(store_of(&stored)).await.unwrap();
    world.commit(Change::RefuseMetadata { code: "blob_is_html" }).await.unwrap();
    assert_eq!(world.store.load_metadata().await.unwrap(), Some(stored));
    let query = AuditQuery { limit: 10, ..AuditQuery::default() };
    let entries = world.store.list_audit(&query).await.unwrap();
    let told: Vec<_> =
        entries.iter().map(|it| (it.action, it.outcome.name(), it.code.as_deref())).collect();
    let expected = [
        (AuditAction::MetadataStored, "done", Some("number_7")),
        (AuditAction::MetadataRefused, "refused", Some("blob_is_html")),
    ];
    assert_eq!(told, expected);
}

pub async fn models_are_listed_in_pages_without_what_was_removed(store: Arc<dyn Store>) {
    let world = World::new(store);
    let mut expected = Vec::new();
    for email in ["ada@example.org", "grace@example.org"] {
        world.advance_ms(1);
        let (user, first, session) = world.person(email).await;
        world.advance_ms(1);
        let removed = world.register(&user, session.id).await;
        world.commit(revocation(&removed, LastPasskey::Keep)).await.unwrap();
        world.advance_ms(1);
        let last = world.register(&user, session.id).await;
        expected.extend([first, last]);
    }
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let page = world.store.list_models(after, 3).await.unwrap();
        assert!(page.len() <= 3);
        let Some(last) = page.last() else { break };
        after = Some((last.user, last.passkey));
        listed.extend(page);
    }
    let told: Vec<_> = listed.iter().map(|it| (it.passkey, it.aaguid, it.proof)).collect();
    let expected: Vec<_> = expected.iter().map(|it| (it.id, it.aaguid, it.model_proof)).collect();
    assert_eq!(told, expected);
}

pub async fn judgement_is_seen_by_the_next_sign_in(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (_, passkey, _) = world.person("ada@example.org").await;
    let session = world.sign_in(&passkey).await;
    assert_eq!(world.found(&passkey).await.passkey.model_standing, ModelStanding::Clear);
    for standing in ModelStanding::ALL {
        world.commit(judgement(&passkey, standing, HoldAffected::Never)).await.unwrap();
        let found = world.found(&passkey).await;
        assert_eq!(found.passkey.model_standing, standing);
        assert_eq!(found.passkey.model_proof, passkey.model_proof);
        let models = world.store.list_models(None, 1).await.unwrap();
        assert_eq!(models.first().map(|it| it.standing), Some(standing));
    }
    assert!(world.is_alive(&session).await);
    world.sign_in(&passkey).await;
}

pub async fn judgement_that_holds_ends_the_sessions(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, passkey, session) = world.person("ada@example.org").await;
    let other = world.register(&user, session.id).await;
    let (opened, kept) = (world.sign_in(&passkey).await, world.sign_in(&other).await);
    let change = judgement(&passkey, ModelStanding::Revoked, HoldAffected::UnlessLast);
    let committed = world.commit(change).await.unwrap();
    assert_eq!(committed.sessions_ended, 1);
    assert!(!world.is_alive(&opened).await);
    assert!(world.is_alive(&kept).await);
    assert_eq!(world.found(&passkey).await.passkey.state, PasskeyState::Held);
}

pub async fn judgement_leaves_the_last_usable_passkey_unless_told(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (_, passkey, _) = world.person("ada@example.org").await;
    let judge = |hold| judgement(&passkey, ModelStanding::Revoked, hold);
    world.commit(judge(HoldAffected::UnlessLast)).await.unwrap();
    let found = world.found(&passkey).await;
    assert_eq!(found.passkey.state, PasskeyState::Active);
    assert_eq!(found.passkey.model_standing, ModelStanding::Revoked);
    world.commit(judge(HoldAffected::Always)).await.unwrap();
    assert_eq!(world.found(&passkey).await.passkey.state, PasskeyState::Held);
}

pub async fn judgement_of_a_held_passkey_is_noted(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, passkey, _) = world.person("ada@example.org").await;
    let hold = Change::HoldPasskey {
        passkey: passkey.id,
        user: user.id,
        code: "counter_fell",
        ceremony: None,
    };
    world.commit(hold).await.unwrap();
    let change = judgement(&passkey, ModelStanding::Revoked, HoldAffected::Always);
    world.commit(change).await.unwrap();
    let found = world.found(&passkey).await;
    assert_eq!(found.passkey.state, PasskeyState::Held);
    assert_eq!(found.passkey.model_standing, ModelStanding::Revoked);
}

pub async fn judgement_of_a_removed_passkey_is_refused(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (_, passkey, _) = world.person("ada@example.org").await;
    world.commit(revocation(&passkey, LastPasskey::Remove)).await.unwrap();
    let change = judgement(&passkey, ModelStanding::Revoked, HoldAffected::Never);
    check(world.commit(change).await, Err("passkey_gone"));
}
