//! Until when people may put off enrolling a second factor.
//!
//! **Invariant:** a row is made once; a policy that begins again moves its end forward at most, never back.

use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait as _, Func, OnConflict, Order, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QueryResult, QuerySelect,
};
use uuid::Uuid;

use super::error::{translate, unreadable};
use super::rows::mfa_deadline::{Column, Entity, Model};
use super::rows::user;
use super::user_list::{has_factor, holds};
use super::{Store, Tx, connections};
use crate::domain::connection::Connection;
use crate::domain::grace::Grace;
use crate::domain::id::{OrgId, UserId};
use crate::domain::role::{MfaPolicy, MfaRequirement};
use crate::domain::user::{SignIn, Status};
use crate::domain::{Error, Timestamp};

/// Whom a requirement is looked at for.
#[derive(Debug, Clone, Copy)]
pub enum Whom<'a> {
    /// Everybody of the organisation.
    Everybody,
    /// These users.
    These(&'a [UserId]),
}

/// The grace of a user, where the requirement ever began.
pub async fn find(db: &impl ConnectionTrait, org: OrgId, of: UserId) -> Result<Option<Grace>, Error> {
    let row = Entity::find_by_id((org.uuid(), of.uuid())).one(db).await.map_err(translate)?;
    Ok(row.as_ref().map(grace))
}

/// Begins the grace of everybody among these whom the policy asks for a second factor: one statement, however many they
/// are.
pub async fn begin(tx: &Tx, whom: Whom<'_>, policy: &MfaPolicy, grace: Grace) -> Result<(), Error> {
    let column = |it: user::Column| Expr::col((user::Entity, it));
    let mut asked = Condition::all()
        .add(column(user::Column::OrgId).eq(tx.org.uuid()))
        .add(column(user::Column::SignIn).eq(SignIn::Password.word()));
    if let Whom::These(ids) = whom {
        asked = asked.add(column(user::Column::Id).is_in(ids.iter().map(|id| id.uuid())));
    }
    match policy.require {
        MfaRequirement::None => return Ok(()),
        MfaRequirement::All => {}
        MfaRequirement::Roles => {
            let connections = connections::list(&**tx, tx.org).await?;
            asked = asked.add(holds(tx.org, &connections, &policy.roles));
        }
    }
    insert(&**tx, &selected(asked, grace)).await
}

/// Begins the grace of one user, whatever the policy says.
pub async fn begin_one(tx: &Tx, of: UserId, grace: Grace) -> Result<(), Error> {
    insert(&**tx, &selected(one(tx.org, of), grace)).await
}

/// Ends the grace of a user before its time.
pub async fn end(tx: &Tx, of: UserId) -> Result<(), Error> {
    over(&**tx, Condition::all().add(Column::OrgId.eq(tx.org.uuid())).add(Column::UserId.eq(of.uuid()))).await
}

/// Takes the row of a user who leaves.
pub async fn delete(tx: &Tx, of: UserId) -> Result<(), Error> {
    Entity::delete_by_id((tx.org.uuid(), of.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// A mail that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueLetter {
    /// The organisation.
    pub org: OrgId,
    /// Whom it is for.
    pub user: UserId,
    /// What it is about.
    pub grace: Grace,
    /// Since when it is due.
    pub due_at: Timestamp,
}

/// Of whom a policy would require a second factor: people with a password here who are not deactivated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// How many they are.
    pub required: u64,
    /// How many of them have none.
    pub without: u64,
    /// The first of those, by name.
    pub without_first: Vec<(UserId, String)>,
    /// How many of those have no time left.
    pub locked_out: u64,
    /// The first of those, by name.
    pub locked_out_first: Vec<(UserId, String)>,
    /// When the time of the others ends: the first.
    pub first_deadline: Option<Timestamp>,
    /// And the last.
    pub last_deadline: Option<Timestamp>,
}

/// Looks ahead at a policy under which a grace begins now; names so many people.
pub async fn forecast(
    db: &impl ConnectionTrait,
    org: OrgId,
    policy: &MfaPolicy,
    grace: Grace,
    named: u64,
) -> Result<Forecast, Error> {
    let connections = connections::list(db, org).await?;
    let required = asked(org, policy, &connections);
    let without = required.clone().add(has_factor(org).not());
    let locked_out = without.clone().add(is_locked_out(grace));
    let counted = |row: Option<QueryResult>, at| match row {
        Some(row) => row.try_get_by_index::<i64>(at).map_err(translate),
        None => Ok(0),
    };
    let all = db.query_one(&summary(required, grace)).await.map_err(translate)?;
    let summed = db.query_one(&summary(without.clone(), grace)).await.map_err(translate)?;
    let summed = summed.ok_or_else(|| unreadable("mfa_deadlines"))?;
    let number = |at| summed.try_get_by_index::<i64>(at).map_err(translate);
    let moment = |at| summed.try_get_by_index::<Option<i64>>(at).map_err(translate);
    Ok(Forecast {
        required: counted(all, 0)?.cast_unsigned(),
        without: number(0)?.cast_unsigned(),
        without_first: names(db, without, named).await?,
        locked_out: number(1)?.cast_unsigned(),
        locked_out_first: names(db, locked_out, named).await?,
        first_deadline: moment(2)?.map(Timestamp::from_millis),
        last_deadline: moment(3)?.map(Timestamp::from_millis),
    })
}

/// Notes that a mail is written, and when the next is due; false when another node was faster.
pub async fn letter_written(tx: &Tx, due: &DueLetter, next: Option<Timestamp>) -> Result<bool, Error> {
    swap_letter(&**tx, due, next).await
}

impl Store {
    /// Begins the grace of a user for whom the requirement began unnoticed. A statement of its own, because it is found out
    /// while somebody signs in.
    pub async fn begin_grace(&self, org: OrgId, of: UserId, grace: Grace) -> Result<(), Error> {
        insert(&self.write, &selected(one(org, of), grace)).await
    }

    /// Notes that the grace of a user has ended.
    pub async fn end_grace(&self, org: OrgId, of: UserId) -> Result<(), Error> {
        let of = Condition::all().add(Column::OrgId.eq(org.uuid())).add(Column::UserId.eq(of.uuid()));
        over(&self.write, of).await
    }

    /// Notes of everybody whose time is up that it is.
    pub async fn end_graces(&self, now: Timestamp) -> Result<(), Error> {
        over(&self.write, Condition::all().add(Column::EndsAt.lte(now.millis()))).await
    }

    /// The mails that are due, oldest first.
    pub async fn due_letters(&self, now: Timestamp, most: u64) -> Result<Vec<DueLetter>, Error> {
        let due = Entity::find().filter(Column::NextLetterAt.lte(now.millis())).order_by_asc(Column::NextLetterAt);
        let rows = due.order_by_asc(Column::UserId).limit(most).all(&self.write).await.map_err(translate)?;
        let letters = rows.into_iter().filter_map(|row| {
            Some(DueLetter {
                org: OrgId::from_uuid(row.org_id),
                user: UserId::from_uuid(row.user_id),
                grace: grace(&row),
                due_at: Timestamp::from_millis(row.next_letter_at?),
            })
        });
        Ok(letters.collect())
    }

    /// Notes that a mail is not needed, and when the next is due.
    pub async fn letter_not_needed(&self, due: &DueLetter, next: Option<Timestamp>) -> Result<(), Error> {
        swap_letter(&self.write, due, next).await.map(drop)
    }
}

/// Of whom a policy requires a second factor, or who has been asked for one in particular.
fn asked(org: OrgId, policy: &MfaPolicy, connections: &[Connection]) -> Condition {
    let column = |it: user::Column| Expr::col((user::Entity, it));
    let in_particular = column(user::Column::MfaRequired).eq(true);
    let everybody = Condition::all()
        .add(column(user::Column::OrgId).eq(org.uuid()))
        .add(column(user::Column::SignIn).eq(SignIn::Password.word()))
        .add(column(user::Column::Status).ne(Status::Deactivated.word()));
    match policy.require {
        MfaRequirement::All => everybody,
        MfaRequirement::None => everybody.add(in_particular),
        MfaRequirement::Roles => everybody.add(in_particular.or(holds(org, connections, &policy.roles))),
    }
}

fn is_locked_out(grace: Grace) -> Expr {
    if grace.is_over {
        return Expr::val(1).eq(1);
    }
    let column = |it: Column| Expr::col((Entity, it));
    column(Column::UserId)
        .is_not_null()
        .and(column(Column::IsOver).eq(true).or(column(Column::EndsAt).lte(grace.began_at.millis())))
}

/// How many there are, how many have no time left, and between which moments the time of the others ends.
fn summary(which: Condition, grace: Grace) -> SelectStatement {
    let kept = Expr::col((Entity, Column::EndsAt));
    let new = || Expr::val(grace.ends_at.millis());
    let ends: Expr = CaseStatement::new().case(kept.clone().lt(new()), kept).finally(new()).into();
    let open = || CaseStatement::new().case(is_locked_out(grace).not(), ends.clone());
    joined(which)
        .expr(Func::count(Expr::col((user::Entity, user::Column::Id))))
        .expr(Func::count(CaseStatement::new().case(is_locked_out(grace), 1_i64)))
        .expr(Func::min(open()))
        .expr(Func::max(open()))
        .to_owned()
}

async fn names(db: &impl ConnectionTrait, which: Condition, most: u64) -> Result<Vec<(UserId, String)>, Error> {
    let first = joined(which)
        .column((user::Entity, user::Column::Id))
        .column((user::Entity, user::Column::DisplayName))
        .order_by((user::Entity, user::Column::DisplayNameKey), Order::Asc)
        .order_by((user::Entity, user::Column::Id), Order::Asc)
        .limit(most)
        .to_owned();
    let rows = db.query_all(&first).await.map_err(translate)?;
    let named = rows.iter().map(|row| {
        let id: Uuid = row.try_get_by_index(0).map_err(translate)?;
        Ok((UserId::from_uuid(id), row.try_get_by_index(1).map_err(translate)?))
    });
    named.collect()
}

/// Users with their grace, where they have one.
fn joined(which: Condition) -> SelectStatement {
    let same = |mine: Column, of_user: user::Column| Expr::col((Entity, mine)).equals((user::Entity, of_user));
    let of_user = same(Column::OrgId, user::Column::OrgId).and(same(Column::UserId, user::Column::Id));
    Query::select().from(user::Entity).join(JoinType::LeftJoin, Entity, of_user).cond_where(which).to_owned()
}

fn one(org: OrgId, of: UserId) -> Condition {
    let column = |it: user::Column| Expr::col((user::Entity, it));
    Condition::all()
        .add(column(user::Column::OrgId).eq(org.uuid()))
        .add(column(user::Column::Id).eq(of.uuid()))
        .add(column(user::Column::SignIn).eq(SignIn::Password.word()))
}

/// The rows of the users that meet a condition.
fn selected(which: Condition, grace: Grace) -> SelectStatement {
    Query::select()
        .column((user::Entity, user::Column::OrgId))
        .column((user::Entity, user::Column::Id))
        .expr(Expr::val(grace.began_at.millis()))
        .expr(Expr::val(grace.ends_at.millis()))
        .expr(Expr::val(grace.is_over))
        .expr(Expr::val(grace.began_at.millis()))
        .from(user::Entity)
        .cond_where(which)
        .to_owned()
}

/// Stores the rows that are new, and ends earlier those that would end later.
async fn insert(db: &impl ConnectionTrait, rows: &SelectStatement) -> Result<(), Error> {
    let new = |it: Column| Expr::col((Alias::new("excluded"), it));
    let sooner = new(Column::EndsAt).lt(Expr::col((Entity, Column::EndsAt)));
    let once = OnConflict::columns([Column::OrgId, Column::UserId])
        .value(Column::EndsAt, new(Column::EndsAt))
        .value(Column::IsOver, Expr::col((Entity, Column::IsOver)).or(new(Column::IsOver)))
        .value(Column::NextLetterAt, new(Column::NextLetterAt))
        .action_and_where(sooner)
        .to_owned();
    let insert = Query::insert()
        .into_table(Entity)
        .columns([Column::OrgId, Column::UserId, Column::BeganAt, Column::EndsAt, Column::IsOver, Column::NextLetterAt])
        .select_from(rows.clone())
        .map_err(anyhow::Error::new)?
        .on_conflict(once)
        .to_owned();
    db.execute(&insert).await.map_err(translate)?;
    Ok(())
}

async fn over(db: &impl ConnectionTrait, which: Condition) -> Result<(), Error> {
    let end = Entity::update_many()
        .col_expr(Column::IsOver, Expr::value(true))
        .filter(Column::IsOver.eq(false))
        .filter(which);
    end.exec(db).await.map_err(translate)?;
    Ok(())
}

async fn swap_letter(db: &impl ConnectionTrait, due: &DueLetter, next: Option<Timestamp>) -> Result<bool, Error> {
    let done = Entity::update_many()
        .col_expr(Column::NextLetterAt, Expr::value(next.map(Timestamp::millis)))
        .filter(Column::OrgId.eq(due.org.uuid()))
        .filter(Column::UserId.eq(due.user.uuid()))
        .filter(Column::NextLetterAt.eq(due.due_at.millis()))
        .exec(db)
        .await
        .map_err(translate)?;
    Ok(done.rows_affected == 1)
}

fn grace(row: &Model) -> Grace {
    Grace {
        began_at: Timestamp::from_millis(row.began_at),
        ends_at: Timestamp::from_millis(row.ends_at),
        is_over: row.is_over,
    }
}
