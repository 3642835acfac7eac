//! What was measured.

use std::fmt;

use hdrhistogram::Histogram;
use serde::Serialize;

use super::cost::Cost;
use super::person::Latencies;

/// What was measured. Latencies are seen from the client, its signatures included in `whole`.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    connections: u32,
    seconds: u64,
    logins: u64,
    logins_per_s: u64,
    begin: Percentiles,
    finish: Percentiles,
    whole: Percentiles,
    server_cpu_us_per_login: Option<f64>,
    client_cpu_us_per_login: Option<f64>,
    server_idle_mb: Option<f64>,
    server_saturated_mb: Option<f64>,
    /// Transactions written to the disk, each with one fsync; checkpoints come on top.
    transactions_per_login: Option<f64>,
    /// From the start of the process until it answers.
    pub(super) ready_ms: Option<u64>,
}

/// In milliseconds.
#[derive(Debug, Serialize)]
struct Percentiles {
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
}

impl Report {
    pub(super) fn new(connections: u32, seconds: u64, latencies: &Latencies) -> Self {
        let logins = latencies.whole.len();
        Self {
            connections,
            seconds,
            logins,
            logins_per_s: logins / seconds.max(1),
            begin: Percentiles::of(&latencies.begin),
            finish: Percentiles::of(&latencies.finish),
            whole: Percentiles::of(&latencies.whole),
            server_cpu_us_per_login: None,
            client_cpu_us_per_login: None,
            server_idle_mb: None,
            server_saturated_mb: None,
            transactions_per_login: None,
            ready_ms: None,
        }
    }

    /// Takes in what server and client cost between two moments.
    pub(super) fn set_costs(
        &mut self,
        server: Option<(Cost, Cost)>,
        client: (Cost, Cost),
        idle_bytes: Option<u64>,
    ) {
        self.client_cpu_us_per_login = processor_us_per(client, self.logins);
        self.server_cpu_us_per_login = server.and_then(|cost| processor_us_per(cost, self.logins));
        self.server_idle_mb = idle_bytes.and_then(|bytes| ratio(bytes, 1024 * 1024));
        self.server_saturated_mb =
            server.and_then(|(_, after)| ratio(after.resident_bytes, 1024 * 1024));
    }

    /// Takes in how many transactions all sign-ins, those of the warm-up too, were written in.
    pub(super) fn set_transactions(&mut self, transactions: Option<u64>, sign_ins: u64) {
        self.transactions_per_login = transactions.and_then(|count| {
            let thousandth = ratio(count.saturating_mul(10_000), sign_ins)?;
            Some(thousandth.round() / 10_000.0)
        });
    }
}

fn processor_us_per((before, after): (Cost, Cost), logins: u64) -> Option<f64> {
    ratio(after.processor_us.saturating_sub(before.processor_us), logins)
}

/// To one decimal.
#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn ratio(of: u64, per: u64) -> Option<f64> {
    (per > 0).then(|| (of as f64 / per as f64 * 10.0).round() / 10.0)
}

impl Percentiles {
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    fn of(histogram: &Histogram<u64>) -> Self {
        let ms = |us: u64| us as f64 / 1000.0;
        Self {
            p50_ms: ms(histogram.value_at_quantile(0.5)),
            p99_ms: ms(histogram.value_at_quantile(0.99)),
            max_ms: ms(histogram.max()),
        }
    }
}

impl fmt::Display for Percentiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p50 {:.2} ms, p99 {:.2} ms, max {:.2} ms", self.p50_ms, self.p99_ms, self.max_ms)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { logins, seconds, connections, logins_per_s, .. } = self;
        writeln!(f, "{logins} durable sign-ins in {seconds} s on {connections} connections")?;
        writeln!(f, "sign-ins/s     {logins_per_s}")?;
        writeln!(f, "begin          {}", self.begin)?;
        writeln!(f, "finish         {}", self.finish)?;
        writeln!(f, "whole sign-in  {}", self.whole)?;
        let figures = [
            ("server", self.server_cpu_us_per_login, "µs of processor time per sign-in"),
            ("client", self.client_cpu_us_per_login, "µs of processor time per sign-in"),
            ("memory", self.server_idle_mb, "MB idle"),
            ("memory", self.server_saturated_mb, "MB saturated"),
        ];
        for (name, value, unit) in figures {
            if let Some(value) = value {
                writeln!(f, "{name:<14} {value:.1} {unit}")?;
            }
        }
        if let Some(transactions) = self.transactions_per_login {
            writeln!(f, "disk           {transactions:.4} transactions (fsyncs) per sign-in")?;
        }
        match self.ready_ms {
            Some(ready_ms) => write!(f, "ready          {ready_ms} ms after its start"),
            None => Ok(()),
        }
    }
}
