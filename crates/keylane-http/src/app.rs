//! What every handler can reach.

use std::ops::Deref;
use std::sync::Arc;

use keylane_model::{Clock, Entropy};
use keylane_service::Service;

use crate::config::{HttpConfig, Mode};
use crate::cookies::CookieNames;
use crate::dev_mailbox::DevMailbox;
use crate::metadata_metrics::MetadataMetrics;
use crate::metrics::Metrics;

/// What every handler can reach. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App(Arc<AppParts>);

/// The parts of an [`App`], as the composition root puts them together.
#[derive(Debug)]
pub struct AppParts {
    /// The use cases.
    pub service: Arc<Service>,
    /// Limits and mode.
    pub config: HttpConfig,
    /// For rate limits.
    pub clock: Arc<dyn Clock>,
    /// For the pre-session cookie.
    pub entropy: Arc<dyn Entropy>,
    /// Mails to read on a page. Not shown outside development, whatever is passed.
    pub mailbox: Option<Arc<DevMailbox>>,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Names of our cookies, which follow from the public URL.
    pub(crate) cookies: CookieNames,
}

impl App {
    /// Puts the parts together.
    #[must_use]
    pub fn new(
        service: Arc<Service>,
        config: HttpConfig,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        mailbox: Option<Arc<DevMailbox>>,
    ) -> Self {
        let mailbox = mailbox.filter(|_| config.mode == Mode::Development);
        let cookies = CookieNames::of(&service.relying_party().own_origin);
        let mut metrics = Metrics::new(&crate::router::infos());
        metrics.collect_from(MetadataMetrics(service.clone()));
        let metrics = Arc::new(metrics);
        Self(Arc::new(AppParts { service, config, clock, entropy, mailbox, metrics, cookies }))
    }
}

impl Deref for App {
    type Target = AppParts;

    fn deref(&self) -> &AppParts {
        &self.0
    }
}
