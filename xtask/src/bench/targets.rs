//! Keylane's own targets, and whether they are met.

use std::fmt;

use serde_json::Value;

use super::Measured;

/// The most a sign-in may cost the server, in bare verifications of its signature.
const LOGIN_RATIO_MAX: f64 = 1.5;
/// The same when the passkey's record is written each time.
const LOGIN_WRITING_RATIO_MAX: f64 = 2.2;
/// Durable transactions, each with one fsync.
const FSYNCS_PER_LOGIN_MAX: f64 = 0.03;
/// How far the slow sign-ins of a saturated server may be from the usual ones.
const TAIL_RATIO_MAX: f64 = 3.0;
const CALM_P50_MS_MAX: f64 = 1.0;
const CALM_P99_MS_MAX: f64 = 3.0;
const LOGINS_PER_S_MIN: f64 = 10_000.0;
const IDLE_MB_MAX: f64 = 30.0;
const SATURATED_MB_MAX: f64 = 64.0;
const READY_MS_MAX: f64 = 200.0;
/// How many accounts the targets for memory and start are about.
const MANY_USERS: u32 = 1_000_000;

/// One target and how it went.
pub(super) struct Row {
    pub(super) number: u64,
    pub(super) target: String,
    pub(super) measured: String,
    /// `None` when it was not measured as the target demands.
    pub(super) met: Option<bool>,
}

impl Row {
    /// Met when every figure was measured and is in its limit.
    fn new(number: u64, target: String, measured: String, met: &[Option<bool>]) -> Self {
        let met = met.iter().try_fold(true, |all, one| one.map(|one| all && one));
        Self { number, target, measured, met }
    }

    pub(super) fn verdict(&self) -> &'static str {
        match self.met {
            Some(true) => "met",
            Some(false) => "not met",
            None => "not measured",
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, target, measured, .. } = self;
        write!(f, "target {number}: {target}: {measured}, {}", self.verdict())
    }
}

pub(super) fn rows(measured: &Measured, users: u32) -> Vec<Row> {
    let mut rows = verifier(&measured.verifier);
    let scenario = |at: usize| measured.loads.get(at).unwrap_or(&Value::Null);
    let (zero, rising, calm) = (scenario(0), scenario(1), scenario(2));
    rows.push(cost(zero, rising, bare_us(&measured.verifier)));
    rows.push(disk(zero));
    rows.push(speed(calm, zero));
    rows.push(size(&measured.many_users, users));
    rows
}

/// What the benchmark of the verifier says about its own targets.
pub(super) fn verifier(report: &Value) -> Vec<Row> {
    let targets = report.get("targets").and_then(Value::as_array);
    let text = |target: &Value, name| target.get(name).and_then(Value::as_str).map(str::to_owned);
    let row = |target: &Value| Row {
        number: target.get("number").and_then(Value::as_u64).unwrap_or_default(),
        target: text(target, "text").unwrap_or_default(),
        measured: text(target, "measured").unwrap_or_default(),
        met: target.get("met").and_then(Value::as_bool),
    };
    targets.into_iter().flatten().map(row).collect()
}

/// CPU time of one bare ES256 verification, microseconds.
pub(super) fn bare_us(report: &Value) -> Option<f64> {
    report.pointer("/groups/0/figures/0/cpu_us").and_then(Value::as_f64)
}

fn cost(zero: &Value, rising: &Value, bare_us: Option<f64>) -> Row {
    let ratio = |load| Some(number(load, "/server_cpu_us_per_login")? / bare_us?);
    let (zero, rising) = (ratio(zero), ratio(rising));
    Row::new(
        5,
        format!(
            "a whole durable sign-in costs the server at most {LOGIN_RATIO_MAX}x the bare \
             verification, {LOGIN_WRITING_RATIO_MAX}x when the counter rises"
        ),
        format!("{}x, {}x", shown(zero, 2), shown(rising, 2)),
        &[at_most(zero, LOGIN_RATIO_MAX), at_most(rising, LOGIN_WRITING_RATIO_MAX)],
    )
}

fn disk(saturated: &Value) -> Row {
    let fsyncs = number(saturated, "/transactions_per_login");
    let (p50, p99) = (number(saturated, "/whole/p50_ms"), number(saturated, "/whole/p99_ms"));
    let tail = p99.zip(p50).map(|(p99, p50)| p99 / p50);
    Row::new(
        6,
        format!(
            "64 connections: at most {FSYNCS_PER_LOGIN_MAX} fsyncs per sign-in, p99 at most \
             {TAIL_RATIO_MAX}x p50"
        ),
        format!("{} fsyncs, {}x", shown(fsyncs, 4), shown(tail, 2)),
        &[at_most(fsyncs, FSYNCS_PER_LOGIN_MAX), at_most(tail, TAIL_RATIO_MAX)],
    )
}

fn speed(calm: &Value, saturated: &Value) -> Row {
    let (p50, p99) = (number(calm, "/whole/p50_ms"), number(calm, "/whole/p99_ms"));
    let rate = number(saturated, "/logins_per_s");
    Row::new(
        7,
        format!(
            "4 connections: p50 at most {CALM_P50_MS_MAX} ms, p99 at most {CALM_P99_MS_MAX} ms; \
             64 connections: at least {LOGINS_PER_S_MIN} durable sign-ins a second, client on the \
             same two processors"
        ),
        format!("{} ms, {} ms; {}/s", shown(p50, 2), shown(p99, 2), shown(rate, 0)),
        &[
            at_most(p50, CALM_P50_MS_MAX),
            at_most(p99, CALM_P99_MS_MAX),
            rate.map(|rate| rate >= LOGINS_PER_S_MIN),
        ],
    )
}

fn size(many: &Value, users: u32) -> Row {
    let idle = number(many, "/server_idle_mb");
    let (saturated, ready) = (number(many, "/server_saturated_mb"), number(many, "/ready_ms"));
    let enough = if users >= MANY_USERS { Some(true) } else { None };
    Row::new(
        9,
        format!(
            "{MANY_USERS} accounts: at most {IDLE_MB_MAX} MB idle, {SATURATED_MB_MAX} MB saturated, \
             ready {READY_MS_MAX} ms after the start"
        ),
        format!(
            "with {users} accounts {} MB, {} MB, {} ms",
            shown(idle, 1),
            shown(saturated, 1),
            shown(ready, 0)
        ),
        &[
            enough,
            at_most(idle, IDLE_MB_MAX),
            at_most(saturated, SATURATED_MB_MAX),
            at_most(ready, READY_MS_MAX),
        ],
    )
}

fn number(report: &Value, pointer: &str) -> Option<f64> {
    report.pointer(pointer).and_then(Value::as_f64)
}

fn at_most(measured: Option<f64>, limit: f64) -> Option<bool> {
    measured.map(|measured| measured <= limit)
}

/// A figure, or a dash when there is none.
pub(super) fn shown(figure: Option<f64>, decimals: usize) -> String {
    figure.map_or_else(|| "-".to_owned(), |figure| format!("{figure:.decimals$}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn target_is_met_when_every_figure_is_in_its_limit() {
        check(
            &json!({ "transactions_per_login": 0.03, "whole": { "p50_ms": 5.0, "p99_ms": 15.0 } }),
            "met",
        );
    }

    #[test]
    fn target_is_missed_when_one_figure_is_not() {
        check(
            &json!({ "transactions_per_login": 0.02, "whole": { "p50_ms": 5.0, "p99_ms": 15.1 } }),
            "not met",
        );
    }

    #[test]
    fn target_without_figures_is_not_measured() {
        check(&json!({ "whole": { "p50_ms": 5.0, "p99_ms": 5.0 } }), "not measured");
    }

    #[test]
    fn fewer_accounts_than_the_target_is_about_leave_it_unmeasured() {
        let load = json!({ "server_idle_mb": 10, "server_saturated_mb": 20, "ready_ms": 50 });
        assert_eq!(size(&load, MANY_USERS - 1).verdict(), "not measured");
        assert_eq!(size(&load, MANY_USERS).verdict(), "met");
    }

    #[track_caller]
    fn check(load: &Value, expected: &str) {
        assert_eq!(disk(load).verdict(), expected);
    }
}
