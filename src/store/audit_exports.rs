//! The parts of the audit log that are kept as files, and the parts in which such a file lies.
//!
//! **Invariant:** a file is made by whoever holds the claim on it, and each of its parts is kept with a look at that claim in the
//! same unit. It is there when the claim becomes the file, by one conditional statement, so two tries never make one file.
//! **Invariant:** nothing is read of a try that did not become the file.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, UpdateMany,
};

use super::error::{translate, unreadable};
use super::rows::audit_export::{Column, Entity, Model};
use super::rows::audit_export_part as part;
use super::{Store, Tx};
use crate::domain::audit_entry::Format;
use crate::domain::audit_export::{Asker, AuditExport, Failure, Made, State};
use crate::domain::audit_filter::AuditFilter;
use crate::domain::id::{AuditExportId, OrgId, RunId, UserId};
use crate::domain::{Error, Timestamp};

const WAITING: &str = "waiting";
const UNDER_WAY: &str = "under_way";
const READY: &str = "ready";
const FAILED: &str = "failed";

/// A file that is to be made now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The organisation.
    pub org: OrgId,
    /// The export.
    pub id: AuditExportId,
    /// How often it was tried.
    pub tries: i64,
    next_at: Timestamp,
}

/// The right to make a file, until another node takes it over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The organisation.
    pub org: OrgId,
    /// The export.
    pub id: AuditExportId,
    /// The try.
    pub run: RunId,
}

/// The exports of an organisation, newest first.
pub async fn list(db: &impl ConnectionTrait, org: OrgId) -> Result<Vec<AuditExport>, Error> {
    let own = Entity::find().filter(Column::OrgId.eq(org.uuid())).order_by_desc(Column::Id);
    own.all(db).await.map_err(translate)?.into_iter().map(read).collect()
}

/// The export with this id in this organisation.
pub async fn find(db: &impl ConnectionTrait, org: OrgId, id: AuditExportId) -> Result<Option<AuditExport>, Error> {
    let row = Entity::find_by_id((org.uuid(), id.uuid())).one(db).await.map_err(translate)?;
    row.map(read).transpose()
}

/// The organisation of the export with this id; only for the operator.
pub async fn org_of(db: &impl ConnectionTrait, id: AuditExportId) -> Result<Option<OrgId>, Error> {
    let found = Entity::find().filter(Column::Id.eq(id.uuid())).one(db).await.map_err(translate)?;
    Ok(found.map(|row| OrgId::from_uuid(row.org_id)))
}

/// A part of a file.
pub async fn part(
    db: &impl ConnectionTrait,
    of: (OrgId, AuditExportId, RunId),
    nth: i64,
) -> Result<Option<Vec<u8>>, Error> {
    let (org, id, run) = of;
    let key = (org.uuid(), id.uuid(), run.uuid(), nth);
    Ok(part::Entity::find_by_id(key).one(db).await.map_err(translate)?.map(|row| row.content))
}

/// Stores what somebody asks for, which is due at once.
pub async fn insert(tx: &Tx, new: &AuditExport) -> Result<(), Error> {
    let row = Model {
        org_id: new.org.uuid(),
        id: new.id.uuid(),
        format: new.format.word().to_owned(),
        filter: serde_json::to_string(&new.filter.words()).map_err(anyhow::Error::new)?,
        asked_kind: new.asked_by.kind.clone(),
        asked_id: new.asked_by.id.map(UserId::uuid),
        asked_label: new.asked_by.label.clone(),
        asked_at: new.asked_at.millis(),
        state: WAITING.to_owned(),
        failure: None,
        run_id: None,
        tries: 0,
        next_at: tx.now.millis(),
        deeds: None,
        bytes: None,
        manifest: None,
        expires_at: new.expires_at.millis(),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes an export away, with its file; whoever makes it has no claim any more.
pub async fn delete(tx: &Tx, id: AuditExportId) -> Result<(), Error> {
    Entity::delete_by_id((tx.org.uuid(), id.uuid())).exec(&**tx).await.map_err(translate)?;
    delete_parts(tx, id).await
}

/// The same for all of the organisation.
pub async fn delete_all(tx: &Tx) -> Result<(), Error> {
    let all = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid()));
    all.exec(&**tx).await.map_err(translate)?;
    let parts = part::Entity::delete_many().filter(part::Column::OrgId.eq(tx.org.uuid()));
    parts.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Keeps a part of the file that this try makes; false when the claim is lost.
pub async fn keep_part(tx: &Tx, claim: &Claim, (nth, content): (i64, Vec<u8>)) -> Result<bool, Error> {
    if Entity::find_by_id((claim.org.uuid(), claim.id.uuid()))
        .filter(Column::RunId.eq(claim.run.uuid()))
        .filter(Column::State.eq(UNDER_WAY))
        .one(&**tx)
        .await
        .map_err(translate)?
        .is_none()
    {
        return Ok(false);
    }
    let row =
        part::Model { org_id: claim.org.uuid(), export_id: claim.id.uuid(), run_id: claim.run.uuid(), nth, content };
    part::Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(true)
}

/// Makes what this try has kept the file; false when the claim is lost.
pub async fn finish(tx: &Tx, claim: &Claim, made: &Made, expires_at: Timestamp) -> Result<bool, Error> {
    let number = |it: u64| i64::try_from(it).unwrap_or(i64::MAX);
    let finished = of_claim(claim)
        .col_expr(Column::State, Expr::value(READY))
        .col_expr(Column::Deeds, Expr::value(number(made.deeds)))
        .col_expr(Column::Bytes, Expr::value(number(made.bytes)))
        .col_expr(Column::Manifest, Expr::value(made.manifest.clone()))
        .col_expr(Column::ExpiresAt, Expr::value(expires_at.millis()));
    Ok(finished.exec(&**tx).await.map_err(translate)?.rows_affected == 1)
}

/// Notes that there will be no file; false when the claim is lost.
pub async fn fail(tx: &Tx, claim: &Claim, why: Failure) -> Result<bool, Error> {
    let failed =
        of_claim(claim).col_expr(Column::State, Expr::value(FAILED)).col_expr(Column::Failure, Expr::value(why.word()));
    let is_mine = failed.exec(&**tx).await.map_err(translate)?.rows_affected == 1;
    if is_mine {
        delete_parts(tx, claim.id).await?;
    }
    Ok(is_mine)
}

/// Takes away what earlier tries have left behind.
pub async fn forget_earlier(tx: &Tx, claim: &Claim) -> Result<(), Error> {
    let earlier = parts_of(claim.org, claim.id).filter(part::Column::RunId.ne(claim.run.uuid()));
    earlier.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// The files that are to be made, those that wait longest first.
    pub async fn audit_exports_due(&self, now: Timestamp, most: u64) -> Result<Vec<Due>, Error> {
        let due = Entity::find()
            .filter(Column::NextAt.lte(now.millis()))
            .filter(Column::State.is_in([WAITING, UNDER_WAY]))
            .order_by_asc(Column::NextAt)
            .order_by_asc(Column::Id)
            .limit(most);
        let due = due.all(&self.write).await.map_err(translate)?.into_iter().map(|row| Due {
            org: OrgId::from_uuid(row.org_id),
            id: AuditExportId::from_uuid(row.id),
            tries: row.tries,
            next_at: Timestamp::from_millis(row.next_at),
        });
        Ok(due.collect())
    }

    /// Claims a file until a moment, for this try; false when another node was faster, or nobody wants it any more.
    pub async fn claim_audit_export(&self, due: &Due, run: RunId, until: Timestamp) -> Result<bool, Error> {
        let claim = Entity::update_many()
            .col_expr(Column::State, Expr::value(UNDER_WAY))
            .col_expr(Column::RunId, Expr::value(run.uuid()))
            .col_expr(Column::NextAt, Expr::value(until.millis()))
            .col_expr(Column::Tries, Expr::value(due.tries.saturating_add(1)))
            .filter(Column::OrgId.eq(due.org.uuid()))
            .filter(Column::Id.eq(due.id.uuid()))
            .filter(Column::State.is_in([WAITING, UNDER_WAY]))
            .filter(Column::Tries.eq(due.tries))
            .filter(Column::NextAt.eq(due.next_at.millis()));
        Ok(claim.exec(&self.write).await.map_err(translate)?.rows_affected == 1)
    }

    /// Says when a file that this try makes is due again; false when the claim is lost.
    pub async fn hold_audit_export(&self, claim: &Claim, until: Timestamp) -> Result<bool, Error> {
        let held = of_claim(claim).col_expr(Column::NextAt, Expr::value(until.millis()));
        Ok(held.exec(&self.write).await.map_err(translate)?.rows_affected == 1)
    }

    /// Takes away the exports that have been kept long enough, with their files.
    pub async fn sweep_audit_exports(&self, now: Timestamp) -> Result<(), Error> {
        let over = Entity::find().filter(Column::ExpiresAt.lte(now.millis()));
        for row in over.all(self.reader()).await.map_err(translate)? {
            let tx = self.begin(OrgId::from_uuid(row.org_id), now).await?;
            delete(&tx, AuditExportId::from_uuid(row.id)).await?;
            tx.commit_all(Vec::new()).await?;
        }
        Ok(())
    }
}

/// An export while this try makes its file.
fn of_claim(claim: &Claim) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::OrgId.eq(claim.org.uuid()))
        .filter(Column::Id.eq(claim.id.uuid()))
        .filter(Column::RunId.eq(claim.run.uuid()))
        .filter(Column::State.eq(UNDER_WAY))
}

async fn delete_parts(tx: &Tx, id: AuditExportId) -> Result<(), Error> {
    parts_of(tx.org, id).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

fn parts_of(org: OrgId, id: AuditExportId) -> sea_orm::DeleteMany<part::Entity> {
    part::Entity::delete_many().filter(part::Column::OrgId.eq(org.uuid())).filter(part::Column::ExportId.eq(id.uuid()))
}

fn read(row: Model) -> Result<AuditExport, Error> {
    let state = state(&row).ok_or_else(|| unreadable("audit_exports.state"))?;
    let words: Vec<(String, String)> =
        serde_json::from_str(&row.filter).map_err(|_| unreadable("audit_exports.filter"))?;
    Ok(AuditExport {
        id: AuditExportId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        format: Format::parse(&row.format).ok_or_else(|| unreadable("audit_exports.format"))?,
        filter: AuditFilter::read(words.iter().map(|(name, value)| (&**name, &**value)))?,
        asked_by: Asker { kind: row.asked_kind, id: row.asked_id.map(UserId::from_uuid), label: row.asked_label },
        asked_at: Timestamp::from_millis(row.asked_at),
        state,
        expires_at: Timestamp::from_millis(row.expires_at),
    })
}

fn state(row: &Model) -> Option<State> {
    let number = |it: Option<i64>| it.and_then(|it| u64::try_from(it).ok());
    match &*row.state {
        WAITING => Some(State::Waiting),
        UNDER_WAY => Some(State::UnderWay),
        READY => Some(State::Ready(Made {
            run: RunId::from_uuid(row.run_id?),
            deeds: number(row.deeds)?,
            bytes: number(row.bytes)?,
            manifest: row.manifest.clone()?,
        })),
        FAILED => row.failure.as_deref().and_then(Failure::parse).map(State::Failed),
        _ => None,
    }
}
