//! Who may do something, to what somebody may do it, and what they may do (AuthZEN 8).
//!
//! **Invariant:** a page looks at no more than [`PAGE_MAX`] of those who or what could be found, so it may hold fewer than were
//! asked for, or none, and still lead to another.

use serde::{Deserialize, Serialize};

use super::{Asker, Entity, Ground, ORGANISATION, PROJECT, Question, TEAM, USER, decide, may_ask, subject};
use crate::app::teams::Amounts;
use crate::app::users::Person;
use crate::app::{App, cursor};
use crate::domain::id::{OrgId, ProjectId, UserId};
use crate::domain::resource::reach::deeds;
use crate::domain::resource::{Kind, Place, Resource, ResourceFilter};
use crate::domain::role::Effective;
use crate::domain::text::fold;
use crate::domain::{Error, Flaw};
use crate::store::{grants, projects, resources, teams, users};

/// So many are looked at for a page at most.
pub const PAGE_MAX: u64 = 200;

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

/// Where a page of resources ends.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum At {
    /// Behind this project, by the key of its name.
    Project(String),
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

    fn after<T: for<'de> Deserialize<'de>>(&self, app: &App, list: &str, org: OrgId) -> Result<Option<T>, Error> {
        let token = self.token.as_deref().filter(|it| !it.is_empty());
        token.map(|it| cursor::read(app, (list, org), ("page.token", it))).transpose()
    }
}

/// The users who may do something to something.
pub async fn subjects(
    app: &App,
    asker: &Asker,
    (kind, action, resource): (&str, &str, &Entity),
    pages: &Pages,
) -> Result<Found, Error> {
    let ground = Ground::of(app, asker.org).await?;
    may_ask(&ground, asker)?;
    let limit = pages.limit()?;
    let after: Option<UserId> = pages.after(app, "decisions.users", asker.org)?;
    if kind != USER {
        return Ok(Found::default());
    }
    let db = app.store.reader();
    let looked_at = users::active_after(db, asker.org, after, limit).await?;
    let mut live = grants::live_of(db, asker.org, &looked_at).await?;
    let next = match looked_at.last().filter(|_| is_full(&looked_at, limit)) {
        Some(last) => Some(cursor::write(app, ("decisions.users", asker.org), &last.id)?),
        None => None,
    };
    let mut results = Vec::new();
    for user in looked_at {
        let effective = Effective::of(&ground.model, live.remove(&user.id).unwrap_or_default());
        let person = Person { user, effective };
        let question = question(&person, action, resource.clone());
        if decide(&ground, &person, &question).await?.is_allowed {
            results.push(Named { name: person.user.user_name.clone(), entity: question.subject });
        }
    }
    Ok(Found { results, next })
}

/// The resources of a kind to which somebody may do something.
pub async fn resources(
    app: &App,
    asker: &Asker,
    (named, action, kind): (&Entity, &str, &str),
    pages: &Pages,
) -> Result<Found, Error> {
    let ground = Ground::of(app, asker.org).await?;
    let limit = pages.limit()?;
    let at: Option<At> = pages.after(app, &list_of(kind), asker.org)?;
    let Some(person) = subject(&ground, asker, named).await? else { return Ok(Found::default()) };
    let (looked_at, next) = look_at(&ground, kind, at, limit).await?;
    let mut results = Vec::new();
    for it in looked_at {
        let question = question(&person, action, it.entity.clone());
        if decide(&ground, &person, &question).await?.is_allowed {
            results.push(it);
        }
    }
    let next = next.map(|at| cursor::write(app, (&list_of(kind), asker.org), &at)).transpose()?;
    Ok(Found { results, next })
}

/// What somebody may do to something, in the order of the names.
pub async fn actions(app: &App, asker: &Asker, named: &Entity, resource: &Entity) -> Result<Vec<String>, Error> {
    let ground = Ground::of(app, asker.org).await?;
    let Some(person) = subject(&ground, asker, named).await? else { return Ok(Vec::new()) };
    let mut open = Vec::new();
    for action in known_actions(&ground, resource) {
        let question = question(&person, &action, resource.clone());
        if decide(&ground, &person, &question).await?.is_allowed {
            open.push(action);
        }
    }
    open.sort_unstable();
    open.dedup();
    Ok(open)
}

/// Everything that could be asked for of such a thing.
fn known_actions(ground: &Ground<'_>, resource: &Entity) -> Vec<String> {
    let words = |all: &[&str]| all.iter().map(|&it| it.to_owned()).collect::<Vec<_>>();
    let permissions = || ground.model.permissions().map(str::to_owned);
    match resource.kind.as_str() {
        ORGANISATION => permissions().collect(),
        TEAM => words(&["view", "manage", "use"]),
        PROJECT if resource.id.parse::<ProjectId>().is_ok() => {
            words(&["view", "edit"]).into_iter().chain(permissions()).collect()
        }
        kind => match Kind::parse(kind) {
            Some(kind) => deeds(kind).map(|(name, _)| name.to_owned()).collect(),
            None => {
                let own = format!("app.{kind}:");
                permissions().filter_map(|it| it.strip_prefix(&own).map(str::to_owned)).collect()
            }
        },
    }
}

/// The next of the things of a kind, and where those after them begin.
async fn look_at(
    ground: &Ground<'_>,
    kind: &str,
    at: Option<At>,
    limit: u64,
) -> Result<(Vec<Named>, Option<At>), Error> {
    let (db, org) = (ground.app.store.reader(), ground.org());
    let named = |kind: &str, id: String, name: String| Named { entity: Entity { kind: kind.to_owned(), id }, name };
    match kind {
        ORGANISATION => Ok((vec![named(kind, org.to_string(), ground.organisation.name.clone())], None)),
        TEAM => {
            let all = teams::list(db, org).await?;
            Ok((all.into_iter().map(|it| named(kind, it.id.to_string(), it.name)).collect(), None))
        }
        PROJECT if !matches!(at, Some(At::Resource(_))) => {
            let after = if let Some(At::Project(key)) = &at { Some(key.as_str()) } else { None };
            let found = projects::page(db, org, (None, after), limit).await?;
            let last = found.last().filter(|_| is_full(&found, limit)).map(|it| At::Project(fold(&it.name)));
            let next = last.unwrap_or(At::Resource(None));
            Ok((found.into_iter().map(|it| named(kind, it.id.to_string(), it.name)).collect(), Some(next)))
        }
        kind => {
            let Some(wanted) = Kind::parse(kind) else { return Ok((Vec::new(), None)) };
            let after = if let Some(At::Resource(place)) = at { place } else { None };
            let filter = ResourceFilter { kind: Some(wanted), ..ResourceFilter::default() };
            let found = resources::list(db, (org, None), &filter, after.as_ref(), limit).await?;
            let place = |it: &Resource| Place { name_key: fold(&it.name), id: it.id };
            let next = found.last().filter(|_| is_full(&found, limit)).map(|it| At::Resource(Some(place(it))));
            Ok((found.into_iter().map(|it| named(kind, it.key.external_id, it.name)).collect(), next))
        }
    }
}

fn question(person: &Person, action: &str, resource: Entity) -> Question {
    let subject = Entity { kind: USER.to_owned(), id: person.user.id.to_string() };
    Question { subject, action: action.to_owned(), resource, amounts: Amounts::default() }
}

fn is_full<T>(found: &[T], limit: u64) -> bool {
    u64::try_from(found.len()).is_ok_and(|it| it >= limit)
}

fn list_of(kind: &str) -> String {
    format!("decisions.{kind}")
}
