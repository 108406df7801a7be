//! Links by which somebody outside, who looks after the identity provider, sets a connection up without an account here.
//!
//! Whoever opens one sees what the guide knows of that one connection, without anybody's name, and makes one token of it: the
//! provider asks for the address and a token, and a secret that is made where it is entered is not sent around.
//!
//! **Invariant:** a link is worth no more than its maker: it works while that person could make it still, and ends with a change
//! of their credentials. A link of the operator works until it ends.
//! **Invariant:** one that is unknown, has ended, was revoked or is worth nothing any more is answered alike.
//! **Invariant:** of one link comes one token, however often and at once it is asked for, and whoever manages connections is told.

use std::time::Duration;

use serde_json::json;

use super::{NewToken, TOKEN_DAYS, begin, ceiling, get, guide, new_token, target, token_lifetime};
use crate::app::App;
use crate::app::alert;
use crate::app::journal::Entry;
use crate::domain::connection::guide::Evidence;
use crate::domain::connection::{Attributes, Connection, SETUP_LINK_DAYS_MAX, Scopes, SetupLink};
use crate::domain::id::{CallId, ConnectionId, SetupLinkId};
use crate::domain::organisation::Organisation;
use crate::domain::policy::{Action, Actor};
use crate::domain::role::{Effective, RoleModel};
use crate::domain::secret::{Secret, TokenHash, TokenKind};
use crate::domain::{Error, Flaw, Timestamp};
use crate::store::{Reader, connections, grants, outbox, setup_links as rows, users};

const DAY: Duration = Duration::from_hours(24);
/// So many links a connection may have at a time.
const LINKS_MAX: usize = 20;
/// So many requests are told of.
const TOLD: usize = 5;

/// A link and its address, shown once.
pub struct NewSetupLink {
    /// What is known of it later.
    pub link: SetupLink,
    /// Where it leads.
    pub url: Secret<String>,
}

/// Somebody at a link that works.
pub struct Visit {
    /// The link.
    pub link: SetupLink,
    /// The connection.
    pub connection: Connection,
    /// Whose it is.
    pub organisation: Organisation,
}

/// What whoever is at a link sees as it happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// How far it has come.
    pub evidence: Evidence,
    /// The last requests, newest first.
    pub last: Vec<Asked>,
}

/// A request, without whom it was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Which it is.
    pub id: CallId,
    /// When it came.
    pub at: Timestamp,
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The kind of resource, `/Users` and so on.
    pub kind: &'static str,
    /// The status of the answer.
    pub status: u16,
}

/// Makes a link.
pub async fn create_setup_link(app: &App, actor: &Actor, id: ConnectionId, days: u32) -> Result<NewSetupLink, Error> {
    if !(1..=SETUP_LINK_DAYS_MAX).contains(&days) {
        return Err(Error::invalid("expires_in_days", Flaw::Days { from: 1, to: SETUP_LINK_DAYS_MAX }));
    }
    let (tx, connection) = begin(app, actor, id).await?;
    let link = SetupLinkId::new();
    let action = Action::CreateSetupLink { link, ceiling: ceiling(&connection.settings)? };
    let (tx, permit) = app.ask(tx, actor, action, target(&connection)).await?;
    if rows::list(&*tx, (tx.org, id), tx.now).await?.len() >= LINKS_MAX {
        return Err(Error::invalid("expires_in_days", Flaw::TooManyLinks { most: LINKS_MAX }));
    }
    let maker = match actor {
        Actor::User(user) => Some((user.id, users::get(&*tx, tx.org, user.id).await?.epoch)),
        Actor::Operator { .. }
        | Actor::Job(_)
        | Actor::Scim(_)
        | Actor::Service(_)
        | Actor::Client(_)
        | Actor::Anonymous => None,
    };
    let secret = TokenKind::Link.generate();
    let expires_at = tx.now.after(DAY.saturating_mul(days));
    let link = SetupLink { id: link, org: tx.org, connection: id, maker, created_at: tx.now, expires_at, token: None };
    rows::insert(&tx, &link, &TokenHash::of(secret.reveal())).await?;
    tx.commit(permit).await?;
    Ok(NewSetupLink { link, url: Secret::new(app.config.url(&format!("/connect/{}", secret.reveal()))) })
}

/// The links of a connection that have not ended, newest first, and whether each works still.
pub async fn list_setup_links(app: &App, actor: &Actor, id: ConnectionId) -> Result<Vec<(SetupLink, bool)>, Error> {
    let (connection, _) = get(app, actor, id).await?;
    let (db, now) = (app.store.reader(), app.now());
    let (_, model) = app.store.organisation(connection.org).await?;
    let mut links = Vec::new();
    for link in rows::list(db, (connection.org, id), now).await? {
        links.push((link, is_worth_something(db, &model, &connection, &link).await?));
    }
    Ok(links)
}

/// Ends a link at once. A token that was made through it stays; it is ended like the others.
pub async fn revoke_setup_link(app: &App, actor: &Actor, id: ConnectionId, link: SetupLinkId) -> Result<(), Error> {
    let (tx, connection) = begin(app, actor, id).await?;
    let (tx, permit) = app.ask(tx, actor, Action::RevokeSetupLink(link), target(&connection)).await?;
    if !rows::delete(&tx, id, link).await? {
        return Err(Error::NotFound("link of this connection"));
    }
    tx.commit(permit).await
}

/// Opens a link; nothing, for whatever reason, when it does not work.
pub async fn open_setup_link(app: &App, token: &str) -> Result<Option<Visit>, Error> {
    let db = app.store.reader();
    let Some(link) = rows::find(db, &TokenHash::of(token), app.now()).await? else { return Ok(None) };
    let (organisation, model) = app.store.organisation(link.org).await?;
    let Some(connection) = connections::find(db, link.org, link.connection).await? else { return Ok(None) };
    let works = !organisation.is_suspended && is_worth_something(db, &model, &connection, &link).await?;
    Ok(works.then_some(Visit { link, connection, organisation }))
}

/// How far the connection of a link has come.
pub async fn progress(app: &App, visit: &Visit) -> Result<Progress, Error> {
    let it = &visit.connection;
    let tokens = connections::list_tokens(app.store.reader(), it.org, it.id).await?;
    let calls = guide::calls(app, it).await?;
    let evidence = guide::of(app, it, &tokens, &calls).await?;
    Ok(Progress { evidence, last: calls.iter().take(TOLD).map(asked).collect() })
}

/// Makes the one token of a link; nothing when the link does not work or has made one.
pub async fn add_token_by_link(app: &App, token: &str) -> Result<Option<NewToken>, Error> {
    let Some(visit) = open_setup_link(app, token).await? else { return Ok(None) };
    let tx = app.begin(visit.link.org).await?;
    let connection = connections::get(&*tx, tx.org, visit.connection.id).await?;
    let new = new_token(&tx, connection.id, token_lifetime(TOKEN_DAYS)?, (Scopes::Everything, Attributes::Everything));
    let works = is_worth_something(&*tx, tx.roles()?, &connection, &visit.link).await?;
    if !works || !rows::note_token(&tx, visit.link.id, new.token.id).await? {
        return Ok(None);
    }
    let action = Action::AddTokenByLink { link: visit.link.id, token: new.token.id };
    let (tx, permit) = app.ask(tx, &Actor::Anonymous, action, target(&connection)).await?;
    connections::insert_token(&tx, &new.token, &TokenHash::of(new.secret.reveal())).await?;
    let told = json!({ "connection": connection.id, "name": connection.name });
    outbox::insert(&tx, alert::TOKEN_BY_LINK, &told).await?;
    tx.commit(permit).await?;
    Ok(Some(new))
}

/// True while whoever made the link could make it still.
async fn is_worth_something(
    db: &impl Reader,
    model: &RoleModel,
    connection: &Connection,
    link: &SetupLink,
) -> Result<bool, Error> {
    let Some((maker, epoch)) = link.maker else { return Ok(true) };
    let Some(user) = users::find(db, link.org, maker).await?.filter(|it| it.is_active() && it.epoch == epoch) else {
        return Ok(false);
    };
    let effective = Effective::of(model, grants::live(db, &user).await?);
    let action = Action::CreateSetupLink { link: link.id, ceiling: ceiling(&connection.settings)? };
    let actor = crate::app::users::Person { user, effective }.actor(None);
    Ok(actor.check(model, &action, &target(connection)).is_ok())
}

fn asked(entry: &Entry) -> Asked {
    let call = &entry.call;
    let kind = KINDS.into_iter().find(|it| call.path.strip_prefix("/scim/v2").is_some_and(|path| path.starts_with(it)));
    Asked { id: call.id, at: call.at, method: call.method.clone(), kind: kind.unwrap_or("/"), status: call.status }
}

/// The kinds of resources that are told of, without the id of one.
const KINDS: [&str; 8] =
    ["/Users", "/Groups", "/Bulk", "/ServiceProviderConfig", "/ResourceTypes", "/Schemas", "/Roles", "/Entitlements"];
