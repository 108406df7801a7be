//! One DDL text for both databases: the few words in which they differ are written `{word}`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// Runs the statements of `text`, with each `{word}` replaced by the database's own.
pub async fn run(manager: &SchemaManager<'_>, text: &str) -> Result<(), DbErr> {
    let postgres = manager.get_database_backend() == DbBackend::Postgres;
    let mut sql = text.to_owned();
    for (word, sqlite, postgresql) in WORDS {
        sql = sql.replace(word, if postgres { postgresql } else { sqlite });
    }
    manager.get_connection().execute_unprepared(&sql).await?;
    Ok(())
}

const WORDS: [(&str, &str, &str); 6] = [
    ("{uuid}", "BLOB", "UUID"),
    ("{text}", "TEXT", "TEXT COLLATE \"C\""),
    ("{json}", "TEXT", "JSONB"),
    ("{bytes}", "BLOB", "BYTEA"),
    ("{bool}", "BOOLEAN", "BOOLEAN"),
    ("{rows_only}", "WITHOUT ROWID", ""),
];
