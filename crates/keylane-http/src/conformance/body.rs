//! Bodies, with limits of size and time.
//!
//! A body that is too long is answered at once and read on in the background for a while. If the
//! connection were closed on a client that is still writing, the system would reset it, and the
//! client would lose the answer.

use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use bytes::Bytes;
use http::HeaderMap;
use http_body_util::BodyExt as _;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use super::answer::Refusal;
use crate::extract::declared_length;

/// Longest body.
const BODY_BYTES_MAX: usize = 256 * 1024;
/// How long a body may pause.
const PAUSE_MAX: Duration = Duration::from_millis(700);
/// How long a body may take.
const ARRIVAL_MAX: Duration = Duration::from_secs(5);
/// Most bytes that are read on after the answer.
const SURPLUS_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The whole body.
pub(super) async fn read(
    headers: &HeaderMap,
    mut body: Body,
    tasks: &TaskTracker,
) -> Result<Bytes, Refusal> {
    // Most bodies are there already.
    let declared = declared_length(headers).unwrap_or(0);
    let mut whole = Vec::with_capacity(declared.min(BODY_BYTES_MAX));
    if declared <= BODY_BYTES_MAX {
        let arrived = timeout(ARRIVAL_MAX, collect(&mut body, &mut whole)).await;
        match arrived.unwrap_or(Err(Refusal::BODY_TIMEOUT))? {
            Collected::Whole => return Ok(whole.into()),
            Collected::TooLarge => {}
        }
    }
    tasks.spawn(read_on(body));
    Err(Refusal::BODY_TOO_LARGE)
}

enum Collected {
    Whole,
    TooLarge,
}

async fn collect(body: &mut Body, whole: &mut Vec<u8>) -> Result<Collected, Refusal> {
    while !body.is_end_stream() {
        let frame = match timeout(PAUSE_MAX, body.frame()).await {
            Err(_) => return Err(Refusal::BODY_TIMEOUT),
            Ok(None) => break,
            Ok(Some(Err(_))) => return Err(Refusal::BODY_BROKEN),
            Ok(Some(Ok(frame))) => frame,
        };
        let Some(data) = frame.data_ref() else { continue };
        if data.len() > BODY_BYTES_MAX.saturating_sub(whole.len()) {
            return Ok(Collected::TooLarge);
        }
        whole.extend_from_slice(data);
    }
    Ok(Collected::Whole)
}

/// Reads what nobody wants, within limits.
async fn read_on(mut body: Body) {
    let mut left = SURPLUS_BYTES_MAX;
    let rest = async {
        while let Ok(Some(Ok(frame))) = timeout(PAUSE_MAX, body.frame()).await {
            let bytes = frame.data_ref().map_or(0, Bytes::len);
            let Some(fewer) = left.checked_sub(bytes) else { break };
            left = fewer;
        }
    };
    if timeout(ARRIVAL_MAX, rest).await.is_err() {
        tracing::debug!("a body that is too long did not end");
    }
}
