//! Limits on a single request: it ends in time, and a panic ends nothing but itself.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use axum::response::{IntoResponse as _, Response};
use tokio::time::timeout;

use crate::problem::{Problem, TIMEOUT};

/// Runs a handler to its end, but not for ever and not into a panic that others would feel.
pub(crate) async fn guard(limit: Duration, handler: impl Future<Output = Response>) -> Response {
    match timeout(limit, catch_panic(handler)).await {
        Ok(Some(response)) => response,
        Ok(None) => Problem::internal("panic").into_response(),
        Err(_) => Problem::from(TIMEOUT).retry_after(1).into_response(),
    }
}

/// `None` when the handler panicked. What it shares with others is behind locks that do not stay
/// poisoned or in the store, whose transaction is rolled back, so going on is sound.
pub(crate) async fn catch_panic(handler: impl Future<Output = Response>) -> Option<Response> {
    let mut handler = pin!(handler);
    std::future::poll_fn(|context| {
        let poll = || handler.as_mut().poll(context);
        match catch_unwind(AssertUnwindSafe(poll)) {
            Ok(Poll::Ready(response)) => Poll::Ready(Some(response)),
            Ok(Poll::Pending) => Poll::Pending,
            // The panic hook has logged where and why.
            Err(_) => Poll::Ready(None),
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::StatusCode;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(5);

    #[tokio::test(start_paused = true)]
    async fn handler_that_panics_answers_500() {
        let response = guard(LIMIT, async { panic!("on purpose, for this test") }).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }

    #[tokio::test(start_paused = true)]
    async fn handler_that_never_ends_answers_503() {
        let response = guard(LIMIT, std::future::pending()).await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()["retry-after"], "1");
    }

    #[tokio::test(start_paused = true)]
    async fn handler_that_ends_in_time_is_left_alone() {
        let response = guard(LIMIT, async { Response::new(Body::empty()) }).await;
        assert_eq!(response.status(), StatusCode::OK);
    }
}
