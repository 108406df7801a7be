//! Service accounts and their tokens.
//!
//! **Invariant:** a token is live only while its account and the organisation are active and both epochs agree with it; the
//! check is part of the one statement that finds it.

use std::collections::HashMap;

use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};

use super::error::{translate, unreadable};
use super::rows::{organisation, service_account, service_token};
use super::{Store, Tx};
use crate::domain::id::{OrgId, PersonalTokenId, ServiceAccountId, UserId};
use crate::domain::personal_token::Scope;
use crate::domain::secret::TokenHash;
use crate::domain::service_account::{ServiceAccount, ServiceToken};
use crate::domain::text::fold;
use crate::domain::{Error, Timestamp};

const ACTIVE: &str = "active";
const DEACTIVATED: &str = "deactivated";

/// The account with this id, in whichever organisation.
pub async fn find_org(db: &impl ConnectionTrait, id: ServiceAccountId) -> Result<Option<OrgId>, Error> {
    let found = service_account::Entity::find().filter(service_account::Column::Id.eq(id.uuid()));
    Ok(found.one(db).await.map_err(translate)?.map(|row| OrgId::from_uuid(row.org_id)))
}

/// The account with this id, which must exist.
pub async fn get(db: &impl ConnectionTrait, org: OrgId, id: ServiceAccountId) -> Result<ServiceAccount, Error> {
    let row = service_account::Entity::find_by_id((org.uuid(), id.uuid())).one(db).await.map_err(translate)?;
    account(row.ok_or(Error::NotFound("service account"))?)
}

/// Every account of an organisation, by name.
pub async fn list(db: &impl ConnectionTrait, org: OrgId) -> Result<Vec<ServiceAccount>, Error> {
    let all = service_account::Entity::find()
        .filter(service_account::Column::OrgId.eq(org.uuid()))
        .order_by_asc(service_account::Column::NameKey);
    all.all(db).await.map_err(translate)?.into_iter().map(account).collect()
}

/// How many accounts an organisation has.
pub async fn count(db: &impl ConnectionTrait, org: OrgId) -> Result<u64, Error> {
    let all = service_account::Entity::find().filter(service_account::Column::OrgId.eq(org.uuid()));
    all.count(db).await.map_err(translate)
}

/// When each account with a token was last used by one of them; an account without a token is absent.
pub async fn last_used(
    db: &impl ConnectionTrait,
    org: OrgId,
) -> Result<HashMap<ServiceAccountId, Option<Timestamp>>, Error> {
    let all: Vec<(Uuid, Option<i64>)> = service_token::Entity::find()
        .select_only()
        .column(service_token::Column::AccountId)
        .column_as(service_token::Column::LastUsedAt.max(), "last_used_at")
        .filter(service_token::Column::OrgId.eq(org.uuid()))
        .group_by(service_token::Column::AccountId)
        .into_tuple()
        .all(db)
        .await
        .map_err(translate)?;
    let known = all.into_iter().map(|(id, at)| (ServiceAccountId::from_uuid(id), at.map(Timestamp::from_millis)));
    Ok(known.collect())
}

/// Stores a new account.
pub async fn insert(tx: &Tx, new: &ServiceAccount) -> Result<(), Error> {
    service_account::Entity::insert(row(new).into_active_model())
        .exec_without_returning(&**tx)
        .await
        .map_err(translate)?;
    Ok(())
}

/// Stores a changed account.
pub async fn update(tx: &Tx, changed: &ServiceAccount) -> Result<(), Error> {
    row(changed).into_active_model().reset_all().update(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Takes an account away, with its tokens.
pub async fn delete(tx: &Tx, id: ServiceAccountId) -> Result<(), Error> {
    delete_tokens(tx, id).await?;
    service_account::Entity::delete_by_id((tx.org.uuid(), id.uuid())).exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// The live token with this hash and its account, or nothing.
pub async fn find_live(
    db: &impl ConnectionTrait,
    token: &TokenHash,
    now: Timestamp,
) -> Result<Option<(ServiceToken, ServiceAccount)>, Error> {
    use service_account::Column as Account;
    use service_token::Column as Token;
    let to_account = service_token::Entity::belongs_to(service_account::Entity)
        .from((Token::OrgId, Token::AccountId))
        .to((Account::OrgId, Account::Id));
    let to_organisation =
        service_token::Entity::belongs_to(organisation::Entity).from(Token::OrgId).to(organisation::Column::Id);
    let account_epoch = Expr::col((service_account::Entity, Account::Epoch));
    let org_epoch = Expr::col((organisation::Entity, organisation::Column::Epoch));
    let live = service_token::Entity::find()
        .select_also(service_account::Entity)
        .join(JoinType::InnerJoin, to_account.into())
        .join(JoinType::InnerJoin, to_organisation.into())
        .filter(Token::TokenHash.eq(token.bytes()))
        .filter(Token::ExpiresAt.gt(now.millis()))
        .filter(Account::Status.eq(ACTIVE))
        .filter(organisation::Column::Status.eq("active"))
        .filter(account_epoch.equals((service_token::Entity, Token::AccountEpoch)))
        .filter(org_epoch.equals((service_token::Entity, Token::OrgEpoch)));
    match live.one(db).await.map_err(translate)? {
        Some((found, Some(of))) => Ok(Some((self::token(found)?, account(of)?))),
        Some((_, None)) | None => Ok(None),
    }
}

/// The tokens of an account, newest first; the expired ones may be among them.
pub async fn tokens(db: &impl ConnectionTrait, org: OrgId, of: ServiceAccountId) -> Result<Vec<ServiceToken>, Error> {
    let all = service_token::Entity::find()
        .filter(service_token::Column::OrgId.eq(org.uuid()))
        .filter(service_token::Column::AccountId.eq(of.uuid()))
        .order_by_desc(service_token::Column::CreatedAt)
        .order_by_desc(service_token::Column::Id);
    all.all(db).await.map_err(translate)?.into_iter().map(token).collect()
}

/// Stores a new token made under the epochs that its account and the organisation have now.
pub async fn insert_token(tx: &Tx, new: &ServiceToken, hash: &TokenHash, of: &ServiceAccount) -> Result<(), Error> {
    let scopes: Vec<&str> = new.scopes.iter().map(|scope| scope.word()).collect();
    let row = service_token::Model {
        org_id: new.org.uuid(),
        id: new.id.uuid(),
        account_id: new.account.uuid(),
        name: new.name.clone(),
        token_hash: hash.bytes(),
        hint: new.hint.clone(),
        scopes: scopes.join(" "),
        account_epoch: of.epoch,
        org_epoch: tx.organisation()?.epoch,
        created_at: new.created_at.millis(),
        expires_at: new.expires_at.millis(),
        last_used_at: None,
    };
    service_token::Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Ends a token of this account; false when the account has no such token.
pub async fn delete_token(tx: &Tx, of: ServiceAccountId, id: PersonalTokenId) -> Result<bool, Error> {
    let done = service_token::Entity::delete_many()
        .filter(service_token::Column::OrgId.eq(tx.org.uuid()))
        .filter(service_token::Column::AccountId.eq(of.uuid()))
        .filter(service_token::Column::Id.eq(id.uuid()))
        .exec(&**tx)
        .await
        .map_err(translate)?;
    Ok(done.rows_affected == 1)
}

/// Ends every token of an account.
pub async fn delete_tokens(tx: &Tx, of: ServiceAccountId) -> Result<(), Error> {
    let all = service_token::Entity::delete_many()
        .filter(service_token::Column::OrgId.eq(tx.org.uuid()))
        .filter(service_token::Column::AccountId.eq(of.uuid()));
    all.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

impl Store {
    /// Notes that a token was used.
    pub async fn service_token_used(&self, used: &ServiceToken, now: Timestamp) -> Result<(), Error> {
        let note = service_token::Entity::update_many()
            .col_expr(service_token::Column::LastUsedAt, Expr::value(now.millis()))
            .filter(service_token::Column::OrgId.eq(used.org.uuid()))
            .filter(service_token::Column::Id.eq(used.id.uuid()));
        note.exec(&self.write).await.map_err(translate)?;
        Ok(())
    }
}

fn account(row: service_account::Model) -> Result<ServiceAccount, Error> {
    Ok(ServiceAccount {
        id: ServiceAccountId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        name: row.name,
        description: row.description,
        role: row.role.parse().map_err(|_| unreadable("service_accounts.role"))?,
        owner: row.owner_id.map(UserId::from_uuid),
        is_active: row.status == ACTIVE,
        epoch: row.epoch,
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
    })
}

fn row(it: &ServiceAccount) -> service_account::Model {
    service_account::Model {
        org_id: it.org.uuid(),
        id: it.id.uuid(),
        name: it.name.clone(),
        name_key: fold(&it.name),
        description: it.description.clone(),
        role: it.role.to_string(),
        owner_id: it.owner.map(UserId::uuid),
        status: if it.is_active { ACTIVE } else { DEACTIVATED }.to_owned(),
        epoch: it.epoch,
        created_at: it.created_at.millis(),
        updated_at: it.updated_at.millis(),
    }
}

fn token(row: service_token::Model) -> Result<ServiceToken, Error> {
    let scopes: Option<Vec<Scope>> = row.scopes.split_whitespace().map(Scope::parse).collect();
    Ok(ServiceToken {
        id: PersonalTokenId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        account: ServiceAccountId::from_uuid(row.account_id),
        name: row.name,
        hint: row.hint,
        scopes: scopes.ok_or_else(|| unreadable("service_tokens.scopes"))?,
        created_at: Timestamp::from_millis(row.created_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        last_used_at: row.last_used_at.map(Timestamp::from_millis),
    })
}
