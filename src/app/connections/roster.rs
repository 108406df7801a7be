//! The connections of an organisation as people see them: each with whom it manages and which domains lead to it, and what
//! somebody may do to them.

use super::deletion::roles_given;
use super::{MANAGE, ceiling, target};
use crate::app::App;
use crate::domain::Error;
use crate::domain::connection::{Connection, ConnectionClient, ConnectionToken};
use crate::domain::id::{ConnectionId, OrgId};
use crate::domain::policy::{Action, Actor, Ceiling, Target};
use crate::domain::role::{Role, RoleKey, RoleModel};
use crate::store::deprovisionings::{self, Counts};
use crate::store::{connection_clients, connections, grants};

/// A connection of the list.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The connection.
    pub connection: Connection,
    /// How many people it manages.
    pub people: u64,
    /// The domains whose addresses sign in there, by name.
    pub domains: Vec<String>,
}

/// Every connection of an organisation, by name.
pub async fn roster(app: &App, actor: &Actor, org: OrgId) -> Result<Vec<Entry>, Error> {
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, MANAGE)?;
    let db = app.store.reader();
    let mut people = connections::count_people(db, org).await?;
    let mut domains = connections::domains_of_all(db, org).await?;
    let entry = |it: Connection| Entry {
        people: people.remove(&it.id).unwrap_or_default(),
        domains: domains.remove(&it.id).unwrap_or_default(),
        connection: it,
    };
    Ok(connections::list(db, org).await?.into_iter().map(entry).collect())
}

/// What is known of one connection.
pub struct Sheet {
    /// The connection.
    pub connection: Connection,
    /// Its tokens, newest first.
    pub tokens: Vec<ConnectionToken>,
    /// Its clients, newest first.
    pub clients: Vec<ConnectionClient>,
    /// The domains whose addresses sign in there, by name.
    pub domains: Vec<String>,
    /// How many people it manages.
    pub people: u64,
    /// Whether a secret of ours at the provider is kept.
    pub has_secret: bool,
    /// The roles that people have by it now.
    pub roles: Vec<RoleKey>,
    /// Whom it lets go and who waits for an owner.
    pub held: Counts,
}

/// One connection with what hangs on it.
pub async fn sheet(app: &App, actor: &Actor, id: ConnectionId) -> Result<Sheet, Error> {
    let (connection, tokens) = super::get(app, actor, id).await?;
    let (db, org) = (app.store.reader(), connection.org);
    let people = connections::count_people(db, org).await?.remove(&id).unwrap_or_default();
    Ok(Sheet {
        tokens,
        clients: connection_clients::list(db, org, id).await?,
        domains: connections::list_domains(db, org, id).await?,
        roles: roles_given(&connection, grants::roles_by_connection(db, org, id).await?, people > 0)?,
        people,
        held: deprovisionings::count_held(db, (org, id)).await?,
        has_secret: connections::client_secret(db, org, id).await?.is_some(),
        connection,
    })
}

/// Refuses whoever could not give every role themselves that the connection may give: they neither say who vouches for its
/// people nor get a token of it.
pub fn reaches(actor: &Actor, model: &RoleModel, it: &Connection) -> Result<(), Error> {
    let ceiling = Some(ceiling(&it.settings)?);
    let action = Action::ChangeConnection { default_role: None, ceiling, claims: Vec::new(), changes: Vec::new() };
    actor.check(model, &action, &target(it))
}

/// What somebody may let a new connection give.
pub struct Reach<'a> {
    /// True when it may give every role that is not protected.
    pub is_unlimited: bool,
    /// The roles that may be its highest, highest first.
    pub roles: Vec<&'a Role>,
}

/// What the actor may let a new connection give; refused where they may make none.
pub fn reach_of_new<'a>(actor: &Actor, model: &'a RoleModel, org: OrgId) -> Result<Reach<'a>, Error> {
    let nothing = Target::Connection { org, id: ConnectionId::from_uuid(org.uuid()), label: String::new() };
    let may = |max: Option<RoleKey>| {
        let ceiling = Ceiling { max, protected: false };
        let (domains, claims, changes) = (Vec::new(), Vec::new(), Vec::new());
        let action = Action::CreateConnection { default_role: None, ceiling, domains, claims, changes };
        actor.check(model, &action, &nothing)
    };
    let everything = may(None);
    let of_people = model.roles().iter().filter(|role| role.protected.is_none());
    let roles: Vec<&Role> = of_people.filter(|role| may(Some(role.key.clone())).is_ok()).collect();
    match everything {
        Ok(()) => Ok(Reach { is_unlimited: true, roles }),
        Err(cause) if roles.is_empty() => Err(cause),
        Err(_) => Ok(Reach { is_unlimited: false, roles }),
    }
}

/// True when the actor may make some connection.
pub fn may_make_some(actor: &Actor, model: &RoleModel, org: OrgId) -> bool {
    reach_of_new(actor, model, org).is_ok()
}
