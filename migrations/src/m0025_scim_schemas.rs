//! The extensions of users that an organisation defines for SCIM.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, SCHEMAS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// What is kept of them, as JSON; nothing where there never were any.
const SCHEMAS: &str = r"
ALTER TABLE organisations ADD COLUMN scim_schemas {text};
";
