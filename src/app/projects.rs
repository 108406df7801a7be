//! Projects: made, named, described and deleted.
//!
//! **Invariant:** whoever sees projects sees which there are; who is on them is for those who decide it, see
//! [`super::project_access`].

use crate::app::{App, cursor};
use crate::domain::id::{OrgId, ProjectId};
use crate::domain::policy::{Action, Actor, Change, Target};
use crate::domain::project::check;
use crate::domain::role::RoleModel;
use crate::domain::text::{check_search, fold};
use crate::domain::{Conflict, Error, Flaw};
use crate::store::{Tx, project_teams, projects, resources};

use crate::domain::project::COUNT_MAX;
pub use crate::domain::project::{CREATE, DELETE, DESCRIPTION_MAX, LIST, MANAGE, NAME_MAX, Project, UPDATE};

/// How many projects a page has when nobody said.
pub const LIMIT_DEFAULT: u64 = 100;
/// How many projects a page has at most.
pub const LIMIT_MAX: u64 = 1_000;

/// Which projects, and from where on.
#[derive(Debug, Clone, Default)]
pub struct ProjectQuery {
    /// This text somewhere in the name.
    pub name: Option<String>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// How many at most; the usual number without it.
    pub limit: Option<u64>,
}

/// A page of the projects.
#[derive(Debug, Clone)]
pub struct ProjectPage {
    /// The projects, by name.
    pub projects: Vec<Project>,
    /// Where the next page begins, when there is one.
    pub next: Option<String>,
}

/// What is to be different; what is left out stays as it is.
#[derive(Debug, Clone, Default)]
pub struct ProjectEdit {
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}

/// True for somebody who may see which projects there are.
pub fn may_list(actor: &Actor, model: &RoleModel) -> bool {
    [LIST, MANAGE].into_iter().any(|permission| actor.may(model, permission).is_ok())
}

/// One page of the projects of an organisation.
pub async fn page(app: &App, actor: &Actor, org: OrgId, query: &ProjectQuery) -> Result<ProjectPage, Error> {
    may_read(app, actor, org).await?;
    query.name.as_deref().map(|it| check_search("name", it)).transpose()?;
    let limit = checked_limit(query.limit)?;
    let after: Option<String> =
        query.after.as_deref().map(|it| cursor::read(app, ("projects", org), ("cursor", it))).transpose()?;
    let of = (query.name.as_deref().filter(|it| !it.is_empty()), after.as_deref());
    let mut found = projects::page(app.store.reader(), org, of, limit.saturating_add(1)).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > size;
    found.truncate(size);
    let last = found.last().filter(|_| has_more).map(|it| fold(&it.name));
    let next = last.map(|key| cursor::write(app, ("projects", org), &key)).transpose()?;
    Ok(ProjectPage { projects: found, next })
}

/// A project, for somebody who may see it.
pub async fn show(app: &App, actor: &Actor, id: ProjectId) -> Result<Project, Error> {
    let org = org_of(app, actor, id).await?;
    may_read(app, actor, org).await?;
    projects::get(app.store.reader(), org, id).await
}

/// The project of an organisation with this name in any spelling.
pub async fn by_name(app: &App, actor: &Actor, org: OrgId, name: &str) -> Result<Project, Error> {
    may_read(app, actor, org).await?;
    projects::find_by_name(app.store.reader(), org, name).await?.ok_or(Error::NotFound("project"))
}

/// How many users, groups and teams are on a project.
pub async fn size(app: &App, actor: &Actor, project: &Project) -> Result<u64, Error> {
    may_read(app, actor, project.org).await?;
    let sizes = projects::sizes(app.store.reader(), project.org, &[project.id]).await?;
    Ok(sizes.get(&project.id).copied().unwrap_or(0))
}

/// Makes a project that nobody is on yet.
pub async fn create(app: &App, actor: &Actor, org: OrgId, (name, description): (&str, &str)) -> Result<Project, Error> {
    let name = name.trim();
    check(name, description)?;
    let tx = app.begin(org).await?;
    let made = Project {
        id: ProjectId::new(),
        org,
        name: name.to_owned(),
        description: description.to_owned(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    let (tx, permit) = app.ask(tx, actor, Action::CreateProject, target(&made)).await?;
    if projects::count(&*tx, org).await? >= COUNT_MAX {
        return Err(Conflict::TooMany.into());
    }
    projects::insert(&tx, &made).await?;
    tx.commit(permit).await?;
    Ok(made)
}

/// Gives a project another name or description; who is on it stays.
pub async fn update(app: &App, actor: &Actor, id: ProjectId, edit: ProjectEdit) -> Result<Project, Error> {
    let (tx, before) = begin(app, actor, id).await?;
    let after = Project {
        name: edit.name.map_or_else(|| before.name.clone(), |name| name.trim().to_owned()),
        description: edit.description.unwrap_or_else(|| before.description.clone()),
        updated_at: tx.now,
        ..before.clone()
    };
    check(&after.name, &after.description)?;
    let changes = changes(&before, &after);
    let is_same = changes.is_empty();
    let (tx, permit) = app.ask(tx, actor, Action::UpdateProject { changes }, target(&before)).await?;
    if is_same {
        return Ok(before);
    }
    projects::update(&tx, &after).await?;
    tx.commit(permit).await?;
    Ok(after)
}

/// Deletes a project; whoever was on it is on it no more, and stays otherwise.
pub async fn delete(app: &App, actor: &Actor, id: ProjectId) -> Result<(), Error> {
    let (tx, project) = begin(app, actor, id).await?;
    let assignments = projects::sizes(&*tx, tx.org, &[id]).await?.get(&id).copied().unwrap_or(0);
    let (tx, permit) = app.ask(tx, actor, Action::DeleteProject { assignments }, target(&project)).await?;
    project_teams::empty_project(&tx, id).await?;
    resources::leave_project(&tx, id).await?;
    projects::delete(&tx, id).await?;
    tx.commit(permit).await
}

/// The project as the target of a deed.
pub(crate) fn target(project: &Project) -> Target {
    Target::Project { org: project.org, id: project.id, label: project.name.clone() }
}

/// Begins a unit on the organisation of a project, and reads the project inside it.
pub(crate) async fn begin(app: &App, actor: &Actor, id: ProjectId) -> Result<(Tx, Project), Error> {
    let org = org_of(app, actor, id).await?;
    let tx = app.begin(org).await?;
    let project = projects::get(&*tx, org, id).await?;
    Ok((tx, project))
}

fn changes(before: &Project, after: &Project) -> Vec<Change> {
    let values = [("name", &before.name, &after.name), ("description", &before.description, &after.description)];
    let differing = values.into_iter().filter(|(_, old, new)| old != new);
    differing.map(|(path, old, new)| Change::new(path, Some(old.as_str().into()), Some(new.as_str().into()))).collect()
}

async fn may_read(app: &App, actor: &Actor, org: OrgId) -> Result<(), Error> {
    if actor.org().is_some_and(|own| own != org) {
        return Err(Error::NotFound("project"));
    }
    let (_, model) = app.store.organisation(org).await?;
    if may_list(actor, &model) { Ok(()) } else { actor.may(&model, LIST) }
}

async fn org_of(app: &App, actor: &Actor, id: ProjectId) -> Result<OrgId, Error> {
    match actor.org() {
        Some(own) => Ok(own),
        None => projects::find_org(app.store.reader(), id).await?.ok_or(Error::NotFound("project")),
    }
}

/// How many to a page, as somebody asks.
pub(crate) fn checked_limit(limit: Option<u64>) -> Result<u64, Error> {
    let limit = limit.unwrap_or(LIMIT_DEFAULT);
    let problem = || Error::invalid("limit", Flaw::NotBetween { from: 1, to: LIMIT_MAX });
    if (1..=LIMIT_MAX).contains(&limit) { Ok(limit) } else { Err(problem()) }
}
