//! Who may do something, to what somebody may do it, and what they may do (AuthZEN 8).
//!
//! **Invariant:** a page looks at no more than [`PAGE_MAX`] of those who or what could be found, so it may hold fewer than were
//! asked for, or none, and still lead to another.

use serde::{Deserialize, Serialize};

use super::things::{Judged, Thing};
use super::{Entity, Ground, ORGANISATION, PROJECT, TEAM, USER};
use crate::app::cursor;
use crate::app::teams::{Amounts, Team};
use crate::app::users::Person;
use crate::domain::id::UserId;
use crate::domain::project::Project;
use crate::domain::resource::{Kind, Place, Resource, ResourceFilter};
use crate::domain::role::Effective;
use crate::domain::text::fold;
use crate::domain::{Error, Flaw};
use crate::store::{grants, projects, resources as registered, teams, users};

/// So many are looked at for a page at most.
pub const PAGE_MAX: u64 = 200;
const USERS: &str = "decisions.users";

/// Which page is asked for.
#[derive(Debug, Clone, Default)]
pub struct Pages {
    /// From where on.
    pub token: Option<String>,
    /// How many are looked at; [`PAGE_MAX`] when nobody says.
    pub limit: Option<u64>,
}

/// Somebody or something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its kind and its id.
    pub entity: Entity,
    /// What people call it.
    pub name: String,
}

/// A page of what was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Who, or what.
    pub results: Vec<Named>,
    /// Where the next page begins, when there is one.
    pub next: Option<String>,
}

/// Where a page of things ends.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum At {
    /// Behind the team or the project whose name has this key.
    Name(String),
    /// Behind this resource, or before all of them.
    Resource(Option<Place>),
}

impl Pages {
    fn limit(&self) -> Result<u64, Error> {
        let limit = self.limit.unwrap_or(PAGE_MAX);
        if limit == 0 {
            return Err(Error::invalid("page.limit", Flaw::NotBetween { from: 1, to: PAGE_MAX }));
        }
        Ok(limit.min(PAGE_MAX))
    }

    fn after<T: for<'de> Deserialize<'de>>(&self, ground: &Ground<'_>, list: &str) -> Result<Option<T>, Error> {
        let token = self.token.as_deref().filter(|it| !it.is_empty());
        token.map(|it| cursor::read(ground.app, (list, ground.org()), ("page.token", it))).transpose()
    }
}

/// The users who may do something to something.
pub async fn subjects(
    ground: &Ground<'_>,
    (kind, action, resource): (&str, &str, &Entity),
    pages: &Pages,
) -> Result<Found, Error> {
    ground.may_ask()?;
    let (limit, org) = (pages.limit()?, ground.org());
    let after: Option<UserId> = pages.after(ground, USERS)?;
    if kind != USER {
        return Ok(Found::default());
    }
    let thing = Thing::find(ground, resource).await?;
    let db = ground.app.store.reader();
    let looked_at = users::active_after(db, org, after, limit).await?;
    let last = looked_at.last().filter(|_| is_full(&looked_at, limit)).map(|it| it.id);
    let next = last.map(|it| cursor::write(ground.app, (USERS, org), &it)).transpose()?;
    let mut live = grants::live_of(db, org, &looked_at).await?;
    let mut results = Vec::new();
    for user in looked_at {
        let effective = Effective::of(&ground.model, live.remove(&user.id).unwrap_or_default());
        let person = Person { user, effective };
        if ground.serves(&person).await? && is_allowed(ground, &person, (&thing, action)).await? {
            let entity = Entity { kind: USER.to_owned(), id: person.user.id.to_string() };
            results.push(Named { entity, name: person.user.user_name });
        }
    }
    Ok(Found { results, next })
}

/// The things of a kind to which somebody may do something.
pub async fn resources(
    ground: &Ground<'_>,
    (named, action, kind): (&Entity, &str, &str),
    pages: &Pages,
) -> Result<Found, Error> {
    let (limit, list) = (pages.limit()?, format!("decisions.{kind}"));
    let at: Option<At> = pages.after(ground, &list)?;
    let Some(person) = ground.subject(named).await? else { return Ok(Found::default()) };
    let (looked_at, next) = look_at(ground, (kind, at), limit).await?;
    let mut results = Vec::new();
    for (it, thing) in looked_at {
        if is_allowed(ground, &person, (&thing, action)).await? {
            results.push(it);
        }
    }
    let next = next.map(|at| cursor::write(ground.app, (&list, ground.org()), &at)).transpose()?;
    Ok(Found { results, next })
}

/// What somebody may do to something, in the order of the names.
pub async fn actions(ground: &Ground<'_>, named: &Entity, resource: &Entity) -> Result<Vec<String>, Error> {
    let Some(person) = ground.subject(named).await? else { return Ok(Vec::new()) };
    let thing = Thing::find(ground, resource).await?;
    let judged = Judged::of(ground, &person, &thing).await?;
    let mut open = thing.actions(ground);
    open.retain(|action| judged.answer(ground, &person, (action, &Amounts::default())).is_allowed);
    open.sort_unstable();
    open.dedup();
    Ok(open)
}

async fn is_allowed(ground: &Ground<'_>, person: &Person, (thing, action): (&Thing, &str)) -> Result<bool, Error> {
    let judged = Judged::of(ground, person, thing).await?;
    Ok(judged.answer(ground, person, (action, &Amounts::default())).is_allowed)
}

/// The next of the things of a kind, and where those after them begin.
async fn look_at(
    ground: &Ground<'_>,
    (kind, at): (&str, Option<At>),
    limit: u64,
) -> Result<(Vec<(Named, Thing)>, Option<At>), Error> {
    match (kind, at) {
        (ORGANISATION, _) => {
            let named = named(kind, ground.org().to_string(), &ground.organisation.name);
            Ok((vec![(named, Thing::Organisation)], None))
        }
        (TEAM, at) => teams_after(ground, at, limit).await,
        (PROJECT, at @ (None | Some(At::Name(_)))) => projects_after(ground, at, limit).await,
        (kind, at) => match Kind::parse(kind) {
            Some(kind) => registered_after(ground, (kind, at), limit).await,
            None => Ok((Vec::new(), None)),
        },
    }
}

async fn teams_after(
    ground: &Ground<'_>,
    at: Option<At>,
    limit: u64,
) -> Result<(Vec<(Named, Thing)>, Option<At>), Error> {
    let key = name_of(at);
    let found = teams::page(ground.app.store.reader(), ground.org(), key.as_deref(), limit).await?;
    let next = found.last().filter(|_| is_full(&found, limit)).map(|it| At::Name(fold(&it.name)));
    let thing = |it: Team| (named(TEAM, it.id.to_string(), &it.name), Thing::Team(it));
    Ok((found.into_iter().map(thing).collect(), next))
}

/// The projects of the organisation; behind the last of them come those that applications registered.
async fn projects_after(
    ground: &Ground<'_>,
    at: Option<At>,
    limit: u64,
) -> Result<(Vec<(Named, Thing)>, Option<At>), Error> {
    let key = name_of(at);
    let found = projects::page(ground.app.store.reader(), ground.org(), (None, key.as_deref()), limit).await?;
    let last = found.last().filter(|_| is_full(&found, limit)).map(|it| At::Name(fold(&it.name)));
    let thing = |it: Project| (named(PROJECT, it.id.to_string(), &it.name), Thing::Project(it));
    Ok((found.into_iter().map(thing).collect(), Some(last.unwrap_or(At::Resource(None)))))
}

async fn registered_after(
    ground: &Ground<'_>,
    (kind, at): (Kind, Option<At>),
    limit: u64,
) -> Result<(Vec<(Named, Thing)>, Option<At>), Error> {
    let after = if let Some(At::Resource(place)) = at { place } else { None };
    let filter = ResourceFilter { kind: Some(kind), ..ResourceFilter::default() };
    let found =
        registered::list(ground.app.store.reader(), (ground.org(), None), &filter, after.as_ref(), limit).await?;
    let place = |it: &Resource| Place { name_key: fold(&it.name), id: it.id };
    let next = found.last().filter(|_| is_full(&found, limit)).map(|it| At::Resource(Some(place(it))));
    let mut things = Vec::new();
    for it in found {
        let named = named(kind.word(), it.key.external_id.clone(), &it.name);
        things.push((named, Thing::registered(ground, it).await?));
    }
    Ok((things, next))
}

fn name_of(at: Option<At>) -> Option<String> {
    if let Some(At::Name(key)) = at { Some(key) } else { None }
}

fn named(kind: &str, id: String, name: &str) -> Named {
    Named { entity: Entity { kind: kind.to_owned(), id }, name: name.to_owned() }
}

fn is_full<T>(found: &[T], limit: u64) -> bool {
    u64::try_from(found.len()).is_ok_and(|it| it >= limit)
}
