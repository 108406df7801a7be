//! What a list of users sorts by: folded names beside the user, and when it was last seen.
//!
//! The keys of rows that exist are taken from what was folded for them already: the search document and the addresses.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, COLUMNS).await?;
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        let folded_name =
            if is_postgres { "search ->> 'displayName'" } else { "json_extract(search, '$.displayName')" };
        ddl::run(manager, &KEYS.replace("{folded_name}", folded_name)).await?;
        ddl::run(manager, INDEXES).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// SQLite adds a column that must not be null only with a default; every row that is written names its own value.
const COLUMNS: &str = r"
ALTER TABLE users ADD COLUMN display_name_key {text} NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN email_key {text} NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN last_active_at BIGINT NOT NULL DEFAULT 0;
";

const KEYS: &str = r"
UPDATE users SET
    display_name_key = COALESCE({folded_name}, user_name_key),
    email_key = CASE WHEN email IS NULL THEN '' ELSE COALESCE(
        (SELECT value_key FROM user_emails
         WHERE user_emails.org_id = users.org_id AND user_emails.user_id = users.id AND value_key = LOWER(users.email)),
        (SELECT value_key FROM user_emails
         WHERE user_emails.org_id = users.org_id AND user_emails.user_id = users.id AND position = 0), '') END,
    last_active_at = COALESCE(
        (SELECT MAX(last_seen_at) FROM sessions
         WHERE sessions.org_id = users.org_id AND sessions.user_id = users.id), 0);
";

const INDEXES: &str = r"
CREATE INDEX users_display_name ON users (org_id, display_name_key, id);
CREATE INDEX users_email ON users (org_id, email_key, id);
CREATE INDEX users_last_active ON users (org_id, last_active_at, id);
CREATE INDEX users_status ON users (org_id, status, id);
";
