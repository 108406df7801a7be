//! Parts of the audit log that are kept as files for a while.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, AUDIT_EXPORTS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// A file lies in parts, each of them of the try that wrote it: what a node that died left behind is part of no file.
const AUDIT_EXPORTS: &str = "
CREATE TABLE audit_exports (
    org_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    format {text} NOT NULL,
    filter {text} NOT NULL,
    asked_kind {text} NOT NULL,
    asked_id {uuid} NULL,
    asked_label {text} NOT NULL,
    asked_at BIGINT NOT NULL,
    state {text} NOT NULL,
    failure {text} NULL,
    run_id {uuid} NULL,
    tries BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    deeds BIGINT NULL,
    bytes BIGINT NULL,
    manifest {text} NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
) {rows_only};
CREATE INDEX audit_exports_due ON audit_exports (next_at);
CREATE TABLE audit_export_parts (
    org_id {uuid} NOT NULL,
    export_id {uuid} NOT NULL,
    run_id {uuid} NOT NULL,
    nth BIGINT NOT NULL,
    content {bytes} NOT NULL,
    PRIMARY KEY (org_id, export_id, run_id, nth)
);
";
