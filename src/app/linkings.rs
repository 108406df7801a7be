//! Those whom an identity provider means by a name that somebody here has who is not its to have: noted, shown, linked or left.
//!
//! A provider that claims somebody's name is refused as before (409); what is new is that somebody is asked. After the link the
//! provider finds the user as its own, whether it looks first or creates again.
//!
//! **Invariant:** nobody is linked but by a person who manages connections, may give this person another provider, and has
//! proved who they are a short while ago.
//! **Invariant:** whoever holds a protected role, or more than the connection may give, is linked by nobody.
//! **Invariant:** what is decided is what was seen: where the provider has said something else meanwhile, nothing is decided.
//! That it says the same again changes nothing, or a busy provider would never be decided about.
//! **Invariant:** whoever is linked keeps nothing that was opened before, and is told.

use serde::{Deserialize, Serialize};

use crate::app::connections::{self, CHUNK, MANAGE};
use crate::app::mail::{self, Letter};
use crate::app::users::{Person, load};
use crate::app::{App, accounts, break_glass, directory, provisioner};
use crate::domain::connection::Connection;
use crate::domain::id::{ConnectionId, LinkingId, UserId};
use crate::domain::linking::{Linking, State};
use crate::domain::policy::{Action, Actor};
use crate::domain::role::{RoleKey, RoleModel};
use crate::domain::user::{SignIn, Status, User};
use crate::domain::{Conflict, Denial, Error};
use crate::store::{Tx, identities, linkings as rows, passwords, users};

/// The permission to see whom a provider has met here, beside that for connections.
const READ: &str = "users:read";

/// What a provider says of somebody whom it wants to make.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The user name, which somebody has.
    pub user_name: String,
    /// The id of the person there.
    pub external_id: Option<String>,
    /// What people call the person.
    pub display_name: Option<String>,
    /// Where mail goes.
    pub email: Option<String>,
}

/// What is sealed of it.
#[derive(Debug, Serialize, Deserialize)]
struct Said {
    #[serde(flatten)]
    claim: Claim,
    /// At which asking it said this first.
    #[serde(default)]
    since: u64,
}

/// A question, and the user whom it is about.
#[derive(Debug)]
pub struct Asked {
    /// The question.
    pub linking: Linking,
    /// What the provider says.
    pub claim: Claim,
    /// Whom it met.
    pub user: User,
    /// Why nobody can link them.
    pub refusal: Option<Error>,
}

/// Notes that a connection means a user who is not its to have; the unit is the caller's.
pub(crate) async fn note(app: &App, tx: &Tx, of: &Connection, user: UserId, claim: &Claim) -> Result<(), Error> {
    let known = rows::find(tx, of.id, user).await?;
    let claim_key = key(app, of.id, claim)?;
    let is_same = |it: &Linking| it.claim_key == claim_key && it.state != State::Linked;
    let times = known.as_ref().map_or(1, |it| it.times.saturating_add(1));
    let (id, state, since, first_at) = match &known {
        Some(it) if is_same(it) => {
            let before = opened(app, it)?;
            (it.id, it.state, if before.claim == *claim { before.since } else { times }, it.first_at)
        }
        // Another id, or a link that is no more, is another question.
        Some(it) => (it.id, State::Open, times, it.first_at),
        None => (LinkingId::new(), State::Open, times, tx.now),
    };
    let plain = serde_json::to_vec(&Said { claim: claim.clone(), since }).map_err(anyhow::Error::new)?;
    let claim_sealed = app.seal.seal(&place(id), &plain)?;
    let (org, connection) = (tx.org, of.id);
    let asked = Linking { id, org, connection, user, state, claim_key, claim_sealed, times, first_at, last_at: tx.now };
    rows::put(tx, &asked).await
}

/// The link of this user to a connection that does not know it yet, and whether it is about the id that the connection wants to
/// make somebody of: only then the user is taken up by it, once.
pub(crate) async fn linked(
    app: &App,
    tx: &Tx,
    of: ConnectionId,
    user: UserId,
    claim: &Claim,
) -> Result<Option<(LinkingId, bool)>, Error> {
    let claim_key = key(app, of, claim)?;
    let known = rows::find(tx, of, user).await?.filter(|it| it.state == State::Linked);
    Ok(known.map(|it| (it.id, it.claim_key == claim_key)))
}

/// The open questions of a connection, oldest first.
pub async fn list(
    app: &App,
    actor: &Actor,
    id: ConnectionId,
    after: Option<LinkingId>,
    most: u64,
) -> Result<Vec<Asked>, Error> {
    let (connection, _) = connections::get(app, actor, id).await?;
    let (db, org) = (app.store.reader(), connection.org);
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, READ)?;
    let found = rows::list_open(db, (org, id), after, most).await?;
    let ids: Vec<UserId> = found.iter().map(|it| it.user).collect();
    let mut known = std::collections::HashMap::new();
    for some in ids.chunks(CHUNK) {
        let people = users::list_by_ids(db, org, some).await?;
        let mut grants = crate::store::grants::live_of(db, org, &people).await?;
        for user in people {
            let held = crate::domain::role::Effective::of(&model, grants.remove(&user.id).unwrap_or_default());
            known.insert(user.id, Person { user, effective: held });
        }
    }
    let mut asked = Vec::with_capacity(found.len());
    for linking in found {
        let Some(person) = known.remove(&linking.user) else { continue };
        let refusal = may_link(actor, &model, &connection, &person).err();
        asked.push(Asked { claim: opened(app, &linking)?.claim, user: person.user, refusal, linking });
    }
    Ok(asked)
}

/// How many open questions a connection has.
pub async fn count(app: &App, actor: &Actor, of: &Connection) -> Result<u64, Error> {
    let (_, model) = app.store.organisation(of.org).await?;
    actor.may(&model, MANAGE)?;
    rows::count_open(app.store.reader(), (of.org, of.id)).await
}

/// Gives the user to the connection; `seen` is how often the provider had asked when whoever decides looked.
pub async fn link(app: &App, actor: &Actor, id: ConnectionId, linking: LinkingId, seen: u64) -> Result<User, Error> {
    let (tx, connection, asked, person) = begin(app, actor, id, linking, seen).await?;
    let gives = connections::default_role(&connection)?.filter(|_| person.effective.grants.is_empty());
    let action = Action::LinkUser { connection: id, takes: Vec::new(), gives };
    let (tx, permit) = app.ask(tx, actor, action, person.target()).await?;
    may_link(actor, tx.roles()?, &connection, &person)?;
    let user = give(&tx, app, &connection, &person.user).await?;
    rows::put(&tx, &Linking { state: State::Linked, last_at: tx.now, ..asked }).await?;
    let by = mail::doer(&tx, actor).await?;
    let signs_in_there = user.sign_in == SignIn::Sso;
    mail::queue(app, &tx, &user, Letter::Linked { provider: connection.name, by, signs_in_there }).await?;
    tx.commit(permit).await?;
    Ok(user)
}

/// Leaves the user alone; the provider is refused as before, and nobody is asked about the same id again.
pub async fn dismiss(app: &App, actor: &Actor, id: ConnectionId, linking: LinkingId, seen: u64) -> Result<(), Error> {
    let (tx, _, asked, person) = begin(app, actor, id, linking, seen).await?;
    let (tx, permit) = app.ask(tx, actor, Action::DismissLinking { connection: id }, person.target()).await?;
    rows::put(&tx, &Linking { state: State::Dismissed, ..asked }).await?;
    tx.commit(permit).await
}

async fn begin(
    app: &App,
    actor: &Actor,
    id: ConnectionId,
    linking: LinkingId,
    seen: u64,
) -> Result<(Tx, Connection, Linking, Person), Error> {
    let (tx, connection) = connections::begin(app, actor, id).await?;
    actor.may(tx.roles()?, MANAGE)?;
    actor.may(tx.roles()?, READ)?;
    let asked = rows::find_open(&tx, id, linking).await?.ok_or(Error::NotFound("question"))?;
    let person = load(&tx, asked.user).await?;
    if !(opened(app, &asked)?.since..=asked.times).contains(&seen) {
        return Err(Error::Stale);
    }
    Ok((tx, connection, asked, person))
}

/// Whether this actor may give this person to the connection: nobody does who could not do it on the page of the user, and
/// nobody at all where the connection would get hold of more than it may give.
fn may_link(actor: &Actor, model: &RoleModel, to: &Connection, person: &Person) -> Result<(), Error> {
    if person.user.managed_by.is_some() {
        return Err(Conflict::ManagedElsewhere.into());
    }
    let action = Action::LinkUser { connection: to.id, takes: Vec::new(), gives: None };
    actor.check(model, &action, &person.target())?;
    let protected = |role: &&RoleKey| model.is_protected(role);
    if let Some(role) = person.effective.held().iter().find(protected) {
        return Err(Error::denied(Denial::Ceiling { connection: to.name.clone(), role: role.clone() }));
    }
    provisioner::actor(to)?.check(model, &action, &person.target())
}

/// The user signs in where the people of the connection do, and belongs to it; what it calls the person it says itself.
async fn give(tx: &Tx, app: &App, to: &Connection, user: &User) -> Result<User, Error> {
    break_glass::keep_away(&**tx, user.org, user.id).await?;
    let sign_in = if to.settings.issuer.is_some() { SignIn::Sso } else { user.sign_in };
    let status = match (user.status, sign_in) {
        (Status::Pending, SignIn::Sso) => Status::Active,
        (same, _) => same,
    };
    identities::delete_of_user(tx, user.id).await?;
    if sign_in == SignIn::Sso {
        passwords::delete(tx, user.id).await?;
    }
    let (document, searchable) = directory::unasserted(user, app.users_of(tx.organisation()?)?, &[to]);
    let given = User { managed_by: Some(to.id), external_id: None, sign_in, document, ..user.clone() };
    users::update(tx, &given, &searchable).await?;
    users::forget_asserted(tx, user.id).await?;
    accounts::void_access(tx, &given, status).await
}

/// Which id a claim gives the person, so that it is known again and cannot be read.
fn key(app: &App, of: ConnectionId, claim: &Claim) -> Result<Vec<u8>, Error> {
    let id = serde_json::to_string(&claim.external_id).map_err(anyhow::Error::new)?;
    Ok(app.seal.lookup(&format!("linking {of} {id}"))?.to_vec())
}

fn place(id: LinkingId) -> String {
    format!("linkings.claim_sealed.{id}")
}

fn opened(app: &App, linking: &Linking) -> Result<Said, Error> {
    let plain = app.seal.open(&place(linking.id), &linking.claim_sealed)?;
    Ok(serde_json::from_slice(plain.reveal()).map_err(anyhow::Error::new)?)
}
