//! Teams, and who is on which.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, UpdateMany,
};

use super::Tx;
use super::error::translate;
use super::json::{parsed, written};
use super::past::{self, Kind};
use super::rows::team::{Column, Entity, Model};
use super::rows::{team, team_member, team_usage};
use crate::domain::id::{OrgId, TeamId, UserId};
use crate::domain::team::Team;
use crate::domain::team::quota::Amounts;
use crate::domain::text::fold;
use crate::domain::{Error, Timestamp};

/// How many values one statement binds at most.
const CHUNK: usize = 500;

/// The team with this id in this organisation, which must exist.
pub async fn get(db: &impl ConnectionTrait, org: OrgId, id: TeamId) -> Result<Team, Error> {
    let row = Entity::find_by_id((org.uuid(), id.uuid())).one(db).await.map_err(translate)?;
    row.map(read).transpose()?.ok_or(Error::NotFound("team"))
}

/// The team with this id, whatever its organisation; only for the operator.
pub async fn find_anywhere(db: &impl ConnectionTrait, id: TeamId) -> Result<Option<Team>, Error> {
    let row = Entity::find().filter(Column::Id.eq(id.uuid())).one(db).await.map_err(translate)?;
    row.map(read).transpose()
}

/// Every team of the organisation, by name.
pub async fn list(db: &impl ConnectionTrait, org: OrgId) -> Result<Vec<Team>, Error> {
    let mine = Entity::find().filter(Column::OrgId.eq(org.uuid())).order_by_asc(Column::NameKey);
    mine.all(db).await.map_err(translate)?.into_iter().map(read).collect()
}

/// The teams of the organisation by name, behind this key of a name.
pub async fn page(db: &impl ConnectionTrait, org: OrgId, after: Option<&str>, most: u64) -> Result<Vec<Team>, Error> {
    let mut mine = Entity::find().filter(Column::OrgId.eq(org.uuid()));
    if let Some(key) = after {
        mine = mine.filter(Column::NameKey.gt(key));
    }
    let page = mine.order_by_asc(Column::NameKey).limit(most);
    page.all(db).await.map_err(translate)?.into_iter().map(read).collect()
}

/// Whether a user is on a team.
pub async fn has(db: &impl ConnectionTrait, org: OrgId, (team, user): (TeamId, UserId)) -> Result<bool, Error> {
    let place = team_member::Entity::find_by_id((org.uuid(), team.uuid(), user.uuid()));
    Ok(place.one(db).await.map_err(translate)?.is_some())
}

/// The teams that somebody leads, by name.
pub async fn led_by(db: &impl ConnectionTrait, org: OrgId, lead: UserId) -> Result<Vec<Team>, Error> {
    let theirs = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::LeadId.eq(lead.uuid()))
        .order_by_asc(Column::NameKey);
    theirs.all(db).await.map_err(translate)?.into_iter().map(read).collect()
}

/// The team of this organisation with this name in any spelling.
pub async fn find_by_name(db: &impl ConnectionTrait, org: OrgId, name: &str) -> Result<Option<Team>, Error> {
    let named = Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::NameKey.eq(fold(name)));
    named.one(db).await.map_err(translate)?.map(read).transpose()
}

/// The teams among these ids, by name.
pub async fn among(db: &impl ConnectionTrait, org: OrgId, ids: &[TeamId]) -> Result<Vec<Team>, Error> {
    let these = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::Id.is_in(ids.iter().map(|id| id.uuid())))
        .order_by_asc(Column::NameKey);
    these.all(db).await.map_err(translate)?.into_iter().map(read).collect()
}

/// How many people are on each team of the organisation; one without any is left out.
pub async fn sizes(db: &impl ConnectionTrait, org: OrgId) -> Result<HashMap<TeamId, u64>, Error> {
    let counted = team_member::Entity::find()
        .select_only()
        .column(team_member::Column::TeamId)
        .column_as(team_member::Column::UserId.count(), "members")
        .filter(team_member::Column::OrgId.eq(org.uuid()))
        .group_by(team_member::Column::TeamId);
    let rows: Vec<(uuid::Uuid, i64)> = counted.into_tuple().all(db).await.map_err(translate)?;
    Ok(rows.into_iter().map(|(id, count)| (TeamId::from_uuid(id), u64::try_from(count).unwrap_or(0))).collect())
}

/// Who is on a team.
pub async fn members(db: &impl ConnectionTrait, org: OrgId, of: TeamId) -> Result<Vec<UserId>, Error> {
    let mine = team_member::Entity::find()
        .select_only()
        .column(team_member::Column::UserId)
        .filter(team_member::Column::OrgId.eq(org.uuid()))
        .filter(team_member::Column::TeamId.eq(of.uuid()))
        .order_by_asc(team_member::Column::UserId);
    let ids: Vec<uuid::Uuid> = mine.into_tuple().all(db).await.map_err(translate)?;
    Ok(ids.into_iter().map(UserId::from_uuid).collect())
}

/// The teams of a user, by name.
pub async fn of_user(db: &impl ConnectionTrait, org: OrgId, user: UserId) -> Result<Vec<Team>, Error> {
    let on = Query::select()
        .column(team_member::Column::TeamId)
        .from(team_member::Entity)
        .and_where(Expr::col(team_member::Column::OrgId).eq(org.uuid()))
        .and_where(Expr::col(team_member::Column::UserId).eq(user.uuid()))
        .to_owned();
    let mine = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::Id.in_subquery(on))
        .order_by_asc(Column::NameKey);
    mine.all(db).await.map_err(translate)?.into_iter().map(read).collect()
}

/// Stores a new team.
pub async fn insert(tx: &Tx, new: &Team) -> Result<(), Error> {
    Entity::insert(row(new)?.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Stores what is different about a team.
pub async fn update(tx: &Tx, changed: &Team) -> Result<(), Error> {
    let done = Entity::update_many()
        .col_expr(team::Column::Name, Expr::value(changed.name.clone()))
        .col_expr(team::Column::NameKey, Expr::value(fold(&changed.name)))
        .col_expr(team::Column::Description, Expr::value(changed.description.clone()))
        .col_expr(team::Column::LeadId, Expr::value(changed.lead.map(UserId::uuid)))
        .col_expr(team::Column::Quotas, Expr::value(written(&changed.quotas)?))
        .col_expr(team::Column::UpdatedAt, Expr::value(changed.updated_at.millis()))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::Id.eq(changed.id.uuid()))
        .exec(&**tx)
        .await
        .map_err(translate)?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::NotFound("team")) }
}

/// Takes a team away; nobody is on it any more.
pub async fn delete(tx: &Tx, id: TeamId) -> Result<(), Error> {
    past::end(tx, Kind::TeamMember, on_team(tx, id)).await?;
    let usage = team_usage::Entity::delete_many()
        .filter(team_usage::Column::OrgId.eq(tx.org.uuid()))
        .filter(team_usage::Column::TeamId.eq(id.uuid()));
    usage.exec(&**tx).await.map_err(translate)?;
    Entity::delete_by_id((tx.org.uuid(), id.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Puts users on a team; those who are on it stay.
pub async fn add(tx: &Tx, to: TeamId, users: &[UserId]) -> Result<(), Error> {
    for some in users.chunks(CHUNK) {
        let rows = some.iter().map(|user| {
            let row = team_member::Model {
                org_id: tx.org.uuid(),
                team_id: to.uuid(),
                user_id: user.uuid(),
                since: tx.now.millis(),
            };
            row.into_active_model()
        });
        team_member::Entity::insert_many(rows)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&**tx)
            .await
            .map_err(translate)?;
    }
    Ok(())
}

/// Takes users off a team, and its lead off that place; those who are not on it do not matter.
pub async fn remove(tx: &Tx, from: TeamId, users: &[UserId]) -> Result<(), Error> {
    for some in users.chunks(CHUNK) {
        let leaderless = without_lead(tx, some).filter(Column::Id.eq(from.uuid()));
        leaderless.exec(&**tx).await.map_err(translate)?;
        let which = on_team(tx, from).and(team_member::Column::UserId.is_in(some.iter().map(|id| id.uuid())));
        past::end(tx, Kind::TeamMember, which).await?;
    }
    Ok(())
}

/// Takes a user off every team.
pub async fn leave_all(tx: &Tx, user: UserId) -> Result<(), Error> {
    without_lead(tx, &[user]).exec(&**tx).await.map_err(translate)?;
    let mine = team_member::Column::OrgId.eq(tx.org.uuid()).and(team_member::Column::UserId.eq(user.uuid()));
    past::end(tx, Kind::TeamMember, mine).await?;
    Ok(())
}

fn on_team(tx: &Tx, team: TeamId) -> Expr {
    team_member::Column::OrgId.eq(tx.org.uuid()).and(team_member::Column::TeamId.eq(team.uuid()))
}

/// The change that leaves the teams without a lead that one of these leads.
fn without_lead(tx: &Tx, leads: &[UserId]) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::LeadId, Expr::value(None::<uuid::Uuid>))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::LeadId.is_in(leads.iter().map(|id| id.uuid())))
}

fn read(row: Model) -> Result<Team, Error> {
    Ok(Team {
        id: TeamId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        name: row.name,
        description: row.description,
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
        lead: row.lead_id.map(UserId::from_uuid),
        quotas: amounts(&row.quotas)?,
    })
}

fn row(it: &Team) -> Result<Model, Error> {
    Ok(Model {
        org_id: it.org.uuid(),
        id: it.id.uuid(),
        name: it.name.clone(),
        name_key: fold(&it.name),
        description: it.description.clone(),
        created_at: it.created_at.millis(),
        updated_at: it.updated_at.millis(),
        lead_id: it.lead.map(UserId::uuid),
        quotas: written(&it.quotas)?,
    })
}

pub(super) fn amounts(text: &str) -> Result<Amounts, Error> {
    parsed(text, "amounts of a team")
}
