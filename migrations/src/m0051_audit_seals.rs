//! The chain over the rows of the audit, the checkpoints that are signed over it, and what came of going through it.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, SEALS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Apart from the rows themselves: those are written on the way of every request, and the chain a moment later.
const SEALS: &str = "
CREATE TABLE audit_seals (
    org_id {uuid} NOT NULL,
    seq BIGINT NOT NULL,
    audit_id {uuid} NOT NULL,
    salts {text} NOT NULL,
    hidden {text} NOT NULL,
    link {text} NOT NULL,
    PRIMARY KEY (org_id, seq)
) {rows_only};
CREATE UNIQUE INDEX audit_seals_row ON audit_seals (org_id, audit_id);
CREATE TABLE audit_checkpoints (
    org_id {uuid} NOT NULL,
    seq BIGINT NOT NULL,
    link {text} NOT NULL,
    at BIGINT NOT NULL,
    public_key {text} NOT NULL,
    signature {text} NOT NULL,
    PRIMARY KEY (org_id, seq)
) {rows_only};
CREATE TABLE audit_verifications (
    org_id {uuid} NOT NULL,
    at BIGINT NOT NULL,
    problems BIGINT NOT NULL,
    first_problem {text} NOT NULL,
    seen_at BIGINT NULL,
    seen_seq BIGINT NULL,
    seen_link {text} NULL,
    PRIMARY KEY (org_id)
) {rows_only};
";
