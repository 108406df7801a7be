//! The language of an organisation.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, LANGUAGE).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Nothing means that of the instance.
const LANGUAGE: &str = r"
ALTER TABLE organisations ADD COLUMN language {text};
";
