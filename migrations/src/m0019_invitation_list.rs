//! What the list of invitations is searched and sorted by.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, NAMES).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// SQLite adds a column that must not be null only with a default; every row that is written names its own value. Those
/// that wait get nearly the same from the database: they are written anew when they are sent again, and gone in weeks.
const NAMES: &str = r"
ALTER TABLE invitations ADD COLUMN display_name_key {text} NOT NULL DEFAULT '';
UPDATE invitations SET display_name_key = LOWER(TRIM(display_name)) WHERE display_name IS NOT NULL;
CREATE INDEX invitations_created ON invitations (org_id, created_at, id) WHERE state = 'pending';
";
