//! What was issued to clients: families, and the codes and tokens in them.
//!
//! **Invariant:** a code or token is live only while its family, user, organisation and client are, under the epochs it was
//! made with; the check is part of the one statement that finds it.
//! **Invariant:** what works once is redeemed by one conditional statement whose row count decides.

use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};
use uuid::Uuid;

use super::clients::words;
use super::error::{translate, unreadable};
use super::rows::{client, family, issued, organisation, user};
use super::{Store, Tx};
use crate::domain::client::{Client, Family, HandedTo, Issued, IssuedKind};
use crate::domain::id::{ClientId, FamilyId, GrantId, OrgId, SessionId, UserId};
use crate::domain::secret::TokenHash;
use crate::domain::user::{Status, User};
use crate::domain::{Error, Timestamp};

/// The live code or token with this hash, unused where it works once, with its family.
pub async fn find_live(
    db: &impl ConnectionTrait,
    token: &TokenHash,
    now: Timestamp,
) -> Result<Option<(Issued, Family)>, Error> {
    let unused = living(token, now).select_also(family::Entity).filter(issued::Column::UsedAt.is_null());
    pair(unused.one(db).await.map_err(translate)?)
}

/// Whether the code or token with this hash is live, or would be if it had not been used.
pub async fn lives(db: &impl ConnectionTrait, token: &TokenHash, now: Timestamp) -> Result<bool, Error> {
    let found: Option<Uuid> =
        living(token, now).select_only().column(issued::Column::Id).into_tuple().one(db).await.map_err(translate)?;
    Ok(found.is_some())
}

fn living(token: &TokenHash, now: Timestamp) -> Select<issued::Entity> {
    let of_token = issued::Entity::find()
        .join(JoinType::InnerJoin, to_family())
        .join(JoinType::InnerJoin, to_user())
        .join(JoinType::InnerJoin, to_organisation())
        .join(JoinType::InnerJoin, to_client())
        .filter(issued::Column::TokenHash.eq(token.bytes()))
        .filter(issued::Column::ExpiresAt.gt(now.millis()));
    alive(of_token, now)
}

/// Those of them whose family, person, organisation and client live, under the epochs that the family was made with.
fn alive<Q: QueryFilter>(query: Q, now: Timestamp) -> Q {
    query
        .filter(family::Column::RevokedAt.is_null())
        .filter(family::Column::ExpiresAt.gt(now.millis()))
        .filter(user::Column::Status.eq(Status::Active.word()))
        .filter(organisation::Column::Status.eq("active"))
        .filter(client::Column::Status.eq("active"))
        .filter(Expr::col((user::Entity, user::Column::Epoch)).equals((family::Entity, family::Column::UserEpoch)))
        .filter(
            Expr::col((organisation::Entity, organisation::Column::Epoch))
                .equals((family::Entity, family::Column::OrgEpoch)),
        )
        .filter(
            Expr::col((client::Entity, client::Column::Epoch)).equals((family::Entity, family::Column::ClientEpoch)),
        )
}

/// What came of the authorizations that live now of a client, newest first, each with its person. An organisation is named for
/// a client of its own; a client of the operator has people of several.
pub async fn living_at(
    db: &impl ConnectionTrait,
    (client, org): (ClientId, Option<OrgId>),
    now: Timestamp,
    limit: u64,
) -> Result<Vec<(Family, User)>, Error> {
    let newest = families(now)
        .select_also(user::Entity)
        .filter(family::Column::ClientId.eq(client.uuid()))
        .apply_if(org, |query, org| query.filter(family::Column::OrgId.eq(org.uuid())))
        .order_by_desc(family::Column::CreatedAt)
        .order_by_desc(family::Column::Id)
        .limit(limit);
    let rows = newest.all(db).await.map_err(translate)?;
    let both = rows.into_iter().filter_map(|(row, person)| Some((family(row), person?)));
    both.map(|(family, person)| Ok((family, super::users::user(person)?))).collect()
}

/// What came of the authorizations of a person that live now, oldest first.
pub async fn living_of(
    db: &impl ConnectionTrait,
    (org, user): (OrgId, UserId),
    now: Timestamp,
) -> Result<Vec<Family>, Error> {
    let oldest = families(now)
        .filter(family::Column::OrgId.eq(org.uuid()))
        .filter(family::Column::UserId.eq(user.uuid()))
        .order_by_asc(family::Column::CreatedAt)
        .order_by_asc(family::Column::Id);
    Ok(oldest.all(db).await.map_err(translate)?.into_iter().map(family).collect())
}

/// Those that live now.
fn families(now: Timestamp) -> Select<family::Entity> {
    let all = family::Entity::find()
        .join(JoinType::InnerJoin, to_user())
        .join(JoinType::InnerJoin, to_organisation())
        .join(JoinType::InnerJoin, to_client());
    alive(all, now)
}

/// The code or token with this hash, dead or alive; for recognising that a used one has come back.
pub async fn find(db: &impl ConnectionTrait, token: &TokenHash) -> Result<Option<(Issued, Family)>, Error> {
    let any = issued::Entity::find()
        .select_also(family::Entity)
        .join(JoinType::InnerJoin, to_family())
        .filter(issued::Column::TokenHash.eq(token.bytes()));
    pair(any.one(db).await.map_err(translate)?)
}

/// Stores a new family under the epochs that the person, the organisation and the client have now.
pub async fn insert(tx: &Tx, new: &Family, person: &User, client: &Client) -> Result<(), Error> {
    let row = family::Model {
        org_id: new.org.uuid(),
        id: new.id.uuid(),
        user_id: new.user.uuid(),
        client_id: new.client.uuid(),
        session_id: new.session.uuid(),
        user_epoch: person.epoch,
        org_epoch: tx.organisation()?.epoch,
        client_epoch: client.epoch,
        scopes: new.scopes.join(" "),
        facts: new.facts.clone(),
        created_at: new.created_at.millis(),
        expires_at: new.expires_at.millis(),
        revoked_at: None,
    };
    family::Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Stores a new code or token.
pub async fn insert_issued(tx: &Tx, new: &Issued, token: &TokenHash) -> Result<(), Error> {
    let row = issued::Model {
        org_id: tx.org.uuid(),
        id: new.id.uuid(),
        family_id: new.family.uuid(),
        kind: new.kind.word().to_owned(),
        token_hash: token.bytes(),
        scopes: new.scopes.join(" "),
        detail: new.detail.clone(),
        created_at: new.created_at.millis(),
        expires_at: new.expires_at.millis(),
        used_at: None,
        jkt: new.jkt.clone(),
        audience: new.audience.join(" "),
        handed_to: hands_text(&new.handed_to),
    };
    issued::Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Redeems what works once; false when someone was faster.
pub async fn redeem(tx: &Tx, id: GrantId) -> Result<bool, Error> {
    set_unused(tx, id, issued::Column::UsedAt, tx.now).await
}

/// Lets what may be used again be used for longer; false when it was ended meanwhile.
pub async fn prolong(tx: &Tx, id: GrantId, until: Timestamp) -> Result<bool, Error> {
    set_unused(tx, id, issued::Column::ExpiresAt, until).await
}

/// Sets a moment of what has not been used; false when it has.
async fn set_unused(tx: &Tx, id: GrantId, which: issued::Column, to: Timestamp) -> Result<bool, Error> {
    let done = issued::Entity::update_many()
        .col_expr(which, Expr::value(to.millis()))
        .filter(issued::Column::OrgId.eq(tx.org.uuid()))
        .filter(issued::Column::Id.eq(id.uuid()))
        .filter(issued::Column::UsedAt.is_null())
        .exec(&**tx)
        .await
        .map_err(translate)?;
    Ok(done.rows_affected == 1)
}

/// Takes back what a refresh token was exchanged for, as long as none of it was exchanged in its turn: the answer was lost on
/// its way. False where it cannot have been, and one of the two who have the token is a thief.
pub async fn take_back(tx: &Tx, spent: &Issued) -> Result<bool, Error> {
    // Whoever comes with the same token at the same moment waits here for the other.
    let again = issued::Entity::update_many()
        .col_expr(issued::Column::UsedAt, Expr::value(tx.now.millis()))
        .filter(issued::Column::OrgId.eq(tx.org.uuid()))
        .filter(issued::Column::Id.eq(spent.id.uuid()))
        .filter(issued::Column::UsedAt.is_not_null());
    let is_there = again.exec(&**tx).await.map_err(translate)?.rows_affected == 1;
    let successors = exchanged_for(tx, spent.family, IssuedKind::Refresh, &[spent.id.uuid()]).await?;
    // One that has no successor was itself taken back.
    if !is_there || successors.is_empty() {
        return Ok(false);
    }
    if !exchanged_for(tx, spent.family, IssuedKind::Refresh, &successors).await?.is_empty() {
        return Ok(false);
    }
    let tokens = exchanged_for(tx, spent.family, IssuedKind::Access, &[spent.id.uuid()]).await?;
    let taken_back = issued::Entity::update_many()
        .col_expr(issued::Column::UsedAt, Expr::value(tx.now.millis()))
        .filter(issued::Column::OrgId.eq(tx.org.uuid()))
        .filter(issued::Column::Id.is_in(successors.into_iter().chain(tokens)))
        .filter(issued::Column::UsedAt.is_null());
    taken_back.exec(&**tx).await.map_err(translate)?;
    Ok(true)
}

/// The tokens of a kind that were issued for one of these refresh tokens.
async fn exchanged_for(tx: &Tx, family: FamilyId, kind: IssuedKind, spent: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let found = issued::Entity::find()
        .select_only()
        .column(issued::Column::Id)
        .filter(issued::Column::OrgId.eq(tx.org.uuid()))
        .filter(issued::Column::FamilyId.eq(family.uuid()))
        .filter(issued::Column::Kind.eq(kind.word()))
        .filter(issued::Column::Detail.is_in(spent.iter().map(Uuid::to_string)));
    found.into_tuple().all(&**tx).await.map_err(translate)
}

/// Ends one token.
pub async fn delete_issued(tx: &Tx, id: GrantId) -> Result<(), Error> {
    issued::Entity::delete_by_id((tx.org.uuid(), id.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Ends a family with everything in it; false when it had ended.
pub async fn revoke(tx: &Tx, id: FamilyId) -> Result<bool, Error> {
    let open = family::Column::Id.eq(id.uuid());
    Ok(revoke_where(tx, open).await? == 1)
}

/// Ends every family of a session; answers which clients had one.
pub async fn revoke_of_session(tx: &Tx, session: SessionId) -> Result<Vec<Family>, Error> {
    let of_session = family::Column::SessionId.eq(session.uuid());
    let ended = open_where(tx, of_session.clone()).await?;
    revoke_where(tx, of_session).await?;
    Ok(ended)
}

/// Ends every family of a person; answers which clients had one.
pub async fn revoke_of_user(tx: &Tx, user: UserId) -> Result<Vec<Family>, Error> {
    let of_user = family::Column::UserId.eq(user.uuid());
    let ended = open_where(tx, of_user.clone()).await?;
    revoke_where(tx, of_user).await?;
    Ok(ended)
}

/// Ends every family of a person but those of one session, where one is kept; answers them.
pub async fn revoke_of_user_but(tx: &Tx, user: UserId, kept: Option<SessionId>) -> Result<Vec<Family>, Error> {
    let of_user = family::Column::UserId.eq(user.uuid());
    let which = kept.map_or(of_user.clone(), |kept| of_user.and(family::Column::SessionId.ne(kept.uuid())));
    let ended = open_where(tx, which.clone()).await?;
    revoke_where(tx, which).await?;
    Ok(ended)
}

/// Ends every family of the organisation; answers which clients had one.
pub async fn revoke_all(tx: &Tx) -> Result<Vec<Family>, Error> {
    let all = family::Column::OrgId.eq(tx.org.uuid());
    let ended = open_where(tx, all.clone()).await?;
    revoke_where(tx, all).await?;
    Ok(ended)
}

/// Ends every family of a person at one client; answers them.
pub async fn revoke_of_user_at(tx: &Tx, user: UserId, client: ClientId) -> Result<Vec<Family>, Error> {
    let which = family::Column::UserId.eq(user.uuid()).and(family::Column::ClientId.eq(client.uuid()));
    let ended = open_where(tx, which.clone()).await?;
    revoke_where(tx, which).await?;
    Ok(ended)
}

/// Until when the last access token works that each client got for a person before a moment, as far as that is after it.
pub async fn access_after(
    db: &impl ConnectionTrait,
    org: OrgId,
    user: UserId,
    at: Timestamp,
) -> Result<Vec<(ClientId, Timestamp)>, Error> {
    let last = issued::Entity::find()
        .select_only()
        .column(family::Column::ClientId)
        .column_as(issued::Column::ExpiresAt.max(), "ends")
        .join(JoinType::InnerJoin, to_family())
        .filter(family::Column::OrgId.eq(org.uuid()))
        .filter(family::Column::UserId.eq(user.uuid()))
        .filter(issued::Column::Kind.eq(IssuedKind::Access.word()))
        .filter(issued::Column::CreatedAt.lte(at.millis()))
        .filter(issued::Column::ExpiresAt.gt(at.millis()))
        .group_by(family::Column::ClientId);
    let rows: Vec<(Uuid, i64)> = last.into_tuple().all(db).await.map_err(translate)?;
    Ok(rows.into_iter().map(|(id, ends)| (ClientId::from_uuid(id), Timestamp::from_millis(ends))).collect())
}

impl Store {
    /// Takes away families and tokens that ended before this moment.
    pub async fn sweep_issued(&self, before: Timestamp) -> Result<(), Error> {
        let tokens = issued::Entity::delete_many().filter(issued::Column::ExpiresAt.lt(before.millis()));
        tokens.exec(&self.write).await.map_err(translate)?;
        let families = family::Entity::delete_many().filter(family::Column::ExpiresAt.lt(before.millis()));
        families.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}

async fn open_where(tx: &Tx, which: sea_orm::sea_query::SimpleExpr) -> Result<Vec<Family>, Error> {
    let open = family::Entity::find()
        .filter(family::Column::OrgId.eq(tx.org.uuid()))
        .filter(which)
        .filter(family::Column::RevokedAt.is_null())
        .filter(family::Column::ExpiresAt.gt(tx.now.millis()));
    Ok(open.all(&**tx).await.map_err(translate)?.into_iter().map(family).collect())
}

async fn revoke_where(tx: &Tx, which: sea_orm::sea_query::SimpleExpr) -> Result<u64, Error> {
    let done = family::Entity::update_many()
        .col_expr(family::Column::RevokedAt, Expr::value(tx.now.millis()))
        .filter(family::Column::OrgId.eq(tx.org.uuid()))
        .filter(which)
        .filter(family::Column::RevokedAt.is_null())
        .exec(&**tx)
        .await
        .map_err(translate)?;
    Ok(done.rows_affected)
}

fn to_family() -> sea_orm::RelationDef {
    issued::Entity::belongs_to(family::Entity)
        .from((issued::Column::OrgId, issued::Column::FamilyId))
        .to((family::Column::OrgId, family::Column::Id))
        .into()
}

fn to_user() -> sea_orm::RelationDef {
    family::Entity::belongs_to(user::Entity)
        .from((family::Column::OrgId, family::Column::UserId))
        .to((user::Column::OrgId, user::Column::Id))
        .into()
}

fn to_organisation() -> sea_orm::RelationDef {
    family::Entity::belongs_to(organisation::Entity).from(family::Column::OrgId).to(organisation::Column::Id).into()
}

fn to_client() -> sea_orm::RelationDef {
    family::Entity::belongs_to(client::Entity).from(family::Column::ClientId).to(client::Column::Id).into()
}

fn pair(found: Option<(issued::Model, Option<family::Model>)>) -> Result<Option<(Issued, Family)>, Error> {
    match found {
        Some((token, Some(of))) => Ok(Some((issued(token)?, family(of)))),
        Some((_, None)) | None => Ok(None),
    }
}

fn family(row: family::Model) -> Family {
    Family {
        id: FamilyId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        user: UserId::from_uuid(row.user_id),
        client: ClientId::from_uuid(row.client_id),
        session: SessionId::from_uuid(row.session_id),
        scopes: words(&row.scopes),
        facts: row.facts,
        created_at: Timestamp::from_millis(row.created_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        revoked_at: row.revoked_at.map(Timestamp::from_millis),
    }
}

fn issued(row: issued::Model) -> Result<Issued, Error> {
    Ok(Issued {
        id: GrantId::from_uuid(row.id),
        family: FamilyId::from_uuid(row.family_id),
        kind: IssuedKind::parse(&row.kind).ok_or_else(|| unreadable("issued.kind"))?,
        scopes: words(&row.scopes),
        detail: row.detail,
        jkt: row.jkt,
        audience: words(&row.audience),
        handed_to: hands(&row.handed_to).ok_or_else(|| unreadable("issued.handed_to"))?,
        created_at: Timestamp::from_millis(row.created_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        used_at: row.used_at.map(Timestamp::from_millis),
    })
}

fn hands_text(of: &[HandedTo]) -> String {
    let each: Vec<String> = of.iter().map(|it| format!("{}:{}", it.client, it.epoch)).collect();
    each.join(" ")
}

fn hands(text: &str) -> Option<Vec<HandedTo>> {
    let hand = |word: &str| {
        let (client, epoch) = word.split_once(':')?;
        Some(HandedTo { client: client.parse().ok()?, epoch: epoch.parse().ok()? })
    };
    text.split_whitespace().map(hand).collect()
}
