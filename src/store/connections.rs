//! Connections and their bearer tokens.

use std::collections::HashMap;
use std::sync::LazyLock;

use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult as _, IdenStatic as _,
    IntoActiveModel, Iterable as _, QueryFilter, QueryOrder, QuerySelect, Statement,
};
use uuid::Uuid;

use super::error::{translate, unreadable};
use super::rows::connection::{Column, Entity, Model};
use super::rows::connection_domain as domain;
use super::rows::connection_token as token;
use super::rows::{identity, mapping_intent, organisation, user};
use super::{Store, Tx, connection_clients, organisations, pulses};
use crate::domain::connection::{Attributes, Connection, ConnectionToken, Kind, Scopes, next_warning};
use crate::domain::id::{ConnectionId, OrgId, TokenId};
use crate::domain::organisation::Organisation;
use crate::domain::routing::DomainName;
use crate::domain::secret::TokenHash;
use crate::domain::{Error, Timestamp};

/// How it is written that a connection is paused.
pub(super) const PAUSED: &str = "paused";

/// The connection with this id in this organisation.
pub async fn find(db: &impl ConnectionTrait, org: OrgId, id: ConnectionId) -> Result<Option<Connection>, Error> {
    let row = Entity::find_by_id((org.uuid(), id.uuid())).one(db).await.map_err(translate)?;
    row.map(connection).transpose()
}

/// The connection with this id in this organisation, which must exist.
pub async fn get(db: &impl ConnectionTrait, org: OrgId, id: ConnectionId) -> Result<Connection, Error> {
    find(db, org, id).await?.ok_or(Error::NotFound("connection"))
}

/// The connection with this id, whatever its organisation; only for the operator's command line.
pub async fn find_anywhere(db: &impl ConnectionTrait, id: ConnectionId) -> Result<Option<Connection>, Error> {
    let row = Entity::find().filter(Column::Id.eq(id.uuid())).one(db).await.map_err(translate)?;
    row.map(connection).transpose()
}

/// The connections of the organisation, by name.
pub async fn list(db: &impl ConnectionTrait, org: OrgId) -> Result<Vec<Connection>, Error> {
    let mine = Entity::find().filter(Column::OrgId.eq(org.uuid())).order_by_asc(Column::Name);
    mine.all(db).await.map_err(translate)?.into_iter().map(connection).collect()
}

/// The connections of an organisation at whose identity providers people sign in.
pub async fn taking_sign_ins(db: &impl ConnectionTrait, org: OrgId) -> Result<Vec<ConnectionId>, Error> {
    let all = list(db, org).await?;
    Ok(all.into_iter().filter(Connection::takes_sign_ins).map(|it| it.id).collect())
}

/// What a presented token speaks for.
pub struct Presented {
    /// The connection.
    pub connection: Connection,
    /// The token.
    pub token: ConnectionToken,
    /// The organisation of both.
    pub organisation: Organisation,
}

/// What a presented token speaks for; nothing when it is unknown or has ended. One statement, because every request begins with it.
pub async fn find_by_token(
    db: &impl ConnectionTrait,
    presented: &TokenHash,
    now: Timestamp,
) -> Result<Option<Presented>, Error> {
    let backend = db.get_database_backend();
    let text = if backend == DbBackend::Postgres { &BY_TOKEN_ON_POSTGRES } else { &BY_TOKEN_ON_SQLITE };
    let values = [presented.bytes().into(), now.millis().into()];
    let which = Statement::from_sql_and_values(backend, text.as_str(), values);
    let Some(row) = db.query_one_raw(which).await.map_err(translate)? else { return Ok(None) };
    Ok(Some(Presented {
        connection: connection(Model::from_query_result(&row, CONNECTION).map_err(translate)?)?,
        token: connection_token(token::Model::from_query_result(&row, TOKEN).map_err(translate)?)?,
        organisation: organisations::organisation(
            organisation::Model::from_query_result(&row, ORGANISATION).map_err(translate)?,
        )?,
    }))
}

/// To make its text takes longer than to carry it out.
static BY_TOKEN_ON_SQLITE: LazyLock<String> = LazyLock::new(|| by_token(DbBackend::Sqlite));
static BY_TOKEN_ON_POSTGRES: LazyLock<String> = LazyLock::new(|| by_token(DbBackend::Postgres));

/// The statement that finds what a token speaks for, by its hash and the moment.
fn by_token(backend: DbBackend) -> String {
    let same = |one: token::Column, other: Column| Expr::col((token::Entity, one)).equals((Entity, other));
    let of_org =
        Expr::col((token::Entity, token::Column::OrgId)).equals((organisation::Entity, organisation::Column::Id));
    let of_connection = same(token::Column::OrgId, Column::OrgId).and(same(token::Column::ConnectionId, Column::Id));
    let mut which = Query::select();
    which
        .from(token::Entity)
        .inner_join(Entity, of_connection)
        .inner_join(organisation::Entity, of_org)
        .and_where(Expr::col((token::Entity, token::Column::TokenHash)).eq(Vec::<u8>::new()))
        .and_where(Expr::col((token::Entity, token::Column::ExpiresAt)).gt(0_i64));
    all_columns::<token::Entity>(&mut which, TOKEN);
    all_columns::<Entity>(&mut which, CONNECTION);
    all_columns::<organisation::Entity>(&mut which, ORGANISATION);
    backend.build(&which).sql
}

const TOKEN: &str = "t_";
const CONNECTION: &str = "c_";
const ORGANISATION: &str = "o_";

/// Reads a whole row of a table, beside those of others.
fn all_columns<E: EntityTrait>(into: &mut SelectStatement, prefix: &str) {
    for column in E::Column::iter() {
        let name = format!("{prefix}{}", column.as_str());
        into.expr_as(column.select_as(Expr::col((E::default(), column))), Alias::new(name));
    }
}

/// Stores a new connection.
pub async fn insert(tx: &Tx, new: &Connection, client_secret_sealed: Option<Vec<u8>>) -> Result<(), Error> {
    let row = Model { client_secret_sealed, ..row(new)? };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    pulses::insert(tx, new.id).await
}

/// Stores a changed connection; its client secret stays.
pub async fn update(tx: &Tx, changed: &Connection) -> Result<(), Error> {
    let mut row = row(changed)?.into_active_model().reset_all();
    row.client_secret_sealed = sea_orm::ActiveValue::NotSet;
    row.update(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Our secret at the provider, sealed.
pub async fn client_secret(db: &impl ConnectionTrait, org: OrgId, id: ConnectionId) -> Result<Option<Vec<u8>>, Error> {
    let row = Entity::find_by_id((org.uuid(), id.uuid())).one(db).await.map_err(translate)?;
    Ok(row.and_then(|row| row.client_secret_sealed))
}

/// A connection with our secret at the provider, sealed; of the same moment, so that the secret is for the issuer that
/// stands beside it.
pub async fn find_with_secret(
    db: &impl ConnectionTrait,
    org: OrgId,
    id: ConnectionId,
) -> Result<Option<(Connection, Option<Vec<u8>>)>, Error> {
    let Some(row) = Entity::find_by_id((org.uuid(), id.uuid())).one(db).await.map_err(translate)? else {
        return Ok(None);
    };
    let sealed = row.client_secret_sealed.clone();
    Ok(Some((connection(row)?, sealed)))
}

/// Puts another secret of ours at the provider in place.
pub async fn set_client_secret(tx: &Tx, id: ConnectionId, sealed: Vec<u8>) -> Result<(), Error> {
    let put = Entity::update_many()
        .col_expr(Column::ClientSecretSealed, Expr::value(sealed))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::Id.eq(id.uuid()));
    put.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// The connections to which the addresses of a domain lead, in one organisation or in all.
pub async fn find_by_domain(
    db: &impl ConnectionTrait,
    org: Option<OrgId>,
    of: &DomainName,
) -> Result<Vec<(OrgId, ConnectionId)>, Error> {
    let mut claims = domain::Entity::find().filter(domain::Column::Domain.eq(of.as_str()));
    if let Some(org) = org {
        claims = claims.filter(domain::Column::OrgId.eq(org.uuid()));
    }
    let rows = claims.all(db).await.map_err(translate)?;
    let ids = rows.into_iter().map(|row| (OrgId::from_uuid(row.org_id), ConnectionId::from_uuid(row.connection_id)));
    Ok(ids.collect())
}

/// The domains whose addresses lead to a connection, by name.
pub async fn list_domains(db: &impl ConnectionTrait, org: OrgId, of: ConnectionId) -> Result<Vec<String>, Error> {
    let mine = domain::Entity::find()
        .filter(domain::Column::OrgId.eq(org.uuid()))
        .filter(domain::Column::ConnectionId.eq(of.uuid()))
        .order_by_asc(domain::Column::Domain);
    Ok(mine.all(db).await.map_err(translate)?.into_iter().map(|row| row.domain).collect())
}

/// The domains whose addresses lead to each connection of an organisation, by name.
pub async fn domains_of_all(
    db: &impl ConnectionTrait,
    org: OrgId,
) -> Result<HashMap<ConnectionId, Vec<String>>, Error> {
    let all = domain::Entity::find().filter(domain::Column::OrgId.eq(org.uuid())).order_by_asc(domain::Column::Domain);
    let mut found: HashMap<ConnectionId, Vec<String>> = HashMap::new();
    for row in all.all(db).await.map_err(translate)? {
        found.entry(ConnectionId::from_uuid(row.connection_id)).or_default().push(row.domain);
    }
    Ok(found)
}

/// How many users each connection of an organisation manages; those that manage nobody are left out.
pub async fn count_people(db: &impl ConnectionTrait, org: OrgId) -> Result<HashMap<ConnectionId, u64>, Error> {
    let counts = user::Entity::find()
        .select_only()
        .column(user::Column::ManagedBy)
        .column_as(user::Column::Id.count(), "people")
        .filter(user::Column::OrgId.eq(org.uuid()))
        .filter(user::Column::ManagedBy.is_not_null())
        .group_by(user::Column::ManagedBy);
    let counts: Vec<(Uuid, i64)> = counts.into_tuple().all(db).await.map_err(translate)?;
    let count = |(id, people): (Uuid, i64)| (ConnectionId::from_uuid(id), u64::try_from(people).unwrap_or(0));
    Ok(counts.into_iter().map(count).collect())
}

/// Lets the addresses of a domain lead to a connection.
pub async fn claim_domain(tx: &Tx, to: ConnectionId, of: &DomainName) -> Result<(), Error> {
    let row = domain::Model {
        org_id: tx.org.uuid(),
        domain: of.as_str().to_owned(),
        connection_id: to.uuid(),
        claimed_at: tx.now.millis(),
    };
    domain::Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Lets no address lead to a connection any more.
pub async fn release_domains(tx: &Tx, of: ConnectionId) -> Result<(), Error> {
    let mine = domain::Entity::delete_many()
        .filter(domain::Column::OrgId.eq(tx.org.uuid()))
        .filter(domain::Column::ConnectionId.eq(of.uuid()));
    mine.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes a connection away, with its tokens, its domains, what it waits for and whom it has linked. Its people and groups
/// are the caller's.
pub async fn delete(tx: &Tx, id: ConnectionId) -> Result<(), Error> {
    let (org, connection) = (tx.org.uuid(), id.uuid());
    let tokens = token::Entity::delete_many()
        .filter(token::Column::OrgId.eq(org))
        .filter(token::Column::ConnectionId.eq(connection));
    tokens.exec(&**tx).await.map_err(translate)?;
    let intents = mapping_intent::Entity::delete_many()
        .filter(mapping_intent::Column::OrgId.eq(org))
        .filter(mapping_intent::Column::ConnectionId.eq(connection));
    intents.exec(&**tx).await.map_err(translate)?;
    let identities = identity::Entity::delete_many()
        .filter(identity::Column::OrgId.eq(org))
        .filter(identity::Column::ConnectionId.eq(connection));
    identities.exec(&**tx).await.map_err(translate)?;
    connection_clients::delete_of_connection(tx, id).await?;
    release_domains(tx, id).await?;
    pulses::delete(tx, id).await?;
    Entity::delete_by_id((org, connection)).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// The tokens of a connection, newest first.
pub async fn list_tokens(
    db: &impl ConnectionTrait,
    org: OrgId,
    of: ConnectionId,
) -> Result<Vec<ConnectionToken>, Error> {
    let mine = token::Entity::find()
        .filter(token::Column::OrgId.eq(org.uuid()))
        .filter(token::Column::ConnectionId.eq(of.uuid()))
        .order_by_desc(token::Column::CreatedAt)
        .order_by_desc(token::Column::Id);
    mine.all(db).await.map_err(translate)?.into_iter().map(connection_token).collect()
}

/// The tokens of every connection of an organisation, newest first.
pub async fn tokens_of_all(db: &impl ConnectionTrait, org: OrgId) -> Result<Vec<ConnectionToken>, Error> {
    let mine = token::Entity::find().filter(token::Column::OrgId.eq(org.uuid()));
    let newest = mine.order_by_desc(token::Column::CreatedAt).order_by_desc(token::Column::Id);
    newest.all(db).await.map_err(translate)?.into_iter().map(connection_token).collect()
}

/// Stores a new token.
pub async fn insert_token(tx: &Tx, new: &ConnectionToken, hash: &TokenHash) -> Result<(), Error> {
    let row = token::Model {
        org_id: tx.org.uuid(),
        id: new.id.uuid(),
        connection_id: new.connection.uuid(),
        token_hash: hash.bytes(),
        hint: new.hint.clone(),
        created_at: new.created_at.millis(),
        expires_at: new.expires_at.millis(),
        last_used_at: None,
        warn_at: next_warning(new.expires_at, tx.now).map(Timestamp::millis),
        scopes: new.scopes.words().map(|words| words.join(" ")),
        attributes: new.attributes.words().map(|words| words.join(" ")),
    };
    token::Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Ends a token; false when there is none.
pub async fn delete_token(tx: &Tx, id: TokenId) -> Result<bool, Error> {
    let done = token::Entity::delete_by_id((tx.org.uuid(), id.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(done.rows_affected == 1)
}

impl Store {
    /// Notes that a token was used.
    pub async fn token_used(&self, org: OrgId, used: TokenId, now: Timestamp) -> Result<(), Error> {
        let note = token::Entity::update_many()
            .col_expr(token::Column::LastUsedAt, Expr::value(now.millis()))
            .filter(token::Column::OrgId.eq(org.uuid()))
            .filter(token::Column::Id.eq(used.uuid()));
        note.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}

fn connection(row: Model) -> Result<Connection, Error> {
    Ok(Connection {
        id: ConnectionId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        kind: Kind::parse(&row.kind).ok_or_else(|| unreadable("connections.kind"))?,
        name: row.name,
        is_paused: row.status == PAUSED,
        settings: serde_json::from_str(&row.settings).map_err(|_| unreadable("connections.settings"))?,
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
    })
}

fn row(it: &Connection) -> Result<Model, Error> {
    Ok(Model {
        org_id: it.org.uuid(),
        id: it.id.uuid(),
        kind: it.kind.word().to_owned(),
        name: it.name.clone(),
        status: if it.is_paused { PAUSED } else { "active" }.to_owned(),
        settings: serde_json::to_string(&it.settings).map_err(anyhow::Error::new)?,
        client_secret_sealed: None,
        created_at: it.created_at.millis(),
        updated_at: it.updated_at.millis(),
    })
}

/// Scopes and attributes that cannot be read are an error, never everything.
fn connection_token(row: token::Model) -> Result<ConnectionToken, Error> {
    let scopes = match row.scopes.as_deref().map(|words| Scopes::parse(words.split(' '))) {
        None => Scopes::Everything,
        Some(scopes) => scopes.ok_or_else(|| unreadable("connection_tokens.scopes"))?,
    };
    let attributes = match row.attributes.as_deref().map(Attributes::parse) {
        None => Attributes::Everything,
        Some(attributes) => attributes.ok_or_else(|| unreadable("connection_tokens.attributes"))?,
    };
    Ok(ConnectionToken {
        id: TokenId::from_uuid(row.id),
        connection: ConnectionId::from_uuid(row.connection_id),
        hint: row.hint,
        scopes,
        attributes,
        created_at: Timestamp::from_millis(row.created_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        last_used_at: row.last_used_at.map(Timestamp::from_millis),
    })
}
