//! `keylane metadata show`.

use std::collections::BTreeMap;

use keylane_mds::Freshness;
use keylane_model::{Clock as _, SystemClock};
use keylane_service::{VerifiedMetadata, model_standing};
use serde::Serialize;

use super::entry::hex;
use super::{Counted, load};
use crate::cli::JsonFlag;
use crate::config::Config;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::wiring::{self, Access};

/// What is stored, on the whole.
#[derive(Serialize)]
struct Shown {
    number: u64,
    next_update: String,
    overdue: bool,
    fetched_at: String,
    age_s: u64,
    source: String,
    sha256: String,
    entries: usize,
    unreadable_entries: usize,
    /// Models by what the server makes of them.
    standings: Vec<Counted>,
    /// Models by each status that is in force; a model can have several.
    statuses: Vec<Counted>,
}

pub(super) async fn run(config: &Config, json: JsonFlag) -> Result<(), Failure> {
    let store = wiring::open_existing_store(config, Access::Read).await?;
    let shown = Shown::new(&load(config, &store).await?);
    match json.format() {
        Format::Json => output::json(&shown),
        Format::Human => shown.print(),
    }
}

impl Shown {
    fn new(metadata: &VerifiedMetadata) -> Self {
        let (head, blob, now) = (metadata.head(), metadata.blob(), SystemClock.now());
        let mds_now = keylane_mds::UnixMillis(now.0);
        let today = mds_now.date();
        let (mut standings, mut statuses) = (BTreeMap::new(), BTreeMap::new());
        for entry in blob.metadata().entries() {
            *standings.entry(model_standing(entry, today).name().to_owned()).or_default() += 1;
            let in_force = entry.status_reports.iter().filter(|it| it.in_force(today));
            let mut names: Vec<_> = in_force.map(|it| it.status.to_string()).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                *statuses.entry(name).or_default() += 1;
            }
        }
        Self {
            number: head.number,
            next_update: blob.next_update().to_string(),
            overdue: blob.freshness(mds_now) == Freshness::Overdue,
            fetched_at: output::time(head.fetched_at),
            age_s: now.millis_since(head.fetched_at) / 1000,
            source: head.source.clone(),
            sha256: hex(&head.sha256),
            entries: blob.metadata().len(),
            unreadable_entries: blob.unreadable().len(),
            standings: counted(standings),
            statuses: counted(statuses),
        }
    }

    fn print(&self) -> Result<(), Failure> {
        let days = self.age_s / 86_400;
        let rows = [
            ("number", self.number.to_string()),
            ("models", self.entries.to_string()),
            ("unreadable entries", self.unreadable_entries.to_string()),
            ("next update", self.next_update.clone()),
            ("fetched", format!("{} ({days} days ago)", self.fetched_at)),
            ("from", output::clean(&self.source)),
            ("SHA-256", self.sha256.clone()),
        ];
        let rows: Vec<_> = rows.into_iter().map(|(name, it)| vec![name.to_owned(), it]).collect();
        output::table(&["FIELD", "VALUE"], &rows)?;
        for (header, counts) in [("STANDING", &self.standings), ("STATUS", &self.statuses)] {
            output::line("")?;
            let rows: Vec<_> = counts
                .iter()
                .map(|it| vec![output::clean(&it.name), it.count.to_string()])
                .collect();
            output::table(&[header, "MODELS"], &rows)?;
        }
        if self.overdue {
            output::line(
                "\nThis metadata is past its next update: `keylane metadata update` fetches newer.",
            )?;
        }
        Ok(())
    }
}

fn counted(counts: BTreeMap<String, u64>) -> Vec<Counted> {
    counts.into_iter().map(|(name, count)| Counted { name, count }).collect()
}
