//! The record.

use std::sync::Arc;

use keylane_model::{
    Actor, AuditAction, AuditEntry, AuditQuery, Change, Commit, HoldAffected, KeyId, KeyPurpose,
    LastPasskey, MailOutcome, ModelStanding, Outcome, PasskeyId, RequestContext, SessionEnd,
    StoredKey, SystemEntropy, UserId,
};

use super::world::{MINUTE, SESSION_MS, World};
use crate::Store;

const ALL: AuditQuery =
    AuditQuery { after: 0, user: None, action: None, limit: 1_000, newest: false };

pub async fn audit_has_one_entry_for_each_change(store: Arc<dyn Store>) {
    let world = World::new(store);
    let actions = one_of_each(&world).await;
    let entries = world.store.list_audit(&ALL).await.unwrap();
    let found: Vec<_> = entries.iter().map(|it| it.action).collect();
    assert_eq!(found, actions);
    assert!(AuditAction::ALL.iter().all(|action| found.contains(action)), "a change is missing");
}

/// Makes every change once and tells what the log should say.
async fn one_of_each(world: &World) -> Vec<AuditAction> {
    use AuditAction as Action;
    let (user, first) = world.sign_up("ada@example.org").await;
    let mut actions = vec![Action::CodeIssued, Action::CodeAttempted, Action::UserCreated];
    let passkey = world.register(&user, first.id).await;
    actions.push(Action::PasskeyRegistered);
    let session = world.sign_in(&passkey).await;
    actions.push(Action::Authenticated);

    let (user, passkey) = (user.id, passkey.id);
    let refused = Change::RefuseCeremony { code: "signature_invalid", user, passkey: None };
    let nickname = "Blue".parse().unwrap();
    let expires_at = world.now().saturating_add_ms(SESSION_MS);
    let key = StoredKey {
        id: KeyId::new(world.now(), &SystemEntropy).unwrap(),
        purpose: KeyPurpose::TokenMac,
        sealed: vec![1],
        created_at: world.now(),
    };
    let key_id = key.id;
    let mail = world.mail().id;
    let changes = [
        (Action::CeremonyRefused, refused),
        (Action::PasskeyRenamed, Change::RenamePasskey { passkey, user, nickname }),
        (
            Action::SessionRefreshed,
            Change::RefreshSession { session: session.id, user, from: 0, expires_at },
        ),
        (
            Action::SessionEnded,
            Change::EndSession { session: session.id, user, why: SessionEnd::SignedOut },
        ),
        (Action::SessionsEnded, Change::EndSessions { user }),
        (
            Action::PasskeyHeld,
            Change::HoldPasskey { passkey, user, code: "counter_fell", ceremony: None },
        ),
        (Action::PasskeyReleased, Change::ReleasePasskey { passkey, user }),
        (
            Action::PasskeyRevoked,
            Change::RevokePasskey {
                passkey,
                user,
                last: LastPasskey::Remove,
                mail: Some(world.mail()),
            },
        ),
        (Action::AdministratorClaimed, Change::ClaimAdministrator { user }),
        (Action::UserLocked, Change::LockUser { user }),
        (Action::UserUnlocked, Change::UnlockUser { user }),
        (Action::KeyInstalled, Change::InstallKey { key }),
        (Action::KeyRetired, Change::RetireKey { key: key_id }),
        (Action::MailSettled, Change::SettleMail { mail, outcome: MailOutcome::GivenUp }),
    ];
    let of_metadata = of_metadata(world, user, passkey);
    for (action, change) in of_metadata.into_iter().chain(changes) {
        world.commit(change).await.unwrap();
        actions.push(action);
    }
    let code = world.code("ada@example.org");
    let (code_id, again) = (code.id, world.session(user, None));
    world.commit(Change::IssueCode { code, mail: world.mail() }).await.unwrap();
    world.commit(Change::SignInWithCode { code: code_id, session: again }).await.unwrap();
    world.advance_ms(SESSION_MS + MINUTE);
    world.commit(Change::Sweep).await.unwrap();
    actions.extend([Action::CodeIssued, Action::CodeSignIn, Action::Swept]);
    actions
}

fn of_metadata(world: &World, user: UserId, passkey: PasskeyId) -> [(AuditAction, Change); 3] {
    let (standing, hold) = (ModelStanding::Revoked, HoldAffected::Never);
    let snapshot = Box::new(super::metadata::snapshot(world, 7));
    [
        (AuditAction::MetadataStored, Change::StoreMetadata { snapshot }),
        (AuditAction::MetadataRefused, Change::RefuseMetadata { code: "blob_is_html" }),
        (AuditAction::PasskeyJudged, Change::JudgePasskey { passkey, user, standing, hold }),
    ]
}

pub async fn audit_has_no_entry_for_a_refusal(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, passkey, session) = world.person("ada@example.org").await;
    let before = world.latest_entry().await;
    let code = world.code("ada@example.org").id;
    let refused = [
        Change::AttemptCode { code },
        Change::SignInWithCode { code, session: world.session(user.id, None) },
        world.registration(&passkey, session.id),
        Change::ReleasePasskey { passkey: passkey.id, user: user.id },
        Change::RefreshSession {
            session: session.id,
            user: user.id,
            from: 7,
            expires_at: world.now(),
        },
    ];
    for change in refused {
        world.commit(change).await.unwrap_err();
    }
    assert_eq!(world.latest_entry().await, before);
    assert_eq!(world.store.list_audit(&ALL).await.unwrap().len() as u64, before);
}

pub async fn audit_sequence_has_no_gaps(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (_, passkey, _) = world.person("ada@example.org").await;
    let before = world.latest_entry().await;
    let session = world.session(passkey.user, Some(passkey.id));
    let good = (0..32).map(|_| {
        let session = world.session(passkey.user, Some(passkey.id));
        world.authentication(&passkey, &session)
    });
    // Each of these is refused but the first: one session cannot be opened twice.
    let spent = world.authentication(&passkey, &session);
    let bad = std::iter::repeat_n(spent, 32);
    let outcomes = world.commit_at_once(good.zip(bad).flat_map(|(good, bad)| [good, bad])).await;

    let mut numbers: Vec<u64> = outcomes.into_iter().flatten().map(|it| it.audit).collect();
    numbers.sort_unstable();
    let expected: Vec<u64> = (before + 1..=before + 33).collect();
    assert_eq!(numbers, expected);
    let entries = world.store.list_audit(&AuditQuery { after: before, ..ALL }).await.unwrap();
    assert_eq!(entries.iter().map(|it| it.sequence).collect::<Vec<_>>(), expected);
}

pub async fn audit_tells_who_did_what_from_where(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (user, passkey, _) = world.person("ada@example.org").await;
    let other = UserId::new(world.now(), &SystemEntropy).unwrap();
    let requests =
        ["0197a3f0-3c1e-7d55-b6a1-0123456789ab", "0197A3F0-3C1E-7D55-B6A1-0123456789AB", "odd"];
    let actors = [Actor::User(user.id), Actor::User(other), Actor::Operator];
    for (request_id, actor) in requests.into_iter().zip(actors) {
        let request = RequestContext {
            request_id: Some(request_id.to_owned()),
            network: Some("192.0.2.0/24".to_owned()),
            device: Some("Firefox on Linux".to_owned()),
        };
        let (passkey, user) = (Some(passkey.id), user.id);
        let change = Change::RefuseCeremony { code: "signature_invalid", user, passkey };
        let commit = Commit { at: world.now(), actor, request: request.clone(), change };
        let sequence = world.store.commit(commit).await.unwrap().audit;

        let query = AuditQuery { limit: 1, newest: true, ..ALL };
        let expected = AuditEntry {
            sequence,
            at: world.now(),
            action: AuditAction::CeremonyRefused,
            outcome: Outcome::Refused,
            code: Some("signature_invalid".to_owned()),
            actor,
            user: Some(user),
            passkey,
            session: None,
            request,
        };
        assert_eq!(world.store.list_audit(&query).await.unwrap(), [expected]);
    }
}

pub async fn audit_is_read_by_user_action_and_position(store: Arc<dyn Store>) {
    let world = World::new(store);
    let (ada, ..) = world.person("ada@example.org").await;
    let (bob, ..) = world.person("bob@example.org").await;
    let claim = world.commit(Change::LockUser { user: ada.id }).await.unwrap().audit;

    let of_ada = AuditQuery { user: Some(ada.id), ..ALL };
    let entries = world.store.list_audit(&of_ada).await.unwrap();
    let actions: Vec<_> = entries.iter().map(|it| it.action).collect();
    use AuditAction::{PasskeyRegistered, UserCreated, UserLocked};
    assert_eq!(actions, [UserCreated, PasskeyRegistered, UserLocked]);

    let newest = AuditQuery { limit: 2, newest: true, ..of_ada.clone() };
    assert_eq!(world.store.list_audit(&newest).await.unwrap(), entries[1..]);
    let later = AuditQuery { after: entries[1].sequence, ..of_ada };
    assert_eq!(world.store.list_audit(&later).await.unwrap(), entries[2..]);
    let locked = AuditQuery { action: Some(UserLocked), ..ALL };
    assert_eq!(world.store.list_audit(&locked).await.unwrap()[0].sequence, claim);
    let none = AuditQuery { user: Some(bob.id), action: Some(UserLocked), ..ALL };
    assert_eq!(world.store.list_audit(&none).await.unwrap(), []);
}
