//! People who sign in again and again, and how long each step takes them.

use std::sync::Arc;
use std::time::Duration;

use hdrhistogram::Histogram;
use hyper::Method;
use hyper::body::Bytes;
use keylane_authenticator::Authenticator;
use serde_json::value::RawValue;
use tokio::time::Instant;

use super::Delivery;
use super::target::Target;
use crate::client::Client;
use crate::command::demo::refused;
use crate::failure::Failure;

/// Longest latency that is told apart from longer ones.
const LATENCY_US_MAX: u64 = 60_000_000;
const BEGIN: &str = "/v1/authentication/begin";
const FINISH: &str = "/v1/authentication/finish";

/// Somebody with a passkey.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) authenticator: Authenticator,
}

/// How long the steps took, in microseconds.
#[derive(Debug)]
pub(super) struct Latencies {
    pub(super) begin: Histogram<u64>,
    pub(super) finish: Histogram<u64>,
    pub(super) whole: Histogram<u64>,
    /// Sign-ins, those of the warm-up too.
    pub(super) all_sign_ins: u64,
}

impl Latencies {
    pub(super) fn new() -> Result<Self, Failure> {
        let histogram = || {
            Histogram::new_with_max(LATENCY_US_MAX, 3)
                .map_err(|err| Failure::refused(format!("no histogram can be made: {err}.")))
        };
        let (begin, finish, whole) = (histogram()?, histogram()?, histogram()?);
        Ok(Self { begin, finish, whole, all_sign_ins: 0 })
    }

    /// Takes in another connection's.
    pub(super) fn add(&mut self, other: &Self) -> Result<(), Failure> {
        let pairs = [
            (&mut self.begin, &other.begin),
            (&mut self.finish, &other.finish),
            (&mut self.whole, &other.whole),
        ];
        for (all, one) in pairs {
            all.add(one).map_err(|err| Failure::refused(format!("histograms differ: {err}.")))?;
        }
        self.all_sign_ins += other.all_sign_ins;
        Ok(())
    }
}

/// The one member of a `begin` answer that matters, uncopied.
#[derive(serde::Deserialize)]
struct Begun<'a> {
    #[serde(rename = "publicKey", borrow)]
    options: &'a RawValue,
}

/// Lets `people` sign in by turns on one connection until `end`; counts from `warm` on.
pub(super) async fn sign_in_by_turns(
    target: Arc<Target>,
    mut people: Vec<Person>,
    delivery: Delivery,
    warm: Instant,
    end: Instant,
) -> Result<Latencies, Failure> {
    let mut client = Client::connect(target.address, &target.authority).await?;
    if delivery == Delivery::Cookie {
        client.ask_as_own_page(&target.origin)?;
    }
    let mut latencies = Latencies::new()?;
    loop {
        for person in &mut people {
            let started = Instant::now();
            if started >= end {
                return Ok(latencies);
            }
            let begun = client.send(Method::POST, BEGIN, None, Bytes::from_static(b"{}")).await?;
            let begin = started.elapsed();
            let answer = answer(person, &begun.body, &target.origin)
                .ok_or_else(|| begun.refusal(BEGIN))??;
            let answered = Instant::now();
            let finished = client.send(Method::POST, FINISH, None, answer).await?;
            if !finished.status.is_success() {
                return Err(finished.refusal(FINISH));
            }
            latencies.all_sign_ins += 1;
            if started >= warm && Instant::now() <= end {
                latencies.begin.saturating_record(us(begin));
                latencies.finish.saturating_record(us(answered.elapsed()));
                latencies.whole.saturating_record(us(started.elapsed()));
            }
        }
    }
}

/// The body of `finish`; `None` when the body of `begin` holds no options.
fn answer(person: &mut Person, begun: &[u8], origin: &str) -> Option<Result<String, Failure>> {
    let begun: Begun<'_> = serde_json::from_slice(begun).ok()?;
    let proof = person.authenticator.get(begun.options.get(), origin);
    Some(proof.map(|proof| format!("{{\"credential\":{proof}}}")).map_err(refused))
}

fn us(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
