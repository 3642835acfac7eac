//! Which authenticators may be registered, by the rules of the application.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]

mod support;

use std::sync::Arc;

use keylane_authenticator::{Attestation, Authenticator, AuthenticatorConfig};
use keylane_model::{AuditAction, ModelStanding, PasskeyState};
use keylane_service::{
    Admission, AuthenticatorRules, DemandedProtection, FinishRegistrationError, MetadataPolicy,
    Policy, Registered, RevokedModel, Verification,
};
use keylane_store::Store;
use keylane_webauthn::{Aaguid, AttestationConveyance, TrustAnchor};
use support::World;

const MODEL: Aaguid = Aaguid([0x3a; 16]);

#[tokio::test]
async fn every_authenticator_is_taken_by_default() {
    check(Attestation::None, |_, _| (), Ok(())).await;
    check(Attestation::PackedSelf, |_, _| (), Ok(())).await;
}

#[tokio::test]
async fn listed_model_passes_when_a_trusted_authority_vouches_for_it() {
    let listed = |rules: &mut AuthenticatorRules, key: &Authenticator| {
        rules.allowed_models = vec![MODEL];
        trust(rules, key);
    };
    check(Attestation::PackedBasic, listed, Ok(())).await;
}

#[tokio::test]
async fn listed_model_is_not_believed_without_proof() {
    let untrusted = |rules: &mut AuthenticatorRules, _: &Authenticator| {
        rules.conveyance = AttestationConveyance::Direct;
        rules.allowed_models = vec![MODEL];
    };
    for attestation in [Attestation::None, Attestation::PackedSelf, Attestation::PackedBasic] {
        check(attestation, untrusted, Err("authenticator_unproven")).await;
    }
}

#[tokio::test]
async fn aaguid_beside_a_key_that_any_software_may_ask_for_proves_no_model() {
    let listed = |rules: &mut AuthenticatorRules, key: &Authenticator| {
        rules.allowed_models = vec![MODEL];
        trust(rules, key);
    };
    for attestation in [Attestation::AndroidKey, Attestation::Tpm, Attestation::Apple] {
        check(attestation, listed, Err("authenticator_unproven")).await;
    }
}

#[tokio::test]
async fn other_model_of_a_trusted_authority_is_refused() {
    let other = |rules: &mut AuthenticatorRules, key: &Authenticator| {
        rules.allowed_models = vec![Aaguid([1; 16])];
        trust(rules, key);
    };
    check(Attestation::PackedBasic, other, Err("authenticator_not_listed")).await;
}

#[tokio::test]
async fn denied_model_and_device_bound_passkeys_are_refused_without_asking_for_attestation() {
    let denied = |rules: &mut AuthenticatorRules, _: &Authenticator| {
        rules.denied_models = vec![MODEL];
    };
    check(Attestation::None, denied, Err("authenticator_denied")).await;
    let synced_only = |rules: &mut AuthenticatorRules, _: &Authenticator| {
        rules.device_bound = Admission::Refuse;
    };
    check(Attestation::None, synced_only, Err("authenticator_device_bound")).await;
}

#[tokio::test]
async fn hardware_is_proved_by_a_tpm_and_not_by_a_security_key_that_metadata_does_not_know() {
    let hardware = |rules: &mut AuthenticatorRules, key: &Authenticator| {
        rules.key_protection = DemandedProtection::Hardware;
        trust(rules, key);
    };
    check(Attestation::Tpm, hardware, Ok(())).await;
    check(Attestation::AndroidKey, hardware, Ok(())).await;
    check(Attestation::PackedBasic, hardware, Err("authenticator_not_in_hardware")).await;
}

#[tokio::test]
async fn serial_numbers_are_read_from_enterprise_attestation() {
    let handed_out = |rules: &mut AuthenticatorRules, key: &Authenticator| {
        trust(rules, key);
        rules.conveyance = AttestationConveyance::Enterprise;
        rules.serial_numbers = vec![b"KEYLANE-0001".to_vec()];
    };
    check(Attestation::PackedEnterprise, handed_out, Ok(())).await;
    check(Attestation::PackedBasic, handed_out, Err("authenticator_serial_not_listed")).await;
    let others = |rules: &mut AuthenticatorRules, key: &Authenticator| {
        handed_out(rules, key);
        rules.serial_numbers = vec![b"KEYLANE-0002".to_vec()];
    };
    check(Attestation::PackedEnterprise, others, Err("authenticator_serial_not_listed")).await;
}

#[tokio::test]
async fn rules_wait_when_they_are_applied_in_the_background() {
    let later = |rules: &mut AuthenticatorRules, _: &Authenticator| {
        rules.denied_models = vec![MODEL];
        rules.verification = Verification::Background;
    };
    check(Attestation::None, later, Ok(())).await;
}

#[tokio::test]
async fn passkey_that_breaks_a_rule_in_the_background_is_on_record_and_judged() {
    let (world, registered) = added_against_the_rules(RevokedModel::Record).await;
    assert_eq!(registered.passkey.model_standing, ModelStanding::NotAccepted);
    let audited = world.audited(AuditAction::PasskeyJudged).await;
    assert_eq!(audited, [Some("model_not_accepted".to_owned())]);
    let passkeys = world.store.list_passkeys(registered.passkey.user).await.unwrap();
    assert_eq!(passkeys[0].model_standing, ModelStanding::NotAccepted);
    assert_eq!(passkeys[0].state, PasskeyState::Active);
}

#[tokio::test]
async fn last_passkey_is_not_held_for_breaking_a_rule() {
    let (world, registered) = added_against_the_rules(RevokedModel::Hold).await;
    let passkeys = world.store.list_passkeys(registered.passkey.user).await.unwrap();
    assert_eq!(passkeys[0].state, PasskeyState::Active);
}

/// Somebody's first passkey, of a denied model, where rules are applied in the background.
async fn added_against_the_rules(on_revoked_model: RevokedModel) -> (World, Registered) {
    let rules = AuthenticatorRules {
        denied_models: vec![MODEL],
        verification: Verification::Background,
        ..AuthenticatorRules::default()
    };
    let metadata = MetadataPolicy { on_revoked_model, ..MetadataPolicy::default() };
    let world = World::with_rules(Policy { metadata, ..Policy::default() }, rules).await;
    let session = world.sign_up("ada@example.org").await;
    let mut key = Authenticator::new(AuthenticatorConfig {
        aaguid: MODEL.0,
        ..AuthenticatorConfig::security_key()
    });
    let registered = world.register(&session, &mut key).await;
    (world, registered)
}

#[tokio::test]
async fn sample_of_everybody_is_everybody() {
    let all = |rules: &mut AuthenticatorRules, _: &Authenticator| {
        rules.denied_models = vec![MODEL];
        rules.verification = Verification::Sampled { per_thousand: 1000 };
    };
    check(Attestation::None, all, Err("authenticator_denied")).await;
    let nobody = |rules: &mut AuthenticatorRules, key: &Authenticator| {
        all(rules, key);
        rules.verification = Verification::Sampled { per_thousand: 0 };
    };
    check(Attestation::None, nobody, Ok(())).await;
}

/// Trusts the authority that attests for this authenticator.
fn trust(rules: &mut AuthenticatorRules, key: &Authenticator) {
    rules.conveyance = AttestationConveyance::Direct;
    let root = TrustAnchor::from_der(key.authority().unwrap().root()).unwrap();
    rules.anchors = Arc::new([root].into_iter().collect());
}

/// Registers the first passkey of a person with a security key. A refusal has to be on the record.
async fn check(
    attestation: Attestation,
    arrange: impl Fn(&mut AuthenticatorRules, &Authenticator),
    expected: Result<(), &str>,
) {
    let mut key = Authenticator::new(AuthenticatorConfig {
        aaguid: MODEL.0,
        attestation,
        ..AuthenticatorConfig::security_key()
    });
    let mut rules = AuthenticatorRules::default();
    arrange(&mut rules, &key);
    let world = World::with_rules(Policy::default(), rules).await;
    let session = world.sign_up("ada@example.org").await;
    let outcome = match world.try_to_register(&session, &mut key).await {
        Ok(_) => Ok(()),
        Err(FinishRegistrationError::Authenticator(refusal)) => {
            let audited = world.audited(AuditAction::CeremonyRefused).await;
            assert_eq!(audited, [Some(refusal.code().to_owned())], "{attestation:?}");
            Err(refusal.code())
        }
        Err(other) => panic!("{attestation:?}: {other:?}"),
    };
    assert_eq!(outcome, expected, "{attestation:?}");
}
