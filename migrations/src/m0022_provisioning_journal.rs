//! What identity providers asked over SCIM, and what became of it.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, JOURNAL).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// What was said is sealed; what the list is narrowed by is not. `ends_at` is when the row goes.
const JOURNAL: &str = r"
CREATE TABLE provisioning_calls (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    connection_id {uuid} NOT NULL,
    at BIGINT NOT NULL,
    took_us BIGINT NOT NULL,
    method {text} NOT NULL,
    path {text} NOT NULL,
    status INTEGER NOT NULL,
    came_to {text} NOT NULL,
    about_id {uuid},
    said_sealed {bytes} NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
) {rows_only};
CREATE INDEX provisioning_calls_connection ON provisioning_calls (org_id, connection_id, id);
CREATE INDEX provisioning_calls_about ON provisioning_calls (org_id, about_id, id);
CREATE INDEX provisioning_calls_ends ON provisioning_calls (ends_at);
";
