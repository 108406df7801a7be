//! The tab Project Permissions: a tree of groups, a tree of projects, and between them the buttons that bring both together.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::place::Place;
use super::{Line, PERMISSIONS, Wrongs, may_create, more, path_of, tabs, wrongs};
use crate::app::App;
use crate::app::groups::{self, READ as READ_GROUPS};
use crate::app::project_access::{self, Access, AssignmentEdit, Grant, MisconfiguredList, Named, Subject};
use crate::app::projects::{self, Project, ProjectPage};
use crate::domain::Error;
use crate::domain::id::{AssignmentId, GroupId, ProjectId, UserId};
use crate::web::console::shell::Shell;
use crate::web::console::users::Link;
use crate::web::console::{Console, words};
use crate::web::error::status;
use crate::web::form::{Fields, SignedLong};
use crate::web::page::Page;
use crate::web::texts::Texts;

/// So many people are shown under a group, and so many assignments under a project.
const SHOWN: u64 = 8;
/// So much is brought together at once.
const AT_ONCE_MAX: usize = 100;

#[derive(Template)]
#[template(path = "console/projects/permissions.html")]
struct PermissionsPage<'a> {
    shell: &'a Shell,
    t: Texts,
    here: String,
    tabs: Vec<Link>,
    report: Report,
    wrongs: Option<Wrongs>,
    groups: Option<GroupsPanel>,
    projects: ProjectsPanel,
}

struct GroupsPanel {
    name: String,
    carried: Vec<(&'static str, String)>,
    trees: Vec<GroupTree>,
    first: Option<String>,
    next: Option<String>,
}

struct GroupTree {
    id: String,
    name: String,
    path: String,
    size: String,
    is_chosen: bool,
    is_open: bool,
    people: Vec<PersonLine>,
    more: Option<String>,
}

struct PersonLine {
    id: String,
    name: String,
    is_chosen: bool,
}

struct ProjectsPanel {
    may_create: bool,
    name: String,
    carried: Vec<(&'static str, String)>,
    trees: Vec<ProjectTree>,
    first: Option<String>,
    next: Option<String>,
}

struct ProjectTree {
    id: String,
    name: String,
    path: String,
    size: String,
    is_chosen: bool,
    lines: Vec<Line>,
    more: Option<String>,
}

/// What has just been done, and what could not be.
#[derive(Default)]
struct Report {
    problem: Option<String>,
    outcomes: Vec<Outcome>,
}

/// What became of one project.
struct Outcome {
    project: String,
    path: String,
    did: String,
    done: Vec<String>,
    refused: Vec<String>,
}

/// What is chosen in both trees.
#[derive(Default)]
struct Chosen {
    users: Vec<UserId>,
    groups: Vec<GroupId>,
    projects: Vec<ProjectId>,
    assignments: Vec<(ProjectId, AssignmentId)>,
}

/// What the buttons between the panels do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Add,
    AddAsTeam,
    Remove,
    Save,
}

pub(super) async fn show(State(app): State<App>, console: Console, RawQuery(query): RawQuery) -> Response {
    let place = Place::read(query.as_deref().unwrap_or_default());
    console.answer(page(&app, &console, &place, (Chosen::default(), Report::default())).await)
}

pub(super) async fn change(
    State(app): State<App>,
    console: Console,
    RawQuery(query): RawQuery,
    SignedLong(fields): SignedLong,
) -> Response {
    let place = Place::read(query.as_deref().unwrap_or_default());
    let deed = match fields.get("deed") {
        Some("add") => Deed::Add,
        Some("team") => Deed::AddAsTeam,
        Some("remove") => Deed::Remove,
        Some("save") => Deed::Save,
        _ => return console.refuse(Error::NotFound("page")),
    };
    if !project_access::may_manage(&console.actor, &console.model) {
        return console.refuse(super::not_offered());
    }
    let chosen = Chosen::read(&fields);
    let (answer, chosen, report) = match problem(&console, deed, &chosen) {
        Some(problem) => (StatusCode::BAD_REQUEST, chosen, Report { problem: Some(problem), outcomes: Vec::new() }),
        None => match perform(&app, &console, deed, (chosen, &fields)).await {
            Ok(done) => done,
            Err(cause) => return console.refuse(cause),
        },
    };
    match page(&app, &console, &place, (chosen, report)).await {
        Ok(page) => (answer, Page(page)).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

/// Why nothing can be done with what is chosen.
fn problem(console: &Console, deed: Deed, chosen: &Chosen) -> Option<String> {
    let (t, none) = (console.t, chosen.projects.is_empty());
    let brought = match deed {
        Deed::Add => chosen.users.len().saturating_add(chosen.groups.len()),
        Deed::AddAsTeam => chosen.groups.len(),
        Deed::Remove => chosen.assignments.len(),
        Deed::Save => return None,
    };
    match (deed, brought) {
        (Deed::Remove, 0) => Some(t.say("choose-assignments")),
        (Deed::AddAsTeam, 0) => Some(t.say("choose-groups-and-projects")),
        (Deed::Add, 0) => Some(t.say("choose-and-projects")),
        (Deed::Add, _) if none => Some(t.say("choose-and-projects")),
        (Deed::AddAsTeam, _) if none => Some(t.say("choose-groups-and-projects")),
        (_, count) if count.saturating_mul(chosen.projects.len().max(1)) > AT_ONCE_MAX => {
            Some(t.count("choose-fewer", u64::try_from(AT_ONCE_MAX).unwrap_or(u64::MAX)))
        }
        _ => None,
    }
}

/// One deed for each project and each that is brought to it. What is refused for one does not stop the others.
async fn perform(
    app: &App,
    console: &Console,
    deed: Deed,
    (chosen, fields): (Chosen, &Fields),
) -> Result<(StatusCode, Chosen, Report), Error> {
    let mut told = Told::default();
    match deed {
        Deed::Add | Deed::AddAsTeam => {
            let groups = chosen.groups.iter().map(|it| Subject::Group(*it));
            let users = chosen.users.iter().filter(|_| deed == Deed::Add).map(|it| Subject::User(*it));
            let subjects: Vec<Subject> = groups.chain(users).collect();
            let as_team = (deed == Deed::AddAsTeam).then_some(true);
            for project in &chosen.projects {
                for subject in &subjects {
                    let grant = Grant { subject: *subject, access: None, as_team };
                    told.add(console, *project, project_access::assign(app, &console.actor, *project, grant).await)?;
                }
            }
        }
        Deed::Remove => {
            for which in &chosen.assignments {
                told.add(console, which.0, project_access::revoke(app, &console.actor, *which).await)?;
            }
        }
        Deed::Save => {
            for (which, edit) in edits(fields) {
                told.add(console, which.0, project_access::change(app, &console.actor, which, edit).await)?;
            }
        }
    }
    let left = if told.refusal.is_some() { chosen } else { Chosen::default() };
    let answer = told.refusal.filter(|_| !told.is_any_done).unwrap_or(StatusCode::OK);
    let report = report(app, console, deed, told).await?;
    Ok((answer, left, report))
}

/// What differs in the rows of the projects from what they showed.
pub(super) fn edits(fields: &Fields) -> Vec<((ProjectId, AssignmentId), AssignmentEdit)> {
    let read = |name: &str| {
        let which = pair(name)?;
        let was = fields.get(&format!("was-{name}"))?;
        let (was_read, was_team) = (was.contains("read"), was.contains("team"));
        let is_read = fields.get(&format!("access-{name}")).map_or(was_read, |it| it == Access::Read.word());
        let is_team = fields.get(&format!("team-{name}")).is_some();
        let access = (was_read != is_read).then_some(if is_read { Access::Read } else { Access::Write });
        let as_team = (was_team != is_team).then_some(is_team);
        (access.is_some() || as_team.is_some()).then_some((which, AssignmentEdit { access, as_team }))
    };
    fields.under("was-").filter_map(read).collect()
}

/// The two ids of a row: of the project and of the assignment.
fn pair(text: &str) -> Option<(ProjectId, AssignmentId)> {
    let (project, assignment) = text.split_once('.')?;
    Some((project.parse().ok()?, assignment.parse().ok()?))
}

/// What was done and refused so far, by project.
#[derive(Default)]
struct Told {
    by_project: Vec<(ProjectId, Vec<String>, Vec<String>)>,
    refusal: Option<StatusCode>,
    is_any_done: bool,
}

impl Told {
    fn add(&mut self, console: &Console, project: ProjectId, outcome: Result<Named, Error>) -> Result<(), Error> {
        if !self.by_project.iter().any(|it| it.0 == project) {
            self.by_project.push((project, Vec::new(), Vec::new()));
        }
        let Some((_, done, refused)) = self.by_project.iter_mut().find(|it| it.0 == project) else { return Ok(()) };
        match outcome {
            Ok(named) => {
                self.is_any_done = true;
                done.push(named.called().to_owned());
            }
            Err(
                cause @ (Error::Conflict(_)
                | Error::Obstacle(_)
                | Error::Denied(_)
                | Error::NotFound(_)
                | Error::Invalid { .. }),
            ) => {
                self.refusal.get_or_insert(status(&cause));
                refused.push(words::problem(console.t, &cause).1);
            }
            Err(other) => return Err(other),
        }
        Ok(())
    }
}

async fn report(app: &App, console: &Console, deed: Deed, told: Told) -> Result<Report, Error> {
    let did = console.t.say(match deed {
        Deed::Add => "report-added",
        Deed::AddAsTeam => "report-added-as-team",
        Deed::Remove => "report-removed",
        Deed::Save => "report-changed",
    });
    let mut outcomes = Vec::new();
    for (id, done, mut refused) in told.by_project {
        let project = match projects::show(app, &console.actor, id).await {
            Ok(project) => project.name,
            Err(Error::NotFound(_)) => id.to_string(),
            Err(other) => return Err(other),
        };
        refused.dedup();
        outcomes.push(Outcome { project, path: path_of(id), did: did.clone(), done, refused });
    }
    Ok(Report { problem: None, outcomes })
}

async fn page<'a>(
    app: &App,
    console: &'a Console,
    place: &Place,
    (chosen, report): (Chosen, Report),
) -> Result<PermissionsPage<'a>, Error> {
    let (actor, org) = (&console.actor, console.org());
    let found = projects::page(app, actor, org, &place.projects).await?;
    let shown: Vec<ProjectId> = found.projects.iter().map(|it| it.id).collect();
    let wrong = match shown.as_slice() {
        [] => MisconfiguredList::default(),
        shown => project_access::misconfigured(app, actor, org, shown).await?,
    };
    let sees_groups = actor.may(&console.model, READ_GROUPS).is_ok();
    let groups = if sees_groups { Some(groups_panel(app, console, place, &chosen).await?) } else { None };
    Ok(PermissionsPage {
        shell: &console.shell,
        t: console.t,
        here: place.here(),
        tabs: tabs(console, PERMISSIONS),
        report,
        wrongs: wrongs(console.t, wrong),
        groups,
        projects: projects_panel(app, console, place, (found, &chosen)).await?,
    })
}

async fn groups_panel(app: &App, console: &Console, place: &Place, chosen: &Chosen) -> Result<GroupsPanel, Error> {
    let (actor, org, t) = (&console.actor, console.org(), console.t);
    let found = groups::page(app, actor, org, &place.groups).await?;
    let ids: Vec<GroupId> = found.entries.iter().map(|it| it.group.id).collect();
    let mut members = project_access::members(app, actor, (org, &ids), SHOWN).await?;
    let tree = |it: &groups::Entry| {
        let people: Vec<PersonLine> = members
            .remove(&it.group.id)
            .unwrap_or_default()
            .into_iter()
            .map(|user| PersonLine {
                id: user.id.to_string(),
                is_chosen: chosen.users.contains(&user.id),
                name: user.display_name,
            })
            .collect();
        GroupTree {
            id: it.group.id.to_string(),
            path: format!("/console/groups/{}", it.group.id),
            name: it.group.display_name.clone(),
            size: t.count(if it.size.has_more { "members-more" } else { "members-count" }, it.size.counted),
            is_chosen: chosen.groups.contains(&it.group.id),
            is_open: people.iter().any(|it| it.is_chosen),
            more: more(t, "more-people", it.size.counted, people.len()),
            people,
        }
    };
    Ok(GroupsPanel {
        carried: place.fields_without(&["groups", "groups_after"]),
        trees: found.entries.iter().map(tree).collect(),
        first: place.groups.after.is_some().then(|| place.with_groups(None)),
        next: found.next.map(|it| place.with_groups(Some(it))),
        name: place.groups.name.clone().unwrap_or_default(),
    })
}

async fn projects_panel(
    app: &App,
    console: &Console,
    place: &Place,
    (found, chosen): (ProjectPage, &Chosen),
) -> Result<ProjectsPanel, Error> {
    let (actor, org, t) = (&console.actor, console.org(), console.t);
    let ids: Vec<ProjectId> = found.projects.iter().map(|it| it.id).collect();
    let mut on = project_access::trees(app, actor, (org, &ids), SHOWN).await?;
    let picked: Vec<AssignmentId> = chosen.assignments.iter().map(|it| it.1).collect();
    let tree = |it: Project| {
        let (named, size) = on.remove(&it.id).unwrap_or_default();
        let lines: Vec<Line> = named.iter().map(|it| Line::of(console, it, &picked)).collect();
        ProjectTree {
            id: it.id.to_string(),
            path: path_of(it.id),
            name: it.name,
            size: t.count("assigned-count", size),
            is_chosen: chosen.projects.contains(&it.id),
            more: more(t, "more-assigned", size, lines.len()),
            lines,
        }
    };
    Ok(ProjectsPanel {
        may_create: may_create(console),
        carried: place.fields_without(&["projects", "projects_after"]),
        trees: found.projects.into_iter().map(tree).collect(),
        first: place.projects.after.is_some().then(|| place.with_projects(None)),
        next: found.next.map(|it| place.with_projects(Some(it))),
        name: place.projects.name.clone().unwrap_or_default(),
    })
}

impl Chosen {
    fn read(fields: &Fields) -> Self {
        // Somebody may be ticked under several groups, so the name of each box has the group in it too.
        let mut users: Vec<UserId> =
            fields.under("user-").filter_map(|it| it.split_once('.')?.1.parse().ok()).collect();
        users.sort_unstable();
        users.dedup();
        Self {
            users,
            groups: fields.under("group-").filter_map(|it| it.parse().ok()).collect(),
            projects: fields.under("project-").filter_map(|it| it.parse().ok()).collect(),
            assignments: fields.under("assignment-").filter_map(pair).collect(),
        }
    }
}
