//! Requests of identity providers that are carried out later.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, REQUESTS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// A request has the id of its entry in the journal, and a place among those of its connection. It is `run_id`'s until `next_at`,
/// and gone when it is done; until then each of its operations that was done has a row, written with what it did.
const REQUESTS: &str = r"
CREATE TABLE kept_requests (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    connection_id {uuid} NOT NULL,
    place BIGINT NOT NULL,
    asked_sealed {bytes} NOT NULL,
    bytes BIGINT NOT NULL,
    run_id {uuid},
    tries BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
) {rows_only};
CREATE UNIQUE INDEX kept_requests_place ON kept_requests (org_id, connection_id, place);
CREATE TABLE kept_operations (
    org_id {uuid} NOT NULL,
    request_id {uuid} NOT NULL,
    operation BIGINT NOT NULL,
    resource_id {text} NOT NULL,
    PRIMARY KEY (org_id, request_id, operation)
) {rows_only};
";
