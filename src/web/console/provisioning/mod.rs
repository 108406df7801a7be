//! Connections to identity providers in the console: the list, one of them, making and changing one, and its tokens.

mod clients;
mod connect;
mod deeds;
mod drift;
mod form;
mod guide;
mod health;
mod held;
mod journal;
mod linkings;
mod list;
mod mappings;
mod schemas;
mod show;
mod tokens;
mod waiting;

pub(super) use journal::{of_user as journal_of_user, path as of_call};

use super::ask::AskPage;
use super::users::{Badge, Link, Mark};
use super::words;
use crate::domain::Error;
use crate::domain::connection::{Connection, Kind};
use crate::domain::id::ConnectionId;
use crate::domain::role::RoleModel;
use crate::web::routes::{Access, Routes};
use crate::web::texts::Texts;

pub(super) use health::PATH as HEALTH;

/// Where the list is.
pub(super) const LIST: &str = "/console/provisioning";
/// Where a new one is made.
pub(super) const NEW: &str = "/console/provisioning/new";

/// The routes of the connections.
pub(super) fn routes(routes: Routes) -> Routes {
    schemas::routes(routes)
        .get(LIST, Access::Session, list::show)
        .get(NEW, Access::Recent, form::ask_new)
        .post(NEW, Access::Recent, form::create)
        .get(health::PATH, Access::Session, health::show)
        .get(mappings::PATH, Access::Session, mappings::list)
        .get("/console/provisioning/connections/{id}/mappings", Access::Session, mappings::show)
        .post("/console/provisioning/connections/{id}/mappings", Access::Session, mappings::map_group)
        .post("/console/provisioning/connections/{id}/mappings/withdraw", Access::Session, mappings::withdraw)
        .get(waiting::PATH, Access::Session, waiting::show)
        .get(journal::PATH, Access::Session, journal::list)
        .get("/console/provisioning/journal/{id}", Access::Session, journal::show)
        .get("/console/provisioning/journal/{id}/dry-run", Access::Session, journal::rehearse)
        .post("/console/provisioning/journal/{id}/replay", Access::Recent, journal::replay)
        .get("/console/provisioning/connections/{id}", Access::Session, show::show)
        .get("/console/provisioning/connections/{id}/setup", Access::Session, guide::show)
        .get("/console/provisioning/connections/{id}/setup/events", Access::Session, guide::watch)
        .post("/console/provisioning/connections/{id}/setup/links", Access::Recent, guide::make_link)
        .post("/console/provisioning/connections/{id}/setup/links/{link}/end", Access::Session, guide::end_link)
        .get("/connect/{token}", Access::Open, connect::show)
        .get("/connect/{token}/events", Access::Open, connect::watch)
        .post("/connect/{token}/token", Access::Attempt, connect::make_token)
        .get("/console/provisioning/connections/{id}/drift", Access::Session, drift::show)
        .get("/console/provisioning/connections/{id}/held", Access::Session, held::show)
        .post("/console/provisioning/connections/{id}/held/release", Access::Recent, held::release)
        .post("/console/provisioning/connections/{id}/held/refuse", Access::Recent, held::refuse)
        .get("/console/provisioning/connections/{id}/linkings", Access::Session, linkings::show)
        .post("/console/provisioning/connections/{id}/linkings/{linking}/link", Access::Recent, linkings::link)
        .post("/console/provisioning/connections/{id}/linkings/{linking}/dismiss", Access::Session, linkings::dismiss)
        .get("/console/provisioning/connections/{id}/edit", Access::Recent, form::ask_edit)
        .post("/console/provisioning/connections/{id}/edit", Access::Recent, form::save)
        .get("/console/provisioning/connections/{id}/pause", Access::Session, deeds::ask_pause)
        .post("/console/provisioning/connections/{id}/pause", Access::Session, deeds::pause)
        .get("/console/provisioning/connections/{id}/resume", Access::Recent, deeds::ask_resume)
        .post("/console/provisioning/connections/{id}/resume", Access::Recent, deeds::resume)
        .get("/console/provisioning/connections/{id}/delete", Access::Recent, deeds::ask_delete)
        .post("/console/provisioning/connections/{id}/delete", Access::Recent, deeds::delete)
        .get("/console/provisioning/connections/{id}/tokens/new", Access::Recent, tokens::ask_new)
        .post("/console/provisioning/connections/{id}/tokens/new", Access::Recent, tokens::create)
        .get("/console/provisioning/connections/{id}/tokens/{token}/end", Access::Session, tokens::ask_end)
        .get("/console/provisioning/connections/{id}/clients/new", Access::Recent, clients::ask_new)
        .post("/console/provisioning/connections/{id}/clients/new", Access::Recent, clients::create)
        .get("/console/provisioning/connections/{id}/clients/{client}/end", Access::Session, clients::ask_end)
        .post("/console/provisioning/connections/{id}/clients/{client}/end", Access::Session, clients::end)
        .post("/console/provisioning/connections/{id}/tokens/{token}/end", Access::Session, tokens::end)
}

/// A part of provisioning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Connections,
    Journal,
    Mappings,
    Health,
}

/// The ways to the parts of provisioning, from one of them or from a page besides.
fn places(t: Texts, here: Option<Place>) -> Vec<Link> {
    let all = [
        (Place::Connections, "connections", LIST),
        (Place::Journal, "journal", journal::PATH),
        (Place::Mappings, "mappings", mappings::PATH),
        (Place::Health, "health", health::PATH),
    ];
    let link = |(place, label, address): (Place, &str, &str)| Link {
        label: t.say(label),
        address: address.to_owned(),
        is_here: here == Some(place),
    };
    all.map(link).into()
}

/// Which identity provider it is, as people call it.
pub(super) fn kind(t: Texts, kind: Kind) -> String {
    match kind {
        Kind::Okta => "Okta".to_owned(),
        Kind::Entra => "Microsoft Entra ID".to_owned(),
        Kind::Generic => t.say("kind-generic"),
    }
}

/// What is not an id names nothing.
fn connection_id(text: &str) -> Result<ConnectionId, Error> {
    text.parse().map_err(|_| Error::NotFound("connection"))
}

/// The address of a connection.
fn path(id: ConnectionId) -> String {
    format!("{LIST}/connections/{id}")
}

fn status(t: Texts, it: &Connection) -> Badge {
    let (mark, label) = if it.is_paused { (Mark::Off, "paused") } else { (Mark::Good, "status-active") };
    Badge { mark, label: t.say(label) }
}

/// A role as people call it.
fn role_label(model: &RoleModel, key: &str) -> String {
    model.roles().iter().find(|role| role.key.as_str() == key).map_or_else(|| key.to_owned(), |role| role.label.clone())
}
