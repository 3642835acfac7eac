//! The accept loop: from a socket to [`Site`], with limits, and without dropping a request when
//! the server is told to stop.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::response::Response;
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use prometheus_client::metrics::gauge::Gauge;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::ops::OpsSite;
use crate::site::Site;

/// How long to wait when the system refuses to accept, for example for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Limits of connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// Connections open at once; more wait in the system's queue.
    pub connections_max: usize,
    /// How long a request's headers may take, and how long a connection may be idle.
    pub header_timeout_ms: u64,
    /// Longest headers.
    pub header_bytes_max: usize,
    /// Most headers of a request over HTTP/1.1; `None` for hyper's own limit, 100. Beyond either
    /// of both limits hyper itself answers, without a body.
    pub headers_max: Option<usize>,
    /// How long requests may take to end when the server is told to stop.
    pub drain_ms: u64,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            connections_max: 10_000,
            header_timeout_ms: 20_000,
            header_bytes_max: 16 * 1024,
            headers_max: None,
            drain_ms: 10_000,
        }
    }
}

/// How a server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drained {
    /// Every request had its answer.
    Completely,
    /// The time for that ran out; this many connections were cut.
    Cut(usize),
}

/// What answers requests: [`Site`] or [`OpsSite`].
pub trait Answer: Send + Sync + 'static {
    /// Answers a request that came from `peer`.
    fn answer(
        &self,
        peer: IpAddr,
        request: Request<Incoming>,
    ) -> impl Future<Output = Response> + Send;

    /// Where open connections are counted, if they are.
    fn app(&self) -> Option<&App>;
}

impl Answer for Site {
    async fn answer(&self, peer: IpAddr, request: Request<Incoming>) -> Response {
        Self::answer(self, peer, request).await
    }

    fn app(&self) -> Option<&App> {
        Some(Self::app(self))
    }
}

impl Answer for OpsSite {
    async fn answer(&self, peer: IpAddr, request: Request<Incoming>) -> Response {
        Self::answer(self, peer, request).await
    }

    fn app(&self) -> Option<&App> {
        None
    }
}

/// Serves `site` on `listener` until `stop` is cancelled; then takes no more connections, lets
/// requests end, and closes.
pub async fn serve<A: Answer>(
    listener: TcpListener,
    site: Arc<A>,
    limits: ConnectionLimits,
    stop: CancellationToken,
) -> Drained {
    let room = Arc::new(Semaphore::new(limits.connections_max.min(Semaphore::MAX_PERMITS)));
    let builder = Arc::new(builder(limits));
    let graceful = GracefulShutdown::new();
    let tasks = TaskTracker::new();
    let cut = CancellationToken::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accept(&listener, &room) => accepted,
        };
        let Some((stream, peer, place)) = accepted else { continue };
        let connection = Connection {
            site: site.clone(),
            builder: builder.clone(),
            watcher: graceful.watcher(),
            header_timeout: Duration::from_millis(limits.header_timeout_ms),
            cut: cut.clone(),
            peer,
        };
        tasks.spawn(async move {
            connection.run(stream).await;
            drop(place);
        });
    }
    drop(listener);
    tasks.close();
    if timeout(Duration::from_millis(limits.drain_ms), graceful.shutdown()).await.is_ok() {
        tasks.wait().await;
        return Drained::Completely;
    }
    let left = tasks.len();
    cut.cancel();
    tasks.wait().await;
    Drained::Cut(left)
}

fn builder(limits: ConnectionLimits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    let header_timeout = Duration::from_millis(limits.header_timeout_ms);
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .max_buf_size(limits.header_bytes_max.max(8 * 1024));
    if let Some(headers_max) = limits.headers_max {
        builder.http1().max_headers(headers_max);
    }
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(header_timeout)
        .keep_alive_timeout(header_timeout)
        .max_concurrent_streams(100)
        .max_header_list_size(u32::try_from(limits.header_bytes_max).unwrap_or(u32::MAX));
    builder
}

/// The next connection, once there is room for it.
async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(TcpStream, IpAddr, OwnedSemaphorePermit)> {
    let place = room.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, address)) => {
            // Answers are small and complete when they are written.
            if let Err(err) = stream.set_nodelay(true) {
                tracing::debug!(error = %err, "TCP_NODELAY was refused");
            }
            Some((stream, address.ip(), place))
        }
        Err(err) => {
            tracing::warn!(error = %err, "a connection could not be accepted");
            sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

struct Connection<A> {
    site: Arc<A>,
    builder: Arc<Builder<TokioExecutor>>,
    watcher: Watcher,
    header_timeout: Duration,
    cut: CancellationToken,
    peer: IpAddr,
}

impl<A: Answer> Connection<A> {
    async fn run(self, stream: TcpStream) {
        let Self { site, builder, watcher, header_timeout, cut, peer } = self;
        let _counted = site.app().map(Counted::new);
        let spoke = Arc::new(AtomicBool::new(false));
        let service = {
            let spoke = spoke.clone();
            service_fn(move |request| {
                spoke.store(true, Ordering::Relaxed);
                let site = site.clone();
                async move { Ok::<_, Infallible>(site.answer(peer, request).await) }
            })
        };
        let connection = watcher.watch(builder.serve_connection(TokioIo::new(stream), service));
        tokio::select! {
            ended = connection => {
                if let Err(err) = ended {
                    tracing::debug!(error = %err, "a connection ended early");
                }
            }
            () = silence(header_timeout, &spoke) => tracing::debug!("a silent connection was cut"),
            () = cut.cancelled() => {}
        }
    }
}

/// Ends when no request has come in time. hyper limits the time for headers, but not the time
/// that a connection takes to say which version of HTTP it speaks.
async fn silence(limit: Duration, spoke: &AtomicBool) {
    sleep(limit).await;
    if spoke.load(Ordering::Relaxed) {
        std::future::pending::<()>().await;
    }
}

/// A connection is counted as open for as long as this lives.
struct Counted(Gauge);

impl Counted {
    fn new(app: &App) -> Self {
        let open = app.metrics.connections().clone();
        open.inc();
        Self(open)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}
