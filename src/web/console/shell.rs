//! The frame of every page: where one is, where one can go, who one is.

use askama::Template;
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::projects::{LIST as PROJECTS, PERMISSIONS};
use super::resources::PATH as RESOURCES;
use super::{
    Console, applications, audit, groups, organisation, provisioning, reviews, sign_in_failures, sign_ins, teams, words,
};
use crate::app::groups::READ as READ_GROUPS;
use crate::app::projects::may_list as may_list_projects;
use crate::app::reviews::may_list as may_list_reviews;
use crate::app::{App, audit_log, clients, connections, policies, resources, sign_in_refusals};
use crate::domain::Error;
use crate::domain::policy::Actor;
use crate::domain::role::RoleModel;
use crate::web::cookie::Cookie;
use crate::web::form::csrf_token;
use crate::web::texts::Texts;

/// The frame of a page.
pub(super) struct Shell {
    pub(super) organisation: String,
    pub(super) user_name: String,
    pub(super) csrf: String,
    /// The sections that this person may see, in order.
    pub(super) sections: Vec<Section>,
    /// What was just done, as the address says.
    pub(super) said: Option<String>,
}

/// A heading of the navigation and what is under it.
pub(super) struct Section {
    pub(super) heading: Option<String>,
    pub(super) items: Vec<Item>,
}

/// A link of the navigation.
pub(super) struct Item {
    pub(super) label: String,
    pub(super) path: &'static str,
    pub(super) is_here: bool,
}

impl Shell {
    pub(super) fn new(
        app: &App,
        (actor, model, sees_teams): (&Actor, &RoleModel, bool),
        name: &str,
        parts: &Parts,
        t: Texts,
    ) -> Result<Self, Error> {
        let cookie = Cookie::Session.read(app, &parts.headers).unwrap_or_default();
        let path = parts.uri.path();
        let item = |label: String, to: &'static str, is_here: bool| Item { label, path: to, is_here };
        let mut sections = Vec::new();
        let mut items = Vec::new();
        let sees_users = actor.may(model, "users:list").is_ok();
        if sees_users {
            let overview = item(t.say("overview"), "/console", path == "/console");
            sections.push(Section { heading: None, items: vec![overview] });
            items.push(item(t.say("users"), "/console/users", path.starts_with("/console/users")));
            if actor.may(model, READ_GROUPS).is_ok() {
                let is_here = path.starts_with(groups::LIST) || path == PERMISSIONS;
                items.push(item(t.say("users-and-groups"), groups::LIST, is_here));
            }
        }
        if sees_teams {
            items.push(item(t.say("teams"), teams::LIST, path.starts_with(teams::LIST)));
        }
        if sees_users {
            items.push(item(t.say("roles"), "/console/roles", path.starts_with("/console/roles")));
        }
        if may_list_projects(actor, model) {
            let is_here = path.starts_with(PROJECTS) && path != PERMISSIONS;
            items.push(item(t.say("projects"), PROJECTS, is_here));
        }
        if resources::may_list(actor, model) {
            items.push(item(t.say("resources"), RESOURCES, path.starts_with(RESOURCES)));
        }
        if may_list_reviews(actor, model) {
            items.push(item(t.say("reviews"), reviews::LIST, path.starts_with(reviews::LIST)));
        }
        if !items.is_empty() {
            sections.push(Section { heading: Some(t.say("access-control")), items });
        }
        let settings = settings(actor, model, path, t);
        if !settings.is_empty() {
            sections.push(Section { heading: Some(t.say("settings")), items: settings });
        }
        Ok(Self {
            organisation: name.to_owned(),
            user_name: actor.label().to_owned(),
            csrf: csrf_token(app, &cookie)?,
            sections,
            said: words::said(t, parts.uri.query().unwrap_or_default()),
        })
    }
}

/// What is set for the whole organisation.
fn settings(actor: &Actor, model: &RoleModel, path: &str, t: Texts) -> Vec<Item> {
    let item = |label: String, to: &'static str, is_here: bool| Item { label, path: to, is_here };
    let mut settings = Vec::new();
    if let Some(first) = organisation::first(actor, model) {
        settings.push(item(t.say("organisation"), first, path.starts_with(organisation::BASE)));
    }
    if actor.may(model, policies::MANAGE).is_ok() {
        let here = path.starts_with("/console/security/policies");
        settings.push(item(t.say("policies"), "/console/security/policies", here));
    }
    if actor.may(model, connections::MANAGE).is_ok() {
        let here = path.starts_with(provisioning::LIST);
        settings.push(item(t.say("connections"), provisioning::LIST, here));
    }
    if actor.may(model, clients::MANAGE).is_ok() {
        let here = path.starts_with(applications::LIST);
        settings.push(item(t.say("applications"), applications::LIST, here));
    }
    if actor.may(model, sign_in_refusals::READ).is_ok() {
        let here = path.starts_with(sign_ins::PATH);
        settings.push(item(t.say("refused-sign-ins"), sign_ins::PATH, here));
        let here = path.starts_with(sign_in_failures::PATH);
        settings.push(item(t.say("failed-sign-ins"), sign_in_failures::PATH, here));
    }
    if actor.may(model, audit_log::READ).is_ok() {
        settings.push(item(t.say("audit-log"), audit::PATH, path.starts_with(audit::PATH)));
    }
    settings
}

/// What went wrong, in the frame of the console.
#[derive(Template)]
#[template(path = "console/error.html")]
pub(super) struct ErrorPage<'a> {
    shell: &'a Shell,
    t: Texts,
    title: String,
    sentence: String,
    status: u16,
    request_id: &'a str,
}

impl<'a> ErrorPage<'a> {
    pub(super) fn new(console: &'a Console, cause: &Error, status: StatusCode, request_id: &'a str) -> Self {
        let t = console.t;
        let (title, sentence) = words::problem(t, cause);
        Self { shell: &console.shell, t, title, sentence, status: status.as_u16(), request_id }
    }
}
