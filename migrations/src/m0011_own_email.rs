//! Links that prove another address: which address it is.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, ADDRESS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Only a link of this purpose has one.
const ADDRESS: &str = r"
ALTER TABLE link_tokens ADD COLUMN address {text};
";
