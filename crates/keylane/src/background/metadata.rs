//! Metadata is kept up to date while the server runs.
//!
//! The server starts without it: what is stored is verified again here, and put in use when that
//! is done. From then on, newer metadata is asked for when it is time, what another process has
//! stored is noticed within a minute, and passkeys are judged again after each change, and once a
//! day, since reports have a day from which they hold. Nothing that goes wrong here ends anything.

use std::sync::Arc;
use std::time::Duration;

use keylane_model::{Clock, Entropy, UnixMillis};
use keylane_service::{MetadataSource, RefreshSchedule, RefreshedMetadata, Service};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::config;
use crate::failure::Failure;
use crate::wiring;

/// How often the store is looked at for what another process has stored, and a file for changes.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// Shortest pause between two rounds, whatever the schedule says.
const PAUSE_MIN: Duration = Duration::from_secs(1);
const JUDGE_EVERY_MS: u64 = 24 * 60 * 60 * 1000;

/// What the server does about metadata.
#[derive(Debug)]
pub(crate) struct MetadataDuty {
    config: config::Metadata,
    /// Whom to ask, and when; nobody with `source = "stored"`.
    asked: Option<(Arc<dyn MetadataSource>, RefreshSchedule)>,
    entropy: Arc<dyn Entropy>,
    judged_at: Option<UnixMillis>,
}

impl MetadataDuty {
    /// As configured; `None` when there is nothing to do.
    ///
    /// # Errors
    ///
    /// When a file that is named in the configuration cannot be used. That the metadata itself
    /// cannot be had is no error.
    pub(crate) fn new(
        config: &config::Metadata,
        clock: &dyn Clock,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Option<Self>, Failure> {
        wiring::metadata_trust(config)?;
        let every = match config.source {
            config::Source::Off => return Ok(None),
            // To look whether a file has changed costs nothing.
            config::Source::File => LOOK_EVERY,
            config::Source::Stored | config::Source::Download => config.interval,
        };
        let schedule = RefreshSchedule::new(wiring::millis(every), clock.now(), &*entropy)
            .map_err(|err| Failure::cannot_start(format!("{err}.")))?;
        let asked = wiring::metadata_source(config)?.map(|source| (source, schedule));
        Ok(Some(Self { config: config.clone(), asked, entropy, judged_at: None }))
    }

    /// Does it until `stop` is cancelled.
    pub(crate) async fn keep(mut self, service: Arc<Service>, stop: CancellationToken) {
        loop {
            // A download may take minutes, and a stop does not wait for it: what it brings is
            // committed whole or not at all.
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.round(&service) => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep(self.pause(&service)) => {}
            }
        }
    }

    fn pause(&self, service: &Service) -> Duration {
        let now = service.now();
        let wait = self.asked.as_ref().map(|(_, schedule)| schedule.due_at().millis_since(now));
        wait.map_or(LOOK_EVERY, |ms| Duration::from_millis(ms).clamp(PAUSE_MIN, LOOK_EVERY))
    }

    async fn round(&mut self, service: &Service) {
        let trust = match wiring::metadata_trust(&self.config) {
            Ok(trust) => trust,
            Err(failure) => {
                tracing::error!(error = %failure.sentence(), "metadata is not refreshed");
                return;
            }
        };
        let mut is_new = false;
        match service.load_metadata(&trust).await {
            Ok(loaded) => is_new |= loaded.is_some(),
            Err(error) => {
                tracing::error!(code = error.code(), %error, "stored metadata is not used");
            }
        }
        if let Some((source, schedule)) = &mut self.asked
            && schedule.is_due(service.now())
        {
            let refreshed = service.refresh_metadata(&**source, &trust).await;
            let planned = match &refreshed {
                Ok(_) => schedule.succeeded(service.now(), &*self.entropy),
                Err(_) => schedule.failed(service.now(), &*self.entropy),
            };
            if let Err(error) = planned {
                tracing::error!(%error, "metadata is asked for again at once");
            }
            is_new |= matches!(refreshed, Ok(RefreshedMetadata::Stored(_)));
            tell(&refreshed);
        }
        self.judge(service, is_new).await;
    }

    async fn judge(&mut self, service: &Service, is_new: bool) {
        let now = service.now();
        let is_time = self.judged_at.is_none_or(|at| now.millis_since(at) >= JUDGE_EVERY_MS);
        if !is_new && !is_time || service.metadata().current().is_none() {
            return;
        }
        match service.judge_credentials_again().await {
            Ok(judged) => {
                self.judged_at = Some(now);
                let affected: u64 = judged.affected.values().sum();
                tracing::info!(
                    passkeys = judged.passkeys,
                    changed = judged.changed,
                    affected,
                    claimed = judged.claimed,
                    "passkeys judged by metadata"
                );
            }
            Err(error) => {
                // Whatever was left is judged in the next round.
                self.judged_at = None;
                tracing::warn!(%error, "passkeys could not be judged by metadata");
            }
        }
    }
}

fn tell(refreshed: &Result<RefreshedMetadata, keylane_service::RefreshMetadataError>) {
    match refreshed {
        Ok(RefreshedMetadata::Stored(metadata)) => {
            let entries = metadata.blob().metadata().len();
            tracing::info!(number = metadata.head().number, entries, "metadata stored");
        }
        Ok(RefreshedMetadata::NotModified | RefreshedMetadata::Unchanged(_)) => {
            tracing::debug!("metadata has not changed");
        }
        Err(error) => {
            let code = error.code();
            tracing::warn!(code, %error, "metadata not refreshed; what was good stays in use");
        }
    }
}
