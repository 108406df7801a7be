//! For what region and with which key a stream of the audit log is put into a bucket.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, STREAM_BUCKETS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const STREAM_BUCKETS: &str = "
ALTER TABLE audit_streams ADD COLUMN region {text} NULL;
ALTER TABLE audit_streams ADD COLUMN access_key_id {text} NULL;
";
