//! Newer metadata takes the place of older: fetched, verified, committed, put in use, in that
//! order. Whatever goes wrong, what was good stays.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use keylane_mds::{BlobError, Date, MetadataEntry};
use keylane_model::{
    Actor, Change, Commit, MetadataHead, MetadataSnapshot, ModelStanding, RequestContext,
    UnixMillis,
};
use keylane_store::{CommitError, Store, StoreError};
use tokio::task::spawn_blocking;

use crate::metadata::{MetadataTrust, VerifiedMetadata, model_standing};
use crate::metadata_source::{
    FetchMetadataError, FetchedMetadata, MetadataSource, UnverifiedMetadata,
};
use crate::service::Service;

/// What a refresh did.
#[derive(Debug)]
pub enum RefreshedMetadata {
    /// The source has nothing newer.
    NotModified,
    /// The source has the same once more.
    Unchanged(Arc<VerifiedMetadata>),
    /// Another BLOB is stored.
    Stored(Arc<VerifiedMetadata>),
}

/// Metadata was not refreshed. What was there stays.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RefreshMetadataError {
    /// The source has nothing to verify.
    #[error("the source of metadata failed: {0}")]
    Fetch(#[from] FetchMetadataError),
    /// It was verified, and refused.
    #[error("the metadata was refused: {0}")]
    Refused(#[from] BlobError),
    /// Somebody else stored metadata with a higher number meanwhile.
    #[error("metadata with a higher number is there")]
    WentBack,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RefreshMetadataError {
    /// A stable name for logs, metrics and the audit log.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Fetch(err) => err.code(),
            Self::Refused(err) => err.code(),
            Self::WentBack => "metadata_went_back",
            Self::Store(err) => err.code(),
        }
    }
}

impl RefreshedMetadata {
    /// A stable name for logs and metrics.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotModified => "not_modified",
            Self::Unchanged(_) => "unchanged",
            Self::Stored(_) => "stored",
        }
    }
}

impl Service {
    /// Asks the source for newer metadata, and puts it in use when it is right.
    ///
    /// # Errors
    ///
    /// [`RefreshMetadataError`]. A BLOB that is refused leaves an audit entry, once for as long as
    /// the reason is the same.
    pub async fn refresh_metadata(
        &self,
        source: &dyn MetadataSource,
        trust: &Arc<MetadataTrust>,
    ) -> Result<RefreshedMetadata, RefreshMetadataError> {
        // Stored metadata that is not in use is not believed any more: "not modified" would be no
        // help then.
        let in_use = self.metadata.newest().map(|it| it.head().sha256);
        let known = self.store.find_metadata().await?;
        let known = known.filter(|it| in_use == Some(it.sha256));
        let outcome = match source.fetch(known.as_ref()).await {
            Ok(FetchedMetadata::NotModified) => Ok(RefreshedMetadata::NotModified),
            Ok(FetchedMetadata::New(fetched)) => {
                store_metadata(&*self.store, Actor::System, self.now(), fetched, trust).await
            }
            Err(err) => Err(err.into()),
        };
        let code =
            outcome.as_ref().map_or_else(RefreshMetadataError::code, RefreshedMetadata::code);
        let is_news = self.metadata.note_refresh(code);
        match &outcome {
            Ok(RefreshedMetadata::Stored(verified) | RefreshedMetadata::Unchanged(verified)) => {
                self.metadata.swap(verified.clone());
            }
            Err(RefreshMetadataError::Refused(_) | RefreshMetadataError::WentBack) if is_news => {
                audit_refusal(&*self.store, Actor::System, self.now(), code).await?;
            }
            Ok(RefreshedMetadata::NotModified) | Err(_) => {}
        }
        outcome
    }

    /// Puts in use what is stored, when it is not what is in use: at start, and when another
    /// process has stored metadata. It is verified again for the moment when it was fetched.
    ///
    /// # Errors
    ///
    /// [`RefreshMetadataError::Refused`] when the stored metadata is not believed any more, under
    /// other anchors or with newer revocation lists for example.
    pub async fn load_metadata(
        &self,
        trust: &Arc<MetadataTrust>,
    ) -> Result<Option<Arc<VerifiedMetadata>>, RefreshMetadataError> {
        let Some(head) = self.store.find_metadata().await? else { return Ok(None) };
        let in_use = self.metadata.newest();
        if in_use.is_some_and(|it| it.head().sha256 == head.sha256) {
            return Ok(None);
        }
        let Some(snapshot) = self.store.load_metadata().await? else { return Ok(None) };
        let verified = match verify(snapshot, trust.clone(), None).await {
            Ok(verified) => verified,
            Err(err) => {
                self.metadata.note_refresh(err.code());
                return Err(err);
            }
        };
        self.metadata.swap(verified.clone());
        Ok(Some(verified))
    }
}

/// Verifies fetched metadata and commits it. For servers and for operators' commands.
///
/// # Errors
///
/// [`RefreshMetadataError`]; nothing is changed then, and nothing audited.
pub async fn store_metadata(
    store: &dyn Store,
    actor: Actor,
    now: UnixMillis,
    fetched: UnverifiedMetadata,
    trust: &Arc<MetadataTrust>,
) -> Result<RefreshedMetadata, RefreshMetadataError> {
    let known = store.find_metadata().await?;
    let UnverifiedMetadata { blob, source, etag, last_modified } = fetched;
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(digest(&SHA256, &blob).as_ref());
    let head = MetadataHead {
        number: 0,
        next_update: now,
        fetched_at: now,
        source,
        etag,
        last_modified,
        sha256,
    };
    let previous = known.as_ref().map(|it| it.number);
    let snapshot = MetadataSnapshot { head, blob };
    let verified = verify(snapshot.clone(), trust.clone(), previous).await?;
    let head = verified.head().clone();
    let same =
        |it: &MetadataHead| (it.sha256, &it.source, &it.etag) == (sha256, &head.source, &head.etag);
    if known.as_ref().is_some_and(same) {
        return Ok(RefreshedMetadata::Unchanged(verified));
    }
    let snapshot = Box::new(MetadataSnapshot { head, ..snapshot });
    match commit(store, actor, now, Change::StoreMetadata { snapshot }).await {
        Ok(()) => Ok(RefreshedMetadata::Stored(verified)),
        Err(CommitError::MetadataWentBack) => Err(RefreshMetadataError::WentBack),
        Err(err) => Err(unexpected(err).into()),
    }
}

/// Puts a refusal of metadata on the record.
///
/// # Errors
///
/// [`StoreError`] when the store cannot answer.
pub async fn audit_refusal(
    store: &dyn Store,
    actor: Actor,
    now: UnixMillis,
    code: &'static str,
) -> Result<(), StoreError> {
    commit(store, actor, now, Change::RefuseMetadata { code }).await.map_err(unexpected)
}

async fn commit(
    store: &dyn Store,
    actor: Actor,
    at: UnixMillis,
    change: Change,
) -> Result<(), CommitError> {
    let request = RequestContext::default();
    store.commit(Commit { at, actor, request, change }).await.map(|_| ())
}

fn unexpected(err: CommitError) -> StoreError {
    match err {
        CommitError::Store(err) => err,
        other => StoreError::Damaged(format!("unexpected refusal: {other}")),
    }
}

/// Some megabytes of JSON are read on a thread of their own.
async fn verify(
    snapshot: MetadataSnapshot,
    trust: Arc<MetadataTrust>,
    previous: Option<u64>,
) -> Result<Arc<VerifiedMetadata>, RefreshMetadataError> {
    let verified =
        spawn_blocking(move || VerifiedMetadata::verify(&snapshot, &trust, previous)).await;
    let verified = verified.map_err(|err| StoreError::Unavailable(err.to_string()))?;
    Ok(Arc::new(verified?))
}

/// Entries whose models are affected on `date`, and were not in the metadata before.
#[must_use]
pub fn newly_affected<'a>(
    before: Option<&VerifiedMetadata>,
    after: &'a VerifiedMetadata,
    date: Date,
) -> Vec<(&'a MetadataEntry, ModelStanding)> {
    let known = |entry: &MetadataEntry| {
        let before = before?.blob().metadata();
        let by_id = entry.aaguid.and_then(|id| before.by_aaguid(id));
        by_id
            .or_else(|| entry.aaid.and_then(|id| before.by_aaid(id)))
            .or_else(|| entry.key_identifiers.iter().find_map(|id| before.by_key_identifier(*id)))
    };
    let entries = after.blob().metadata().entries().iter();
    entries
        .map(|entry| (entry, model_standing(entry, date)))
        .filter(|(_, standing)| *standing != ModelStanding::Clear)
        .filter(|(entry, standing)| {
            known(entry).is_none_or(|before| model_standing(before, date) != *standing)
        })
        .collect()
}
