//! Every route on one screen: where it is, what answers, for whom, and what it costs.

use axum::Router;
use axum::routing::{MethodRouter, delete, get, patch, post};

use crate::api::{
    begin_authentication, begin_registration, begin_sign_up, claim_administrator, end_session,
    end_sessions, finish_authentication, finish_registration, list_passkeys, list_sessions,
    read_config, read_me, refresh_session, rename_passkey, revoke_passkey, sign_out,
    verify_sign_up, well_known,
};
use crate::app::App;
use crate::problem::{METHOD_NOT_ALLOWED, Problem};
use crate::{assets, dev_mailbox, pages};

#[rustfmt::skip]
fn table() -> Vec<Route> {
    use Audience::{Api, Everybody, OwnPages, Page};
    use Cost::{Free, Guess, Mail, Usual};
    vec![
        route("/v1/signup",                     post(begin_sign_up::handle),           Api,       Mail),
        route("/v1/signup/verify",              post(verify_sign_up::handle),          Api,       Guess),
        route("/v1/registration/begin",         post(begin_registration::handle),      Api,       Usual),
        route("/v1/registration/finish",        post(finish_registration::handle),     Api,       Usual),
        route("/v1/authentication/begin",       post(begin_authentication::handle),    Api,       Usual),
        route("/v1/authentication/finish",      post(finish_authentication::handle),   Api,       Usual),
        route("/v1/session/refresh",            post(refresh_session::handle),         Api,       Usual),
        route("/v1/session/logout",             post(sign_out::handle),                Api,       Usual),
        route("/v1/me",                         get(read_me::handle),                  Api,       Usual),
        route("/v1/me/credentials",             get(list_passkeys::handle),            Api,       Usual),
        route("/v1/me/credentials/{id}",        patch(rename_passkey::handle)
                                                .delete(revoke_passkey::handle),       Api,       Usual),
        route("/v1/me/sessions",                get(list_sessions::handle)
                                                .delete(end_sessions::handle),         Api,       Usual),
        route("/v1/me/sessions/{id}",           delete(end_session::handle),           Api,       Usual),
        route("/v1/first-administrator",        post(claim_administrator::handle),     Api,       Guess),
        route("/v1/config",                     get(read_config::handle),              Api,       Usual),
        route("/.well-known/jwks.json",         get(well_known::jwks),                 Everybody, Free),
        route("/.well-known/webauthn",          get(well_known::webauthn),             Everybody, Free),
        route("/.well-known/passkey-endpoints", get(well_known::passkey_endpoints),    Everybody, Free),
        route("/.well-known/change-password",   get(well_known::change_password),      Page,      Free),

        route("/",                              get(pages::landing),                   Page,      Free),
        route("/sign-in",                       get(pages::sign_in),                   Page,      Free),
        route("/sign-up",                       get(pages::sign_up),                   Page,      Free),
        route("/account",                       get(pages::account),                   Page,      Free),
        route("/first-administrator",           get(pages::first_administrator),       Page,      Free),
        route("/problems",                      get(pages::problems),                  Page,      Free),
        route("/assets/{file}",                 get(assets::hashed),                   OwnPages,  Free),
        route("/keylane.js",                    get(assets::keylane_js),               Everybody, Free),
    ]
}

/// Routes that exist in development mode only.
#[rustfmt::skip]
fn development_table() -> Vec<Route> {
    use Audience::{OwnPages, Page};
    vec![
        route("/dev/mailbox",                   get(dev_mailbox::page),                Page,      Cost::Free),
        route("/dev/mailbox.json",              get(dev_mailbox::mails),               OwnPages,  Cost::Free),
    ]
}

/// For whom an answer is: decides its headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Our pages and those of allowed applications, by script; never cached.
    Api,
    /// A person's browser.
    Page,
    /// What our own pages load.
    OwnPages,
    /// Any page anywhere: nothing personal.
    Everybody,
}

/// What a request costs its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cost {
    /// Nothing: it comes from memory.
    Free,
    /// A call.
    Usual,
    /// It sends a mail.
    Mail,
    /// Somebody could be guessing.
    Guess,
}

/// A route, without what answers it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RouteInfo {
    pub(crate) path: &'static str,
    pub(crate) audience: Audience,
    pub(crate) cost: Cost,
}

struct Route {
    info: RouteInfo,
    handler: MethodRouter<App>,
}

fn route(path: &'static str, handler: MethodRouter<App>, audience: Audience, cost: Cost) -> Route {
    Route { info: RouteInfo { path, audience, cost }, handler }
}

/// Where nothing is. Two, so that API clients get the headers of the API.
const NOWHERE_API: RouteInfo =
    RouteInfo { path: "nowhere", audience: Audience::Api, cost: Cost::Usual };
const NOWHERE: RouteInfo =
    RouteInfo { path: "nowhere", audience: Audience::Page, cost: Cost::Usual };

/// Every route there can be, and at the end the two for what is nowhere.
pub(crate) fn infos() -> Vec<RouteInfo> {
    let routes = table().into_iter().chain(development_table()).map(|route| route.info);
    routes.chain([NOWHERE_API, NOWHERE]).collect()
}

/// Paths of the JSON API: what its description must name.
pub fn api_paths() -> impl Iterator<Item = &'static str> {
    let routes = table().into_iter().map(|route| route.info.path);
    routes.filter(|path| path.starts_with("/v1/") || path.starts_with("/.well-known/"))
}

/// Position in [`infos`] of the route for a path.
pub(crate) fn find(infos: &[RouteInfo], path: &str) -> usize {
    infos.iter().position(|info| leads_to(info.path, path)).unwrap_or_else(|| {
        let nowhere = if path.starts_with("/v1/") { 2 } else { 1 };
        infos.len().saturating_sub(nowhere)
    })
}

fn leads_to(route: &str, path: &str) -> bool {
    match route.strip_suffix("{id}").or_else(|| route.strip_suffix("{file}")) {
        Some(folder) => {
            path.strip_prefix(folder).is_some_and(|last| !last.is_empty() && !last.contains('/'))
        }
        None => route == path,
    }
}

/// The router: only what is in the tables, and the development table only with a mailbox.
pub(crate) fn router(app: App) -> Router {
    let development = if app.mailbox.is_some() { development_table() } else { Vec::new() };
    let routes = table().into_iter().chain(development);
    routes
        .fold(Router::new(), |router, route| router.route(route.info.path, route.handler))
        .fallback(pages::not_found)
        .method_not_allowed_fallback(|| async { Problem::from(METHOD_NOT_ALLOWED) })
        .with_state(app)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_finds_its_route() {
        check("/v1/me", "/v1/me");
        check("/v1/me/credentials", "/v1/me/credentials");
        check("/v1/me/credentials/0192", "/v1/me/credentials/{id}");
        check("/assets/pages-0123.js", "/assets/{file}");
        check("/", "/");
    }

    #[test]
    fn path_that_leads_nowhere_is_counted_under_one_name() {
        for path in ["/v1/me/", "/v1/me/credentials/", "/v1/me/credentials/a/b", "/x", ""] {
            check(path, "nowhere");
        }
    }

    #[track_caller]
    fn check(path: &str, expected: &str) {
        let infos = infos();
        assert_eq!(infos[find(&infos, path)].path, expected);
    }
}
