//! The API's description in OpenAPI 3.1, generated from the endpoints themselves.

use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::api::{
    begin_authentication, begin_registration, begin_sign_up, claim_administrator, end_session,
    end_sessions, finish_authentication, finish_registration, list_passkeys, list_sessions,
    read_config, read_me, refresh_session, rename_passkey, revoke_passkey, sign_out,
    verify_sign_up, well_known,
};
use crate::problem;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Keylane",
        version = "1",
        description = "Sign-up, passkeys and sessions. JSON in UTF-8, at most 64 KiB; unknown and \
            repeated members are refused. Times are milliseconds since the epoch. Refusals are \
            problems (RFC 9457) with a stable `code`.",
        license(name = "MIT OR Apache-2.0"),
    ),
    servers((url = "/", description = "This server")),
    paths(
        begin_sign_up::handle,
        verify_sign_up::handle,
        begin_registration::handle,
        finish_registration::handle,
        begin_authentication::handle,
        finish_authentication::handle,
        refresh_session::handle,
        sign_out::handle,
        read_me::handle,
        list_passkeys::handle,
        rename_passkey::handle,
        revoke_passkey::handle,
        list_sessions::handle,
        end_sessions::handle,
        end_session::handle,
        claim_administrator::handle,
        read_config::handle,
        well_known::jwks,
        well_known::webauthn,
        well_known::passkey_endpoints,
        well_known::change_password,
    ),
    modifiers(&Credentials, &Codes),
)]
struct Api;

/// The two ways to say who is signed in.
struct Credentials;

impl Modify for Credentials {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let cookie = ApiKeyValue::with_description(
            "__Host-keylane",
            "On Keylane's own pages only; `keylane` on plain http://localhost",
        );
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// Every code that a problem may have, in the description of the whole.
struct Codes;

impl Modify for Codes {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let description = openapi.info.description.get_or_insert_default();
        description.push_str("\n\n| code | status | meaning |\n| --- | --- | --- |\n");
        for kind in problem::ALL {
            let status = kind.status.as_u16();
            description.push_str(&format!("| `{}` | {status} | {} |\n", kind.code, kind.title));
        }
    }
}

/// The description as JSON, indented, with a line break at the end.
///
/// # Errors
///
/// None in practice: the description is made of strings and numbers.
pub fn openapi_json() -> Result<String, serde_json::Error> {
    let mut document = serde_json::to_value(Api::openapi())?;
    problems_have_their_media_type(&mut document);
    serde_json::to_string_pretty(&document).map(|json| json + "\n")
}

/// `application/problem+json` wherever an answer is a problem.
fn problems_have_their_media_type(value: &mut serde_json::Value) {
    const PROBLEM: &str = "#/components/schemas/Problem";
    match value {
        serde_json::Value::Object(members) => {
            let content = members.get_mut("content").and_then(|it| it.as_object_mut());
            if let Some(content) = content
                && let Some(body) = content.get("application/json")
                && body.pointer("/schema/$ref").and_then(|it| it.as_str()) == Some(PROBLEM)
                && let Some(body) = content.remove("application/json")
            {
                content.insert("application/problem+json".to_owned(), body);
            }
            members.values_mut().for_each(problems_have_their_media_type);
        }
        serde_json::Value::Array(items) => {
            items.iter_mut().for_each(problems_have_their_media_type);
        }
        _ => {}
    }
}
