//! Which roles a user has, and from where.
//!
//! Manual and SCIM-asserted roles are rows; the roles that a group gives are the join of membership and mapping, so that
//! one mapping of a group of a hundred thousand is one row.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query, SelectStatement, UnionType};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryResult,
    QuerySelect as _, Select,
};

use super::error::{translate, unreadable};
use super::past::{self, Kind};
use super::rows::{grant, group_role, member, user};
use super::{Tx, connections, groups, in_order};
use crate::domain::id::{ConnectionId, GroupId, OrgId, UserId};
use crate::domain::role::{LiveGrant, RoleKey, Source};
use crate::domain::user::{SignIn, Status, User};
use crate::domain::{Error, Timestamp};

/// Every live grant of a user; the connection's default role only when nothing else gives one.
pub async fn live(db: &impl ConnectionTrait, of: &User) -> Result<Vec<LiveGrant>, Error> {
    let mut grants = given(db, of.org, of.id).await?;
    grants.extend(by_group(db, of.org, of.id).await?);
    if grants.is_empty() {
        grants.extend(by_default(db, of).await?);
    }
    Ok(grants)
}

/// The live grants of every user of an organisation, in three statements; users without any are left out.
pub async fn live_of_all(
    db: &impl ConnectionTrait,
    org: OrgId,
    users: &[User],
) -> Result<HashMap<UserId, Vec<LiveGrant>>, Error> {
    live_among(db, org, users, (grant::Entity::find(), joined(org))).await
}

/// The live grants of these users of an organisation, in three statements that read no others.
pub async fn live_of(
    db: &impl ConnectionTrait,
    org: OrgId,
    users: &[User],
) -> Result<HashMap<UserId, Vec<LiveGrant>>, Error> {
    let ids = || users.iter().map(|it| it.id.uuid());
    let mut by_group = joined(org);
    by_group.and_where(Expr::col((member::Entity, member::Column::UserId)).is_in(ids()));
    live_among(db, org, users, (grant::Entity::find().filter(grant::Column::UserId.is_in(ids())), by_group)).await
}

async fn live_among(
    db: &impl ConnectionTrait,
    org: OrgId,
    users: &[User],
    (given, by_group): (Select<grant::Entity>, SelectStatement),
) -> Result<HashMap<UserId, Vec<LiveGrant>>, Error> {
    let mut all: HashMap<UserId, Vec<LiveGrant>> = HashMap::new();
    for row in given.filter(grant::Column::OrgId.eq(org.uuid())).all(db).await.map_err(translate)? {
        all.entry(UserId::from_uuid(row.user_id)).or_default().push(live_grant(&row)?);
    }
    for row in db.query_all(&by_group).await.map_err(translate)? {
        let (user, grant) = group_grant(&row)?;
        all.entry(user).or_default().push(grant);
    }
    let connections = connections::list(db, org).await?;
    for user in users.iter().filter(|user| !all.contains_key(&user.id)).collect::<Vec<_>>() {
        let manager = connections.iter().find(|it| Some(it.id) == user.managed_by);
        if let Some(role) = manager.and_then(|it| it.settings.default_role.as_deref()) {
            all.insert(user.id, vec![default_grant(role, user)?]);
        }
    }
    Ok(all)
}

/// The grants that are rows of their own: manual and asserted over SCIM.
pub async fn given(db: &impl ConnectionTrait, org: OrgId, user: UserId) -> Result<Vec<LiveGrant>, Error> {
    let rows = grant::Entity::find()
        .filter(grant::Column::OrgId.eq(org.uuid()))
        .filter(grant::Column::UserId.eq(user.uuid()))
        .all(db)
        .await
        .map_err(translate)?;
    rows.iter().map(live_grant).collect()
}

/// How many active users who have a way to sign in, other than `except`, hold this role, from whatever source.
pub async fn active_holders(
    db: &impl ConnectionTrait,
    org: OrgId,
    role: &RoleKey,
    except: Option<UserId>,
) -> Result<u64, Error> {
    let able = active(org, role).filter(have_a_way_in(&connections::taking_sign_ins(db, org).await?));
    others(able, except).count(db).await.map_err(translate)
}

/// The same of all active users, whether they have a way to sign in or not.
pub async fn all_active_holders(
    db: &impl ConnectionTrait,
    org: OrgId,
    role: &RoleKey,
    except: Option<UserId>,
) -> Result<u64, Error> {
    others(active(org, role), except).count(db).await.map_err(translate)
}

fn others(users: Select<user::Entity>, except: Option<UserId>) -> Select<user::Entity> {
    match except {
        Some(except) => users.filter(user::Column::Id.ne(except.uuid())),
        None => users,
    }
}

/// How many active users who have a way to sign in without this connection hold this role, from whatever source.
pub async fn active_holders_beside(
    db: &impl ConnectionTrait,
    org: OrgId,
    role: &RoleKey,
    connection: ConnectionId,
) -> Result<u64, Error> {
    let mut others = connections::taking_sign_ins(db, org).await?;
    others.retain(|it| *it != connection);
    active(org, role).filter(have_a_way_in(&others)).count(db).await.map_err(translate)
}

/// Those who have a password here, and those of an identity provider at which people sign in.
fn have_a_way_in(providers: &[ConnectionId]) -> Condition {
    Condition::any()
        .add(user::Column::SignIn.eq(SignIn::Password.word()))
        .add(user::Column::ManagedBy.is_in(providers.iter().map(|it| it.uuid())))
}

/// The roles that a connection gives as grants of its own.
async fn roles_from(db: &impl ConnectionTrait, org: OrgId, connection: ConnectionId) -> Result<Vec<RoleKey>, Error> {
    let rows = grant::Entity::find()
        .select_only()
        .column(grant::Column::Role)
        .distinct()
        .filter(grant::Column::OrgId.eq(org.uuid()))
        .filter(grant::Column::SourceId.eq(connection.uuid()))
        .into_tuple::<String>();
    rows.all(db).await.map_err(translate)?.iter().map(|role| role_key(role)).collect()
}

/// The roles that a connection gives, as grants of its own or by its groups.
pub async fn roles_by_connection(
    db: &impl ConnectionTrait,
    org: OrgId,
    connection: ConnectionId,
) -> Result<Vec<RoleKey>, Error> {
    let mut roles = roles_from(db, org, connection).await?;
    for group in groups::list_managed(db, org, connection).await? {
        roles.extend(groups::roles(db, org, group.id).await?);
    }
    Ok(roles)
}

/// Takes every grant that a connection gave.
pub async fn delete_from_connection(tx: &Tx, connection: ConnectionId) -> Result<(), Error> {
    past::end(tx, Kind::Grant, from_connection(tx, connection)).await?;
    Ok(())
}

/// Takes every grant that a connection gave this user.
pub async fn delete_of_user_from_connection(tx: &Tx, user: UserId, connection: ConnectionId) -> Result<(), Error> {
    let gone = from_connection(tx, connection).and(grant::Column::UserId.eq(user.uuid()));
    past::end(tx, Kind::Grant, gone).await?;
    Ok(())
}

fn from_connection(tx: &Tx, connection: ConnectionId) -> Expr {
    grant::Column::OrgId.eq(tx.org.uuid()).and(grant::Column::SourceId.eq(connection.uuid()))
}

/// How many active users whom no identity provider manages or signs in hold one of these roles by hand.
pub async fn break_glass_holders(db: &impl ConnectionTrait, org: OrgId, roles: &[RoleKey]) -> Result<u64, Error> {
    let by_hand = Query::select()
        .column(grant::Column::UserId)
        .from(grant::Entity)
        .and_where(Expr::col(grant::Column::OrgId).eq(org.uuid()))
        .and_where(Expr::col(grant::Column::Source).eq("manual"))
        .and_where(Expr::col(grant::Column::Role).is_in(roles.iter().map(ToString::to_string)))
        .to_owned();
    let local = user::Entity::find()
        .filter(user::Column::OrgId.eq(org.uuid()))
        .filter(user::Column::Status.eq(Status::Active.word()))
        .filter(user::Column::SignIn.eq(SignIn::Password.word()))
        .filter(user::Column::ManagedBy.is_null())
        .filter(user::Column::Id.in_subquery(by_hand));
    local.count(db).await.map_err(translate)
}

/// Gives a role; a grant that exists already stays as it is.
pub async fn insert(tx: &Tx, to: UserId, role: &RoleKey, source: &Source) -> Result<(), Error> {
    let Some((source, source_id)) = source_columns(source) else {
        return Err(Error::Internal(anyhow::anyhow!("a derived role is never stored as a grant")));
    };
    let row = grant::Model {
        org_id: tx.org.uuid(),
        user_id: to.uuid(),
        role: role.to_string(),
        source: source.to_owned(),
        source_id,
        since: tx.now.millis(),
    };
    grant::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await
        .map_err(translate)?;
    Ok(())
}

/// Takes every grant of this source from the user.
pub async fn delete_from_source(tx: &Tx, user: UserId, source: &Source) -> Result<(), Error> {
    let Some((source, source_id)) = source_columns(source) else {
        return Ok(());
    };
    let gone = of_user(tx, user).and(grant::Column::Source.eq(source)).and(grant::Column::SourceId.eq(source_id));
    past::end(tx, Kind::Grant, gone).await?;
    Ok(())
}

/// Takes every grant from the user.
pub async fn delete_all(tx: &Tx, user: UserId) -> Result<(), Error> {
    past::end(tx, Kind::Grant, of_user(tx, user)).await?;
    Ok(())
}

fn of_user(tx: &Tx, user: UserId) -> Expr {
    grant::Column::OrgId.eq(tx.org.uuid()).and(grant::Column::UserId.eq(user.uuid()))
}

/// Reads a stored role key.
pub(super) fn role_key(text: &str) -> Result<RoleKey, Error> {
    text.parse().map_err(|_| unreadable("role"))
}

async fn by_group(db: &impl ConnectionTrait, org: OrgId, user: UserId) -> Result<Vec<LiveGrant>, Error> {
    let mut of_user = joined(org);
    of_user.and_where(Expr::col((member::Entity, member::Column::UserId)).eq(user.uuid()));
    let rows = db.query_all(&of_user).await.map_err(translate)?;
    rows.iter().map(|row| group_grant(row).map(|it| it.1)).collect()
}

/// Membership joined with the mappings of each group, beginning with the members.
pub(super) fn joined(org: OrgId) -> SelectStatement {
    let mut joined = Query::select()
        .column((group_role::Entity, group_role::Column::Role))
        .column((group_role::Entity, group_role::Column::GroupId))
        .column((member::Entity, member::Column::Since))
        .column((member::Entity, member::Column::UserId))
        .from(member::Entity)
        .and_where(Expr::col((member::Entity, member::Column::OrgId)).eq(org.uuid()))
        .to_owned();
    in_order::then(&mut joined, group_role::Entity, same_group()).to_owned()
}

fn group_grant(row: &QueryResult) -> Result<(UserId, LiveGrant), Error> {
    let role: String = row.try_get_by_index(0).map_err(translate)?;
    let group: uuid::Uuid = row.try_get_by_index(1).map_err(translate)?;
    let since: i64 = row.try_get_by_index(2).map_err(translate)?;
    let user: uuid::Uuid = row.try_get_by_index(3).map_err(translate)?;
    let grant = LiveGrant {
        role: role_key(&role)?,
        source: Source::Group(GroupId::from_uuid(group)),
        since: Timestamp::from_millis(since),
    };
    Ok((UserId::from_uuid(user), grant))
}

async fn by_default(db: &impl ConnectionTrait, of: &User) -> Result<Option<LiveGrant>, Error> {
    let Some(manager) = of.managed_by else {
        return Ok(None);
    };
    let manager = connections::find(db, of.org, manager).await?;
    let role = manager.and_then(|it| it.settings.default_role);
    role.map(|role| default_grant(&role, of)).transpose()
}

fn default_grant(role: &str, of: &User) -> Result<LiveGrant, Error> {
    let manager = of.managed_by.ok_or_else(|| unreadable("users.managed_by"))?;
    Ok(LiveGrant { role: role_key(role)?, source: Source::Default(manager), since: of.created_at })
}

/// The active users who hold this role, by hand, over SCIM or by a group.
fn active(org: OrgId, role: &RoleKey) -> Select<user::Entity> {
    let mut holders = Query::select()
        .column(grant::Column::UserId)
        .from(grant::Entity)
        .and_where(Expr::col(grant::Column::OrgId).eq(org.uuid()))
        .and_where(Expr::col(grant::Column::Role).eq(role.to_string()))
        .to_owned();
    holders.union(UnionType::Distinct, holders_by_group(org, role));
    user::Entity::find()
        .filter(user::Column::OrgId.eq(org.uuid()))
        .filter(user::Column::Status.eq(Status::Active.word()))
        .filter(user::Column::Id.in_subquery(holders))
}

/// The members of the groups that give this role, beginning with the groups.
pub(super) fn holders_by_group(org: OrgId, role: &RoleKey) -> SelectStatement {
    let mut holders = Query::select()
        .column((member::Entity, member::Column::UserId))
        .from(group_role::Entity)
        .and_where(Expr::col((group_role::Entity, group_role::Column::OrgId)).eq(org.uuid()))
        .and_where(Expr::col((group_role::Entity, group_role::Column::Role)).eq(role.to_string()))
        .to_owned();
    in_order::then(&mut holders, member::Entity, same_group()).to_owned()
}

fn same_group() -> Expr {
    Expr::col((member::Entity, member::Column::OrgId)).equals((group_role::Entity, group_role::Column::OrgId)).and(
        Expr::col((member::Entity, member::Column::GroupId)).equals((group_role::Entity, group_role::Column::GroupId)),
    )
}

fn live_grant(row: &grant::Model) -> Result<LiveGrant, Error> {
    let source = source_of(&row.source, row.source_id)?;
    Ok(LiveGrant { role: role_key(&row.role)?, source, since: Timestamp::from_millis(row.since) })
}

/// Reads a stored source.
pub(super) fn source_of(word: &str, id: uuid::Uuid) -> Result<Source, Error> {
    let connection = ConnectionId::from_uuid(id);
    match word {
        "manual" => Ok(Source::Manual),
        "scim-role" => Ok(Source::ScimRole(connection)),
        "entitlement" => Ok(Source::Entitlement(connection)),
        "attribute" => Ok(Source::Attribute(connection)),
        _ => Err(unreadable("grants.source")),
    }
}

/// How a source is stored; `None` for those that are derived and never stored.
fn source_columns(source: &Source) -> Option<(&'static str, uuid::Uuid)> {
    match source {
        Source::Manual => Some(("manual", uuid::Uuid::nil())),
        Source::ScimRole(connection) => Some(("scim-role", connection.uuid())),
        Source::Entitlement(connection) => Some(("entitlement", connection.uuid())),
        Source::Attribute(connection) => Some(("attribute", connection.uuid())),
        Source::Group(_) | Source::Default(_) => None,
    }
}
