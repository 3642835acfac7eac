//! The metadata of authenticators: whether it is there, believed and fresh, and can be had.

use keylane_model::{Clock, MetadataHead, UnixMillis};
use keylane_service::VerifiedMetadata;
use keylane_store::Store;

use super::store::unanswered;
use crate::config::{Authenticators, Metadata, Source};
use crate::finding::Finding;
use crate::output;
use crate::wiring;

const CHECK: &str = "metadata";
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

pub(super) async fn examine(
    config: &Metadata,
    rules: &Authenticators,
    store: &dyn Store,
    clock: &dyn Clock,
) -> Vec<Finding> {
    let mut findings: Vec<_> = look_at_file(config).into_iter().collect();
    let trust = match wiring::metadata_trust(config) {
        Ok(trust) => trust,
        Err(failure) => {
            findings.push(Finding::fail(CHECK, failure.sentence()));
            return findings;
        }
    };
    match store.load_metadata().await {
        Err(err) => findings.push(unanswered(&err)),
        Ok(None) => findings.push(nothing_stored(config, rules)),
        Ok(Some(snapshot)) => {
            findings.push(match VerifiedMetadata::verify(&snapshot, &trust, None) {
                Ok(verified) => judge(verified.head(), clock.now()),
                Err(err) => Finding::fail(
                    CHECK,
                    format!(
                        "The stored metadata is not believed ({err}; {}), so it is not used: put \
                         metadata.extra_roots_file and metadata.crl_files right, or run `keylane \
                         metadata update`.",
                        err.code()
                    ),
                ),
            });
        }
    }
    findings
}

/// A rule that nobody can pass yet, for want of metadata. Quick: what is stored is not verified.
pub(super) async fn missing(
    config: &Metadata,
    rules: &Authenticators,
    store: &dyn Store,
) -> Option<Finding> {
    rules.rule_about_metadata()?;
    match store.find_metadata().await {
        Ok(None) => Some(nothing_stored(config, rules)),
        // The other checks tell of a store that does not answer.
        Ok(Some(_)) | Err(_) => None,
    }
}

fn look_at_file(config: &Metadata) -> Option<Finding> {
    let file = config.file.as_ref().filter(|_| config.source == Source::File)?;
    let err = std::fs::File::open(file).err()?;
    let file = file.display();
    Some(Finding::fail(
        CHECK,
        format!("{file} cannot be read ({err}): put metadata.file right, or the file there."),
    ))
}

fn nothing_stored(config: &Metadata, rules: &Authenticators) -> Finding {
    if let Some(key) = rules.rule_about_metadata() {
        return Finding::fail(
            CHECK,
            format!(
                "{} needs metadata of authenticators, and there is none yet, so nobody can add a \
                 passkey: run `keylane metadata update`, or set metadata.source to \"download\".",
                key.path()
            ),
        );
    }
    match config.source {
        Source::Stored | Source::Off => {
            Finding::ok(CHECK, "No metadata of authenticators is stored, and none is asked for.")
        }
        Source::Download => Finding::warn(
            CHECK,
            "No metadata of authenticators has been downloaded yet: start the server, or run \
             `keylane metadata update` to see why not.",
        ),
        Source::File => Finding::warn(
            CHECK,
            "No metadata of authenticators has been read yet: start the server, or run `keylane \
             metadata update` to see why not.",
        ),
    }
}

fn judge(head: &MetadataHead, now: UnixMillis) -> Finding {
    let MetadataHead { number, next_update, fetched_at, .. } = head;
    if *fetched_at > now.saturating_add_ms(60 * 1000) {
        return Finding::fail(
            CHECK,
            format!(
                "The stored metadata was fetched at {}, but the clock says {}: set the clock, best \
                 by NTP.",
                output::time(*fetched_at),
                output::time(now)
            ),
        );
    }
    let overdue_days = now.millis_since(*next_update) / DAY_MS;
    if overdue_days > 0 {
        return Finding::warn(
            CHECK,
            format!(
                "The stored metadata (number {number}) should have had an update {overdue_days} \
                 days ago: run `keylane metadata update`, or see the log for why the server has \
                 none."
            ),
        );
    }
    Finding::ok(
        CHECK,
        format!("Metadata of authenticators, number {number}, verified and current."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Level;

    const NOW: u64 = 1_795_428_000_000;

    #[test]
    fn metadata_before_its_next_update_is_fine() {
        check(NOW - DAY_MS, NOW + DAY_MS, Level::Ok);
    }

    #[test]
    fn metadata_on_the_day_of_its_next_update_is_fine() {
        check(NOW - DAY_MS, NOW - DAY_MS + 1, Level::Ok);
    }

    #[test]
    fn metadata_past_its_next_update_is_warned_of() {
        check(NOW - 9 * DAY_MS, NOW - DAY_MS, Level::Warn);
    }

    #[test]
    fn metadata_from_the_future_fails() {
        check(NOW + DAY_MS, NOW + 9 * DAY_MS, Level::Fail);
    }

    #[track_caller]
    fn check(fetched_at: u64, next_update: u64, level: Level) {
        let head = MetadataHead {
            number: 7,
            next_update: UnixMillis(next_update),
            fetched_at: UnixMillis(fetched_at),
            source: "https://mds.example.org/".to_owned(),
            etag: None,
            last_modified: None,
            sha256: [0; 32],
        };
        assert_eq!(judge(&head, UnixMillis(NOW)).level, level);
    }
}
