//! Everything in an organisation that still names a role.

use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::error::translate;
use super::rows::{grant, group, group_role, invitation, mapping_intent, service_account, user};
use super::{connections, invitations, organisations};
use crate::domain::Error;
use crate::domain::id::{OrgId, UserId};
use crate::domain::role::RoleKey;

/// Who holds a role, and what would give it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleUse {
    /// How many users have a grant of it, the deactivated ones too.
    pub users: u64,
    /// The first of them, by name.
    pub first: Vec<(UserId, String)>,
    /// The groups that give it, by name; also those that an identity provider has not sent yet.
    pub groups: Vec<String>,
    /// The service accounts that have it, by name.
    pub service_accounts: Vec<String>,
    /// The addresses with an invitation as this, which nobody has answered.
    pub invitations: Vec<String>,
    /// The connections that give it to everybody, or up to it.
    pub connections: Vec<String>,
    /// True when the policy asks a second factor of those who hold it.
    pub in_policy: bool,
}

impl RoleUse {
    /// True when nothing names the role.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// What still names a role, with the names of so many users.
pub async fn of(db: &impl ConnectionTrait, org: OrgId, role: &RoleKey, named: u64) -> Result<RoleUse, Error> {
    let key = role.as_str();
    let granted = Query::select()
        .column(grant::Column::UserId)
        .from(grant::Entity)
        .and_where(Expr::col(grant::Column::OrgId).eq(org.uuid()))
        .and_where(Expr::col(grant::Column::Role).eq(key))
        .to_owned();
    let holders = user::Entity::find()
        .filter(user::Column::OrgId.eq(org.uuid()))
        .filter(user::Column::Id.in_subquery(granted))
        .order_by_asc(user::Column::DisplayName)
        .order_by_asc(user::Column::Id);
    let users = holders.clone().count(db).await.map_err(translate)?;
    let first = holders.limit(named).all(db).await.map_err(translate)?;
    let connections = connections::list(db, org).await?.into_iter();
    let gives = |it: &crate::domain::connection::Connection| {
        [&it.settings.default_role, &it.settings.max_role].into_iter().any(|role| role.as_deref() == Some(key))
    };
    let policy = organisations::get(db, org).await?.policy.mfa;
    Ok(RoleUse {
        users,
        first: first.into_iter().map(|row| (UserId::from_uuid(row.id), row.display_name)).collect(),
        groups: groups(db, org, key).await?,
        service_accounts: service_accounts(db, org, key).await?,
        invitations: invitations(db, org, key).await?,
        connections: connections.filter(gives).map(|it| it.name).collect(),
        in_policy: policy.is_some_and(|mfa| mfa.roles.contains(role)),
    })
}

async fn groups(db: &impl ConnectionTrait, org: OrgId, key: &str) -> Result<Vec<String>, Error> {
    let mapped = Query::select()
        .column(group_role::Column::GroupId)
        .from(group_role::Entity)
        .and_where(Expr::col(group_role::Column::OrgId).eq(org.uuid()))
        .and_where(Expr::col(group_role::Column::Role).eq(key))
        .to_owned();
    let named = group::Entity::find()
        .select_only()
        .column(group::Column::DisplayName)
        .filter(group::Column::OrgId.eq(org.uuid()))
        .filter(group::Column::Id.in_subquery(mapped))
        .order_by_asc(group::Column::DisplayName);
    let mut all: Vec<String> = named.into_tuple().all(db).await.map_err(translate)?;
    let awaited = mapping_intent::Entity::find()
        .select_only()
        .column(mapping_intent::Column::GroupKey)
        .filter(mapping_intent::Column::OrgId.eq(org.uuid()))
        .filter(mapping_intent::Column::Role.eq(key))
        .order_by_asc(mapping_intent::Column::GroupKey);
    let awaited: Vec<String> = awaited.into_tuple().all(db).await.map_err(translate)?;
    all.extend(awaited);
    Ok(all)
}

async fn service_accounts(db: &impl ConnectionTrait, org: OrgId, key: &str) -> Result<Vec<String>, Error> {
    let all = service_account::Entity::find()
        .select_only()
        .column(service_account::Column::Name)
        .filter(service_account::Column::OrgId.eq(org.uuid()))
        .filter(service_account::Column::Role.eq(key))
        .order_by_asc(service_account::Column::NameKey);
    all.into_tuple().all(db).await.map_err(translate)
}

async fn invitations(db: &impl ConnectionTrait, org: OrgId, key: &str) -> Result<Vec<String>, Error> {
    let open = invitations::pending(org)
        .select_only()
        .column(invitation::Column::Address)
        .filter(invitation::Column::Role.eq(key))
        .order_by_asc(invitation::Column::Address);
    open.into_tuple().all(db).await.map_err(translate)
}
