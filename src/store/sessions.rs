//! Signed-in browsers.
//!
//! **Invariant:** a session is live only while user, organisation and both epochs agree with it; the check is part of the
//! one statement that finds it.

use std::time::Duration;

use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder};

use super::error::{translate, unreadable};
use super::live::{self, Belongs};
use super::rows::session::{Column, Entity, Model};
use super::rows::user;
use super::user_list::holds;
use super::{Store, Tx, connections};
use crate::domain::id::{ConnectionId, OrgId, SessionId, UserId};
use crate::domain::role::RoleKey;
use crate::domain::secret::TokenHash;
use crate::domain::session::{Session, Upstream};
use crate::domain::user::User;
use crate::domain::{Error, Timestamp};

/// How exactly it is known when a user was last seen: each note writes the whole row and an index.
const USER_SEEN_EVERY: Duration = Duration::from_mins(5);

/// The live session of a cookie and its user, or nothing.
pub async fn find_live(
    db: &impl ConnectionTrait,
    token: &TokenHash,
    now: Timestamp,
) -> Result<Option<(Session, User)>, Error> {
    let held = Entity::find().filter(Column::TokenHash.eq(token.bytes())).filter(Column::ExpiresAt.gt(now.millis()));
    let by = Belongs {
        org: Column::OrgId,
        user: Column::UserId,
        user_epoch: Column::UserEpoch,
        org_epoch: Column::OrgEpoch,
    };
    match live::only(held, &by).one(db).await.map_err(translate)? {
        Some((row, Some(person))) => Ok(Some((session(row)?, super::users::user(person)?))),
        Some((_, None)) | None => Ok(None),
    }
}

/// The sessions of a user, newest first; the ended ones may be among them until they are swept.
pub async fn list(db: &impl ConnectionTrait, org: OrgId, of: UserId) -> Result<Vec<Session>, Error> {
    let mine = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::UserId.eq(of.uuid()))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id);
    mine.all(db).await.map_err(translate)?.into_iter().map(session).collect()
}

/// From when on a session still counts.
#[derive(Debug, Clone, Copy)]
pub struct Since {
    /// It was used after this.
    pub used: Timestamp,
    /// It began after this.
    pub begun: Timestamp,
}

/// How many sessions of an organisation have not ended and are young enough; those of the holders of some roles have a
/// measure of their own.
pub async fn count_live(
    db: &impl ConnectionTrait,
    org: OrgId,
    now: Timestamp,
    others: Since,
    (roles, holders): (&[RoleKey], Since),
) -> Result<u64, Error> {
    let connections = connections::list(db, org).await?;
    let (user, owner) = ((user::Entity, user::Column::Id), (user::Entity, user::Column::OrgId));
    let holding = Query::select()
        .column(user)
        .from(user::Entity)
        .and_where(Expr::col(owner).eq(org.uuid()))
        .and_where(holds(org, &connections, roles))
        .to_owned();
    let young = |it: Since| Column::LastSeenAt.gt(it.used.millis()).and(Column::CreatedAt.gt(it.begun.millis()));
    let is_holder = Column::UserId.in_subquery(holding);
    let counted = is_holder.clone().and(young(holders)).or(is_holder.not().and(young(others)));
    let live =
        Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::ExpiresAt.gt(now.millis())).filter(counted);
    live.count(db).await.map_err(translate)
}

/// The sessions of an organisation that came from a session at an identity provider, named by its id there.
pub async fn list_of_upstream(
    db: &impl ConnectionTrait,
    org: OrgId,
    (connection, issuer): (ConnectionId, &str),
    sid: &str,
) -> Result<Vec<Session>, Error> {
    let came = Entity::find()
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::ConnectionId.eq(connection.uuid()))
        .filter(Column::Issuer.eq(issuer))
        .filter(Column::UpstreamSid.eq(sid));
    came.all(db).await.map_err(translate)?.into_iter().map(session).collect()
}

/// Stores a new session made under the epochs that `person` and its organisation have now.
pub async fn insert(tx: &Tx, new: &Session, token: &TokenHash, person: &User) -> Result<(), Error> {
    let row = Model {
        org_id: new.org.uuid(),
        id: new.id.uuid(),
        user_id: new.user.uuid(),
        token_hash: token.bytes(),
        user_epoch: person.epoch,
        org_epoch: tx.organisation()?.epoch,
        amr: new.amr.join(" "),
        auth_time: new.auth_time.millis(),
        created_at: new.created_at.millis(),
        last_seen_at: new.last_seen_at.millis(),
        expires_at: new.expires_at.millis(),
        ip: new.ip.clone(),
        user_agent: new.user_agent.clone(),
        connection_id: new.upstream.as_ref().map(|it| it.connection.uuid()),
        issuer: new.upstream.as_ref().map(|it| it.issuer.clone()),
        upstream_sid: new.upstream.as_ref().and_then(|it| it.sid.clone()),
        upstream_ends_at: new.upstream.as_ref().and_then(|it| it.ends_at).map(Timestamp::millis),
        device: new.device.clone(),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Gives a session of the same person a new token and new proofs; false when it has ended meanwhile.
pub async fn renew(tx: &Tx, it: &Session, token: &TokenHash, person: &User) -> Result<bool, Error> {
    let upstream = it.upstream.as_ref();
    let done = Entity::update_many()
        .col_expr(Column::TokenHash, Expr::value(token.bytes()))
        .col_expr(Column::Amr, Expr::value(it.amr.join(" ")))
        .col_expr(Column::AuthTime, Expr::value(it.auth_time.millis()))
        .col_expr(Column::CreatedAt, Expr::value(it.created_at.millis()))
        .col_expr(Column::LastSeenAt, Expr::value(it.last_seen_at.millis()))
        .col_expr(Column::ExpiresAt, Expr::value(it.expires_at.millis()))
        .col_expr(Column::Ip, Expr::value(it.ip.clone()))
        .col_expr(Column::UserAgent, Expr::value(it.user_agent.clone()))
        .col_expr(Column::ConnectionId, Expr::value(upstream.map(|it| it.connection.uuid())))
        .col_expr(Column::Issuer, Expr::value(upstream.map(|it| it.issuer.clone())))
        .col_expr(Column::UpstreamSid, Expr::value(upstream.and_then(|it| it.sid.clone())))
        .col_expr(Column::UpstreamEndsAt, Expr::value(upstream.and_then(|it| it.ends_at).map(Timestamp::millis)))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::Id.eq(it.id.uuid()))
        .filter(Column::UserId.eq(person.id.uuid()))
        .filter(Column::UserEpoch.eq(person.epoch))
        .exec(&**tx)
        .await
        .map_err(translate)?;
    Ok(done.rows_affected == 1)
}

/// Keeps a session from ending until the unit does; false when it has ended.
pub async fn hold(tx: &Tx, id: SessionId) -> Result<bool, Error> {
    let held = Entity::update_many()
        .col_expr(Column::LastSeenAt, Expr::value(tx.now.millis()))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::ExpiresAt.gt(tx.now.millis()));
    Ok(held.exec(&**tx).await.map_err(translate)?.rows_affected == 1)
}

/// Ends one session; false when it had ended already.
pub async fn delete(tx: &Tx, id: SessionId) -> Result<bool, Error> {
    let done = Entity::delete_by_id((tx.org.uuid(), id.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(done.rows_affected == 1)
}

/// Ends every session of a user but `keep`; answers which ended.
pub async fn delete_of_user(tx: &Tx, of: UserId, keep: Option<SessionId>) -> Result<Vec<SessionId>, Error> {
    let mut mine = Entity::find().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::UserId.eq(of.uuid()));
    if let Some(keep) = keep {
        mine = mine.filter(Column::Id.ne(keep.uuid()));
    }
    let ended: Vec<SessionId> =
        mine.all(&**tx).await.map_err(translate)?.into_iter().map(|row| SessionId::from_uuid(row.id)).collect();
    if !ended.is_empty() {
        let gone = Entity::delete_many()
            .filter(Column::OrgId.eq(tx.org.uuid()))
            .filter(Column::Id.is_in(ended.iter().map(|id| id.uuid())));
        gone.exec(&**tx).await.map_err(translate)?;
    }
    Ok(ended)
}

impl Store {
    /// Notes that a session was used.
    pub async fn session_seen(&self, seen: &Session, now: Timestamp) -> Result<(), Error> {
        let note = Entity::update_many()
            .col_expr(Column::LastSeenAt, Expr::value(now.millis()))
            .filter(Column::OrgId.eq(seen.org.uuid()))
            .filter(Column::Id.eq(seen.id.uuid()));
        note.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }

    /// Notes that a user was here. A statement of its own: inside a unit that holds a session it would wait for whoever
    /// changes the user, who waits for the session.
    pub async fn user_seen(&self, org: OrgId, id: UserId, now: Timestamp) -> Result<(), Error> {
        let note = user::Entity::update_many()
            .col_expr(user::Column::LastActiveAt, Expr::value(now.millis()))
            .filter(user::Column::OrgId.eq(org.uuid()))
            .filter(user::Column::Id.eq(id.uuid()))
            .filter(user::Column::LastActiveAt.lte(now.before(USER_SEEN_EVERY).millis()));
        note.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }

    /// Takes away sessions that ended before this moment.
    pub async fn sweep_sessions(&self, before: Timestamp) -> Result<(), Error> {
        let old = Entity::delete_many().filter(Column::ExpiresAt.lt(before.millis()));
        old.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}

fn session(row: Model) -> Result<Session, Error> {
    if row.token_hash.len() != 32 {
        return Err(unreadable("sessions.token_hash"));
    }
    Ok(Session {
        id: SessionId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        user: UserId::from_uuid(row.user_id),
        amr: row.amr.split_whitespace().map(str::to_owned).collect(),
        auth_time: Timestamp::from_millis(row.auth_time),
        created_at: Timestamp::from_millis(row.created_at),
        last_seen_at: Timestamp::from_millis(row.last_seen_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        ip: row.ip,
        user_agent: row.user_agent,
        device: row.device,
        upstream: row.connection_id.zip(row.issuer).map(|(connection, issuer)| Upstream {
            connection: ConnectionId::from_uuid(connection),
            issuer,
            sid: row.upstream_sid,
            ends_at: row.upstream_ends_at.map(Timestamp::from_millis),
        }),
    })
}
