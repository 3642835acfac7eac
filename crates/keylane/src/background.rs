//! What happens without a request: mails leave, what has expired goes, keys rotate, metadata is
//! kept up to date.

mod metadata;

use std::sync::Arc;
use std::time::Duration;

pub(crate) use self::metadata::MetadataDuty;
use keylane_service::{Mailer, Service};
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How often the outbox is looked at when nobody says that a mail waits: for retries.
const MAIL_EVERY: Duration = Duration::from_secs(5);
const SWEEP_EVERY: Duration = Duration::from_secs(60);
const ROTATE_EVERY: Duration = Duration::from_secs(60 * 60);

/// Starts all of it; each task ends when `stop` is cancelled, between two pieces of work.
pub(crate) fn start(
    tasks: &TaskTracker,
    stop: &CancellationToken,
    service: &Arc<Service>,
    mailer: Option<Arc<dyn Mailer>>,
    metadata: Option<MetadataDuty>,
) {
    if let Some(mailer) = mailer {
        tasks.spawn(deliver(service.clone(), mailer, stop.clone()));
    }
    if let Some(duty) = metadata {
        tasks.spawn(duty.keep(service.clone(), stop.clone()));
    }
    tasks.spawn(sweep(service.clone(), stop.clone()));
    tasks.spawn(rotate(service.clone(), stop.clone()));
}

async fn deliver(service: Arc<Service>, mailer: Arc<dyn Mailer>, stop: CancellationToken) {
    let waiting = service.mail_waiting();
    loop {
        if let Err(error) = service.deliver_mails(&*mailer).await {
            tracing::warn!(%error, "mails could not be delivered");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = waiting.notified() => {}
            () = sleep(MAIL_EVERY) => {}
        }
    }
}

async fn sweep(service: Arc<Service>, stop: CancellationToken) {
    let mut every = interval(SWEEP_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = every.tick() => {}
        }
        if let Err(error) = service.sweep().await {
            tracing::warn!(%error, "what has expired could not be removed");
        }
    }
}

async fn rotate(service: Arc<Service>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(ROTATE_EVERY) => {}
        }
        if let Err(error) = service.rotate_keys().await {
            tracing::error!(%error, "keys could not be rotated");
        }
    }
}
