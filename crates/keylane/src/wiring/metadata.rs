//! Where metadata comes from and what it is believed by.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use async_trait::async_trait;
use keylane_mds::{Anchors, Crl};
use keylane_model::MetadataHead;
use keylane_outbound::{HttpMetadataSource, MetadataUrl};
use keylane_service::{
    FetchMetadataError, FetchedMetadata, METADATA_BYTES_MAX, MetadataSource, MetadataTrust,
    UnverifiedMetadata,
};

use crate::config::{Metadata, Source};
use crate::failure::Failure;
use crate::wiring::millis;

/// Most bytes of a file with roots or of a revocation list.
const TRUST_BYTES_MAX: usize = 16 << 20;

/// What metadata is believed by: the built-in roots, the operator's own, and revocation lists as
/// they are on disk right now.
pub(crate) fn metadata_trust(config: &Metadata) -> Result<Arc<MetadataTrust>, Failure> {
    let mut anchors = vec![Anchors::global_sign()];
    if let Some(file) = &config.extra_roots_file {
        anchors.push(read_roots(file, "metadata.extra_roots_file")?);
    }
    let crls = config.crl_files.iter().map(|file| read_crl(&file.0, "metadata.crl_files"));
    let crls = crls.collect::<Result<_, _>>()?;
    Ok(Arc::new(MetadataTrust { anchors, crls, revocation: config.revocation }))
}

/// The roots in a PEM file; `named` by whom.
pub(crate) fn read_roots(file: &Path, named: &str) -> Result<Anchors, Failure> {
    let pem = read_named(file, named)?;
    Anchors::from_pem(&pem).map_err(|err| unusable(file, named, &err))
}

/// The revocation list in a file; `named` by whom.
pub(crate) fn read_crl(file: &Path, named: &str) -> Result<Crl, Failure> {
    Crl::parse(&read_named(file, named)?).map_err(|err| unusable(file, named, &err))
}

fn read_named(file: &Path, named: &str) -> Result<Vec<u8>, Failure> {
    let read = read_at_most(file, TRUST_BYTES_MAX).map_err(|err| unusable(file, named, &err))?;
    read.ok_or_else(|| unusable(file, named, &format!("more than {TRUST_BYTES_MAX} bytes")))
}

fn unusable(file: &Path, named: &str, why: &dyn std::fmt::Display) -> Failure {
    Failure::cannot_start(format!("{named} names {}, which cannot be used: {why}.", file.display()))
}

/// The bytes of a file; `None` when there are more than `max`.
pub(crate) fn read_at_most(file: &Path, max: usize) -> std::io::Result<Option<Vec<u8>>> {
    let limit = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    File::open(file)?.take(limit).read_to_end(&mut bytes)?;
    Ok((bytes.len() <= max).then_some(bytes))
}

/// Where the server gets metadata from by itself; `None` when it asks nobody.
pub(crate) fn metadata_source(
    config: &Metadata,
) -> Result<Option<Arc<dyn MetadataSource>>, Failure> {
    match (config.source, &config.file) {
        (Source::Download, _) => {
            let source = download(&config.url.0, millis(config.timeout))?;
            Ok(Some(Arc::new(source)))
        }
        (Source::File, Some(file)) => Ok(Some(Arc::new(FileSource::new(file.clone())))),
        (Source::File, None) | (Source::Stored | Source::Off, _) => Ok(None),
    }
}

/// A server that metadata is downloaded from.
pub(crate) fn download(url: &str, timeout_ms: u64) -> Result<HttpMetadataSource, Failure> {
    let url: MetadataUrl = url.parse().map_err(|err| {
        Failure::cannot_start(format!("{url} cannot be asked for metadata: {err}."))
    })?;
    HttpMetadataSource::new(url, timeout_ms)
        .map_err(|err| Failure::cannot_start(format!("metadata cannot be downloaded: {err}.")))
}

/// A file as a source of metadata: newer when its size or time of change is another.
#[derive(Debug)]
pub(crate) struct FileSource(PathBuf);

impl FileSource {
    pub(crate) fn new(file: PathBuf) -> Self {
        Self(file)
    }

    fn read(&self, known: Option<&MetadataHead>) -> Result<FetchedMetadata, FetchMetadataError> {
        let unreadable = |err: std::io::Error| FetchMetadataError::Unreadable(err.to_string());
        let (source, etag) = (self.0.display().to_string(), self.version().map_err(unreadable)?);
        let same = |it: &MetadataHead| it.source == source && it.etag == etag;
        if known.is_some_and(same) {
            return Ok(FetchedMetadata::NotModified);
        }
        let blob = read_at_most(&self.0, METADATA_BYTES_MAX).map_err(unreadable)?;
        let blob = blob.ok_or(FetchMetadataError::TooLarge)?.into();
        Ok(FetchedMetadata::New(UnverifiedMetadata { blob, source, etag, last_modified: None }))
    }

    /// Size and time of change, the way servers make validators of them.
    fn version(&self) -> std::io::Result<Option<String>> {
        let file = std::fs::metadata(&self.0)?;
        let changed = file.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Some(format!("\"{:x}-{:x}\"", changed.as_nanos(), file.len())))
    }
}

#[async_trait]
impl MetadataSource for FileSource {
    async fn fetch(
        &self,
        known: Option<&MetadataHead>,
    ) -> Result<FetchedMetadata, FetchMetadataError> {
        let (source, known) = (Self(self.0.clone()), known.cloned());
        let read = tokio::task::spawn_blocking(move || source.read(known.as_ref())).await;
        read.unwrap_or_else(|err| Err(FetchMetadataError::Unreadable(err.to_string())))
    }
}

#[cfg(test)]
mod tests;
