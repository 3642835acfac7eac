//! Files as a source of metadata.

use keylane_model::UnixMillis;

use super::*;

#[tokio::test]
async fn file_is_handed_over_as_it_is() {
    check(|_| {}, None, Ok("a.b.c")).await;
}

#[tokio::test]
async fn file_that_has_not_changed_is_not_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("blob.jwt");
    std::fs::write(&file, "a.b.c").unwrap();
    let source = FileSource::new(file.clone());
    let Ok(FetchedMetadata::New(first)) = source.fetch(None).await else { panic!("no BLOB") };
    let known = known(&first);
    assert_eq!(source.fetch(Some(&known)).await, Ok(FetchedMetadata::NotModified));
    std::fs::write(&file, "a.b.cd").unwrap();
    assert!(matches!(source.fetch(Some(&known)).await, Ok(FetchedMetadata::New(_))));
}

#[tokio::test]
async fn file_that_is_not_there_is_told() {
    check(|file| std::fs::remove_file(file).unwrap(), None, Err("fetch_unreadable")).await;
}

#[tokio::test]
async fn file_beyond_the_limit_is_refused() {
    let enlarge = |file: &Path| {
        let limit = u64::try_from(METADATA_BYTES_MAX).unwrap();
        File::options().write(true).open(file).unwrap().set_len(limit + 1).unwrap();
    };
    check(enlarge, None, Err("fetch_too_large")).await;
}

fn known(fetched: &UnverifiedMetadata) -> MetadataHead {
    MetadataHead {
        number: 7,
        next_update: UnixMillis(0),
        fetched_at: UnixMillis(0),
        source: fetched.source.clone(),
        etag: fetched.etag.clone(),
        last_modified: None,
        sha256: [0; 32],
    }
}

/// Fetches from a file with one thing done to it, and compares what comes.
async fn check(
    change: impl FnOnce(&Path),
    known: Option<&MetadataHead>,
    expected: Result<&str, &str>,
) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("blob.jwt");
    std::fs::write(&file, "a.b.c").unwrap();
    change(&file);
    let fetched = FileSource::new(file).fetch(known).await;
    let told = match &fetched {
        Ok(FetchedMetadata::New(new)) => Ok(std::str::from_utf8(&new.blob).unwrap()),
        Ok(FetchedMetadata::NotModified) => Ok("not modified"),
        Err(err) => Err(err.code()),
    };
    assert_eq!(told, expected);
}
