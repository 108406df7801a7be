//! How many requests an entry of the journal stands for.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, FOLDED).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Requests that come too fast are many and alike, so one entry stands for those of a minute. The index answers how many
/// there were of each status, as before without reading a row.
const FOLDED: &str = r"
ALTER TABLE provisioning_calls ADD COLUMN times INTEGER NOT NULL DEFAULT 1;
DROP INDEX provisioning_calls_at;
CREATE INDEX provisioning_calls_at ON provisioning_calls (org_id, at, connection_id, status, times);
";
