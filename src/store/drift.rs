//! Where the people of a connection differ from what its provider said of them: one page of one kind of difference.
//!
//! **Invariant:** a page is read along an index that holds the differences and in the order of the page, so that it costs what
//! is on it and not how many people agree.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::error::{translate, unreadable};
use super::grants::role_key;
use super::rows::{grant, group, group_role, member, user};
use super::users;
use crate::domain::drift::{Kind, Said};
use crate::domain::id::{ConnectionId, GroupId, OrgId, UserId};
use crate::domain::role::RoleKey;
use crate::domain::user::User;
use crate::domain::{Error, Timestamp};

/// Both are written as the partial indexes are, or they would not be used.
const KEPT: &str = "users.asserted <> 'active' AND users.status <> 'deactivated'";
const SHUT_OUT: &str = "users.asserted = 'active' AND users.status = 'deactivated'";
const UNMENTIONED: &str = "users.status <> 'deactivated'";
const BY_HAND: &str = "grants.source = 'manual'";

/// A difference.
#[derive(Debug, Clone)]
pub struct Found {
    /// The user.
    pub user: User,
    /// What was said of the user's access, if anything was.
    pub said: Option<Said>,
    /// When the user was spoken of, to the hour, if ever.
    pub said_at: Option<Timestamp>,
    /// The role that was given here.
    pub role: Option<RoleKey>,
    /// The group that is kept here, with its name.
    pub group: Option<(GroupId, String)>,
    /// Since when the user has the role or is in the group.
    pub since: Option<Timestamp>,
}

/// Where a difference stands in its list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    user: UserId,
    said_at: i64,
    role: Option<RoleKey>,
    group: Option<GroupId>,
}

impl Found {
    /// Where it stands.
    pub fn place(&self) -> Place {
        Place {
            user: self.user.id,
            said_at: self.said_at.map(Timestamp::millis).unwrap_or_default(),
            role: self.role.clone(),
            group: self.group.as_ref().map(|it| it.0),
        }
    }
}

/// What of the differences is wanted.
#[derive(Debug, Clone)]
pub struct Part {
    /// In what they differ.
    pub kind: Kind,
    /// Whoever was not spoken of since then counts as not spoken of.
    pub since: Timestamp,
    /// The last one of the page before.
    pub after: Option<Place>,
}

/// The differences of a connection.
pub async fn page(
    db: &impl ConnectionTrait,
    of: (OrgId, ConnectionId),
    part: &Part,
    most: u64,
) -> Result<Vec<Found>, Error> {
    let after = part.after.as_ref();
    match part.kind {
        Kind::Kept => of_access(db, people(of).filter(Expr::cust(KEPT)), after, most).await,
        Kind::ShutOut => of_access(db, people(of).filter(Expr::cust(SHUT_OUT)), after, most).await,
        Kind::Unmentioned => unmentioned(db, of, part, most).await,
        Kind::Roles => by_hand(db, of, after, most).await,
        Kind::Groups => by_group(db, of, after, most).await,
    }
}

/// Those of an organisation whom an identity provider has let go and who have access here.
pub async fn kept(db: &impl ConnectionTrait, org: OrgId) -> Result<Vec<UserId>, Error> {
    let found = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(user::Column::OrgId.eq(org.uuid()))
        .filter(Expr::cust(KEPT))
        .into_tuple::<Uuid>();
    Ok(found.all(db).await.map_err(translate)?.into_iter().map(UserId::from_uuid).collect())
}

fn people((org, of): (OrgId, ConnectionId)) -> Select<user::Entity> {
    user::Entity::find().filter(user::Column::OrgId.eq(org.uuid())).filter(user::Column::ManagedBy.eq(of.uuid()))
}

async fn of_access(
    db: &impl ConnectionTrait,
    mut found: Select<user::Entity>,
    after: Option<&Place>,
    most: u64,
) -> Result<Vec<Found>, Error> {
    if let Some(place) = after {
        found = found.filter(user::Column::Id.gt(place.user.uuid()));
    }
    let rows = found.order_by_asc(user::Column::Id).limit(most).all(db).await.map_err(translate)?;
    rows.into_iter().map(plain).collect()
}

/// Those who were not spoken of for longest come first.
async fn unmentioned(
    db: &impl ConnectionTrait,
    of: (OrgId, ConnectionId),
    part: &Part,
    most: u64,
) -> Result<Vec<Found>, Error> {
    let at = user::Column::AssertedAt;
    let mut found = people(of).filter(Expr::cust(UNMENTIONED)).filter(at.lt(part.since.millis()));
    if let Some(place) = &part.after {
        let same = at.eq(place.said_at).and(user::Column::Id.gt(place.user.uuid()));
        found = found.filter(at.gte(place.said_at)).filter(at.gt(place.said_at).or(same));
    }
    let oldest = found.order_by_asc(at).order_by_asc(user::Column::Id).limit(most);
    oldest.all(db).await.map_err(translate)?.into_iter().map(plain).collect()
}

async fn by_hand(
    db: &impl ConnectionTrait,
    of: (OrgId, ConnectionId),
    after: Option<&Place>,
    most: u64,
) -> Result<Vec<Found>, Error> {
    let mut found = grant::Entity::find()
        .filter(grant::Column::OrgId.eq(of.0.uuid()))
        .filter(Expr::cust(BY_HAND))
        .filter(is_of(Expr::col((grant::Entity, grant::Column::UserId)), of));
    if let Some(Place { user, role, .. }) = after {
        let later = grant::Column::Role.gt(role.as_ref().map(ToString::to_string).unwrap_or_default());
        let id = grant::Column::UserId;
        let same = id.eq(user.uuid()).and(later);
        found = found.filter(id.gte(user.uuid())).filter(id.gt(user.uuid()).or(same));
    }
    let found = found.order_by_asc(grant::Column::UserId).order_by_asc(grant::Column::Role).limit(most);
    let rows = found.all(db).await.map_err(translate)?;
    let people = by_id(db, of.0, rows.iter().map(|row| row.user_id)).await?;
    let with_user = rows.into_iter().filter_map(|row| Some((people.get(&row.user_id)?.clone(), row)));
    with_user
        .map(|(user, row)| {
            let (role, since) = (role_key(&row.role)?, Timestamp::from_millis(row.since));
            Ok(Found { role: Some(role), since: Some(since), ..plain(user)? })
        })
        .collect()
}

async fn by_group(
    db: &impl ConnectionTrait,
    of: (OrgId, ConnectionId),
    after: Option<&Place>,
    most: u64,
) -> Result<Vec<Found>, Error> {
    let mut found = member::Entity::find()
        .filter(member::Column::OrgId.eq(of.0.uuid()))
        .filter(member::Column::GroupId.in_subquery(giving_groups(of.0)))
        .filter(is_of(Expr::col((member::Entity, member::Column::UserId)), of));
    if let Some((user, group)) = after.and_then(|it| Some((it.user, it.group?))) {
        let same = member::Column::GroupId.eq(group.uuid()).and(member::Column::UserId.gt(user.uuid()));
        found = found
            .filter(member::Column::GroupId.gte(group.uuid()))
            .filter(member::Column::GroupId.gt(group.uuid()).or(same));
    }
    let found = found.order_by_asc(member::Column::GroupId).order_by_asc(member::Column::UserId).limit(most);
    let rows = found.all(db).await.map_err(translate)?;
    let people = by_id(db, of.0, rows.iter().map(|row| row.user_id)).await?;
    let named = group::Entity::find()
        .filter(group::Column::OrgId.eq(of.0.uuid()))
        .filter(group::Column::Id.is_in(rows.iter().map(|row| row.group_id)));
    let named = named.all(db).await.map_err(translate)?;
    let name = |id| named.iter().find(|it| it.id == id).map(|it| it.display_name.clone()).unwrap_or_default();
    let with_user = rows.into_iter().filter_map(|row| Some((people.get(&row.user_id)?.clone(), row)));
    with_user
        .map(|(user, row)| {
            let group = Some((GroupId::from_uuid(row.group_id), name(row.group_id)));
            Ok(Found { group, since: Some(Timestamp::from_millis(row.since)), ..plain(user)? })
        })
        .collect()
}

/// The groups that are kept here and give a role.
fn giving_groups(org: OrgId) -> SelectStatement {
    let role = |it: group_role::Column| Expr::col((group_role::Entity, it));
    let gives = Query::select()
        .expr(Expr::val(1))
        .from(group_role::Entity)
        .and_where(role(group_role::Column::OrgId).equals((group::Entity, group::Column::OrgId)))
        .and_where(role(group_role::Column::GroupId).equals((group::Entity, group::Column::Id)))
        .to_owned();
    Query::select()
        .column(group::Column::Id)
        .from(group::Entity)
        .and_where(Expr::col((group::Entity, group::Column::OrgId)).eq(org.uuid()))
        .and_where(Expr::col((group::Entity, group::Column::ManagedBy)).is_null())
        .and_where(Expr::exists(gives))
        .to_owned()
}

/// That a row is about a user of the connection.
fn is_of(user_id: Expr, (org, of): (OrgId, ConnectionId)) -> Expr {
    let column = |it: user::Column| Expr::col((user::Entity, it));
    let is_there = Query::select()
        .expr(Expr::val(1))
        .from(user::Entity)
        .and_where(column(user::Column::OrgId).eq(org.uuid()))
        .and_where(column(user::Column::Id).eq(user_id))
        .and_where(column(user::Column::ManagedBy).eq(of.uuid()))
        .to_owned();
    Expr::exists(is_there)
}

async fn by_id(
    db: &impl ConnectionTrait,
    org: OrgId,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, user::Model>, Error> {
    let these = user::Entity::find().filter(user::Column::OrgId.eq(org.uuid())).filter(user::Column::Id.is_in(ids));
    Ok(these.all(db).await.map_err(translate)?.into_iter().map(|row| (row.id, row)).collect())
}

fn plain(row: user::Model) -> Result<Found, Error> {
    let said = row.asserted.as_deref();
    Ok(Found {
        said: said.map(|it| Said::parse(it).ok_or_else(|| unreadable("users.asserted"))).transpose()?,
        said_at: (row.asserted_at > 0).then(|| Timestamp::from_millis(row.asserted_at)),
        role: None,
        group: None,
        since: None,
        user: users::user(row)?,
    })
}
