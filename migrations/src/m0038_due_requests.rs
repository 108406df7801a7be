//! Indexes by which the requests that are due, and how many bytes wait, are found without reading what was asked.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, INDEXES).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Both hold all that is read of a request: it stands behind what was asked, which may be megabytes.
const INDEXES: &str = r"
CREATE INDEX kept_requests_due ON kept_requests (next_at, org_id, connection_id, place, id, tries, bytes);
CREATE INDEX kept_requests_waiting ON kept_requests (org_id, connection_id, bytes);
";
