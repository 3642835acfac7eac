//! A running server: listeners, use cases, background tasks, and the way they end.
//!
//! It starts in an order in which nothing is left behind when something is wrong: the listeners
//! first, then the files that the configuration names, then the store, then what it holds. It ends
//! in the reverse: no new requests, the running ones finish, the background tasks stop, the store
//! writes what it was given.

use std::fs::File;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use keylane_http::{App, ConnectionLimits, DevMailbox, Drained, OpsSite, Site, serve};
use keylane_service::{Mailer, Service};
use keylane_store_sqlite::SqliteStore;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::background::{self, MetadataDuty};
use crate::check;
use crate::config::{self, Config};
use crate::failure::Failure;
use crate::finding::{Finding, Level};
use crate::wiring;

/// A server that is ready to answer.
#[derive(Debug)]
pub(crate) struct Server {
    config: Config,
    listener: TcpListener,
    ops_listener: Option<TcpListener>,
    store: SqliteStore,
    service: Arc<Service>,
    app: App,
    mailer: Option<Arc<dyn Mailer>>,
    metadata: Option<MetadataDuty>,
    findings: Vec<Finding>,
    /// Held as long as the server lives.
    claim: File,
}

/// How a server ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended {
    /// Whether every request had its answer.
    pub(crate) drained: Drained,
    /// Transactions that it wrote, each with one fsync.
    pub(crate) transactions: u64,
}

impl Server {
    /// Binds, opens and checks everything. Nothing is answered yet.
    ///
    /// # Errors
    ///
    /// One sentence with the fix when it cannot start.
    pub(crate) async fn prepare(config: Config) -> Result<Self, Failure> {
        let (listener, address) = bind(config.server.listen, &config::LISTEN).await?;
        let ops_listener = match config.server.ops_listen {
            Some(address) => Some(bind(address, &config::OPS_LISTEN).await?.0),
            None => None,
        };
        let mut config = config;
        config.server = config.server.at_port(address.port());

        let (clock, entropy) = wiring::outside_world();
        // What files say comes before the store: opening it may bring its schema up to date, and
        // then there is no way back to the Keylane that ran before.
        let service_config = wiring::service_config(&config)?;
        let metadata = MetadataDuty::new(&config.metadata, &*clock, entropy.clone())?;
        wiring::make_data_directory(&config.store.path)?;
        let claim = wiring::claim_data(&config.store)?;
        let master_key = wiring::master_key(&config.store, &*entropy)?;
        let store = wiring::open_store(&config)
            .await
            .map_err(|err| Failure::cannot_start(check::store_sentence(&err)))?;
        let findings = start_checks(&config, &store, &*clock).await?;

        let (here, random) = (clock.clone(), entropy.clone());
        let service =
            wiring::start_service(&config, service_config, &store, here, random, master_key)
                .await?;
        let mailbox = Arc::new(DevMailbox::new(clock.clone()));
        let mailer = wiring::mailer(&config, mailbox.clone())?;
        let http = wiring::http_config(&config);
        let app = App::new(service.clone(), http, clock, entropy, Some(mailbox));
        Ok(Self {
            config,
            listener,
            ops_listener,
            store,
            service,
            app,
            mailer,
            metadata,
            findings,
            claim,
        })
    }

    /// The configuration, with the port that it really got.
    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// The use cases.
    pub(crate) fn service(&self) -> &Service {
        &self.service
    }

    /// What the start checks would rather have otherwise.
    pub(crate) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Answers until `stop` is cancelled, then drains and closes.
    pub(crate) async fn run(self, stop: CancellationToken) -> Ended {
        let limits = ConnectionLimits {
            connections_max: wiring::size(self.config.server.connections_max),
            header_timeout_ms: wiring::millis(self.config.server.header_timeout),
            drain_ms: wiring::millis(self.config.server.shutdown_timeout),
            ..ConnectionLimits::default()
        };
        // Background tasks and the ops listener outlive the last request, so that a draining
        // server is still watched and the mails of its last requests leave.
        let (tasks, after) = (TaskTracker::new(), CancellationToken::new());
        background::start(&tasks, &after, &self.service, self.mailer, self.metadata);
        if let Some(listener) = self.ops_listener {
            let site = Arc::new(OpsSite::new(self.app.clone()));
            let ops_limits = ConnectionLimits { drain_ms: 1_000, ..limits };
            tasks.spawn(serve(listener, site, ops_limits, after.clone()));
        }
        let site = Arc::new(Site::new(self.app));
        let drained = serve(self.listener, site, limits, stop).await;
        after.cancel();
        tasks.close();
        let rest = Duration::from_millis(limits.drain_ms);
        if tokio::time::timeout(rest, tasks.wait()).await.is_err() {
            tracing::warn!("a background task did not end in time");
        }
        drop(self.service);
        let transactions = self.store.transactions();
        self.store.close().await;
        drop(self.claim);
        Ended { drained, transactions }
    }
}

/// The doctor's checks that matter at start.
///
/// # Errors
///
/// When the stored passkeys are bound to another RP ID: started all the same, the server would
/// refuse every one of them.
async fn start_checks(
    config: &Config,
    store: &SqliteStore,
    clock: &dyn keylane_model::Clock,
) -> Result<Vec<Finding>, Failure> {
    let mut findings = check::of_values(config);
    findings.extend(check::look_at_files(&config.store));
    findings.extend(check::of_stored(config, store, clock).await);
    findings.extend(check::of_missing_metadata(config, store).await);
    let fatal = findings.iter().find(|it| it.check == "stored-rp-id" && it.level == Level::Fail);
    if let Some(fatal) = fatal {
        return Err(Failure::cannot_start(fatal.sentence.clone()));
    }
    findings.retain(|it| it.level != Level::Ok);
    Ok(findings)
}

async fn bind(
    address: SocketAddr,
    key: &config::Key,
) -> Result<(TcpListener, SocketAddr), Failure> {
    let bound = async {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    bound.await.map_err(|err: std::io::Error| {
        let why = match err.kind() {
            std::io::ErrorKind::AddrInUse => "another program listens there".to_owned(),
            std::io::ErrorKind::PermissionDenied => "this user may not use that port".to_owned(),
            _ => err.to_string(),
        };
        Failure::cannot_start(format!(
            "Keylane cannot listen on {address}: {why}; set {} to another address, or free this one.",
            key.path()
        ))
    })
}
