//! What of the people and groups of a connection leads to roles here, and what of it leads to none.
//!
//! **Invariant:** people are looked at along the index by manager, and so many of them at most; what is listed is cut.

use sea_orm::sea_query::{Expr, ExprTrait as _, Func, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QueryResult,
    QuerySelect, Select, Statement, Value,
};
use uuid::Uuid;

use super::error::{translate, unreadable};
use super::grants::role_key;
use super::groups;
use super::rows::{grant, group, group_role, mapping_intent};
use crate::domain::group::Group;
use crate::domain::id::{ConnectionId, OrgId, UserId};
use crate::domain::role::{RoleKey, Source};
use crate::domain::{Error, Timestamp};
use crate::scim::schema::Located;

#[cfg(test)]
mod tests;

/// An element of a list of somebody, as filters see it, and who has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The key of its value, if it has one.
    pub value: Option<String>,
    /// The key of its name for people, if it has one.
    pub display: Option<String>,
    /// How many people have it.
    pub people: u64,
    /// When the provider spoke of one of them last, to the hour, if ever.
    pub said_at: Option<Timestamp>,
    /// One of them.
    pub example: UserId,
}

/// Where people have words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Words {
    /// In the elements of a list.
    List(&'static str),
    /// In an attribute of text.
    Text(Located),
}

/// What the newest so many people of a connection have there, without those who are deactivated; what most
/// have comes first.
pub async fn words(
    db: &impl ConnectionTrait,
    of: (OrgId, ConnectionId),
    words: Words,
    most: (u64, u64),
) -> Result<Vec<Word>, Error> {
    let statement = words_of(db.get_database_backend(), of, words, most);
    db.query_all_raw(statement).await.map_err(translate)?.iter().map(word).collect()
}

fn words_of(
    backend: DbBackend,
    (org, connection): (OrgId, ConnectionId),
    words: Words,
    (people, most): (u64, u64),
) -> Statement {
    let [value, display, elements] = elements(backend, words);
    let example = if backend == DbBackend::Postgres { "MAX(CAST(said.id AS TEXT))" } else { "MAX(said.id)" };
    let sql = format!(
        "SELECT {value}, {display}, COUNT(DISTINCT said.id), MAX(said.asserted_at), {example} FROM (SELECT id, search, \
         status, asserted_at FROM users WHERE org_id = $1 AND managed_by = $2 ORDER BY id DESC LIMIT $3) AS said {elements} \
         WHERE said.status <> 'deactivated' GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT $4"
    );
    let number = |it: u64| Value::from(i64::try_from(it).unwrap_or(i64::MAX));
    let values = [org.uuid().into(), connection.uuid().into(), number(people), number(most)];
    Statement::from_sql_and_values(backend, sql, values)
}

/// The value and the display name of a word, and the table they are in. The names of attributes hold no quote and are written
/// into the statement.
fn elements(backend: DbBackend, words: Words) -> [String; 3] {
    let nothing = || "CAST(NULL AS TEXT)".to_owned();
    match (backend == DbBackend::Postgres, words) {
        (true, Words::List(list)) => {
            let elements = format!("CROSS JOIN LATERAL jsonb_array_elements(said.search -> '{list}') AS e(value)");
            ["e.value ->> 'value'".to_owned(), "e.value ->> 'display'".to_owned(), elements]
        }
        (false, Words::List(list)) => {
            let part = |name: &str| format!("json_extract(e.value, '$.{name}')");
            [part("value"), part("display"), format!("JOIN json_each(said.search, '$.{list}') AS e")]
        }
        (true, Words::Text(at)) => {
            let at: String = steps(at).map(|name| format!(" -> '{name}'")).collect();
            let texts = format!(
                "CASE jsonb_typeof(said.search{at}) WHEN 'array' THEN said.search{at} WHEN 'string' THEN \
                 jsonb_build_array(said.search{at}) ELSE '[]'::jsonb END"
            );
            let elements = format!("CROSS JOIN LATERAL jsonb_array_elements_text({texts}) AS e(value)");
            ["e.value".to_owned(), nothing(), elements]
        }
        (false, Words::Text(at)) => {
            let at: String = steps(at).map(|name| format!(".\"{name}\"")).collect();
            ["e.value".to_owned(), nothing(), format!("JOIN json_each(said.search, '${at}') AS e")]
        }
    }
}

/// What leads from the document to an attribute.
fn steps(at: Located) -> impl Iterator<Item = &'static str> {
    at.extension.into_iter().chain([at.attribute.name])
}

fn word(row: &QueryResult) -> Result<Word, Error> {
    let (people, said_at): (i64, i64) =
        (row.try_get_by_index(2).map_err(translate)?, row.try_get_by_index(3).map_err(translate)?);
    let example = match row.try_get_by_index::<Uuid>(4) {
        Ok(id) => UserId::from_uuid(id),
        Err(_) => {
            let text: String = row.try_get_by_index(4).map_err(translate)?;
            text.parse().map_err(|_| unreadable("users.id"))?
        }
    };
    Ok(Word {
        value: row.try_get_by_index(0).map_err(translate)?,
        display: row.try_get_by_index(1).map_err(translate)?,
        people: u64::try_from(people).unwrap_or_default(),
        said_at: (said_at > 0).then(|| Timestamp::from_millis(said_at)),
        example,
    })
}

/// How many people hold a role because a connection says so, for each role and each way of saying it.
pub async fn holders(
    db: &impl ConnectionTrait,
    (org, connection): (OrgId, ConnectionId),
) -> Result<Vec<(Source, RoleKey, u64)>, Error> {
    let counts = Query::select()
        .column(grant::Column::Source)
        .column(grant::Column::Role)
        .expr(Func::count(Expr::col(grant::Column::UserId)))
        .from(grant::Entity)
        .and_where(Expr::col(grant::Column::OrgId).eq(org.uuid()))
        .and_where(Expr::col(grant::Column::SourceId).eq(connection.uuid()))
        .group_by_col(grant::Column::Source)
        .group_by_col(grant::Column::Role)
        .to_owned();
    let rows = db.query_all(&counts).await.map_err(translate)?;
    let count = |row: &QueryResult| {
        let source: String = row.try_get_by_index(0).map_err(translate)?;
        let role: String = row.try_get_by_index(1).map_err(translate)?;
        let people: i64 = row.try_get_by_index(2).map_err(translate)?;
        let source = match source.as_str() {
            "scim-role" => Source::ScimRole(connection),
            "entitlement" => Source::Entitlement(connection),
            "attribute" => Source::Attribute(connection),
            _ => return Err(unreadable("grants.source")),
        };
        Ok((source, role_key(&role)?, u64::try_from(people).unwrap_or_default()))
    };
    rows.iter().map(count).collect()
}

/// The groups of a connection that give a role, or those that give none, by name.
pub async fn groups(
    db: &impl ConnectionTrait,
    of: (OrgId, ConnectionId),
    give: bool,
    most: u64,
) -> Result<Vec<Group>, Error> {
    let found = pushed(of, give).order_by_asc(group::Column::DisplayNameKey).limit(most);
    Ok(found.all(db).await.map_err(translate)?.into_iter().map(groups::group).collect())
}

/// How many of them there are.
pub async fn count_groups(db: &impl ConnectionTrait, of: (OrgId, ConnectionId), give: bool) -> Result<u64, Error> {
    pushed(of, give).count(db).await.map_err(translate)
}

fn pushed((org, connection): (OrgId, ConnectionId), give: bool) -> Select<group::Entity> {
    let same = |one: group_role::Column, other: group::Column| {
        Expr::col((group_role::Entity, one)).equals((group::Entity, other))
    };
    let role = Query::select()
        .expr(Expr::val(1))
        .from(group_role::Entity)
        .and_where(same(group_role::Column::OrgId, group::Column::OrgId))
        .and_where(same(group_role::Column::GroupId, group::Column::Id))
        .to_owned();
    let gives = Expr::exists(role);
    group::Entity::find()
        .filter(group::Column::OrgId.eq(org.uuid()))
        .filter(group::Column::ManagedBy.eq(connection.uuid()))
        .filter(if give { gives } else { gives.not() })
}

/// The groups that are to give a role and were not pushed yet: the key of the name or of the id at the provider, and the role.
pub async fn awaited(
    db: &impl ConnectionTrait,
    (org, connection): (OrgId, ConnectionId),
    most: u64,
) -> Result<Vec<(String, RoleKey)>, Error> {
    let rows = mapping_intent::Entity::find()
        .filter(mapping_intent::Column::OrgId.eq(org.uuid()))
        .filter(mapping_intent::Column::ConnectionId.eq(connection.uuid()))
        .order_by_asc(mapping_intent::Column::GroupKey)
        .order_by_asc(mapping_intent::Column::Role)
        .limit(most);
    let rows = rows.all(db).await.map_err(translate)?;
    rows.into_iter().map(|row| Ok((row.group_key, role_key(&row.role)?))).collect()
}
