//! Connections to identity providers: made, paused, given tokens, and their groups mapped to roles.
//!
//! **Invariant:** a connection gets protected roles only while somebody outside every identity provider holds one.
//! **Invariant:** a token is shown once, when it is made; only its hash is stored.

mod deletion;

use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use crate::app::organisations::known_role;
use crate::app::{self, App};
use crate::domain::Error;
use crate::domain::connection::{Connection, ConnectionToken, Kind, Settings, SsoMfa};
use crate::domain::id::{ConnectionId, OrgId, TokenId};
use crate::domain::policy::{Action, Actor, Ceiling, Change, Target};
use crate::domain::role::{RoleKey, RoleModel};
use crate::domain::routing::DomainName;
use crate::domain::secret::{Secret, TokenHash, TokenKind};
use crate::domain::text::check_name;
use crate::store::{Tx, connections, grants, groups};

pub use deletion::{Deletion, delete, plan_deletion};

const NAME_MAX: usize = 128;
/// How much of a token is kept for recognising it: the prefix and four characters.
const HINT_CHARACTERS: usize = 11;
/// How many users one statement names at most.
const CHUNK: usize = 500;

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

/// How people sign in at the provider of a connection.
pub struct SignInSettings {
    /// Its issuer.
    pub issuer: String,
    /// Our id there.
    pub client_id: String,
    /// Our secret there; without one the old one stays.
    pub client_secret: Option<Secret<String>>,
    /// Whether somebody whom nobody pushed is made a user.
    pub jit: bool,
    /// What counts as a second factor.
    pub mfa: Option<SsoMfa>,
    /// The domains whose addresses sign in there.
    pub domains: Vec<DomainName>,
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
    check_name("name", &new.name, NAME_MAX)?;
    check_provider(&new.settings)?;
    let tx = app.begin(new.org).await?;
    let made = Connection {
        id: ConnectionId::new(),
        org: tx.org,
        kind: new.kind,
        name: new.name,
        is_paused: false,
        settings: new.settings,
        created_at: tx.now,
        updated_at: tx.now,
    };
    let (default_role, ceiling) = checked_roles(&tx, &made.settings).await?;
    let token = new_token(&tx, made.id, new.token_lifetime);
    let action = Action::CreateConnection { default_role, ceiling: ceiling.clone() };
    let (tx, permit) = app.ask(tx, actor, action, target(&made)).await?;
    let action = Action::AddConnectionToken { token: token.token.id, ceiling };
    let (tx, token_permit) = app.ask(tx, actor, action, target(&made)).await?;
    let place = secret_place(made.id);
    let sealed = new.client_secret.map(|secret| app.seal.seal(&place, secret.reveal().as_bytes())).transpose()?;
    connections::insert(&tx, &made, sealed).await?;
    connections::insert_token(&tx, &token.token, &TokenHash::of(token.secret.reveal())).await?;
    claim_domains(&tx, made.id, &new.domains).await?;
    tx.commit_all(vec![permit, token_permit]).await?;
    Ok((made, token))
}

/// The place for which the client secret of a connection is sealed.
pub fn secret_place(id: ConnectionId) -> String {
    format!("connections.client_secret_sealed.{id}")
}

/// The base URL that goes into the identity provider's SCIM settings.
pub fn scim_base_url(app: &App) -> String {
    app.config.url("/scim/v2")
}

/// The roles that a connection may give.
pub fn ceiling(settings: &Settings) -> Result<Ceiling, Error> {
    Ok(Ceiling { max: role_key(settings.max_role.as_deref())?, protected: settings.protected_roles })
}

/// The connections of an organisation, by name.
pub async fn list(app: &App, actor: &Actor, org: OrgId) -> Result<Vec<Connection>, Error> {
    let (_, model) = app.store.organisation(org).await?;
    actor.may(&model, "org.scim:manage")?;
    connections::list(app.store.reader(), org).await
}

/// A connection with its tokens, newest first.
pub async fn get(app: &App, actor: &Actor, id: ConnectionId) -> Result<(Connection, Vec<ConnectionToken>), Error> {
    let found = find(app, actor, id).await?;
    let (_, model) = app.store.organisation(found.org).await?;
    actor.may(&model, "org.scim:manage")?;
    let tokens = connections::list_tokens(app.store.reader(), found.org, id).await?;
    Ok((found, tokens))
}

/// The domains whose addresses sign in at a connection, by name.
pub async fn domains(app: &App, actor: &Actor, of: &Connection) -> Result<Vec<String>, Error> {
    let (_, model) = app.store.organisation(of.org).await?;
    actor.may(&model, "org.scim:manage")?;
    connections::list_domains(app.store.reader(), of.org, of.id).await
}

/// Stops or starts the answering of a connection's requests; while it is stopped its tokens work nowhere.
pub async fn set_paused(app: &App, actor: &Actor, id: ConnectionId, is_paused: bool) -> Result<Connection, Error> {
    let (tx, before) = begin(app, actor, id).await?;
    let action = if is_paused { Action::PauseConnection } else { Action::ResumeConnection };
    let (tx, permit) = app.ask(tx, actor, action, target(&before)).await?;
    if before.is_paused == is_paused {
        return Ok(before);
    }
    let changed = Connection { is_paused, updated_at: tx.now, ..before };
    connections::update(&tx, &changed).await?;
    tx.commit(permit).await?;
    Ok(changed)
}

/// Says anew how people sign in at a connection. Users who were there before keep their way in.
pub async fn set_sign_in(app: &App, actor: &Actor, id: ConnectionId, new: SignInSettings) -> Result<Connection, Error> {
    let (tx, before) = begin(app, actor, id).await?;
    let settings = Settings {
        issuer: Some(new.issuer),
        client_id: Some(new.client_id),
        jit: new.jit,
        mfa: new.mfa,
        ..before.settings.clone()
    };
    check_provider(&settings)?;
    let old_domains = connections::list_domains(&*tx, tx.org, id).await?;
    let changes = vec![
        Change::new("sign_in", Some(shown(&before.settings)), Some(shown(&settings))),
        Change::new("domains", Some(json!(old_domains)), Some(json!(names(&new.domains)))),
    ];
    let action = Action::ChangeConnection { default_role: None, ceiling: None, changes };
    let (tx, permit) = app.ask(tx, actor, action, target(&before)).await?;
    let changed = Connection { settings, updated_at: tx.now, ..before };
    connections::update(&tx, &changed).await?;
    if let Some(secret) = new.client_secret {
        let sealed = app.seal.seal(&secret_place(id), secret.reveal().as_bytes())?;
        connections::set_client_secret(&tx, id, sealed).await?;
    }
    connections::release_domains(&tx, id).await?;
    claim_domains(&tx, id, &new.domains).await?;
    tx.commit(permit).await?;
    Ok(changed)
}

/// Makes another token for a connection; the others stay, so that one can replace another without a gap.
pub async fn add_token(app: &App, actor: &Actor, id: ConnectionId, lifetime: Duration) -> Result<NewToken, Error> {
    let (tx, connection) = begin(app, actor, id).await?;
    let token = new_token(&tx, id, lifetime);
    let action = Action::AddConnectionToken { token: token.token.id, ceiling: ceiling(&connection.settings)? };
    let (tx, permit) = app.ask(tx, actor, action, target(&connection)).await?;
    connections::insert_token(&tx, &token.token, &TokenHash::of(token.secret.reveal())).await?;
    tx.commit(permit).await?;
    Ok(token)
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
    check_name("group", label, NAME_MAX)?;
    let (tx, connection) = begin(app, actor, id).await?;
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

async fn find(app: &App, actor: &Actor, id: ConnectionId) -> Result<Connection, Error> {
    let db = app.store.reader();
    let found = match actor.org() {
        Some(org) => connections::find(db, org, id).await?,
        None => connections::find_anywhere(db, id).await?,
    };
    found.ok_or(Error::NotFound("connection"))
}

/// Begins a unit on the organisation of a connection, and reads the connection inside it.
async fn begin(app: &App, actor: &Actor, id: ConnectionId) -> Result<(Tx, Connection), Error> {
    let org = find(app, actor, id).await?.org;
    let tx = app.begin(org).await?;
    let connection = connections::get(&*tx, org, id).await?;
    Ok((tx, connection))
}

/// What the record keeps of how people sign in.
fn shown(settings: &Settings) -> Value {
    json!({
        "issuer": settings.issuer, "client_id": settings.client_id, "jit": settings.jit, "mfa": settings.mfa,
    })
}

fn names(domains: &[DomainName]) -> Vec<&str> {
    domains.iter().map(DomainName::as_str).collect()
}

/// An address leads to one connection, or it would depend on who is known where it leads.
async fn claim_domains(tx: &Tx, to: ConnectionId, domains: &[DomainName]) -> Result<(), Error> {
    for domain in domains {
        if !connections::find_by_domain(&**tx, None, domain).await?.is_empty() {
            return Err(Error::malformed("domain", format!("{domain} leads to another connection already")));
        }
        connections::claim_domain(tx, to, domain).await?;
    }
    Ok(())
}

fn check_provider(settings: &Settings) -> Result<(), Error> {
    let Some(issuer) = &settings.issuer else {
        return if settings.client_id.is_none() { Ok(()) } else { Err(Error::malformed("issuer", "give it as well")) };
    };
    let url = Url::parse(issuer).map_err(|_| Error::malformed("issuer", "write an absolute URL"))?;
    let is_loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if url.scheme() != "https" && !is_loopback {
        return Err(Error::malformed("issuer", "must be https"));
    }
    if settings.client_id.is_none() {
        return Err(Error::malformed("client_id", "give the id that the identity provider knows this server by"));
    }
    Ok(())
}

/// The default role and the ceiling of a new connection, if this organisation may have it so.
async fn checked_roles(tx: &Tx, settings: &Settings) -> Result<(Option<RoleKey>, Ceiling), Error> {
    let model = tx.roles()?;
    let ceiling = ceiling(settings)?;
    if let Some(max) = &ceiling.max {
        known_role(model, max)?;
    }
    let default_role = role_key(settings.default_role.as_deref())?;
    if let Some(role) = &default_role {
        known_role(model, role)?;
        if !ceiling.admits(model, role) {
            return Err(Error::malformed("default_role", format!("the connection may not give the role {role}")));
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

fn new_token(tx: &Tx, connection: ConnectionId, lifetime: Duration) -> NewToken {
    let secret = TokenKind::Scim.generate();
    let token = ConnectionToken {
        id: TokenId::new(),
        connection,
        hint: secret.reveal().chars().take(HINT_CHARACTERS).collect(),
        created_at: tx.now,
        expires_at: tx.now.after(lifetime),
        last_used_at: None,
    };
    NewToken { token, secret }
}

fn role_key(text: Option<&str>) -> Result<Option<RoleKey>, Error> {
    text.map(|key| RoleKey::parse(key).map_err(|problem| Error::invalid("role", problem))).transpose()
}

fn target(it: &Connection) -> Target {
    Target::Connection { org: it.org, id: it.id, label: it.name.clone() }
}
