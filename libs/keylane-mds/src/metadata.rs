//! Looking authenticators up, by whichever id they go by.

use std::collections::BTreeMap;

use crate::entry::MetadataEntry;
use crate::ids::{Aaguid, Aaid, KeyIdentifier};
use crate::provider::provider_name;

/// Entries that can be looked up. Of two entries about the same id the first is found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    entries: Vec<MetadataEntry>,
    by_aaguid: BTreeMap<Aaguid, usize>,
    by_aaid: BTreeMap<Aaid, usize>,
    by_key: BTreeMap<KeyIdentifier, usize>,
}

/// Whether an entry was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Insertion {
    /// It is found under at least one of its ids.
    Inserted,
    /// All its ids, if any, belong to entries that came before.
    Duplicate,
}

impl Metadata {
    /// Takes an entry in, under those of its ids that are new.
    pub fn insert(&mut self, entry: MetadataEntry) -> Insertion {
        let index = self.entries.len();
        let mut found = false;
        if let Some(aaguid) = entry.aaguid {
            found |= *self.by_aaguid.entry(aaguid).or_insert(index) == index;
        }
        if let Some(aaid) = entry.aaid {
            found |= *self.by_aaid.entry(aaid).or_insert(index) == index;
        }
        for key in &entry.key_identifiers {
            found |= *self.by_key.entry(*key).or_insert(index) == index;
        }
        if found {
            self.entries.push(entry);
            Insertion::Inserted
        } else {
            Insertion::Duplicate
        }
    }

    /// All entries, in the order in which they were taken in.
    #[must_use]
    pub fn entries(&self) -> &[MetadataEntry] {
        &self.entries
    }

    /// All entries, given away: to join several sources, `extend` one with those of another.
    #[must_use]
    pub fn into_entries(self) -> Vec<MetadataEntry> {
        self.entries
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry of a FIDO2 authenticator.
    #[must_use]
    pub fn by_aaguid(&self, aaguid: Aaguid) -> Option<&MetadataEntry> {
        self.entries.get(*self.by_aaguid.get(&aaguid)?)
    }

    /// The entry of a UAF authenticator.
    #[must_use]
    pub fn by_aaid(&self, aaid: Aaid) -> Option<&MetadataEntry> {
        self.entries.get(*self.by_aaid.get(&aaid)?)
    }

    /// The entry of a U2F authenticator, by a key of its attestation certificates.
    #[must_use]
    pub fn by_key_identifier(&self, key: KeyIdentifier) -> Option<&MetadataEntry> {
        self.entries.get(*self.by_key.get(&key)?)
    }

    /// The entry of a U2F authenticator, by the DER certificate of its attestation.
    #[must_use]
    pub fn by_attestation_certificate(&self, certificate: &[u8]) -> Option<&MetadataEntry> {
        self.by_key_identifier(KeyIdentifier::of_certificate(certificate)?)
    }

    /// What to call an authenticator: what its statement says, or the built-in name.
    #[must_use]
    pub fn name(&self, aaguid: Aaguid) -> Option<&str> {
        self.by_aaguid(aaguid).and_then(MetadataEntry::description).or(provider_name(aaguid))
    }
}

impl Extend<MetadataEntry> for Metadata {
    fn extend<T: IntoIterator<Item = MetadataEntry>>(&mut self, entries: T) {
        for entry in entries {
            self.insert(entry);
        }
    }
}

impl FromIterator<MetadataEntry> for Metadata {
    fn from_iter<T: IntoIterator<Item = MetadataEntry>>(entries: T) -> Self {
        let mut metadata = Self::default();
        metadata.extend(entries);
        metadata
    }
}

#[cfg(test)]
mod tests;
