//! Which attributes each token of a connection sees and sets.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, ATTRIBUTES).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Names with spaces between; nothing for everything, as it is of the tokens that are there.
const ATTRIBUTES: &str = "ALTER TABLE connection_tokens ADD COLUMN attributes {text};";
