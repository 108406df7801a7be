//! Requests that applications leave here before the browser comes (RFC 9126), and the keys to which tokens are bound
//! (RFC 9449).

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, PUSHED).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// A reference is found by its hash alone: whoever brings it names the client beside it.
const PUSHED: &str = r"
CREATE TABLE pushed_requests (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    client_id {uuid} NOT NULL,
    handle_hash {bytes} NOT NULL,
    request {text} NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (org_id, id)
) {rows_only};
CREATE INDEX pushed_requests_handle ON pushed_requests (handle_hash);
CREATE INDEX pushed_requests_client ON pushed_requests (org_id, client_id);
CREATE INDEX pushed_requests_ends ON pushed_requests (expires_at);
ALTER TABLE issued ADD COLUMN jkt {text};
";
