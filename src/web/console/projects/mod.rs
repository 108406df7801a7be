//! Projects, who is on them, and the tab on which groups and users are brought to them.

mod list;
mod permissions;
mod place;
mod show;

use super::Console;
use super::users::{Link, user_path};
use crate::app::groups::READ as READ_GROUPS;
use crate::app::project_access::{
    Access, Decision, Limit, Misconfiguration, Misconfigured, MisconfiguredList, Refusal, Subject,
};
use crate::app::{project_access, projects};
use crate::domain::id::{AssignmentId, ProjectId};
use crate::domain::{Denial, Error};
use crate::web::routes::{self, Routes};
use crate::web::texts::{Part, Texts};

/// Where the list of projects is.
pub(super) const LIST: &str = "/console/projects";
/// Where groups and users are brought to projects.
pub(super) const PERMISSIONS: &str = "/console/projects/permissions";

/// The routes of the projects.
pub(super) fn routes(routes: Routes) -> Routes {
    use routes::Access::Session;
    routes
        .get(LIST, Session, list::show)
        .get("/console/projects/new", Session, list::new)
        .post("/console/projects/new", Session, list::create)
        .get(PERMISSIONS, Session, permissions::show)
        .post(PERMISSIONS, Session, permissions::change)
        .get("/console/projects/{id}", Session, show::show)
        .post("/console/projects/{id}", Session, show::update)
        .post("/console/projects/{id}/assignments", Session, show::change)
        .get("/console/projects/{id}/delete", Session, show::ask_delete)
        .post("/console/projects/{id}/delete", Session, show::delete)
}

/// The tabs of the user account management that this person may open: people and groups, and who is on projects.
pub(super) fn tabs(console: &Console, here: &str) -> Vec<Link> {
    let may = |permission| console.actor.may(&console.model, permission).is_ok();
    let groups = (may("users:list") && may(READ_GROUPS), "users-and-groups", super::groups::LIST);
    let access = (project_access::may_manage(&console.actor, &console.model), "project-permissions", PERMISSIONS);
    let open = [groups, access].into_iter().filter(|it| it.0);
    open.map(|(_, key, path)| Link { label: console.t.say(key), address: path.to_owned(), is_here: path == here })
        .collect()
}

/// Somebody or something on a project, as a row.
struct Line {
    id: String,
    name: String,
    /// The user name behind the name of a person.
    user_name: Option<String>,
    path: String,
    kind: String,
    is_team: bool,
    /// Why that cannot be changed.
    why_team: Option<String>,
    is_read_only: bool,
    is_chosen: bool,
}

impl Line {
    fn of(console: &Console, named: &project_access::Named, chosen: &[AssignmentId]) -> Self {
        let it = &named.assignment;
        Self {
            id: it.id.to_string(),
            name: named.called().to_owned(),
            user_name: named.person.is_some().then(|| named.name.clone()),
            path: path_of_subject(it.subject),
            kind: kind(console.t, it.subject),
            is_team: it.as_team,
            why_team: matches!(it.subject, Subject::Team(_)).then(|| console.t.say("flaw-team-stands")),
            is_read_only: it.access == Access::Read,
            is_chosen: chosen.contains(&it.id),
        }
    }
}

/// Somebody who is misconfigured, as a row.
struct Wrong {
    project: String,
    project_path: String,
    name: String,
    path: String,
    what: String,
}

/// Those who are misconfigured, and the sentence over them.
struct Wrongs {
    sentence: String,
    lines: Vec<Wrong>,
    has_more: bool,
}

/// Nothing when nobody is misconfigured.
fn wrongs(t: Texts, list: MisconfiguredList) -> Option<Wrongs> {
    let count = u64::try_from(list.people.len()).unwrap_or(u64::MAX);
    let lines: Vec<Wrong> = list.people.into_iter().map(|it| wrong(t, it)).collect();
    let sentence = t.count(if list.has_more { "misconfigured-more" } else { "misconfigured" }, count);
    (!lines.is_empty()).then_some(Wrongs { sentence, lines, has_more: list.has_more })
}

fn wrong(t: Texts, it: Misconfigured) -> Wrong {
    Wrong {
        project_path: path_of(it.project.id),
        project: it.project.name,
        path: user_path(it.user.id),
        name: it.user.display_name,
        what: misconfiguration(t, it.what),
    }
}

fn misconfiguration(t: Texts, what: Misconfiguration) -> String {
    t.say(match what {
        Misconfiguration::NoTeam => "wrong-no-team",
        Misconfiguration::SecondTeam => "wrong-second-team",
    })
}

/// What somebody may do in a project, in a sentence.
pub(super) fn decision(t: Texts, decision: &Decision) -> String {
    t.say(match decision {
        Decision::Write => "access-write-text",
        Decision::Read(limits) if limits.contains(&Limit::Role) => "access-read-role",
        Decision::Read(_) => "access-read-project",
        Decision::Deny(Refusal::NotActive) => "access-not-active",
        Decision::Deny(Refusal::NotAssigned) => "access-not-assigned",
        Decision::Deny(Refusal::MisconfiguredTeam) => "access-misconfigured",
    })
}

fn kind(t: Texts, subject: Subject) -> String {
    t.say(match subject {
        Subject::User(_) => "kind-user",
        Subject::Group(_) => "kind-group",
        Subject::Team(_) => "kind-team",
    })
}

fn path_of_subject(subject: Subject) -> String {
    match subject {
        Subject::User(id) => user_path(id),
        Subject::Group(id) => format!("/console/groups/{id}"),
        Subject::Team(id) => format!("/console/teams/{id}"),
    }
}

pub(super) fn path_of(id: ProjectId) -> String {
    format!("{LIST}/{id}")
}

/// What is not an id names nothing.
fn project_id(text: &str) -> Result<ProjectId, Error> {
    text.parse().map_err(|_| Error::NotFound("project"))
}

fn may(console: &Console, permission: &str) -> bool {
    console.actor.may(&console.model, permission).is_ok()
}

fn may_create(console: &Console) -> bool {
    may(console, projects::CREATE)
}

const fn not_offered() -> Error {
    Error::Denied(Denial::ProjectNotOffered)
}

/// How many of something there are beyond those that are shown.
fn more(t: Texts, key: &str, all: u64, shown: usize) -> Option<String> {
    let rest = all.saturating_sub(u64::try_from(shown).unwrap_or(u64::MAX));
    (rest > 0).then(|| t.with(key, &[("count", Part::Number(rest))]))
}
