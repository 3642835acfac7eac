//! What is counted. Labels are bounded: routes of the router, status classes, codes of this
//! program. Never a user, a credential, an address or anything else that a client chose.

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use keylane_model::Assurance;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::router::RouteInfo;

/// Upper bounds of the latency histograms, in seconds.
const BUCKETS_S: [f64; 13] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Counters and histograms of the HTTP side, and the registry that others may add to.
pub struct Metrics {
    registry: Registry,
    requests: Vec<RouteMetrics>,
    refusals: Family<RefusalLabels, Counter>,
    ceremonies: Family<CeremonyLabels, Counter>,
    rate_limited: Family<RouteLabels, Counter>,
    sessions: Family<SessionLabels, Counter>,
    connections: Gauge,
}

/// One route's counters, looked up once, so that counting a request takes no lookup.
struct RouteMetrics {
    /// By status class, from 1xx to 5xx.
    by_class: [Counter; 5],
    seconds: Histogram,
    /// For ceremonies that succeed.
    ceremony: Option<(CeremonyStep, Counter)>,
}

#[derive(Clone, Copy)]
struct CeremonyStep {
    ceremony: &'static str,
    step: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: &'static str,
    class: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusalLabels {
    route: &'static str,
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CeremonyLabels {
    ceremony: &'static str,
    step: &'static str,
    outcome: &'static str,
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SessionLabels {
    assurance: &'static str,
}

impl Metrics {
    /// Counters at zero, for these routes.
    pub(crate) fn new(routes: &[RouteInfo]) -> Self {
        let mut registry = Registry::with_prefix("keylane");
        let requests = Family::<RequestLabels, Counter>::default();
        let seconds = Family::<RouteLabels, Histogram>::new_with_constructor(histogram);
        let refusals = Family::default();
        let ceremonies = Family::default();
        let rate_limited = Family::default();
        let sessions = Family::default();
        let connections = Gauge::default();
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register("http_request_seconds", "Time to answer", seconds.clone());
        registry.register("refusals", "Requests refused, by code", refusals.clone());
        registry.register("ceremonies", "Halves of ceremonies, by outcome", ceremonies.clone());
        registry.register("rate_limited", "Requests over a rate limit", rate_limited.clone());
        registry.register("sessions_opened", "Sessions opened", sessions.clone());
        registry.register("http_connections", "Open connections", connections.clone());
        let requests = routes
            .iter()
            .map(|info| RouteMetrics::new(info.path, &requests, &seconds, &ceremonies))
            .collect();
        Self { registry, requests, refusals, ceremonies, rate_limited, sessions, connections }
    }

    /// Asks `collector` at each scrape.
    pub(crate) fn collect_from(&mut self, collector: impl Collector) {
        self.registry.register_collector(Box::new(collector));
    }

    /// The registry, in the OpenMetrics text format.
    ///
    /// # Errors
    ///
    /// As `fmt::Write` for the string: none in practice.
    pub fn encode(&self) -> Result<String, fmt::Error> {
        let mut text = String::with_capacity(16 * 1024);
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }

    /// Open connections; the server keeps it.
    pub(crate) fn connections(&self) -> &Gauge {
        &self.connections
    }

    pub(crate) fn session_opened(&self, assurance: Assurance) {
        let labels = SessionLabels { assurance: assurance.name() };
        self.sessions.get_or_create(&labels).inc();
    }

    pub(crate) fn rate_limited(&self, route: &'static str) {
        self.rate_limited.get_or_create(&RouteLabels { route }).inc();
    }

    /// An answer leaves. `code` says why, when it is a refusal.
    pub(crate) fn answered(
        &self,
        index: usize,
        route: &'static str,
        status: StatusCode,
        code: Option<&'static str>,
        took: Duration,
    ) {
        let Some(metrics) = self.requests.get(index) else { return };
        let class = usize::from(status.as_u16() / 100).saturating_sub(1);
        if let Some(counter) = metrics.by_class.get(class) {
            counter.inc();
        }
        metrics.seconds.observe(took.as_secs_f64());
        if let Some(code) = code {
            self.refusals.get_or_create(&RefusalLabels { route, code }).inc();
        }
        let Some((step, succeeded)) = &metrics.ceremony else { return };
        match code {
            None => {
                succeeded.inc();
            }
            Some(code) => {
                let outcome = if status.is_server_error() { "failed" } else { "refused" };
                self.ceremonies.get_or_create(&step.labels(outcome, code)).inc();
            }
        }
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").field("routes", &self.requests.len()).finish_non_exhaustive()
    }
}

impl RouteMetrics {
    fn new(
        route: &'static str,
        requests: &Family<RequestLabels, Counter>,
        seconds: &Family<RouteLabels, Histogram>,
        ceremonies: &Family<CeremonyLabels, Counter>,
    ) -> Self {
        let class = |class| requests.get_or_create(&RequestLabels { route, class }).clone();
        let ceremony = CeremonyStep::of(route)
            .map(|step| (step, ceremonies.get_or_create(&step.labels("ok", "ok")).clone()));
        Self {
            by_class: ["1xx", "2xx", "3xx", "4xx", "5xx"].map(class),
            seconds: seconds.get_or_create(&RouteLabels { route }).clone(),
            ceremony,
        }
    }
}

impl CeremonyStep {
    fn of(route: &'static str) -> Option<Self> {
        let (ceremony, step) = route.strip_prefix("/v1/")?.split_once('/')?;
        let known = matches!(ceremony, "registration" | "authentication");
        known.then_some(Self { ceremony, step })
    }

    fn labels(self, outcome: &'static str, code: &'static str) -> CeremonyLabels {
        CeremonyLabels { ceremony: self.ceremony, step: self.step, outcome, code }
    }
}

fn histogram() -> Histogram {
    Histogram::new(BUCKETS_S)
}
