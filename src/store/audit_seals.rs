//! The chain over the rows of the audit: links, checkpoints, and what came of going through it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
};
use uuid::Uuid;

use super::Tx;
use super::error::translate;
use super::json::written;
use super::rows::{audit, audit_checkpoint, audit_seal, audit_verification};
use crate::domain::audit_chain::{Hidden, Part, Row, Salts, commitment};
use crate::domain::id::{AuditId, OrgId, SessionId};
use crate::domain::{Error, Timestamp};

/// A link of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// Its number; they have no gaps.
    pub seq: i64,
    /// The row that it stands for.
    pub id: AuditId,
    /// What makes its hashes unguessable.
    pub salts: Salts,
    /// The hashes of what is hidden.
    pub hidden: Hidden,
    /// The link.
    pub link: String,
}

/// A link that was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The number of the link.
    pub seq: i64,
    /// The link.
    pub link: String,
    /// When it was signed.
    pub at: Timestamp,
    /// What it is checked with, in base64.
    pub public_key: String,
    /// The signature, in base64.
    pub signature: String,
}

/// What came of going through a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// When.
    pub at: Timestamp,
    /// How many places were not as they should be.
    pub problems: u64,
    /// The first of them.
    pub first_problem: String,
    /// The end of the chain when all was well last; nothing where it never was.
    pub seen: Option<Seen>,
}

/// The end of a chain at which all was well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// When.
    pub at: Timestamp,
    /// Its number.
    pub seq: i64,
    /// Its link.
    pub link: String,
}

/// The organisations of whose audit rows were written in this process that have no link yet.
#[derive(Clone, Default)]
pub struct Unsealed(Arc<Mutex<Written>>);

/// Since when they have none: those that nobody has begun to seal, and those that somebody has, until it is done. And when rows
/// were last looked for that others had left.
#[derive(Default)]
struct Written {
    new: BTreeMap<OrgId, Timestamp>,
    begun: BTreeMap<OrgId, Timestamp>,
    looked_at: BTreeMap<OrgId, Timestamp>,
}

impl Unsealed {
    /// Those that nobody has begun to seal.
    pub fn waiting(&self) -> Vec<OrgId> {
        self.written().new.keys().copied().collect()
    }

    /// Notes that what was written so far is about to be sealed; answers of when the oldest of that is.
    pub fn begin(&self, org: OrgId) -> Option<Timestamp> {
        let mut written = self.written();
        if let Some(since) = written.new.remove(&org) {
            earliest(&mut written.begun, org, since);
        }
        written.begun.get(&org).copied()
    }

    /// Notes that what was begun is done.
    pub fn sealed(&self, org: OrgId) {
        self.written().begun.remove(&org);
    }

    /// Notes that at this moment every row had its link, whoever wrote it.
    pub fn look_at(&self, org: OrgId, at: Timestamp) {
        self.written().looked_at.insert(org, at);
    }

    /// When that was last so.
    pub fn was_looked_at(&self, org: OrgId) -> Option<Timestamp> {
        self.written().looked_at.get(&org).copied()
    }

    /// Since when a row has waited longest.
    pub fn oldest(&self) -> Option<Timestamp> {
        let written = self.written();
        written.new.values().chain(written.begun.values()).min().copied()
    }

    /// Notes that a row was written.
    pub(super) fn note(&self, org: OrgId, at: Timestamp) {
        earliest(&mut self.written().new, org, at);
    }

    fn written(&self) -> MutexGuard<'_, Written> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Units end in another order than they began.
fn earliest(of: &mut BTreeMap<OrgId, Timestamp>, org: OrgId, at: Timestamp) {
    of.entry(org).and_modify(|since| *since = at.min(*since)).or_insert(at);
}

/// The number and the link at the end of a chain: of the newest link, or where all were taken away, of the newest checkpoint.
pub async fn tip(db: &impl ConnectionTrait, org: OrgId) -> Result<Option<(i64, String)>, Error> {
    if let Some(last) = last(db, org).await? {
        return Ok(Some((last.seq, last.link)));
    }
    Ok(checkpoints(db, org, 1).await?.pop().map(|it| (it.seq, it.link)))
}

/// The newest link of an organisation.
async fn last(db: &impl ConnectionTrait, org: OrgId) -> Result<Option<Seal>, Error> {
    let newest = of(org).order_by_desc(audit_seal::Column::Seq).limit(1);
    Ok(newest.one(db).await.map_err(translate)?.map(read))
}

/// When the last of what has a link was done, whatever its number; nothing when there never was a link.
pub async fn sealed_until(db: &impl ConnectionTrait, org: OrgId) -> Result<Option<Timestamp>, Error> {
    let newest = audit::Entity::find()
        .select_only()
        .column(audit::Column::At)
        .filter(audit::Column::OrgId.eq(org.uuid()))
        .filter(Expr::exists(link_of_row()))
        .order_by_desc(audit::Column::At)
        .limit(1)
        .into_tuple::<i64>();
    if let Some(at) = newest.one(db).await.map_err(translate)? {
        return Ok(Some(Timestamp::from_millis(at)));
    }
    // It was old, or somebody has taken it away.
    Ok(checkpoints(db, org, 1).await?.pop().map(|it| it.at))
}

/// The rows of an organisation that have no link and are not older than this, oldest first.
pub async fn unsealed(
    db: &impl ConnectionTrait,
    org: OrgId,
    since: Option<Timestamp>,
    most: u64,
) -> Result<Vec<Row>, Error> {
    let mut rows = without_link(org).order_by_asc(audit::Column::At).order_by_asc(audit::Column::Id).limit(most);
    if let Some(since) = since {
        rows = rows.filter(audit::Column::At.gte(since.millis()));
    }
    Ok(rows.all(db).await.map_err(translate)?.into_iter().map(row).collect())
}

/// How many rows of an organisation have no link and are older than this.
pub async fn count_unsealed(db: &impl ConnectionTrait, org: OrgId, before: Timestamp) -> Result<u64, Error> {
    without_link(org).filter(audit::Column::At.lt(before.millis())).count(db).await.map_err(translate)
}

fn without_link(org: OrgId) -> Select<audit::Entity> {
    let of_organisation = audit::Entity::find().filter(audit::Column::OrgId.eq(org.uuid()));
    of_organisation.filter(Expr::exists(link_of_row()).not())
}

/// The link of a row of the audit, inside a question about those.
fn link_of_row() -> SelectStatement {
    let of_its_organisation =
        Expr::col((audit_seal::Entity, audit_seal::Column::OrgId)).equals((audit::Entity, audit::Column::OrgId));
    let of_it = Expr::col((audit_seal::Entity, audit_seal::Column::AuditId)).equals((audit::Entity, audit::Column::Id));
    Query::select()
        .expr(Expr::val(1))
        .from(audit_seal::Entity)
        .and_where(of_its_organisation)
        .and_where(of_it)
        .to_owned()
}

/// Stores links.
pub async fn insert(tx: &Tx, seals: &[Seal]) -> Result<(), Error> {
    for some in seals.chunks(100) {
        let rows = some.iter().map(|it| {
            let row = audit_seal::Model {
                org_id: tx.org.uuid(),
                seq: it.seq,
                audit_id: it.id.uuid(),
                salts: written(&it.salts)?,
                hidden: written(&it.hidden)?,
                link: it.link.clone(),
            };
            Ok(row.into_active_model())
        });
        let rows = rows.collect::<Result<Vec<_>, Error>>()?;
        audit_seal::Entity::insert_many(rows).exec_without_returning(&**tx).await.map_err(translate)?;
    }
    Ok(())
}

/// The links behind a number, in their order, each with its row; nothing where that is gone.
pub async fn after(
    db: &impl ConnectionTrait,
    org: OrgId,
    seq: i64,
    most: u64,
) -> Result<Vec<(Seal, Option<Row>)>, Error> {
    let seals = links_after(db, org, seq, most).await?;
    let mut rows = rows(db, org, seals.iter().map(|it| it.id)).await?;
    Ok(seals.into_iter().map(|it| (it.clone(), rows.remove(&it.id))).collect())
}

/// The links behind a number, in their order.
pub async fn links_after(db: &impl ConnectionTrait, org: OrgId, seq: i64, most: u64) -> Result<Vec<Seal>, Error> {
    let seals = of(org).filter(audit_seal::Column::Seq.gt(seq)).order_by_asc(audit_seal::Column::Seq).limit(most);
    Ok(seals.all(db).await.map_err(translate)?.into_iter().map(read).collect())
}

/// The links of these rows.
pub async fn of_rows(db: &impl ConnectionTrait, org: OrgId, ids: &[AuditId]) -> Result<HashMap<AuditId, Seal>, Error> {
    let mut found = HashMap::new();
    for some in ids.chunks(500) {
        let these = of(org).filter(audit_seal::Column::AuditId.is_in(some.iter().map(|id| id.uuid())));
        for row in these.all(db).await.map_err(translate)? {
            let seal = read(row);
            found.insert(seal.id, seal);
        }
    }
    Ok(found)
}

/// Hides parts of rows whose text is about to go: their hashes stay, and what would make them guessable goes.
pub(super) async fn hide(tx: &Tx, rows: &[(Row, Vec<Part>)]) -> Result<(), Error> {
    let ids: Vec<AuditId> = rows.iter().map(|it| it.0.id).collect();
    let mut seals = of_rows(&**tx, tx.org, &ids).await?;
    for (row, parts) in rows {
        let Some(mut seal) = seals.remove(&row.id) else { continue };
        for (nth, _) in Part::ALL.iter().enumerate().filter(|(_, part)| parts.contains(part)) {
            let (salt, text) = (seal.salts.0.get_mut(nth), row.texts.get(nth));
            if let (Some(salt), Some(text), Some(hidden)) = (salt, text, seal.hidden.0.get_mut(nth))
                && let Some(old) = salt.take()
            {
                *hidden = Some(commitment(&old, text));
            }
        }
        let change = audit_seal::Entity::update_many()
            .col_expr(audit_seal::Column::Salts, Expr::value(written(&seal.salts)?))
            .col_expr(audit_seal::Column::Hidden, Expr::value(written(&seal.hidden)?))
            .filter(audit_seal::Column::OrgId.eq(tx.org.uuid()))
            .filter(audit_seal::Column::Seq.eq(seal.seq));
        change.exec(&**tx).await.map_err(translate)?;
    }
    Ok(())
}

/// The checkpoints of an organisation, newest first.
pub async fn checkpoints(db: &impl ConnectionTrait, org: OrgId, most: u64) -> Result<Vec<Checkpoint>, Error> {
    let all = audit_checkpoint::Entity::find()
        .filter(audit_checkpoint::Column::OrgId.eq(org.uuid()))
        .order_by_desc(audit_checkpoint::Column::Seq)
        .limit(most);
    Ok(all.all(db).await.map_err(translate)?.into_iter().map(checkpoint).collect())
}

/// The checkpoints of an organisation behind a number, in their order.
pub async fn checkpoints_after(
    db: &impl ConnectionTrait,
    org: OrgId,
    seq: i64,
    most: u64,
) -> Result<Vec<Checkpoint>, Error> {
    let all = audit_checkpoint::Entity::find()
        .filter(audit_checkpoint::Column::OrgId.eq(org.uuid()))
        .filter(audit_checkpoint::Column::Seq.gt(seq))
        .order_by_asc(audit_checkpoint::Column::Seq)
        .limit(most);
    Ok(all.all(db).await.map_err(translate)?.into_iter().map(checkpoint).collect())
}

/// The newest checkpoint of before a moment, with nothing behind which was done since, whatever the clock said when it was signed.
pub async fn checkpoint_before(
    db: &impl ConnectionTrait,
    org: OrgId,
    before: Timestamp,
) -> Result<Option<Checkpoint>, Error> {
    let younger = Query::select()
        .column(audit::Column::Id)
        .from(audit::Entity)
        .and_where(Expr::col(audit::Column::OrgId).eq(org.uuid()))
        .and_where(Expr::col(audit::Column::At).gte(before.millis()))
        .to_owned();
    let first = of(org)
        .select_only()
        .column_as(audit_seal::Column::Seq.min(), "first")
        .filter(audit_seal::Column::AuditId.in_subquery(younger))
        .into_tuple::<Option<i64>>();
    let first = first.one(db).await.map_err(translate)?.flatten().unwrap_or(i64::MAX);
    let found = audit_checkpoint::Entity::find()
        .filter(audit_checkpoint::Column::OrgId.eq(org.uuid()))
        .filter(audit_checkpoint::Column::Seq.lt(first))
        .filter(audit_checkpoint::Column::At.lt(before.millis()))
        .order_by_desc(audit_checkpoint::Column::Seq)
        .limit(1);
    Ok(found.one(db).await.map_err(translate)?.map(checkpoint))
}

/// Stores a checkpoint.
pub async fn insert_checkpoint(tx: &Tx, it: &Checkpoint) -> Result<(), Error> {
    let row = audit_checkpoint::Model {
        org_id: tx.org.uuid(),
        seq: it.seq,
        link: it.link.clone(),
        at: it.at.millis(),
        public_key: it.public_key.clone(),
        signature: it.signature.clone(),
    };
    audit_checkpoint::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await
        .map_err(translate)?;
    Ok(())
}

/// What came of going through the chain of an organisation last.
pub async fn verification(db: &impl ConnectionTrait, org: OrgId) -> Result<Option<Verification>, Error> {
    let row = audit_verification::Entity::find_by_id(org.uuid()).one(db).await.map_err(translate)?;
    Ok(row.map(|row| Verification {
        at: Timestamp::from_millis(row.at),
        problems: u64::try_from(row.problems).unwrap_or(0),
        first_problem: row.first_problem,
        seen: match (row.seen_at, row.seen_seq, row.seen_link) {
            (Some(at), Some(seq), Some(link)) => Some(Seen { at: Timestamp::from_millis(at), seq, link }),
            _ => None,
        },
    }))
}

/// Keeps what came of it.
pub async fn keep_verification(tx: &Tx, it: &Verification) -> Result<(), Error> {
    use audit_verification::Column;
    let row = audit_verification::Model {
        org_id: tx.org.uuid(),
        at: it.at.millis(),
        seen_at: it.seen.as_ref().map(|seen| seen.at.millis()),
        seen_seq: it.seen.as_ref().map(|seen| seen.seq),
        seen_link: it.seen.as_ref().map(|seen| seen.link.clone()),
        problems: i64::try_from(it.problems).unwrap_or(i64::MAX),
        first_problem: it.first_problem.clone(),
    };
    let anew = OnConflict::column(Column::OrgId)
        .update_columns([
            Column::At,
            Column::SeenAt,
            Column::SeenSeq,
            Column::SeenLink,
            Column::Problems,
            Column::FirstProblem,
        ])
        .to_owned();
    let stored = audit_verification::Entity::insert(row.into_active_model()).on_conflict(anew);
    stored.exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes the rows away that the links up to this number stand for, and the links; the checkpoint stays.
pub async fn prune(tx: &Tx, up_to: i64) -> Result<u64, Error> {
    let these = Query::select()
        .column(audit_seal::Column::AuditId)
        .from(audit_seal::Entity)
        .and_where(Expr::col(audit_seal::Column::OrgId).eq(tx.org.uuid()))
        .and_where(Expr::col(audit_seal::Column::Seq).lte(up_to))
        .to_owned();
    let rows = audit::Entity::delete_many()
        .filter(audit::Column::OrgId.eq(tx.org.uuid()))
        .filter(audit::Column::Id.in_subquery(these));
    let gone = rows.exec(&**tx).await.map_err(translate)?.rows_affected;
    let seals = audit_seal::Entity::delete_many()
        .filter(audit_seal::Column::OrgId.eq(tx.org.uuid()))
        .filter(audit_seal::Column::Seq.lte(up_to));
    seals.exec(&**tx).await.map_err(translate)?;
    let checkpoints = audit_checkpoint::Entity::delete_many()
        .filter(audit_checkpoint::Column::OrgId.eq(tx.org.uuid()))
        .filter(audit_checkpoint::Column::Seq.lt(up_to));
    checkpoints.exec(&**tx).await.map_err(translate)?;
    Ok(gone)
}

/// Those whose erasure is recorded, by their ids.
pub async fn erased(db: &impl ConnectionTrait, org: OrgId) -> Result<HashSet<String>, Error> {
    let rows = audit::Entity::find()
        .select_only()
        .column(audit::Column::TargetId)
        .filter(audit::Column::OrgId.eq(org.uuid()))
        .filter(audit::Column::Action.eq("user.erased"))
        .filter(audit::Column::Outcome.eq("success"))
        .into_tuple::<String>();
    Ok(rows.all(db).await.map_err(translate)?.into_iter().collect())
}

async fn rows(
    db: &impl ConnectionTrait,
    org: OrgId,
    ids: impl Iterator<Item = AuditId>,
) -> Result<HashMap<AuditId, Row>, Error> {
    let ids: Vec<Uuid> = ids.map(AuditId::uuid).collect();
    let mut found = HashMap::new();
    for some in ids.chunks(500) {
        let these = audit::Entity::find()
            .filter(audit::Column::OrgId.eq(org.uuid()))
            .filter(audit::Column::Id.is_in(some.iter().copied()));
        let these = these.all(db).await.map_err(translate)?;
        found.extend(these.into_iter().map(|it| (AuditId::from_uuid(it.id), row(it))));
    }
    Ok(found)
}

fn of(org: OrgId) -> sea_orm::Select<audit_seal::Entity> {
    audit_seal::Entity::find().filter(audit_seal::Column::OrgId.eq(org.uuid()))
}

/// What nobody can read makes no link that fits, which is told like any other that does not.
fn read(row: audit_seal::Model) -> Seal {
    Seal {
        seq: row.seq,
        id: AuditId::from_uuid(row.audit_id),
        salts: serde_json::from_str(&row.salts).unwrap_or(Salts([None, None, None])),
        hidden: serde_json::from_str(&row.hidden).unwrap_or_default(),
        link: row.link,
    }
}

fn checkpoint(row: audit_checkpoint::Model) -> Checkpoint {
    Checkpoint {
        seq: row.seq,
        link: row.link,
        at: Timestamp::from_millis(row.at),
        public_key: row.public_key,
        signature: row.signature,
    }
}

pub(super) fn row(it: audit::Model) -> Row {
    Row {
        org: OrgId::from_uuid(it.org_id),
        id: AuditId::from_uuid(it.id),
        at: it.at,
        action: it.action,
        outcome: it.outcome,
        actor_kind: it.actor_kind,
        actor_id: it.actor_id,
        session: it.session_id.map(SessionId::from_uuid),
        target_kind: it.target_kind,
        target_id: it.target_id,
        texts: [it.actor_label, it.target_label, it.changes],
        keys: [it.actor_key, it.target_key],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However units end, none of what they wrote is older than what is sealed next.
    #[test]
    fn the_oldest_of_what_was_not_sealed_is_known() {
        let (unsealed, org, at) = (Unsealed::default(), OrgId::OPERATOR, Timestamp::from_millis);
        assert_eq!(unsealed.begin(org), None);

        unsealed.note(org, at(20));
        unsealed.note(org, at(10));
        assert_eq!(unsealed.waiting(), [org]);
        assert_eq!(unsealed.begin(org), Some(at(10)));
        // It failed, and before it is tried again more is written.
        unsealed.note(org, at(5));
        unsealed.note(org, at(30));
        assert_eq!(unsealed.begin(org), Some(at(5)));

        unsealed.sealed(org);
        unsealed.note(org, at(40));
        assert_eq!(unsealed.begin(org), Some(at(40)));
    }
}
