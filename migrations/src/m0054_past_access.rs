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

/// `until_at` is part of the key: what is changed without beginning anew has several pasts with one beginning. The columns of the
/// key come first, as they do in the file: the integrity check of older versions of SQLite takes a table by its order.
const PAST_ACCESS: &str = "
CREATE TABLE past_access (
    org_id {uuid} NOT NULL,
    subject_id {uuid} NOT NULL,
    kind TEXT NOT NULL,
    until_at BIGINT NOT NULL,
    object_id {uuid} NOT NULL,
    word TEXT NOT NULL,
    mark TEXT NOT NULL,
    since BIGINT NOT NULL,
    via_id {uuid} NULL,
    PRIMARY KEY (org_id, subject_id, kind, until_at, object_id, word, mark)
) {rows_only};
CREATE INDEX past_access_age ON past_access (org_id, until_at);
";
