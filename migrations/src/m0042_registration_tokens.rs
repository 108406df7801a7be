//! The token with which an application that registered itself sees and changes its registration (RFC 7592).

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, TOKENS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Its hash; none for the applications that people registered.
const TOKENS: &str = "ALTER TABLE clients ADD COLUMN registration_token_hash {bytes};";
