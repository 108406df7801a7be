//! Those whom identity providers let go and who wait for an owner: shown, released and refused.
//!
//! What is decided is what was seen: whoever came to the list later waits on.
//!
//! **Invariant:** whoever is released is let go by the one deed that every request of the provider leads to, with a record of
//! its own; whoever cannot be is left out with the reason.
//! **Invariant:** a decision is made once, about everybody, and kept with its record before anybody goes; many are then let go
//! by a job, which a node that dies leaves to the next one.
//! **Invariant:** with a release the count begins anew, so that a provider that is not done yet does not meet the same limit
//! with its next request. With a refusal it goes on, so that none is worth another portion.

use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use crate::app::connections::{self, MANAGE};
use crate::app::users::{Person, load};
use crate::app::{App, provisioner, provisioning};
use crate::domain::connection::Connection;
use crate::domain::deprovisioning::{Deprovisioning, LeftOut, State, Way};
use crate::domain::id::{ConnectionId, DeprovisioningId, OrgId, UserId};
use crate::domain::policy::{Action, Actor, AuditRecord, Permit};
use crate::domain::role::{Effective, RoleKey};
use crate::domain::user::User;
use crate::domain::{Conflict, Error};
use crate::store::deprovisionings as rows;
use crate::store::{Tx, connections as links, grants, outbox, users};

pub use crate::store::deprovisionings::Counts;

/// The kind of the outbox message by which a job lets many go.
pub(crate) const LET_GO: &str = "let-go";
/// So many are let go in one unit, and no more while whoever decides waits for the answer.
const AT_ONCE: u64 = 100;
/// So many of those who stay are named in the record of the decision; each has a record of its own that it was held.
const NAMED: usize = 100;
/// Those whom no job has let go for so long are looked after again.
const LEFT_LYING: Duration = Duration::from_mins(5);

/// Somebody who waits.
#[derive(Debug)]
pub struct Held {
    /// What waits.
    pub deprovisioning: Deprovisioning,
    /// The user.
    pub user: User,
    /// Why this would be left out.
    pub left_out: Option<LeftOut>,
}

/// What came of a release.
#[derive(Debug, Default)]
pub struct Released {
    /// How many were let go.
    pub done: u64,
    /// How many are being let go now, because they are too many for one answer.
    pub under_way: u64,
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
    let held = rows::list(db, (org, id, State::Held), part, most).await?;
    let ids: Vec<UserId> = held.iter().map(|it| it.user).collect();
    let mut known: HashMap<UserId, User> = HashMap::new();
    for some in ids.chunks(connections::CHUNK) {
        known.extend(users::list_by_ids(db, org, some).await?.into_iter().map(|user| (user.id, user)));
    }
    // What waits goes with its user: a user who is not found went between the two.
    let with_user = |it: Deprovisioning| {
        let user = known.remove(&it.user)?;
        Some(Held { left_out: it.left_out(&user), user, deprovisioning: it })
    };
    Ok(held.into_iter().filter_map(with_user).collect())
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

/// How many of a connection are being let go, by a decision that has been made.
pub async fn under_way(app: &App, connection: &Connection) -> Result<u64, Error> {
    rows::count_released(app.store.reader(), (connection.org, connection.id)).await
}

/// Lets those of a connection go who wait, up to the newest who was seen: few at once, many by a job that begins now.
pub async fn release(
    app: &App,
    actor: &Actor,
    id: ConnectionId,
    newest: Option<DeprovisioningId>,
) -> Result<Released, Error> {
    let (tx, connection) = connections::begin(app, actor, id).await?;
    let decided = decided(&tx, id, newest).await?;
    let people = count_of(decided.len());
    let action = Action::ReleaseDeprovisionings {
        people,
        roles: roles(&tx, &decided).await?,
        is_own: is_among(actor, &decided),
    };
    let (tx, permit) = app.ask(tx, actor, action, connections::target(&connection)).await?;
    let Some(newest) = decided.last() else { return Ok(Released::default()) };
    rows::forget_done(&tx, id).await?;
    if people > AT_ONCE {
        rows::decide(&tx, id, newest.id, State::Released).await?;
        outbox::insert(&tx, LET_GO, &json!({ "connection": id })).await?;
        tx.commit(permit).await?;
        return Ok(Released { under_way: people, ..Released::default() });
    }
    let Gone { mut permits, left_out } = carry_out_all(&tx, &connection, &decided).await?;
    let done = count_of(permits.len());
    permits.push(permit);
    tx.commit_all(permits).await?;
    Ok(Released { done, left_out, ..Released::default() })
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
    let decided = decided(&tx, id, newest).await?;
    let people = count_of(decided.len());
    let action = Action::RefuseDeprovisionings {
        people,
        users: decided.iter().take(NAMED).map(|it| it.user).collect(),
        is_own: is_among(actor, &decided),
    };
    let (tx, permit) = app.ask(tx, actor, action, connections::target(&connection)).await?;
    let Some(newest) = decided.last() else { return Ok(0) };
    rows::decide(&tx, id, newest.id, State::Refused).await?;
    tx.commit(permit).await?;
    Ok(people)
}

#[derive(Deserialize)]
struct LetGo {
    connection: ConnectionId,
}

/// Lets those of a connection go about whom that is decided.
pub(crate) async fn let_go(app: &App, org: OrgId, payload: &str) -> Result<(), Error> {
    let LetGo { connection } = serde_json::from_str(payload).map_err(anyhow::Error::new)?;
    let of = (org, connection, State::Released);
    let mut part = rows::Part::default();
    let mut failure = None;
    loop {
        let some = rows::list(app.store.reader(), of, part, AT_ONCE).await?;
        let Some(last) = some.last() else { return failure.map_or(Ok(()), Err) };
        part.after = Some(last.id);
        if let Err(cause) = let_go_in_one(app, (org, connection), &some).await {
            tracing::warn!(org.id = %org, connection.id = %connection, failure = %cause, "those who are let go go one by one");
            for one in some.chunks(1) {
                // Whoever cannot go keeps nobody else.
                failure = let_go_in_one(app, (org, connection), one).await.err().or(failure);
            }
        }
    }
}

/// Goes on where a decision has been made and its job has been given up.
pub(crate) async fn resume(app: &App) -> Result<(), Error> {
    for (org, connection) in app.store.released_before(app.now().before(LEFT_LYING)).await? {
        if let Err(failure) = let_go(app, org, &json!({ "connection": connection }).to_string()).await {
            tracing::error!(org.id = %org, connection.id = %connection, failure = %failure, "could not let everybody go");
        }
    }
    Ok(())
}

/// Lets these go in one unit, if nobody else has done so meanwhile, and as long as the connection is not paused. Whoever must
/// stay is on record as refused.
async fn let_go_in_one(app: &App, (org, id): (OrgId, ConnectionId), released: &[Deprovisioning]) -> Result<(), Error> {
    let tx = app.begin(org).await?;
    let Some(connection) = links::find(&*tx, org, id).await?.filter(|it| !it.is_paused) else { return Ok(()) };
    let mut still = Vec::with_capacity(released.len());
    for it in released {
        still.extend(rows::find(&tx, it.user).await?.filter(|now| now == it));
    }
    let Gone { permits, left_out } = carry_out_all(&tx, &connection, &still).await?;
    let now = tx.now;
    let refusals = refusals(&tx, &connection, &still, &left_out).await?;
    tx.commit_all(permits).await?;
    for refusal in refusals {
        app.store.record(refusal, now).await?;
    }
    Ok(())
}

/// Those who are decided about: who waits, up to the newest who was seen.
async fn decided(tx: &Tx, id: ConnectionId, newest: Option<DeprovisioningId>) -> Result<Vec<Deprovisioning>, Error> {
    rows::list(&**tx, (tx.org, id, State::Held), rows::Part { after: None, newest }, u64::from(u32::MAX)).await
}

/// True when whoever decides is one of those who are let go.
fn is_among(actor: &Actor, decided: &[Deprovisioning]) -> bool {
    match actor {
        Actor::User(one) | Actor::Service(one) => decided.iter().any(|it| it.user == one.id),
        Actor::Operator { .. } | Actor::Job(_) | Actor::Scim(_) | Actor::Client(_) | Actor::Anonymous => false,
    }
}

/// What came of some, before it is kept.
struct Gone {
    permits: Vec<Permit>,
    left_out: Vec<(UserId, LeftOut)>,
}

/// Does each of these, or leaves it out; none of them waits after that.
async fn carry_out_all(tx: &Tx, connection: &Connection, these: &[Deprovisioning]) -> Result<Gone, Error> {
    let mut gone = Gone { permits: Vec::with_capacity(these.len()), left_out: Vec::new() };
    for it in these {
        match carry_out(tx, connection, it, &load(tx, it.user).await?).await? {
            Ok(done) => gone.permits.push(done),
            Err(why) => gone.left_out.push((it.user, why)),
        }
        rows::delete_one(tx, it.user).await?;
    }
    Ok(gone)
}

/// Does one, as the connection wanted it.
async fn carry_out(
    tx: &Tx,
    connection: &Connection,
    it: &Deprovisioning,
    person: &Person,
) -> Result<Result<Permit, LeftOut>, Error> {
    if let Some(why) = it.left_out(&person.user) {
        return Ok(Err(why));
    }
    let permit = provisioner::actor(connection)?.permit(tx.roles()?, deed(it.way), person.target())?;
    match provisioning::let_go(tx, connection, person, it.way).await {
        Ok(()) => Ok(Ok(permit)),
        // Nothing was written: the last holder is looked for before anything else.
        Err(Error::Conflict(Conflict::LastProtectedRole)) => Ok(Err(LeftOut::LastHolder)),
        Err(other) => Err(other),
    }
}

const fn deed(way: Way) -> Action {
    match way {
        Way::Deactivate => Action::DeactivateUser,
        Way::Delete => Action::RemoveUser,
    }
}

/// What is recorded of those who must stay as the last holders of a protected role, where nobody waits for an answer.
async fn refusals(
    tx: &Tx,
    connection: &Connection,
    these: &[Deprovisioning],
    left_out: &[(UserId, LeftOut)],
) -> Result<Vec<AuditRecord>, Error> {
    let mut refusals = Vec::new();
    for it in these.iter().filter(|it| left_out.contains(&(it.user, LeftOut::LastHolder))) {
        let target = load(tx, it.user).await?.target();
        refusals.push(provisioner::actor(connection)?.denial_record(&deed(it.way), &target));
    }
    Ok(refusals)
}

/// Every role that somebody of them holds.
async fn roles(tx: &Tx, of: &[Deprovisioning]) -> Result<Vec<RoleKey>, Error> {
    let mut roles = Vec::new();
    for some in of.chunks(connections::CHUNK) {
        let ids: Vec<UserId> = some.iter().map(|it| it.user).collect();
        let people = users::list_by_ids(&**tx, tx.org, &ids).await?;
        for grants in grants::live_of(&**tx, tx.org, &people).await?.into_values() {
            roles.extend(Effective::of(tx.roles()?, grants).held());
        }
        roles.sort();
        roles.dedup();
    }
    Ok(roles)
}

fn count_of(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}
