//! The address that somebody has proved to read, and the invitations whose link nobody else was handed.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, PROVED_ADDRESSES).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// What was made before proves nothing.
const PROVED_ADDRESSES: &str = "
ALTER TABLE users ADD COLUMN proved_email {text} NULL;
ALTER TABLE invitations ADD COLUMN is_mailed {bool} NOT NULL DEFAULT FALSE;
";
