//! The record of deeds: one row for each permit kept and for each refusal.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use super::Tx;
use super::error::translate;
use super::rows::audit::{Column, Entity, Model};
use crate::domain::id::{AuditId, OrgId, SessionId, UserId};
use crate::domain::policy::{AuditRecord, Change};
use crate::domain::{Error, Timestamp};

/// A row of the audit, as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// The identity of the row; rows sort by it.
    pub id: AuditId,
    /// When the deed was done or refused.
    pub at: Timestamp,
    /// What was done, as `area.deed`.
    pub action: String,
    /// `success`, `failure` or `denied`.
    pub outcome: String,
    /// Who did it, by id; empty where there is none.
    pub actor_id: String,
    /// What they were called at the time.
    pub actor_label: String,
    /// What it was done to, by id.
    pub target_id: String,
    /// What that was called at the time.
    pub target_label: String,
    /// What changed, as JSON.
    pub changes: String,
}

/// The newest rows of an organisation, newest first.
pub async fn newest(db: &impl ConnectionTrait, org: OrgId, most: u64) -> Result<Vec<AuditRow>, Error> {
    let mine = Entity::find().filter(Column::OrgId.eq(org.uuid())).order_by_desc(Column::Id).limit(most);
    Ok(mine.all(db).await.map_err(translate)?.into_iter().map(audit_row).collect())
}

/// The rows about one target, newest first, before a row.
pub async fn of_target(
    db: &impl ConnectionTrait,
    org: OrgId,
    target: &str,
    before: Option<AuditId>,
    most: u64,
) -> Result<Vec<AuditRow>, Error> {
    let mut about = about(org, target);
    if let Some(before) = before {
        about = about.filter(Column::Id.lt(before.uuid()));
    }
    let newest = about.order_by_desc(Column::Id).limit(most);
    Ok(newest.all(db).await.map_err(translate)?.into_iter().map(audit_row).collect())
}

/// The newest rows about one target that tell of these deeds, newest first.
pub async fn deeds_on(
    db: &impl ConnectionTrait,
    org: OrgId,
    target: &str,
    deeds: &[&str],
    most: u64,
) -> Result<Vec<AuditRow>, Error> {
    let told = about(org, target).filter(Column::Action.is_in(deeds.iter().copied()));
    let newest = told.order_by_desc(Column::Id).limit(most);
    Ok(newest.all(db).await.map_err(translate)?.into_iter().map(audit_row).collect())
}

fn about(org: OrgId, target: &str) -> Select<Entity> {
    Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::TargetId.eq(target))
}

/// The moment of the newest row of all organisations.
pub async fn newest_at(db: &impl ConnectionTrait) -> Result<Option<Timestamp>, Error> {
    let newest = Entity::find().order_by_desc(Column::At).limit(1).one(db).await.map_err(translate)?;
    Ok(newest.map(|row| Timestamp::from_millis(row.at)))
}

/// Takes the names of an erased user out of the rows that tell of it: the id stays, and which values changed, but not
/// the values of names and attributes.
pub async fn forget(tx: &Tx, erased: UserId) -> Result<(), Error> {
    let id = erased.to_string();
    let of_target = Entity::update_many()
        .col_expr(Column::TargetLabel, Expr::value(id.clone()))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::TargetId.eq(id.clone()));
    of_target.exec(&**tx).await.map_err(translate)?;
    let of_actor = Entity::update_many()
        .col_expr(Column::ActorLabel, Expr::value(id.clone()))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::ActorId.eq(id.clone()));
    of_actor.exec(&**tx).await.map_err(translate)?;
    forget_values(tx, &id).await
}

async fn forget_values(tx: &Tx, id: &str) -> Result<(), Error> {
    let personal = Entity::find()
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::TargetId.eq(id))
        .filter(Column::Action.is_in(["user.updated", "user.renamed", "identity.linked"]));
    for row in personal.all(&**tx).await.map_err(translate)? {
        // What cannot be read is personal data as well, as far as anybody knows.
        let changes: Vec<Change> = serde_json::from_str(&row.changes).unwrap_or_default();
        let paths = changes.into_iter().map(|change| Change::new(change.path, None, None));
        let changes = serde_json::to_string(&paths.collect::<Vec<_>>()).map_err(anyhow::Error::new)?;
        let mut row = row.into_active_model();
        row.changes = ActiveValue::Set(changes);
        row.update(&**tx).await.map_err(translate)?;
    }
    Ok(())
}

/// Writes a row.
pub(super) async fn insert(db: &impl ConnectionTrait, record: AuditRecord, now: Timestamp) -> Result<(), Error> {
    let row = Model {
        org_id: record.org.uuid(),
        id: AuditId::new().uuid(),
        at: now.millis(),
        action: record.action.to_owned(),
        outcome: record.outcome.name().to_owned(),
        actor_kind: record.actor_kind.to_owned(),
        actor_id: record.actor_id.unwrap_or_default(),
        actor_label: record.actor_label,
        session_id: record.session.map(SessionId::uuid),
        target_kind: record.target_kind.to_owned(),
        target_id: record.target_id.unwrap_or_default(),
        target_label: record.target_label,
        changes: record.changes.to_string(),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(db).await.map_err(translate)?;
    Ok(())
}

fn audit_row(row: Model) -> AuditRow {
    AuditRow {
        id: AuditId::from_uuid(row.id),
        at: Timestamp::from_millis(row.at),
        action: row.action,
        outcome: row.outcome,
        actor_id: row.actor_id,
        actor_label: row.actor_label,
        target_id: row.target_id,
        target_label: row.target_label,
        changes: row.changes,
    }
}
