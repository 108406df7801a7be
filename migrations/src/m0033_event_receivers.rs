//! Applications that are told of changes to users and groups.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, RECEIVERS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Where an application is told of them; nothing where it is not.
const RECEIVERS: &str = r"
ALTER TABLE clients ADD COLUMN events_uri {text};
";
