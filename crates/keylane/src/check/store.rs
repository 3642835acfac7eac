//! The store: its directory, its permissions, its space, and whether it answers.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use keylane_model::UnixMillis;
use keylane_store::{Store, StoreError};

use crate::config;
use crate::finding::{Finding, Level};

const CHECK: &str = "store";
/// Below this, a check warns; below a tenth of it, it fails.
const FREE_BYTES_MIN: u64 = 1024 * 1024 * 1024;
/// Permissions of everybody but the owner.
const OTHERS: u32 = 0o077;

/// What can be seen without opening the database.
pub(crate) fn look_at_files(store: &config::Store) -> Vec<Finding> {
    let path = &store.path;
    if !path.exists() {
        return vec![Finding::warn(
            CHECK,
            format!(
                "There is no data in {} yet: `keylane serve` makes it, or name the right directory \
                 with --data.",
                path.display()
            ),
        )];
    }
    let mut findings = vec![writable(path), free_space(path)];
    let private = [path.as_path(), &store.database(), &store.master_key_file];
    findings.extend(private.into_iter().filter_map(open_to_others));
    if !store.master_key_file.exists() && store.database().exists() {
        findings.push(Finding::fail(
            "master-key",
            format!(
                "There is a database but no master key in {}: put the key back from where you keep \
                 its copy; if it is lost, `keylane keys reset` starts anew without it.",
                store.master_key_file.display()
            ),
        ));
    }
    findings
}

/// Whether the store answers.
pub(super) async fn examine(store: &dyn Store) -> Vec<Finding> {
    match store.ping().await {
        Ok(()) => vec![Finding::ok(CHECK, "The store reads and writes.")],
        Err(err) => vec![unanswered(&err)],
    }
}

/// What there is.
pub(crate) async fn count(store: &dyn Store, now: UnixMillis) -> Finding {
    match store.statistics(now).await {
        Ok(found) => Finding::ok(
            "content",
            format!(
                "Accounts: {}, passkeys: {}, living sessions: {}, waiting mails: {}, audit \
                 entries: {}.",
                found.users, found.passkeys, found.sessions, found.mails, found.audit_entries
            ),
        ),
        Err(err) => unanswered(&err),
    }
}

/// What to say when the store does not answer.
pub(super) fn unanswered(err: &StoreError) -> Finding {
    Finding::fail(CHECK, sentence(err))
}

/// A store's error, with the fix.
pub(crate) fn sentence(err: &StoreError) -> String {
    match err {
        StoreError::NewerSchema { found, known } => format!(
            "The database has schema version {found}, and this version of Keylane knows up to \
             {known}: start the newer Keylane that wrote it, or restore a backup from before."
        ),
        StoreError::Damaged(why) => format!(
            "The database is damaged ({why}): stop the server, keep a copy of the files, and \
             restore the newest backup."
        ),
        other => format!(
            "{other}: look for a full disk, missing permissions or another program \
             that locks the database."
        ),
    }
}

fn writable(path: &Path) -> Finding {
    match rustix::fs::access(path, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK) {
        Ok(()) => Finding::ok("store-files", format!("The data is in {}.", path.display())),
        Err(err) => Finding::fail(
            "store-files",
            format!(
                "The directory {} cannot be written to ({err}): give it to the user that runs \
                 Keylane, or name another with --data.",
                path.display()
            ),
        ),
    }
}

fn free_space(path: &Path) -> Finding {
    const CHECK: &str = "free-space";
    let Ok(stat) = rustix::fs::statvfs(path) else {
        return Finding::warn(
            CHECK,
            format!("The free space of {} cannot be read.", path.display()),
        );
    };
    let free = stat.f_bavail.saturating_mul(stat.f_frsize);
    let level = match free {
        _ if free < FREE_BYTES_MIN / 10 => Level::Fail,
        _ if free < FREE_BYTES_MIN => Level::Warn,
        _ => Level::Ok,
    };
    let megabytes = free / (1024 * 1024);
    let sentence = match level {
        Level::Ok => format!("{megabytes} MB are free for the data."),
        Level::Warn | Level::Fail => format!(
            "Only {megabytes} MB are free for the data in {}: make room, because sign-ins stop \
             when the disk is full.",
            path.display()
        ),
    };
    Finding { check: CHECK, level, sentence }
}

/// `None` when only the owner can read it, or it is not there.
fn open_to_others(path: &Path) -> Option<Finding> {
    let mode = fs::metadata(path).ok()?.permissions().mode();
    if mode & OTHERS == 0 {
        return None;
    }
    let right = if path.is_dir() { "700" } else { "600" };
    let shown = path.display();
    Some(Finding::warn(
        "permissions",
        format!("Other users of this machine can get at {shown}: run `chmod {right} {shown}`."),
    ))
}
