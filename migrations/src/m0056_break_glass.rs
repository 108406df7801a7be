//! The accounts for the day on which nobody else gets in.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, BREAK_GLASS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// `used_at` is the last sign-in.
const BREAK_GLASS: &str = "
CREATE TABLE break_glass (
    org_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    marked_at BIGINT NOT NULL,
    used_at BIGINT NULL,
    PRIMARY KEY (org_id, user_id)
) {rows_only};
";
