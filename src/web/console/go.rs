//! The command palette: every page that the reader may open, found by what it is called here or in other systems.
//!
//! **Invariant:** what the reader may not do is not found either.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum_extra::extract::Query;
use serde::Deserialize;

use super::Console;
use super::shell::Shell;
use crate::app::offers::Judge;
use crate::app::{
    App, audit_log, branding, clients, connections, groups, own_domains, personal_tokens, policies, projects,
    resources, roles, sign_in_refusals, user_list,
};
use crate::domain::Error;
use crate::domain::text::fold;
use crate::domain::user_list::{UserFilter, UserList};
use crate::web::routes::{Access, Routes};
use crate::web::texts::Texts;

/// So many people are found at once; the list of users finds all.
const PEOPLE: u64 = 8;

/// The route of the palette.
pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/console/go", Access::Session, show)
}

#[derive(Template)]
#[template(path = "console/go.html")]
struct GoPage<'a> {
    shell: &'a Shell,
    t: Texts,
    search: String,
    places: Vec<Place>,
    people: Vec<Place>,
}

impl GoPage<'_> {
    /// How much was found.
    fn found(&self) -> u64 {
        u64::try_from(self.places.len().saturating_add(self.people.len())).unwrap_or(u64::MAX)
    }
}

/// Somewhere to go.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    label: String,
    path: String,
    /// What else it is called, for finding it.
    words: String,
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    q: String,
}

async fn show(State(app): State<App>, console: Console, Query(search): Query<Search>) -> Response {
    let page = async {
        let mut places = places(&app, &console).await?;
        places.retain(|place| is_meant(&search.q, &format!("{} {}", place.label, place.words)));
        let people = people(&app, &console, search.q.trim()).await?;
        Ok(GoPage { shell: &console.shell, t: console.t, search: search.q, places, people })
    };
    console.answer(page.await)
}

/// True when each word that was typed begins a word of what something is called.
fn is_meant(typed: &str, called: &str) -> bool {
    let called = fold(called);
    let words: Vec<&str> = called.split(|c: char| !c.is_alphanumeric()).collect();
    let typed = fold(typed);
    let mut wanted = typed.split(|c: char| !c.is_alphanumeric()).filter(|it| !it.is_empty());
    wanted.all(|wanted| words.iter().any(|word| word.starts_with(wanted)))
}

async fn people(app: &App, console: &Console, name: &str) -> Result<Vec<Place>, Error> {
    if name.is_empty() || console.actor.may(&console.model, "users:list").is_err() {
        return Ok(Vec::new());
    }
    let filter = UserFilter { name: Some(name.to_owned()), with_deactivated: true, ..UserFilter::default() };
    let list = UserList { filter, limit: PEOPLE, ..UserList::default() };
    let found = user_list::page(app, &console.actor, console.org(), &list).await?;
    let place = |user: &crate::domain::user::User| Place {
        label: user.display_name.clone(),
        path: format!("/console/users/{}", user.id),
        words: user.user_name.clone(),
    };
    Ok(found.entries.iter().map(|it| place(&it.person.user)).collect())
}

/// Every page that this person may open, in the order of the navigation.
async fn places(app: &App, console: &Console) -> Result<Vec<Place>, Error> {
    let (t, actor, model, org) = (console.t, &console.actor, &console.model, console.org());
    let may = |permission: &str| actor.may(model, permission).is_ok();
    let place =
        |key: &str, words: &str, path: &str| Place { label: t.say(key), path: path.to_owned(), words: t.say(words) };
    let judge = Judge::of(app, actor, org, model).await?;
    let (lists, invites, creates) =
        (may("users:list"), !judge.invitable(org).is_empty(), !judge.placeable(org).is_empty());
    let tokens = personal_tokens::may_create(app, &console.caller.person).await?;
    let defines = roles::may_define(actor, model, org).is_ok();
    let all = [
        (lists, place("overview", "go-overview", "/console")),
        (lists, place("users", "go-users", "/console/users")),
        (invites, place("invite-title", "go-invite", "/console/users/invite")),
        (creates, place("add-user", "go-create", "/console/users/new")),
        (creates, place("import-users", "go-import", crate::web::console::IMPORT)),
        (may("users:invite"), place("tab-invitations", "go-invitations", "/console/users/invitations")),
        (lists, place("tab-deactivated", "go-deactivated", "/console/users?status=deactivated")),
        (may("tokens.service:manage"), place("tab-service-accounts", "go-service", "/console/users/service-accounts")),
        (lists && may(groups::READ), place("users-and-groups", "go-groups", super::groups::LIST)),
        (lists && may(groups::MANAGE), place("add-group", "go-add-group", "/console/groups/new")),
        (may("teams:read"), place("teams", "go-teams", "/console/teams")),
        (may("teams:manage"), place("create-team", "go-create-team", "/console/teams/new")),
        (projects::may_list(actor, model), place("projects", "go-projects", super::projects::LIST)),
        (may(projects::MANAGE), place("project-permissions", "go-project-permissions", super::projects::PERMISSIONS)),
        (may(projects::CREATE), place("create-project", "go-create-project", "/console/projects/new")),
        (resources::may_list(actor, model), place("resources", "go-resources", super::resources::PATH)),
        (resources::may_list_all(actor, model), place("orphaned-resources", "go-orphaned", super::resources::ORPHANED)),
        (lists, place("roles", "go-roles", "/console/roles")),
        (lists, place("matrix", "go-matrix", "/console/roles/matrix")),
        (defines, place("create-role", "go-create-role", "/console/roles/new")),
        (defines && model.readings().len() > 1, place("reading-choose", "go-reading", "/console/roles/reading")),
        (may(own_domains::MANAGE), place("domains", "go-domains", super::organisation::DOMAINS)),
        (may(branding::MANAGE), place("branding", "go-branding", super::organisation::BRANDING)),
        (may(policies::MANAGE), place("policies", "go-policies", "/console/security/policies")),
        (may(connections::MANAGE), place("connections", "go-connections", super::provisioning::LIST)),
        (
            connections::may_make_some(actor, model, org),
            place("new-connection", "go-new-connection", super::provisioning::NEW),
        ),
        (may(clients::MANAGE), place("applications", "go-applications", super::applications::LIST)),
        (may(clients::MANAGE), place("new-application", "go-new-application", super::applications::NEW)),
        (may(sign_in_refusals::READ), place("refused-sign-ins", "go-refused", super::sign_ins::PATH)),
        (may(sign_in_refusals::READ), place("failed-sign-ins", "go-failed", super::sign_in_failures::PATH)),
        (may(audit_log::READ), place("audit-log", "go-audit", super::audit::PATH)),
        (may(audit_log::READ), place("exports", "go-exports", super::audit::EXPORTS)),
        (may(audit_log::READ), place("streams", "go-streams", super::audit::STREAMS)),
        (true, place("account", "go-account", "/account")),
        (true, place("tab-security", "go-security", "/account/security")),
        (true, place("tab-sessions", "go-sessions", "/account/sessions")),
        (true, place("tab-applications", "go-own-applications", "/account/applications")),
        (tokens, place("tab-tokens", "go-tokens", "/account/tokens")),
        (true, place("tab-activity", "go-activity", "/account/activity")),
    ];
    Ok(all.into_iter().filter(|(is_open, _)| *is_open).map(|(_, place)| place).collect())
}

#[cfg(test)]
mod tests {
    use super::is_meant;

    #[test]
    fn each_word_that_was_typed_begins_a_word_of_the_name_in_any_order_and_case() {
        for (typed, expected) in [
            ("", true),
            ("  ", true),
            ("acc con", true),
            ("CONTROL access", true),
            ("identity & access", true),
            ("ntrol", false),
            ("access nothing", false),
        ] {
            assert_eq!(is_meant(typed, "Users Access Control, Identity & Access"), expected, "{typed}");
        }
    }
}
