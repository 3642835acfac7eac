//! Headers that take power away from the browser: what an answer may load, run, frame and leak.

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};

use crate::router::Audience;

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const CROSS_ORIGIN_OPENER_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-opener-policy");
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

/// No inline script, nothing from elsewhere, no framing. `lit-html` is the one Trusted Types
/// policy, the elements' templates.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html";

/// Adds them. A handler's own `Cache-Control` stays.
pub(crate) fn set(headers: &mut HeaderMap, audience: Audience, https: bool) {
    let mut put = |name, value| headers.insert(name, HeaderValue::from_static(value));
    put(X_CONTENT_TYPE_OPTIONS, "nosniff");
    if https {
        put(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    match audience {
        Audience::Api => {
            put(CACHE_CONTROL, "no-store");
        }
        Audience::Page => {
            put(CONTENT_SECURITY_POLICY, PAGE_POLICY);
            put(
                PERMISSIONS_POLICY,
                "publickey-credentials-get=(self), publickey-credentials-create=(self)",
            );
            put(REFERRER_POLICY, "no-referrer");
            put(CROSS_ORIGIN_OPENER_POLICY, "same-origin");
            put(CROSS_ORIGIN_RESOURCE_POLICY, "same-origin");
            headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
        }
        Audience::OwnPages => {
            put(CROSS_ORIGIN_RESOURCE_POLICY, "same-origin");
            headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        }
        Audience::Everybody => {
            put(CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin");
            headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        }
    }
}
