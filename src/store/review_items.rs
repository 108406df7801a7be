//! The places of reviews: what each is about, what was decided, what became of it.

use std::collections::HashMap;

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, UpdateMany,
};
use uuid::Uuid;

use super::Tx;
use super::error::{translate, unreadable};
use super::json::{parsed, written};
use super::rows::review_item::{Column, Entity, Model};
use crate::domain::id::{GroupId, OrgId, ReviewId, ReviewItemId, ServiceAccountId, TeamId, UserId};
use crate::domain::review::{Decided, Decision, Ended, Held, Holder, Item, Outcome, Progress};
use crate::domain::{Error, Timestamp};

/// So many rows one statement writes.
const CHUNK: usize = 200;

/// Which places of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Which {
    /// Those about which this one is asked.
    pub reviewer: Option<UserId>,
    /// Those about which nobody has decided yet.
    pub is_open: bool,
    /// Those that have not ended yet.
    pub is_unfinished: bool,
    /// Those that ended like this.
    pub outcome: Option<Outcome>,
}

/// The places of a review after one of them, in the order in which they were staged.
pub async fn page(
    db: &impl ConnectionTrait,
    (org, review): (OrgId, ReviewId),
    (which, after): (Which, Option<ReviewItemId>),
    most: u64,
) -> Result<Vec<Item>, Error> {
    let mut found = of(org, review).filter(condition(which));
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after.uuid()));
    }
    let rows = found.order_by_asc(Column::Id).limit(most).all(db).await.map_err(translate)?;
    rows.into_iter().map(read).collect()
}

/// Every place of a review.
pub async fn all(db: &impl ConnectionTrait, org: OrgId, review: ReviewId) -> Result<Vec<Item>, Error> {
    let rows = of(org, review).order_by_asc(Column::Id).all(db).await.map_err(translate)?;
    rows.into_iter().map(read).collect()
}

/// These places of a review.
pub async fn among(
    db: &impl ConnectionTrait,
    (org, review): (OrgId, ReviewId),
    ids: &[ReviewItemId],
) -> Result<Vec<Item>, Error> {
    let these = of(org, review).filter(Column::Id.is_in(ids.iter().map(|id| id.uuid())));
    let rows = these.order_by_asc(Column::Id).all(db).await.map_err(translate)?;
    rows.into_iter().map(read).collect()
}

/// How many places of a review there are of a kind.
pub async fn count(db: &impl ConnectionTrait, (org, review): (OrgId, ReviewId), which: Which) -> Result<u64, Error> {
    of(org, review).filter(condition(which)).count(db).await.map_err(translate)
}

/// How far a review has come.
pub async fn progress(db: &impl ConnectionTrait, org: OrgId, review: ReviewId) -> Result<Progress, Error> {
    Ok(progress_of(db, org, &[review]).await?.remove(&review).unwrap_or_default())
}

/// How many places of these reviews wait for somebody.
pub async fn open_of(
    db: &impl ConnectionTrait,
    (org, reviewer): (OrgId, UserId),
    reviews: &[ReviewId],
) -> Result<HashMap<ReviewId, u64>, Error> {
    let counted = of_all(org, reviews)
        .filter(Column::ReviewerId.eq(reviewer.uuid()))
        .filter(Column::IsSubmitted.eq(false))
        .select_only()
        .column(Column::ReviewId)
        .column_as(Column::Id.count(), "places")
        .group_by(Column::ReviewId)
        .into_tuple::<(Uuid, i64)>();
    let rows = counted.all(db).await.map_err(translate)?;
    Ok(rows.into_iter().map(|(id, places)| (ReviewId::from_uuid(id), u64::try_from(places).unwrap_or(0))).collect())
}

/// How far each of these reviews has come; nothing for one without places.
pub async fn progress_of(
    db: &impl ConnectionTrait,
    org: OrgId,
    reviews: &[ReviewId],
) -> Result<HashMap<ReviewId, Progress>, Error> {
    let counted = of_all(org, reviews)
        .select_only()
        .column(Column::ReviewId)
        .column(Column::IsSubmitted)
        .column(Column::Decision)
        .column(Column::Outcome)
        .column_as(Column::Id.count(), "places")
        .group_by(Column::ReviewId)
        .group_by(Column::IsSubmitted)
        .group_by(Column::Decision)
        .group_by(Column::Outcome)
        .into_tuple::<(Uuid, bool, Option<String>, Option<String>, i64)>();
    let mut all = HashMap::new();
    for (review, is_submitted, decision, outcome, places) in counted.all(db).await.map_err(translate)? {
        let progress: &mut Progress = all.entry(ReviewId::from_uuid(review)).or_default();
        let places = u64::try_from(places).unwrap_or(0);
        let outcome = outcome.as_deref().and_then(Outcome::parse);
        let is_kept = is_submitted && decision.as_deref() == Some(Decision::Keep.word());
        let add = |to: &mut u64, when: bool| *to = to.saturating_add(if when { places } else { 0 });
        add(&mut progress.items, true);
        add(&mut progress.decided, is_submitted);
        add(&mut progress.kept, is_kept);
        add(&mut progress.handed_over, outcome == Some(Outcome::HandedOver));
        add(&mut progress.refused, outcome == Some(Outcome::Refused));
    }
    Ok(all)
}

/// How many places each of those who are asked has not decided about.
pub async fn open_by_reviewer(
    db: &impl ConnectionTrait,
    org: OrgId,
    review: ReviewId,
) -> Result<Vec<(Option<UserId>, u64)>, Error> {
    let counted = of(org, review)
        .filter(Column::IsSubmitted.eq(false))
        .select_only()
        .column(Column::ReviewerId)
        .column_as(Column::Id.count(), "places")
        .group_by(Column::ReviewerId)
        .into_tuple::<(Option<Uuid>, i64)>();
    let rows = counted.all(db).await.map_err(translate)?;
    let open = rows.into_iter().map(|(id, places)| (id.map(UserId::from_uuid), u64::try_from(places).unwrap_or(0)));
    Ok(open.collect())
}

/// The places of all reviews of an organisation that an identity provider has in its hands, after one of them.
pub async fn handed_over(
    db: &impl ConnectionTrait,
    org: OrgId,
    after: Option<ReviewItemId>,
    most: u64,
) -> Result<Vec<Item>, Error> {
    let mut found = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        // Written as the partial index is, or that would not be used.
        .filter(Expr::cust("review_items.outcome = 'handed_over'"));
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after.uuid()));
    }
    let rows = found.order_by_asc(Column::Id).limit(most).all(db).await.map_err(translate)?;
    rows.into_iter().map(read).collect()
}

/// The organisations that have such places.
pub async fn orgs_with_handed_over(db: &impl ConnectionTrait) -> Result<Vec<OrgId>, Error> {
    let found = Entity::find()
        .select_only()
        .column(Column::OrgId)
        .distinct()
        .filter(Expr::cust("review_items.outcome = 'handed_over'"))
        .into_tuple::<Uuid>();
    Ok(found.all(db).await.map_err(translate)?.into_iter().map(OrgId::from_uuid).collect())
}

/// Stores the places of a new review.
pub async fn insert(tx: &Tx, items: &[Item]) -> Result<(), Error> {
    for some in items.chunks(CHUNK) {
        let rows = some.iter().map(row).collect::<Result<Vec<_>, _>>()?;
        let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
        Entity::insert_many(rows).exec_without_returning(&**tx).await.map_err(translate)?;
    }
    Ok(())
}

/// Stores what was decided about a place.
pub async fn decide(tx: &Tx, item: &Item, decided: &Decided) -> Result<(), Error> {
    let change = the(tx, item)
        .col_expr(Column::Decision, Expr::value(decided.what.word()))
        .col_expr(Column::LowerRole, Expr::value(decided.what.role().map(ToString::to_string)))
        .col_expr(Column::Comment, Expr::value(decided.comment.clone()))
        .col_expr(Column::DeciderId, Expr::value(decided.by.uuid()))
        .col_expr(Column::DecidedAt, Expr::value(decided.at.millis()))
        .col_expr(Column::IsSubmitted, Expr::value(decided.is_submitted));
    change.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Stores what became of a place, as far as that is still what was seen; false where it is something else by now.
pub async fn end(tx: &Tx, item: &Item, ended: &Ended) -> Result<bool, Error> {
    let seen = match &item.ended {
        Some(ended) => Column::Outcome.eq(ended.what.word()),
        None => Column::Outcome.is_null(),
    };
    let change = the(tx, item)
        .col_expr(Column::Outcome, Expr::value(ended.what.word()))
        .col_expr(Column::Why, Expr::value(ended.why.clone()))
        .col_expr(Column::EndedAt, Expr::value(ended.at.millis()))
        .filter(seen);
    Ok(change.exec(&**tx).await.map_err(translate)?.rows_affected == 1)
}

/// Asks somebody else about a place.
pub async fn ask(tx: &Tx, item: &Item, reviewer: Option<UserId>) -> Result<(), Error> {
    let change = the(tx, item).col_expr(Column::ReviewerId, Expr::value(reviewer.map(UserId::uuid)));
    change.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes the names of an erased user out of the places that were about it.
pub async fn forget(tx: &Tx, erased: UserId) -> Result<(), Error> {
    let change = Entity::update_many()
        .col_expr(Column::HolderName, Expr::value(erased.to_string()))
        .col_expr(Column::UserName, Expr::value(erased.to_string()))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::HolderId.eq(erased.uuid()));
    change.exec(&**tx).await.map_err(translate)?;
    // What an account is called is what its user signs in as.
    let accounts = Entity::update_many()
        .col_expr(Column::HeldName, Expr::value(erased.to_string()))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::HolderId.eq(erased.uuid()))
        .filter(Column::Held.eq(written(&Held::Account)?));
    accounts.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

fn of(org: OrgId, review: ReviewId) -> Select<Entity> {
    Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::ReviewId.eq(review.uuid()))
}

fn of_all(org: OrgId, reviews: &[ReviewId]) -> Select<Entity> {
    let ids = reviews.iter().map(|it| it.uuid());
    Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::ReviewId.is_in(ids))
}

fn the(tx: &Tx, item: &Item) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::ReviewId.eq(item.review.uuid()))
        .filter(Column::Id.eq(item.id.uuid()))
}

fn condition(which: Which) -> Condition {
    let parts = [
        which.reviewer.map(|it| Column::ReviewerId.eq(it.uuid())),
        which.is_open.then(|| Column::IsSubmitted.eq(false)),
        which.is_unfinished.then(|| Column::Outcome.is_null()),
        which.outcome.map(|it| Column::Outcome.eq(it.word())),
    ];
    parts.into_iter().flatten().fold(Condition::all(), Condition::add)
}

fn read(row: Model) -> Result<Item, Error> {
    let holder = match row.holder_kind.as_str() {
        "user" => Holder::User(UserId::from_uuid(row.holder_id)),
        "group" => Holder::Group(GroupId::from_uuid(row.holder_id)),
        "team" => Holder::Team(TeamId::from_uuid(row.holder_id)),
        "service_account" => Holder::ServiceAccount(ServiceAccountId::from_uuid(row.holder_id)),
        _ => return Err(unreadable("review_items.holder_kind")),
    };
    let decided = match (&row.decision, row.decider_id, row.decided_at) {
        (Some(what), Some(by), Some(at)) => Some(Decided {
            what: Decision::read(what, row.lower_role.as_deref()).map_err(|_| unreadable("review_items.decision"))?,
            comment: row.comment.unwrap_or_default(),
            by: UserId::from_uuid(by),
            at: Timestamp::from_millis(at),
            is_submitted: row.is_submitted,
        }),
        _ => None,
    };
    let ended = match (&row.outcome, row.ended_at) {
        (Some(what), Some(at)) => Some(Ended {
            what: Outcome::parse(what).ok_or_else(|| unreadable("review_items.outcome"))?,
            why: row.why.unwrap_or_default(),
            at: Timestamp::from_millis(at),
        }),
        _ => None,
    };
    Ok(Item {
        id: ReviewItemId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        review: ReviewId::from_uuid(row.review_id),
        holder,
        holder_name: row.holder_name,
        user_name: row.user_name,
        held: parsed(&row.held, "review_items.held")?,
        held_name: row.held_name,
        via: row.via,
        is_of_provider: row.is_of_provider,
        facts: parsed(&row.facts, "review_items.facts")?,
        reviewer: row.reviewer_id.map(UserId::from_uuid),
        decided,
        ended,
    })
}

fn row(it: &Item) -> Result<Model, Error> {
    let holder_id = match it.holder {
        Holder::User(id) => id.uuid(),
        Holder::Group(id) => id.uuid(),
        Holder::Team(id) => id.uuid(),
        Holder::ServiceAccount(id) => id.uuid(),
    };
    Ok(Model {
        org_id: it.org.uuid(),
        review_id: it.review.uuid(),
        id: it.id.uuid(),
        holder_kind: it.holder.kind().to_owned(),
        holder_id,
        holder_name: it.holder_name.clone(),
        user_name: it.user_name.clone(),
        held: written(&it.held)?,
        held_name: it.held_name.clone(),
        via: it.via.clone(),
        is_of_provider: it.is_of_provider,
        facts: written(&it.facts)?,
        reviewer_id: it.reviewer.map(UserId::uuid),
        decision: None,
        lower_role: None,
        comment: None,
        decider_id: None,
        decided_at: None,
        is_submitted: false,
        outcome: None,
        why: None,
        ended_at: None,
    })
}
