//! Tries to sign in, for the person and for those who look after people.

use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
};

use super::error::{translate, unreadable};
use super::rows::sign_in_try::{Column, Entity, Model};
use super::{Store, Tx};
use crate::domain::id::{OrgId, SignInTryId, UserId};
use crate::domain::sign_in_try::{Method, SecondFactor, SignInTry};
use crate::domain::{Error, Timestamp};

/// The tries of a user, newest first, before one of them.
pub async fn list(
    db: &impl ConnectionTrait,
    org: OrgId,
    of: UserId,
    before: Option<SignInTryId>,
    most: u64,
) -> Result<Vec<SignInTry>, Error> {
    let mut mine = Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::UserId.eq(of.uuid()));
    if let Some(before) = before {
        mine = mine.filter(Column::Id.lt(before.uuid()));
    }
    let newest = mine.order_by_desc(Column::Id).limit(most);
    newest.all(db).await.map_err(translate)?.into_iter().map(read).collect()
}

/// True when a try of the user led to a session.
pub async fn has_succeeded(db: &impl ConnectionTrait, org: OrgId, of: UserId) -> Result<bool, Error> {
    let mine = Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::UserId.eq(of.uuid()));
    let one = mine.filter(Column::Failure.is_null()).order_by_desc(Column::Id).one(db);
    Ok(one.await.map_err(translate)?.is_some())
}

/// The failures of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfUser {
    /// The user.
    pub user: UserId,
    /// How many there were.
    pub failures: u64,
    /// The newest.
    pub last_at: Timestamp,
}

/// The failures from a network address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfAddress {
    /// The address.
    pub address: String,
    /// How many there were.
    pub failures: u64,
    /// How many users they were for.
    pub users: u64,
    /// The newest.
    pub last_at: Timestamp,
}

/// Which failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of<'a> {
    /// Those of a user.
    User(UserId),
    /// Those from an address.
    Address(&'a str),
    /// All of an organisation.
    All,
}

/// True when at least so many tries failed since this moment; no more than that are looked at.
pub async fn have_failed(
    db: &impl ConnectionTrait,
    (org, of): (OrgId, Of<'_>),
    since: Timestamp,
    least: u64,
) -> Result<bool, Error> {
    let failures = failures(org, since);
    let these = match of {
        Of::User(user) => failures.filter(Column::UserId.eq(user.uuid())),
        Of::Address(ip) => failures.filter(Column::Ip.eq(ip)),
        Of::All => failures,
    };
    let last = these.select_only().column(Column::At).offset(least.saturating_sub(1)).limit(1).into_tuple::<i64>();
    Ok(last.one(db).await.map_err(translate)?.is_some())
}

/// How many tries failed since this moment.
pub async fn failed(db: &impl ConnectionTrait, org: OrgId, since: Timestamp) -> Result<u64, Error> {
    failures(org, since).count(db).await.map_err(translate)
}

/// The failures since this moment, counted by user, most first.
pub async fn failed_by_user(
    db: &impl ConnectionTrait,
    org: OrgId,
    since: Timestamp,
    most: u64,
) -> Result<Vec<OfUser>, Error> {
    let counted = failures(org, since)
        .select_only()
        .column(Column::UserId)
        .column_as(Column::Id.count(), "failures")
        .column_as(Column::At.max(), "last_at")
        .group_by(Column::UserId)
        .order_by_desc(Column::Id.count())
        .order_by_desc(Column::At.max())
        .limit(most);
    let rows: Vec<(Uuid, i64, i64)> = counted.into_tuple().all(db).await.map_err(translate)?;
    let told = rows.into_iter().map(|(user, failures, at)| OfUser {
        user: UserId::from_uuid(user),
        failures: u64::try_from(failures).unwrap_or(0),
        last_at: Timestamp::from_millis(at),
    });
    Ok(told.collect())
}

/// The failures since this moment, counted by address, most first.
pub async fn failed_by_address(
    db: &impl ConnectionTrait,
    org: OrgId,
    since: Timestamp,
    most: u64,
) -> Result<Vec<OfAddress>, Error> {
    let counted = failures(org, since)
        .select_only()
        .column(Column::Ip)
        .column_as(Column::Id.count(), "failures")
        .column_as(Expr::col(Column::UserId).count_distinct(), "users")
        .column_as(Column::At.max(), "last_at")
        .group_by(Column::Ip)
        .order_by_desc(Column::Id.count())
        .order_by_desc(Column::At.max())
        .limit(most);
    let rows: Vec<(String, i64, i64, i64)> = counted.into_tuple().all(db).await.map_err(translate)?;
    let told = rows.into_iter().map(|(address, failures, users, at)| OfAddress {
        address,
        failures: u64::try_from(failures).unwrap_or(0),
        users: u64::try_from(users).unwrap_or(0),
        last_at: Timestamp::from_millis(at),
    });
    Ok(told.collect())
}

fn failures(org: OrgId, since: Timestamp) -> Select<Entity> {
    Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::At.gte(since.millis()))
        .filter(Column::Failure.is_not_null())
}

/// Stores a try that led to a session.
pub async fn insert(tx: &Tx, it: &SignInTry) -> Result<(), Error> {
    store(&**tx, it).await
}

/// Forgets the tries of a user.
pub async fn delete_of_user(tx: &Tx, of: UserId) -> Result<(), Error> {
    let gone = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::UserId.eq(of.uuid()));
    gone.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// Stores a try that failed; nothing else changes with it.
    pub async fn sign_in_failed(&self, it: &SignInTry) -> Result<(), Error> {
        store(&self.write, it).await
    }

    /// Forgets the tries of before this moment.
    pub async fn sweep_sign_in_tries(&self, before: Timestamp) -> Result<(), Error> {
        let old = Entity::delete_many().filter(Column::At.lt(before.millis()));
        old.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}

async fn store(db: &impl ConnectionTrait, it: &SignInTry) -> Result<(), Error> {
    let row = Model {
        org_id: it.org.uuid(),
        id: it.id.uuid(),
        user_id: it.user.uuid(),
        at: it.at.millis(),
        method: it.method.word().to_owned(),
        factor: it.factor.map(|it| it.word().to_owned()),
        ip: it.ip.clone(),
        user_agent: it.user_agent.clone(),
        client: it.client.clone(),
        failure: it.failure.clone(),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(db).await.map_err(translate)?;
    Ok(())
}

fn read(row: Model) -> Result<SignInTry, Error> {
    let factor = row.factor.map(|it| SecondFactor::parse(&it).ok_or_else(|| unreadable("sign_in_tries.factor")));
    Ok(SignInTry {
        id: SignInTryId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        user: UserId::from_uuid(row.user_id),
        at: Timestamp::from_millis(row.at),
        method: Method::parse(&row.method).ok_or_else(|| unreadable("sign_in_tries.method"))?,
        factor: factor.transpose()?,
        ip: row.ip,
        user_agent: row.user_agent,
        client: row.client,
        failure: row.failure,
    })
}
