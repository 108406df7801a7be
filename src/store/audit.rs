//! The record of deeds: one row for each permit kept and for each refusal.
//!
//! Rows stand in the order of their moment, and of their id where that is the same; each index that a filter uses ends in both.

use std::cmp::Reverse;

use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, Select,
};
use serde::{Deserialize, Serialize};

use super::error::translate;
use super::rows::audit::{Column, Entity, Model};
use super::user_list::contains;
use super::{Tx, audit_seals};
use crate::domain::audit_chain::Part;
use crate::domain::audit_filter::{AuditFilter, Deeds, Party};
use crate::domain::id::{AuditId, OrgId, SessionId, UserId};
use crate::domain::policy::{AuditRecord, Change, Outcome};
use crate::domain::text::fold;
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
    /// What kind of actor did it.
    pub actor_kind: String,
    /// Who did it, by id; empty where there is none.
    pub actor_id: String,
    /// What they were called at the time.
    pub actor_label: String,
    /// The session in which it was done.
    pub session: Option<SessionId>,
    /// What kind of thing it was done to.
    pub target_kind: String,
    /// What it was done to, by id; empty where there is none.
    pub target_id: String,
    /// What that was called at the time.
    pub target_label: String,
    /// What changed, as JSON.
    pub changes: String,
}

/// A place in the record: what comes after it is older.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    at: Timestamp,
    id: AuditId,
}

impl AuditRow {
    /// Where it stands.
    pub const fn place(&self) -> Place {
        Place { at: self.at, id: self.id }
    }
}

/// The newest rows of an organisation, newest first.
pub async fn newest(db: &impl ConnectionTrait, org: OrgId, most: u64) -> Result<Vec<AuditRow>, Error> {
    list(db, org, &AuditFilter::default(), None, most).await
}

/// The rows that a filter finds, newest first, after a place.
pub async fn list(
    db: &impl ConnectionTrait,
    org: OrgId,
    filter: &AuditFilter,
    after: Option<Place>,
    most: u64,
) -> Result<Vec<AuditRow>, Error> {
    page(db, of_org(org).filter(condition(db, filter)), after, most).await
}

/// True when a filter finds more rows than so many.
pub async fn are_more(db: &impl ConnectionTrait, org: OrgId, filter: &AuditFilter, than: u64) -> Result<bool, Error> {
    let rows = of_org(org).filter(condition(db, filter)).select_only().column(Column::At).offset(than).limit(1);
    Ok(rows.into_tuple::<i64>().one(db).await.map_err(translate)?.is_some())
}

/// The row with this id, in this organisation.
pub async fn find(db: &impl ConnectionTrait, org: OrgId, id: AuditId) -> Result<Option<AuditRow>, Error> {
    let found = Entity::find_by_id((org.uuid(), id.uuid())).one(db).await.map_err(translate)?;
    Ok(found.map(audit_row))
}

/// Those of these rows that are there, in no order.
pub async fn among(db: &impl ConnectionTrait, org: OrgId, ids: &[AuditId]) -> Result<Vec<AuditRow>, Error> {
    let these = of_org(org).filter(Column::Id.is_in(ids.iter().map(|id| id.uuid())));
    Ok(these.all(db).await.map_err(translate)?.into_iter().map(audit_row).collect())
}

/// The rows about one target, newest first, before a row.
pub async fn of_target(
    db: &impl ConnectionTrait,
    org: OrgId,
    target: &str,
    before: Option<AuditId>,
    most: u64,
) -> Result<Vec<AuditRow>, Error> {
    let after = match before {
        Some(id) => match find(db, org, id).await? {
            Some(row) => Some(row.place()),
            None => return Ok(Vec::new()),
        },
        None => None,
    };
    page(db, of_org(org).filter(Column::TargetId.eq(target)), after, most).await
}

/// The newest rows about one target that tell of these deeds, newest first.
pub async fn deeds_on(
    db: &impl ConnectionTrait,
    org: OrgId,
    target: &str,
    deeds: &[&str],
    most: u64,
) -> Result<Vec<AuditRow>, Error> {
    let about = of_org(org).filter(Column::TargetId.eq(target));
    page(db, about.filter(Column::Action.is_in(deeds.iter().copied())), None, most).await
}

/// The newest rows about these targets that tell that one of these deeds was done, newest first.
pub async fn deeds_on_any(
    db: &impl ConnectionTrait,
    org: OrgId,
    targets: &[String],
    deeds: &[&str],
    most: u64,
) -> Result<Vec<AuditRow>, Error> {
    let mut found = Vec::new();
    // One by one, as SQLite walks through the whole log for several.
    for target in targets {
        let about = done(org).filter(Column::TargetId.eq(target)).filter(Column::Action.is_in(deeds.iter().copied()));
        found.extend(page(db, about, None, most).await?);
    }
    found.sort_by_key(|it| Reverse((it.at, it.id)));
    found.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(found)
}

/// When the newest of these deeds was done after a moment, where one was.
pub async fn newest_of(
    db: &impl ConnectionTrait,
    org: OrgId,
    deeds: &[&str],
    after: Timestamp,
) -> Result<Option<Timestamp>, Error> {
    let mut found = Vec::new();
    for deed in deeds {
        let later = done(org).filter(Column::Action.eq(*deed)).filter(Column::At.gt(after.millis()));
        found.extend(page(db, later, None, 1).await?.into_iter().map(|it| it.at));
    }
    Ok(found.into_iter().max())
}

/// What was done to one target in one moment.
pub async fn done_at(
    db: &impl ConnectionTrait,
    org: OrgId,
    target: &str,
    at: Timestamp,
) -> Result<Vec<AuditRow>, Error> {
    const MOST: u64 = 10;
    let then = done(org).filter(Column::TargetId.eq(target)).filter(Column::At.eq(at.millis()));
    page(db, then, None, MOST).await
}

/// What was done, said by what it is not: nearly every deed was, so no index of the outcomes may be looked into for it.
pub(super) fn done(org: OrgId) -> Select<Entity> {
    let others = [Outcome::Denied, Outcome::Failure].map(|it| Column::Outcome.ne(it.name()));
    others.into_iter().fold(of_org(org), Select::filter)
}

fn of_org(org: OrgId) -> Select<Entity> {
    Entity::find().filter(Column::OrgId.eq(org.uuid()))
}

async fn page(
    db: &impl ConnectionTrait,
    mut rows: Select<Entity>,
    after: Option<Place>,
    most: u64,
) -> Result<Vec<AuditRow>, Error> {
    if let Some(Place { at, id }) = after {
        let earlier = Column::At.lt(at.millis()).or(Column::Id.lt(id.uuid()));
        rows = rows.filter(Column::At.lte(at.millis())).filter(earlier);
    }
    let newest = rows.order_by_desc(Column::At).order_by_desc(Column::Id).limit(most);
    Ok(newest.all(db).await.map_err(translate)?.into_iter().map(audit_row).collect())
}

fn condition(db: &impl ConnectionTrait, filter: &AuditFilter) -> Condition {
    let party = |it: Party, (id, kind): (Column, Column)| match it {
        Party::Id(_) => id.eq(it.word()),
        Party::Kind(word) => kind.eq(word),
    };
    let deeds = |it: Deeds| match it {
        Deeds::One(name) => Column::Action.eq(name),
        // The slash is the character after the dot.
        Deeds::Area(area) => Column::Action.gte(format!("{area}.")).and(Column::Action.lt(format!("{area}/"))),
    };
    let named = |text: &String| {
        let [actor, target] =
            [Column::ActorKey, Column::TargetKey].map(|key| contains(db.get_database_backend(), Expr::col(key), text));
        actor.or(target)
    };
    let parts = [
        filter.from.map(|it| Column::At.gte(it.begins().millis())),
        filter.to.map(|it| Column::At.lt(it.ends().millis())),
        filter.actor.map(|it| party(it, (Column::ActorId, Column::ActorKind))),
        filter.target.map(|it| party(it, (Column::TargetId, Column::TargetKind))),
        filter.action.map(deeds),
        filter.outcome.map(|it: Outcome| Column::Outcome.eq(it.name())),
        filter.text.as_ref().map(named),
    ];
    parts.into_iter().flatten().fold(Condition::all(), Condition::add)
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
    hide_names(tx, &id).await?;
    let of_target = Entity::update_many()
        .col_expr(Column::TargetLabel, Expr::value(id.clone()))
        .col_expr(Column::TargetKey, Expr::value(id.clone()))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::TargetId.eq(id.clone()));
    of_target.exec(&**tx).await.map_err(translate)?;
    let of_actor = Entity::update_many()
        .col_expr(Column::ActorLabel, Expr::value(id.clone()))
        .col_expr(Column::ActorKey, Expr::value(id.clone()))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::ActorId.eq(id.clone()));
    of_actor.exec(&**tx).await.map_err(translate)?;
    let personal = ["user.updated", "user.renamed", "identity.linked", "auth.sso_refused"];
    forget_values(tx, Column::TargetId.eq(id).and(Column::Action.is_in(personal))).await?;
    // Somebody may have searched for the name before exporting what was found.
    let searched = Column::Action.eq("audit.exported").and(Column::Changes.contains("\"filter.text\""));
    forget_values(tx, searched).await
}

/// The chain keeps hashes of the names that go.
async fn hide_names(tx: &Tx, id: &str) -> Result<(), Error> {
    let about = Condition::any().add(Column::TargetId.eq(id)).add(Column::ActorId.eq(id));
    let rows = of_org(tx.org).filter(about).all(&**tx).await.map_err(translate)?;
    let with_parts = rows.into_iter().map(|it| {
        let (is_actor, is_target) = (it.actor_id == id, it.target_id == id);
        let parts = [(is_actor, Part::ActorLabel), (is_target, Part::TargetLabel)];
        (audit_seals::row(it), parts.into_iter().filter(|it| it.0).map(|it| it.1).collect())
    });
    audit_seals::hide(tx, &with_parts.collect::<Vec<_>>()).await
}

async fn forget_values(tx: &Tx, which: Expr) -> Result<(), Error> {
    for row in of_org(tx.org).filter(which).all(&**tx).await.map_err(translate)? {
        audit_seals::hide(tx, &[(audit_seals::row(row.clone()), vec![Part::Changes])]).await?;
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
    let (actor_key, target_key) = (Some(fold(&record.actor_label)), Some(fold(&record.target_label)));
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
        actor_key,
        target_key,
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
        actor_kind: row.actor_kind,
        actor_id: row.actor_id,
        actor_label: row.actor_label,
        session: row.session_id.map(SessionId::from_uuid),
        target_kind: row.target_kind,
        target_id: row.target_id,
        target_label: row.target_label,
        changes: row.changes,
    }
}
