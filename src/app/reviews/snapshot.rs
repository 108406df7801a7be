//! What a review is about, found out when it is staged.

use std::collections::{HashMap, HashSet};

use super::Staged;
use crate::app::user_list::{self, Habits};
use crate::app::users::Person;
use crate::app::{App, project_access};
use crate::domain::id::{ConnectionId, GroupId, OrgId, ReviewId, ReviewItemId, UserId};
use crate::domain::list::LIMIT_MAX;
use crate::domain::policy::{Actor, JOB_REVIEWS};
use crate::domain::project::Subject;
use crate::domain::review::{Facts, Held, Holder, INACTIVE_DAYS, ITEMS_MAX, Item, Risk, Scope, Terms, Warning};
use crate::domain::role::{RoleKey, RoleModel, Source};
use crate::domain::user::{Status, User};
use crate::domain::user_list::{Mfa, UserFilter, UserList, View};
use crate::domain::{Conflict, Error, Timestamp};
use crate::store::{connections, drift, groups, members, projects, pulses, service_accounts, teams};

/// Somebody who was made so lately need not have signed in yet.
const NEW: std::time::Duration = std::time::Duration::from_hours(24 * 30);
const READER: Actor = Actor::Job(JOB_REVIEWS);

/// Everybody of an organisation with what is known of them, and what things are called.
struct Known {
    people: HashMap<UserId, (Person, Option<Habits>)>,
    connections: HashMap<ConnectionId, String>,
    groups: HashMap<GroupId, (String, Option<ConnectionId>)>,
    gone_at_provider: HashSet<UserId>,
    now: Timestamp,
}

/// Finds out what a review is about.
pub(super) async fn of(app: &App, (org, review): (OrgId, ReviewId), terms: &Terms) -> Result<Staged, Error> {
    let (_, model) = app.store.organisation(org).await?;
    let known = known(app, org, filter(terms.scope, &model)).await?;
    let mut found = match terms.scope {
        Scope::Privileged => privileged(app, org, (&model, &known)).await?,
        Scope::Inactive => known.people.values().map(|(person, _)| account(&known, &person.user)).collect(),
        Scope::Teams => on_teams(app, org, &known).await?,
        Scope::Groups => in_groups(app, org, &known).await?,
        Scope::Projects => on_projects(app, org, &known).await?,
    };
    is_small(&found)?;
    found.sort_by(|one, other| one.order().cmp(&other.order()));
    let items: Vec<Item> = found.into_iter().enumerate().map(|(nth, it)| item((org, review), nth, it, terms)).collect();
    let undecidable = items.iter().filter(|it| it.reviewer.is_none()).count();
    let mut warnings = silent(app, org, &known).await?;
    if undecidable > 0 {
        warnings.push(Warning::Undecidable { items: u64::try_from(undecidable).unwrap_or(u64::MAX) });
    }
    Ok(Staged { items, warnings })
}

/// Everybody who is not deactivated and whose effective role this is.
pub(super) async fn holders_of(app: &App, org: OrgId, role: &RoleKey) -> Result<Vec<User>, Error> {
    let filter = UserFilter { roles: vec![role.clone()], statuses: vec![Status::Active], ..UserFilter::default() };
    let mut people = Vec::new();
    each_page(app, org, filter, |it| people.push(it.person.user)).await?;
    Ok(people)
}

/// A place that is not anybody's to decide about yet.
struct Place {
    holder: Holder,
    holder_name: String,
    user_name: String,
    held: Held,
    held_name: String,
    via: String,
    is_of_provider: bool,
    facts: Facts,
}

impl Place {
    /// What the places of a review stand in the order of.
    fn order(&self) -> [&str; 4] {
        [&self.holder_name, &self.user_name, &self.held_name, &self.via]
    }
}

/// Who has to be known for a review of this.
fn filter(scope: Scope, model: &RoleModel) -> UserFilter {
    let usual = UserFilter::default();
    match scope {
        Scope::Privileged => UserFilter { roles: model.administrators(), ..usual },
        Scope::Inactive => View::Inactive.filter(model),
        Scope::Teams | Scope::Groups | Scope::Projects => UserFilter { with_deactivated: true, ..usual },
    }
}

async fn known(app: &App, org: OrgId, filter: UserFilter) -> Result<Known, Error> {
    let db = app.store.reader();
    let mut people = HashMap::new();
    each_page(app, org, filter, |it| drop(people.insert(it.person.user.id, (it.person, it.habits)))).await?;
    let named = groups::list(db, org).await?.into_iter().map(|it| (it.id, (it.display_name, it.managed_by)));
    Ok(Known {
        people,
        connections: connections::list(db, org).await?.into_iter().map(|it| (it.id, it.name)).collect(),
        groups: named.collect(),
        gone_at_provider: drift::kept(db, org).await?.into_iter().collect(),
        now: app.now(),
    })
}

async fn each_page(
    app: &App,
    org: OrgId,
    filter: UserFilter,
    mut take: impl FnMut(user_list::Entry),
) -> Result<(), Error> {
    let mut list = UserList { filter, limit: LIMIT_MAX, ..UserList::default() };
    loop {
        let page = user_list::page(app, &READER, org, &list).await?;
        page.entries.into_iter().for_each(&mut take);
        match page.next {
            Some(next) => list.cursor = Some(next),
            None => return Ok(()),
        }
    }
}

async fn privileged(app: &App, org: OrgId, (model, known): (&RoleModel, &Known)) -> Result<Vec<Place>, Error> {
    let administrators = model.administrators();
    let label = |key: &RoleKey| model.get(key).map_or_else(|| key.to_string(), |it| it.label.clone());
    let mut places = Vec::new();
    for (person, habits) in known.people.values() {
        let grants = person.effective.grants.iter().filter(|it| administrators.contains(&it.role));
        let grants: Vec<_> = grants.collect();
        for grant in &grants {
            let is_twice = grants.iter().filter(|it| it.role == grant.role).count() > 1;
            let has_none = habits.is_some_and(|it| it.mfa == Mfa::Off);
            let extra = [(is_twice, Risk::Twice), (has_none, Risk::NoSecondFactor)];
            let (via, is_of_provider) = via(known, grant.source);
            places.push(Place {
                held: Held::Role { role: grant.role.clone(), source: Some(grant.source) },
                held_name: label(&grant.role),
                via,
                is_of_provider,
                ..place(known, &person.user, &extra)
            });
        }
    }
    let programs = service_accounts::list(app.store.reader(), org).await?;
    let programs = programs.into_iter().filter(|it| it.is_active && administrators.contains(&it.role));
    places.extend(programs.map(|it| Place {
        holder: Holder::ServiceAccount(it.id),
        holder_name: it.name,
        user_name: String::new(),
        held_name: label(&it.role),
        held: Held::Role { role: it.role, source: None },
        via: String::new(),
        is_of_provider: false,
        facts: Facts { owner: it.owner, ..Facts::default() },
    }));
    Ok(places)
}

/// By what a role is held, and whether an identity provider says so.
fn via(known: &Known, source: Source) -> (String, bool) {
    let connection = |id: ConnectionId| known.connections.get(&id).cloned().unwrap_or_default();
    match source {
        Source::Manual => (String::new(), false),
        Source::Group(id) => match known.groups.get(&id) {
            Some((name, manager)) => (name.clone(), manager.is_some()),
            None => (String::new(), false),
        },
        Source::ScimRole(id) | Source::Entitlement(id) | Source::Attribute(id) | Source::Default(id) => {
            (connection(id), true)
        }
    }
}

fn account(known: &Known, user: &User) -> Place {
    let via = user.managed_by.and_then(|it| known.connections.get(&it)).cloned().unwrap_or_default();
    let is_of_provider = user.managed_by.is_some();
    let held_name = user.user_name.clone();
    Place { held: Held::Account, held_name, via, is_of_provider, ..place(known, user, &[]) }
}

async fn on_teams(app: &App, org: OrgId, known: &Known) -> Result<Vec<Place>, Error> {
    let db = app.store.reader();
    let mut places = Vec::new();
    for team in teams::list(db, org).await? {
        let on = teams::members(db, org, team.id).await?;
        places.extend(people(known, &on).map(|it| Place {
            held: Held::Team { team: team.id },
            held_name: team.name.clone(),
            ..place(known, &it.user, &[])
        }));
        is_small(&places)?;
    }
    Ok(places)
}

async fn in_groups(app: &App, org: OrgId, known: &Known) -> Result<Vec<Place>, Error> {
    let mut places = Vec::new();
    for (id, (name, manager)) in &known.groups {
        let inside = members::ids(app.store.reader(), org, *id).await?;
        let via = manager.and_then(|it| known.connections.get(&it)).cloned().unwrap_or_default();
        places.extend(people(known, &inside).map(|it| Place {
            held: Held::Group { group: *id },
            held_name: name.clone(),
            via: via.clone(),
            is_of_provider: manager.is_some(),
            ..place(known, &it.user, &[])
        }));
        is_small(&places)?;
    }
    Ok(places)
}

async fn on_projects(app: &App, org: OrgId, known: &Known) -> Result<Vec<Place>, Error> {
    let db = app.store.reader();
    let mut places = Vec::new();
    for project in projects::page(db, org, (None, None), crate::domain::project::COUNT_MAX).await? {
        let mut cursor = None;
        loop {
            let page = project_access::page(app, &READER, &project, (cursor.as_deref(), Some(LIMIT_MAX))).await?;
            for on in page.assignments {
                let assigned = &on.assignment;
                let (holder, base) = match assigned.subject {
                    Subject::User(id) => match known.people.get(&id) {
                        Some((person, _)) => (Holder::User(id), place(known, &person.user, &[])),
                        None => continue,
                    },
                    Subject::Group(id) => (Holder::Group(id), nobody(&on.name)),
                    Subject::Team(id) => (Holder::Team(id), nobody(&on.name)),
                };
                places.push(Place {
                    holder,
                    held: Held::Project { project: project.id, assignment: assigned.id },
                    held_name: project.name.clone(),
                    via: assigned.access.word().to_owned(),
                    ..base
                });
            }
            is_small(&places)?;
            match page.next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
    }
    Ok(places)
}

fn people<'k>(known: &'k Known, ids: &'k [UserId]) -> impl Iterator<Item = &'k Person> {
    ids.iter().filter_map(|id| known.people.get(id)).map(|it| &it.0)
}

/// What holds for everything that this user holds; `extra` speaks against this one thing.
fn place(known: &Known, user: &User, extra: &[(bool, Risk)]) -> Place {
    let habits = known.people.get(&user.id).and_then(|it| it.1);
    let last_active = habits.and_then(|it| it.last_active);
    let days = std::time::Duration::from_hours(24 * u64::from(INACTIVE_DAYS));
    let is_active = user.status == Status::Active;
    let common = [
        (user.status == Status::Deactivated, Risk::Deactivated),
        (is_active && last_active.is_none() && known.now.since(user.created_at) > NEW, Risk::NeverSignedIn),
        (is_active && last_active.is_some_and(|at| known.now.since(at) > days), Risk::Inactive),
        (known.gone_at_provider.contains(&user.id), Risk::GoneAtProvider),
    ];
    let risks = common.iter().chain(extra).filter(|it| it.0).map(|it| it.1).collect();
    Place {
        holder: Holder::User(user.id),
        holder_name: user.display_name.clone(),
        user_name: user.user_name.clone(),
        facts: Facts { last_active, mfa: habits.map(|it| it.mfa.word().to_owned()), risks, owner: None },
        ..nobody("")
    }
}

fn nobody(name: &str) -> Place {
    Place {
        holder: Holder::User(UserId::from_uuid(uuid::Uuid::nil())),
        holder_name: name.to_owned(),
        user_name: String::new(),
        held: Held::Account,
        held_name: String::new(),
        via: String::new(),
        is_of_provider: false,
        facts: Facts::default(),
    }
}

fn is_small(places: &[Place]) -> Result<(), Error> {
    if places.len() > ITEMS_MAX { Err(Conflict::ReviewTooLarge.into()) } else { Ok(()) }
}

/// The place with who is asked about it: each of the reviewers in turn, but nobody about themselves.
fn item((org, review): (OrgId, ReviewId), nth: usize, it: Place, terms: &Terms) -> Item {
    let mut item = Item {
        id: ReviewItemId::new(),
        org,
        review,
        holder: it.holder,
        holder_name: it.holder_name,
        user_name: it.user_name,
        held: it.held,
        held_name: it.held_name,
        via: it.via,
        is_of_provider: it.is_of_provider,
        facts: it.facts,
        reviewer: None,
        decided: None,
        ended: None,
    };
    item.reviewer = asked(&item, nth, terms);
    item
}

fn asked(item: &Item, nth: usize, terms: &Terms) -> Option<UserId> {
    let others: Vec<UserId> = terms.reviewers.iter().copied().filter(|it| !item.is_about(*it)).collect();
    let turn = nth.checked_rem(others.len()).and_then(|turn| others.get(turn)).copied();
    turn.or(Some(terms.fallback).filter(|it| !item.is_about(*it)))
}

/// The connections that have not spoken for long: what they keep may be old.
async fn silent(app: &App, org: OrgId, known: &Known) -> Result<Vec<Warning>, Error> {
    let silent = pulses::list(app.store.reader(), org).await?.into_iter().filter_map(|it| {
        Some(Warning::Silent { connection: known.connections.get(&it.connection)?.clone(), since: it.silent_since? })
    });
    Ok(silent.collect())
}
