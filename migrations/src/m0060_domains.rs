//! The domains that organisations say are theirs, and which of them they have proved.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, DOMAINS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Many may say that a domain is theirs; one has proved it.
const DOMAINS: &str = "
CREATE TABLE own_domains (
    org_id {uuid} NOT NULL,
    domain {text} NOT NULL,
    challenge {text} NOT NULL,
    proven_at BIGINT NULL,
    missing_since BIGINT NULL,
    checked_at BIGINT NULL,
    next_check_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, domain)
) {rows_only};
CREATE INDEX own_domains_proven ON own_domains (domain) WHERE proven_at IS NOT NULL;
CREATE INDEX own_domains_due ON own_domains (next_check_at);
";
