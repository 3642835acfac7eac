use serde_json::json;

use super::*;
use crate::sample;

#[test]
fn signals_are_the_dictionaries_of_level_3() {
    let unknown = UnknownCredentialSignal {
        rp_id: sample::rp_id(),
        credential_id: CredentialId::try_from(vec![0xff, 0xfe]).unwrap(),
    };
    let expected = json!({ "rpId": "example.org", "credentialId": "__4" });
    assert_eq!(serde_json::to_value(unknown).unwrap(), expected);

    let accepted = AllAcceptedCredentialsSignal {
        rp_id: sample::rp_id(),
        user_id: sample::user_handle(),
        all_accepted_credential_ids: vec![sample::credential_id()],
    };
    let expected = json!({
        "rpId": "example.org",
        "userId": "BQUFBQUFBQU",
        "allAcceptedCredentialIds": [sample::credential_id()],
    });
    assert_eq!(serde_json::to_value(accepted).unwrap(), expected);

    let details = CurrentUserDetailsSignal {
        rp_id: sample::rp_id(),
        user_id: sample::user_handle(),
        name: "ada@example.org".into(),
        display_name: "Ada".into(),
    };
    let expected = json!({
        "rpId": "example.org",
        "userId": "BQUFBQUFBQU",
        "name": "ada@example.org",
        "displayName": "Ada",
    });
    assert_eq!(serde_json::to_value(details).unwrap(), expected);
}

/// An account without credentials sends an empty list, not none.
#[test]
fn an_empty_list_of_credentials_is_written() {
    let accepted = AllAcceptedCredentialsSignal {
        rp_id: sample::rp_id(),
        user_id: sample::user_handle(),
        all_accepted_credential_ids: Vec::new(),
    };
    assert_eq!(serde_json::to_value(accepted).unwrap()["allAcceptedCredentialIds"], json!([]));
}
