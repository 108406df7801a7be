//! Which deeds a stream of the audit log tells.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, STREAM_FILTER).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const STREAM_FILTER: &str = "
ALTER TABLE audit_streams ADD COLUMN events {text} NULL;
";
