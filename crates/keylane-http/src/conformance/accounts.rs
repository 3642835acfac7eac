//! Accounts and their credentials, in memory, bounded.

use std::collections::{HashMap, VecDeque};

use keylane_webauthn::{
    CredentialDescriptor, CredentialId, CredentialRecord, Transport, UserHandle, VerifiedAssertion,
};

use super::answer::Refusal;

/// Most accounts; the oldest makes room for the next, and its credentials go with it.
const ACCOUNTS_MAX: usize = 20_000;
/// Most credentials of one account; the oldest makes room for the next. A suite may well run all
/// its cases under one name.
const CREDENTIALS_PER_ACCOUNT_MAX: usize = 4_096;
/// Most credentials that options list, the newest.
const LISTED_MAX: usize = 128;

/// The accounts, in the order in which they were first named.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    by_name: HashMap<String, Account>,
    order: VecDeque<String>,
    /// Over all accounts, so that an id is unique among them.
    credentials: HashMap<CredentialId, Credential>,
}

/// An account.
#[derive(Debug)]
struct Account {
    handle: UserHandle,
    /// In the order of their registration.
    credentials: VecDeque<CredentialId>,
}

/// A credential.
#[derive(Debug)]
struct Credential {
    record: CredentialRecord,
    transports: Vec<Transport>,
}

impl Accounts {
    /// The handle of the account with this name. A new account gets `fresh`.
    pub(super) fn find_or_open(&mut self, name: &str, fresh: UserHandle) -> UserHandle {
        if let Some(account) = self.by_name.get(name) {
            return account.handle.clone();
        }
        self.make_room();
        let account = Account { handle: fresh.clone(), credentials: VecDeque::new() };
        self.by_name.insert(name.to_owned(), account);
        self.order.push_back(name.to_owned());
        fresh
    }

    /// The handle of the account with this name, if it can sign in.
    pub(super) fn find(&self, name: &str) -> Option<UserHandle> {
        let account = self.by_name.get(name)?;
        (!account.credentials.is_empty()).then(|| account.handle.clone())
    }

    /// The newest credentials of the account with this name, in the order of their registration.
    pub(super) fn credentials_of(&self, name: &str) -> Vec<CredentialDescriptor> {
        let ids = self.by_name.get(name).map(|it| &it.credentials);
        let Some(ids) = ids else { return Vec::new() };
        let descriptor = |id: &CredentialId| CredentialDescriptor {
            id: id.clone(),
            transports: self
                .credentials
                .get(id)
                .map(|it| it.transports.clone())
                .unwrap_or_default(),
        };
        ids.iter().skip(ids.len().saturating_sub(LISTED_MAX)).map(descriptor).collect()
    }

    /// What is known about a credential.
    pub(super) fn credential(&self, id: &CredentialId) -> Option<&CredentialRecord> {
        self.credentials.get(id).map(|it| &it.record)
    }

    /// Adds a verified credential to an account (§7.1, step 26: no account may have its id).
    pub(super) fn add(
        &mut self,
        name: &str,
        record: CredentialRecord,
        transports: Vec<Transport>,
    ) -> Result<(), Refusal> {
        if self.credentials.contains_key(&record.id) {
            return Err(Refusal::CREDENTIAL_EXISTS);
        }
        let account = self.by_name.get_mut(name).filter(|it| it.handle == record.user_handle);
        let account = account.ok_or(Refusal::USER_GONE)?;
        while account.credentials.len() >= CREDENTIALS_PER_ACCOUNT_MAX {
            let Some(oldest) = account.credentials.pop_front() else { break };
            self.credentials.remove(&oldest);
        }
        account.credentials.push_back(record.id.clone());
        self.credentials.insert(record.id.clone(), Credential { record, transports });
        Ok(())
    }

    /// Stores what an assertion changes (§7.2, step 24). `seen` is the counter that the assertion
    /// was verified against; another assertion may have raised it since.
    pub(super) fn record(
        &mut self,
        verified: &VerifiedAssertion,
        seen: u32,
    ) -> Result<(), Refusal> {
        let credential = self.credentials.get_mut(verified.credential_id());
        let record = &mut credential.ok_or(Refusal::CREDENTIAL_UNKNOWN)?.record;
        if record.sign_count != seen && verified.sign_count() <= record.sign_count {
            return Err(Refusal::COUNTER_DID_NOT_RISE);
        }
        verified.obligations().apply(record);
        Ok(())
    }

    fn make_room(&mut self) {
        while self.order.len() >= ACCOUNTS_MAX {
            let Some(oldest) = self.order.pop_front() else { break };
            let gone = self.by_name.remove(&oldest).map(|it| it.credentials).unwrap_or_default();
            for id in gone {
                self.credentials.remove(&id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_keeps_its_handle() {
        let mut accounts = Accounts::default();
        assert_eq!(accounts.find_or_open("ada", handle(1)), handle(1));
        assert_eq!(accounts.find_or_open("ada", handle(2)), handle(1));
        assert_eq!(accounts.find_or_open("Ada", handle(3)), handle(3));
    }

    #[test]
    fn account_without_credentials_cannot_sign_in() {
        let mut accounts = Accounts::default();
        accounts.find_or_open("ada", handle(1));
        assert_eq!(accounts.find("ada"), None);
        assert_eq!(accounts.find("bob"), None);
    }

    #[test]
    fn oldest_account_makes_room() {
        let mut accounts = Accounts::default();
        for number in 0..=ACCOUNTS_MAX {
            accounts.find_or_open(&number.to_string(), handle(1));
        }
        assert_eq!(accounts.by_name.len(), ACCOUNTS_MAX);
        assert!(!accounts.by_name.contains_key("0"));
    }

    fn handle(byte: u8) -> UserHandle {
        UserHandle::try_from(vec![byte; 32]).unwrap()
    }
}
