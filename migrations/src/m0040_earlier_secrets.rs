//! The secret that an application had before the present one, which works for a while beside it.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, EARLIER).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// A secret without an end does not work.
const EARLIER: &str = r"
ALTER TABLE clients ADD COLUMN earlier_secret_hash {bytes};
ALTER TABLE clients ADD COLUMN earlier_secret_until BIGINT;
";
