//! Assertions that are accepted until something in them is changed.

use crate::{
    case::Result,
    vector::{CHALLENGE, DEADLINE_MS, NOW_MS, ORIGIN, RP_ID, Title, Vector, base64url, parameters},
};
use keylane_authenticator::{
    Authenticator, AuthenticatorConfig, AuthenticatorError, GetParts, StoredCredential,
};
use serde_json::{Value, json};

const FOLDER: &str = "authentication";

/// A scenario that is accepted until something in it is changed.
pub(crate) struct AssertionCase {
    pub(crate) authenticator: Authenticator,
    pub(crate) ceremony: Value,
    pub(crate) credential: Value,
    pub(crate) outcome: Value,
    edit: Box<dyn FnOnce(&mut GetParts)>,
    pub(crate) rewrite: fn(&Value) -> Value,
}

impl AssertionCase {
    fn new(config: AuthenticatorConfig) -> Result<Self> {
        let mut authenticator = Authenticator::new(config);
        let credential = register(&mut authenticator)?;
        Ok(Self {
            authenticator,
            ceremony: json!({
                "kind": "authentication",
                "challenge": base64url(&CHALLENGE),
                "rp_id": RP_ID,
                "origin": ORIGIN,
                "user_verification": "required",
                "now_ms": NOW_MS,
                "deadline_ms": DEADLINE_MS,
            }),
            outcome: json!({
                "sign_count": 0,
                "user_verified": true,
                "backup_eligible": true,
                "backed_up": true,
                "signals": [],
            }),
            credential,
            edit: Box::new(|_| {}),
            rewrite: Value::clone,
        })
    }

    pub(crate) fn edit(&mut self, edit: impl FnOnce(&mut GetParts) + 'static) {
        self.edit = Box::new(edit);
    }

    fn respond(&mut self) -> Result<Value> {
        let mut options = json!({ "challenge": base64url(&CHALLENGE), "rpId": RP_ID });
        if let Some(extensions) = self.ceremony.get("extensions") {
            options["extensions"] = extensions.clone();
        }
        let edit = std::mem::replace(&mut self.edit, Box::new(|_| {}));
        let response = self.authenticator.get_with(&options.to_string(), ORIGIN, edit)?;
        let response: Value = serde_json::from_str(&response)
            .map_err(|err| AuthenticatorError::Data(err.to_string()))?;
        Ok((self.rewrite)(&response))
    }
}

/// Makes a credential, and the record that a relying party keeps of it.
pub(crate) fn register(authenticator: &mut Authenticator) -> Result<Value> {
    let options = json!({
        "rp": { "id": RP_ID, "name": "Example" },
        "user": { "id": "dXNlci0x", "name": "ada@example.org", "displayName": "Ada" },
        "challenge": base64url(&CHALLENGE),
        "pubKeyCredParams": parameters(&authenticator.config().algorithms),
        "authenticatorSelection": { "residentKey": "required" },
    });
    authenticator.create(&options.to_string(), ORIGIN)?;
    let backed_up = authenticator.config().backed_up;
    let record = |it: &StoredCredential| -> Result<Value> {
        Ok(json!({
            "id": base64url(it.id()),
            "rp_id": it.rp_id(),
            "user_handle": base64url(it.user_handle()),
            "public_key": base64url(&it.to_cose()?),
            "sign_count": it.sign_count(),
            "backup_eligible": it.is_backup_eligible(),
            "backed_up": it.is_backup_eligible() && backed_up,
            "uv_initialized": true,
        }))
    };
    authenticator
        .credentials()
        .next()
        .map_or(Err(AuthenticatorError::NotAllowed("no credential was made")), record)
}

#[derive(Default)]
pub(crate) struct Vectors(pub(crate) Vec<Vector>);

impl Vectors {
    pub(crate) fn add_with(
        &mut self,
        config: AuthenticatorConfig,
        title: &Title<'_>,
        expect: &str,
        change: impl FnOnce(&mut AssertionCase),
    ) -> Result<()> {
        let mut case = AssertionCase::new(config)?;
        change(&mut case);
        let response = case.respond()?;
        let mut vector = Vector::new(FOLDER, title, expect, case.outcome);
        vector.ceremony = case.ceremony;
        vector.credential = Some(case.credential);
        vector.response = response;
        self.0.push(vector);
        Ok(())
    }

    pub(crate) fn add(
        &mut self,
        title: &Title<'_>,
        expect: &str,
        change: impl FnOnce(&mut AssertionCase),
    ) -> Result<()> {
        self.add_with(AuthenticatorConfig::default(), title, expect, change)
    }

    pub(crate) fn accept(
        &mut self,
        title: &Title<'_>,
        change: impl FnOnce(&mut AssertionCase),
    ) -> Result<()> {
        self.add(title, "accept", change)
    }

    /// Refused because of the parts of the response alone.
    pub(crate) fn reject(
        &mut self,
        title: &Title<'_>,
        code: &str,
        edit: impl FnOnce(&mut GetParts) + 'static,
    ) -> Result<()> {
        self.add(title, code, |case| case.edit(edit))
    }
}
