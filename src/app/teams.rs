//! Teams: made, described, joined, left and deleted.
//!
//! **Invariant:** only somebody active is put on a team by hand; whoever is deactivated later stays on it, and whoever is
//! removed or erased does not.
//! **Invariant:** a team gives no role; it puts its people on the projects that it is on, and nowhere else.
//! **Invariant:** whoever leads a team is on it, and sees, describes and fills that team alone.

use crate::app::project_teams::{self, Second};
use crate::app::users::Person;
use crate::app::{App, membership};
use crate::domain::id::{OrgId, TeamId, UserId};
use crate::domain::obstacle::Obstacle;
use crate::domain::policy::{Action, Actor, Change, Permit, Target};
use crate::domain::project::Subject;
use crate::domain::role::RoleModel;
use crate::domain::share::Sharee;
use crate::domain::team::{check, quota};
use crate::domain::text::fold;
use crate::domain::user::User;
use crate::domain::{Error, Flaw, Timestamp};
use crate::store::{Reader, Tx, projects, shares, teams, users};

pub use crate::domain::team::quota::{AMOUNT_MAX, Amounts, Excess, Quota};
pub use crate::domain::team::{DESCRIPTION_MAX, MANAGE, MANAGE_MEMBERS, MANAGE_QUOTAS, NAME_MAX, READ, Team};

/// So many people are put on a team or taken off it at once.
pub const AT_ONCE_MAX: usize = 1_000;
/// Saying who is on a team, whoever it is.
const JOINING: Action = Action::ChangeTeamMembers { added: Vec::new(), removed: Vec::new(), lead: None };
/// So many of the projects that a team is on are named.
const PROJECTS_NAMED: u64 = 20;

/// What a new team starts with.
#[derive(Debug, Clone, Default)]
pub struct NewTeam {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Who is on it.
    pub members: Vec<UserId>,
    /// Who of them leads it.
    pub lead: Option<UserId>,
    /// How much its people may use.
    pub quotas: Amounts,
}

/// What is to be different; what is left out stays as it is.
#[derive(Debug, Clone, Default)]
pub struct TeamEdit {
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Who leads it; `Some(None)` for nobody.
    pub lead: Option<Option<UserId>>,
    /// How much its people may use.
    pub quotas: Option<Amounts>,
}

/// A team and how many people are on it.
#[derive(Debug, Clone)]
pub struct Sized {
    /// The team.
    pub team: Team,
    /// How many people are on it.
    pub members: u64,
}

/// Every team of an organisation, by name.
pub async fn list(app: &App, actor: &Actor, org: OrgId) -> Result<Vec<Sized>, Error> {
    let db = app.store.reader();
    let visible = match may_read(app, actor, org).await {
        Ok(()) => teams::list(db, org).await?,
        Err(refusal) => Some(led_by(app, actor, org).await?).filter(|it| !it.is_empty()).ok_or(refusal)?,
    };
    let sizes = teams::sizes(db, org).await?;
    let sized = |team: Team| Sized { members: sizes.get(&team.id).copied().unwrap_or(0), team };
    Ok(visible.into_iter().map(sized).collect())
}

/// True for somebody who has a team to see here: any, or one that they lead.
pub async fn may_list(app: &App, actor: &Actor, model: &RoleModel) -> Result<bool, Error> {
    match actor.org() {
        _ if actor.may(model, READ).is_ok() => Ok(true),
        Some(org) => Ok(!led_by(app, actor, org).await?.is_empty()),
        None => Ok(false),
    }
}

/// A team, for somebody who may see it.
pub async fn show(app: &App, actor: &Actor, id: TeamId) -> Result<Team, Error> {
    seen(app, actor, id, &[READ]).await
}

/// A team, for somebody who has one of these permissions, or leads it.
pub(super) async fn seen(app: &App, actor: &Actor, id: TeamId, with: &[&str]) -> Result<Team, Error> {
    let org = org_of_team(app, actor, id).await?;
    let (_, model) = app.store.organisation(org).await?;
    let found = teams::get(app.store.reader(), org, id).await;
    match with.iter().map(|it| actor.may(&model, it)).reduce(Result::or) {
        Some(Err(refusal)) => found.ok().filter(|it| leads(actor, it)).ok_or(refusal),
        Some(Ok(())) | None => found,
    }
}

/// The team of an organisation with this name in any spelling.
pub async fn by_name(app: &App, actor: &Actor, org: OrgId, name: &str) -> Result<Team, Error> {
    may_read(app, actor, org).await?;
    teams::find_by_name(app.store.reader(), org, name).await?.ok_or(Error::NotFound("team"))
}

/// Who is on a team, by user name.
pub async fn members(app: &App, actor: &Actor, team: &Team) -> Result<Vec<User>, Error> {
    if !leads(actor, team) {
        may_read(app, actor, team.org).await?;
    }
    people_of(app.store.reader(), team).await
}

async fn people_of(db: &impl Reader, team: &Team) -> Result<Vec<User>, Error> {
    let ids = teams::members(db, team.org, team.id).await?;
    let mut people = users::list_by_ids(db, team.org, &ids).await?;
    people.sort_by_cached_key(|it| fold(&it.display_name));
    Ok(people)
}

/// The teams that a user is on, by name.
pub async fn of_user(app: &App, person: &Person) -> Result<Vec<Team>, Error> {
    teams::of_user(app.store.reader(), person.user.org, person.user.id).await
}

/// Makes a team.
pub async fn create(app: &App, actor: &Actor, org: OrgId, new: NewTeam) -> Result<Team, Error> {
    check(&new.name, &new.description)?;
    check_size(new.members.len())?;
    let tx = app.begin(org).await?;
    let bare = bare(org, &new, tx.now);
    let team = Team { lead: new.lead, quotas: new.quotas, ..bare.clone() };
    let mut all = vec![Action::CreateTeam];
    all.extend(deeds(&bare, &team));
    let (mut tx, mut permits) = ask_all(app, tx, actor, &bare, all).await?;
    teams::insert(&tx, &team).await?;
    if !new.members.is_empty() {
        let (kept, permit) = change_members_in(app, tx, actor, &bare, (new.members, Vec::new())).await?;
        tx = kept;
        permits.extend(permit);
    }
    is_on_it(&tx, &bare, &team).await?;
    tx.commit_all(permits).await?;
    Ok(team)
}

/// Gives a team another name or description, another lead, or other quotas.
pub async fn update(app: &App, actor: &Actor, id: TeamId, edit: TeamEdit) -> Result<Team, Error> {
    let org = org_of_team(app, actor, id).await?;
    let tx = app.begin(org).await?;
    let before = teams::get(&*tx, org, id).await?;
    // What is to be as it is already is asked for as well, each part by those who may change it.
    let asked = match (&edit.lead, &edit.quotas) {
        (Some(to), _) => Action::ChangeTeamLead { from: before.lead, to: *to },
        (None, Some(_)) => Action::ChangeTeamQuotas { changes: Vec::new() },
        (None, None) => Action::UpdateTeam { changes: Vec::new() },
    };
    let after = Team {
        name: edit.name.unwrap_or_else(|| before.name.clone()),
        description: edit.description.unwrap_or_else(|| before.description.clone()),
        lead: edit.lead.unwrap_or(before.lead),
        quotas: edit.quotas.unwrap_or_else(|| before.quotas.clone()),
        updated_at: tx.now,
        ..before.clone()
    };
    check(&after.name, &after.description)?;
    let mut deeds = deeds(&before, &after);
    let is_same = deeds.is_empty();
    if is_same {
        deeds.push(asked);
    }
    let (tx, permits) = ask_all(app, tx, actor, &before, deeds).await?;
    if is_same {
        return Ok(before);
    }
    is_on_it(&tx, &before, &after).await?;
    teams::update(&tx, &after).await?;
    tx.commit_all(permits).await?;
    Ok(after)
}

/// Deletes a team that is on no project; the people stay.
pub async fn delete(app: &App, actor: &Actor, id: TeamId) -> Result<(), Error> {
    let org = org_of_team(app, actor, id).await?;
    let tx = app.begin(org).await?;
    let team = teams::get(&*tx, org, id).await?;
    let (tx, permit) = app.ask(tx, actor, Action::DeleteTeam, target(&team)).await?;
    let on = projects::of_subject(&*tx, org, Subject::Team(id), PROJECTS_NAMED).await?;
    if !on.is_empty() {
        return Err(Error::Obstacle(Obstacle::TeamOnProjects(on.into_iter().map(|it| it.name).collect())));
    }
    membership::touch(&tx, &teams::members(&*tx, org, id).await?).await?;
    shares::delete_with(&tx, Sharee::Team(id)).await?;
    teams::delete(&tx, id).await?;
    tx.commit(permit).await
}

/// Puts people on a team and takes others off it; whoever is put on it must be active. Answers who is on it then, also to a lead
/// who has left it by this.
pub async fn change_members(
    app: &App,
    actor: &Actor,
    id: TeamId,
    (added, removed): (Vec<UserId>, Vec<UserId>),
) -> Result<(Team, Vec<User>), Error> {
    check_size(added.len().saturating_add(removed.len()))?;
    let org = org_of_team(app, actor, id).await?;
    let tx = app.begin(org).await?;
    let team = teams::get(&*tx, org, id).await?;
    let (tx, permit) = change_members_in(app, tx, actor, &team, (added, removed)).await?;
    let team = teams::get(&*tx, org, id).await?;
    let people = people_of(&*tx, &team).await?;
    if let Some(permit) = permit {
        tx.commit(permit).await?;
    }
    Ok((team, people))
}

/// What somebody may do to a team.
#[derive(Debug, Clone, Copy)]
pub struct Powers {
    /// Name and describe it.
    pub describe: bool,
    /// Say who is on it.
    pub fill: bool,
    /// Say who leads it.
    pub choose_lead: bool,
    /// Say how much it may use.
    pub set_quotas: bool,
    /// Delete it.
    pub delete: bool,
}

/// What somebody may do to this team.
pub fn powers(actor: &Actor, model: &RoleModel, team: &Team) -> Powers {
    let may = |action: &Action| actor.check(model, action, &target(team)).is_ok();
    Powers {
        describe: may(&Action::UpdateTeam { changes: Vec::new() }),
        fill: may(&JOINING),
        choose_lead: may(&Action::ChangeTeamLead { from: None, to: None }),
        set_quotas: may(&Action::ChangeTeamQuotas { changes: Vec::new() }),
        delete: may(&Action::DeleteTeam),
    }
}

/// The active user with this user name, for somebody who may put people on the team.
pub async fn named(app: &App, actor: &Actor, team: &Team, user_name: &str) -> Result<UserId, Error> {
    let (_, model) = app.store.organisation(team.org).await?;
    actor.check(&model, &JOINING, &target(team))?;
    let found = users::find_by_name(app.store.reader(), team.org, user_name).await?;
    found.filter(User::is_active).map(|it| it.id).ok_or_else(|| Error::invalid("user_name", Flaw::Members))
}

/// True when a user can be put on a team now, false when it is on it already; the refusal where it cannot. Nothing is kept.
pub async fn would_join(app: &App, actor: &Actor, team: &Team, user: UserId) -> Result<bool, Error> {
    let tx = app.begin(team.org).await?;
    let (_, permit) = change_members_in(app, tx, actor, team, (vec![user], Vec::new())).await?;
    Ok(permit.is_some())
}

/// Puts a user on exactly these teams, inside a unit that changes more; asks for a permit for each team that changes.
pub(crate) async fn set_of_user(
    app: &App,
    mut tx: Tx,
    actor: &Actor,
    user: UserId,
    wanted: &[TeamId],
) -> Result<(Tx, Vec<Permit>), Error> {
    let before = teams::of_user(&*tx, tx.org, user).await?;
    let mut permits = Vec::new();
    for team in before.iter().filter(|it| !wanted.contains(&it.id)) {
        let (kept, permit) = ask_members(app, tx, actor, team, (Vec::new(), vec![user])).await?;
        tx = kept;
        permits.push(permit);
        teams::remove(&tx, team.id, &[user]).await?;
        project_teams::left(&tx, Subject::Team(team.id), &[user]).await?;
    }
    for id in wanted {
        if before.iter().any(|it| it.id == *id) {
            continue;
        }
        let team = known(&tx, *id).await?;
        let (kept, permit) = ask_members(app, tx, actor, &team, (vec![user], Vec::new())).await?;
        tx = kept;
        permits.push(permit);
        teams::add(&tx, team.id, &[user]).await?;
        project_teams::joined(&tx, Subject::Team(team.id), &[user], Second::Refused).await?;
    }
    if !permits.is_empty() {
        membership::touch(&tx, &[user]).await?;
    }
    Ok((tx, permits))
}

/// The teams of a list that exist, each once; one that does not is refused.
pub(crate) async fn all_known(app: &App, org: OrgId, wanted: &[TeamId]) -> Result<Vec<TeamId>, Error> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let there: Vec<TeamId> = teams::list(app.store.reader(), org).await?.into_iter().map(|it| it.id).collect();
    let mut wanted = wanted.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.iter().all(|id| there.contains(id)) { Ok(wanted) } else { Err(unknown()) }
}

async fn known(tx: &Tx, id: TeamId) -> Result<Team, Error> {
    match teams::get(&**tx, tx.org, id).await {
        Err(Error::NotFound(_)) => Err(unknown()),
        found => found,
    }
}

fn unknown() -> Error {
    Error::invalid("teams", Flaw::Teams)
}

async fn ask_members(
    app: &App,
    tx: Tx,
    actor: &Actor,
    team: &Team,
    (added, removed): (Vec<UserId>, Vec<UserId>),
) -> Result<(Tx, Permit), Error> {
    let lead = team.lead.filter(|it| removed.contains(it));
    app.ask(tx, actor, Action::ChangeTeamMembers { added, removed, lead }, target(team)).await
}

/// No permit when nobody comes or goes.
async fn change_members_in(
    app: &App,
    tx: Tx,
    actor: &Actor,
    team: &Team,
    (added, removed): (Vec<UserId>, Vec<UserId>),
) -> Result<(Tx, Option<Permit>), Error> {
    let on = teams::members(&*tx, tx.org, team.id).await?;
    let added = each_once(added, |id| !on.contains(id));
    let removed = each_once(removed, |id| on.contains(id));
    let (tx, permit) = ask_members(app, tx, actor, team, (added.clone(), removed.clone())).await?;
    are_active(&tx, &added).await?;
    if added.is_empty() && removed.is_empty() {
        return Ok((tx, None));
    }
    teams::add(&tx, team.id, &added).await?;
    teams::remove(&tx, team.id, &removed).await?;
    project_teams::left(&tx, Subject::Team(team.id), &removed).await?;
    project_teams::joined(&tx, Subject::Team(team.id), &added, Second::Refused).await?;
    membership::touch(&tx, &[added, removed].concat()).await?;
    Ok((tx, Some(permit)))
}

fn each_once(mut ids: Vec<UserId>, keep: impl Fn(&UserId) -> bool) -> Vec<UserId> {
    ids.sort_unstable();
    ids.dedup();
    ids.retain(keep);
    ids
}

async fn are_active(tx: &Tx, ids: &[UserId]) -> Result<(), Error> {
    let found = users::list_by_ids(&**tx, tx.org, ids).await?;
    if found.len() == ids.len() && found.iter().all(User::is_active) {
        return Ok(());
    }
    Err(Error::invalid("members", Flaw::Members))
}

/// Refuses a new lead who is not an active member of the team.
async fn is_on_it(tx: &Tx, before: &Team, after: &Team) -> Result<(), Error> {
    let Some(lead) = after.lead.filter(|_| before.lead != after.lead) else {
        return Ok(());
    };
    let is_member = teams::members(&**tx, tx.org, after.id).await?.contains(&lead);
    let is_active = users::find(&**tx, tx.org, lead).await?.is_some_and(|it| it.is_active());
    if is_member && is_active { Ok(()) } else { Err(Error::invalid("lead", Flaw::Lead)) }
}

async fn ask_all(
    app: &App,
    mut tx: Tx,
    actor: &Actor,
    team: &Team,
    deeds: Vec<Action>,
) -> Result<(Tx, Vec<Permit>), Error> {
    let mut permits = Vec::new();
    for deed in deeds {
        let (kept, permit) = app.ask(tx, actor, deed, target(team)).await?;
        tx = kept;
        permits.push(permit);
    }
    Ok((tx, permits))
}

/// True for whoever leads the team.
fn leads(actor: &Actor, team: &Team) -> bool {
    user_of(actor).is_some_and(|it| team.lead == Some(it))
}

async fn led_by(app: &App, actor: &Actor, org: OrgId) -> Result<Vec<Team>, Error> {
    match user_of(actor).filter(|_| actor.org() == Some(org)) {
        Some(user) => teams::led_by(app.store.reader(), org, user).await,
        None => Ok(Vec::new()),
    }
}

const fn user_of(actor: &Actor) -> Option<UserId> {
    if let Actor::User(user) = actor { Some(user.id) } else { None }
}

async fn may_read(app: &App, actor: &Actor, org: OrgId) -> Result<(), Error> {
    if actor.org().is_some_and(|own| own != org) {
        return Err(Error::NotFound("team"));
    }
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, READ)
}

pub(super) async fn org_of_team(app: &App, actor: &Actor, id: TeamId) -> Result<OrgId, Error> {
    match actor.org() {
        Some(own) => Ok(own),
        None => {
            let found = teams::find_anywhere(app.store.reader(), id).await?;
            Ok(found.ok_or(Error::NotFound("team"))?.org)
        }
    }
}

fn check_size(people: usize) -> Result<(), Error> {
    if people <= AT_ONCE_MAX {
        return Ok(());
    }
    Err(Error::invalid("members", Flaw::TooManyPeople { most: AT_ONCE_MAX }))
}

/// A new team without anything that is a deed of its own.
fn bare(org: OrgId, new: &NewTeam, now: Timestamp) -> Team {
    Team {
        id: TeamId::new(),
        org,
        name: new.name.clone(),
        description: new.description.clone(),
        lead: None,
        quotas: Amounts::default(),
        created_at: now,
        updated_at: now,
    }
}

/// What is done to a team that becomes another: each part is a deed of its own.
fn deeds(before: &Team, after: &Team) -> Vec<Action> {
    let texts = changes(before, after);
    let quotas = quota::changes(&before.quotas, &after.quotas);
    let all = [
        (!texts.is_empty()).then_some(Action::UpdateTeam { changes: texts }),
        (before.lead != after.lead).then_some(Action::ChangeTeamLead { from: before.lead, to: after.lead }),
        (!quotas.is_empty()).then_some(Action::ChangeTeamQuotas { changes: quotas }),
    ];
    all.into_iter().flatten().collect()
}

fn changes(before: &Team, after: &Team) -> Vec<Change> {
    let values = [("name", &before.name, &after.name), ("description", &before.description, &after.description)];
    let differing = values.into_iter().filter(|(_, old, new)| old != new);
    differing.map(|(path, old, new)| Change::new(path, Some(old.as_str().into()), Some(new.as_str().into()))).collect()
}

pub(super) fn target(team: &Team) -> Target {
    Target::Team { org: team.org, id: team.id, label: team.name.clone(), lead: team.lead }
}
