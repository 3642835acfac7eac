//! `GET /v1/config`: what pages and elements need to know about this server.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::config::{MailDelivery, Mode};
use crate::problem::ProblemBody;

#[utoipa::path(
    operation_id = "read_config",
    get, path = "/v1/config", tag = "server",
    responses(
        (status = 200, description = "Public settings", body = ServerConfig),
        (status = "default", description = "Any problem", body = ProblemBody),
    )
)]
pub(crate) async fn handle(State(app): State<App>) -> Json<ServerConfig> {
    let party = app.service.relying_party();
    Json(ServerConfig {
        application: ApplicationBody {
            name: party.name.clone(),
            rp_id: party.id.as_str().to_owned(),
        },
        development: app.config.mode == Mode::Development,
        mail: match app.config.mail {
            MailDelivery::Mailbox => "mailbox",
            MailDelivery::Smtp => "smtp",
        },
        signup: "open",
    })
}

/// Public settings.
#[derive(Serialize, ToSchema)]
pub(crate) struct ServerConfig {
    application: ApplicationBody,
    /// Whether the server runs in development mode.
    development: bool,
    /// Where codes arrive: `mailbox` is the page /dev/mailbox.
    #[schema(pattern = "^(mailbox|smtp)$")]
    mail: &'static str,
    /// Who may sign up.
    #[schema(pattern = "^open$")]
    signup: &'static str,
}

/// The application that people sign in to.
#[derive(Serialize, ToSchema)]
#[schema(as = Application)]
pub(crate) struct ApplicationBody {
    /// Its name.
    name: String,
    /// Its RP ID.
    rp_id: String,
}
