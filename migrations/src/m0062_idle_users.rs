//! Whoever was not seen for long is counted by an index alone.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, IDLE_USERS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const IDLE_USERS: &str = "
DROP INDEX users_last_active;
CREATE INDEX users_last_active ON users (org_id, last_active_at, id, created_at, status);
";
