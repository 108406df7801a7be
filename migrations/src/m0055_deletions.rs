//! When the rows of an organisation go that somebody has deleted.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, DELETIONS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Nothing means that nobody has deleted it, and that its rows have not begun to go.
const DELETIONS: &str = "
ALTER TABLE organisations ADD COLUMN delete_at BIGINT;
ALTER TABLE organisations ADD COLUMN erased_since BIGINT;
";
