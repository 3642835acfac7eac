//! When metadata says something new, the passkeys that people have are judged again.
//!
//! Only what an attestation has proved counts against a passkey: anybody can make one that claims
//! to be of a revoked model. Claims are counted, and nothing comes of them. A passkey whose model
//! is not listed (any more) keeps the standing that it had.

use std::collections::BTreeMap;

use keylane_model::{
    Actor, Change, Commit, HoldAffected, LastPasskey, ModelProof, ModelStanding, Passkey,
    PasskeyId, PasskeyModel, RequestContext, UnixMillis, UserId,
};
use keylane_store::{CommitError, Store, StoreError};

use crate::metadata::{MetadataPolicy, RevokedModel, VerifiedMetadata, model_standing};
use crate::service::Service;

/// Passkeys read in one go.
const PAGE_MAX: u32 = 500;

/// What judging found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judged {
    /// Active and held passkeys that were looked at.
    pub passkeys: u64,
    /// Those whose standing is another than before.
    pub changed: u64,
    /// Those with something known against their proven model, by the stable name of the standing.
    pub affected: BTreeMap<&'static str, u64>,
    /// Those that claim, without proof, to be of a model with something known against it.
    pub claimed: u64,
}

/// A passkey with something known against its model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AffectedPasskey {
    /// The passkey, with the standing that is recorded.
    pub model: PasskeyModel,
    /// What the metadata makes of it.
    pub standing: ModelStanding,
}

impl Service {
    /// Does what the policy says with a passkey that was added although it breaks a rule.
    pub(crate) async fn judge_added(&self, passkey: &Passkey) -> Result<(), StoreError> {
        if !passkey.model_standing.is_affected() {
            return Ok(());
        }
        let model = PasskeyModel {
            user: passkey.user,
            passkey: passkey.id,
            aaguid: passkey.aaguid,
            proof: passkey.model_proof,
            standing: passkey.model_standing,
            state: passkey.state,
        };
        let change = judgement(&model, passkey.model_standing, self.metadata.policy());
        commit(&*self.store, self.now(), change).await.map(|_| ())
    }

    /// Judges every passkey by the newest metadata and does what the policy says with those whose
    /// standing is another than before. Cut short, it can be done again from the start.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot answer; what was judged stays judged.
    pub async fn judge_credentials_again(&self) -> Result<Judged, StoreError> {
        let Some(metadata) = self.metadata.current() else { return Ok(Judged::default()) };
        let (store, policy) = (&*self.store, self.metadata.policy());
        let mut judged = Judged::default();
        let mut after = None;
        loop {
            let page = store.list_models(after, PAGE_MAX).await?;
            let Some(last) = page.last() else { break };
            after = Some((last.user, last.passkey));
            for model in &page {
                let standing = standing_of(model, &metadata, self.now());
                judged.count(model, standing);
                if model.proof != ModelProof::Claimed && standing != model.standing {
                    let change = judgement(model, standing, policy);
                    judged.changed += u64::from(commit(store, self.now(), change).await?);
                }
            }
        }
        self.metadata.note_judged(judged.clone());
        Ok(judged)
    }
}

/// Passkeys with something known against their model, proven or claimed, after `after` and out of
/// at most `limit` that are looked at; and where to go on, unless that was the end. Changes
/// nothing.
///
/// # Errors
///
/// [`StoreError`] when the store cannot answer.
pub async fn list_affected(
    store: &dyn Store,
    metadata: &VerifiedMetadata,
    now: UnixMillis,
    after: Option<(UserId, PasskeyId)>,
    limit: u32,
) -> Result<AffectedPage, StoreError> {
    let page = store.list_models(after, limit).await?;
    let next = page.last().map(|it| (it.user, it.passkey));
    let judged = page.into_iter().map(|model| {
        let standing = standing_of(&model, metadata, now);
        AffectedPasskey { model, standing }
    });
    Ok(AffectedPage {
        passkeys: judged.filter(|it| it.standing != ModelStanding::Clear).collect(),
        next,
    })
}

/// A page of passkeys with something known against their model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AffectedPage {
    /// In the order of their owners; perhaps none.
    pub passkeys: Vec<AffectedPasskey>,
    /// Where the next page starts; `None` at the end.
    pub next: Option<(UserId, PasskeyId)>,
}

impl Judged {
    fn count(&mut self, model: &PasskeyModel, standing: ModelStanding) {
        self.passkeys += 1;
        match (model.proof, standing) {
            (_, ModelStanding::Clear) => {}
            (ModelProof::Claimed, _) => self.claimed += 1,
            (ModelProof::Attested { .. }, _) => {
                *self.affected.entry(standing.name()).or_default() += 1;
            }
        }
    }
}

/// What metadata makes of a passkey, after what was made of it before.
fn standing_of(
    model: &PasskeyModel,
    metadata: &VerifiedMetadata,
    now: UnixMillis,
) -> ModelStanding {
    let entry = metadata.entry_of(model.aaguid, model.proof);
    let today = keylane_mds::UnixMillis(now.0).date();
    follow(model.standing, entry.map(|entry| model_standing(entry, today)))
}

/// What an operator's rule said when the passkey was added stays, until metadata says worse; a
/// compromise of some batches, which nobody acts on, is not worse.
fn follow(before: ModelStanding, says: Option<ModelStanding>) -> ModelStanding {
    let rule_stands = before == ModelStanding::NotAccepted;
    says.filter(|standing| standing.is_affected() || !rule_stands).unwrap_or(before)
}

fn judgement(model: &PasskeyModel, standing: ModelStanding, policy: MetadataPolicy) -> Change {
    let hold = match (policy.on_revoked_model, policy.last_passkey) {
        _ if !standing.is_affected() => HoldAffected::Never,
        (RevokedModel::Record | RevokedModel::StepUp, _) => HoldAffected::Never,
        (RevokedModel::Hold, LastPasskey::Keep) => HoldAffected::UnlessLast,
        (RevokedModel::Hold, LastPasskey::Remove) => HoldAffected::Always,
    };
    Change::JudgePasskey { passkey: model.passkey, user: model.user, standing, hold }
}

/// Whether it was done: a passkey that was removed meanwhile needs no judgement.
async fn commit(store: &dyn Store, at: UnixMillis, change: Change) -> Result<bool, StoreError> {
    let (actor, request) = (Actor::System, RequestContext::default());
    match store.commit(Commit { at, actor, request, change }).await {
        Ok(_) => Ok(true),
        Err(CommitError::PasskeyGone) => Ok(false),
        Err(CommitError::Store(err)) => Err(err),
        Err(other) => Err(StoreError::Damaged(format!("unexpected refusal: {other}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_rule_stands_until_metadata_says_worse() {
        let broken = ModelStanding::NotAccepted;
        assert_eq!(follow(broken, None), broken);
        assert_eq!(follow(broken, Some(ModelStanding::Clear)), broken);
        assert_eq!(follow(broken, Some(ModelStanding::BatchCompromise)), broken);
        assert_eq!(follow(broken, Some(ModelStanding::Revoked)), ModelStanding::Revoked);
    }

    #[test]
    fn a_report_is_withdrawn_by_metadata_that_lists_the_model_and_by_no_other() {
        let revoked = ModelStanding::Revoked;
        assert_eq!(follow(revoked, None), revoked);
        assert_eq!(follow(revoked, Some(ModelStanding::Clear)), ModelStanding::Clear);
    }
}
