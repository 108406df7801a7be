//! When a temporary password was used.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, SPENT).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Nothing for one that was not used yet, and for every other password.
const SPENT: &str = r"
ALTER TABLE passwords ADD COLUMN spent_at BIGINT;
";
