//! How much applications say that teams use of them: one row for each application and team.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use super::Tx;
use super::error::translate;
use super::json::written;
use super::rows::team_usage::{Column, Entity, Model};
use super::teams::amounts;
use crate::domain::id::{OrgId, TeamId, UserId};
use crate::domain::team::quota::Report;
use crate::domain::{Error, Timestamp};

/// What was reported of a team, the oldest first.
pub async fn list(db: &impl ConnectionTrait, org: OrgId, of: TeamId) -> Result<Vec<Report>, Error> {
    let mine = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::TeamId.eq(of.uuid()))
        .order_by_asc(Column::ReportedAt)
        .order_by_asc(Column::ReporterId);
    mine.all(db).await.map_err(translate)?.into_iter().map(read).collect()
}

/// Stores what somebody reports of a team, in place of what they said before.
pub async fn put(tx: &Tx, of: TeamId, report: &Report) -> Result<(), Error> {
    let row = Model {
        org_id: tx.org.uuid(),
        team_id: of.uuid(),
        reporter_id: report.by.uuid(),
        reporter: report.name.clone(),
        amounts: written(&report.amounts)?,
        reported_at: report.since.millis(),
    };
    let anew = OnConflict::columns([Column::OrgId, Column::TeamId, Column::ReporterId])
        .update_columns([Column::Reporter, Column::Amounts, Column::ReportedAt])
        .to_owned();
    Entity::insert(row.into_active_model()).on_conflict(anew).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Forgets everything that somebody reported.
pub async fn forget(tx: &Tx, by: UserId) -> Result<(), Error> {
    let theirs = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::ReporterId.eq(by.uuid()));
    theirs.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

fn read(row: Model) -> Result<Report, Error> {
    Ok(Report {
        by: UserId::from_uuid(row.reporter_id),
        name: row.reporter,
        amounts: amounts(&row.amounts)?,
        since: Timestamp::from_millis(row.reported_at),
    })
}
