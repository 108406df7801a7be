//! What was held once: a row for each role, membership, place and share that has ended.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, PAST_ACCESS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// `until_at` is part of the key: what is changed without beginning anew has several pasts with one beginning.
const PAST_ACCESS: &str = "
CREATE TABLE past_access (
    org_id {uuid} NOT NULL,
    kind TEXT NOT NULL,
    subject_id {uuid} NOT NULL,
    object_id {uuid} NOT NULL,
    word TEXT NOT NULL,
    mark TEXT NOT NULL,
    via_id {uuid} NULL,
    since BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, subject_id, kind, until_at, object_id, word, mark)
) {rows_only};
CREATE INDEX past_access_age ON past_access (org_id, until_at);
";
