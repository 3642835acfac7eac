//! Metadata: fetched, believed, used, and what it makes of passkeys.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is a test")]

mod support;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use keylane_authenticator::{Authenticator, AuthenticatorConfig};
use keylane_mds::{
    Aaguid as MdsAaguid, Anchors, AuthenticatorStatus, MetadataEntry, RevocationPolicy,
    StatusReport,
};
use keylane_model::{
    Actor, Assurance, AuditAction, LastPasskey, MetadataHead, ModelProof, ModelStanding,
    PasskeyState,
};
use keylane_service::{
    FetchMetadataError, FetchedMetadata, FinishAuthenticationError, MetadataPolicy, MetadataSource,
    MetadataTrust, Opened, Policy, RefreshMetadataError, RefreshedMetadata, RevokedModel,
    StaleMetadata, UnverifiedMetadata, list_affected, model_standing, newly_affected,
    store_metadata,
};
use keylane_store::Store;
use keylane_testkit::{MetadataAuthority, TestModel};
use keylane_webauthn::Aaguid;
use support::{START_MS, World, start, synced_passkey};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
const MODEL: [u8; 16] = *b"a model of tests";
/// A month after the clock of the tests begins.
const NEXT_UPDATE: &str = "2026-02-01";

#[tokio::test]
async fn metadata_is_verified_committed_and_put_in_use() {
    let case = Case::new(MetadataPolicy::default()).await;
    assert!(case.world.service.metadata().current().is_none());
    case.check(case.blob(7, &[model("FIDO_CERTIFIED_L1")]), Ok("stored")).await;
    let current = case.world.service.metadata().current().unwrap();
    assert_eq!(current.head().number, 7);
    assert_eq!(current.head().source, "test");
    assert_eq!(current.head().next_update.0, START_MS + 31 * DAY_MS);
    assert_eq!(current.by_aaguid(Aaguid(MODEL)).unwrap().description(), Some("Example Key"));
    let stored = case.world.store.find_metadata().await.unwrap().unwrap();
    assert_eq!(stored, *current.head());
    assert_eq!(case.audited(AuditAction::MetadataStored).await, ["number_7"]);
}

#[tokio::test]
async fn anchors_of_a_model_are_those_of_its_statement() {
    let case = Case::with(7, &[model("FIDO_CERTIFIED")]).await;
    let current = case.world.service.metadata().current().unwrap();
    let entry = current.entry_of(Aaguid(MODEL), ModelProof::Claimed).unwrap();
    assert_eq!(*entry.attestation_roots()[0], *case.authority.root_der());
    assert!(current.entry_of(Aaguid([1; 16]), ModelProof::Claimed).is_none());
}

#[tokio::test]
async fn web_page_leaves_the_last_good_metadata() {
    Case::check_refused(|_| answer(b"<!DOCTYPE html><title>Sign in to the hotel"), "blob_is_html")
        .await;
}

#[tokio::test]
async fn number_that_goes_back_leaves_the_last_good_metadata() {
    Case::check_refused(|case| case.blob(6, &[model("REVOKED")]), "blob_number_went_back").await;
}

#[tokio::test]
async fn stranger_s_metadata_leaves_the_last_good() {
    let stranger = MetadataAuthority::new();
    let forged = stranger.blob(8, NEXT_UPDATE, &[model("REVOKED")]);
    Case::check_refused(|_| answer(&forged), "chain_untrusted").await;
}

#[tokio::test]
async fn metadata_beyond_the_limit_leaves_the_last_good() {
    let huge = vec![b'x'; keylane_service::METADATA_BYTES_MAX + 1];
    Case::check_refused(|_| answer(&huge), "blob_too_large").await;
}

#[tokio::test]
async fn source_that_fails_leaves_the_last_good_metadata_and_no_entry() {
    let case = Case::with(7, &[model("FIDO_CERTIFIED")]).await;
    for (err, code) in [
        (FetchMetadataError::Unreachable("gone".to_owned()), "fetch_unreachable"),
        (FetchMetadataError::Tls("expired".to_owned()), "fetch_tls"),
        (FetchMetadataError::Timeout, "fetch_timeout"),
        (FetchMetadataError::Status(500), "fetch_status"),
        (FetchMetadataError::Redirect("elsewhere".to_owned()), "fetch_redirect"),
        (FetchMetadataError::TooLarge, "fetch_too_large"),
        (FetchMetadataError::Unreadable("gone".to_owned()), "fetch_unreadable"),
    ] {
        case.check(Err(err), Err(code)).await;
    }
    assert_eq!(case.world.service.metadata().current().unwrap().head().number, 7);
    assert!(case.audited(AuditAction::MetadataRefused).await.is_empty());
}

#[tokio::test]
async fn refusal_is_audited_once_for_as_long_as_it_is_the_same() {
    let case = Case::new(MetadataPolicy::default()).await;
    for _ in 0..3 {
        case.check(answer(b"<html>"), Err("blob_is_html")).await;
    }
    case.check(answer(b"nonsense"), Err("blob_not_jws")).await;
    case.check(answer(b"<html>"), Err("blob_is_html")).await;
    let audited = case.audited(AuditAction::MetadataRefused).await;
    assert_eq!(audited, ["blob_is_html", "blob_not_jws", "blob_is_html"]);
    let figures = case.world.service.metadata().figures();
    assert_eq!(figures.refreshes, [("blob_is_html", 4), ("blob_not_jws", 1)]);
}

#[tokio::test]
async fn metadata_that_has_not_changed_is_not_committed_again() {
    let case = Case::new(MetadataPolicy::default()).await;
    let blob = case.blob(7, &[model("FIDO_CERTIFIED")]);
    case.check(blob.clone(), Ok("stored")).await;
    case.check(blob, Ok("unchanged")).await;
    case.check(Ok(FetchedMetadata::NotModified), Ok("not_modified")).await;
    assert_eq!(case.audited(AuditAction::MetadataStored).await.len(), 1);
}

#[tokio::test]
async fn stored_metadata_that_is_not_in_use_is_asked_for_again() {
    let case = Case::with(7, &[model("FIDO_CERTIFIED")]).await;
    let source = Unmodified(case.authority.blob(7, NEXT_UPDATE, &[model("FIDO_CERTIFIED")]));
    let (store, clock) = (case.world.store.clone(), case.world.clock.clone());
    let restarted = start(Policy::default(), store, clock).await;
    let told = restarted.refresh_metadata(&source, &case.trust).await.unwrap();
    assert_ne!(told.code(), "not_modified");
    assert!(restarted.metadata().current().is_some());
    let told = restarted.refresh_metadata(&source, &case.trust).await.unwrap();
    assert_eq!(told.code(), "not_modified");
}

#[tokio::test]
async fn stored_metadata_is_used_after_a_restart_though_its_signer_has_expired() {
    let case = Case::with(7, &[model("FIDO_CERTIFIED")]).await;
    // Twenty years later the signer's certificate is no longer valid; it was when it mattered.
    case.world.pass_ms(20 * 365 * DAY_MS);
    let (store, clock) = (case.world.store.clone(), case.world.clock.clone());
    let restarted = start(Policy::default(), store, clock).await;
    assert!(restarted.metadata().current().is_none(), "the start does not wait for it");
    let loaded = restarted.load_metadata(&case.trust).await.unwrap();
    assert_eq!(loaded.map(|it| it.head().number), Some(7));
    assert!(restarted.metadata().current().is_some());
    assert!(restarted.load_metadata(&case.trust).await.unwrap().is_none(), "once is enough");
}

#[tokio::test]
async fn stored_metadata_under_other_roots_is_not_used() {
    let case = Case::with(7, &[model("FIDO_CERTIFIED")]).await;
    let (store, clock) = (case.world.store.clone(), case.world.clock.clone());
    let restarted = start(Policy::default(), store, clock).await;
    let refusal = restarted.load_metadata(&trust(&MetadataAuthority::new())).await.unwrap_err();
    assert_eq!(refusal.code(), "chain_untrusted");
    assert!(restarted.metadata().current().is_none());
}

#[tokio::test]
async fn metadata_that_another_process_stored_is_noticed() {
    let case = Case::with(7, &[model("FIDO_CERTIFIED")]).await;
    let newer = unverified(&case.authority.blob(8, NEXT_UPDATE, &[model("REVOKED")]));
    let now = case.world.service.now();
    store_metadata(&*case.world.store, Actor::Operator, now, newer, &case.trust).await.unwrap();
    assert_eq!(case.world.service.metadata().current().unwrap().head().number, 7);
    case.world.service.load_metadata(&case.trust).await.unwrap().expect("it is new");
    assert_eq!(case.world.service.metadata().current().unwrap().head().number, 8);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn racing_updates_never_go_back() {
    let case = Case::new(MetadataPolicy::default()).await;
    let now = case.world.service.now();
    let mut updates = tokio::task::JoinSet::new();
    for number in 1..=8 {
        let blob = unverified(&case.authority.blob(number, NEXT_UPDATE, &[]));
        let (store, trust) = (case.world.store.clone(), case.trust.clone());
        updates
            .spawn(async move { store_metadata(&*store, Actor::System, now, blob, &trust).await });
    }
    for update in updates.join_all().await {
        match update.map_err(|err| err.code()) {
            Ok(_) | Err("metadata_went_back" | "blob_number_went_back") => {}
            Err(code) => panic!("{code}"),
        }
    }
    assert_eq!(case.world.store.find_metadata().await.unwrap().unwrap().number, 8);
}

#[tokio::test]
async fn metadata_past_its_next_update_is_used_unless_told_otherwise() {
    for (when_stale, used) in [(StaleMetadata::Use, true), (StaleMetadata::Ignore, false)] {
        let policy = MetadataPolicy { when_stale, ..MetadataPolicy::default() };
        let case = Case::new(policy).await;
        case.check(case.blob(7, &[model("FIDO_CERTIFIED")]), Ok("stored")).await;
        case.world.pass_ms(32 * DAY_MS - 1);
        assert!(case.world.service.metadata().current().is_some(), "the day itself is in time");
        assert_eq!(case.world.service.metadata().figures().overdue_ms, 0);
        case.world.pass_ms(1001);
        assert_eq!(case.world.service.metadata().current().is_some(), used, "{when_stale:?}");
        assert_eq!(case.world.service.metadata().figures().overdue_ms, 1000);
    }
}

#[tokio::test]
async fn name_is_that_of_the_statement_or_the_built_in_one() {
    let google = 0xea9b_8d66_4d01_1d21_3ce4_b6b4_8cb5_75d4_u128.to_be_bytes();
    let case = Case::new(MetadataPolicy::default()).await;
    let name = |aaguid| case.world.service.metadata().name(Aaguid(aaguid));
    assert_eq!(name(google).as_deref(), Some("Google Password Manager"));
    assert_eq!(name(MODEL), None);
    let renamed = TestModel::new(google, "Passwords by Google", "NOT_FIDO_CERTIFIED");
    case.check(case.blob(7, &[renamed, model("FIDO_CERTIFIED")]), Ok("stored")).await;
    assert_eq!(name(google).as_deref(), Some("Passwords by Google"));
    assert_eq!(name(MODEL).as_deref(), Some("Example Key"));
}

#[tokio::test]
async fn newly_affected_models_are_told() {
    let case = Case::with(7, &[model("FIDO_CERTIFIED")]).await;
    let before = case.world.service.metadata().current().unwrap();
    case.check(case.blob(8, &[model("REVOKED")]), Ok("stored")).await;
    let after = case.world.service.metadata().current().unwrap();
    let today = "2026-01-01".parse().unwrap();
    let told = newly_affected(Some(&before), &after, today);
    let told: Vec<_> = told.iter().map(|(it, standing)| (it.aaguid, *standing)).collect();
    assert_eq!(told, [(Some(MdsAaguid(MODEL)), ModelStanding::Revoked)]);
    assert!(newly_affected(Some(&after), &after, today).is_empty());
    assert_eq!(newly_affected(None, &after, today).len(), 1);
}

#[test]
fn standing_follows_the_worst_report() {
    use AuthenticatorStatus as Status;
    for (status, standing) in [
        (Status::FidoCertifiedL2, "model_clear"),
        (Status::UpdateAvailable, "model_clear"),
        (Status::Retired, "model_clear"),
        (Status::Revoked, "model_revoked"),
        (Status::UserVerificationBypass, "model_user_verification_bypass"),
        (Status::AttestationKeyCompromise, "model_attestation_key_compromise"),
        (Status::UserKeyRemoteCompromise, "model_user_key_remote_compromise"),
        (Status::UserKeyPhysicalCompromise, "model_user_key_physical_compromise"),
    ] {
        check_standing(&[StatusReport::new(status)], standing);
    }
}

#[test]
fn compromise_of_batches_is_not_held_against_the_whole_model() {
    let mut report = StatusReport::new(AuthenticatorStatus::AttestationKeyCompromise);
    report.batch_certificate = Some(Box::from([0x30, 0x00]));
    check_standing(&[report.clone()], "model_batch_compromise");
    let of_all = StatusReport::new(AuthenticatorStatus::UserKeyRemoteCompromise);
    check_standing(&[report, of_all], "model_user_key_remote_compromise");
}

#[tokio::test]
async fn passkey_of_a_revoked_model_is_recorded_and_signs_in() {
    let (case, mut key, _) = Case::judged(RevokedModel::Record, LastPasskey::Keep).await;
    assert_eq!(case.audited(AuditAction::PasskeyJudged).await, ["model_revoked"]);
    let opened = case.world.sign_in(&mut key).await;
    assert_eq!(opened.session.assurance, Assurance::Passkey);
    let signed_in = case.audited(AuditAction::Authenticated).await;
    assert_eq!(signed_in.last().map(String::as_str), Some("model_revoked"));
    let figures = case.world.service.metadata().figures();
    assert_eq!(figures.judged.affected.get("model_revoked"), Some(&1));
    assert_eq!((figures.judged.passkeys, figures.judged.changed), (1, 1));
}

#[tokio::test]
async fn judging_twice_changes_nothing_more() {
    let (case, ..) = Case::judged(RevokedModel::Record, LastPasskey::Keep).await;
    let judged = case.world.service.judge_credentials_again().await.unwrap();
    assert_eq!((judged.changed, judged.affected.get("model_revoked")), (0, Some(&1)));
    assert_eq!(case.audited(AuditAction::PasskeyJudged).await.len(), 1);
}

#[tokio::test]
async fn claim_of_a_revoked_model_is_counted_and_nothing_comes_of_it() {
    let policy = MetadataPolicy { on_revoked_model: RevokedModel::Hold, ..Default::default() };
    let case = Case::new(policy).await;
    let mut key = synced_passkey();
    case.world.person("ada@example.org", &mut key).await;
    case.set_model(ModelProof::Claimed);
    case.check(case.blob(7, &[model("REVOKED")]), Ok("stored")).await;
    let judged = case.world.service.judge_credentials_again().await.unwrap();
    assert_eq!((judged.claimed, judged.changed, judged.affected.len()), (1, 0, 0));
    assert!(case.audited(AuditAction::PasskeyJudged).await.is_empty());
    case.world.sign_in(&mut key).await;
    let metadata = case.world.service.metadata().current().unwrap();
    let now = case.world.service.now();
    let page = list_affected(&*case.world.store, &metadata, now, None, 10).await.unwrap();
    assert_eq!(page.passkeys.len(), 1);
    assert_eq!(page.passkeys[0].standing, ModelStanding::Revoked);
    assert_eq!(page.passkeys[0].model.standing, ModelStanding::Clear);
}

#[tokio::test]
async fn step_up_marks_the_session_and_its_token() {
    let (case, mut key, _) = Case::judged(RevokedModel::StepUp, LastPasskey::Keep).await;
    let opened = case.world.sign_in(&mut key).await;
    assert_eq!(opened.session.assurance, Assurance::DoubtfulPasskey);
    assert_eq!(opened.session.assurance.name(), "doubtful-passkey");
    let current = case.world.current(&opened).await;
    // Whoever has a doubtful passkey can make a better one.
    case.world.service.begin_registration(&current, &support::place()).await.unwrap();
}

#[tokio::test]
async fn step_up_refuses_a_sign_in_without_user_verification() {
    let unverifying = AuthenticatorConfig { user_verification: false, ..Default::default() };
    let key = Authenticator::new(unverifying);
    let (case, mut key, _) = Case::judged_with(key, RevokedModel::StepUp, LastPasskey::Keep).await;
    case.check_refused_sign_in(&mut key, "model_needs_user_verification").await;
}

#[tokio::test]
async fn hold_sets_the_passkey_aside_and_ends_its_sessions() {
    let (case, mut key, _) = Case::judged(RevokedModel::Hold, LastPasskey::Remove).await;
    assert_eq!(case.audited(AuditAction::PasskeyJudged).await, ["model_revoked,hold"]);
    assert_eq!(case.state().await, PasskeyState::Held);
    case.check_refused_sign_in(&mut key, "passkey_held").await;
}

#[tokio::test]
async fn hold_leaves_the_last_usable_passkey_unless_told() {
    let (case, mut key, _) = Case::judged(RevokedModel::Hold, LastPasskey::Keep).await;
    let audited = case.audited(AuditAction::PasskeyJudged).await;
    assert_eq!(audited, ["model_revoked,hold_unless_last"]);
    assert_eq!(case.state().await, PasskeyState::Active);
    case.world.sign_in(&mut key).await;
}

#[tokio::test]
async fn report_counts_from_its_day_on() {
    let case = Case::new(MetadataPolicy::default()).await;
    let mut key = synced_passkey();
    case.world.person("ada@example.org", &mut key).await;
    case.set_model(ModelProof::Attested { key: None });
    let later = model("FIDO_CERTIFIED").reported("REVOKED", "2026-01-10");
    case.check(case.blob(7, &[later]), Ok("stored")).await;
    let judged = case.world.service.judge_credentials_again().await.unwrap();
    assert!(judged.affected.is_empty());
    case.world.pass_ms(9 * DAY_MS);
    let judged = case.world.service.judge_credentials_again().await.unwrap();
    assert_eq!(judged.affected.get("model_revoked"), Some(&1));
}

#[tokio::test]
async fn standing_is_cleared_when_metadata_says_so_and_kept_when_it_says_nothing() {
    let (case, ..) = Case::judged(RevokedModel::Record, LastPasskey::Keep).await;
    case.check(case.blob(8, &[]), Ok("stored")).await;
    let judged = case.world.service.judge_credentials_again().await.unwrap();
    assert_eq!((judged.changed, judged.affected.get("model_revoked")), (0, Some(&1)));
    case.check(case.blob(9, &[model("FIDO_CERTIFIED")]), Ok("stored")).await;
    let judged = case.world.service.judge_credentials_again().await.unwrap();
    assert_eq!((judged.changed, judged.affected.len()), (1, 0));
    let audited = case.audited(AuditAction::PasskeyJudged).await;
    assert_eq!(audited, ["model_revoked", "model_clear"]);
}

#[tokio::test]
async fn nobody_is_judged_without_metadata() {
    let case = Case::new(MetadataPolicy::default()).await;
    let mut key = synced_passkey();
    case.world.person("ada@example.org", &mut key).await;
    case.set_model(ModelProof::Attested { key: None });
    let judged = case.world.service.judge_credentials_again().await.unwrap();
    assert_eq!(judged, keylane_service::Judged::default());
}

fn model(status: &str) -> TestModel {
    TestModel::new(MODEL, "Example Key", status)
}

fn trust(authority: &MetadataAuthority) -> Arc<MetadataTrust> {
    // The built-in anchors go first, as in earnest.
    let own = Anchors::from_der([authority.root_der()]).unwrap();
    let anchors = vec![Anchors::global_sign(), own];
    Arc::new(MetadataTrust { anchors, crls: Vec::new(), revocation: RevocationPolicy::Soft })
}

fn unverified(blob: &[u8]) -> UnverifiedMetadata {
    UnverifiedMetadata {
        blob: blob.into(),
        source: "test".to_owned(),
        etag: None,
        last_modified: None,
    }
}

type Answer = Result<FetchedMetadata, FetchMetadataError>;

fn answer(blob: &[u8]) -> Answer {
    Ok(FetchedMetadata::New(unverified(blob)))
}

#[track_caller]
fn check_standing(reports: &[StatusReport], expected: &str) {
    let json = format!(r#"{{"aaguid":"{}"}}"#, TestModel::new(MODEL, "", "").aaguid_text());
    let statement = keylane_mds::MetadataStatement::from_json(json.as_bytes(), Default::default());
    let mut entry = MetadataEntry::from(statement.unwrap());
    entry.status_reports = reports.to_vec();
    let standing = model_standing(&entry, "2026-01-01".parse().unwrap());
    assert_eq!(standing.name(), expected, "{reports:?}");
    assert_eq!(ModelStanding::from_name(expected), Some(standing));
}

/// A source that answers what it is told to.
#[derive(Debug)]
struct Source(Mutex<Option<Answer>>);

/// A source that says "not modified" to whoever has anything.
#[derive(Debug)]
struct Unmodified(Vec<u8>);

#[async_trait]
impl MetadataSource for Unmodified {
    async fn fetch(&self, known: Option<&MetadataHead>) -> Answer {
        known.map_or_else(|| answer(&self.0), |_| Ok(FetchedMetadata::NotModified))
    }
}

#[async_trait]
impl MetadataSource for Source {
    async fn fetch(&self, _known: Option<&MetadataHead>) -> Answer {
        self.0.lock().unwrap().take().expect("it is asked once")
    }
}

/// A service, somebody who signs metadata, and the trust in them.
struct Case {
    world: World,
    authority: MetadataAuthority,
    trust: Arc<MetadataTrust>,
}

impl Case {
    async fn new(metadata: MetadataPolicy) -> Self {
        let authority = MetadataAuthority::new();
        let trust = trust(&authority);
        let world = World::with_policy(Policy { metadata, ..Policy::default() }).await;
        Self { world, authority, trust }
    }

    async fn with(number: u64, models: &[TestModel]) -> Self {
        let case = Self::new(MetadataPolicy::default()).await;
        case.check(case.blob(number, models), Ok("stored")).await;
        case
    }

    /// Somebody with one passkey whose model turns out to be revoked.
    async fn judged(
        on_revoked_model: RevokedModel,
        last: LastPasskey,
    ) -> (Self, Authenticator, Opened) {
        Self::judged_with(synced_passkey(), on_revoked_model, last).await
    }

    async fn judged_with(
        mut key: Authenticator,
        on_revoked_model: RevokedModel,
        last_passkey: LastPasskey,
    ) -> (Self, Authenticator, Opened) {
        let policy = MetadataPolicy { on_revoked_model, last_passkey, ..Default::default() };
        let case = Self::new(policy).await;
        let opened = case.world.person("ada@example.org", &mut key).await;
        case.set_model(ModelProof::Attested { key: None });
        case.check(case.blob(7, &[model("REVOKED")]), Ok("stored")).await;
        case.world.service.judge_credentials_again().await.unwrap();
        (case, key, opened)
    }

    fn blob(&self, number: u64, models: &[TestModel]) -> Answer {
        answer(&self.authority.blob(number, NEXT_UPDATE, models))
    }

    /// Refreshes from a source with this answer, and compares how it ends.
    async fn check(&self, answer: Answer, expected: Result<&str, &str>) {
        let source = Source(Mutex::new(Some(answer)));
        let refreshed = self.world.service.refresh_metadata(&source, &self.trust).await;
        let told =
            refreshed.as_ref().map(RefreshedMetadata::code).map_err(RefreshMetadataError::code);
        assert_eq!(told, expected);
    }

    /// Starts from good metadata, refreshes, and finds the good one in use and in the store.
    async fn check_refused(answer: impl FnOnce(&Self) -> Answer, code: &str) {
        let case = Self::with(7, &[model("FIDO_CERTIFIED")]).await;
        let good = case.world.store.load_metadata().await.unwrap();
        case.check(answer(&case), Err(code)).await;
        assert_eq!(case.world.store.load_metadata().await.unwrap(), good);
        assert_eq!(case.world.service.metadata().current().unwrap().head().number, 7);
        assert_eq!(case.audited(AuditAction::MetadataRefused).await, [code]);
    }

    async fn check_refused_sign_in(&self, key: &mut Authenticator, expected: &str) {
        let assertion = self.world.assertion(None, key).await;
        match self.world.finish(&assertion).await {
            Err(FinishAuthenticationError::Refused { code }) => assert_eq!(code, expected),
            other => panic!("{other:?}"),
        }
    }

    /// Makes the only passkey one of [`MODEL`]: an attestation that proves a model of a test's
    /// metadata would need an authenticator of that authority.
    fn set_model(&self, proof: ModelProof) {
        let database = rusqlite::Connection::open(self.world.store.path()).unwrap();
        let proven = proof != ModelProof::Claimed;
        let sql = "UPDATE passkey SET aaguid = ?1, model_proven = ?2";
        assert_eq!(database.execute(sql, rusqlite::params![MODEL, proven]).unwrap(), 1);
    }

    async fn state(&self) -> PasskeyState {
        self.world.store.list_models(None, 1).await.unwrap()[0].state
    }

    async fn audited(&self, action: AuditAction) -> Vec<String> {
        let codes = self.world.audited(action).await;
        codes.into_iter().map(Option::unwrap_or_default).collect()
    }
}
