//! What happens to every request, whatever it asks for. [`Site`](crate::Site) puts these in order.

pub(crate) mod arrival;
pub(crate) mod client;
pub(crate) mod cors;
pub(crate) mod guard;
pub(crate) mod rate_limit;
pub(crate) mod request_id;
pub(crate) mod security_headers;
