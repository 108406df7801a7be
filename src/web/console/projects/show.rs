//! The page of a project: what it is called, who is on it and through what, and what is done to it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Query;
use serde::Deserialize;

use super::list;
use super::permissions::edits;
use super::{LIST, Line, Wrongs, decision, may, misconfiguration, not_offered, path_of, project_id, wrongs};
use crate::app::groups::{self, GroupQuery, READ as READ_GROUPS};
use crate::app::project_access::{self, Grant, Subject, UserAccess};
use crate::app::projects::{self, DELETE, Project, ProjectEdit, UPDATE};
use crate::app::teams::{self, READ as READ_TEAMS, Team};
use crate::app::{App, users};
use crate::domain::Error;
use crate::domain::id::{AssignmentId, GroupId, TeamId, UserId};
use crate::domain::text::fold;
use crate::domain::user::Status;
use crate::web::console::described::{Described, shown, typed};
use crate::web::console::shell::Shell;
use crate::web::console::users::offered::found;
use crate::web::console::users::user_path;
use crate::web::console::{Console, words};
use crate::web::error::status;
use crate::web::form::{Fields, Signed, SignedLong};
use crate::web::page::Page;
use crate::web::texts::Texts;

/// So many assignments are on a page.
const ROWS: u64 = 50;
/// So many groups and people are offered at once; a search finds the others.
const OFFERED: u64 = 15;

#[derive(Template)]
#[template(path = "console/projects/project.html")]
struct ProjectPage<'a> {
    shell: &'a Shell,
    t: Texts,
    id: String,
    path: String,
    name: String,
    description: String,
    may_delete: bool,
    form: Option<Described>,
    problem: Option<String>,
    people: Option<People>,
    own: Option<Verdict>,
}

/// Who is on the project, for those who decide that.
struct People {
    lines: Vec<Line>,
    first: Option<String>,
    next: Option<String>,
    wrongs: Option<Wrongs>,
    search: String,
    offered: Vec<Offer>,
    has_more: bool,
    who: String,
    found: Option<Verdict>,
}

/// Somebody or something that can be put on the project.
struct Offer {
    field: String,
    name: String,
    kind: String,
}

/// What somebody may do in the project, and why.
struct Verdict {
    name: String,
    path: Option<String>,
    sentence: String,
    through: Vec<String>,
    wrong: Vec<String>,
}

#[derive(Template)]
#[template(path = "console/projects/delete.html")]
struct DeletePage<'a> {
    shell: &'a Shell,
    t: Texts,
    path: String,
    title: String,
    text: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// What is searched for among those that can be put on the project.
    #[serde(default)]
    name: String,
    /// Whose access is asked about.
    #[serde(default)]
    who: String,
    after: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let page = async {
        let project = project(&app, &console, &id).await?;
        let form = list::form(&project.name, &project.description);
        page(&app, &console, &project, (form, None, asked)).await
    };
    console.answer(page.await)
}

pub(super) async fn update(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(fields): Signed,
) -> Response {
    let project = match project(&app, &console, &id).await {
        Ok(project) => project,
        Err(cause) => return console.refuse(cause),
    };
    let merged = fields.over(&shown(&project.name, &project.description));
    let (name, description) = typed(&merged.fields);
    let form = list::form(&project.name, &project.description).filled(&name, &description);
    if !merged.clashes.is_empty() {
        let form = form.clashing(console.t, &merged.clashes);
        let page = page(&app, &console, &project, (form, None, Asked::default())).await;
        return console.again(&Error::Stale, page);
    }
    let edit = ProjectEdit {
        name: Some(name).filter(|it| *it != project.name),
        description: Some(description).filter(|it| *it != project.description),
    };
    match projects::update(&app, &console.actor, project.id, edit).await {
        Ok(project) => Redirect::to(&format!("{}?said=project-updated", path_of(project.id))).into_response(),
        Err(cause @ (Error::Conflict(_) | Error::Invalid { .. })) => {
            let form = form.refused(console.t, &cause);
            console.again(&cause, page(&app, &console, &project, (form, None, Asked::default())).await)
        }
        Err(cause) => console.refuse(cause),
    }
}

/// Puts on the project what is chosen, takes off it what is, or saves what differs in the rows.
pub(super) async fn change(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    SignedLong(fields): SignedLong,
) -> Response {
    let project = match project(&app, &console, &id).await {
        Ok(project) if project_access::may_manage(&console.actor, &console.model) => project,
        Ok(_) => return console.refuse(not_offered()),
        Err(cause) => return console.refuse(cause),
    };
    let done = match fields.get("deed") {
        Some("add") => assign(&app, &console, &project, (&fields, None)).await,
        Some("team") => assign(&app, &console, &project, (&fields, Some(true))).await,
        Some("remove") => revoke(&app, &console, &project, &fields).await,
        Some("save") => save(&app, &console, &project, &fields).await,
        _ => return console.refuse(Error::NotFound("page")),
    };
    match done {
        Ok(()) => Redirect::to(&format!("{}?said=project-access", path_of(project.id))).into_response(),
        Err(cause @ (Error::Conflict(_) | Error::Obstacle(_) | Error::Invalid { .. })) => {
            let (_, sentence) = words::problem(console.t, &cause);
            let form = list::form(&project.name, &project.description);
            match page(&app, &console, &project, (form, Some(sentence), Asked::default())).await {
                Ok(page) => (status(&cause), Page(page)).into_response(),
                Err(other) => console.refuse(other),
            }
        }
        Err(cause) => console.refuse(cause),
    }
}

pub(super) async fn ask_delete(State(app): State<App>, console: Console, Path(id): Path<String>) -> Response {
    let page = async {
        let project = project(&app, &console, &id).await?;
        if !may(&console, DELETE) {
            return Err(not_offered());
        }
        let size = projects::size(&app, &console.actor, &project).await?;
        Ok(DeletePage {
            shell: &console.shell,
            t: console.t,
            path: path_of(project.id),
            title: console.t.name("ask-delete-project", &project.name),
            text: console.t.count("ask-delete-project-text", size),
        })
    };
    console.answer(page.await)
}

pub(super) async fn delete(
    State(app): State<App>,
    console: Console,
    Path(id): Path<String>,
    Signed(_): Signed,
) -> Response {
    let done = async { projects::delete(&app, &console.actor, project_id(&id)?).await };
    match done.await {
        Ok(()) => Redirect::to(&format!("{LIST}?said=project-deleted")).into_response(),
        Err(cause) => console.refuse(cause),
    }
}

async fn assign(
    app: &App,
    console: &Console,
    project: &Project,
    (fields, as_team): (&Fields, Option<bool>),
) -> Result<(), Error> {
    let groups = fields.under("add-group-").filter_map(|it| Some(Subject::Group(it.parse::<GroupId>().ok()?)));
    let users = fields.under("add-user-").filter_map(|it| Some(Subject::User(it.parse::<UserId>().ok()?)));
    let teams = fields.under("add-team-").filter_map(|it| Some(Subject::Team(it.parse::<TeamId>().ok()?)));
    for subject in teams.chain(groups).chain(users.filter(|_| as_team.is_none())) {
        let grant = Grant { subject, access: None, as_team };
        project_access::assign(app, &console.actor, project.id, grant).await?;
    }
    Ok(())
}

async fn revoke(app: &App, console: &Console, project: &Project, fields: &Fields) -> Result<(), Error> {
    let chosen = fields.under("assignment-").filter_map(|it| it.split_once('.')?.1.parse::<AssignmentId>().ok());
    for id in chosen {
        project_access::revoke(app, &console.actor, (project.id, id)).await?;
    }
    Ok(())
}

async fn save(app: &App, console: &Console, project: &Project, fields: &Fields) -> Result<(), Error> {
    for (which, edit) in edits(fields).into_iter().filter(|it| it.0.0 == project.id) {
        project_access::change(app, &console.actor, which, edit).await?;
    }
    Ok(())
}

async fn page<'a>(
    app: &App,
    console: &'a Console,
    project: &Project,
    (form, problem, asked): (Described, Option<String>, Asked),
) -> Result<ProjectPage<'a>, Error> {
    let manages = project_access::may_manage(&console.actor, &console.model);
    let people = if manages { Some(people(app, console, project, asked).await?) } else { None };
    let own = if manages { None } else { own(app, console, project).await? };
    Ok(ProjectPage {
        shell: &console.shell,
        t: console.t,
        id: project.id.to_string(),
        path: path_of(project.id),
        name: project.name.clone(),
        description: project.description.clone(),
        may_delete: may(console, DELETE),
        form: may(console, UPDATE).then_some(form),
        problem,
        people,
        own,
    })
}

/// What the reader may do here, for those who see nobody else's access.
async fn own(app: &App, console: &Console, project: &Project) -> Result<Option<Verdict>, Error> {
    let own = console.caller.person.user.id;
    match project_access::of_user(app, &console.actor, (project.id, own), None).await {
        Ok(found) => Ok(Some(verdict(console, &found))),
        Err(Error::Denied(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

async fn people(app: &App, console: &Console, project: &Project, asked: Asked) -> Result<People, Error> {
    let (actor, path) = (&console.actor, path_of(project.id));
    let found = project_access::page(app, actor, project, (asked.after.as_deref(), Some(ROWS))).await?;
    let list = project_access::misconfigured(app, actor, project.org, &[project.id]).await?;
    let (offered, has_more) = offered(app, console, asked.name.trim()).await?;
    let next = found.next.map(|it| format!("{path}?after={it}"));
    Ok(People {
        lines: found.assignments.iter().map(|it| Line::of(console, it, &[])).collect(),
        first: asked.after.is_some().then_some(path),
        next,
        wrongs: wrongs(console.t, list),
        search: asked.name,
        offered,
        has_more,
        found: who(app, console, project, asked.who.trim()).await?,
        who: asked.who,
    })
}

/// The access of somebody who was asked about by user name; whoever is not there has none.
async fn who(app: &App, console: &Console, project: &Project, name: &str) -> Result<Option<Verdict>, Error> {
    if name.is_empty() {
        return Ok(None);
    }
    let t = console.t;
    let nobody = |sentence: &str| Verdict {
        name: name.to_owned(),
        path: None,
        sentence: t.say(sentence),
        through: Vec::new(),
        wrong: Vec::new(),
    };
    let id = match users::by_name(app, &console.actor, project.org, name).await {
        Ok(person) => person.user.id,
        Err(Error::NotFound(_)) => return Ok(Some(nobody("access-nobody"))),
        Err(Error::Denied(_)) => return Ok(None),
        Err(other) => return Err(other),
    };
    let found = project_access::of_user(app, &console.actor, (project.id, id), None).await?;
    Ok(Some(verdict(console, &found)))
}

fn verdict(console: &Console, it: &UserAccess) -> Verdict {
    let t = console.t;
    let through = it.ways.iter().map(|(named, counts)| {
        let key = match (named.assignment.as_team, counts) {
            (true, true) => "through-team",
            (true, false) => "through-second-team",
            (false, _) => "through-way",
        };
        let kind = super::kind(t, named.assignment.subject);
        t.with(
            key,
            &[("kind", crate::web::texts::Part::Words(&kind)), ("name", crate::web::texts::Part::Name(named.called()))],
        )
    });
    Verdict {
        name: it.user.display_name.clone(),
        path: may(console, "users:read").then(|| user_path(it.user.id)),
        sentence: decision(t, &it.decision),
        through: through.collect(),
        wrong: it.misconfigurations.iter().map(|what| misconfiguration(t, *what)).collect(),
    }
}

/// The groups and the people that a search finds, as far as the reader may see them.
async fn offered(app: &App, console: &Console, search: &str) -> Result<(Vec<Offer>, bool), Error> {
    let (actor, org, t) = (&console.actor, console.org(), console.t);
    let name = Some(search.to_owned()).filter(|it| !it.is_empty());
    let (mut offers, mut has_more) = (Vec::new(), false);
    if may(console, READ_GROUPS) {
        let query = GroupQuery { name: name.clone(), after: None, limit: Some(OFFERED) };
        let found = groups::page(app, actor, org, &query).await?;
        has_more |= found.next.is_some();
        offers.extend(found.entries.into_iter().map(|it| Offer {
            field: format!("add-group-{}", it.group.id),
            name: it.group.display_name,
            kind: t.say("kind-group"),
        }));
    }
    if may(console, READ_TEAMS) {
        let (found, more) = teams_named(app, console, search).await?;
        has_more |= more;
        offers.extend(found.into_iter().map(|it| Offer {
            field: format!("add-team-{}", it.id),
            name: it.name,
            kind: t.say("kind-team"),
        }));
    }
    if may(console, "users:list") && name.is_some() {
        let (people, more) = found(app, console, (search, vec![Status::Active, Status::Pending], OFFERED)).await?;
        has_more |= more;
        offers.extend(people.into_iter().map(|it| Offer {
            field: format!("add-user-{}", it.id),
            name: it.display_name,
            kind: t.say("kind-user"),
        }));
    }
    Ok((offers, has_more))
}

/// The teams with this in their names, as far as a page goes, and whether there are more.
async fn teams_named(app: &App, console: &Console, search: &str) -> Result<(Vec<Team>, bool), Error> {
    let wanted = fold(search);
    let all = teams::list(app, &console.actor, console.org()).await?;
    let mut found: Vec<Team> =
        all.into_iter().map(|it| it.team).filter(|it| fold(&it.name).contains(&wanted)).collect();
    let most = usize::try_from(OFFERED).unwrap_or(usize::MAX);
    let has_more = found.len() > most;
    found.truncate(most);
    Ok((found, has_more))
}

async fn project(app: &App, console: &Console, id: &str) -> Result<Project, Error> {
    projects::show(app, &console.actor, project_id(id)?).await
}
