//! Connections to identity providers: made, paused, given tokens, and their groups mapped to roles.
//!
//! **Invariant:** a connection gets protected roles only while somebody outside every identity provider holds one.
//! **Invariant:** a token is shown once, when it is made; only its hash is stored.

mod change;
mod clients;
mod deletion;
mod drift;
mod guide;
pub(crate) mod handover;
mod health;
mod mappings;
mod roster;
mod setup_links;
pub(crate) mod watch;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crate::app::organisations::{self, known_role, known_role_of};
use crate::app::rehearse::ENTRA_FLAG;
use crate::app::{self, App};
use crate::domain::connection::{ATTRIBUTES_MAX, Attributes, Connection, ConnectionToken, Kind, Scopes, Settings};
use crate::domain::id::{CallId, ConnectionId, OrgId, TokenId};
use crate::domain::policy::{Action, Actor, Ceiling, Target};
use crate::domain::role::{RoleKey, RoleModel};
use crate::domain::routing::DomainName;
use crate::domain::secret::{Secret, TokenHash, TokenKind};
use crate::domain::text::check_name;
use crate::domain::{Error, Flaw};
use crate::scim::allowed;
use crate::store::{Tx, connections, grants, groups, own_domains};

pub use change::{CLIENT_ID_MAX, CLIENT_SECRET_MAX, ConnectionChange, ISSUER_MAX, change};
pub use clients::{CLIENT_NAME_MAX, NewClient, add_client, revoke_client};
pub use deletion::{Deletion, delete, may_delete, plan_deletion};
pub use drift::{Difference, DriftPage, DriftQuery, LIMIT_DEFAULT as DRIFT_USUAL, LIMIT_MAX as DRIFT_MAX, drift};
pub use guide::evidence;
pub use health::health;
pub use mappings::{
    MAPPED_GROUPS_SHOWN, Mappings, PEOPLE_LOOKED_AT, RoleMapping, Unmatched, WORDS_SHOWN, mappable, mappings, may_unmap,
};
pub use roster::{Entry, Reach, Sheet, may_make_some, reach_of_new, reaches, roster, sheet};
pub use setup_links::{
    Asked, NewSetupLink, Progress, Visit, add_token_by_link, create_setup_link, list_setup_links, open_setup_link,
    progress, revoke_setup_link,
};

/// The permission to see and change connections.
pub const MANAGE: &str = "org.scim:manage";
/// The longest name.
pub const NAME_MAX: usize = 128;
/// So many days a token works where nobody says.
pub const TOKEN_DAYS: u32 = 365;
/// So many days a token works at most.
pub const TOKEN_DAYS_MAX: u32 = 3_650;
const DAY: Duration = Duration::from_hours(24);
/// How much of a token is kept for recognising it: the prefix and four characters.
const HINT_CHARACTERS: usize = 11;
/// How many users one statement names at most.
pub(crate) const CHUNK: usize = 500;

/// What a connection starts with.
pub struct NewConnection {
    /// The organisation it provisions.
    pub org: OrgId,
    /// Which identity provider speaks.
    pub kind: Kind,
    /// Its name for people.
    pub name: String,
    /// Its switches.
    pub settings: Settings,
    /// Our secret at the provider's OpenID Connect.
    pub client_secret: Option<Secret<String>>,
    /// The domains whose addresses sign in there.
    pub domains: Vec<DomainName>,
    /// How long its first token works.
    pub token_lifetime: Duration,
}

/// A token and its secret, shown once.
pub struct NewToken {
    /// What is known of it later.
    pub token: ConnectionToken,
    /// What the identity provider sends.
    pub secret: Secret<String>,
}

/// What mapping a group did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mapped {
    /// Its members have the role now.
    Now,
    /// The group is not there yet; its members get the role when it is pushed.
    WhenPushed,
}

/// Makes a connection and its first token.
pub async fn create(app: &App, actor: &Actor, new: NewConnection) -> Result<(Connection, NewToken), Error> {
    change::check_secret(new.client_secret.as_ref())?;
    let allowed_addresses = change::each_network(new.settings.allowed_addresses)?;
    let tx = app.begin(new.org).await?;
    let named = new.settings.role_attribute;
    let role_attribute = named.map(|name| change::role_attribute(app, &tx, &name)).transpose()?;
    let made = Connection {
        id: ConnectionId::new(),
        org: tx.org,
        kind: new.kind,
        name: new.name,
        is_paused: false,
        settings: Settings { allowed_addresses, role_attribute, ..new.settings },
        created_at: tx.now,
        updated_at: tx.now,
    };
    let domains = change::each_once(new.domains);
    change::check(&made, new.client_secret.is_some() || !domains.is_empty())?;
    change::check_width(actor, None, &made.settings)?;
    let (default_role, ceiling) = checked_roles(&tx, &made.settings).await?;
    let token = new_token(&tx, made.id, new.token_lifetime, (Scopes::Everything, Attributes::Everything));
    let action = Action::CreateConnection {
        default_role,
        ceiling: ceiling.clone(),
        domains: names(&domains),
        claims: unproven(&tx, names(&domains)).await?,
        changes: change::changes(None, &made, (&[], None), new.client_secret.is_some()),
    };
    let (tx, permit) = app.ask(tx, actor, action, target(&made)).await?;
    let (tx, token_permit) = app.ask(tx, actor, added(&token, ceiling), target(&made)).await?;
    let place = secret_place(made.id);
    let sealed = new.client_secret.map(|secret| app.seal.seal(&place, secret.reveal().as_bytes())).transpose()?;
    connections::insert(&tx, &made, sealed).await?;
    connections::insert_token(&tx, &token.token, &TokenHash::of(token.secret.reveal())).await?;
    claim_domains(&tx, made.id, &domains).await?;
    tx.commit_all(vec![permit, token_permit]).await?;
    Ok((made, token))
}

/// The place for which the client secret of a connection is sealed.
pub fn secret_place(id: ConnectionId) -> String {
    format!("connections.client_secret_sealed.{id}")
}

/// How long a token works that is to work for so many days.
pub fn token_lifetime(days: u32) -> Result<Duration, Error> {
    if (1..=TOKEN_DAYS_MAX).contains(&days) {
        return Ok(DAY.saturating_mul(days));
    }
    Err(Error::invalid("expires_in_days", Flaw::Days { from: 1, to: TOKEN_DAYS_MAX }))
}

/// The base URL that goes into the identity provider's SCIM settings.
pub fn scim_base_url(app: &App) -> String {
    app.config.url("/scim/v2")
}

/// The same for one connection: where tokens of Entra open it, it has an address of its own, at which alone they do.
pub fn scim_base_url_of(app: &App, connection: &Connection) -> String {
    match connection.settings.entra {
        Some(_) => scim_base_url_at(app, Some(connection.id)),
        None => scim_base_url(app),
    }
}

/// The same for a request that came to the address of this connection, or to that of all.
pub fn scim_base_url_at(app: &App, own: Option<ConnectionId>) -> String {
    own.map_or_else(|| scim_base_url(app), |id| app.config.url(&format!("/scim/{id}/v2")))
}

/// The same as its provider has to be told it: Entra follows the standard closely only where the address says so.
pub fn scim_url_for(app: &App, connection: &Connection) -> String {
    let base = scim_base_url_of(app, connection);
    match connection.kind {
        Kind::Entra => format!("{base}?{ENTRA_FLAG}"),
        Kind::Okta | Kind::Generic => base,
    }
}

/// The roles that a connection may give.
pub fn ceiling(settings: &Settings) -> Result<Ceiling, Error> {
    Ok(Ceiling { max: role_key("max_role", settings.max_role.as_deref())?, protected: settings.protected_roles })
}

/// The connections of an organisation, by name.
pub async fn list(app: &App, actor: &Actor, org: OrgId) -> Result<Vec<Connection>, Error> {
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, MANAGE)?;
    connections::list(app.store.reader(), org).await
}

/// A connection and the roles of its organisation, for somebody who manages connections.
async fn managed(app: &App, actor: &Actor, id: ConnectionId) -> Result<(Connection, Arc<RoleModel>), Error> {
    let found = find(app, actor, id).await?;
    let (_, model) = app.store.organisation(found.org).await?;
    actor.may(&model, MANAGE)?;
    Ok((found, model))
}

/// A connection with its tokens, newest first.
pub async fn get(app: &App, actor: &Actor, id: ConnectionId) -> Result<(Connection, Vec<ConnectionToken>), Error> {
    let (found, _) = managed(app, actor, id).await?;
    let tokens = connections::list_tokens(app.store.reader(), found.org, id).await?;
    Ok((found, tokens))
}

/// Stops or starts the answering of a connection's requests; while it is stopped its tokens work nowhere. Nobody but the
/// operator stops the one by which the last holder of a protected role can sign in: that is for emergencies.
pub async fn set_paused(app: &App, actor: &Actor, id: ConnectionId, is_paused: bool) -> Result<Connection, Error> {
    let (tx, before) = begin(app, actor, id).await?;
    let ceiling = ceiling(&before.settings)?;
    let action = if is_paused { Action::PauseConnection } else { Action::ResumeConnection { ceiling } };
    let (tx, permit) = app.ask(tx, actor, action, target(&before)).await?;
    if before.is_paused == is_paused {
        return Ok(before);
    }
    if is_paused && !matches!(actor, Actor::Operator { .. }) {
        deletion::keep_holders(&tx, id, deletion::protected_holders(&tx).await?).await?;
    }
    let changed = Connection { is_paused, updated_at: tx.now, ..before };
    connections::update(&tx, &changed).await?;
    tx.commit(permit).await?;
    Ok(changed)
}

/// Lets somebody do a request of a connection again, and records that before it is done.
pub async fn allow_replay(app: &App, actor: &Actor, id: ConnectionId, call: CallId) -> Result<Connection, Error> {
    let (tx, connection) = begin(app, actor, id).await?;
    let action = Action::ReplayRequest { call, ceiling: ceiling(&connection.settings)? };
    let (tx, permit) = app.ask(tx, actor, action, target(&connection)).await?;
    tx.commit(permit).await?;
    Ok(connection)
}

/// Makes another token for a connection; the others stay, so that one can replace another without a gap. It sees and sets the
/// attributes that are named, in SCIM notation, or all where none is.
pub async fn add_token(
    app: &App,
    actor: &Actor,
    id: ConnectionId,
    lifetime: Duration,
    (scopes, named): (Scopes, Option<&[String]>),
) -> Result<NewToken, Error> {
    let (tx, connection) = begin(app, actor, id).await?;
    let attributes = named.map(|names| known_attributes(app, &tx, names)).transpose()?.unwrap_or_default();
    let token = new_token(&tx, id, lifetime, (scopes, attributes));
    let ceiling = ceiling(&connection.settings)?;
    let (tx, permit) = app.ask(tx, actor, added(&token, ceiling), target(&connection)).await?;
    connections::insert_token(&tx, &token.token, &TokenHash::of(token.secret.reveal())).await?;
    tx.commit(permit).await?;
    Ok(token)
}

fn added(new: &NewToken, ceiling: Ceiling) -> Action {
    let it = &new.token;
    Action::AddConnectionToken { token: it.id, scopes: it.scopes.clone(), attributes: it.attributes.clone(), ceiling }
}

/// The attributes of the users and groups of the organisation that these names stand for.
fn known_attributes(app: &App, tx: &Tx, names: &[String]) -> Result<Attributes, Error> {
    let wrong = |flaw| Error::invalid("attributes", flaw);
    if !(1..=ATTRIBUTES_MAX).contains(&names.len()) {
        return Err(wrong(Flaw::ScimAttributes { most: ATTRIBUTES_MAX }));
    }
    let users = app.users_of(tx.organisation()?)?;
    let unknown = |name: &String| wrong(Flaw::ScimAttribute { name: name.chars().take(NAME_MAX).collect() });
    let named: Result<Vec<String>, Error> =
        names.iter().map(|name| allowed::canonical(users, name).ok_or_else(|| unknown(name))).collect();
    Attributes::only(named?).ok_or(wrong(Flaw::ScimAttributes { most: ATTRIBUTES_MAX }))
}

/// Ends a token of a connection at once.
pub async fn revoke_token(app: &App, actor: &Actor, id: ConnectionId, token: TokenId) -> Result<(), Error> {
    let (tx, connection) = begin(app, actor, id).await?;
    let action = Action::RevokeConnectionToken { token };
    let (tx, permit) = app.ask(tx, actor, action, target(&connection)).await?;
    let tokens = connections::list_tokens(&*tx, connection.org, id).await?;
    if !tokens.iter().any(|it| it.id == token) || !connections::delete_token(&tx, token).await? {
        return Err(Error::NotFound("token of this connection"));
    }
    tx.commit(permit).await
}

/// Lets membership of a group, named by its name or the provider's id of it, give a role.
pub async fn map_group(
    app: &App,
    actor: &Actor,
    id: ConnectionId,
    label: &str,
    role: &RoleKey,
) -> Result<Mapped, Error> {
    let (tx, connection) = begin(app, actor, id).await?;
    actor.may(tx.roles()?, MANAGE)?;
    check_name("group", label, NAME_MAX)?;
    check_may_give(tx.roles()?, &connection, role)?;
    let Some(group) = groups::find_by_label(&*tx, tx.org, label).await? else {
        let action = Action::MapGroup { role: role.clone() };
        let (tx, permit) = app.ask(tx, actor, action, target(&connection)).await?;
        groups::intend_role(&tx, id, label, role).await?;
        tx.commit(permit).await?;
        return Ok(Mapped::WhenPushed);
    };
    if group.managed_by != Some(id) {
        return Err(Error::forbidden(format!("the group {} does not come from this connection", group.display_name)));
    }
    let (tx, permit) = app::groups::map_in(app, tx, actor, &group, role).await?;
    tx.commit(permit).await?;
    Ok(Mapped::Now)
}

/// Lets a group of this connection give a role no longer, or not once it is pushed.
pub async fn unmap_group(app: &App, actor: &Actor, id: ConnectionId, label: &str, role: &RoleKey) -> Result<(), Error> {
    let (tx, connection) = begin(app, actor, id).await?;
    actor.may(tx.roles()?, MANAGE)?;
    // What waits comes first: a group can have got the name since, which took nothing of what waits for one that is pushed.
    if groups::withdraw_role(&tx, id, label, role).await? {
        let action = Action::UnmapGroup { role: role.clone() };
        let (tx, permit) = app.ask(tx, actor, action, target(&connection)).await?;
        return tx.commit(permit).await;
    }
    let pushed = groups::find_by_label(&*tx, tx.org, label).await?.filter(|it| it.managed_by == Some(id));
    let group = pushed.ok_or(Error::NotFound("role of this group"))?;
    let (tx, permit) = app::groups::unmap_in(app, tx, actor, &group, role).await?;
    tx.commit(permit).await
}

async fn find(app: &App, actor: &Actor, id: ConnectionId) -> Result<Connection, Error> {
    let db = app.store.reader();
    let found = match actor.org() {
        Some(org) => connections::find(db, org, id).await?,
        None => connections::find_anywhere(db, id).await?,
    };
    found.ok_or(Error::NotFound("connection"))
}

/// Begins a unit on the organisation of a connection, and reads the connection inside it.
pub(crate) async fn begin(app: &App, actor: &Actor, id: ConnectionId) -> Result<(Tx, Connection), Error> {
    let org = find(app, actor, id).await?.org;
    let tx = app.begin(org).await?;
    let connection = connections::get(&*tx, org, id).await?;
    Ok((tx, connection))
}

fn names(domains: &[DomainName]) -> Vec<String> {
    domains.iter().map(ToString::to_string).collect()
}

/// The domains that somebody may let lead to a connection to which these lead.
pub async fn domains_for(app: &App, actor: &Actor, led: &[String]) -> Result<Vec<String>, Error> {
    let (organisation, _) = organisations::of(app, actor).await?;
    let proven = own_domains::proven(app.store.reader(), organisation.id).await?;
    let all: BTreeSet<String> = proven.into_iter().chain(led.iter().cloned()).collect();
    Ok(all.into_iter().collect())
}

/// Those of these domains that the organisation has not proved.
async fn unproven(tx: &Tx, named: Vec<String>) -> Result<Vec<String>, Error> {
    if named.is_empty() {
        return Ok(named);
    }
    let proven = own_domains::proven(&**tx, tx.org).await?;
    Ok(named.into_iter().filter(|it| !proven.contains(it)).collect())
}

/// An address leads to one connection, or it would depend on who is known where it leads.
async fn claim_domains(tx: &Tx, to: ConnectionId, domains: &[DomainName]) -> Result<(), Error> {
    for domain in domains {
        if !connections::find_by_domain(&**tx, None, domain).await?.is_empty() {
            return Err(Error::malformed("domains", format!("{domain} leads to another connection already")));
        }
        connections::claim_domain(tx, to, domain).await?;
    }
    Ok(())
}

/// The default role and the ceiling of a new connection, if this organisation may have it so.
async fn checked_roles(tx: &Tx, settings: &Settings) -> Result<(Option<RoleKey>, Ceiling), Error> {
    let model = tx.roles()?;
    let ceiling = ceiling(settings)?;
    if let Some(max) = &ceiling.max {
        known_role_of("max_role", model, max)?;
    }
    let default_role = role_key("default_role", settings.default_role.as_deref())?;
    if let Some(role) = &default_role {
        known_role_of("default_role", model, role)?;
        if !ceiling.admits(model, role) {
            return Err(Error::invalid("default_role", Flaw::AboveCeiling { role: role.clone() }));
        }
    }
    if ceiling.protected {
        keeps_a_way_back(tx, model).await?;
    }
    Ok((default_role, ceiling))
}

async fn keeps_a_way_back(tx: &Tx, model: &RoleModel) -> Result<(), Error> {
    let protected = model.roles().iter().filter(|role| role.protected.is_some());
    let protected: Vec<RoleKey> = protected.map(|role| role.key.clone()).collect();
    if grants::break_glass_holders(&**tx, tx.org, &protected).await? > 0 {
        return Ok(());
    }
    let names: Vec<&str> = protected.iter().map(RoleKey::as_str).collect();
    Err(Error::forbidden(format!(
        "an identity provider may manage protected roles only where somebody outside it holds one: first make an active \
         user with a password here and the role {}",
        names.join(" or ")
    )))
}

/// Refuses a role that the connection may not give.
pub(crate) fn check_may_give(model: &RoleModel, connection: &Connection, role: &RoleKey) -> Result<(), Error> {
    let found = known_role(model, role)?;
    if ceiling(&connection.settings)?.admits(model, role) {
        return Ok(());
    }
    let name = &connection.name;
    Err(Error::forbidden(if found.protected.is_some() && !connection.settings.protected_roles {
        format!("{role} is a protected role, and the connection {name} was made without the right to give those")
    } else {
        format!("the role {role} is above the highest that the connection {name} may give")
    }))
}

fn new_token(
    tx: &Tx,
    connection: ConnectionId,
    lifetime: Duration,
    (scopes, attributes): (Scopes, Attributes),
) -> NewToken {
    let secret = TokenKind::Scim.generate();
    let token = ConnectionToken {
        id: TokenId::new(),
        connection,
        hint: secret.reveal().chars().take(HINT_CHARACTERS).collect(),
        scopes,
        attributes,
        created_at: tx.now,
        expires_at: tx.now.after(lifetime),
        last_used_at: None,
    };
    NewToken { token, secret }
}

/// The role of those of a connection to whom nothing else gives one.
pub(crate) fn default_role(of: &Connection) -> Result<Option<RoleKey>, Error> {
    role_key("default_role", of.settings.default_role.as_deref())
}

fn role_key(field: &'static str, text: Option<&str>) -> Result<Option<RoleKey>, Error> {
    text.map(|key| RoleKey::parse(key).map_err(|problem| Error::invalid(field, problem))).transpose()
}

/// The connection as the target of a deed.
pub(crate) fn target(it: &Connection) -> Target {
    Target::Connection { org: it.org, id: it.id, label: it.name.clone() }
}
