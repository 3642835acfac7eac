//! Related origins (§5.11): the document at `/.well-known/webauthn` by which an RP ID lets pages
//! of other domains use its credentials.
//!
//! Configured origins go in and a document comes out, normalised the way clients read it, or the
//! reason why clients would not heed all of it. A document that was fetched goes in and the answer
//! of a client comes out. Fetching is the caller's, and so is the list of public suffixes, without
//! which nobody can tell where one owner's domains end: see [`PublicSuffixes`].
//!
//! Stricter than a client in one respect: entries that a URL parser would have to mend (user names,
//! hosts that are not ASCII or not domains) are no origins here.

mod suffixes;

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use crate::origin::{Origin, host_is_sound};

pub use suffixes::PublicSuffixes;

/// How many labels of registrable domains every client heeds; browsers stop there (§5.11).
pub const RELATED_ORIGIN_LABELS_MAX: usize = 5;
/// Most origins of a document.
pub const RELATED_ORIGINS_MAX: usize = 256;
/// Most bytes of a document that is read.
pub const RELATED_ORIGINS_BYTES_MAX: usize = 256 * 1024;

/// The document. Serde writes it; its content type is `application/json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RelatedOrigins {
    origins: Vec<Box<str>>,
}

/// Why origins are not a document, or a text is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RelatedOriginsError {
    /// No origin at all.
    #[error("there are no related origins")]
    Empty,
    /// More than [`RELATED_ORIGINS_MAX`] origins, or [`RELATED_ORIGINS_BYTES_MAX`] bytes.
    #[error("there are too many related origins")]
    TooMany,
    /// One of them is not the URL of a web page.
    #[error("related origin number {position} is not the origin of web pages")]
    Malformed {
        /// Which one, counted from 1.
        position: usize,
    },
    /// More labels than clients heed: pages of some of the origins would be refused.
    #[error(
        "the related origins have {count} labels, and clients heed {RELATED_ORIGIN_LABELS_MAX}"
    )]
    TooManyLabels {
        /// How many there are.
        count: usize,
    },
    /// The text is not JSON with an array of strings under `origins`.
    #[error("not a document of related origins")]
    Document,
}

impl RelatedOriginsError {
    /// A stable name for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "related_origins_empty",
            Self::TooMany => "related_origins_too_many",
            Self::Malformed { .. } => "related_origin_malformed",
            Self::TooManyLabels { .. } => "related_origins_too_many_labels",
            Self::Document => "related_origins_document_malformed",
        }
    }
}

impl RelatedOrigins {
    /// Makes the document for these origins: paths, default ports and repetitions go, letters
    /// become small.
    ///
    /// # Errors
    ///
    /// [`RelatedOriginsError`], for the first thing that is wrong.
    pub fn new<'a>(
        origins: impl IntoIterator<Item = &'a str>,
        suffixes: &PublicSuffixes,
    ) -> Result<Self, RelatedOriginsError> {
        let mut normalised: Vec<Box<str>> = Vec::new();
        let mut labels = BTreeSet::new();
        for (at, text) in origins.into_iter().enumerate() {
            let position = at + 1;
            let origin =
                WebOrigin::parse(text).ok_or(RelatedOriginsError::Malformed { position })?;
            if let Some(label) = suffixes.registrable_label(&origin.host) {
                labels.insert(label.to_owned());
            }
            if !normalised.contains(&origin.text) {
                normalised.push(origin.text);
            }
            if normalised.len() > RELATED_ORIGINS_MAX {
                return Err(RelatedOriginsError::TooMany);
            }
        }
        match labels.len() {
            _ if normalised.is_empty() => Err(RelatedOriginsError::Empty),
            count if count > RELATED_ORIGIN_LABELS_MAX => {
                Err(RelatedOriginsError::TooManyLabels { count })
            }
            _ => Ok(Self { origins: normalised }),
        }
    }

    /// Reads a document as a client does: entries that are no origins stay in it and are passed
    /// over by [`allows`](Self::allows).
    ///
    /// # Errors
    ///
    /// [`RelatedOriginsError::Document`] and [`RelatedOriginsError::TooMany`].
    pub fn from_json(json: &str) -> Result<Self, RelatedOriginsError> {
        #[derive(Deserialize)]
        struct Document {
            origins: Vec<Box<str>>,
        }
        if json.len() > RELATED_ORIGINS_BYTES_MAX {
            return Err(RelatedOriginsError::TooMany);
        }
        let document: Document =
            serde_json::from_str(json).map_err(|_| RelatedOriginsError::Document)?;
        Ok(Self { origins: document.origins })
    }

    /// The origins, in order.
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        self.origins.iter().map(|it| &**it)
    }

    /// Whether a page of `caller` may use the RP ID whose document this is, by the procedure of
    /// §5.11.1 with five labels. A page that [`RpId::covers`](crate::RpId::covers) needs no
    /// document.
    #[must_use]
    pub fn allows(&self, caller: &Origin, suffixes: &PublicSuffixes) -> bool {
        let mut seen: Vec<String> = Vec::with_capacity(RELATED_ORIGIN_LABELS_MAX);
        for item in &self.origins {
            let Some(origin) = WebOrigin::parse(item) else { continue };
            let Some(label) = suffixes.registrable_label(&origin.host) else { continue };
            let known = seen.iter().any(|it| it == label);
            if !known && seen.len() >= RELATED_ORIGIN_LABELS_MAX {
                continue;
            }
            if *origin.text == *caller.as_str() {
                return true;
            }
            if !known {
                seen.push(label.to_owned());
            }
        }
        false
    }
}

/// An http or https origin in its normal form, and its host.
struct WebOrigin {
    text: Box<str>,
    host: String,
}

impl WebOrigin {
    fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let default_port = match &*scheme {
            "https" => 443,
            "http" => 80,
            _ => return None,
        };
        let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
        let (host, port) = match authority.strip_prefix('[') {
            Some(literal) => {
                let (address, port) = literal.split_once(']')?;
                let port = if port.is_empty() { port } else { port.strip_prefix(':')? };
                (ipv6_host(address)?, port)
            }
            None => {
                let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
                (domain_or_ipv4(host)?, port)
            }
        };
        let text = match port {
            "" => format!("{scheme}://{host}"),
            _ if !port.bytes().all(|byte| byte.is_ascii_digit()) => return None,
            _ => match port.parse::<u16>().ok()? {
                port if port == default_port => format!("{scheme}://{host}"),
                port => format!("{scheme}://{host}:{port}"),
            },
        };
        Some(Self { text: text.into(), host })
    }
}

fn domain_or_ipv4(host: &str) -> Option<String> {
    if !host_is_sound(host) {
        return None;
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    // A URL parser takes such a host for an address, in whatever spelling.
    let numeric = last.bytes().all(|byte| byte.is_ascii_digit())
        || last.to_ascii_lowercase().starts_with("0x");
    if numeric && host.parse::<Ipv4Addr>().is_err() {
        return None;
    }
    Some(host.to_ascii_lowercase())
}

/// The one spelling of an IPv6 address in URLs.
fn ipv6_host(address: &str) -> Option<String> {
    let address: Ipv6Addr = address.parse().ok()?;
    if address.to_ipv4_mapped().is_some() {
        // Rust writes the last four bytes in decimal, URLs do not.
        let [.., high, low] = address.segments();
        return Some(format!("[::ffff:{high:x}:{low:x}]"));
    }
    Some(format!("[{address}]"))
}

#[cfg(test)]
mod tests;
