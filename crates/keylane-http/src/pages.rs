//! The hosted pages: small HTML shells around the web components, the same for everybody.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse as _, Response};
use http::header::ACCEPT;
use http::{HeaderMap, Method, StatusCode, Uri};

use crate::app::App;
use crate::assets;
use crate::config::Mode;
use crate::problem::{self, NOT_FOUND, Problem};

/// What every page shows.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) application_name: String,
    pub(crate) icon_url: String,
    pub(crate) style_url: String,
    pub(crate) script_url: String,
    pub(crate) development: bool,
}

impl Page {
    pub(crate) fn of(app: &App) -> Self {
        Self {
            application_name: app.service.relying_party().name.clone(),
            icon_url: assets::url("icon.svg"),
            style_url: assets::url("pages.css"),
            script_url: assets::url("pages.js"),
            development: app.config.mode == Mode::Development,
        }
    }
}

macro_rules! pages {
    ($($(#[$doc:meta])* $handler:ident $template:ident = $path:literal;)+) => {$(
        #[derive(Template)]
        #[template(path = $path)]
        struct $template {
            page: Page,
        }

        $(#[$doc])*
        pub(crate) async fn $handler(State(app): State<App>) -> Result<Response, Problem> {
            render(&$template { page: Page::of(&app) })
        }
    )+};
}

pages! {
    /// `GET /`: what this is, and the ways in.
    landing Landing = "landing.html";
    /// `GET /sign-in`. Where to go afterwards (`return_to`) is read, and checked, by the page.
    sign_in SignIn = "sign_in.html";
    /// `GET /sign-up`.
    sign_up SignUp = "sign_up.html";
    /// `GET /account`.
    account Account = "account.html";
    /// `GET /first-administrator`. The token stands behind the `#` and never reaches the server
    /// with the page.
    first_administrator FirstAdministrator = "first_administrator.html";
}

#[derive(Template)]
#[template(path = "problems.html")]
struct Problems {
    page: Page,
    problems: Vec<ProblemEntry>,
}

struct ProblemEntry {
    code: &'static str,
    status: u16,
    title: &'static str,
    detail: &'static str,
}

/// `GET /problems`: every code, explained.
pub(crate) async fn problems(State(app): State<App>) -> Result<Response, Problem> {
    let problems = problem::ALL.iter().map(|kind| ProblemEntry {
        code: kind.code,
        status: kind.status.as_u16(),
        title: kind.title,
        detail: kind.detail,
    });
    render(&Problems { page: Page::of(&app), problems: problems.collect() })
}

#[derive(Template)]
#[template(path = "not_found.html")]
struct NotFound {
    page: Page,
}

/// Whatever is nowhere: a page for people, a problem for programs.
pub(crate) async fn not_found(
    State(app): State<App>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let accept = headers.get(ACCEPT).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let person = method == Method::GET && accept.contains("text/html");
    if !person || uri.path().starts_with("/v1/") {
        return Err(NOT_FOUND.into());
    }
    let mut response = render(&NotFound { page: Page::of(&app) })?;
    *response.status_mut() = StatusCode::NOT_FOUND;
    Ok(response)
}

/// The page as an answer.
pub(crate) fn render(template: &impl Template) -> Result<Response, Problem> {
    let html = template.render().map_err(|_| Problem::internal("page_not_rendered"))?;
    Ok(Html(html).into_response())
}
