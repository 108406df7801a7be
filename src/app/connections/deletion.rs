//! The end of a connection: what goes with it, and what stays.
//!
//! **Invariant:** people stay, with what they hold from elsewhere; whatever they got by the connection ends at once, and
//! they have no way in until they belong to another connection.
//! **Invariant:** what was planned and what is done are the same work; a plan is that work undone.
//! **Invariant:** a protected role keeps a holder who can still sign in.

use super::roster::Sheet;
use super::{begin, default_role, target};
use crate::app::{App, accounts, directory, project_teams};
use crate::domain::Error;
use crate::domain::connection::Connection;
use crate::domain::id::ConnectionId;
use crate::domain::policy::{Action, Actor, Permit, keeps_a_holder};
use crate::domain::project::Subject;
use crate::domain::role::{RoleKey, RoleModel};
use crate::domain::user::{SignIn, User};
use crate::store::{
    Tx, connections, deprovisionings, grants, groups, journal, kept_requests, linkings, members, setup_links, users,
};

/// What goes with a connection.
#[derive(Debug, Clone)]
pub struct Deletion {
    /// The connection.
    pub connection: Connection,
    /// How many people it manages; they stay.
    pub people: u64,
    /// How many of them can sign in now and cannot afterwards.
    pub locked_out: u64,
    /// How many people wait to be let go, and do not wait any more.
    pub held: u64,
    /// How many groups go, with the roles that they give.
    pub groups: u64,
    /// How many tokens end.
    pub tokens: u64,
    /// The domains whose addresses lead nowhere afterwards.
    pub domains: Vec<String>,
    /// The roles that it gives now.
    pub roles: Vec<RoleKey>,
}

/// Says what the deletion of a connection would come to, and why it cannot be done now.
pub async fn plan_deletion(app: &App, actor: &Actor, id: ConnectionId) -> Result<Deletion, Error> {
    let (tx, _, deletion) = work(app, actor, id).await?;
    drop(tx);
    Ok(deletion)
}

/// Refuses whoever may not take the roles that go with a connection.
pub fn may_delete(actor: &Actor, model: &RoleModel, it: &Sheet) -> Result<(), Error> {
    let action = Action::DeleteConnection { roles: it.roles.clone(), people: it.people, groups: 0 };
    actor.check(model, &action, &target(&it.connection))
}

/// Deletes a connection for good.
pub async fn delete(app: &App, actor: &Actor, id: ConnectionId) -> Result<Deletion, Error> {
    let (tx, permit, deletion) = work(app, actor, id).await?;
    tx.commit(permit).await?;
    Ok(deletion)
}

async fn work(app: &App, actor: &Actor, id: ConnectionId) -> Result<(Tx, Permit, Deletion), Error> {
    let (tx, connection) = begin(app, actor, id).await?;
    let people = users::list_managed(&*tx, tx.org, id).await?;
    let deletion = measure(&tx, connection, &people).await?;
    let Deletion { roles, people: count, groups, .. } = deletion.clone();
    let action = Action::DeleteConnection { roles, people: count, groups };
    let (tx, permit) = app.ask(tx, actor, action, target(&deletion.connection)).await?;
    let before = protected_holders(&tx).await?;
    take_roles(&tx, id).await?;
    keep_holders(&tx, id, before).await?;
    let table = app.users_of(tx.organisation()?)?;
    for user in &people {
        let (document, searchable) = directory::unasserted(user, table, &[&deletion.connection]);
        let alone = User { managed_by: None, external_id: None, document, ..user.clone() };
        users::update(&tx, &alone, &searchable).await?;
        users::forget_asserted(&tx, alone.id).await?;
        match alone.sign_in {
            SignIn::Sso => drop(accounts::void_access(&tx, &alone, alone.status).await?),
            SignIn::Password => {
                let version = alone.version.saturating_add(1);
                users::set_state(&tx, &User { version, updated_at: tx.now, ..alone }).await?;
            }
        }
    }
    kept_requests::delete_of_connection(&tx, id).await?;
    journal::delete_of_connection(&tx, id).await?;
    deprovisionings::delete_of_connection(&tx, id).await?;
    setup_links::delete_of_connection(&tx, id).await?;
    linkings::delete_of_connection(&tx, id).await?;
    connections::delete(&tx, id).await?;
    Ok((tx, permit, deletion))
}

async fn measure(tx: &Tx, connection: Connection, people: &[User]) -> Result<Deletion, Error> {
    let (org, id) = (tx.org, connection.id);
    let groups = groups::list_managed(&**tx, org, id).await?;
    let named = grants::roles_by_connection(&**tx, org, id).await?;
    let roles = roles_given(&connection, named, !people.is_empty())?;
    Ok(Deletion {
        people: count(people.len()),
        locked_out: count(people.iter().filter(|user| user.is_active() && user.sign_in == SignIn::Sso).count()),
        held: deprovisionings::count_held(&**tx, (org, id)).await?.all(),
        groups: count(groups.len()),
        tokens: count(connections::list_tokens(&**tx, org, id).await?.len()),
        domains: connections::list_domains(&**tx, org, id).await?,
        roles,
        connection,
    })
}

/// The roles that people have by a connection now: those of its grants and groups, and the default one.
pub(super) fn roles_given(it: &Connection, by_name: Vec<RoleKey>, has_people: bool) -> Result<Vec<RoleKey>, Error> {
    let by_default = default_role(it)?;
    let mut roles: Vec<RoleKey> = by_name.into_iter().chain(by_default.filter(|_| has_people)).collect();
    roles.sort();
    roles.dedup();
    Ok(roles)
}

async fn take_roles(tx: &Tx, id: ConnectionId) -> Result<(), Error> {
    for group in groups::list_managed(&**tx, tx.org, id).await? {
        let left = members::ids(&**tx, tx.org, group.id).await?;
        project_teams::detach(tx, Subject::Group(group.id)).await?;
        members::clear(tx, group.id).await?;
        groups::delete(tx, group.id).await?;
        for some in left.chunks(super::CHUNK) {
            users::touch(tx, some).await?;
        }
    }
    grants::delete_from_connection(tx, id).await
}

/// How many active people hold each protected role.
pub(super) async fn protected_holders(tx: &Tx) -> Result<Vec<(RoleKey, u64)>, Error> {
    let mut holders = Vec::new();
    for role in tx.roles()?.roles().iter().filter(|role| role.protected.is_some()) {
        holders.push((role.key.clone(), grants::active_holders(&**tx, tx.org, &role.key, None).await?));
    }
    Ok(holders)
}

/// Whoever signs in at the provider of a connection that ends or stops holds nothing that they could use afterwards.
pub(super) async fn keep_holders(tx: &Tx, id: ConnectionId, before: Vec<(RoleKey, u64)>) -> Result<(), Error> {
    for (role, held) in before {
        let left = grants::active_holders_beside(&**tx, tx.org, &role, id).await?;
        if left < held {
            keeps_a_holder(tx.roles()?, &role, left)?;
        }
    }
    Ok(())
}

fn count(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}
