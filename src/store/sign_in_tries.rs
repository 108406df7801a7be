//! Tries to sign in, for the person and for those who look after people.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

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
