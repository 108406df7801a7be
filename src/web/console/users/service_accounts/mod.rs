//! Service accounts in the console: the list, one of them, making one, and its tokens.

mod deeds;
mod list;
mod new;
mod show;
mod tokens;

use super::table::{Badge, Mark, Menu, MenuItem};
use crate::app::service_account_sheet::{self, Deed, TokenObstacle};
use crate::app::service_accounts::{ACCOUNTS_MAX, ServiceAccount, TOKENS_MAX};
use crate::domain::Error;
use crate::domain::id::ServiceAccountId;
use crate::domain::role::{RoleKey, RoleModel};
use crate::web::console::{Console, words};
use crate::web::routes::{Access, Routes};
use crate::web::texts::Texts;

/// Where the list is.
pub(super) const LIST: &str = "/console/users/service-accounts";

/// The routes of the service accounts.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/console/users/service-accounts", Access::Session, list::show)
        .get("/console/users/service-accounts/new", Access::Session, new::show)
        .post("/console/users/service-accounts/new", Access::Session, new::create)
        .get("/console/users/service-accounts/{id}", Access::Session, show::show)
        .get("/console/users/service-accounts/{id}/deeds/{deed}", Access::Session, deeds::ask)
        .post("/console/users/service-accounts/{id}/deeds/{deed}", Access::Session, deeds::do_it)
        .get("/console/users/service-accounts/{id}/tokens/new", Access::Recent, tokens::ask)
        .post("/console/users/service-accounts/{id}/tokens/new", Access::Recent, tokens::create)
        .get("/console/users/service-accounts/{id}/tokens/{token}/end", Access::Session, tokens::ask_end)
        .post("/console/users/service-accounts/{id}/tokens/{token}/end", Access::Session, tokens::end)
}

/// What is wrong with a form, and which field it is about.
struct Problem {
    field: &'static str,
    text: String,
}

impl Problem {
    fn of(t: Texts, cause: &Error) -> Self {
        let field = match cause {
            Error::Invalid { field, .. } => field.as_str(),
            Error::Unauthenticated
            | Error::Denied(_)
            | Error::NotFound(_)
            | Error::Conflict(_)
            | Error::Obstacle(_)
            | Error::Stale
            | Error::Throttled { .. }
            | Error::Internal(_) => "",
        };
        let (field, text) = match field {
            "name" => ("name", t.say("service-name-wrong")),
            "description" => ("description", t.say("service-description-wrong")),
            "owner" => ("owner", t.say("service-owner-wrong")),
            "role" => ("role", t.say("choose-role")),
            "scopes" => ("scopes", t.say("token-may-nothing")),
            _ => ("", words::problem(t, cause).1),
        };
        Self { field, text }
    }
}

/// What is not an id names nothing.
fn account_id(text: &str) -> Result<ServiceAccountId, Error> {
    text.parse().map_err(|_| Error::NotFound("service account"))
}

/// The address of a service account.
fn path(id: ServiceAccountId) -> String {
    format!("{LIST}/{id}")
}

/// The role as people call it.
fn role_label(model: &RoleModel, key: &RoleKey) -> String {
    model.get(key).map_or_else(|| key.to_string(), |role| role.label.clone())
}

fn status(t: Texts, it: &ServiceAccount) -> Badge {
    let (mark, label) = if it.is_active { (Mark::Good, "status-active") } else { (Mark::Off, "status-deactivated") };
    Badge { mark, label: t.say(label) }
}

/// The menu of what is offered for a service account.
fn menu(console: &Console, it: &ServiceAccount) -> Menu {
    let offered = |deed: &Deed| service_account_sheet::is_offered(&console.actor, &console.model, *deed, it);
    let items = Deed::ALL.into_iter().filter(offered).map(|deed| MenuItem {
        label: console.t.say(deeds::label(deed)),
        path: format!("{}/deeds/{}", path(it.id), deed.word()),
        why_not: None,
        is_grave: deeds::is_grave(deed),
    });
    Menu { id: it.id.to_string(), label: console.t.name("menu-of", &it.name), items: items.collect() }
}

/// Why there can be no further account now.
fn why_full(t: Texts) -> String {
    t.count("why-service-accounts-full", ACCOUNTS_MAX)
}

/// Why no token can be made now.
fn why_no_token(t: Texts, obstacle: TokenObstacle) -> String {
    match obstacle {
        TokenObstacle::Deactivated => t.say("why-service-deactivated"),
        TokenObstacle::TooMany => t.count("why-tokens-full", u64::try_from(TOKENS_MAX).unwrap_or(u64::MAX)),
    }
}
