//! Users and their addresses.

use std::time::Duration;

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value;
use uuid::Uuid;

use super::Tx;
use super::error::{translate, unreadable};
use super::rows::user::{ActiveModel, Column, Entity, Model};
use super::rows::user_email;
use super::unique_values;
use crate::domain::drift::Said;
use crate::domain::id::{ConnectionId, OrgId, UserId};
use crate::domain::text::fold;
use crate::domain::user::{SignIn, Status, User};
use crate::domain::{Error, Timestamp};

/// How often it is noted that an identity provider speaks of a user and says nothing new.
const NOTED_AGAIN: Duration = Duration::from_hours(1);

/// What is stored beside a user so that filters find it: the folded attributes and the folded addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Searchable {
    /// The search document, as the SCIM core makes it.
    pub search: Value,
    /// The keys of its addresses, in order; nothing where they are stored already.
    pub emails: Option<Vec<String>>,
    /// The values that are to be nobody else's, each with its attribute; nothing where no attribute is like that.
    pub unique: Option<Vec<(String, String)>>,
}

/// The user with this id in this organisation.
pub async fn find(db: &impl ConnectionTrait, org: OrgId, id: UserId) -> Result<Option<User>, Error> {
    let row = Entity::find_by_id((org.uuid(), id.uuid())).one(db).await.map_err(translate)?;
    row.map(user).transpose()
}

/// The user with this id in this organisation, which must exist.
pub async fn get(db: &impl ConnectionTrait, org: OrgId, id: UserId) -> Result<User, Error> {
    find(db, org, id).await?.ok_or(Error::NotFound("user"))
}

/// The user with this id, whatever its organisation; only for the operator.
pub async fn find_anywhere(db: &impl ConnectionTrait, id: UserId) -> Result<Option<User>, Error> {
    one(db, Condition::all().add(Column::Id.eq(id.uuid()))).await
}

/// The user whom this organisation knows by this user name, in any spelling.
pub async fn find_by_name(db: &impl ConnectionTrait, org: OrgId, user_name: &str) -> Result<Option<User>, Error> {
    // PostgreSQL takes no NUL in a text, so nobody is called that.
    if user_name.contains('\0') {
        return Ok(None);
    }
    one(db, Condition::all().add(Column::OrgId.eq(org.uuid())).add(Column::UserNameKey.eq(fold(user_name)))).await
}

/// Those of these keys of user names (see [`fold`]) that somebody of this organisation has.
pub async fn known_names(db: &impl ConnectionTrait, org: OrgId, keys: &[String]) -> Result<Vec<String>, Error> {
    let mine = Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::UserNameKey.is_in(keys));
    let names = mine.select_only().column(Column::UserNameKey).into_tuple();
    names.all(db).await.map_err(translate)
}

/// The users of all organisations with this user name; at most two, enough to know that it is ambiguous.
pub async fn find_by_name_anywhere(db: &impl ConnectionTrait, user_name: &str) -> Result<Vec<User>, Error> {
    let key = Column::UserNameKey.eq(fold(user_name));
    let rows = Entity::find().filter(key).limit(2).all(db).await.map_err(translate)?;
    rows.into_iter().map(user).collect()
}

/// True when somebody of this organisation has this address, as user name or for mail, in any spelling.
pub async fn has_address(db: &impl ConnectionTrait, org: OrgId, address: &str) -> Result<bool, Error> {
    if find_by_name(db, org, address).await?.is_some() {
        return Ok(true);
    }
    let known = user_email::Entity::find()
        .filter(user_email::Column::OrgId.eq(org.uuid()))
        .filter(user_email::Column::ValueKey.eq(fold(address)))
        .limit(1);
    Ok(known.one(db).await.map_err(translate)?.is_some())
}

/// The users of this organisation with this address, in any spelling; at most so many.
pub async fn list_by_address(
    db: &impl ConnectionTrait,
    org: OrgId,
    address: &str,
    most: usize,
) -> Result<Vec<User>, Error> {
    let known = user_email::Entity::find()
        .select_only()
        .column(user_email::Column::UserId)
        .distinct()
        .filter(user_email::Column::OrgId.eq(org.uuid()))
        .filter(user_email::Column::ValueKey.eq(fold(address)))
        .limit(u64::try_from(most).unwrap_or(u64::MAX));
    let ids: Vec<Uuid> = known.into_tuple().all(db).await.map_err(translate)?;
    let ids: Vec<UserId> = ids.into_iter().map(UserId::from_uuid).collect();
    list_by_ids(db, org, &ids).await
}

/// The user whom this connection calls by this external id.
pub async fn find_by_external_id(
    db: &impl ConnectionTrait,
    org: OrgId,
    connection: ConnectionId,
    external_id: &str,
) -> Result<Option<User>, Error> {
    let mine = Condition::all()
        .add(Column::OrgId.eq(org.uuid()))
        .add(Column::ManagedBy.eq(connection.uuid()))
        .add(Column::ExternalId.eq(external_id));
    one(db, mine).await
}

/// The users of this organisation among these ids, in the order of the ids.
pub async fn list_by_ids(db: &impl ConnectionTrait, org: OrgId, ids: &[UserId]) -> Result<Vec<User>, Error> {
    let ids = ids.iter().map(|id| id.uuid());
    let mine = Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::Id.is_in(ids));
    let rows = mine.order_by_asc(Column::Id).all(db).await.map_err(translate)?;
    rows.into_iter().map(user).collect()
}

/// Every user of the organisation, by user name.
pub async fn list(db: &impl ConnectionTrait, org: OrgId) -> Result<Vec<User>, Error> {
    let mine = Entity::find().filter(Column::OrgId.eq(org.uuid())).order_by_asc(Column::UserNameKey);
    mine.all(db).await.map_err(translate)?.into_iter().map(user).collect()
}

/// The active users behind this one, in the order of their ids.
pub async fn active_after(
    db: &impl ConnectionTrait,
    org: OrgId,
    after: Option<UserId>,
    most: u64,
) -> Result<Vec<User>, Error> {
    let mut found =
        Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::Status.eq(Status::Active.word()));
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after.uuid()));
    }
    let page = found.order_by_asc(Column::Id).limit(most);
    page.all(db).await.map_err(translate)?.into_iter().map(user).collect()
}

/// The users whom a connection manages, by user name.
pub async fn list_managed(db: &impl ConnectionTrait, org: OrgId, by: ConnectionId) -> Result<Vec<User>, Error> {
    let mine = Entity::find().filter(Column::OrgId.eq(org.uuid())).filter(Column::ManagedBy.eq(by.uuid()));
    let mine = mine.order_by_asc(Column::UserNameKey);
    mine.all(db).await.map_err(translate)?.into_iter().map(user).collect()
}

/// True when the connection manages a user.
pub async fn is_any_managed(db: &impl ConnectionTrait, org: OrgId, by: ConnectionId) -> Result<bool, Error> {
    let mine = Entity::find().select_only().column(Column::Id).filter(Column::OrgId.eq(org.uuid()));
    let mine = mine.filter(Column::ManagedBy.eq(by.uuid())).limit(1).into_tuple::<Uuid>();
    Ok(mine.one(db).await.map_err(translate)?.is_some())
}

/// How many users the organisation has.
pub async fn count(db: &impl ConnectionTrait, org: OrgId) -> Result<u64, Error> {
    Entity::find().filter(Column::OrgId.eq(org.uuid())).count(db).await.map_err(translate)
}

/// Stores a new user.
pub async fn insert(tx: &Tx, new: &User, searchable: &Searchable) -> Result<(), Error> {
    insert_row(tx, row(new, Some(searchable)), (new.id, searchable)).await
}

/// Stores a new user of whom an identity provider says this.
pub async fn insert_asserted(tx: &Tx, new: &User, searchable: &Searchable, said: Said) -> Result<(), Error> {
    let asserted = ActiveModel {
        asserted: ActiveValue::Set(Some(said.word().to_owned())),
        asserted_at: ActiveValue::Set(tx.now.millis()),
        ..row(new, Some(searchable))
    };
    insert_row(tx, asserted, (new.id, searchable)).await
}

async fn insert_row(tx: &Tx, row: ActiveModel, (id, searchable): (UserId, &Searchable)) -> Result<(), Error> {
    let never_seen = ActiveModel { last_active_at: ActiveValue::Set(0), ..row };
    Entity::insert(never_seen).exec_without_returning(&**tx).await.map_err(translate)?;
    keep_unique(tx, id, searchable).await?;
    insert_emails(tx, id, searchable.emails.as_deref().unwrap_or_default()).await
}

/// Keeps that an identity provider spoke of a user, and what it said of the user's access, where it said something. True when
/// something was written: what was said already is noted once an hour.
pub async fn assert(tx: &Tx, id: UserId, said: Option<Said>) -> Result<bool, Error> {
    let mut is_news = Condition::any().add(Column::AssertedAt.lte(tx.now.before(NOTED_AGAIN).millis()));
    let mut note = Entity::update_many().col_expr(Column::AssertedAt, Expr::value(tx.now.millis()));
    if let Some(said) = said {
        note = note.col_expr(Column::Asserted, Expr::value(said.word()));
        is_news = is_news.add(Column::Asserted.is_null()).add(Column::Asserted.ne(said.word()));
    }
    let mine = note.filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::Id.eq(id.uuid())).filter(is_news);
    Ok(mine.exec(&**tx).await.map_err(translate)?.rows_affected > 0)
}

/// Forgets what an identity provider said of a user who belongs to it no more.
pub async fn forget_asserted(tx: &Tx, id: UserId) -> Result<(), Error> {
    let nothing = Entity::update_many()
        .col_expr(Column::Asserted, Expr::value(None::<String>))
        .col_expr(Column::AssertedAt, Expr::value(0))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::Id.eq(id.uuid()));
    nothing.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Stores a changed user together with what filters look at.
pub async fn update(tx: &Tx, changed: &User, searchable: &Searchable) -> Result<(), Error> {
    write(tx, changed, row(changed, Some(searchable))).await?;
    keep_unique(tx, changed.id, searchable).await?;
    let Some(emails) = &searchable.emails else { return Ok(()) };
    delete_emails(tx, changed.id).await?;
    insert_emails(tx, changed.id, emails).await
}

/// Stores a changed user whose names and attributes are as before: its state, epoch, version and flags.
pub async fn set_state(tx: &Tx, changed: &User) -> Result<(), Error> {
    write(tx, changed, row(changed, None)).await
}

/// Takes the user and everything that hangs on it out of the directory; the audit stays.
pub async fn delete(tx: &Tx, id: UserId) -> Result<(), Error> {
    Entity::delete_by_id((tx.org.uuid(), id.uuid())).exec(&**tx).await.map_err(translate)?;
    delete_emails(tx, id).await?;
    unique_values::delete(tx, id).await
}

/// Raises the version of every user that is a member of this group, because `groups` is part of the resource.
pub async fn touch(tx: &Tx, ids: &[UserId]) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let raise = Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::Id.is_in(ids.iter().map(|id| id.uuid())));
    raise.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

async fn one(db: &impl ConnectionTrait, which: Condition) -> Result<Option<User>, Error> {
    Entity::find().filter(which).one(db).await.map_err(translate)?.map(user).transpose()
}

async fn write(tx: &Tx, changed: &User, row: ActiveModel) -> Result<(), Error> {
    let done = Entity::update_many()
        .set(row)
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::Id.eq(changed.id.uuid()))
        .exec(&**tx)
        .await
        .map_err(translate)?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::NotFound("user")) }
}

async fn keep_unique(tx: &Tx, of: UserId, searchable: &Searchable) -> Result<(), Error> {
    match &searchable.unique {
        Some(values) => unique_values::set(tx, of, values).await,
        None => Ok(()),
    }
}

async fn delete_emails(tx: &Tx, of: UserId) -> Result<(), Error> {
    let old = user_email::Entity::delete_many()
        .filter(user_email::Column::OrgId.eq(tx.org.uuid()))
        .filter(user_email::Column::UserId.eq(of.uuid()));
    old.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

async fn insert_emails(tx: &Tx, user: UserId, keys: &[String]) -> Result<(), Error> {
    if keys.is_empty() {
        return Ok(());
    }
    let rows = keys.iter().zip(0_i64..).map(|(key, position)| {
        let row = user_email::Model { org_id: tx.org.uuid(), user_id: user.uuid(), position, value_key: key.clone() };
        row.into_active_model()
    });
    user_email::Entity::insert_many(rows).exec_without_returning(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Reads a row of the table.
pub(super) fn user(row: Model) -> Result<User, Error> {
    Ok(User {
        id: UserId::from_uuid(row.id),
        org: OrgId::from_uuid(row.org_id),
        user_name: row.user_name,
        display_name: row.display_name,
        email: row.email,
        proved_email: row.proved_email,
        external_id: row.external_id,
        managed_by: row.managed_by.map(ConnectionId::from_uuid),
        sign_in: SignIn::parse(&row.sign_in).ok_or_else(|| unreadable("users.sign_in"))?,
        status: Status::parse(&row.status).ok_or_else(|| unreadable("users.status"))?,
        mfa_required: row.mfa_required,
        epoch: row.epoch,
        version: row.version,
        document: row.document,
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
    })
}

/// The row of a user, apart from when it was last seen and what a provider said of it, which no change of the user touches.
fn row(it: &User, searchable: Option<&Searchable>) -> ActiveModel {
    ActiveModel {
        org_id: ActiveValue::Set(it.org.uuid()),
        id: ActiveValue::Set(it.id.uuid()),
        user_name: ActiveValue::Set(it.user_name.clone()),
        user_name_key: ActiveValue::Set(fold(&it.user_name)),
        display_name: ActiveValue::Set(it.display_name.clone()),
        email: ActiveValue::Set(it.email.clone()),
        // The proof goes with the address, so that it does not come back with it.
        proved_email: ActiveValue::Set(it.proved_email.clone().filter(|_| it.has_proved_email())),
        external_id: ActiveValue::Set(it.external_id.clone()),
        managed_by: ActiveValue::Set(it.managed_by.map(ConnectionId::uuid)),
        sign_in: ActiveValue::Set(it.sign_in.word().to_owned()),
        status: ActiveValue::Set(it.status.word().to_owned()),
        mfa_required: ActiveValue::Set(it.mfa_required),
        epoch: ActiveValue::Set(it.epoch),
        version: ActiveValue::Set(it.version),
        document: ActiveValue::Set(it.document.clone()),
        search: searchable.map_or(ActiveValue::NotSet, |it| ActiveValue::Set(it.search.clone())),
        created_at: ActiveValue::Set(it.created_at.millis()),
        updated_at: ActiveValue::Set(it.updated_at.millis()),
        display_name_key: ActiveValue::Set(fold(&it.display_name)),
        email_key: ActiveValue::Set(it.email.as_deref().map(fold).unwrap_or_default()),
        last_active_at: ActiveValue::NotSet,
        asserted: ActiveValue::NotSet,
        asserted_at: ActiveValue::NotSet,
    }
}
