//! What each token of a connection may be used for, and from where somebody used one who may not.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, SCOPES).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Words with spaces between; nothing for everything, as it is of the tokens that are there.
const SCOPES: &str = r"
ALTER TABLE connection_tokens ADD COLUMN scopes {text};
ALTER TABLE connection_pulses ADD COLUMN outside_at BIGINT;
ALTER TABLE connection_pulses ADD COLUMN outside_address {text};
";
