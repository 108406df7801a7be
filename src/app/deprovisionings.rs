//! Those whom identity providers let go and who wait for an owner: shown, released and refused.
//!
//! What is decided is what was seen: whoever came to the list later waits on.
//!
//! **Invariant:** whoever is released is let go by the one deed that every request of the provider leads to, with a record of
//! its own; whoever cannot be is left out with the reason.
//! **Invariant:** with a decision the count begins anew, so that a provider that is not done yet does not meet the same limit
//! with its next request.

use std::collections::HashMap;

use crate::app::connections::{self, MANAGE};
use crate::app::users::{Person, load};
use crate::app::{App, provisioner, provisioning};
use crate::domain::connection::Connection;
use crate::domain::deprovisioning::{Deprovisioning, LeftOut, Way};
use crate::domain::id::{ConnectionId, DeprovisioningId, UserId};
use crate::domain::policy::{Action, Actor, Permit};
use crate::domain::role::RoleKey;
use crate::domain::user::User;
use crate::domain::{Conflict, Error};
use crate::store::deprovisionings as rows;
use crate::store::{Tx, users};

pub use crate::store::deprovisionings::Counts;

/// So many are let go in one unit.
const AT_ONCE: u64 = 100;

/// Somebody who waits.
#[derive(Debug)]
pub struct Held {
    /// What waits.
    pub deprovisioning: Deprovisioning,
    /// The user, unless gone.
    pub user: Option<User>,
    /// Why this would be left out.
    pub left_out: Option<LeftOut>,
}

/// What came of a release.
#[derive(Debug, Default)]
pub struct Released {
    /// How many were let go.
    pub done: u64,
    /// Who was left out, and why.
    pub left_out: Vec<(UserId, LeftOut)>,
}

/// Those of a connection who wait, oldest first.
pub async fn list(
    app: &App,
    actor: &Actor,
    id: ConnectionId,
    after: Option<DeprovisioningId>,
    most: u64,
) -> Result<Vec<Held>, Error> {
    let (connection, _) = connections::get(app, actor, id).await?;
    let (db, org) = (app.store.reader(), connection.org);
    let part = rows::Part { after, newest: None };
    let held = rows::list_held(db, (org, id), part, most).await?;
    let ids: Vec<UserId> = held.iter().map(|it| it.user).collect();
    let mut known: HashMap<UserId, User> = HashMap::new();
    for some in ids.chunks(connections::CHUNK) {
        known.extend(users::list_by_ids(db, org, some).await?.into_iter().map(|user| (user.id, user)));
    }
    let with_user = |it: Deprovisioning| {
        let user = known.remove(&it.user);
        Held { left_out: it.left_out(user.as_ref()), user, deprovisioning: it }
    };
    Ok(held.into_iter().map(with_user).collect())
}

/// How many of a connection wait, and the newest of them.
pub async fn count(
    app: &App,
    actor: &Actor,
    connection: &Connection,
) -> Result<(Counts, Option<DeprovisioningId>), Error> {
    let (_, model) = app.store.organisation(connection.org).await?;
    actor.may(&model, MANAGE)?;
    let (db, of) = (app.store.reader(), (connection.org, connection.id));
    // The newest is read first: whoever comes between is counted and not decided about, rather than the other way round.
    let newest = rows::newest_held(db, of).await?;
    Ok((rows::count_held(db, of).await?, newest))
}

/// Lets those of a connection go who wait, up to the newest who was seen.
pub async fn release(
    app: &App,
    actor: &Actor,
    id: ConnectionId,
    newest: Option<DeprovisioningId>,
) -> Result<Released, Error> {
    let mut released = Released::default();
    let mut seen = newest;
    loop {
        let (tx, connection) = connections::begin(app, actor, id).await?;
        let of = (tx.org, id);
        if seen.is_none() {
            seen = rows::newest_held(&*tx, of).await?;
        }
        let some = match seen {
            Some(_) => rows::list_held(&*tx, of, rows::Part { after: None, newest: seen }, AT_ONCE).await?,
            None => Vec::new(),
        };
        let people = people(&tx, &some).await?;
        let action = Action::ReleaseDeprovisionings { people: count_of(some.len()), roles: roles(&people) };
        let (tx, permit) = app.ask(tx, actor, action, connections::target(&connection)).await?;
        if some.is_empty() {
            return Ok(released);
        }
        let mut permits = vec![permit];
        let mut left_out = Vec::new();
        for (held, person) in some.iter().zip(&people) {
            match carry_out(&tx, &connection, held, person.as_ref()).await? {
                Ok(done) => permits.push(done),
                Err(why) => left_out.push((held.user, why)),
            }
            rows::delete_one(&tx, held.user).await?;
        }
        rows::forget_done(&tx, id).await?;
        let done = count_of(permits.len().saturating_sub(1));
        tx.commit_all(permits).await?;
        released.done = released.done.saturating_add(done);
        released.left_out.extend(left_out);
    }
}

/// Keeps those of a connection who wait, up to the newest who was seen; answers how many. For a day the provider is told so
/// when it repeats itself.
pub async fn refuse(
    app: &App,
    actor: &Actor,
    id: ConnectionId,
    newest: Option<DeprovisioningId>,
) -> Result<u64, Error> {
    let (tx, connection) = connections::begin(app, actor, id).await?;
    let newest = match newest {
        Some(seen) => Some(seen),
        None => rows::newest_held(&*tx, (tx.org, id)).await?,
    };
    let people = match newest {
        Some(newest) => rows::refuse(&tx, id, newest).await?,
        None => 0,
    };
    let action = Action::RefuseDeprovisionings { people };
    let (tx, permit) = app.ask(tx, actor, action, connections::target(&connection)).await?;
    if people > 0 {
        rows::forget_done(&tx, id).await?;
        tx.commit(permit).await?;
    }
    Ok(people)
}

/// Does one, as the connection wanted it.
async fn carry_out(
    tx: &Tx,
    connection: &Connection,
    held: &Deprovisioning,
    person: Option<&Person>,
) -> Result<Result<Permit, LeftOut>, Error> {
    if let Some(why) = held.left_out(person.map(|it| &it.user)) {
        return Ok(Err(why));
    }
    let Some(person) = person else { return Ok(Err(LeftOut::Gone)) };
    let action = match held.way {
        Way::Deactivate => Action::DeactivateUser,
        Way::Delete => Action::RemoveUser,
    };
    let permit = provisioner::actor(connection)?.permit(tx.roles()?, action, person.target())?;
    match provisioning::let_go(tx, connection, person, held.way).await {
        Ok(()) => Ok(Ok(permit)),
        // Nothing was written: the last holder is looked for before anything else.
        Err(Error::Conflict(Conflict::LastProtectedRole)) => Ok(Err(LeftOut::LastHolder)),
        Err(other) => Err(other),
    }
}

/// The users who wait, in that order.
async fn people(tx: &Tx, held: &[Deprovisioning]) -> Result<Vec<Option<Person>>, Error> {
    let mut found = Vec::with_capacity(held.len());
    for it in held {
        found.push(match load(tx, it.user).await {
            Ok(person) => Some(person),
            Err(Error::NotFound(_)) => None,
            Err(other) => return Err(other),
        });
    }
    Ok(found)
}

fn roles(people: &[Option<Person>]) -> Vec<RoleKey> {
    let mut roles: Vec<RoleKey> = people.iter().flatten().flat_map(|it| it.effective.held()).collect();
    roles.sort();
    roles.dedup();
    roles
}

fn count_of(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}
