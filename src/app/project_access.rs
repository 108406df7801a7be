//! Who is on a project, through what, and what that lets somebody do.
//!
//! **Invariant:** who is on a project is seen and decided by those who may manage access to projects; everybody sees their
//! own access.
//! **Invariant:** whoever is deactivated keeps the assignments and has no access by them until they are active again.

use std::collections::{HashMap, HashSet};

use crate::app::project_teams::{stand, stand_down};
use crate::app::projects::{begin, checked_limit, target};
use crate::app::users::{self as people, Person};
use crate::app::{App, cursor, projects as deeds};
use crate::domain::id::{AssignmentId, GroupId, OrgId, ProjectId, TeamId, UserId};
use crate::domain::policy::{Action, Actor, Change};
use crate::domain::project::{LIST, MANAGE, Standing, counts, decide, refusal};
use crate::domain::role::{Permission, RoleModel};
use crate::domain::user::{Status, User};
use crate::domain::{Conflict, Error, Flaw, Timestamp};
use crate::store::project_teams::{self as places, Scope};
use crate::store::{Reader, Tx, group_list, groups, project_list, projects, teams, users};

pub use crate::domain::project::{Assignment, Decision, Limit, Misconfiguration, Project, Refusal, Subject};
pub use crate::domain::role::Access;

/// So many of those who are misconfigured are listed.
pub const MISCONFIGURED_MAX: usize = 100;

/// So many are looked up by one statement.
const AT_ONCE: usize = 500;

/// What is to be put on a project.
#[derive(Debug, Clone, Copy)]
pub struct Grant {
    /// Who or what.
    pub subject: Subject,
    /// What it lets its people do; what the role model says when nobody does.
    pub access: Option<Access>,
    /// True when its people are to be a team there.
    pub as_team: Option<bool>,
}

/// What is to be different about an assignment; what is left out stays as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct AssignmentEdit {
    /// What it lets its people do.
    pub access: Option<Access>,
    /// True when its people are to be a team there.
    pub as_team: Option<bool>,
}

/// An assignment under the name of what is assigned.
#[derive(Debug, Clone)]
pub struct Named {
    /// The assignment.
    pub assignment: Assignment,
    /// What the user, group or team is called; of a user, the user name.
    pub name: String,
    /// The name of a person, where it is another one.
    pub person: Option<String>,
}

impl Named {
    /// What people call it.
    pub fn called(&self) -> &str {
        self.person.as_deref().unwrap_or(&self.name)
    }
}

/// A page of the assignments of a project.
#[derive(Debug, Clone)]
pub struct AssignmentPage {
    /// The assignments, the oldest first.
    pub assignments: Vec<Named>,
    /// Where the next page begins, when there is one.
    pub next: Option<String>,
}

/// What a user may do in a project, and why.
#[derive(Debug, Clone)]
pub struct UserAccess {
    /// The user.
    pub user: User,
    /// What the project says.
    pub decision: Decision,
    /// Everything that the user is on the project through, and whether it counts.
    pub ways: Vec<(Named, bool)>,
    /// The one of them that is the user's team there.
    pub team: Option<AssignmentId>,
    /// What is wrong with it.
    pub misconfigurations: Vec<Misconfiguration>,
    /// The permission that was asked about, and why it is not open.
    pub asked: Option<(String, Option<&'static str>)>,
}

/// Somebody who is not on a project as the role model wants it.
#[derive(Debug, Clone)]
pub struct Misconfigured {
    /// The project.
    pub project: Project,
    /// The user.
    pub user: User,
    /// What is wrong.
    pub what: Misconfiguration,
}

/// The first of those who are misconfigured.
#[derive(Debug, Clone, Default)]
pub struct MisconfiguredList {
    /// Who it is.
    pub people: Vec<Misconfigured>,
    /// True when there are more.
    pub has_more: bool,
}

/// True for somebody who may see and decide who is on projects.
pub fn may_manage(actor: &Actor, model: &RoleModel) -> bool {
    actor.may(model, MANAGE).is_ok()
}

/// Puts a user, a group or a team on a project.
pub async fn assign(app: &App, actor: &Actor, project: ProjectId, grant: Grant) -> Result<Named, Error> {
    let as_team = grant.subject.stands_as_team(grant.as_team)?;
    let (tx, project) = begin(app, actor, project).await?;
    let access = grant.access.unwrap_or(tx.roles()?.settings().access_default);
    let found = name_of(&*tx, tx.org, grant.subject).await;
    let name = found.as_ref().map(|it| it.0.clone()).unwrap_or_default();
    let action = Action::GrantProjectAccess { subject: grant.subject, name, access, as_team };
    let (tx, permit) = app.ask(tx, actor, action, target(&project)).await?;
    let (name, person) = found?;
    may_come(&*tx, tx.org, grant.subject).await?;
    let id = AssignmentId::new();
    let made = Assignment { id, project: project.id, subject: grant.subject, access, as_team, since: tx.now };
    projects::assign(&tx, &made).await?;
    if as_team {
        stand(&tx, &made).await?;
    }
    tx.commit(permit).await?;
    Ok(Named { assignment: made, name, person })
}

/// Gives an assignment other access, or makes it a team or no team.
pub async fn change(
    app: &App,
    actor: &Actor,
    (project, id): (ProjectId, AssignmentId),
    edit: AssignmentEdit,
) -> Result<Named, Error> {
    let (tx, project) = begin(app, actor, project).await?;
    let before = assignment(&tx, actor, (project.id, id)).await?;
    let (name, person) = name_of(&*tx, tx.org, before.subject).await?;
    let after = Assignment {
        access: edit.access.unwrap_or(before.access),
        as_team: before.subject.stands_as_team(Some(edit.as_team.unwrap_or(before.as_team)))?,
        ..before.clone()
    };
    let changes = changes(&before, &after);
    let action = Action::ChangeProjectAccess { subject: before.subject, name: name.clone(), changes };
    let (tx, permit) = app.ask(tx, actor, action, target(&project)).await?;
    if before == after {
        return Ok(Named { assignment: before, name, person });
    }
    projects::reassign(&tx, &after).await?;
    match (before.as_team, after.as_team) {
        (false, true) => stand(&tx, &after).await?,
        (true, false) => stand_down(&tx, &after).await?,
        (true, true) | (false, false) => {}
    }
    tx.commit(permit).await?;
    Ok(Named { assignment: after, name, person })
}

/// Takes a user, a group or a team off a project.
pub async fn revoke(app: &App, actor: &Actor, (project, id): (ProjectId, AssignmentId)) -> Result<Named, Error> {
    let (tx, project) = begin(app, actor, project).await?;
    let assignment = assignment(&tx, actor, (project.id, id)).await?;
    let (name, person) = name_of(&*tx, tx.org, assignment.subject).await?;
    let action = Action::RevokeProjectAccess { subject: assignment.subject, name: name.clone() };
    let (tx, permit) = app.ask(tx, actor, action, target(&project)).await?;
    projects::unassign(&tx, id).await?;
    if assignment.as_team {
        stand_down(&tx, &assignment).await?;
    }
    tx.commit(permit).await?;
    Ok(Named { assignment, name, person })
}

/// How this user, group or team is on a project.
pub async fn find(app: &App, actor: &Actor, project: &Project, subject: Subject) -> Result<Named, Error> {
    may_see(app, actor, project.org).await?;
    let db = app.store.reader();
    let found = projects::assignment_of(db, project.org, (project.id, subject)).await?;
    let assignment = found.ok_or(Error::NotFound("assignment"))?;
    let (name, person) = name_of(db, project.org, subject).await?;
    Ok(Named { assignment, name, person })
}

/// One page of who and what is on a project, the oldest first.
pub async fn page(
    app: &App,
    actor: &Actor,
    project: &Project,
    (after, limit): (Option<&str>, Option<u64>),
) -> Result<AssignmentPage, Error> {
    may_see(app, actor, project.org).await?;
    let limit = checked_limit(limit)?;
    let list = format!("project.{}", project.id);
    let place: Option<(Timestamp, AssignmentId)> =
        after.map(|it| cursor::read(app, (&list, project.org), ("cursor", it))).transpose()?;
    let db = app.store.reader();
    let mut found = project_list::page(db, project.org, (project.id, place), limit.saturating_add(1)).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > size;
    found.truncate(size);
    let last = found.last().filter(|_| has_more).map(|it| (it.since, it.id));
    let next = last.map(|at| cursor::write(app, (&list, project.org), &at)).transpose()?;
    Ok(AssignmentPage { assignments: named(db, project.org, found).await?, next })
}

/// The first few of who and what is on each of these projects, and how many there are.
pub async fn trees(
    app: &App,
    actor: &Actor,
    (org, of): (OrgId, &[ProjectId]),
    most: u64,
) -> Result<HashMap<ProjectId, (Vec<Named>, u64)>, Error> {
    may_see(app, actor, org).await?;
    let db = app.store.reader();
    let sizes = projects::sizes(db, org, of).await?;
    let found = project_list::first_of_each(db, org, of, most).await?;
    let mut trees: HashMap<ProjectId, (Vec<Named>, u64)> =
        sizes.into_iter().map(|(id, size)| (id, (Vec::new(), size))).collect();
    for it in named(db, org, found).await? {
        trees.entry(it.assignment.project).or_default().0.push(it);
    }
    Ok(trees)
}

/// The first few members of each of these groups, by name.
pub async fn members(
    app: &App,
    actor: &Actor,
    (org, of): (OrgId, &[GroupId]),
    most: u64,
) -> Result<HashMap<GroupId, Vec<User>>, Error> {
    may_see(app, actor, org).await?;
    let db = app.store.reader();
    let found = project_list::members_of_each(db, org, of, most).await?;
    let ids: Vec<UserId> = found.iter().map(|it| it.1).collect();
    let known: HashMap<UserId, User> = by_id(db, org, ids).await?;
    let mut members: HashMap<GroupId, Vec<User>> = HashMap::new();
    for (group, user) in found {
        members.entry(group).or_default().extend(known.get(&user).cloned());
    }
    Ok(members)
}

/// What a user may do in a project, for whoever may manage access, or of oneself.
pub async fn of_user(
    app: &App,
    actor: &Actor,
    (project, user): (ProjectId, UserId),
    permission: Option<&str>,
) -> Result<UserAccess, Error> {
    let wanted =
        permission.map(|text| text.parse::<Permission>().map_err(|_| Error::invalid("permission", Flaw::Permission)));
    let wanted = wanted.transpose()?;
    let project = deeds::show(app, actor, project).await?;
    let (_, model) = app.store.organisation(project.org).await?;
    let is_own = actor.id() == Some(user.to_string());
    actor.may(&model, if is_own { LIST } else { MANAGE })?;
    let db = app.store.reader();
    let person = people::person(app, users::get(db, project.org, user).await?).await?;
    let standing = standing(db, &model, (&project, &person)).await?;
    let decision = decide(model.settings(), &standing);
    let asked = wanted.map(|it| (it.to_string(), refusal(&decision, &person.effective, &model, &it)));
    let counting: Vec<bool> = standing.ways.iter().map(|way| counts(model.settings(), &standing, way)).collect();
    let misconfigurations = misconfigurations(&model, &standing, &counting);
    let ways = named(db, project.org, standing.ways).await?.into_iter().zip(counting).collect();
    Ok(UserAccess { user: person.user, decision, ways, team: standing.team, misconfigurations, asked })
}

/// A way in which somebody is on a project.
#[derive(Debug, Clone)]
pub struct WayOn {
    /// The user.
    pub user: UserId,
    /// The name of the project.
    pub project: String,
    /// The assignment, under the name of what is assigned.
    pub through: Named,
    /// True where it is the user's team there.
    pub is_team: bool,
}

/// Every way in which these users are on projects, for somebody who may manage access.
pub(super) async fn ways_on(app: &App, actor: &Actor, org: OrgId, people: &[UserId]) -> Result<Vec<WayOn>, Error> {
    may_see(app, actor, org).await?;
    let db = app.store.reader();
    let ways = places::ways_of_each(db, org, people).await?;
    let places: HashSet<(UserId, AssignmentId)> = places::teams_of_each(db, org, people).await?.into_iter().collect();
    let ids: HashSet<AssignmentId> = ways.iter().map(|it| it.1).collect();
    let mut known: HashMap<AssignmentId, Named> = HashMap::new();
    for some in ids.into_iter().collect::<Vec<_>>().chunks(AT_ONCE) {
        let found = named(db, org, project_list::among(db, org, some).await?).await?;
        known.extend(found.into_iter().map(|it| (it.assignment.id, it)));
    }
    let projects: HashSet<ProjectId> = known.values().map(|it| it.assignment.project).collect();
    let mut names: HashMap<ProjectId, String> = HashMap::new();
    for some in projects.into_iter().collect::<Vec<_>>().chunks(AT_ONCE) {
        names.extend(projects::among(db, org, some).await?.into_iter().map(|it| (it.id, it.name)));
    }
    let told = ways.into_iter().filter_map(|(user, id)| {
        let through = known.get(&id)?.clone();
        let project = names.get(&through.assignment.project)?.clone();
        Some(WayOn { user, project, is_team: places.contains(&(user, id)), through })
    });
    Ok(told.collect())
}

/// The first of those who are not on these projects as the role model wants it; on any project when none is named.
pub async fn misconfigured(app: &App, actor: &Actor, org: OrgId, of: &[ProjectId]) -> Result<MisconfiguredList, Error> {
    may_see(app, actor, org).await?;
    let (_, model) = app.store.organisation(org).await?;
    let (db, settings) = (app.store.reader(), model.settings());
    let scope = if of.is_empty() { Scope::Everywhere } else { Scope::Projects(of) };
    let most = u64::try_from(MISCONFIGURED_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut found: Vec<(ProjectId, UserId, Misconfiguration)> = Vec::new();
    if settings.require_team {
        let alone = places::without_team(db, org, scope, most).await?;
        found.extend(alone.into_iter().map(|(project, user)| (project, user, Misconfiguration::NoTeam)));
    }
    if settings.one_team_per_project {
        let twice = places::clashes(db, org, (scope, &[]), most).await?;
        found.extend(twice.into_iter().map(|it| (it.project, it.user, Misconfiguration::SecondTeam)));
    }
    let has_more = found.len() > MISCONFIGURED_MAX;
    found.truncate(MISCONFIGURED_MAX);
    let known = by_id(db, org, found.iter().map(|it| it.1).collect()).await?;
    let ids: Vec<ProjectId> = found.iter().map(|it| it.0).collect();
    let projects: HashMap<ProjectId, Project> =
        projects::among(db, org, &ids).await?.into_iter().map(|it| (it.id, it)).collect();
    let people = found.into_iter().filter_map(|(project, user, what)| {
        Some(Misconfigured { project: projects.get(&project)?.clone(), user: known.get(&user)?.clone(), what })
    });
    Ok(MisconfiguredList { people: people.collect(), has_more })
}

/// What a project lets somebody do.
pub(super) async fn decision(
    db: &impl Reader,
    model: &RoleModel,
    (project, person): (&Project, &Person),
) -> Result<Decision, Error> {
    Ok(decide(model.settings(), &standing(db, model, (project, person)).await?))
}

async fn standing(
    db: &impl Reader,
    model: &RoleModel,
    (project, person): (&Project, &Person),
) -> Result<Standing, Error> {
    let (org, on) = (project.org, (project.id, person.user.id));
    let ways = places::ways_of(db, org, on).await?;
    Ok(Standing {
        is_active: person.user.is_active(),
        is_reader: person.effective.is_reader(model),
        ways: if ways.is_empty() { Vec::new() } else { project_list::among(db, org, &ways).await? },
        team: places::team_of(db, org, on).await?,
    })
}

fn misconfigurations(model: &RoleModel, standing: &Standing, counting: &[bool]) -> Vec<Misconfiguration> {
    let no_team = model.settings().require_team && standing.team.is_none() && !standing.ways.is_empty();
    let second = counting.iter().any(|counts| !counts);
    let all = [(no_team, Misconfiguration::NoTeam), (second, Misconfiguration::SecondTeam)];
    all.into_iter().filter_map(|(holds, what)| holds.then_some(what)).collect()
}

fn changes(before: &Assignment, after: &Assignment) -> Vec<Change> {
    let mut changes = Vec::new();
    if before.access != after.access {
        changes.push(Change::new("access", Some(before.access.word().into()), Some(after.access.word().into())));
    }
    if before.as_team != after.as_team {
        changes.push(Change::new("as_team", Some(before.as_team.into()), Some(after.as_team.into())));
    }
    changes
}

async fn may_see(app: &App, actor: &Actor, org: OrgId) -> Result<(), Error> {
    if actor.org().is_some_and(|own| own != org) {
        return Err(Error::NotFound("project"));
    }
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, MANAGE)
}

/// What is on a project, for somebody who may decide that; whoever may not does not learn whether it is.
async fn assignment(tx: &Tx, actor: &Actor, which: (ProjectId, AssignmentId)) -> Result<Assignment, Error> {
    match projects::assignment(&**tx, tx.org, which).await {
        Err(missing @ Error::NotFound(_)) => actor.may(tx.roles()?, MANAGE).and(Err(missing)),
        found => found,
    }
}

/// Whoever is deactivated is not put on anything.
async fn may_come(db: &impl Reader, org: OrgId, subject: Subject) -> Result<(), Error> {
    match subject {
        Subject::User(id) if users::get(db, org, id).await?.status == Status::Deactivated => {
            Err(Conflict::Deactivated.into())
        }
        Subject::User(_) | Subject::Group(_) | Subject::Team(_) => Ok(()),
    }
}

/// What somebody or something of the organisation is called; with the name of the person behind a user name.
async fn name_of(db: &impl Reader, org: OrgId, subject: Subject) -> Result<(String, Option<String>), Error> {
    match subject {
        Subject::User(id) => Ok(names_of(users::get(db, org, id).await?)),
        Subject::Group(id) => Ok((groups::get(db, org, id).await?.display_name, None)),
        Subject::Team(id) => Ok((teams::get(db, org, id).await?.name, None)),
    }
}

fn names_of(user: User) -> (String, Option<String>) {
    let person = (user.display_name != user.user_name).then_some(user.display_name);
    (user.user_name, person)
}

/// The assignments under the names of now, each kind read in one statement.
async fn named(db: &impl Reader, org: OrgId, all: Vec<Assignment>) -> Result<Vec<Named>, Error> {
    let (mut users_of, mut groups_of, mut teams_of) = (Vec::new(), Vec::new(), Vec::<TeamId>::new());
    for it in &all {
        match it.subject {
            Subject::User(id) => users_of.push(id),
            Subject::Group(id) => groups_of.push(id),
            Subject::Team(id) => teams_of.push(id),
        }
    }
    let mut names: HashMap<Subject, (String, Option<String>)> = HashMap::new();
    names.extend(by_id(db, org, users_of).await?.into_iter().map(|(id, it)| (Subject::User(id), names_of(it))));
    if !groups_of.is_empty() {
        let found = group_list::among(db, org, &groups_of).await?;
        names.extend(found.into_iter().map(|it| (Subject::Group(it.id), (it.display_name, None))));
    }
    if !teams_of.is_empty() {
        let found = teams::among(db, org, &teams_of).await?;
        names.extend(found.into_iter().map(|it| (Subject::Team(it.id), (it.name, None))));
    }
    let with_name = |assignment: Assignment| {
        let (name, person) = names.get(&assignment.subject).cloned().unwrap_or_default();
        Named { assignment, name, person }
    };
    Ok(all.into_iter().map(with_name).collect())
}

async fn by_id(db: &impl Reader, org: OrgId, mut ids: Vec<UserId>) -> Result<HashMap<UserId, User>, Error> {
    ids.sort_unstable();
    ids.dedup();
    Ok(users::list_by_ids(db, org, &ids).await?.into_iter().map(|it| (it.id, it)).collect())
}
