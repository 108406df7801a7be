//! The values that are nobody else's, of attributes of the schemas that an organisation adds to users.
//!
//! **Invariant:** there is a row for each value that a user has of an attribute that is unique now, and none of any other
//! attribute; of what users had before it became unique, only what can be filtered by has rows.
//! **Invariant:** whether a value is taken is a seek, however many users there are.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, Select, Statement,
};
use uuid::Uuid;

use super::Tx;
use super::error::translate;
use super::rows::user_value::{Column, Entity, Model};
use super::ways::Transaction;
use crate::domain::Error;
use crate::domain::id::{OrgId, UserId};

#[cfg(test)]
mod tests;

/// The longest key that is kept, in characters.
pub const KEY_MAX: usize = 512;
/// A statement takes at most 32,766 parameters (SQLite), four for each row.
const ROWS_AT_ONCE: usize = 1_000;

/// True when a user of the organisation but this one has this value.
pub async fn is_taken(
    db: &impl ConnectionTrait,
    org: OrgId,
    (attribute, key): (&str, &str),
    except: UserId,
) -> Result<bool, Error> {
    Ok(others(org, (attribute, key), except).into_tuple::<Uuid>().one(db).await.map_err(translate)?.is_some())
}

fn others(org: OrgId, (attribute, key): (&str, &str), except: UserId) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::UserId)
        .filter(Column::OrgId.eq(org.uuid()))
        .filter(Column::Attribute.eq(attribute))
        .filter(Column::ValueKey.eq(key))
        .filter(Column::UserId.ne(except.uuid()))
        .limit(1)
}

/// Keeps what a user has: attributes and keys of values, each pair once.
pub(super) async fn set(tx: &Tx, of: UserId, values: &[(String, String)]) -> Result<(), Error> {
    delete(tx, of).await?;
    for some in values.chunks(ROWS_AT_ONCE) {
        let rows = some.iter().map(|(attribute, key)| {
            let (org_id, user_id) = (tx.org.uuid(), of.uuid());
            Model { org_id, attribute: attribute.clone(), value_key: key.clone(), user_id }.into_active_model()
        });
        Entity::insert_many(rows).exec_without_returning(&**tx).await.map_err(translate)?;
    }
    Ok(())
}

/// Forgets what a user has.
pub(super) async fn delete(tx: &Tx, of: UserId) -> Result<(), Error> {
    let gone = Entity::delete_many().filter(Column::OrgId.eq(tx.org.uuid())).filter(Column::UserId.eq(of.uuid()));
    gone.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Forgets what users have of an attribute that is unique no more.
pub async fn forget(tx: &Tx, (urn, name): (&str, &str)) -> Result<(), Error> {
    let gone = Entity::delete_many()
        .filter(Column::OrgId.eq(tx.org.uuid()))
        .filter(Column::Attribute.eq(format!("{urn}:{name}")));
    gone.exec(&**tx).await.map_err(translate)?;
    Ok(())
}

/// Gathers what users have of an attribute that has become unique. Names of attributes hold no quote.
pub async fn gather(tx: &Tx, (urn, name): (&str, &str)) -> Result<(), Error> {
    let db: &Transaction = tx;
    let backend = db.get_database_backend();
    let sql = if backend == DbBackend::Postgres {
        format!(
            "INSERT INTO user_values (org_id, attribute, value_key, user_id) \
             SELECT u.org_id, $2, v.value, u.id FROM users u \
             CROSS JOIN LATERAL jsonb_array_elements_text(CASE jsonb_typeof(u.search -> '{urn}' -> '{name}') \
             WHEN 'array' THEN u.search -> '{urn}' -> '{name}' \
             WHEN 'string' THEN jsonb_build_array(u.search -> '{urn}' -> '{name}') ELSE '[]'::jsonb END) AS v(value) \
             WHERE u.org_id = $1 AND length(v.value) <= {KEY_MAX} ON CONFLICT DO NOTHING"
        )
    } else {
        format!(
            "INSERT OR IGNORE INTO user_values (org_id, attribute, value_key, user_id) \
             SELECT u.org_id, $2, v.value, u.id FROM users u, json_each(u.search, '$.\"{urn}\".\"{name}\"') v \
             WHERE u.org_id = $1 AND length(v.value) <= {KEY_MAX}"
        )
    };
    let values = [tx.org.uuid().into(), format!("{urn}:{name}").into()];
    db.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await.map_err(translate)?;
    Ok(())
}
