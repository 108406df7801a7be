//! The streams in which the audit log of organisations goes out.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, AUDIT_STREAMS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// A stream is a place in the chain: what is to be sent is not kept a second time.
const AUDIT_STREAMS: &str = "
CREATE TABLE audit_streams (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    name {text} NOT NULL,
    kind {text} NOT NULL,
    address {text} NOT NULL,
    format {text} NOT NULL,
    secret_sealed {bytes} NULL,
    earlier_secret_sealed {bytes} NULL,
    earlier_until BIGINT NULL,
    is_paused {bool} NOT NULL,
    next_seq BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    last_error {text} NULL,
    last_sent_at BIGINT NULL,
    failing_since BIGINT NULL,
    told_at BIGINT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
) {rows_only};
CREATE INDEX audit_streams_due ON audit_streams (next_at);
";
