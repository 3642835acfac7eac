//! The doctor's checks: one file per thing that is looked at.
//!
//! Checks of values need nothing but the configuration, so `config check` runs them too. The
//! others look at the machine. Each answers with findings; none of them changes anything.

mod authenticators;
mod clock;
mod mail;
mod metadata;
mod proxy;
mod rp_id;
mod store;
mod url;

use keylane_model::Clock;
use keylane_store::Store;

use crate::config::Config;
use crate::finding::Finding;

pub(crate) use store::{count, look_at_files, sentence as store_sentence};

/// Checks that need only the configuration.
pub(crate) fn of_values(config: &Config) -> Vec<Finding> {
    let server = &config.server;
    let mut findings = url::examine(server);
    if let Some(rp_id) = config.application.rp_id() {
        findings.extend(rp_id::examine(rp_id, &server.public_url, &config.application.origins));
    }
    findings.extend(proxy::examine(server));
    findings.extend(mail::examine(&config.mail, config.mode()));
    findings
}

/// Checks of what the store holds.
pub(crate) async fn of_stored(
    config: &Config,
    store: &dyn Store,
    clock: &dyn Clock,
) -> Vec<Finding> {
    let mut findings = store::examine(store).await;
    match (config.application.rp_id(), store.list_rp_ids().await) {
        (Some(rp_id), Ok(stored)) => findings.push(rp_id::compare(rp_id, &stored)),
        (None, Ok(_)) => {}
        (_, Err(err)) => findings.push(store::unanswered(&err)),
    }
    findings.push(clock::examine(store, clock).await);
    findings
}

/// Checks of the metadata that is stored, and of where it comes from.
pub(crate) async fn of_metadata(
    config: &Config,
    store: &dyn Store,
    clock: &dyn Clock,
) -> Vec<Finding> {
    metadata::examine(&config.metadata, &config.authenticators, store, clock).await
}

/// Whether a rule about authenticators waits for metadata. A start does not wait for more.
pub(crate) async fn of_missing_metadata(config: &Config, store: &dyn Store) -> Option<Finding> {
    metadata::missing(&config.metadata, &config.authenticators, store).await
}

/// Checks of the files that the rules about authenticators name.
pub(crate) fn of_authenticators(config: &Config) -> Option<Finding> {
    authenticators::examine(config)
}

/// Checks of the mail server. Takes as long as the mail server does, within limits.
pub(crate) async fn of_mail_server(config: &Config) -> Option<Finding> {
    mail::try_server(config).await
}
