//! Values on their way into a statement and out of a row.
//!
//! SQLite knows whole numbers, floating ones, texts and bytes; what of ours a column holds is told by its declared type, and
//! where that says only bytes, by its name. SeaORM makes a row of values only for its database of canned answers, so every
//! answer is one of those. There, a value of another kind than what is read is taken for NULL: a test holds every column against
//! its entity.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rusqlite::types::ValueRef;
use rusqlite::{Row, Statement};
use sea_orm::{DbBackend, DbErr, ExecResult, MockDatabase, MockDatabaseTrait as _, MockExecResult, QueryResult, Value};
use uuid::Uuid;

/// The values of a row, by the names of its columns and by their places.
pub(super) type Values<'c> = BTreeMap<&'c str, Value>;

/// What a column of a result holds.
pub(super) struct Column {
    name: String,
    pub(super) holds: Holds,
}

/// What stands for the place of a column: a value at a place is looked for in the order of the keys, so these come in the order
/// of the places, and before all names.
static PLACES: LazyLock<Vec<String>> = LazyLock::new(|| (0..COLUMNS_MAX).map(|it| format!("\u{0}{it:04}")).collect());
/// No statement answers more columns: two rows of the widest tables are half of it.
pub(super) const COLUMNS_MAX: usize = 128;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// Whether something is so.
    Bool,
    /// Whole numbers of 32 bits.
    Small,
    /// Documents.
    Json,
    /// Bytes.
    Bytes,
    /// What its values look like.
    Any,
}

/// How the names of columns of bytes end; all others of that type are ids.
const BYTES: [&str; 6] = ["sealed", "_hash", "claim_key", "subject", "picture", "content"];

/// The columns of what a statement answers.
pub(super) fn columns(of: &Statement<'_>) -> Vec<Column> {
    let column = |it: rusqlite::Column<'_>| {
        let name = it.name().to_owned();
        let holds = match it.decl_type() {
            Some("BOOLEAN") => Holds::Bool,
            Some("INTEGER") => Holds::Small,
            Some("TEXT") if name.ends_with("search") => Holds::Json,
            Some("BLOB") if BYTES.iter().any(|end| name.ends_with(end)) => Holds::Bytes,
            Some(_) | None => Holds::Any,
        };
        Column { name, holds }
    };
    of.columns().into_iter().map(column).collect()
}

/// A row.
pub(super) fn row<'c>(row: &Row<'_>, columns: &'c [Column]) -> Result<Values<'c>, rusqlite::Error> {
    let value = |(place, column): (usize, &Column)| Ok(value(row.get_ref(place)?, column.holds));
    let values = columns.iter().enumerate().map(value).collect::<Result<Vec<Value>, rusqlite::Error>>()?;
    let names = columns.iter().map(|it| it.name.as_str());
    Ok(PLACES.iter().map(String::as_str).zip(values.clone()).chain(names.zip(values)).collect())
}

/// Rows as SeaORM reads them.
pub(super) fn found(rows: Vec<Values<'_>>) -> Result<Vec<QueryResult>, DbErr> {
    canned(MockDatabase::new(DbBackend::Sqlite).append_query_results([rows]), |it, about| it.query(0, about))
}

/// How many rows were changed, as SeaORM reads it.
pub(super) fn changed(rows: usize) -> Result<ExecResult, DbErr> {
    let changed = MockExecResult { last_insert_id: 0, rows_affected: u64::try_from(rows).unwrap_or_default() };
    canned(MockDatabase::new(DbBackend::Sqlite).append_exec_results([changed]), |it, about| it.execute(0, about))
}

fn canned<T>(
    mut answers: MockDatabase,
    ask: impl FnOnce(&mut MockDatabase, sea_orm::Statement) -> Result<T, DbErr>,
) -> Result<T, DbErr> {
    ask(&mut answers, sea_orm::Statement::from_string(DbBackend::Sqlite, String::new()))
}

fn value(of: ValueRef<'_>, holds: Holds) -> Value {
    match (of, holds) {
        (ValueRef::Null, _) => Value::String(None),
        (ValueRef::Integer(it), Holds::Bool) => Value::Bool(Some(it != 0)),
        (ValueRef::Integer(it), Holds::Small) => i32::try_from(it).map_or(Value::BigInt(Some(it)), Value::from),
        (ValueRef::Integer(it), Holds::Json | Holds::Bytes | Holds::Any) => Value::BigInt(Some(it)),
        (ValueRef::Real(it), _) => Value::Double(Some(it)),
        (ValueRef::Text(it), Holds::Json) => {
            serde_json::from_slice(it).map_or_else(|_| text(it), |it| Value::Json(Some(it)))
        }
        (ValueRef::Text(it), Holds::Bool | Holds::Small | Holds::Bytes | Holds::Any) => text(it),
        (ValueRef::Blob(it), Holds::Bytes) => Value::Bytes(Some(it.to_vec())),
        (ValueRef::Blob(it), Holds::Bool | Holds::Small | Holds::Json | Holds::Any) => match Uuid::from_slice(it) {
            Ok(id) => Value::Uuid(Some(id)),
            Err(_) => Value::Bytes(Some(it.to_vec())),
        },
    }
}

fn text(of: &[u8]) -> Value {
    Value::String(Some(String::from_utf8_lossy(of).into_owned()))
}

/// Puts values into the places of a statement: `?` has the one of its own number, and `$2` the second.
pub(super) fn bind(into: &mut Statement<'_>, values: &[Value]) -> Result<(), rusqlite::Error> {
    for place in 1..=into.parameter_count() {
        let named = into.parameter_name(place).and_then(|name| name.get(1..)?.parse().ok());
        let value = values.get(named.unwrap_or(place).wrapping_sub(1));
        bind_one(into, place, value.ok_or(rusqlite::Error::InvalidParameterCount(values.len(), place))?)?;
    }
    Ok(())
}

#[expect(clippy::wildcard_enum_match_arm, reason = "which kinds there are depends on what else is built")]
fn bind_one(into: &mut Statement<'_>, place: usize, value: &Value) -> Result<(), rusqlite::Error> {
    match value {
        Value::Bool(it) => into.raw_bind_parameter(place, it),
        Value::TinyInt(it) => into.raw_bind_parameter(place, it),
        Value::SmallInt(it) => into.raw_bind_parameter(place, it),
        Value::Int(it) => into.raw_bind_parameter(place, it),
        Value::BigInt(it) => into.raw_bind_parameter(place, it),
        Value::TinyUnsigned(it) => into.raw_bind_parameter(place, it),
        Value::SmallUnsigned(it) => into.raw_bind_parameter(place, it),
        Value::Unsigned(it) => into.raw_bind_parameter(place, it),
        Value::BigUnsigned(it) => {
            let number = it.map(i64::try_from).transpose();
            into.raw_bind_parameter(
                place,
                number.map_err(|cause| rusqlite::Error::ToSqlConversionFailure(cause.into()))?,
            )
        }
        Value::Float(it) => into.raw_bind_parameter(place, it.map(f64::from)),
        Value::Double(it) => into.raw_bind_parameter(place, it),
        Value::String(it) => into.raw_bind_parameter(place, it),
        Value::Char(it) => into.raw_bind_parameter(place, it.map(String::from)),
        Value::Bytes(it) => into.raw_bind_parameter(place, it),
        Value::Json(it) => into.raw_bind_parameter(place, it.as_ref().map(ToString::to_string)),
        Value::Uuid(it) => into.raw_bind_parameter(place, it.as_ref().map(|it| &it.as_bytes()[..])),
        _ => Err(rusqlite::Error::ToSqlConversionFailure("no column holds a value of this kind".into())),
    }
}
