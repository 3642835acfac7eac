//! What a page tells password managers through `PublicKeyCredential.signal…()` (§5.1.10), so that
//! they stop offering what is gone and show the names of today.
//!
//! Values in, the JSON that the three methods take out. A browser does not say what came of it.

use serde::Serialize;

use crate::credential::{CredentialId, UserHandle};
use crate::origin::RpId;

/// For `signalUnknownCredential()`: nobody has this credential here. Good for strangers too,
/// since it tells no more than they just showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnknownCredentialSignal {
    /// The RP ID for which the credential was used.
    pub rp_id: RpId,
    /// The credential that was just refused.
    pub credential_id: CredentialId,
}

/// For `signalAllAcceptedCredentials()`: these are all that the account has. For people who are
/// signed in only: it tells which credentials an account has, and a credential that is missing
/// from the list may be deleted for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AllAcceptedCredentialsSignal {
    /// The RP ID of the credentials.
    pub rp_id: RpId,
    /// The account.
    pub user_id: UserHandle,
    /// Every credential of it, without exception.
    pub all_accepted_credential_ids: Vec<CredentialId>,
}

/// For `signalCurrentUserDetails()`: the account is called this now. For people who are signed in
/// only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CurrentUserDetailsSignal {
    /// The RP ID of the credentials.
    pub rp_id: RpId,
    /// The account.
    pub user_id: UserHandle,
    /// What tells the account from others, such as an e-mail address.
    pub name: String,
    /// The name of the person; may be empty.
    pub display_name: String,
}

#[cfg(test)]
mod tests;
