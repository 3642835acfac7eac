//! The request's id and its trace: how an answer, a log line and an audit entry find each other.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use keylane_model::Entropy;
use keylane_model::entropy::random_bytes;

/// In requests and answers.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Longest id taken from a caller.
const REQUEST_ID_BYTES_MAX: usize = 64;

/// A request's id: letters, digits, `-`, `_` and `.` only, so it is safe in logs and headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestId(HeaderValue);

impl RequestId {
    pub(crate) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    pub(crate) fn header(&self) -> HeaderValue {
        self.0.clone()
    }

    /// The id that a caller or proxy gave the request, if it is one.
    fn given(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(X_REQUEST_ID)?;
        let bytes = value.as_bytes();
        let sound = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        let fits = (1..=REQUEST_ID_BYTES_MAX).contains(&bytes.len()) && bytes.iter().all(sound);
        fits.then(|| Self(value.clone()))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Makes ids that differ, without asking for randomness each time.
#[derive(Debug)]
pub(crate) struct RequestIds(AtomicU64);

impl RequestIds {
    /// Starts somewhere at random. Ids need not be secret, so a failed source of randomness only
    /// costs that two processes may use the same ones.
    pub(crate) fn new(entropy: &dyn Entropy) -> Self {
        Self(AtomicU64::new(u64::from_be_bytes(random_bytes(entropy).unwrap_or_default())))
    }

    /// The caller's id, or a new one.
    pub(crate) fn of(&self, headers: &HeaderMap) -> RequestId {
        RequestId::given(headers).unwrap_or_else(|| self.next())
    }

    fn next(&self) -> RequestId {
        let id = format!("{:016x}", scatter(self.0.fetch_add(1, Ordering::Relaxed)));
        RequestId(HeaderValue::try_from(id).unwrap_or_else(|_| HeaderValue::from_static("0")))
    }
}

/// A permutation of the 64-bit numbers (the finaliser of SplitMix64): neighbours end up far apart,
/// so an id does not tell how many requests there were, and no two are the same.
fn scatter(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// The trace id of a W3C `traceparent`, if the header is one (Trace Context, section 3.2).
pub(crate) fn trace_id(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(TRACEPARENT)?.to_str().ok()?;
    let mut fields = value.split('-');
    let version = fields.next()?;
    let trace = fields.next()?;
    let hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let sound = version.len() == 2 && version != "ff" && trace.len() == 32;
    let zero = trace.bytes().all(|byte| byte == b'0');
    (sound && hex(version) && hex(trace) && !zero).then_some(trace)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn id_of_the_caller_is_kept() {
        check_id("proxy-7_a.b", true);
    }

    #[test]
    fn id_that_could_forge_a_log_line_is_replaced() {
        check_id("a b", false);
        check_id("a\"}{", false);
        check_id("", false);
        check_id(&"a".repeat(65), false);
    }

    #[test]
    fn new_ids_differ_and_do_not_count_up() {
        let ids = RequestIds(AtomicU64::new(7));
        let made: HashSet<_> = (0..1_000).map(|_| ids.next().as_str().to_owned()).collect();
        assert_eq!(made.len(), 1_000);
        assert!(made.iter().all(|id| id.len() == 16));
    }

    #[test]
    fn trace_id_is_read_from_a_traceparent() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        check_trace(&format!("00-{trace}-00f067aa0ba902b7-01"), Some(trace));
    }

    #[test]
    fn broken_traceparent_is_ignored() {
        check_trace("00-xyz-00f067aa0ba902b7-01", None);
        check_trace("00-00000000000000000000000000000000-00f067aa0ba902b7-01", None);
        check_trace("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", None);
    }

    #[track_caller]
    fn check_id(given: &str, kept: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(X_REQUEST_ID, given.parse().unwrap());
        let id = RequestIds(AtomicU64::new(0)).of(&headers);
        assert_eq!(id.as_str() == given, kept);
    }

    #[track_caller]
    fn check_trace(header: &str, expected: Option<&str>) {
        let mut headers = HeaderMap::new();
        headers.insert(TRACEPARENT, header.parse().unwrap());
        assert_eq!(trace_id(&headers), expected);
    }
}
