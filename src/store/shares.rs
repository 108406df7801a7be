//! Shares of resources, and what is known of one user and one resource.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    Select,
};
use uuid::Uuid;

use super::Tx;
use super::error::{translate, unreadable};
use super::past::{self, Kind};
use super::rows::share::{Column, Entity, Model};
use super::rows::team_member;
use crate::domain::id::{OrgId, ResourceId, TeamId, UserId};
use crate::domain::share::{Level, Share, Sharee};
use crate::domain::{Error, Timestamp};

/// The shares of a resource, the oldest first.
pub async fn list(db: &impl ConnectionTrait, org: OrgId, of: ResourceId) -> Result<Vec<Share>, Error> {
    let mine = of_resource(org, of).order_by_asc(Column::Since).order_by_asc(Column::SubjectId);
    mine.all(db).await.map_err(translate)?.iter().map(read).collect()
}

/// The share of a resource with this one.
pub async fn find(
    db: &impl ConnectionTrait,
    org: OrgId,
    (of, with): (ResourceId, Sharee),
) -> Result<Option<Share>, Error> {
    let found = of_resource(org, of).filter(is_with(with));
    found.one(db).await.map_err(translate)?.as_ref().map(read).transpose()
}

/// How many shares a resource has.
pub async fn count(db: &impl ConnectionTrait, org: OrgId, of: ResourceId) -> Result<u64, Error> {
    of_resource(org, of).count(db).await.map_err(translate)
}

/// The shares of these resources that reach a user, by themselves or by a team.
pub async fn reaching(
    db: &impl ConnectionTrait,
    (org, user): (OrgId, UserId),
    of: &[ResourceId],
) -> Result<HashMap<ResourceId, Vec<(Sharee, Level)>>, Error> {
    let found = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::ResourceId.is_in(of.iter().map(|id| id.uuid())))
        .filter(reaches(org, user));
    let mut shares: HashMap<ResourceId, Vec<(Sharee, Level)>> = HashMap::new();
    for row in found.all(db).await.map_err(translate)? {
        let share = read(&row)?;
        shares.entry(share.resource).or_default().push((share.with, share.level));
    }
    Ok(shares)
}

/// Stores a share, in place of the one there was.
pub async fn put(tx: &Tx, share: &Share) -> Result<(), Error> {
    past::keep(tx, Kind::Share, shares_of(tx, share.resource).add(is_with(share.with))).await?;
    let row = Model {
        org_id: tx.org.uuid(),
        resource_id: share.resource.uuid(),
        subject_kind: share.with.kind().to_owned(),
        subject_id: uuid(share.with),
        level: share.level.word().to_owned(),
        since: share.since.millis(),
        by_id: share.by.map(UserId::uuid),
    };
    let anew = OnConflict::columns([Column::OrgId, Column::ResourceId, Column::SubjectKind, Column::SubjectId])
        .update_columns([Column::Level, Column::Since, Column::ById])
        .to_owned();
    let stored = Entity::insert(row.into_active_model()).on_conflict(anew);
    stored.exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Ends a share.
pub async fn delete(tx: &Tx, (resource, with): (ResourceId, Sharee)) -> Result<(), Error> {
    past::end(tx, Kind::Share, shares_of(tx, resource).add(is_with(with))).await?;
    Ok(())
}

/// Ends every share of a resource.
pub async fn delete_of(tx: &Tx, resource: ResourceId) -> Result<(), Error> {
    past::end(tx, Kind::Share, shares_of(tx, resource)).await?;
    Ok(())
}

/// Ends every share with a user or a team.
pub async fn delete_with(tx: &Tx, with: Sharee) -> Result<(), Error> {
    past::end(tx, Kind::Share, is_with(with).add(Column::OrgId.eq(tx.org.uuid()))).await?;
    Ok(())
}

fn shares_of(tx: &Tx, resource: ResourceId) -> Condition {
    Condition::all().add(Column::OrgId.eq(tx.org.uuid())).add(Column::ResourceId.eq(resource.uuid()))
}

fn of_resource(org: OrgId, of: ResourceId) -> Select<Entity> {
    Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::ResourceId.eq(of.uuid()))
}

fn is_with(with: Sharee) -> Condition {
    Condition::all().add(Column::SubjectKind.eq(with.kind())).add(Column::SubjectId.eq(uuid(with)))
}

/// True of a share with the user, or with a team that the user is on.
fn reaches(org: OrgId, user: UserId) -> Condition {
    let teams = Query::select()
        .column(team_member::Column::TeamId)
        .from(team_member::Entity)
        .and_where(Expr::col(team_member::Column::OrgId).eq(org.uuid()))
        .and_where(Expr::col(team_member::Column::UserId).eq(user.uuid()))
        .to_owned();
    let by_team = Condition::all().add(Column::SubjectKind.eq("team")).add(Column::SubjectId.in_subquery(teams));
    Condition::any().add(is_with(Sharee::User(user))).add(by_team)
}

/// The id of whom a resource is shared with, as it is stored.
pub(super) fn uuid(with: Sharee) -> Uuid {
    match with {
        Sharee::User(id) => id.uuid(),
        Sharee::Team(id) => id.uuid(),
    }
}

fn read(row: &Model) -> Result<Share, Error> {
    let with = match row.subject_kind.as_str() {
        "user" => Sharee::User(UserId::from_uuid(row.subject_id)),
        "team" => Sharee::Team(TeamId::from_uuid(row.subject_id)),
        _ => return Err(unreadable("shares.subject_kind")),
    };
    Ok(Share {
        resource: ResourceId::from_uuid(row.resource_id),
        with,
        level: Level::parse(&row.level).ok_or_else(|| unreadable("shares.level"))?,
        since: Timestamp::from_millis(row.since),
        by: row.by_id.map(UserId::from_uuid),
    })
}
