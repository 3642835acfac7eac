//! Scripts, styles and pictures, embedded at build time in every encoding that browsers take.

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderValue,
    IF_NONE_MATCH, VARY,
};
use http::{HeaderMap, StatusCode};

use crate::problem::{NOT_FOUND, Problem};

/// A hashed name never gets another content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// `/keylane.js` keeps its name when it changes, and is asked for again.
const SHORT: &str = "public, max-age=300, must-revalidate";

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// An embedded file.
#[derive(Debug)]
struct Asset {
    file: &'static str,
    content_type: &'static str,
    etag: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

/// Where the file with this logical name is, for templates.
pub(crate) fn url(name: &str) -> String {
    let found = HASHED.iter().find(|(logical, _)| *logical == name);
    found.map_or_else(|| format!("/assets/{name}"), |(_, asset)| format!("/assets/{}", asset.file))
}

/// `GET /assets/{file}`.
pub(crate) async fn hashed(
    file: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Path(file) = file.map_err(|_| NOT_FOUND)?;
    let found = HASHED.iter().find(|(_, asset)| asset.file == file);
    let (_, asset) = found.ok_or(NOT_FOUND)?;
    Ok(asset.answer(&headers, FOR_EVER))
}

/// `GET /keylane.js`: the elements, for the pages of applications.
pub(crate) async fn keylane_js(headers: HeaderMap) -> Response {
    KEYLANE_JS.answer(&headers, SHORT)
}

impl Asset {
    fn answer(&'static self, request: &HeaderMap, cache: &'static str) -> Response {
        let accepted = request.get(ACCEPT_ENCODING).and_then(|it| it.to_str().ok());
        let (bytes, encoding) = self.encoded(accepted.unwrap_or_default());
        let mut response = if self.is_known(request) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Bytes::from_static(bytes).into_response()
        };
        let mut set =
            |name, value| response.headers_mut().insert(name, HeaderValue::from_static(value));
        set(CONTENT_TYPE, self.content_type);
        set(CACHE_CONTROL, cache);
        set(ETAG, self.etag);
        set(VARY, "accept-encoding");
        if let Some(encoding) = encoding {
            set(CONTENT_ENCODING, encoding);
        }
        response
    }

    fn encoded(&self, accepted: &str) -> (&'static [u8], Option<&'static str>) {
        match (self.brotli, self.gzip) {
            (Some(bytes), _) if takes(accepted, "br") => (bytes, Some("br")),
            (_, Some(bytes)) if takes(accepted, "gzip") => (bytes, Some("gzip")),
            _ => (self.plain, None),
        }
    }

    fn is_known(&self, request: &HeaderMap) -> bool {
        let known = request.get(IF_NONE_MATCH).and_then(|it| it.to_str().ok());
        known.is_some_and(|known| {
            known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == self.etag)
        })
    }
}

/// Whether an `Accept-Encoding` names the encoding, and not with a weight of zero.
fn takes(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let weight = parts.find_map(|part| part.strip_prefix("q="));
        named && weight.and_then(|it| it.parse::<f32>().ok()).is_none_or(|it| it > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_is_taken_when_it_is_named() {
        assert!(takes("gzip, deflate, br, zstd", "br"));
        assert!(takes("BR;q=0.5", "br"));
        assert!(!takes("gzip, br;q=0", "br"));
        assert!(!takes("brotli", "br"));
        assert!(!takes("", "gzip"));
    }

    #[test]
    fn pages_find_their_script_and_style() {
        for name in ["pages.js", "pages.css", "icon.svg"] {
            assert!(HASHED.iter().any(|(logical, _)| *logical == name), "{name}");
        }
    }
}
