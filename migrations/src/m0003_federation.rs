//! Sign-in at identity providers: who is who there, which domains lead there, and which sessions came from there.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, FEDERATION).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const FEDERATION: &str = r"
CREATE TABLE identities (
    org_id {uuid} NOT NULL,
    connection_id {uuid} NOT NULL,
    issuer {text} NOT NULL,
    subject {text} NOT NULL,
    user_id {uuid} NOT NULL,
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, connection_id, issuer, subject)
) {rows_only};
CREATE UNIQUE INDEX identities_user ON identities (org_id, user_id, connection_id);
CREATE TABLE connection_domains (
    org_id {uuid} NOT NULL,
    domain {text} NOT NULL,
    connection_id {uuid} NOT NULL,
    claimed_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, domain)
) {rows_only};
CREATE INDEX connection_domains_domain ON connection_domains (domain);
ALTER TABLE sessions ADD COLUMN connection_id {uuid};
ALTER TABLE sessions ADD COLUMN issuer {text};
ALTER TABLE sessions ADD COLUMN upstream_sid {text};
ALTER TABLE sessions ADD COLUMN upstream_ends_at BIGINT;
CREATE INDEX sessions_upstream ON sessions (org_id, connection_id, upstream_sid);
";
