//! Joins that are carried out in the order in which they are written.
//!
//! Every index begins with the organisation, and SQLite, which has no statistics here, takes one organisation for a few rows: it
//! begins with whatever table is then found by one key more, and so looks at every member of an organisation to find those of
//! the two groups that give a role. A `CROSS JOIN` it leaves as it is written; to PostgreSQL, which counts, it is any join.
//!
//! **Invariant:** the table that comes first is the one of which a statement finds few rows.

#[cfg(test)]
mod tests;

use sea_orm::Condition;
use sea_orm::sea_query::{Expr, IntoTableRef, JoinType, SelectStatement};

/// Joins a table behind those that a statement has.
pub(super) fn then(found: &mut SelectStatement, table: impl IntoTableRef, same: Expr) -> &mut SelectStatement {
    found.join(JoinType::CrossJoin, table, Condition::all()).and_where(same)
}
