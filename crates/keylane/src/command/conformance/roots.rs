//! The directory of `--roots`: whom a test suite wants to be trusted.
//!
//! A file that cannot be opened ends the start. A file that can be read but is not what its name
//! says is passed over with a complaint: the others are good all the same, and trust that is
//! missing only ever refuses.

use std::ffi::OsStr;
use std::fmt::Display;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use keylane_http::ConformanceTrust;
use keylane_mds::{
    Anchors, BLOB_BYTES_MAX, BlobPolicy, Crl, Icons, Metadata, MetadataBlob, MetadataEntry,
    MetadataStatement, RevocationPolicy,
};
use keylane_webauthn::{TrustAnchor, TrustAnchors, UnixMillis};

use crate::failure::Failure;

/// The BLOB.
const BLOB: &str = "blob.jwt";
/// What the BLOB chains to. It vouches for no authenticator.
const BLOB_ROOT: &str = "mds-root.pem";
/// The folder of metadata statements.
const STATEMENTS: &str = "metadata";
/// Largest file that is read.
const FILE_BYTES_MAX: usize = BLOB_BYTES_MAX;
/// Most files of one folder.
const FILES_MAX: usize = 10_000;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Roots {
    pub(super) trust: ConformanceTrust,
    /// A sentence for each file that was passed over.
    pub(super) complaints: Vec<String>,
}

impl Roots {
    fn complain(&mut self, path: &Path, reason: impl Display) {
        self.complaints.push(format!("{} is passed over: {reason}.", path.display()));
    }
}

/// Reads the directory.
///
/// # Errors
///
/// When it, or a file in it that has one of the names above, cannot be opened.
pub(super) fn read(folder: &Path, now: UnixMillis) -> Result<Roots, Failure> {
    let mut roots = Roots::default();
    let mut crls = Vec::new();
    let mut anchors = TrustAnchors::new();
    let (mut blob, mut blob_root) = (None, None);
    for path in files(folder)? {
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        if name == BLOB {
            blob = Some(path);
        } else if name == BLOB_ROOT {
            blob_root = Some(path);
        } else if name.ends_with(".crl") || name.ends_with(".crl.pem") {
            let bytes = bytes(&path)?;
            match Crl::parse(&bytes) {
                Ok(crl) => crls.push(crl),
                Err(err) => roots.complain(&path, err),
            }
        } else if name.ends_with(".pem") {
            let text = String::from_utf8_lossy(&bytes(&path)?).into_owned();
            match TrustAnchor::all_from_pem(&text) {
                Ok(found) if found.is_empty() => roots.complain(&path, "it has no certificate"),
                Ok(found) => found.into_iter().for_each(|anchor| anchors.push(anchor)),
                Err(err) => roots.complain(&path, err),
            }
        }
    }
    roots.trust.anchors = anchors;
    read_statements(&folder.join(STATEMENTS), &mut roots)?;
    if let Some(blob) = blob {
        read_blob(&blob, blob_root.as_deref(), &crls, now, &mut roots)?;
    }
    Ok(roots)
}

fn read_statements(folder: &Path, roots: &mut Roots) -> Result<(), Failure> {
    if !folder.exists() {
        return Ok(());
    }
    let mut statements = Metadata::default();
    for path in files(folder)? {
        if path.extension() != Some(OsStr::new("json")) {
            continue;
        }
        match MetadataStatement::from_json(&bytes(&path)?, Icons::Drop) {
            Ok(statement) => {
                statements.insert(MetadataEntry::from(statement));
            }
            Err(err) => roots.complain(&path, err),
        }
    }
    roots.trust.statements = statements;
    Ok(())
}

fn read_blob(
    path: &Path,
    root: Option<&Path>,
    crls: &[Crl],
    now: UnixMillis,
    roots: &mut Roots,
) -> Result<(), Failure> {
    let anchors = match root {
        None => Anchors::global_sign(),
        Some(root) => match Anchors::from_pem(&bytes(root)?) {
            Ok(anchors) => anchors,
            Err(err) => {
                roots.complain(root, err);
                roots.complain(path, format!("without {BLOB_ROOT} it cannot be verified"));
                return Ok(());
            }
        },
    };
    let policy = BlobPolicy {
        anchors: &anchors,
        crls,
        revocation: RevocationPolicy::Soft,
        previous_number: None,
        icons: Icons::Drop,
    };
    match MetadataBlob::verify(&bytes(path)?, &policy, keylane_mds::UnixMillis(now.0)) {
        Ok(blob) => {
            for entry in blob.unreadable() {
                roots.complain(path, format!("entry {} of it, {}", entry.index, entry.error));
            }
            roots.trust.blob = blob.into_metadata();
        }
        Err(err) => roots.complain(path, err),
    }
    Ok(())
}

/// The files of a folder, by name, so that every start reads them in the same order.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(|err| unreadable(folder, err))?;
    let mut paths = Vec::new();
    for entry in entries.take(FILES_MAX) {
        let path = entry.map_err(|err| unreadable(folder, err))?.path();
        if !path.is_dir() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let limit = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|err| unreadable(path, err))
}

fn unreadable(path: &Path, err: std::io::Error) -> Failure {
    Failure::cannot_start(format!("{} cannot be read: {err}.", path.display()))
}
