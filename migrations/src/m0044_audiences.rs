//! Whom a token is for, and who was handed it.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, AUDIENCES).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Both are lists with spaces between: resources (RFC 8707), and clients with their epochs, the last first (RFC 8693).
const AUDIENCES: &str = "
ALTER TABLE issued ADD COLUMN audience {text} NOT NULL DEFAULT '';
ALTER TABLE issued ADD COLUMN handed_to {text} NOT NULL DEFAULT '';
";
