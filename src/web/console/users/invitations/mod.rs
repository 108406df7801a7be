//! Invitations in the console: the list of those that wait, the page that invites, and what is done to one.

mod bulk;
mod deeds;
mod filters;
mod invite;
mod list;
mod staged;

use std::time::Duration;

use crate::app::invitations::Problem;
use crate::domain::role::{InviteLabel, RoleKey, RoleModel};
use crate::web::console::words;
use crate::web::routes::{Access, Routes};
use crate::web::texts::{Part, Texts};
use crate::web::words::{address, flaw};

/// Where the list is.
pub(super) const LIST: &str = "/console/users/invitations";
/// Where people are invited.
pub(super) const INVITE: &str = "/console/users/invite";

/// The routes of the invitations.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/console/users/invite", Access::Session, invite::show)
        .post("/console/users/invite", Access::Session, invite::step)
        .get("/console/users/invitations", Access::Session, list::show)
        .get(bulk::PATH, Access::Session, bulk::plan)
        .post(bulk::PATH, Access::Session, bulk::apply)
        .get("/console/users/invitations/{id}/{deed}", Access::Session, deeds::ask)
        .post("/console/users/invitations/{id}/{deed}", Access::Session, deeds::do_it)
}

/// What the way to inviting people is called in this organisation.
pub(super) fn label(t: Texts, model: &RoleModel) -> String {
    t.say(match model.settings().invite_label {
        InviteLabel::InviteUser => "invite-user",
        InviteLabel::CreateUsers => "create-users",
    })
}

/// The role as people call it.
fn role_label(model: &RoleModel, key: &RoleKey) -> String {
    model.get(key).map_or_else(|| key.to_string(), |role| role.label.clone())
}

/// That there were too many, and when the next one can go.
fn too_often(t: Texts, retry_after: Duration) -> String {
    t.with("invite-too-often", &[("wait", Part::Words(&words::wait(t, retry_after)))])
}

/// Why somebody is not invited, and what to do.
fn why_not(t: Texts, problem: &Problem) -> String {
    match problem {
        Problem::Address(problem) => address(t, *problem),
        Problem::Name(problem) => t.with("invite-name", &[("text", Part::Words(&flaw(t, problem)))]),
        Problem::Twice => t.say("invite-twice"),
        Problem::Member => t.say("rule-member"),
        Problem::Invited => t.say("rule-invited"),
        Problem::TooOften { retry_after } => too_often(t, *retry_after),
    }
}
